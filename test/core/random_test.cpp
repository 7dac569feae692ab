#include "core/random.hpp"

#include <gtest/gtest.h>

namespace credit_risk {
namespace {

// SplitMix64 of seed 1234567, from the reference implementation's published test values.
TEST(SplitMix, MatchesTheReferenceStream) {
  std::uint64_t state = 1234567;
  EXPECT_EQ(split_mix(state), 6457827717110365317ull);
  EXPECT_EQ(split_mix(state), 3203168211198807973ull);
  EXPECT_EQ(split_mix(state), 9817491932198370423ull);
}

TEST(Random, StreamsAreIndependentOfEachOther) {
  Random a(42, 1), b(42, 1), c(42, 2);
  EXPECT_EQ(a.next(), b.next());
  EXPECT_NE(a.next(), c.next());
}

TEST(Random, StaysInRange) {
  Random random(7);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_LT(random.below(10), 10u);
    const double u = random.uniform();
    EXPECT_GE(u, 0.0);
    EXPECT_LT(u, 1.0);
  }
}

}  // namespace
}  // namespace credit_risk
