#include "core/metrics/exact_sum.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace credit_risk {
namespace {

using Limits = std::numeric_limits<double>;

TEST(ExactSum, EmptyIsZero) { EXPECT_EQ(ExactSum().value(), 0.0); }

TEST(ExactSum, NothingIsLostBetweenFarMagnitudes) {
  ExactSum sum;
  sum.add(1.0);
  for (int i = 0; i < 4096; ++i) sum.add(0x1p-64);
  EXPECT_EQ(sum.value(), 1 + 0x1p-52);
}

TEST(ExactSum, TiesGoToEvenUnlessSomethingLiesBelow) {
  ExactSum tie;
  tie.add(1.0);
  tie.add(0x1p-53);
  EXPECT_EQ(tie.value(), 1.0);
  tie.add(Limits::denorm_min());
  EXPECT_EQ(tie.value(), 1 + 0x1p-52);
}

TEST(ExactSum, BeyondTheRangeOfDoubleIsInfinite) {
  ExactSum sum;
  sum.add(Limits::max());
  EXPECT_EQ(sum.value(), Limits::max());
  sum.add(Limits::max());
  EXPECT_EQ(sum.value(), Limits::infinity());
}

TEST(ExactSum, CarriesPassThroughManyLimbs) {
  ExactSum sum;
  // 2^k - 2^-1074 + 2^-1074, built from every power below.
  for (int k = -1074; k < 100; ++k) sum.add(std::ldexp(1.0, k));
  sum.add(Limits::denorm_min());
  EXPECT_EQ(sum.value(), 0x1p100);
}

TEST(ExactSum, AppendingItselfDoubles) {
  ExactSum sum;
  sum.add(0.1);
  for (int i = 0; i < 100; ++i) sum.append(sum);
  EXPECT_EQ(sum.value(), 0.1 * 0x1p100);
}

}  // namespace
}  // namespace credit_risk
