// Platt scaling: the logistic curve over the margin that fits the rows best (Platt 2000).
#pragma once
#include "core/model/calibration.hpp"
#include "core/stop_flag.hpp"
#include "core/train/calibration/calibration_rows.hpp"

namespace credit_risk {

// A calibration of kind kSigmoid: the slope and intercept that minimise the weighted log loss
// against Platt's targets, (N1 + 1) / (N1 + 2) for a one and 1 / (N0 + 2) for a zero, N the weight
// of the class; as scikit-learn's CalibratedClassifierCV(method="sigmoid"). Throws kInvalidInput
// for rows that checked_weights() refuses, and where the ones do not have the higher margins, so
// that the slope would not be positive.
Calibration fit_platt_scaling(const CalibrationRows& rows, const StopFlag& stop = {});

}  // namespace credit_risk
