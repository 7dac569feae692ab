#include "core/train/boosting/boosting_trainer.hpp"

#include <utility>

#include "core/train/boosting/gradient_boosting.hpp"
#include "core/train/option_values.hpp"
#include "core/train/row_weights.hpp"

namespace credit_risk {
namespace {

using namespace option_values;

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

// Returns false when no parameter of this name is a whole number.
bool set_count(BoostingParams& params, const std::string& name, const Json& value) {
  if (name == "trees") {
    params.trees = whole_int(name, value);
  } else if (name == "max_depth") {
    params.max_depth = whole_int(name, value);
  } else if (name == "max_leaves") {
    params.max_leaves = whole_int(name, value);
  } else if (name == "early_stopping") {
    params.early_stopping = whole_int(name, value);
  } else {
    return false;
  }
  return true;
}

}  // namespace

bool BoostingTrainer::set(const std::string& name, const Json& value) {
  if (set_count(params_, name, value)) return true;
  if (name == "learning_rate") {
    params_.learning_rate = any_number(name, value);
  } else if (name == "lambda") {
    params_.lambda = any_number(name, value);
  } else if (name == "min_category_weight") {
    params_.min_category_weight = any_number(name, value);
  } else if (name == "category_lambda") {
    params_.category_lambda = any_number(name, value);
  } else if (name == "min_child_weight") {
    params_.min_child_weight = any_number(name, value);
  } else if (name == "min_gain") {
    params_.min_gain = any_number(name, value);
  } else if (name == "row_share") {
    params_.row_share = any_number(name, value);
  } else if (name == "column_share") {
    params_.column_share = any_number(name, value);
  } else if (name == "validation_share") {
    params_.validation_share = any_number(name, value);
  } else if (name == "monotone") {
    params_.monotone = monotone(name, value);
  } else if (name == "interactions") {
    params_.interactions = groups(name, value);
  } else {
    return set_class_weights(name, value, params_.balanced, params_.class_weights);
  }
  return true;
}

const char* BoostingTrainer::parameter_names() const {
  return "trees, max_depth, max_leaves, learning_rate, lambda, category_lambda, min_child_weight, "
         "min_category_weight, "
         "min_gain, "
         "row_share, column_share, early_stopping, validation_share, monotone, interactions, "
         "balanced, class_weights";
}

Json BoostingTrainer::parameters() const {
  Json object = {{"trees", params_.trees},
                 {"max_depth", params_.max_depth},
                 {"max_leaves", params_.max_leaves},
                 {"learning_rate", params_.learning_rate},
                 {"lambda", params_.lambda},
                 {"category_lambda", params_.category_lambda},
                 {"min_category_weight", params_.min_category_weight},
                 {"min_child_weight", params_.min_child_weight},
                 {"min_gain", params_.min_gain},
                 {"row_share", params_.row_share},
                 {"column_share", params_.column_share},
                 {"early_stopping", params_.early_stopping},
                 {"validation_share", params_.validation_share},
                 {"balanced", params_.balanced}};
  put_class_weights(object, params_.class_weights);
  for (const MonotoneConstraint& constraint : params_.monotone)
    object["monotone"][constraint.feature] = constraint.direction;
  if (!params_.interactions.empty()) object["interactions"] = params_.interactions;
  return object;
}

void BoostingTrainer::check_columns(const TrainingData& data) const {
  check_constraints(params_, data.features());
}

FittedModel BoostingTrainer::fit(const TrainingData& data, const std::vector<std::uint32_t>& rows,
                                 const StopFlag& stop) const {
  const std::vector<std::uint64_t> block = bin_rows(data, rows, stop, kBoostingBins);
  Team alone;
  return fit(BinnedMatrix(block.data()), data.features(), alone, stop);
}

FittedModel BoostingTrainer::fit(const BinnedMatrix& matrix, const std::vector<Feature>& features,
                                 Team& team, const StopFlag& stop) const {
  BoostedModel boosted = boost(matrix, features, params_, team, stop);
  FittedModel fitted;
  const Json figures = {{"trees", boosted.model.trees.tree_count()},
                        {"validation_rows", boosted.validation_rows}};
  fitted.figures = figures.dump();
  fitted.model = std::move(boosted.model);
  fitted.importance = std::move(boosted.gain);
  return fitted;
}

double BoostingTrainer::event_weight(const TrainingData& data,
                                     const std::vector<std::uint32_t>& rows) const {
  return credit_risk::event_weight(params_.balanced, params_.class_weights, data, rows);
}

}  // namespace credit_risk
