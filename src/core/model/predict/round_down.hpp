// Thresholds as float32, for values that are.
#pragma once
#include <cmath>
#include <limits>

namespace credit_risk {

// The greatest float32 that is not above t: for a float32 x, x <= t is the same as x <= that.
inline float round_down(double t) noexcept {
  const float nearest = static_cast<float>(t);
  return static_cast<double>(nearest) > t
             ? std::nextafterf(nearest, -std::numeric_limits<float>::infinity())
             : nearest;
}

}  // namespace credit_risk
