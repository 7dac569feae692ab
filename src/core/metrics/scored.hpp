// What every metric reads: a label and a score per row. A label of 1 is the event (default); scores
// are never NaN.
#pragma once
#include <cstddef>
#include <cstdint>

namespace credit_risk {

struct Scored {
  const std::uint8_t* label;
  const double* score;
  std::size_t count;
};

}  // namespace credit_risk
