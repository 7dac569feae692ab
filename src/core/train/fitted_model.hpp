// What a trainer makes of rows.
#pragma once
#include <string>
#include <vector>

#include "core/model/model.hpp"

namespace credit_risk {

struct FittedModel {
  Model model;
  std::vector<double> importance;  // of each feature of the data, in all 1
  // What this algorithm tells besides: a JSON object, whose members become metrics of the version.
  std::string figures = "{}";
};

}  // namespace credit_risk
