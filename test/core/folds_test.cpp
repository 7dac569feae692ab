#include "core/train/folds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>

#include "core/error.hpp"

namespace credit_risk {
namespace {

std::vector<std::uint8_t> target_of(int zeros, int ones) {
  std::vector<std::uint8_t> target(zeros, 0);
  for (int i = 0; i < ones; ++i)
    target.insert(target.begin() + (i * 7919) % (target.size() + 1), 1);
  return target;
}

TEST(StratifiedSplit, HoldsOutAFifthOfEachClass) {
  const auto target = target_of(700, 300);
  const RowSplit split = stratified_split(target, 0.2, 42);
  EXPECT_EQ(split.train.size(), 800u);
  EXPECT_EQ(split.test.size(), 200u);
  EXPECT_EQ(std::count_if(split.test.begin(), split.test.end(),
                          [&](auto row) { return target[row] == 1; }),
            60);
  std::vector<std::uint32_t> all = split.train;
  all.insert(all.end(), split.test.begin(), split.test.end());
  std::sort(all.begin(), all.end());
  for (std::uint32_t row = 0; row < 1000; ++row) ASSERT_EQ(all[row], row);
}

TEST(StratifiedSplit, SeedDecides) {
  const auto target = target_of(70, 30);
  EXPECT_EQ(stratified_split(target, 0.2, 1).test, stratified_split(target, 0.2, 1).test);
  EXPECT_NE(stratified_split(target, 0.2, 1).test, stratified_split(target, 0.2, 2).test);
}

TEST(StratifiedSplit, RefusesAPartWithoutAClass) {
  EXPECT_THROW(stratified_split(target_of(50, 1), 0.2, 1), Error);
  EXPECT_THROW(stratified_split(target_of(2, 2), 0.9, 1), Error);
}

TEST(StratifiedFolds, DivideEachClassEvenly) {
  const auto target = target_of(701, 299);
  const auto folds = stratified_folds(target, 5, 42);
  std::array<std::array<int, 2>, 5> count{};
  for (std::size_t row = 0; row < target.size(); ++row) ++count[folds[row]][target[row]];
  for (const auto& fold : count) {
    EXPECT_EQ(fold[0] + fold[1], 200);
    EXPECT_GE(fold[0], 140);
    EXPECT_LE(fold[0], 141);
  }
  const RowSplit split = hold_out(folds, 3);
  EXPECT_EQ(split.test.size(), 200u);
  EXPECT_EQ(split.train.size(), 800u);
  for (std::uint32_t row : split.test) EXPECT_EQ(folds[row], 3);
}

TEST(StratifiedFolds, RefusesMoreFoldsThanRowsOfAClass) {
  try {
    stratified_folds(target_of(50, 4), 5, 1);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "the training set is too small for 5 folds");
    EXPECT_EQ(error.detail(), "The target has 50 negative and 4 positive rows.");
  }
}

}  // namespace
}  // namespace credit_risk
