// The standard normal distribution.
#pragma once

namespace credit_risk {

// The value that `probability`, between 0 and 1, lies below: algorithm AS 241 (Wichura 1988,
// PPND16), relative error about 1e-16.
double normal_quantile(double probability);

// The chance of a value at least as far from 0 as `z`.
double normal_two_sided(double z);

}  // namespace credit_risk
