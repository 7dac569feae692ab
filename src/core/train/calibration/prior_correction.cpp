#include "core/train/calibration/prior_correction.hpp"

#include "core/error.hpp"

namespace credit_risk {

Calibration correct_prior(double from, double to, Calibration before) {
  if (!(from > 0 && from < 1 && to > 0 && to < 1))
    throw Error(ErrorKind::kInvalidInput, "a share of ones must be between 0 and 1, without them");
  before.odds_ratio *= to * (1 - from) / ((1 - to) * from);
  if (!(before.odds_ratio >= 1 / kMaxOddsRatio && before.odds_ratio <= kMaxOddsRatio))
    throw Error(ErrorKind::kInvalidInput, "shares of ones are too far apart to correct the prior");
  if (before.kind == CalibrationKind::kPrior && before.odds_ratio == 1)
    throw Error(ErrorKind::kInvalidInput, "shares of ones are equal: there is nothing to correct");
  return before;
}

}  // namespace credit_risk
