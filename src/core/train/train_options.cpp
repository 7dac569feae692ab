#include "core/train/train_options.hpp"

#include <algorithm>
#include <limits>

#include "core/error.hpp"
#include "core/json.hpp"

namespace credit_risk {
namespace {

using Json = nlohmann::json;

constexpr int kMaxFolds = 100;

[[noreturn]] void refuse(const std::string& name, const std::string& rule, const Json& value) {
  throw Error(ErrorKind::kInvalidInput, "parameter \"" + name + "\" must be " + rule,
              "The value is " + value.dump() + ".");
}

std::int64_t whole_number(const std::string& name, const Json& value) {
  if (!value.is_number_integer()) refuse(name, "a whole number", value);
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{kMost}) {
    throw Error(ErrorKind::kInvalidInput, "parameter \"" + name + "\" is too large",
                "The value is " + value.dump() + ".");
  }
  return value.get<std::int64_t>();
}

// Values beyond 32 bits end at the nearest one, which check() refuses.
std::int32_t whole_int(const std::string& name, const Json& value) {
  using Limits = std::numeric_limits<std::int32_t>;
  return static_cast<std::int32_t>(
      std::clamp<std::int64_t>(whole_number(name, value), Limits::min(), Limits::max()));
}

std::uint64_t seed(const std::string& name, const Json& value) {
  const std::int64_t number = whole_number(name, value);
  if (number < 0) refuse(name, "0 or greater", value);
  return static_cast<std::uint64_t>(number);
}

std::uint16_t fold_count(const std::string& name, const Json& value) {
  const std::int64_t number = whole_number(name, value);
  if (number != 0 && (number < 2 || number > kMaxFolds)) {
    refuse(name, "0 or between 2 and " + std::to_string(kMaxFolds), value);
  }
  return static_cast<std::uint16_t>(number);
}

bool yes_or_no(const std::string& name, const Json& value) {
  if (!value.is_boolean()) refuse(name, "true or false", value);
  return value.get<bool>();
}

std::vector<std::string> names(const std::string& name, const Json& value) {
  std::vector<std::string> result;
  if (!value.is_array()) refuse(name, "an array of column names", value);
  for (const Json& element : value) {
    if (!element.is_string()) refuse(name, "an array of column names", value);
    result.push_back(element.get<std::string>());
  }
  return result;
}

double share(const std::string& name, const Json& value) {
  const double number = value.is_number() ? value.get<double>() : -1.0;
  if (!(number >= 0 && number < 1)) refuse(name, "a number from 0 to below 1", value);
  return number;
}

MaxFeatures max_features(const std::string& name, const Json& value) {
  if (value == "sqrt") return {MaxFeatures::kSqrt, 0};
  if (value == "log2") return {MaxFeatures::kLog2, 0};
  if (value == "all") return {MaxFeatures::kAll, 0};
  if (value.is_number_integer()) return {MaxFeatures::kCount, value.get<double>()};
  if (value.is_number()) return {MaxFeatures::kShare, value.get<double>()};
  refuse(name, "'sqrt', 'log2', 'all', a whole number from 1 or a share between 0 and 1", value);
}

Json max_features_json(const MaxFeatures& rule) {
  switch (rule.rule) {
    case MaxFeatures::kSqrt:
      return "sqrt";
    case MaxFeatures::kLog2:
      return "log2";
    case MaxFeatures::kAll:
      return "all";
    case MaxFeatures::kCount:
      return static_cast<std::int64_t>(rule.value);
    case MaxFeatures::kShare:
      return rule.value;
  }
  return nullptr;
}

std::string text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// Returns false when there is no forest parameter of this name.
bool set_forest(ForestParams& forest, const std::string& name, const Json& value) {
  if (name == "trees") {
    forest.trees = whole_int(name, value);
  } else if (name == "max_depth") {
    forest.max_depth = whole_int(name, value);
  } else if (name == "min_split") {
    forest.min_split = whole_int(name, value);
  } else if (name == "min_leaf") {
    forest.min_leaf = whole_int(name, value);
  } else if (name == "max_features") {
    forest.max_features = max_features(name, value);
  } else if (name == "balanced") {
    forest.balanced = yes_or_no(name, value);
  } else if (name == "seed") {
    forest.seed = seed(name, value);
  } else {
    return false;
  }
  return true;
}

void set(TrainOptions& options, const std::string& name, const Json& value) {
  if (set_forest(options.forest, name, value)) return;
  if (name == "test_share") {
    options.test_share = share(name, value);
  } else if (name == "folds") {
    options.folds = fold_count(name, value);
  } else if (name == "refit_on_all") {
    options.refit_on_all = yes_or_no(name, value);
  } else if (name == "verbose") {
    options.verbose = yes_or_no(name, value);
  } else if (name == "allow_protected") {
    options.allow_protected = yes_or_no(name, value);
  } else if (name == "features") {
    options.features = names(name, value);
  } else if (name == "exclude") {
    options.exclude = names(name, value);
  } else if (name == "positive") {
    if (value.is_structured() || value.is_null()) refuse(name, "one value of the target", value);
    options.has_positive = true;
    options.positive = text(value);
  } else {
    throw Error(ErrorKind::kInvalidInput, "parameter \"" + name + "\" does not exist", "",
                "The parameters are trees, max_depth, min_split, min_leaf, max_features, balanced, "
                "seed, test_share, "
                "folds, refit_on_all, features, exclude, positive, allow_protected and verbose.");
  }
}

}  // namespace

TrainOptions parse_train_options(const char* json, std::size_t size) {
  TrainOptions options;
  try {
    const Json object = Json::parse(json, json + size);
    if (!object.is_object()) {
      throw Error(ErrorKind::kInvalidInput, "params must be a JSON object", "",
                  "For instance '{\"trees\": 200}'.");
    }
    for (const auto& [name, value] : object.items()) set(options, name, value);
  } catch (const Json::exception&) {
    // The server has parsed it already: what is left are numbers beyond double.
    throw Error(ErrorKind::kInvalidInput, "params holds a number that is too large");
  }
  check(options.forest);
  return options;
}

std::string to_json(const TrainOptions& options) {
  const ForestParams& forest = options.forest;
  Json object = {{"trees", forest.trees},
                 {"max_depth", forest.max_depth},
                 {"min_split", forest.min_split},
                 {"min_leaf", forest.min_leaf},
                 {"max_features", max_features_json(forest.max_features)},
                 {"balanced", forest.balanced},
                 {"seed", forest.seed},
                 {"test_share", options.test_share},
                 {"folds", options.folds},
                 {"refit_on_all", options.refit_on_all},
                 {"allow_protected", options.allow_protected}};
  if (!options.features.empty()) object["features"] = options.features;
  if (!options.exclude.empty()) object["exclude"] = options.exclude;
  if (options.has_positive) object["positive"] = options.positive;
  return object.dump();
}

}  // namespace credit_risk
