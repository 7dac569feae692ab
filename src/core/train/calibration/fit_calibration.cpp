#include "core/train/calibration/fit_calibration.hpp"

#include <cmath>

#include "core/error.hpp"
#include "core/json.hpp"
#include "core/metrics/confusion.hpp"
#include "core/metrics/probability_loss.hpp"
#include "core/metrics/ranking.hpp"
#include "core/train/calibration/isotonic_regression.hpp"
#include "core/train/calibration/platt_scaling.hpp"
#include "core/train/calibration/prior_correction.hpp"
#include "core/train/forest/out_of_bag.hpp"
#include "core/train/forest/forest_trainer.hpp"
#include "core/train/trainer.hpp"

namespace credit_risk {
namespace {

constexpr double kThreshold = 0.5;
constexpr const char* kRules[] = {"auto", "none", "sigmoid", "isotonic"};  // by CalibrationRule

// Rows that at least one tree did not draw, and what such trees say of them.
struct OutOfBagRows {
  std::vector<double> margins, weights;  // no weights: 1 for each row
  std::vector<std::uint8_t> labels;

  CalibrationRows rows() const {
    return {margins.data(), margins.data(), labels.data(),
            weights.empty() ? nullptr : weights.data(), margins.size()};
  }
};

// The margin of a forest is its probability.
OutOfBagRows out_of_bag(const Model& forest, const ForestParams& params, const TrainingData& data,
                        const std::vector<std::uint32_t>& rows, const StopFlag& stop) {
  const std::vector<double> margins = out_of_bag_margins(forest, params, data, rows, stop);
  OutOfBagRows result;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (std::isnan(margins[i])) continue;
    result.margins.push_back(margins[i]);
    result.labels.push_back(data.target[rows[i]]);
    if (data.weighted()) result.weights.push_back(data.weights[rows[i]]);
  }
  return result;
}

Calibration fitted_to(const OutOfBagRows& rows, CalibrationRule rule, const StopFlag& stop) {
  return rule == CalibrationRule::kIsotonic ? fit_isotonic_regression(rows.rows(), stop)
                                            : fit_platt_scaling(rows.rows(), stop);
}

void calibrate_by_prior(Model& model, double event_weight) {
  model.calibration = correct_prior(event_weight / (1 + event_weight), 0.5);
}

// Few rows out of bag, or a forest that has learnt nothing, leave no curve to fit.
void calibrate_by_itself(Model& model, const OutOfBagRows* rows, double event_weight,
                         const StopFlag& stop) {
  if (event_weight == 1) return;
  if (rows == nullptr) return calibrate_by_prior(model, event_weight);
  try {
    model.calibration = fitted_to(*rows, CalibrationRule::kSigmoid, stop);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kInvalidInput) throw;
    calibrate_by_prior(model, event_weight);
  }
}

void put_out_of_bag(nlohmann::json& figures, const OutOfBagRows& rows, const Model& model,
                    const StopFlag& stop) {
  std::vector<double> probabilities = rows.margins;
  if (model.calibration) {
    for (double& p : probabilities) p = model.calibration->apply(p, p);
  }
  const Scored scored{rows.labels.data(), probabilities.data(), probabilities.size(),
                      rows.weights.empty() ? nullptr : rows.weights.data()};
  figures["oob_rows"] = scored.count;
  figures["oob_auc"] = roc_auc(scored, stop);
  figures["oob_accuracy"] = decision_rates(scored, kThreshold).accuracy;
  figures["oob_brier"] = brier_score(scored);
}

}  // namespace

const char* name_of(CalibrationRule rule) noexcept {
  return kRules[static_cast<std::size_t>(rule)];
}

void check_rule(CalibrationRule rule, const Trainer& trainer) {
  if (rule == CalibrationRule::kAuto || rule == CalibrationRule::kNone) return;
  if (trainer.as_forest() != nullptr) return;
  throw Error(ErrorKind::kInvalidInput,
              std::string("parameter \"calibrate\" cannot be \"") + name_of(rule) + "\" here",
              "A forest alone has rows out of bag to calibrate with.",
              "Use \"auto\" or \"none\", and then credit_risk.calibrate with rows kept apart.");
}

void calibrate_fit(FittedModel& fitted, const Trainer& trainer, const TrainingData& data,
                   const std::vector<std::uint32_t>& rows, CalibrationRule rule,
                   const StopFlag& stop) {
  Model& model = fitted.model;
  const ForestTrainer* const forest = trainer.as_forest();
  OutOfBagRows apart;
  if (forest != nullptr) apart = out_of_bag(model, forest->params(), data, rows, stop);
  if (rule == CalibrationRule::kAuto) {
    calibrate_by_itself(model, forest == nullptr ? nullptr : &apart,
                        trainer.event_weight(data, rows), stop);
  } else if (rule != CalibrationRule::kNone) {
    model.calibration = fitted_to(apart, rule, stop);
  }
  nlohmann::json figures = nlohmann::json::parse(fitted.figures);
  figures["calibration"] = model.calibration ? name_of(model.calibration->kind) : "none";
  if (forest != nullptr) put_out_of_bag(figures, apart, model, stop);
  fitted.figures = figures.dump();
}

}  // namespace credit_risk
