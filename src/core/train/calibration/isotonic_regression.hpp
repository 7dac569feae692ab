// Isotonic regression: of all maps that do not fall, the one that fits the rows best (Zadrozny and
// Elkan 2002), by pooling adjacent violators (Ayer et al. 1955).
#pragma once
#include "core/model/calibration.hpp"
#include "core/stop_flag.hpp"
#include "core/train/calibration/calibration_rows.hpp"

namespace credit_risk {

// A calibration of kind kIsotonic over the probability: the least weighted squares. Rows of equal
// probability are one; between the probabilities of the rows, straight lines; points within a
// stretch of equal outputs are left out. As scikit-learn's
// IsotonicRegression(out_of_bounds="clip"). Throws kInvalidInput for rows that checked_weights()
// refuses, kLimit beyond kMaxCalibrationPoints.
Calibration fit_isotonic_regression(const CalibrationRows& rows, const StopFlag& stop = {});

}  // namespace credit_risk
