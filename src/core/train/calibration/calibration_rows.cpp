#include "core/train/calibration/calibration_rows.hpp"

#include <cmath>

#include "core/error.hpp"

namespace credit_risk {

CalibrationWeights checked_weights(const CalibrationRows& rows) {
  CalibrationWeights sum;
  for (std::size_t r = 0; r < rows.count; ++r) {
    const double p = rows.probabilities[r], weight = rows.weight(r);
    if (!std::isfinite(rows.margins[r]) || !(p >= 0 && p <= 1))
      throw Error(ErrorKind::kInvalidInput, "a score to calibrate is not a probability");
    if (!(weight >= 0) || std::isinf(weight))
      throw Error(ErrorKind::kInvalidInput, "weights must be finite and not negative");
    (rows.labels[r] != 0 ? sum.ones : sum.zeros) += weight;
  }
  if (sum.zeros > 0 && sum.ones > 0 && std::isfinite(sum.zeros + sum.ones)) return sum;
  throw Error(ErrorKind::kInvalidInput, "rows to calibrate with must be of both classes",
              "One class has no row of positive weight.",
              "Calibrate with more rows, or with rows of another period.");
}

}  // namespace credit_risk
