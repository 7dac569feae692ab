#include "core/train/scorecard/scorecard_params.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/metrics/tables/weight_of_evidence.hpp"

namespace credit_risk {
namespace {

constexpr const char* kSelections[] = {"none", "backward", "l1"};  // by FeatureSelection

void refuse_unless(bool fits, const char* name, const char* rule, double value) {
  if (fits) return;
  throw Error(ErrorKind::kInvalidInput, std::string("parameter \"") + name + "\" must be " + rule,
              "The value is " + number_label(value) + ".");
}

void check_above_zero(const char* name, double value) {
  refuse_unless(value > 0 && std::isfinite(value), name, "greater than 0", value);
}

}  // namespace

void check(const ScorecardParams& params) {
  check(params.binning);
  for (const FeatureBinning& own : params.by_feature) {
    BinningParams binning = params.binning;
    if (own.has_specials) binning.specials = own.specials;
    check(binning);
  }
  refuse_unless(params.min_iv >= 0 && std::isfinite(params.min_iv), "min_iv", "0 or greater",
                params.min_iv);
  refuse_unless(params.max_p_value > 0 && params.max_p_value <= 1, "max_p_value",
                "greater than 0 and at most 1", params.max_p_value);
  check_above_zero("l1", params.l1);
  check_above_zero("pdo", params.pdo);
  refuse_unless(std::isfinite(params.base_score), "base_score", "a number", params.base_score);
  check_above_zero("base_odds", params.base_odds);
  check(params.reject_inference);
}

void check_features(const ScorecardParams& params, const std::vector<Feature>& features) {
  for (const FeatureBinning& own : params.by_feature) {
    const auto found = std::find_if(features.begin(), features.end(), [&](const Feature& feature) {
      return feature.name == own.feature;
    });
    if (found == features.end()) {
      throw Error(ErrorKind::kUndefined,
                  "parameter \"" + std::string(own.has_trend ? "trend_of" : "specials_of") +
                      "\" names \"" + own.feature + "\", which is not a feature",
                  "", "Features are the columns of the query but the target and those left out.");
    }
    if (found->kind == FeatureKind::kCategorical) {
      throw Error(ErrorKind::kInvalidInput,
                  "feature \"" + own.feature + "\" has neither a trend nor special values",
                  "Its values are texts.", "Categories stand in the order of their risk.");
    }
  }
}

BinningParams binning_of(const ScorecardParams& params, const Feature& feature) {
  BinningParams result = params.binning;
  for (const FeatureBinning& own : params.by_feature) {
    if (own.feature != feature.name) continue;
    if (own.has_trend) result.trend = own.trend;
    if (own.has_specials) result.specials = own.specials;
  }
  return result;
}

FeatureSelection selection_by_name(const std::string& name) {
  for (std::size_t i = 0; i < std::size(kSelections); ++i)
    if (name == kSelections[i]) return static_cast<FeatureSelection>(i);
  throw Error(ErrorKind::kInvalidInput, "selection \"" + name + "\" does not exist", "",
              "The selections are: none, backward, l1.");
}

const char* selection_name(FeatureSelection selection) noexcept {
  return kSelections[static_cast<std::size_t>(selection)];
}

}  // namespace credit_risk
