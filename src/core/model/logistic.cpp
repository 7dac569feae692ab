#include "core/model/logistic.hpp"

#include <cstdint>
#include <cstring>

namespace credit_risk {
namespace {

// 2^k for -1022 <= k <= 1023.
double power_of_two(int k) noexcept {
  const std::uint64_t bits = static_cast<std::uint64_t>(k + 1023) << 52;
  double value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// high + low, where |low| is at most half a unit in the last place of high.
struct Pair {
  double high, low;
};

Pair exact_sum(double greater, double lesser) noexcept {
  const double high = greater + lesser;
  return {high, lesser - (high - greater)};
}

// exp(r + r_low) for |r| <= ln 2 / 2 as 1 + r + r^2 (1/2! + r/3! + ...); the series ends below
// 2^-60.
Pair exp_of_remainder(double r, double r_low) noexcept {
  constexpr double kReciprocalFactorials[] = {
      1.0 / 2,          1.0 / 6,           1.0 / 24,           1.0 / 120,           1.0 / 720,
      1.0 / 5040,       1.0 / 40320,       1.0 / 362880,       1.0 / 3628800,       1.0 / 39916800,
      1.0 / 479001600., 1.0 / 6227020800., 1.0 / 87178291200., 1.0 / 1307674368000.};
  double series = 0;
  for (int i = 13; i >= 0; --i) series = series * r + kReciprocalFactorials[i];
  const Pair sum = exact_sum(1.0, r);
  return exact_sum(sum.high, sum.low + (r_low + r * r_low) + (r * r) * series);
}

// exp(x) = 2^k (high + low) for |x| < 1000.
Pair exp_split(double x, int* k) noexcept {
  // x = k ln 2 + r; ln 2 in two parts, of which the first leaves room for k (values of fdlibm's
  // e_exp.c).
  constexpr double kLn2High = 6.93147180369123816490e-01, kLn2Low = 1.90821492927058770002e-10;
  constexpr double kInverseLn2 = 1.44269504088896338700e+00;
  *k = static_cast<int>(x * kInverseLn2 + (x < 0 ? -0.5 : 0.5));
  const double high = x - *k * kLn2High, low = *k * kLn2Low;
  const double r = high - low;
  return exp_of_remainder(r, (high - r) - low);
}

}  // namespace

float logistic_float32(float margin) noexcept {
  constexpr float kGreatest = 88.7f, kEpsilon = 1e-16f;  // of XGBoost's common/math.h
  const float x = -margin < kGreatest ? -margin : kGreatest;
  if (x < -110) return 1.0f;  // exp(x) is 0 in float32
  int k;
  const Pair e = exp_split(x, &k);
  const float exponential = static_cast<float>((e.high + e.low) * power_of_two(k));
  const float divisor = exponential + 1.0f + kEpsilon;
  return 1.0f / divisor;
}

double logistic(double margin) noexcept {
  if (margin > 40) return 1.0;  // 1 - 2^-54 and above round to 1
  if (margin < -746) return 0.0;
  const bool positive = margin > 0;
  const double x = positive ? -margin : margin;  // exp(x) cannot overflow

  int k;
  Pair e = exp_split(x, &k);

  if (k < -1000) {  // 1 + e is 1; two steps, as 2^k alone may not be a normal number
    return (e.high + e.low) * power_of_two(k + 200) * power_of_two(-200);
  }
  e.high *= power_of_two(k);
  e.low *= power_of_two(k);
  const Pair sum = exact_sum(1.0, e.high);
  const double divisor_low = sum.low + e.low;
  const double quotient = (positive ? 1.0 : e.high) / sum.high;
  return quotient + ((positive ? 0.0 : e.low) - quotient * divisor_low) / sum.high;
}

}  // namespace credit_risk
