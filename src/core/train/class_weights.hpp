// What one row of each class weighs.
#pragma once
#include <cmath>
#include <cstdint>

namespace credit_risk {

struct ClassWeights {
  double zero = 1.0;
  double one = 1.0;
};

// Balanced: rows / (2 * rows of the class), as scikit-learn's class_weight="balanced". Rounded to a
// multiple of 2^-20, so that every sum of weights is exact and the covers of two children add up to
// their parent's.
inline ClassWeights class_weights(std::uint64_t zeros, std::uint64_t ones, bool balanced) noexcept {
  if (!balanced || zeros == 0 || ones == 0) return {};
  constexpr double kSteps = 1048576.0;
  const double half = static_cast<double>(zeros + ones) / 2.0;
  return {std::round(half / static_cast<double>(zeros) * kSteps) / kSteps,
          std::round(half / static_cast<double>(ones) * kSteps) / kSteps};
}

}  // namespace credit_risk
