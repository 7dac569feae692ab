#include "core/train/boosting/boosting_params.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "core/error.hpp"
#include "core/train/row_weights.hpp"

namespace credit_risk {
namespace {

std::string shown(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

void refuse_unless(bool fits, const char* name, const std::string& rule, double value) {
  if (fits) return;
  throw Error(ErrorKind::kInvalidInput, std::string("parameter \"") + name + "\" must be " + rule,
              "The value is " + shown(value) + ".");
}

void check_range(const char* name, std::int32_t value, std::int32_t least, std::int32_t most) {
  refuse_unless(value >= least && value <= most, name,
                "between " + std::to_string(least) + " and " + std::to_string(most), value);
}

void check_share(const char* name, double value) {
  refuse_unless(value > 0 && value <= 1, name, "greater than 0 and at most 1", value);
}

void check_not_negative(const char* name, double value) {
  refuse_unless(value >= 0 && std::isfinite(value), name, "0 or greater", value);
}

std::size_t position(const std::vector<Feature>& features, const std::string& name,
                     const char* parameter) {
  const auto found = std::find_if(features.begin(), features.end(),
                                  [&](const Feature& feature) { return feature.name == name; });
  if (found != features.end()) return static_cast<std::size_t>(found - features.begin());
  throw Error(
      ErrorKind::kUndefined,
      std::string("parameter \"") + parameter + "\" names \"" + name + "\", which is not a feature",
      "", "Features are the columns of the query but the target and those left out.");
}

}  // namespace

void check(const BoostingParams& params) {
  constexpr std::int32_t kMostLeaves = 65536;
  check_range("trees", params.trees, 1, 10000);
  check_range("max_depth", params.max_depth, 1, 64);
  refuse_unless(
      params.max_leaves == 0 || (params.max_leaves >= 2 && params.max_leaves <= kMostLeaves),
      "max_leaves", "0 or between 2 and " + std::to_string(kMostLeaves), params.max_leaves);
  check_share("learning_rate", params.learning_rate);
  check_not_negative("lambda", params.lambda);
  check_not_negative("category_lambda", params.category_lambda);
  check_not_negative("min_category_weight", params.min_category_weight);
  check_not_negative("min_child_weight", params.min_child_weight);
  check_not_negative("min_gain", params.min_gain);
  check_share("row_share", params.row_share);
  check_share("column_share", params.column_share);
  check_range("early_stopping", params.early_stopping, 0, 10000);
  refuse_unless(params.validation_share > 0 && params.validation_share < 1, "validation_share",
                "between 0 and 1", params.validation_share);
  check_class_weights(params.class_weights);
}

void check_constraints(const BoostingParams& params, const std::vector<Feature>& features) {
  std::vector<bool> constrained(features.size(), false);
  for (const MonotoneConstraint& constraint : params.monotone) {
    const std::size_t index = position(features, constraint.feature, "monotone");
    if (features[index].kind == FeatureKind::kCategorical) {
      throw Error(ErrorKind::kInvalidInput,
                  "feature \"" + constraint.feature + "\" cannot be monotone",
                  "It is a category, and categories have no order.",
                  "Leave it out of params.monotone, or give the categories numbers in the query.");
    }
    if (constrained[index]) {
      throw Error(ErrorKind::kInvalidInput,
                  "feature \"" + constraint.feature + "\" appears twice in params.monotone");
    }
    constrained[index] = true;
  }
  for (const auto& group : params.interactions) {
    for (const std::string& name : group) position(features, name, "interactions");
  }
}

std::vector<std::int8_t> monotone_directions(const BoostingParams& params,
                                             const std::vector<Feature>& features) {
  std::vector<std::int8_t> result(features.size(), 0);
  for (const MonotoneConstraint& constraint : params.monotone) {
    result[position(features, constraint.feature, "monotone")] =
        static_cast<std::int8_t>(constraint.direction);
  }
  return result;
}

std::vector<std::vector<std::uint32_t>> interaction_groups(const BoostingParams& params,
                                                           const std::vector<Feature>& features) {
  std::vector<std::vector<std::uint32_t>> result;
  for (const auto& names : params.interactions) {
    result.emplace_back();
    for (const std::string& name : names) {
      result.back().push_back(static_cast<std::uint32_t>(position(features, name, "interactions")));
    }
  }
  return result;
}

}  // namespace credit_risk
