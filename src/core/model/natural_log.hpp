// The natural logarithm with the same bits on every machine: only + - * / and bits, no libm.
#pragma once

namespace credit_risk {

// Within 2 units in the last place of ln(x), for finite x > 0 that is a normal number.
double natural_log(double x) noexcept;

}  // namespace credit_risk
