// The promise of every explanation here: base value and contributions add up to what they explain.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <string>

namespace credit_risk {

// Throws std::logic_error, a bug and no fault of the caller, where base_value + phi[0] + ... misses
// `output` by more than 1e-10 relative. `reach`: the size of the numbers that were added to get
// there, as those that cancel leave rounding errors of their own size.
inline void check_additivity(double base_value, const double* phi, std::size_t count, double output,
                             double reach) {
  constexpr double kTolerance = 1e-10, kRoundingTolerance = 1e-13;
  double sum = base_value;
  for (std::size_t f = 0; f < count; ++f) sum += phi[f];
  const double tolerance =
      std::max(kTolerance * std::max(1.0, std::fabs(output)), kRoundingTolerance * reach);
  if (std::fabs(sum - output) <= tolerance) return;
  throw std::logic_error("SHAP values add up to " + std::to_string(sum) +
                         " and not to the output, " + std::to_string(output));
}

}  // namespace credit_risk
