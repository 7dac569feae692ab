// What every metric reads: a label and a score per row, and a weight where the rows do not count
// alike. A label of 1 is the event (default); scores are never NaN; weights are positive.
#pragma once
#include <cstddef>
#include <cstdint>

namespace credit_risk {

struct Scored {
  const std::uint8_t* label;
  const double* score;
  std::size_t count;
  const double* weight = nullptr;  // null: every row weighs 1

  double weight_of(std::size_t row) const noexcept { return weight == nullptr ? 1.0 : weight[row]; }
};

// Weights and amounts outside are refused, so that no sum of products overflows or vanishes.
constexpr double kLeastWeight = 1e-100;
constexpr double kGreatestWeight = 1e100;

}  // namespace credit_risk
