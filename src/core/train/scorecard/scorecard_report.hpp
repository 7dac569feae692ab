// What is told of a scorecard besides its model.
#pragma once
#include <vector>

#include "core/json.hpp"
#include "core/train/scorecard/scorecard.hpp"

namespace credit_risk {

// Of each feature its share of the mean absolute distance from the mean points over the training
// rows, in all 1: the mean absolute SHAP values.
std::vector<double> scorecard_importance(const Scorecard& scorecard);

// By feature name: fate, information value, trend, weight in the regression, bins with their
// points; what a feature that is not chosen does not have is null.
nlohmann::json scorecard_report(const Scorecard& scorecard);

}  // namespace credit_risk
