// What a calibration is fitted to: rows that the model was not trained on, or held out folds.
#pragma once
#include <cstddef>
#include <cstdint>

namespace credit_risk {

struct CalibrationRows {
  const double* margins;  // of the model, finite
  const double* probabilities;
  const std::uint8_t* labels;  // 0 or 1
  const double* weights;       // finite, not negative; null: 1 for each row
  std::size_t count;

  double weight(std::size_t row) const noexcept { return weights == nullptr ? 1.0 : weights[row]; }
};

// The weight of the rows of each class.
struct CalibrationWeights {
  double zeros = 0;
  double ones = 0;
};

// Throws kInvalidInput where a row is not as above, or a class has no weight.
CalibrationWeights checked_weights(const CalibrationRows& rows);

}  // namespace credit_risk
