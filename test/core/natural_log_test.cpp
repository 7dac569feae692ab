#include "core/model/natural_log.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.hpp"

namespace credit_risk {
namespace {

TEST(NaturalLog, IsTheLogarithm) {
  EXPECT_EQ(natural_log(1.0), 0.0);
  Random random(4);
  for (int i = 0; i < 2000; ++i) {
    const double x = std::exp((random.uniform() - 0.5) * 1300);
    EXPECT_NEAR(natural_log(x), std::log(x), std::fabs(std::log(x)) * 5e-16);
    const double near_one = 0.7 + 0.6 * random.uniform();
    EXPECT_NEAR(natural_log(near_one), std::log(near_one), std::fabs(std::log(near_one)) * 1e-15);
  }
}

}  // namespace
}  // namespace credit_risk
