#include "core/explain/additivity.hpp"

#include <gtest/gtest.h>

namespace credit_risk {
namespace {

constexpr double kPhi[] = {0.25, -0.125};

TEST(Additivity, HoldsWithinTheRoundingOfTheSum) {
  EXPECT_NO_THROW(check_additivity(0.5, kPhi, 2, 0.625, 1));
  EXPECT_NO_THROW(check_additivity(0.5, kPhi, 2, 0.625 + 9e-11, 1));
  EXPECT_NO_THROW(check_additivity(0.5, nullptr, 0, 0.5, 0));
  // Numbers of 1e6 that cancel may leave 1e-7.
  EXPECT_NO_THROW(check_additivity(0.5, kPhi, 2, 0.625 + 9e-8, 1e6));
}

TEST(Additivity, BreachIsABug) {
  for (const double output : {0.625 + 2e-10, 0.625 - 2e-10, 0.0, std::nan("")}) {
    EXPECT_THROW(check_additivity(0.5, kPhi, 2, output, 1), std::logic_error) << output;
  }
}

}  // namespace
}  // namespace credit_risk
