// First and second derivative of the logistic loss as integers, so that sums are exact in any
// order.
//
// The unit is 2^-30: a gradient p - y lies within 2^30 units and a hessian p (1 - p) within 2^28,
// so that both fit 32 bits and the sums of a billion rows (kMaxTrainingRows < 2^30) fit 64. A row's
// rounding error is at most 2^-31, below that of the float32 gradients of XGBoost and LightGBM
// near 1/2 by a factor of 32, and it does not grow with the number of rows.
#pragma once
#include <cstdint>

namespace credit_risk {

inline constexpr double kGradientUnits = 1073741824.0;

struct RowGradient {
  std::int32_t gradient, hessian;  // the hessian is at least one unit
};

struct GradientSum {
  std::int64_t gradient = 0, hessian = 0;

  GradientSum operator+(const GradientSum& other) const noexcept {
    return {gradient + other.gradient, hessian + other.hessian};
  }
  GradientSum operator-(const GradientSum& other) const noexcept {
    return {gradient - other.gradient, hessian - other.hessian};
  }
  bool empty() const noexcept { return hessian == 0; }  // no rows
  double g() const noexcept { return static_cast<double>(gradient) / kGradientUnits; }
  double h() const noexcept { return static_cast<double>(hessian) / kGradientUnits; }
};

// Of a row with this probability; `part` is what it weighs, at most 1.
inline RowGradient row_gradient(double probability, bool label, double part = 1.0) noexcept {
  const auto units = [](double x) {
    return static_cast<std::int32_t>(x * kGradientUnits + (x < 0 ? -0.5 : 0.5));
  };
  const std::int32_t hessian = units(part * probability * (1 - probability));
  return {units(part * (probability - (label ? 1.0 : 0.0))), hessian > 0 ? hessian : 1};
}

}  // namespace credit_risk
