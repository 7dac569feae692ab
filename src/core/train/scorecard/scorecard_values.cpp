#include "core/train/scorecard/scorecard_values.hpp"

#include <algorithm>

#include "core/train/binning/binning_values.hpp"
#include "core/train/option_values.hpp"

namespace credit_risk {

using namespace option_values;

namespace {

FeatureBinning& binning_by_name(ScorecardParams& params, const std::string& feature) {
  const auto found =
      std::find_if(params.by_feature.begin(), params.by_feature.end(),
                   [&](const FeatureBinning& own) { return own.feature == feature; });
  if (found != params.by_feature.end()) return *found;
  params.by_feature.push_back({feature, false, Trend::kAuto, false, {}});
  return params.by_feature.back();
}

// Returns false when it is not asked by feature.
bool set_by_feature(ScorecardParams& params, const std::string& name, const Json& value) {
  if (name != "trend_of" && name != "specials_of") return false;
  if (!value.is_object()) refuse(name, "an object of feature names", value);
  for (const auto& [feature, own] : value.items()) {
    FeatureBinning& binning = binning_by_name(params, feature);
    if (name == "trend_of") {
      binning.has_trend = true;
      binning.trend = trend_by_name(one_text(name, own));
    } else {
      binning.has_specials = true;
      binning.specials = numbers(name, own);
    }
  }
  return true;
}

bool set_scale(ScorecardParams& params, const std::string& name, const Json& value) {
  if (name == "pdo") {
    params.pdo = any_number(name, value);
  } else if (name == "base_score") {
    params.base_score = any_number(name, value);
  } else if (name == "base_odds") {
    params.base_odds = any_number(name, value);
  } else if (name == "round_points") {
    params.round_points = yes_or_no(name, value);
  } else {
    return false;
  }
  return true;
}

}  // namespace

bool set_scorecard(ScorecardParams& params, const std::string& name, const Json& value) {
  if (set_by_feature(params, name, value) || set_binning(params.binning, name, value) ||
      set_scale(params, name, value))
    return true;
  if (name == "min_iv") {
    params.min_iv = any_number(name, value);
  } else if (name == "selection") {
    params.selection = selection_by_name(one_text(name, value));
  } else if (name == "max_p_value") {
    params.max_p_value = any_number(name, value);
  } else if (name == "l1") {
    params.l1 = any_number(name, value);
  } else {
    return false;
  }
  return true;
}

Json scorecard_json(const ScorecardParams& params) {
  Json object = {{"min_iv", params.min_iv},
                 {"selection", selection_name(params.selection)},
                 {"max_p_value", params.max_p_value},
                 {"l1", params.l1},
                 {"pdo", params.pdo},
                 {"base_score", params.base_score},
                 {"base_odds", params.base_odds},
                 {"round_points", params.round_points}};
  put_binning(object, params.binning);
  for (const FeatureBinning& own : params.by_feature) {
    if (own.has_trend) object["trend_of"][own.feature] = trend_name(own.trend);
    if (own.has_specials) object["specials_of"][own.feature] = own.specials;
  }
  return object;
}

std::string scorecard_names() {
  return std::string(kBinningNames) +
         ", trend_of, specials_of, min_iv, selection, max_p_value, l1, pdo, base_score, base_odds, "
         "round_points";
}

}  // namespace credit_risk
