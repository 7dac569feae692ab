#include "core/explain/contributions.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace credit_risk {
namespace {

TEST(Contributions, AreRankedBySizeThenPosition) {
  const double phi[] = {0.1, -0.5, 0.0, 0.5, 0.2};
  std::vector<std::int32_t> order(5);
  rank_by_size(phi, 5, order.data());
  EXPECT_EQ(order, (std::vector<std::int32_t>{1, 3, 4, 0, 2}));
}

TEST(Contributions, OnlyThoseAboveZeroRaiseTheRisk) {
  const double phi[] = {0.1, -0.5, 0.0, 0.5, 0.2};
  std::vector<std::int32_t> order(5);
  rank_by_size(phi, 5, order.data());
  ASSERT_EQ(keep_raising(phi, 5, order.data()), 3u);
  order.resize(3);
  EXPECT_EQ(order, (std::vector<std::int32_t>{3, 4, 0}));
}

}  // namespace
}  // namespace credit_risk
