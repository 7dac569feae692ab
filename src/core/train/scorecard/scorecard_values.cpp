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

RejectInference reject_inference(const std::string& name, const Json& value) {
  constexpr const char* kRule = "an object of method, uplift and bands";
  RejectInference result;
  if (!value.is_object()) refuse(name, kRule, value);
  for (const auto& [part, own] : value.items()) {
    const std::string full_name = name + "." + part;
    if (part == "method") {
      result.method = reject_method_by_name(one_text(full_name, own));
    } else if (part == "uplift") {
      result.uplift = any_number(full_name, own);
    } else if (part == "bands") {
      result.bands = whole_int(full_name, own);
    } else {
      refuse(name, kRule, value);
    }
  }
  return result;
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
  } else if (name == "reject_inference") {
    params.reject_inference = reject_inference(name, value);
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
  const RejectInference& inference = params.reject_inference;
  if (inference.method != RejectMethod::kNone) {
    object["reject_inference"] = {{"method", reject_method_name(inference.method)},
                                  {"uplift", inference.uplift},
                                  {"bands", inference.bands}};
  }
  put_binning(object, params.binning);
  for (const FeatureBinning& own : params.by_feature) {
    if (own.has_trend) object["trend_of"][own.feature] = trend_name(own.trend);
    if (own.has_specials) object["specials_of"][own.feature] = own.specials;
  }
  return object;
}

const char kScorecardNames[] =
    "max_bins, min_share, min_events, min_others, trend, trend_of, specials, specials_of, "
    "rare_share, prebins, min_iv, selection, max_p_value, l1, pdo, base_score, base_odds, "
    "round_points, reject_inference";

}  // namespace credit_risk
