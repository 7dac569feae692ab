// How much of a whole lies with few.
#pragma once
#include "core/metrics/exact_sum.hpp"

namespace credit_risk {

// The Herfindahl-Hirschman index: the sum of squared shares of the amounts in their total, 1/n for
// n equal amounts and 1 for a single one. NaN for a total of zero. Sums are exact, so the result
// has the same bits in whatever order the amounts came. Plain bytes.
class Concentration {
 public:
  // 0, or from kLeastWeight to kGreatestWeight.
  void add(double amount) noexcept;
  void append(const Concentration& others) noexcept;
  double herfindahl() const noexcept;

 private:
  ExactSum amounts_;
  ExactSum squares_;
};

}  // namespace credit_risk
