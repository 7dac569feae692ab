\echo Use "CREATE EXTENSION credit_risk" to load this file. \quit

