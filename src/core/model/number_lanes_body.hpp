// The lanes of number_lanes.hpp, CR_LANES of them; the steps and their names are those of
// logistic.cpp and natural_log.cpp. No template: GCC converts no vectors whose size is a parameter.
#include <cstdint>
#include <cstring>

#include "core/model/logistic.hpp"
#include "core/model/natural_log.hpp"
#include "core/unroll.hpp"

namespace credit_risk {
namespace {

struct NumberLanes {
  static constexpr int kLanes = CR_LANES;
  typedef double Real __attribute__((vector_size(8 * kLanes)));
  typedef std::int64_t Whole __attribute__((vector_size(8 * kLanes)));
  typedef std::int32_t Small __attribute__((vector_size(4 * kLanes)));

  // Beyond, the function of one value has steps of its own.
  static constexpr double kLeast = -690, kGreatest = 40;

  static void logistics(const double* margins, std::size_t count, double* probabilities) {
    Whole beyond = {};
    std::size_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
      Real margin, probability;
      std::memcpy(&margin, margins + i, sizeof margin);
      beyond |= (margin < kLeast) | (margin > kGreatest);
      logistic_step(margin, probability);
      std::memcpy(probabilities + i, &probability, sizeof probability);
    }
    bool any = false;
    for (int lane = 0; lane < kLanes; ++lane) any |= beyond[lane] != 0;
    for (std::size_t j = any ? 0 : i; j < count; ++j) {
      if (j >= i || margins[j] < kLeast || margins[j] > kGreatest)
        probabilities[j] = logistic(margins[j]);
    }
  }

  static void natural_logs(const double* x, std::size_t count, double* result) {
    std::size_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
      Real value, logarithm;
      std::memcpy(&value, x + i, sizeof value);
      natural_log_step(value, logarithm);
      std::memcpy(result + i, &logarithm, sizeof logarithm);
    }
    for (; i < count; ++i) result[i] = natural_log(x[i]);
  }

 private:
  static void logistic_step(const Real& margin, Real& probability) {
    constexpr double kLn2High = 6.93147180369123816490e-01, kLn2Low = 1.90821492927058770002e-10;
    constexpr double kInverseLn2 = 1.44269504088896338700e+00;
    const Whole positive = margin > 0;
    const Real zero = {}, one = zero + 1.0;
    const Real x = positive ? -margin : margin;
    const Small k =
        __builtin_convertvector(x * kInverseLn2 + (x < 0 ? zero - 0.5 : zero + 0.5), Small);
    const Real k_real = __builtin_convertvector(k, Real);
    const Real high = x - k_real * kLn2High, low = k_real * kLn2Low;
    const Real r = high - low, r_low = (high - r) - low;

    Real series = zero;
    for (int j = kTerms - 1; j >= 0; --j) series = series * r + kReciprocalFactorials[j];
    const Real sum = one + r, sum_low = r - (sum - one);
    const Real rest = sum_low + (r_low + r * r_low) + (r * r) * series;
    const Whole bits = (__builtin_convertvector(k, Whole) + 1023) << 52;
    Real power;
    std::memcpy(&power, &bits, sizeof power);
    const Real e = sum + rest, e_high = e * power, e_low = (rest - (e - sum)) * power;

    const Real divisor = one + e_high, divisor_low = (e_high - (divisor - one)) + e_low;
    const Real quotient = (positive ? one : e_high) / divisor;
    probability = quotient + ((positive ? zero : e_low) - quotient * divisor_low) / divisor;
  }

  static void natural_log_step(const Real& x, Real& logarithm) {
    constexpr double kSqrt2 = 1.41421356237309514547;
    constexpr double kLn2High = 6.93147180369123816490e-01, kLn2Low = 1.90821492927058770002e-10;
    const Real zero = {};
    Whole bits;
    std::memcpy(&bits, &x, sizeof bits);
    Whole k = (bits >> 52) - 1023;
    bits = (bits & 0x000FFFFFFFFFFFFFll) | 0x3FF0000000000000ll;
    Real m;
    std::memcpy(&m, &bits, sizeof m);
    const Whole above = m > kSqrt2;  // -1 where true
    m = above ? m * 0.5 : m;
    k -= above;
    const Real k_real = __builtin_convertvector(__builtin_convertvector(k, Small), Real);
    const Real s = (m - 1) / (m + 1), square = s * s;
    Real series = zero;
    CR_UNROLL
    for (int odd = 25; odd >= 3; odd -= 2) series = (series + 1.0 / odd) * square;
    logarithm = k_real * kLn2High + (2 * s + (2 * s * series + k_real * kLn2Low));
  }

  static constexpr int kTerms = 14;
  static constexpr double kReciprocalFactorials[kTerms] = {
      1.0 / 2,          1.0 / 6,           1.0 / 24,           1.0 / 120,           1.0 / 720,
      1.0 / 5040,       1.0 / 40320,       1.0 / 362880,       1.0 / 3628800,       1.0 / 39916800,
      1.0 / 479001600., 1.0 / 6227020800., 1.0 / 87178291200., 1.0 / 1307674368000.};
};

}  // namespace
}  // namespace credit_risk
