#include "core/train/train_options.hpp"

#include "core/error.hpp"
#include "core/json.hpp"
#include "core/train/option_values.hpp"

namespace credit_risk {
namespace {

using namespace option_values;

constexpr int kMaxFolds = 100;

std::uint16_t fold_count(const std::string& name, const Json& value) {
  const std::int64_t number = whole_number(name, value);
  if (number != 0 && (number < 2 || number > kMaxFolds)) {
    refuse(name, "0 or between 2 and " + std::to_string(kMaxFolds), value);
  }
  return static_cast<std::uint16_t>(number);
}

std::vector<MonotoneConstraint> monotone(const std::string& name, const Json& value) {
  constexpr const char* kRule = "an object of feature names with 1 (never down) or -1 (never up)";
  std::vector<MonotoneConstraint> result;
  if (!value.is_object()) refuse(name, kRule, value);
  for (const auto& [feature, direction] : value.items()) {
    if (direction != 1 && direction != -1) refuse(name, kRule, value);
    result.push_back({feature, direction.get<int>()});
  }
  return result;
}

std::vector<std::vector<std::string>> groups(const std::string& name, const Json& value) {
  std::vector<std::vector<std::string>> result;
  constexpr const char* kRule = "an array of arrays of column names";
  if (!value.is_array()) refuse(name, kRule, value);
  for (const Json& element : value) {
    if (!element.is_array()) refuse(name, kRule, value);
    result.push_back(names(name, element));
  }
  return result;
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

// Returns false when there is no whole number of this name among the parameters of boosting.
bool set_boosting_count(BoostingParams& boosting, const std::string& name, const Json& value) {
  if (name == "trees") {
    boosting.trees = whole_int(name, value);
  } else if (name == "max_depth") {
    boosting.max_depth = whole_int(name, value);
  } else if (name == "max_leaves") {
    boosting.max_leaves = whole_int(name, value);
  } else if (name == "early_stopping") {
    boosting.early_stopping = whole_int(name, value);
  } else if (name == "seed") {
    boosting.seed = seed(name, value);
  } else {
    return false;
  }
  return true;
}

// Returns false when there is no boosting parameter of this name.
bool set_boosting(BoostingParams& boosting, const std::string& name, const Json& value) {
  if (set_boosting_count(boosting, name, value)) return true;
  if (name == "learning_rate") {
    boosting.learning_rate = any_number(name, value);
  } else if (name == "lambda") {
    boosting.lambda = any_number(name, value);
  } else if (name == "min_child_weight") {
    boosting.min_child_weight = any_number(name, value);
  } else if (name == "min_gain") {
    boosting.min_gain = any_number(name, value);
  } else if (name == "row_share") {
    boosting.row_share = any_number(name, value);
  } else if (name == "column_share") {
    boosting.column_share = any_number(name, value);
  } else if (name == "validation_share") {
    boosting.validation_share = any_number(name, value);
  } else if (name == "monotone") {
    boosting.monotone = monotone(name, value);
  } else if (name == "interactions") {
    boosting.interactions = groups(name, value);
  } else {
    return false;
  }
  return true;
}

bool set_algorithm(TrainOptions& options, const std::string& name, const Json& value) {
  if (options.algorithm == Algorithm::kRandomForest) return set_forest(options.forest, name, value);
  if (!set_boosting(options.boosting, name, value)) return false;
  options.forest.seed = options.boosting.seed;
  return true;
}

const char* parameter_names(Algorithm algorithm) {
  return algorithm == Algorithm::kRandomForest
             ? "trees, max_depth, min_split, min_leaf, max_features, balanced, seed"
             : "trees, max_depth, max_leaves, learning_rate, lambda, min_child_weight, min_gain, "
               "row_share, column_share, early_stopping, validation_share, monotone, interactions, "
               "seed";
}

void set(TrainOptions& options, const std::string& name, const Json& value) {
  if (set_algorithm(options, name, value)) return;
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
    options.positive = value_text(name, value);
    options.has_positive = true;
  } else {
    throw Error(ErrorKind::kInvalidInput, "parameter \"" + name + "\" does not exist", "",
                std::string("The parameters are ") + parameter_names(options.algorithm) +
                    ", test_share, folds, refit_on_all, features, exclude, positive, "
                    "allow_protected and verbose.");
  }
}

Json forest_json(const ForestParams& forest) {
  return {{"trees", forest.trees},
          {"max_depth", forest.max_depth},
          {"min_split", forest.min_split},
          {"min_leaf", forest.min_leaf},
          {"max_features", max_features_json(forest.max_features)},
          {"balanced", forest.balanced},
          {"seed", forest.seed}};
}

Json boosting_json(const BoostingParams& boosting) {
  Json object = {{"trees", boosting.trees},
                 {"max_depth", boosting.max_depth},
                 {"max_leaves", boosting.max_leaves},
                 {"learning_rate", boosting.learning_rate},
                 {"lambda", boosting.lambda},
                 {"min_child_weight", boosting.min_child_weight},
                 {"min_gain", boosting.min_gain},
                 {"row_share", boosting.row_share},
                 {"column_share", boosting.column_share},
                 {"early_stopping", boosting.early_stopping},
                 {"validation_share", boosting.validation_share},
                 {"seed", boosting.seed}};
  for (const MonotoneConstraint& constraint : boosting.monotone)
    object["monotone"][constraint.feature] = constraint.direction;
  if (!boosting.interactions.empty()) object["interactions"] = boosting.interactions;
  return object;
}

}  // namespace

Algorithm algorithm_by_name(const std::string& name) {
  if (name == "random_forest") return Algorithm::kRandomForest;
  if (name == "gradient_boosting") return Algorithm::kGradientBoosting;
  throw Error(ErrorKind::kUndefined, "algorithm \"" + name + "\" does not exist", "",
              "The algorithms are: random_forest, gradient_boosting.");
}

TrainOptions parse_train_options(const char* json, std::size_t size, Algorithm algorithm) {
  TrainOptions options;
  options.algorithm = algorithm;
  const Json object = parse_object(json, size, "params", "{\"trees\": 200}");
  for (const auto& [name, value] : object.items()) set(options, name, value);
  if (algorithm == Algorithm::kRandomForest) {
    check(options.forest);
  } else {
    check(options.boosting);
  }
  return options;
}

std::string to_json(const TrainOptions& options) {
  Json object = options.algorithm == Algorithm::kRandomForest ? forest_json(options.forest)
                                                              : boosting_json(options.boosting);
  object["test_share"] = options.test_share;
  object["folds"] = options.folds;
  object["refit_on_all"] = options.refit_on_all;
  object["allow_protected"] = options.allow_protected;
  if (!options.features.empty()) object["features"] = options.features;
  if (!options.exclude.empty()) object["exclude"] = options.exclude;
  if (options.has_positive) object["positive"] = options.positive;
  return object.dump();
}

}  // namespace credit_risk
