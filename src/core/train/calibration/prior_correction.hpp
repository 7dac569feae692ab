// Prior correction: what a model says of a population with another share of ones than its training
// rows had (Elkan 2001; King and Zeng 2001, section 4.1), for example after classes were balanced.
#pragma once
#include "core/model/calibration.hpp"

namespace credit_risk {

// `before` with its odds ratio times (to / (1 - to)) / (from / (1 - from)): `from` is the weighted
// share of ones in the training rows, `to` that of the population, both within (0, 1). Throws
// kInvalidInput where one is not, or the ratio would be out of range, or nothing is left to
// correct.
Calibration correct_prior(double from, double to, Calibration before = {});

}  // namespace credit_risk
