#include "core/train/forest/forest_params.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.hpp"
#include "core/metrics/tables/weight_of_evidence.hpp"
#include "core/train/row_weights.hpp"

namespace credit_risk {
namespace {

constexpr std::int32_t kMostRows = 1000000000;

void check_range(const char* name, std::int64_t value, std::int64_t least, std::int64_t most) {
  if (value >= least && value <= most) return;
  throw Error(ErrorKind::kInvalidInput,
              std::string("parameter \"") + name + "\" must be between " + std::to_string(least) +
                  " and " + std::to_string(most),
              "The value is " + std::to_string(value) + ".");
}

}  // namespace

void check(const ForestParams& params) {
  check_range("trees", params.trees, 1, 10000);
  check_range("max_depth", params.max_depth, 1, 64);
  check_range("min_split", params.min_split, 2, kMostRows);
  check_range("min_leaf", params.min_leaf, 1, kMostRows);
  check_range("min_category", params.min_category, 1, kMostRows);
  check_class_weights(params.class_weights);
  const double value = params.max_features.value;
  const bool count_fits = params.max_features.rule != MaxFeatures::kCount || value >= 1;
  const bool share_fits =
      params.max_features.rule != MaxFeatures::kShare || (value > 0 && value <= 1);
  if (!count_fits || !share_fits) {
    throw Error(ErrorKind::kInvalidInput,
                "parameter \"max_features\" must be a whole number from 1 or a share up to 1",
                "The value is " + number_label(value) + ".",
                "Use 'sqrt', 'log2', 'all', a whole number from 1, or a share between 0 and 1.");
  }
}

std::uint32_t features_per_split(const MaxFeatures& rule, std::uint32_t features) {
  std::uint32_t count = features;
  switch (rule.rule) {
    case MaxFeatures::kAll:
      break;
    case MaxFeatures::kSqrt:
      count = static_cast<std::uint32_t>(std::sqrt(static_cast<double>(features)));
      break;
    case MaxFeatures::kLog2:
      for (count = 0; (features >> (count + 1)) != 0; ++count) {
      }
      break;
    case MaxFeatures::kCount:
      count = static_cast<std::uint32_t>(std::min<double>(rule.value, features));
      break;
    case MaxFeatures::kShare:
      count = static_cast<std::uint32_t>(rule.value * features);
      break;
  }
  return std::clamp<std::uint32_t>(count, 1, features);
}

}  // namespace credit_risk
