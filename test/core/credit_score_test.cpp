#include "core/model/credit_score.hpp"

#include <gtest/gtest.h>

namespace credit_risk {
namespace {

TEST(CreditScore, FollowsTheLine) {
  EXPECT_EQ(credit_score(0.0), 850);
  EXPECT_EQ(credit_score(0.3), 685);
  EXPECT_EQ(credit_score(0.5), 575);
  EXPECT_EQ(credit_score(1.0), 300);
}

TEST(CreditScore, RoundsHalvesUp) {
  EXPECT_EQ(credit_score(0.25), 713);   // 712.5
  EXPECT_EQ(credit_score(0.125), 781);  // 781.25
  EXPECT_EQ(credit_score(0.75), 438);   // 437.5
}

}  // namespace
}  // namespace credit_risk
