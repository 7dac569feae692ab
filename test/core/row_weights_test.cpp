#include "core/train/row_weights.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.hpp"
#include "core/model/predict/predict.hpp"
#include "core/train/decision_tree/decision_tree.hpp"
#include "core/train/boosting/gradient_boosting.hpp"
#include "core/train/forest/random_forest.hpp"
#include "training_rows.hpp"

namespace credit_risk {
namespace {

template <class Call>
std::string message_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

// Weights 1, 2 and 3 in turn.
TrainingData weighted_rows(std::uint64_t seed, int count) {
  TrainingData data = reference_rows(seed, count);
  for (int row = 0; row < count; ++row) data.weights.push_back(1 + row % 3);
  return data;
}

// Every row as often as it weighs.
TrainingData repeated_rows(const TrainingData& data) {
  TrainingData result{data.columns, {}};
  for (Column& column : result.columns) column.values.clear();
  for (std::size_t row = 0; row < data.rows(); ++row) {
    for (int i = 0; i < data.weights[row]; ++i) {
      result.target.push_back(data.target[row]);
      for (std::size_t c = 0; c < data.columns.size(); ++c)
        result.columns[c].values.push_back(data.columns[c].values[row]);
    }
  }
  return result;
}

void expect_same_splits(const TreeEnsemble& a, const TreeEnsemble& b) {
  EXPECT_EQ(a.feature, b.feature);
  EXPECT_EQ(a.threshold, b.threshold);
  EXPECT_EQ(a.flags, b.flags);
  EXPECT_EQ(a.value, b.value);
}

TEST(RowWeights, WholeNumbersAreExact) {
  const double weights[] = {1, 2, 5, 0.25};
  const std::uint8_t target[] = {0, 1, 0, 1};
  const RowWeights result = row_weights(weights, target, 4, {});
  for (int row = 0; row < 4; ++row) EXPECT_EQ(result.units[row] * result.unit, weights[row]);
  EXPECT_LE(result.units[2], 1u << 20);
  EXPECT_GT(result.units[2], 1u << 19);
  const RowWeights by_class = row_weights(weights, target, 4, {1, 4});
  EXPECT_EQ(by_class.units[1] * by_class.unit, 8);
  EXPECT_EQ(by_class.units[2] * by_class.unit, 5);
}

TEST(RowWeights, TinyOnesStillCount) {
  const double weights[] = {1e100, 1e-100};
  const std::uint8_t target[] = {0, 1};
  const RowWeights result = row_weights(weights, target, 2, {});
  EXPECT_EQ(result.units[1], 1u);
  EXPECT_LE(result.units[0], 1u << 20);
}

TEST(RowWeights, ManyRowsAddUpTo42Bits) {
  const std::vector<double> weights(10000000, 3.0);
  const std::vector<std::uint8_t> target(weights.size(), 0);
  const auto rows = static_cast<std::uint32_t>(weights.size());
  const RowWeights result = row_weights(weights.data(), target.data(), rows, {});
  EXPECT_LT(static_cast<double>(result.units[0]) * rows, std::ldexp(1, 42));
  EXPECT_GT(static_cast<double>(result.units[0]) * rows, std::ldexp(1, 40));
}

TEST(RowWeights, BalancedClassesComeToTheSame) {
  const double weights[] = {1, 2, 5, 4};
  const std::uint8_t target[] = {0, 1, 0, 1};
  const double none[2] = {1, 1}, given[2] = {1, 2.5};
  ClassWeights classes = class_weights(true, none, nullptr, target, 4);
  EXPECT_EQ(classes.zero, 1);
  EXPECT_EQ(classes.one, 1);
  const std::uint8_t rare[] = {0, 1, 0, 0};
  classes = class_weights(true, none, nullptr, rare, 4);
  EXPECT_NEAR(classes.zero, 4.0 / 6, 1e-6);
  EXPECT_EQ(classes.one, 2);
  classes = class_weights(true, none, weights, rare, 4);
  EXPECT_NEAR(classes.zero, 6.0 / 10, 1e-6);
  EXPECT_EQ(classes.one, 3);
  EXPECT_EQ(class_weights(false, given, weights, rare, 4).one, 2.5);
}

TEST(RowWeights, AWeightIsSoManyRowsToATree) {
  const TrainingData data = weighted_rows(1, 600);
  DecisionTreeParams params;
  params.min_leaf = 1;
  for (const bool balanced : {false, true}) {
    params.balanced = balanced;
    const Model weighted = train_decision_tree(data, params, StopFlag());
    const Model repeated = train_decision_tree(repeated_rows(data), params, StopFlag());
    EXPECT_EQ(weighted.trees.feature, repeated.trees.feature);
    EXPECT_EQ(weighted.trees.threshold, repeated.trees.threshold);
    EXPECT_EQ(weighted.trees.flags, repeated.trees.flags);
    for (std::size_t node = 0; node < weighted.trees.node_count(); ++node) {
      EXPECT_NEAR(weighted.trees.value[node], repeated.trees.value[node], 1e-5);
      EXPECT_NEAR(weighted.trees.cover[node], repeated.trees.cover[node], 1e-2);
    }
  }
}

TEST(RowWeights, AWeightIsSoManyRowsToBoosting) {
  const TrainingData data = weighted_rows(2, 250);  // a bin for each value
  BoostingParams params;
  params.trees = 3;
  params.max_depth = 3;
  params.early_stopping = 0;
  const BoostedModel weighted = train_gradient_boosting(data, params, StopFlag());
  const BoostedModel repeated = train_gradient_boosting(repeated_rows(data), params, StopFlag());
  EXPECT_NEAR(weighted.model.base_value, repeated.model.base_value, 1e-15);
  ASSERT_EQ(weighted.model.trees.feature, repeated.model.trees.feature);
  EXPECT_EQ(weighted.model.trees.threshold, repeated.model.trees.threshold);
  for (std::size_t node = 0; node < weighted.model.trees.node_count(); ++node) {
    EXPECT_NEAR(weighted.model.trees.value[node], repeated.model.trees.value[node], 1e-7);
    EXPECT_NEAR(weighted.model.trees.cover[node], repeated.model.trees.cover[node], 1e-5);
  }
}

TEST(RowWeights, EqualOnesGiveTheSameForest) {
  TrainingData data = reference_rows(3, 500);
  ForestParams params;
  params.trees = 8;
  for (const bool balanced : {false, true}) {
    params.balanced = balanced;
    data.weights.clear();
    const Model plain = train_random_forest(data, params, StopFlag());
    data.weights.assign(data.rows(), 4.0);
    const Model weighted = train_random_forest(data, params, StopFlag());
    EXPECT_EQ(plain.trees.feature, weighted.trees.feature);
    if (balanced) continue;  // units are coarser than steps of a class weight
    expect_same_splits(plain.trees, weighted.trees);
    for (std::size_t node = 0; node < plain.trees.node_count(); ++node)
      EXPECT_EQ(plain.trees.cover[node] * 4, weighted.trees.cover[node]);
  }
}

TEST(RowWeights, ClassWeightsAreWeightsOfTheirRows) {
  TrainingData data = reference_rows(4, 500);
  ForestParams forest;
  forest.trees = 8;
  forest.balanced = false;
  forest.class_weights[1] = 2.5;
  BoostingParams boosting;
  boosting.trees = 10;
  boosting.class_weights[1] = 2.5;
  const Model forest_by_class = train_random_forest(data, forest, StopFlag());
  const Model boosted_by_class = train_gradient_boosting(data, boosting, StopFlag()).model;
  forest.class_weights[1] = boosting.class_weights[1] = 1;
  for (const std::uint8_t label : data.target) data.weights.push_back(label != 0 ? 2.5 : 1);
  expect_same_splits(forest_by_class.trees, train_random_forest(data, forest, StopFlag()).trees);
  const Model boosted = train_gradient_boosting(data, boosting, StopFlag()).model;
  expect_same_splits(boosted_by_class.trees, boosted.trees);
  EXPECT_EQ(boosted_by_class.trees.cover, boosted.trees.cover);
}

TEST(RowWeights, RefusesWhatIsNoWeight) {
  TrainingData data = reference_rows(5, 100);
  for (const double weight : {0.0, -1.0, HUGE_VAL, kMissing, 1e101}) {
    data.weights.assign(data.rows(), 1);
    data.weights[7] = weight;
    EXPECT_EQ(message_of([&] { check(data); }), "a weight must be greater than 0 and finite");
  }
  data.weights.assign(7, 1);
  EXPECT_EQ(message_of([&] { check(data); }), "there are as many weights as rows, or none");
  ForestParams params;
  for (const double weight : {0.0, -1.0, HUGE_VAL, kMissing}) {
    params.class_weights[0] = weight;
    EXPECT_EQ(message_of([&] { check(params); }), "a class weight must be between 1e-6 and 1e6");
  }
}

}  // namespace
}  // namespace credit_risk
