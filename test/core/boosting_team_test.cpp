// Boosted trees that several members of a team grow together are those that one grows alone. The
// members are threads here; in the server they are processes.
#include "core/train/boosting/team.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <thread>

#include "core/error.hpp"
#include "core/model/codec.hpp"
#include "core/random.hpp"
#include "core/train/boosting/gradient_boosting.hpp"

namespace credit_risk {
namespace {

// Numbers with gaps, one of many values, and categories; the outcome depends on some of them.
TrainingData rows_of(std::uint32_t count) {
  Random random(7, 0);
  const auto uniform = [&] { return random.below(1000000) / 1e6; };
  TrainingData data;
  data.columns.resize(6);
  for (std::size_t c = 0; c < data.columns.size(); ++c)
    data.columns[c].feature.name = "x" + std::to_string(c);
  Feature& region = data.columns[5].feature;
  region.kind = FeatureKind::kCategorical;
  for (int k = 0; k < 70; ++k) region.categories.push_back("r" + std::to_string(k));
  for (std::uint32_t row = 0; row < count; ++row) {
    double x[6];
    for (double& value : x) value = uniform();
    x[3] = std::floor(x[3] * 4);
    x[5] = std::floor(x[5] * 70);
    const double margin = 3 * x[0] - 2 * x[1] + x[0] * x[3] + std::fmod(x[5], 3) - 2.5;
    data.target.push_back(uniform() < 1 / (1 + std::exp(-margin)));
    for (std::size_t c = 0; c < data.columns.size(); ++c)
      data.columns[c].values.push_back(c == 1 && row % 7 == 0 ? std::nan("") : x[c]);
  }
  return data;
}

std::vector<std::uint64_t> binned(const TrainingData& data) {
  std::vector<std::uint32_t> rows(data.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  return bin_rows(data, rows, StopFlag(), kBoostingBins);
}

// What each member finds, in order.
std::vector<BoostedModel> boost_together(const TrainingData& data, const BoostingParams& params,
                                         std::uint32_t members) {
  const std::vector<std::uint64_t> block = binned(data);
  const BinnedMatrix matrix(block.data());
  std::vector<std::uint64_t> memory(TeamRoom::bytes(matrix, members) / sizeof(std::uint64_t) + 1);
  TeamRoom* const room = TeamRoom::make(memory.data(), matrix);
  std::vector<BoostedModel> models(members);
  std::vector<std::thread> threads;
  for (std::uint32_t m = 0; m < members; ++m) {
    threads.emplace_back([&, m] {
      Team team(room, m, StopFlag());
      models[m] = boost(matrix, data.features(), params, team, StopFlag());
    });
  }
  room->open(members);
  for (std::thread& thread : threads) thread.join();
  return models;
}

void expect_same_as_alone(const TrainingData& data, const BoostingParams& params) {
  const BoostedModel alone = train_gradient_boosting(data, params, StopFlag());
  EXPECT_GT(alone.model.trees.node_count(), alone.model.trees.tree_count());
  for (const std::uint32_t members : {1u, 2u, 3u, 5u}) {
    for (const BoostedModel& model : boost_together(data, params, members)) {
      EXPECT_EQ(encode(model.model), encode(alone.model)) << members;
      EXPECT_EQ(model.gain, alone.gain);
      EXPECT_EQ(model.validation_loss, alone.validation_loss);
      EXPECT_EQ(model.trained_rows, alone.trained_rows);
    }
  }
}

BoostingParams few_trees() {
  BoostingParams params;
  params.trees = 12;
  params.early_stopping = 0;
  return params;
}

TEST(BoostingTeam, GrowsTheTreesOfOne) { expect_same_as_alone(rows_of(3000), few_trees()); }

TEST(BoostingTeam, StopsEarlyAtTheSameTree) {
  BoostingParams params;
  params.trees = 300;
  params.learning_rate = 0.5;
  params.early_stopping = 5;
  const TrainingData data = rows_of(2000);
  ASSERT_LT(train_gradient_boosting(data, params, StopFlag()).model.trees.tree_count(), 300u);
  expect_same_as_alone(data, params);
}

TEST(BoostingTeam, DrawsTheSameRowsAndFeatures) {
  BoostingParams params = few_trees();
  params.row_share = 0.6;
  params.column_share = 0.5;
  params.early_stopping = 8;
  expect_same_as_alone(rows_of(2000), params);
}

TEST(BoostingTeam, TakesTheSameLeavesFirst) {
  BoostingParams params = few_trees();
  params.max_leaves = 9;
  params.max_depth = 30;
  params.min_child_weight = 0;
  expect_same_as_alone(rows_of(1500), params);
}

TEST(BoostingTeam, KeepsConstraintsAndWeights) {
  BoostingParams params = few_trees();
  params.monotone = {{"x0", 1}, {"x1", -1}};
  params.interactions = {{"x0", "x3"}, {"x1", "x5"}};
  params.balanced = true;
  TrainingData data = rows_of(2000);
  for (std::size_t row = 0; row < data.rows(); ++row) data.weights.push_back(1 + row % 5 * 0.75);
  expect_same_as_alone(data, params);
}

// Fewer rows than members: some have none.
TEST(BoostingTeam, MayHaveMembersWithoutRows) {
  BoostingParams params = few_trees();
  params.min_child_weight = 0;
  TrainingData data = rows_of(4);
  data.target = {0, 1, 1, 0};
  const BoostedModel alone = train_gradient_boosting(data, params, StopFlag());
  for (const BoostedModel& model : boost_together(data, params, 7))
    EXPECT_EQ(encode(model.model), encode(alone.model));
}

// What a member that waits tells when it is stopped or another one has failed.
ErrorKind error_of_waiting(bool given_up, bool stopped) {
  const TrainingData data = rows_of(500);
  const std::vector<std::uint64_t> block = binned(data);
  const BinnedMatrix matrix(block.data());
  std::vector<std::uint64_t> memory(TeamRoom::bytes(matrix, 2) / sizeof(std::uint64_t) + 1);
  TeamRoom* const room = TeamRoom::make(memory.data(), matrix);
  room->open(2);
  const volatile int up = stopped ? 1 : 0;
  Team team(room, 0, StopFlag(&up));
  if (given_up) room->give_up();
  try {
    std::int64_t rows = 1;
    team.sum(&rows, 1);
  } catch (const Error& error) {
    return error.kind();
  }
  return ErrorKind::kUndefined;
}

TEST(BoostingTeam, WaitsForNobodyWhoHasFailed) {
  EXPECT_EQ(error_of_waiting(true, false), ErrorKind::kCancelled);
}

TEST(BoostingTeam, CanBeStoppedWhileItWaits) {
  EXPECT_EQ(error_of_waiting(false, true), ErrorKind::kCancelled);
}

}  // namespace
}  // namespace credit_risk
