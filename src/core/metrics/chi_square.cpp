#include "core/metrics/chi_square.hpp"

#include <algorithm>
#include <cmath>

#include "core/metrics/compensated_sum.hpp"

namespace credit_risk {

double chi_square_above(double x, std::size_t degrees_of_freedom) {
  if (x <= 0) return 1.0;
  const double half = x / 2;
  const double log_half = std::log(half);
  const bool odd = degrees_of_freedom % 2 != 0;
  constexpr double kLogGammaOfHalf = 0.57236494292470008707;  // ln(pi) / 2
  CompensatedSum above;
  if (odd) above.add(std::erfc(std::sqrt(half)));
  // Terms half^k / Gamma(k + 1) e^-half, k = 0, 1, ... or 1/2, 3/2, ...; in logarithms, because
  // powers overflow where the result does not.
  double k = odd ? 0.5 : 0.0;
  double log_gamma = odd ? kLogGammaOfHalf + std::log(0.5) : 0.0;  // of k + 1
  for (std::size_t i = 0; i < degrees_of_freedom / 2; ++i) {
    above.add(std::exp(k * log_half - half - log_gamma));
    k += 1;
    log_gamma += std::log(k);
  }
  return std::min(above.value(), 1.0);
}

}  // namespace credit_risk
