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

TEST(StratifiedFolds, RepeatsDrawOtherFolds) {
  const auto target = target_of(70, 30);
  EXPECT_EQ(stratified_folds(target, 5, 1, 0), stratified_folds(target, 5, 1));
  EXPECT_EQ(stratified_folds(target, 5, 1, 3), stratified_folds(target, 5, 1, 3));
  EXPECT_NE(stratified_folds(target, 5, 1, 0), stratified_folds(target, 5, 1, 1));
  EXPECT_NE(stratified_folds(target, 5, 1, 1), stratified_folds(target, 5, 1, 2));
}

// Rows in an order of their own, three of each time; every fifth is an event.
struct TimedRows {
  std::vector<double> time;
  std::vector<std::uint8_t> target;
};

TimedRows timed_rows(int count) {
  TimedRows rows;
  for (int i = 0; i < count; ++i) {
    const int row = i * 7 % count;
    rows.time.push_back(row / 3);
    rows.target.push_back(row % 5 == 0);
  }
  return rows;
}

TEST(LatestSplit, HoldsOutTheLatestRows) {
  const TimedRows rows = timed_rows(300);
  for (const double share : {0.2, 0.201, 0.197}) {
    const RowSplit split = latest_split(rows.time, rows.target, share);
    EXPECT_EQ(split.test.size(), share == 0.201 ? 63u : 60u);  // whole times
    EXPECT_EQ(split.train.size() + split.test.size(), 300u);
    double latest = 0;
    for (const std::uint32_t row : split.train) latest = std::max(latest, rows.time[row]);
    for (const std::uint32_t row : split.test) EXPECT_GT(rows.time[row], latest);
    EXPECT_TRUE(std::is_sorted(split.test.begin(), split.test.end()));
  }
}

TEST(LatestSplit, RefusesAPartOfOneClass) {
  TimedRows rows = timed_rows(300);
  for (std::size_t row = 0; row < 300; ++row) rows.target[row] = rows.time[row] > 90;
  EXPECT_THROW(latest_split(rows.time, rows.target, 0.2), Error);
  EXPECT_THROW(latest_split(std::vector<double>(300, 7), rows.target, 0.2), Error);
}

TEST(TimeBlocks, FoldsAreMeasuredByWhatCameBefore) {
  const TimedRows rows = timed_rows(300);
  const auto blocks = time_blocks(rows.time, 4);
  std::size_t trained = 0;
  for (std::uint16_t fold = 0; fold < 4; ++fold) {
    const RowSplit split = hold_out_block(blocks, fold, rows.target);
    EXPECT_EQ(split.test.size(), 60u);
    EXPECT_GT(split.train.size(), trained);
    trained = split.train.size();
    double latest = 0;
    for (const std::uint32_t row : split.train) latest = std::max(latest, rows.time[row]);
    for (const std::uint32_t row : split.test) EXPECT_GT(rows.time[row], latest);
  }
  EXPECT_EQ(trained, 240u);
}

TEST(TimeBlocks, RefuseTooFewTimesAndBlocksOfOneClass) {
  TimedRows rows = timed_rows(300);
  for (double& time : rows.time) time = time < 50 ? 1 : 2;
  EXPECT_EQ(time_blocks(rows.time, 1).size(), 300u);
  EXPECT_THROW(time_blocks(rows.time, 2), Error);
  rows = timed_rows(300);
  for (std::size_t row = 0; row < 300; ++row) rows.target[row] = rows.time[row] > 90;
  EXPECT_THROW(hold_out_block(time_blocks(rows.time, 4), 0, rows.target), Error);
}

}  // namespace
}  // namespace credit_risk
