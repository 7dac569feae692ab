// The logistic function with the same bits on every machine: only + - * / and tables of bits, no
// libm.
#pragma once
#include <cstddef>

namespace credit_risk {

// 1 / (1 + exp(-margin)), within 2 units in the last place; 0 below about -745.13, 1 above
// about 36.74. `margin` may be infinite, not NaN.
double logistic(double margin) noexcept;

// The same of many margins at once, bit for bit. The two arrays do not overlap.
void logistic(const double* margins, std::size_t count, double* probabilities);

// The same as XGBoost computes it: every step rounded to float32, above 2^-128. `margin` is finite.
float logistic_float32(float margin) noexcept;

}  // namespace credit_risk
