#include "core/train/logistic/logistic_trainer.hpp"

#include <utility>

#include "core/train/option_values.hpp"
#include "core/train/row_weights.hpp"

namespace credit_risk {

using namespace option_values;

bool LogisticTrainer::set(const std::string& name, const Json& value) {
  if (name == "l2") {
    params_.l2 = any_number(name, value);
  } else if (name == "l1") {
    params_.l1 = any_number(name, value);
  } else if (name == "standardize") {
    params_.standardize = yes_or_no(name, value);
  } else if (name == "max_iterations") {
    params_.max_iterations = whole_int(name, value);
  } else {
    return set_class_weights(name, value, params_.balanced, params_.class_weights);
  }
  return true;
}

const char* LogisticTrainer::parameter_names() const {
  return "l2, l1, standardize, balanced, class_weights, max_iterations";
}

Json LogisticTrainer::parameters() const {
  Json object = {{"l2", params_.l2},
                 {"l1", params_.l1},
                 {"standardize", params_.standardize},
                 {"balanced", params_.balanced},
                 {"max_iterations", params_.max_iterations}};
  put_class_weights(object, params_.class_weights);
  return object;
}

FittedModel LogisticTrainer::fit(const TrainingData& data, const std::vector<std::uint32_t>& rows,
                                 const StopFlag& stop) const {
  LogisticRegression regression = train_logistic_regression(data, rows, params_, stop);
  FittedModel fitted;
  const Json figures = {{"coefficients", coefficient_table(regression)},
                        {"steps", regression.steps}};
  fitted.figures = figures.dump();
  fitted.model = std::move(regression.model);
  fitted.importance = std::move(regression.importance);
  return fitted;
}

double LogisticTrainer::event_weight(const TrainingData& data,
                                     const std::vector<std::uint32_t>& rows) const {
  return credit_risk::event_weight(params_.balanced, params_.class_weights, data, rows);
}

}  // namespace credit_risk
