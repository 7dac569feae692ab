"""Peers that are reached through Python, each in a process of its own: python -m peers NAME."""
