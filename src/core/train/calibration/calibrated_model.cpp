#include "core/train/calibration/calibrated_model.hpp"

#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/model/predict/predict.hpp"
#include "core/train/calibration/isotonic_regression.hpp"
#include "core/train/calibration/platt_scaling.hpp"
#include "core/train/calibration/prior_correction.hpp"

namespace credit_risk {
namespace {

void refuse_points(const Model& model) {
  if (!model.points) return;
  throw Error(ErrorKind::kInvalidInput, "a scorecard cannot be calibrated",
              "Its points tell the probability.", "Train the scorecard again with other rows.");
}

std::vector<std::uint8_t> checked_labels(const double* labels, std::size_t count) {
  std::vector<std::uint8_t> checked(count);
  for (std::size_t r = 0; r < count; ++r) {
    if (labels[r] != 0 && labels[r] != 1)
      throw Error(ErrorKind::kInvalidInput, "a label is neither 0 nor 1");
    checked[r] = labels[r] != 0 ? 1 : 0;
  }
  return checked;
}

}  // namespace

Model calibrated_model(Model model, const double* margins, const double* labels, std::size_t count,
                       std::string_view method, const StopFlag& stop) {
  refuse_points(model);
  const std::vector<std::uint8_t> ones = checked_labels(labels, count);
  std::vector<double> probabilities(count);
  for (std::size_t r = 0; r < count; ++r) {
    probabilities[r] =
        probability_of_margin(model.link, margins[r], model.link_scale, model.float32_sum);
  }
  const CalibrationRows rows{margins, probabilities.data(), ones.data(), nullptr, count};
  if (method == "sigmoid") {
    model.calibration = fit_platt_scaling(rows, stop);
  } else if (method == "isotonic") {
    model.calibration = fit_isotonic_regression(rows, stop);
  } else {
    throw Error(ErrorKind::kInvalidInput,
                "calibration method \"" + std::string(method) + "\" does not exist", {},
                "Pass 'sigmoid' or 'isotonic'.");
  }
  return model;
}

Model prior_corrected_model(Model model, double from, double to) {
  refuse_points(model);
  model.calibration = correct_prior(from, to, model.calibration.value_or(Calibration()));
  return model;
}

}  // namespace credit_risk
