// What a model is, without its trees: the columns that the registry shows.
#pragma once
#include <string>

#include "core/model/model.hpp"

namespace credit_risk {

// {"algorithm", "link": "identity" | "logit", "trees", "nodes", "explainable",
//  "features": [{"name", "kind": "numeric" | "categorical", "categories" of a categorical one}]} of
//  a validated model.
std::string summary(const Model& model);

}  // namespace credit_risk
