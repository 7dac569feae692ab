// What one row of each class weighs.
#pragma once
#include <cmath>
#include <cstdint>

namespace credit_risk {

struct ClassWeights {
  double zero = 1.0;
  double one = 1.0;
};

constexpr double kClassWeightSteps = 1048576.0;

// A multiple of 2^-20, so that every sum of weights is exact and the covers of two children add up
// to their parent's; at least one step.
inline double rounded_class_weight(double weight) noexcept {
  return std::fmax(1.0, std::round(weight * kClassWeightSteps)) / kClassWeightSteps;
}

// Balanced: half of all weight for each class, as scikit-learn's class_weight="balanced". `zeros`
// and `ones` are the rows of the classes, or what they weigh; both positive.
inline ClassWeights balanced_weights(double zeros, double ones) noexcept {
  const double half = (zeros + ones) / 2.0;
  return {rounded_class_weight(half / zeros), rounded_class_weight(half / ones)};
}

}  // namespace credit_risk
