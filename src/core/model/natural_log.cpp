#include "core/model/natural_log.hpp"

#include <cstdint>
#include <cstring>

#include "core/unroll.hpp"

namespace credit_risk {

double natural_log(double x) noexcept {
  // x = 2^k m with sqrt(1/2) < m <= sqrt(2); ln m = 2 (s + s^3/3 + s^5/5 + ...), s = (m-1)/(m+1).
  constexpr double kSqrt2 = 1.41421356237309514547;
  constexpr double kLn2High = 6.93147180369123816490e-01, kLn2Low = 1.90821492927058770002e-10;
  std::uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  int k = static_cast<int>(bits >> 52) - 1023;
  bits = (bits & 0x000FFFFFFFFFFFFFull) | 0x3FF0000000000000ull;
  double m;
  std::memcpy(&m, &bits, sizeof m);
  if (m > kSqrt2) {
    m *= 0.5;
    ++k;
  }
  const double s = (m - 1) / (m + 1), square = s * s;
  double series = 0;  // |s| < 0.172: what comes after s^25 is below 2^-62
  CR_UNROLL
  for (int odd = 25; odd >= 3; odd -= 2) series = (series + 1.0 / odd) * square;
  return k * kLn2High + (2 * s + (2 * s * series + k * kLn2Low));
}

}  // namespace credit_risk
