#include "core/train/scorecard/evidence_fit.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace credit_risk {
namespace {

TEST(EvidenceColumn, GivesBackEveryWeight) {
  EvidenceColumn column;
  for (int i = 0; i < 1000; ++i) column.push_back(i * 7 % 256 / 10.0);
  double scratch[300];
  ASSERT_EQ(column.read(600, 300, scratch), scratch);
  for (int i = 0; i < 300; ++i) EXPECT_EQ(scratch[i], (600 + i) * 7 % 256 / 10.0);
  EXPECT_EQ(column[999], 999 * 7 % 256 / 10.0);
  column.push_back(0.1);
  EXPECT_THROW(column.push_back(99.0), std::logic_error);
}

}  // namespace
}  // namespace credit_risk
