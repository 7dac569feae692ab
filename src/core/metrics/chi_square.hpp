// The chi-square distribution.
#pragma once
#include <cstddef>

namespace credit_risk {

// The chance of a value above `x` (finite, >= 0) with `degrees_of_freedom` (>= 1). Closed form for
// whole degrees of freedom: Abramowitz and Stegun 26.4.4 (odd) and 26.4.5 (even).
double chi_square_above(double x, std::size_t degrees_of_freedom);

}  // namespace credit_risk
