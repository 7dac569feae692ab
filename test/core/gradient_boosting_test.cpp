#include "core/train/boosting/gradient_boosting.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <limits>
#include <numeric>

#include "core/error.hpp"
#include "core/explain/trees/tree_shap.hpp"
#include "core/json.hpp"
#include "core/metrics/ranking.hpp"
#include "core/model/codec.hpp"
#include "core/model/logistic.hpp"
#include "core/model/predict/predict.hpp"
#include "core/random.hpp"
#include "core/train/boosting/gradients.hpp"
#include "core/train/boosting/histogram.hpp"
#include "core/train/boosting/interaction_rules.hpp"
#include "training_rows.hpp"

namespace credit_risk {
namespace {

nlohmann::json reference() {
  std::ifstream file(CR_TEST_DATA "/train/boosting_reference.json");
  return nlohmann::json::parse(file);
}

BoostingParams no_stopping(int trees) {
  BoostingParams params;
  params.trees = trees;
  params.early_stopping = 0;
  return params;
}

BoostingParams one_tree() {
  BoostingParams params = no_stopping(1);
  params.min_child_weight = 0;
  return params;
}

std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

// By way of its bytes, which decode() validates.
Model train(const TrainingData& data, const BoostingParams& params) {
  const std::string bytes = encode(train_gradient_boosting(data, params, StopFlag()).model);
  return decode(bytes.data(), bytes.size());
}

std::vector<double> margins(const Model& model, const TrainingData& data) {
  const Predictor predictor(model);
  std::vector<double> result, row(data.columns.size());
  for (std::size_t i = 0; i < data.rows(); ++i) {
    copy_row(data, i, row.data());
    result.push_back(predictor.margin(row.data()));
  }
  return result;
}

double auc(const Model& model, const TrainingData& data) {
  const std::vector<double> score = margins(model, data);
  return roc_auc({data.target.data(), score.data(), score.size()});
}

TEST(GradientBoosting, FollowsTheFormula) {
  // Prior 1/2: p = 1/2, every gradient is 1/2 or -1/2, every hessian 1/4. The cut at 3.5 leaves
  // G = 1, H = 1/2 left and G = -1, H = 1/2 right; values -0.1 G / (H + 1).
  const TrainingData data{{numeric("x", {1, 2, 5, 9})}, {0, 0, 1, 1}};
  const BoostedModel boosted = train_gradient_boosting(data, one_tree(), StopFlag());
  const TreeEnsemble& trees = boosted.model.trees;
  ASSERT_EQ(trees.node_count(), 3u);
  EXPECT_EQ(boosted.model.base_value, 0.0);
  EXPECT_EQ(trees.threshold[0], 3.5);
  EXPECT_DOUBLE_EQ(trees.value[trees.left[0]], -0.1 / 1.5);
  EXPECT_DOUBLE_EQ(trees.value[trees.right[0]], 0.1 / 1.5);
  EXPECT_EQ(trees.cover, (std::vector<double>{1.0, 0.5, 0.5}));
  EXPECT_EQ(boosted.gain, (std::vector<double>{1.0}));
  EXPECT_EQ(boosted.model.algorithm, "gradient_boosting");
  EXPECT_EQ(boosted.model.link, Link::kLogit);
}

TEST(GradientBoosting, StartsFromTheLogOddsOfThePrior) {
  const TrainingData data{{numeric("x", {1, 1, 1, 1, 1})}, {0, 0, 1, 0, 0}};
  const Model model = train(data, one_tree());
  EXPECT_DOUBLE_EQ(model.base_value, std::log(1.0 / 4.0));
  ASSERT_EQ(model.trees.node_count(), 1u);
  EXPECT_NEAR(model.trees.value[0], 0.0, 1e-9);
}

TEST(GradientBoosting, LearnsWhichWayMissingValuesGo) {
  const TrainingData data{{numeric("x", {1, 2, 5, 9, kMissing, kMissing})}, {0, 0, 1, 1, 1, 1}};
  const Model model = train(data, one_tree());
  EXPECT_EQ(model.trees.threshold[0], 3.5);
  EXPECT_EQ(model.trees.flags[0], 0);
  // Known against missing: every value goes left.
  const TrainingData known{{numeric("x", {1, 2, kMissing, kMissing})}, {0, 0, 1, 1}};
  EXPECT_EQ(train(known, one_tree()).trees.threshold[0], std::numeric_limits<double>::max());
}

TEST(GradientBoosting, MissingValuesThatANodeHasNotSeenFollowTheLargerChild) {
  const TrainingData data{{numeric("x", {1, 5, 6, 7})}, {0, 1, 1, 1}};
  EXPECT_EQ(train(data, one_tree()).trees.flags[0], 0);
  const TrainingData mirrored{{numeric("x", {1, 2, 3, 7})}, {1, 1, 1, 0}};
  EXPECT_EQ(train(mirrored, one_tree()).trees.flags[0], TreeEnsemble::kMissingLeft);
}

TEST(GradientBoosting, PartsCategoriesBySubset) {
  // a and c never default, b and d always do; e is not seen and follows the larger child.
  const TrainingData data{
      {categorical("c", {"a", "b", "c", "d", "e"}, {0, 1, 2, 3, 0, 1, 2, 3, 0})},
      {0, 1, 0, 1, 0, 1, 0, 1, 0}};
  const Model model = train(data, one_tree());
  ASSERT_EQ(model.trees.node_count(), 3u);
  // More default first: b and d have the smaller gradients.
  EXPECT_EQ(model.trees.category_words, (std::vector<std::uint64_t>{0b01010}));
  EXPECT_EQ(model.trees.flags[0], 0) << "unrecognized and missing ones go with a, c";
  EXPECT_GT(model.trees.value[1], 0);
  EXPECT_LT(model.trees.value[2], 0);
}

TEST(GradientBoosting, ManyCategoriesNeedWideCells) {
  TrainingData data{{categorical("c", {}, {})}, {}};
  for (int k = 0; k < 600; ++k) {
    data.columns[0].feature.categories.push_back("k" + std::to_string(k));
    for (int i = 0; i < 3; ++i) {
      data.columns[0].values.push_back(k);
      data.target.push_back(k % 2 == 0);
    }
  }
  EXPECT_EQ(auc(train(data, no_stopping(20)), data), 1.0);
}

TEST(GradientBoosting, GrowsTheTreesOfXGBoost) {
  const nlohmann::json expected = reference().at("margins");
  const TrainingData data = reference_rows(1, 250);
  const auto expect_same = [&](const char* name, const BoostingParams& params) {
    const std::vector<double> ours = margins(train(data, params), data);
    const auto theirs = expected.at(name).get<std::vector<double>>();
    for (std::size_t i = 0; i < theirs.size(); ++i) EXPECT_NEAR(ours[i], theirs[i], 2e-5) << name;
  };
  BoostingParams plain = no_stopping(30);
  expect_same("plain", plain);
  BoostingParams penalised = plain;
  penalised.max_depth = 4;
  penalised.lambda = 5;
  penalised.min_gain = 1;
  penalised.min_child_weight = 3;
  penalised.learning_rate = 0.3;
  expect_same("penalised", penalised);
  BoostingParams leaves = plain;
  leaves.max_depth = 10;
  leaves.max_leaves = 6;
  expect_same("leaves", leaves);
  BoostingParams monotone = plain;
  monotone.max_depth = 4;
  monotone.monotone = {{"x0", -1}, {"x2", 1}, {"x5", 1}};
  expect_same("monotone", monotone);
  BoostingParams interactions = plain;
  interactions.max_depth = 4;
  interactions.interactions = {{"x0", "x1"}, {"x2", "x3"}};
  expect_same("interactions", interactions);
}

TEST(GradientBoosting, RanksFreshRowsAsXGBoostAndLightGBM) {
  const nlohmann::json expected = reference().at("auc");
  BoostingParams params = no_stopping(100);
  params.max_depth = 4;
  const double ours = auc(train(reference_rows(5, 6000), params), reference_rows(6, 4000));
  EXPECT_NEAR(ours, expected.at("xgboost").get<double>(), 0.003);
  EXPECT_NEAR(ours, expected.at("lightgbm").get<double>(), 0.003);
}

// Rows of income and two other columns, where chance makes more income look worse here and there.
TrainingData loans(int count) {
  Random random(11);
  TrainingData data{
      {numeric("income", {}), numeric("debt", {}), categorical("c", {"own", "rent", "free"}, {})},
      {}};
  for (int i = 0; i < count; ++i) {
    const double income = std::floor(random.uniform() * 80) * 1000, debt = random.uniform() * 5;
    const double home = std::floor(random.uniform() * 3);
    const double wave = static_cast<int>(income / 10000) % 2 == 0 ? 0.15 : -0.15;
    const double risk = 0.5 - income / 200000 + debt / 20 + wave + (home == 1 ? 0.1 : 0);
    data.columns[0].values.push_back(random.uniform() < 0.1 ? kMissing : income);
    data.columns[1].values.push_back(debt);
    data.columns[2].values.push_back(home);
    data.target.push_back(random.uniform() < risk);
  }
  return data;
}

// How often 1000 more of income raise the margin, over the rows of others and all incomes.
int rises(const Model& model, const TrainingData& data) {
  const Predictor predictor(model);
  int count = 0;
  for (std::size_t i = 0; i < 60; ++i) {
    double row[3], before = std::numeric_limits<double>::infinity();
    copy_row(data, i, row);
    for (row[0] = -1000; row[0] <= 90000; row[0] += 1000) {
      const double margin = predictor.margin(row);
      count += margin > before;
      before = margin;
    }
  }
  return count;
}

TEST(GradientBoosting, MoreIncomeNeverRaisesTheMarginWhereThatIsPromised) {
  const TrainingData data = loans(3000);
  BoostingParams params = no_stopping(60);
  EXPECT_GT(rises(train(data, params), data), 0) << "the data must tempt";
  params.monotone = {{"income", -1}};
  const Model promised = train(data, params);
  EXPECT_EQ(rises(promised, data), 0);
  EXPECT_GT(auc(promised, data), 0.6);
  params.max_leaves = 20;
  params.row_share = 0.7;
  params.column_share = 0.7;
  EXPECT_EQ(rises(train(data, params), data), 0);
}

TEST(GradientBoosting, NeverDownIsTheMirrorOfNeverUp) {
  TrainingData data = loans(1500);
  for (double& income : data.columns[0].values) income = -income;
  BoostingParams params = no_stopping(30);
  params.monotone = {{"income", 1}};
  const Predictor predictor(train(data, params));
  double row[3] = {-90000, 2.0, 1}, before = -std::numeric_limits<double>::infinity();
  for (; row[0] <= 0; row[0] += 500) {
    EXPECT_GE(predictor.margin(row), before);
    before = predictor.margin(row);
  }
}

TEST(GradientBoosting, PathsKeepToTheirInteractionGroup) {
  const TrainingData data = reference_rows(1, 2000);
  BoostingParams params = no_stopping(20);
  params.interactions = {{"x0", "x1"}, {"x2", "x3", "x4"}};
  const TreeEnsemble trees = train(data, params).trees;
  const auto group = [](std::int32_t f) { return f <= 1 ? 0 : f <= 4 ? 1 : 2; };
  for (std::size_t node = 0; node < trees.node_count(); ++node) {
    if (trees.feature[node] < 0) continue;
    for (const std::int32_t child : {trees.left[node], trees.right[node]}) {
      if (trees.feature[child] < 0) continue;
      EXPECT_EQ(group(trees.feature[child]), group(trees.feature[node]));
    }
  }
  const InteractionRules rules({{0, 1}, {1, 2}});
  EXPECT_TRUE(rules.allows(3, {}));
  EXPECT_TRUE(rules.allows(3, {3}));
  EXPECT_TRUE(rules.allows(2, {1}));
  EXPECT_FALSE(rules.allows(2, {1, 0}));
  EXPECT_FALSE(rules.allows(1, {3}));
}

TEST(GradientBoosting, StopsEarlyAtTheLeastLoss) {
  const TrainingData data = reference_rows(2, 800);
  BoostingParams params;
  params.learning_rate = 0.5;
  params.early_stopping = 5;
  const BoostedModel boosted = train_gradient_boosting(data, params, StopFlag());
  EXPECT_EQ(boosted.validation_rows, 80u);
  EXPECT_EQ(boosted.trained_rows, 720u);
  const std::vector<double>& loss = boosted.validation_loss;
  const auto least = std::min_element(loss.begin(), loss.end()) - loss.begin();
  EXPECT_EQ(boosted.model.trees.tree_count(), static_cast<std::size_t>(least) + 1);
  EXPECT_EQ(loss.size(), static_cast<std::size_t>(least) + 6);
  EXPECT_LT(loss.size(), 100u);
  // The trees kept are those of a training that was told their number.
  params.trees = static_cast<int>(least) + 1;
  params.early_stopping = 1000;
  EXPECT_EQ(encode(train(data, params)), encode(boosted.model));
}

TEST(GradientBoosting, TrainsOnAllRowsWhereTheValidationPartWouldLackAClass) {
  const TrainingData data{{numeric("x", {1, 2, 5, 9})}, {0, 0, 1, 1}};
  BoostingParams params;
  params.trees = 3;
  const BoostedModel boosted = train_gradient_boosting(data, params, StopFlag());
  EXPECT_EQ(boosted.validation_rows, 0u);
  EXPECT_EQ(boosted.trained_rows, 4u);
}

TEST(GradientBoosting, StaysFiniteWithoutPenaltyOnSeparableRows) {
  const TrainingData data{{numeric("x", {1, 2, 5, 9})}, {0, 0, 1, 1}};
  BoostingParams params = no_stopping(300);
  params.lambda = 0;
  params.min_child_weight = 0;
  params.learning_rate = 1;
  const std::vector<double> margin = margins(train(data, params), data);
  EXPECT_LT(margin[1], -15);
  EXPECT_GT(margin[2], 15);
  for (const double m : margin) EXPECT_TRUE(std::isfinite(m));
}

// With room for all leaves the order of the splits does not matter, nor that more histograms wait
// than there is memory for, so that some are made again.
TEST(GradientBoosting, BestFirstWithRoomForAllLeavesGrowsTheSameLeaves) {
  Random random(5);
  TrainingData data;
  for (int f = 0; f < 400; ++f) data.columns.push_back(numeric("x" + std::to_string(f), {}));
  for (int i = 0; i < 3000; ++i) {
    for (Column& column : data.columns) column.values.push_back(random.uniform());
    data.target.push_back(random.uniform() < 0.5);
  }
  BoostingParams params = no_stopping(1);
  params.max_depth = 12;
  params.min_child_weight = 0;
  const Model depth_first = train(data, params);
  params.max_leaves = 65536;
  const Model best_first = train(data, params);
  EXPECT_GT(depth_first.trees.node_count(), 200u);
  EXPECT_EQ(depth_first.trees.node_count(), best_first.trees.node_count());
  EXPECT_EQ(margins(depth_first, data), margins(best_first, data));
}

TEST(GradientBoosting, TheSameSeedGivesTheSameBytes) {
  const TrainingData data = loans(600);
  BoostingParams params;
  params.trees = 20;
  params.row_share = 0.6;
  params.column_share = 0.6;
  const std::string bytes = encode(train(data, params));
  EXPECT_EQ(bytes, encode(train(data, params)));
  params.seed = 43;
  EXPECT_NE(bytes, encode(train(data, params)));
}

TEST(GradientBoosting, TheOrderOfTheRowsDoesNotMatterWithoutDraws) {
  const TrainingData data = loans(600);
  TrainingData turned = data;
  std::reverse(turned.target.begin(), turned.target.end());
  for (Column& column : turned.columns) std::reverse(column.values.begin(), column.values.end());
  EXPECT_EQ(encode(train(data, no_stopping(20))), encode(train(turned, no_stopping(20))));
}

TEST(GradientBoosting, DrawsItsShareOfRowsAndFeatures) {
  const TrainingData data = reference_rows(1, 1000);
  BoostingParams params = no_stopping(1);
  params.row_share = 0.25;
  params.column_share = 0.5;
  const TreeEnsemble trees = train(data, params).trees;
  const double share = static_cast<double>(data.positives()) / 1000;
  EXPECT_NEAR(trees.cover[0], 250 * share * (1 - share), 1e-6) << "250 rows of the prior's hessian";
  std::vector<bool> used(6, false);
  for (const std::int32_t f : trees.feature) {
    if (f >= 0) used[f] = true;
  }
  EXPECT_LE(std::count(used.begin(), used.end(), true), 3);
}

TEST(GradientBoosting, ShapAddsUpOnTheMargin) {
  const TrainingData data = loans(800);
  const Model model = train(data, no_stopping(30));
  const TreeShap shap(model);
  const std::vector<double> margin = margins(model, data);
  double row[3], phi[3];
  for (std::size_t i = 0; i < 50; ++i) {
    copy_row(data, i, row);
    shap.explain(row, phi);
    EXPECT_NEAR(shap.base_value() + phi[0] + phi[1] + phi[2], margin[i], 1e-9);
  }
}

TEST(GradientBoosting, IsCancelled) {
  const int up = 1;
  EXPECT_EQ(message_of([&] {
              train_gradient_boosting(reference_rows(1, 300), BoostingParams(), StopFlag(&up));
            }),
            "canceled");
}

TEST(GradientBoosting, RefusesConstraintsThatCannotHold) {
  const auto refuse = [](std::vector<MonotoneConstraint> monotone,
                         std::vector<std::vector<std::string>> interactions = {}) {
    BoostingParams params;
    params.monotone = std::move(monotone);
    params.interactions = std::move(interactions);
    return message_of([&] { train_gradient_boosting(loans(100), params, StopFlag()); });
  };
  EXPECT_EQ(refuse({{"wage", -1}}),
            "parameter \"monotone\" names \"wage\", which is not a feature");
  EXPECT_EQ(refuse({{"c", 1}}), "feature \"c\" cannot be monotone");
  EXPECT_EQ(refuse({{"debt", 1}, {"debt", -1}}),
            "feature \"debt\" appears twice in params.monotone");
  EXPECT_EQ(refuse({}, {{"debt", "wage"}}),
            "parameter \"interactions\" names \"wage\", which is not a feature");
}

TEST(Gradients, AreTheDerivativesInUnits) {
  const RowGradient even = row_gradient(0.5, true);
  EXPECT_EQ(even.gradient, -(1 << 29));
  EXPECT_EQ(even.hessian, 1 << 28);
  EXPECT_EQ(row_gradient(1.0, false).gradient, 1 << 30);
  EXPECT_EQ(row_gradient(1.0, true).gradient, 0);
  EXPECT_EQ(row_gradient(1.0, true).hessian, 1) << "a row never weighs nothing";
  EXPECT_EQ(row_gradient(0.0, true).gradient, -(1 << 30));
}

TEST(Histogram, OfTheSiblingIsTheParentsLessTheChilds) {
  const TrainingData data = loans(500);
  std::vector<std::uint32_t> rows(500);
  std::iota(rows.begin(), rows.end(), 0u);
  const auto block = bin_rows(data, rows, StopFlag(), kBoostingBins);
  std::vector<RowGradient> gradients;
  for (std::size_t i = 0; i < 500; ++i)
    gradients.push_back(row_gradient(logistic(i * 0.01 - 2), data.target[i] != 0));
  const HistogramMaker maker(BinnedMatrix(block.data()), StopFlag());
  std::vector<std::uint32_t> features(data.columns.size());
  std::iota(features.begin(), features.end(), 0u);
  Histogram all = maker.make(rows.data(), 500, gradients);
  maker.subtract(all, maker.make(rows.data(), 123, gradients), features);
  const Histogram rest = maker.make(rows.data() + 123, 377, gradients);
  ASSERT_EQ(all.size(), rest.size());
  for (std::size_t bin = 0; bin < all.size(); ++bin) {
    EXPECT_EQ(all[bin].gradient, rest[bin].gradient);
    EXPECT_EQ(all[bin].hessian, rest[bin].hessian);
  }
}

// Labels that depend on no category: whatever is learnt of them is chance.
TrainingData chance_of_categories(std::size_t categories, int rows) {
  Random random(8);
  std::vector<std::string> names;
  for (std::size_t c = 0; c < categories; ++c) names.push_back("c" + std::to_string(c));
  TrainingData data;
  std::vector<double> codes;
  for (int i = 0; i < rows; ++i) {
    codes.push_back(std::floor(random.uniform() * static_cast<double>(categories)));
    data.target.push_back(random.uniform() < 0.5);
  }
  data.columns = {categorical("place", names, codes)};
  return data;
}

TEST(GradientBoosting, CutsManyCategoriesOnlyFarApart) {
  const TrainingData many = chance_of_categories(100, 700), few = chance_of_categories(16, 700);
  BoostingParams params = no_stopping(1);
  EXPECT_EQ(train(many, params).trees.node_count(), 1u) << "175 of weight make no two parts of 100";
  EXPECT_GT(train(few, params).trees.node_count(), 1u);
  params.min_category_weight = 50;
  params.max_depth = 1;
  const Model split = train(many, params);
  ASSERT_EQ(split.trees.node_count(), 3u);
  EXPECT_GE(split.trees.cover[1], 50);
  EXPECT_GE(split.trees.cover[2], 50);
  params.min_category_weight = 0;
  params.max_depth = 6;
  EXPECT_GT(train(many, params).trees.node_count(), 3u);
}

TEST(GradientBoosting, PenalisesSplitsByCategories) {
  const TrainingData data = chance_of_categories(10, 300);
  BoostingParams params = no_stopping(1);
  params.category_lambda = 0;
  const std::size_t free = train(data, params).trees.node_count();
  params.category_lambda = 1000;
  EXPECT_LT(train(data, params).trees.node_count(), free);
}

}  // namespace
}  // namespace credit_risk
