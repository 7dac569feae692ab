// Minimal cost-complexity pruning (Breiman, Friedman, Olshen and Stone 1984, chapter 3).
#pragma once
#include "core/model/model.hpp"

namespace credit_risk {

// The smallest subtree of `tree` with the same root that minimises R(T) + alpha * leaves(T), which
// cutting the weakest link again and again arrives at. R, the impurity of a tree, is the sum over
// its leaves of the leaf's share of the training weight times its Gini impurity, 1 - p0^2 - p1^2;
// as scikit-learn's ccp_alpha, but for 0, which here cuts the splits that gain nothing.
//
// `tree` is one grown tree with covers, multiples of 2^-20; its leaves hold the share of class 1.
TreeEnsemble pruned(const TreeEnsemble& tree, double alpha);

}  // namespace credit_risk
