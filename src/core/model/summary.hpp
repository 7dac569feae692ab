// What a model is, without its trees and terms: the columns that the registry shows.
#pragma once
#include <string>

#include "core/model/model.hpp"

namespace credit_risk {

// {"algorithm", "link": "identity" | "logit", "kind": "trees" | "additive" | "scorecard" (an
// additive model in points), "trees", "nodes", "terms" (how many), "calibration" (its kind, where
// there is one), "explainable",
//  "features": [{"name", "kind": "numeric" | "categorical", "categories" of a categorical one}]} of
//  a validated model.
std::string summary(const Model& model);

}  // namespace credit_risk
