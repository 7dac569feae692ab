// How far a distribution has moved from its baseline.
#pragma once
#include <cstddef>

namespace credit_risk {

// Shares of the same bins, each array summing to 1 within kShareTolerance.
struct BinShares {
  const double* expected;  // e: the baseline
  const double* actual;    // a
  std::size_t count;
};

// Shares rounded to three decimals pass.
constexpr double kShareTolerance = 0.01;

// Population stability index = sum of (a - e) ln(a / e). Shares below `epsilon` count as epsilon;
// with epsilon 0 an empty bin is refused, unless empty in both.
double population_stability_index(const BinShares& bins, double epsilon);

}  // namespace credit_risk
