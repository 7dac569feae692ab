// A model with a calibration fitted to what it says of rows, in place of the one that it has.
#pragma once
#include <cstddef>
#include <string_view>

#include "core/model/model.hpp"
#include "core/stop_flag.hpp"

namespace credit_risk {

// `margins` of the model for `count` rows, `labels` of which are 1 or 0. `method`: "sigmoid"
// (fit_platt_scaling) or "isotonic" (fit_isotonic_regression). Throws kInvalidInput for another
// method, a model that tells points, rows that the method refuses, and
// labels that are neither.
Model calibrated_model(Model model, const double* margins, const double* labels, std::size_t count,
                       std::string_view method, const StopFlag& stop = {});

// With correct_prior(from, to) behind the calibration that it has, if any. Throws as that does, and
// for a model that tells points.
Model prior_corrected_model(Model model, double from, double to);

}  // namespace credit_risk
