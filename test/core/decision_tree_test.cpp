#include "core/train/decision_tree/decision_tree.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "core/error.hpp"
#include "core/json.hpp"
#include "core/model/predict/predict.hpp"
#include "core/model/validate.hpp"
#include "core/train/decision_tree/pruning.hpp"
#include "training_rows.hpp"

namespace credit_risk {
namespace {

std::size_t leaves(const Model& model) { return (model.trees.node_count() + 1) / 2; }

template <class Call>
std::string message_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(DecisionTree, GrowsOnAllRows) {
  TrainingData data{{numeric("x", {1, 2, 5, 9, 9, kMissing})}, {0, 0, 1, 1, 1, 0}};
  DecisionTreeParams params;
  params.min_leaf = 1;
  const Model model = train_decision_tree(data, params, StopFlag());
  validate(model);
  EXPECT_EQ(model.algorithm, "decision_tree");
  ASSERT_EQ(model.trees.node_count(), 3u);
  EXPECT_EQ(model.trees.threshold[0], 3.5);
  EXPECT_EQ(model.trees.cover, (std::vector<double>{6, 3, 3}));
  EXPECT_EQ(model.trees.flags[0], TreeEnsemble::kMissingLeft);
}

TEST(DecisionTree, TakesTheEarlierOfEqualFeatures) {
  const std::vector<double> values{1, 2, 3, 4, 5, 6};
  TrainingData data{{numeric("a", {7, 7, 7, 8, 8, 7}), numeric("b", values), numeric("c", values)},
                    {0, 0, 0, 1, 1, 1}};
  DecisionTreeParams params;
  params.min_leaf = 1;
  const Model model = train_decision_tree(data, params, StopFlag());
  EXPECT_EQ(model.trees.feature[0], 1);
}

TEST(DecisionTree, LeavesHoldTheirShareOfRows) {
  const TrainingData data = reference_rows(1, 1000);
  DecisionTreeParams params;
  params.min_leaf = 0.0995;  // 100 rows
  const Model model = train_decision_tree(data, params, StopFlag());
  EXPECT_GT(leaves(model), 4u);
  for (std::size_t node = 0; node < model.trees.node_count(); ++node)
    EXPECT_GE(model.trees.cover[node], 100);
  params.min_leaf = 100;
  const Model counted = train_decision_tree(data, params, StopFlag());
  EXPECT_EQ(counted.trees.threshold, model.trees.threshold);
}

// Of four rows each: x parts the classes but for one row, y then only some of the rest.
TEST(DecisionTree, PrunesTheWeakestLink) {
  TrainingData data{
      {numeric("x", {1, 1, 1, 1, 2, 2, 2, 2}), numeric("y", {1, 2, 1, 2, 1, 1, 1, 2})},
      {0, 0, 0, 0, 1, 1, 1, 0}};
  DecisionTreeParams params;
  params.min_leaf = 1;
  const auto leaves_at = [&](double alpha) {
    params.prune = alpha;
    return leaves(train_decision_tree(data, params, StopFlag()));
  };
  // Right of x: R = 4/8 * 2 * 3/4 * 1/4 = 3/16, and y leaves nothing of it. Then the root:
  // R = 2 * 3/8 * 5/8 = 15/32, of which x leaves 3/16: a gain of 9/32 for one leaf.
  EXPECT_EQ(leaves_at(0), 3u);
  EXPECT_EQ(leaves_at(0.187), 3u);
  EXPECT_EQ(leaves_at(0.1875), 2u) << "a link worth as much as it costs is cut";
  EXPECT_EQ(leaves_at(0.28124), 2u);
  EXPECT_EQ(leaves_at(0.28125), 1u);
}

TEST(DecisionTree, CutsSplitsThatGainNothing) {
  // Both children of any split have the share of all rows.
  TrainingData data{{numeric("x", {1, 1, 1, 2, 2, 2})}, {0, 0, 1, 0, 0, 1}};
  DecisionTreeParams params;
  params.min_leaf = 1;
  const Model model = train_decision_tree(data, params, StopFlag());
  ASSERT_EQ(model.trees.node_count(), 1u);
  EXPECT_EQ(model.trees.value[0], 1.0 / 3);
}

TEST(DecisionTree, PruningKeepsTheCategoriesOfWhatStays) {
  TrainingData data = reference_rows(5, 2000);
  std::vector<std::string> names;
  for (int i = 0; i < 70; ++i) names.push_back("c" + std::to_string(i));
  for (const int f : {1, 3}) {
    Column coded = categorical("c" + std::to_string(f), names, {});
    for (const double x : data.columns[f].values) coded.values.push_back(std::floor(x * 70));
    data.columns[f] = coded;
  }
  DecisionTreeParams params;
  params.max_depth = 10;
  params.min_leaf = 5;
  const Model whole = train_decision_tree(data, params, StopFlag());
  Model cut = whole;
  cut.trees = pruned(whole.trees, 3e-3);
  validate(cut);
  ASSERT_LT(leaves(cut), leaves(whole) / 2);
  ASSERT_GT(leaves(cut), 4u);
  // Every row still comes to a leaf whose share is that of the rows there.
  const Predictor predictor(cut);
  std::vector<double> row(data.columns.size());
  double sum = 0;
  for (std::size_t i = 0; i < data.rows(); ++i) {
    copy_row(data, i, row.data());
    sum += predictor.probability(row.data());
  }
  EXPECT_NEAR(sum, static_cast<double>(data.positives()), 1e-9);
}

TEST(DecisionTree, EqualsScikitLearn) {
  std::ifstream file(CR_TEST_DATA "/train/tree_reference.json");
  const auto expected = nlohmann::json::parse(file);
  const auto seed = expected.at("seed").get<std::uint64_t>();
  const TrainingData data = reference_rows(seed, expected.at("rows").get<int>());
  const TrainingData fresh = reference_rows(seed + 1, 40);
  for (const auto& tree : expected.at("trees")) {
    DecisionTreeParams params;
    params.max_depth = tree.at("max_depth");
    params.min_leaf = tree.at("min_leaf");
    params.prune = tree.at("alpha");
    params.balanced = tree.at("balanced");
    const Model model = train_decision_tree(data, params, StopFlag());
    EXPECT_EQ(leaves(model), tree.at("leaves").get<std::size_t>()) << tree.at("alpha");
    const Predictor predictor(model);
    std::vector<double> row(data.columns.size());
    for (std::size_t i = 0; i < fresh.rows(); ++i) {
      copy_row(fresh, i, row.data());
      EXPECT_NEAR(predictor.probability(row.data()), tree.at("probabilities")[i].get<double>(),
                  1e-6)
          << "row " << i << " alpha " << tree.at("alpha");
    }
  }
}

TEST(DecisionTree, RefusesParametersOutOfRange) {
  const auto refused = [](auto&& change) {
    DecisionTreeParams params;
    change(params);
    return message_of([&] { check(params); });
  };
  EXPECT_EQ(refused([](auto&) {}), "no error");
  EXPECT_EQ(refused([](auto& p) { p.max_depth = 0; }),
            "parameter \"max_depth\" must be between 1 and 64");
  for (const double least : {0.0, -1.0, 0.6, 1.5, 2e9, kMissing}) {
    EXPECT_EQ(refused([&](auto& p) { p.min_leaf = least; }),
              "parameter \"min_leaf\" must be a whole number of rows from 1, or a share up to 0.5");
  }
  for (const double alpha : {-1.0, kMissing, HUGE_VAL}) {
    EXPECT_EQ(refused([&](auto& p) { p.prune = alpha; }),
              "parameter \"prune\" must be 0 or greater");
  }
}

}  // namespace
}  // namespace credit_risk
