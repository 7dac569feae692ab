// Gini importance: how much each feature's splits lower the weighted impurity, the mean over the
// trees, in all 1.
#pragma once
#include <vector>

#include "core/model/model.hpp"

namespace credit_risk {

// One share for each feature, as scikit-learn's feature_importances_; all 0 when no tree has a
// split. The leaves of `model` hold shares of class 1 and its nodes have covers.
std::vector<double> gini_importance(const Model& model);

}  // namespace credit_risk
