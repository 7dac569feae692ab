// The natural logarithm with the same bits on every machine: only + - * / and bits, no libm.
#pragma once
#include <cstddef>

namespace credit_risk {

// Within 2 units in the last place of ln(x), for finite x > 0 that is a normal number.
double natural_log(double x) noexcept;

// The same of many values at once, bit for bit. What is no normal number above 0 gives a number
// without meaning. The two arrays do not overlap.
void natural_log(const double* x, std::size_t count, double* result);

}  // namespace credit_risk
