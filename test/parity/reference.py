"""Shapley values of tree ensembles in double precision, leaf by leaf from the definition: a reference, not a fast way.

The game of Lundberg et al. 2020, algorithm 1: a player is one feature; where a split's player is not in the coalition,
both children count by their share of the cover. So a leaf counts with the product of h over the players in the coalition
and of z over the others on its path: h is 1 where the row follows the path at all splits of the player, else 0; z is the
product of the path's shares at these splits. The Shapley weights k! (u - 1 - k)! / u! are taken as they stand.
"""
import math

import numba
import numpy as np


class Tree:
    """Arrays by node: children (-1 of a leaf), player, value and cover (of a leaf); goes_left by row and node."""

    def __init__(self, left, right, player, value, cover, goes_left):
        self.left = np.asarray(left, np.int64)
        self.right = np.asarray(right, np.int64)
        self.player = np.asarray(player, np.int64)
        self.value = np.asarray(value, np.float64)
        self.goes_left = np.ascontiguousarray(np.asarray(goes_left, bool).T)  # by node and row
        self.order = _from_the_root(self.left, self.right)
        self.cover = np.array(cover, np.float64)
        for i in reversed(self.order):
            if self.left[i] >= 0:
                self.cover[i] = self.cover[self.left[i]] + self.cover[self.right[i]]

    def leaf_values(self):
        """For each row the value of the leaf that it reaches."""
        at = np.zeros(self.goes_left.shape[1], np.int64)
        rows = np.arange(len(at))
        while True:
            inner = self.left[at] >= 0
            if not inner.any():
                return self.value[at]
            at = np.where(inner, np.where(self.goes_left[at, rows], self.left[at], self.right[at]), at)


def explain(trees, players):
    """Shapley values, one column for each player, and the base value in a last one."""
    result = None
    for tree in trees:
        if result is None:
            result = np.zeros((tree.goes_left.shape[1], players + 1))
        _add_tree(tree.left, tree.right, tree.player, tree.value, tree.cover, tree.goes_left, tree.order, _WEIGHTS, result)
    return result


def _from_the_root(left, right):
    order, pending = [], [0]
    while pending:
        at = pending.pop()
        order.append(at)
        if left[at] >= 0:
            pending += [right[at], left[at]]
    return np.array(order, np.int64)


_MOST_PLAYERS = 40
_WEIGHTS = np.zeros((_MOST_PLAYERS + 1, _MOST_PLAYERS))
for _u in range(1, _MOST_PLAYERS + 1):
    for _k in range(_u):
        _WEIGHTS[_u, _k] = 1 / (_u * math.comb(_u - 1, _k))


@numba.njit
def _add_tree(left, right, player, value, cover, goes_left, order, weights, result):
    rows, players = result.shape[0], result.shape[1] - 1
    parent = np.full(len(left), -1)
    for i in order:
        if left[i] >= 0:
            parent[left[i]] = i
            parent[right[i]] = i
    place = np.full(players, -1)
    who = np.zeros(players, np.int64)
    z = np.zeros(players)
    h = np.zeros((players, rows))
    for leaf in order:
        if left[leaf] >= 0:
            continue
        u = 0
        at = leaf
        while parent[at] >= 0:
            up = parent[at]
            f = player[up]
            if place[f] < 0:
                place[f] = u
                who[u] = f
                z[u] = 1.0
                h[u, :] = 1.0
                u += 1
            z[place[f]] *= 0.5 if cover[up] == 0 else cover[at] / cover[up]
            went_left = at == left[up]
            for r in range(rows):
                if goes_left[up, r] != went_left:
                    h[place[f], r] = 0.0
            at = up
        _add_leaf(value[leaf], u, who, z, h, weights, result)
        for k in range(u):
            place[who[k]] = -1


@numba.njit
def _add_leaf(value, u, who, z, h, weights, result):
    rows, players = result.shape[0], result.shape[1] - 1
    base = value
    for k in range(u):
        base *= z[k]
    by_size = np.zeros(u + 1)  # the sum over coalitions of one size, of the products
    for r in range(rows):
        result[r, players] += base
        for i in range(u):
            by_size[:] = 0.0
            by_size[0] = 1.0
            length = 1
            for k in range(u):
                if k == i:
                    continue
                for size in range(length, 0, -1):
                    by_size[size] = by_size[size] * z[k] + by_size[size - 1] * h[k, r]
                by_size[0] *= z[k]
                length += 1
            total = 0.0
            for size in range(u):
                total += by_size[size] * weights[u, size]
            result[r, who[i]] += value * (h[i, r] - z[i]) * total


# ---- Interventional ----


def explain_against(trees, background, players):
    """Shapley values of the mean over the background's rows of the game in which features of the coalition have the row's values,
    the others the background row's (Lundberg et al. 2020, algorithm 3). `background`: the same trees with its rows' ways."""
    result = None
    for tree, other in zip(trees, background):
        if result is None:
            result = np.zeros((tree.goes_left.shape[1], players + 1))
        _add_tree_against(tree.left, tree.right, tree.player, tree.value, tree.order, tree.goes_left, other.goes_left, _FACTORIALS, result)
    return result


_FACTORIALS = np.array([float(math.factorial(n)) for n in range(_MOST_PLAYERS + 1)])


@numba.njit
def _add_tree_against(left, right, player, value, order, x_left, z_left, factorial, result):
    players = result.shape[1] - 1
    parent = np.full(len(left), -1)
    for i in order:
        if left[i] >= 0:
            parent[left[i]] = i
            parent[right[i]] = i
    for leaf in order:
        if left[leaf] >= 0:
            continue
        place = np.full(players, -1)
        who = np.zeros(players, np.int64)
        x_follows = np.ones((players, x_left.shape[1]), np.bool_)
        z_follows = np.ones((players, z_left.shape[1]), np.bool_)
        u = 0
        at = leaf
        while parent[at] >= 0:
            up = parent[at]
            f = player[up]
            if place[f] < 0:
                place[f] = u
                who[u] = f
                u += 1
            went_left = at == left[up]
            x_follows[place[f]] &= x_left[up] == went_left
            z_follows[place[f]] &= z_left[up] == went_left
            at = up
        _add_leaf_against(value[leaf], u, who, x_follows, z_follows, factorial, result)


@numba.njit
def _add_leaf_against(value, u, who, x_follows, z_follows, factorial, result):
    rows, others, players = x_follows.shape[1], z_follows.shape[1], result.shape[1] - 1
    share = value / others
    for r in range(rows):
        for z in range(others):
            hot = cold = neither = 0
            for k in range(u):
                if not z_follows[k, z]:
                    hot += x_follows[k, r]
                    neither += not x_follows[k, r]
                else:
                    cold += not x_follows[k, r]
            if hot + neither == 0:
                result[r, players] += share
            if neither or hot + cold == 0:
                continue
            for k in range(u):
                if x_follows[k, r] and not z_follows[k, z]:
                    result[r, who[k]] += share * factorial[hot - 1] * factorial[cold] / factorial[hot + cold]
                elif z_follows[k, z] and not x_follows[k, r]:
                    result[r, who[k]] -= share * factorial[hot] * factorial[cold - 1] / factorial[hot + cold]
