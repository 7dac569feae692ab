// The order in which contributions to a score are told.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace credit_risk {

// Fills `order` with the positions 0 .. count-1, the greatest |contribution| first, equal ones in
// feature order.
inline void rank_by_size(const double* contributions, std::size_t count, std::int32_t* order) {
  for (std::size_t i = 0; i < count; ++i) order[i] = static_cast<std::int32_t>(i);
  std::sort(order, order + count, [contributions](std::int32_t a, std::int32_t b) {
    const double size_a = std::fabs(contributions[a]);
    const double size_b = std::fabs(contributions[b]);
    return size_a != size_b ? size_a > size_b : a < b;
  });
}

// Keeps of an order made by rank_by_size only the contributions above zero, those that raised the
// risk; returns how many there are.
inline std::size_t keep_raising(const double* contributions, std::size_t count,
                                std::int32_t* order) {
  std::size_t raising = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (contributions[order[i]] > 0) order[raising++] = order[i];
  }
  return raising;
}

}  // namespace credit_risk
