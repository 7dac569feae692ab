#include "core/train/binning/binning_options.hpp"

#include "core/error.hpp"
#include "core/train/binning/binning_values.hpp"
#include "core/train/option_values.hpp"

namespace credit_risk {

using namespace option_values;

const char kBinningNames[] =
    "min_share, max_bins, min_events, min_others, trend, prebins, specials, rare_share";

bool set_binning(BinningParams& params, const std::string& name, const Json& value) {
  if (name == "min_share") {
    params.min_share = any_number(name, value);
  } else if (name == "max_bins") {
    params.max_bins = whole_int(name, value);
  } else if (name == "min_events") {
    params.min_events = whole_number(name, value);
  } else if (name == "min_others") {
    params.min_others = whole_number(name, value);
  } else if (name == "trend") {
    params.trend = trend_by_name(one_text(name, value));
  } else if (name == "prebins") {
    params.prebins = whole_int(name, value);
  } else if (name == "specials") {
    params.specials = numbers(name, value);
  } else if (name == "rare_share") {
    params.rare_share = any_number(name, value);
  } else {
    return false;
  }
  return true;
}

void put_binning(Json& object, const BinningParams& params) {
  object["min_share"] = params.min_share;
  object["max_bins"] = params.max_bins;
  object["min_events"] = params.min_events;
  object["min_others"] = params.min_others;
  object["trend"] = trend_name(params.trend);
  object["prebins"] = params.prebins;
  object["rare_share"] = params.rare_share;
  if (!params.specials.empty()) object["specials"] = params.specials;
}

BinningOptions parse_binning_options(const char* json, std::size_t size) {
  BinningOptions options;
  const Json object = parse_object(json, size, "options", "{\"max_bins\": 6}");
  for (const auto& [name, value] : object.items()) {
    if (set_binning(options.params, name, value)) continue;
    if (name != "positive") {
      throw Error(ErrorKind::kInvalidInput, "parameter \"" + name + "\" does not exist", "",
                  std::string("The parameters are ") + kBinningNames + " and positive.");
    }
    options.positive = value_text(name, value);
    options.has_positive = true;
  }
  check(options.params);
  return options;
}

}  // namespace credit_risk
