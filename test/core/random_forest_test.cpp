#include "core/train/forest/random_forest.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <numeric>

#include "core/error.hpp"
#include "core/json.hpp"
#include "core/metrics/probability_loss.hpp"
#include "core/metrics/ranking.hpp"
#include "core/random.hpp"
#include "core/train/forest/gini_importance.hpp"
#include "core/train/forest/tree_grower.hpp"
#include "training_rows.hpp"

namespace credit_risk {
namespace {

// Reads a tree by the words of model.hpp alone.
double leaf_value(const TreeEnsemble& trees, std::int32_t node, const std::vector<double>& row) {
  while (trees.feature[node] != TreeEnsemble::kLeaf) {
    const double x = row[trees.feature[node]];
    bool left;
    if (std::isnan(x)) {
      left = (trees.flags[node] & TreeEnsemble::kMissingLeft) != 0;
    } else if (trees.category_begin[node] < 0) {
      left = x <= trees.threshold[node];
    } else if (x == kUnrecognized) {
      left = (trees.flags[node] & TreeEnsemble::kUnrecognizedLeft) != 0;
    } else {
      const auto code = static_cast<std::size_t>(x);
      left = (trees.category_words[trees.category_begin[node] + code / 64] >> (code % 64)) & 1;
    }
    node = left ? trees.left[node] : trees.right[node];
  }
  return trees.value[node];
}

double probability(const Model& model, const std::vector<double>& row) {
  double sum = 0;
  for (std::int32_t root : model.trees.root) sum += leaf_value(model.trees, root, row);
  return sum / static_cast<double>(model.trees.tree_count());
}

ForestParams one_tree() {
  ForestParams params;
  params.trees = 1;
  params.min_split = 2;
  params.min_leaf = 1;
  params.max_features.rule = MaxFeatures::kAll;
  return params;
}

bool same_trees(const TreeEnsemble& a, const TreeEnsemble& b) {
  return a.root == b.root && a.feature == b.feature && a.left == b.left && a.right == b.right &&
         a.threshold == b.threshold && a.flags == b.flags && a.category_begin == b.category_begin &&
         a.category_words == b.category_words && a.value == b.value && a.cover == b.cover;
}

template <class Call>
std::string message_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

// Repeating each value often makes the bootstrap draw every one of them.
TrainingData repeated(Column column, std::vector<std::uint8_t> target, int times = 20) {
  const std::vector<double> values = column.values;
  const std::vector<std::uint8_t> labels = target;
  for (int i = 1; i < times; ++i) {
    column.values.insert(column.values.end(), values.begin(), values.end());
    target.insert(target.end(), labels.begin(), labels.end());
  }
  return {{column}, target};
}

TEST(RandomForest, CutsBetweenNeighbouringValues) {
  const Model model = train_random_forest(repeated(numeric("x", {1, 2, 5, 9}), {0, 0, 1, 1}),
                                          one_tree(), StopFlag());
  const TreeEnsemble& trees = model.trees;
  ASSERT_EQ(trees.node_count(), 3u);
  EXPECT_EQ(trees.feature[0], 0);
  EXPECT_EQ(trees.threshold[0], 3.5);
  EXPECT_EQ(trees.value[1], 0.0);
  EXPECT_EQ(trees.value[2], 1.0);
  EXPECT_EQ(model.algorithm, "random_forest");
  EXPECT_TRUE(model.average);
}

TEST(RandomForest, ThresholdOfAdjacentDoublesStaysBelowTheUpperOne) {
  const double upper = std::nextafter(1.0, 2.0);
  const Model model =
      train_random_forest(repeated(numeric("x", {1.0, upper}), {0, 1}), one_tree(), StopFlag());
  EXPECT_EQ(model.trees.threshold[0], 1.0);
  EXPECT_EQ(probability(model, {1.0}), 0.0);
  EXPECT_EQ(probability(model, {upper}), 1.0);
}

TEST(RandomForest, LearnsWhereMissingValuesGo) {
  const TrainingData with_low = repeated(numeric("x", {1, 9, kMissing}), {0, 1, 0});
  EXPECT_EQ(probability(train_random_forest(with_low, one_tree(), StopFlag()), {kMissing}), 0.0);
  const TrainingData with_high = repeated(numeric("x", {1, 9, kMissing}), {0, 1, 1});
  EXPECT_EQ(probability(train_random_forest(with_high, one_tree(), StopFlag()), {kMissing}), 1.0);
}

TEST(RandomForest, SplitsMissingFromAllValues) {
  const TrainingData data = repeated(numeric("x", {1, 2, 3, kMissing}), {0, 0, 0, 1});
  const Model model = train_random_forest(data, one_tree(), StopFlag());
  ASSERT_EQ(model.trees.node_count(), 3u);
  EXPECT_EQ(probability(model, {kMissing}), 1.0);
  EXPECT_EQ(probability(model, {1e300}), 0.0);
}

TEST(RandomForest, MissingFollowsTheLargerChildWhereNoneWasSeen) {
  ForestParams params = one_tree();
  params.balanced = false;
  const auto larger_left = repeated(numeric("x", {1, 1, 1, 9}), {0, 0, 0, 1}, 50);
  EXPECT_EQ(probability(train_random_forest(larger_left, params, StopFlag()), {kMissing}), 0.0);
  const auto larger_right = repeated(numeric("x", {1, 9, 9, 9}), {0, 1, 1, 1}, 50);
  EXPECT_EQ(probability(train_random_forest(larger_right, params, StopFlag()), {kMissing}), 1.0);
}

TEST(RandomForest, OrdersCategoriesByTheirShareOfTheEvent) {
  // Good and bad categories alternate: one cut of the ordered shares parts them, no cut of the
  // codes does.
  const TrainingData data =
      repeated(categorical("purpose", {"a", "b", "c", "d", "e"}, {0, 1, 2, 3, 4}), {1, 0, 1, 0, 1});
  ForestParams params = one_tree();
  params.balanced = false;
  const Model model = train_random_forest(data, params, StopFlag());
  ASSERT_EQ(model.trees.node_count(), 3u);
  for (int code = 0; code < 5; ++code) EXPECT_EQ(probability(model, {double(code)}), code % 2 == 0);
  EXPECT_EQ(probability(model, {kUnrecognized}), 1.0) << "follows the larger child";
  EXPECT_EQ(probability(model, {kMissing}), 1.0);
}

TEST(RandomForest, CategoryWithoutRowsFollowsTheLargerChild) {
  std::vector<std::string> names;
  for (int i = 0; i < 70; ++i) names.push_back("c" + std::to_string(i));
  const TrainingData data = repeated(categorical("c", names, {0, 69, 69, 69}), {0, 1, 1, 1}, 50);
  ForestParams params = one_tree();
  params.balanced = false;
  const Model model = train_random_forest(data, params, StopFlag());
  EXPECT_EQ(model.trees.category_words.size(), 2u);
  EXPECT_EQ(probability(model, {0}), 0.0);
  EXPECT_EQ(probability(model, {69}), 1.0);
  EXPECT_EQ(probability(model, {30}), 1.0);
}

TEST(RandomForest, LearnsThatMissingIsACategoryOfItsOwn) {
  const TrainingData data = repeated(categorical("c", {"a"}, {0, kMissing}), {0, 1});
  const Model model = train_random_forest(data, one_tree(), StopFlag());
  EXPECT_EQ(probability(model, {0}), 0.0);
  EXPECT_EQ(probability(model, {kMissing}), 1.0);
}

TEST(RandomForest, CoversOfChildrenAddUpExactly) {
  const Model model = train_random_forest(reference_rows(1, 1500), ForestParams(), StopFlag());
  const TreeEnsemble& trees = model.trees;
  for (std::size_t node = 0; node < trees.node_count(); ++node) {
    if (trees.feature[node] == TreeEnsemble::kLeaf) continue;
    EXPECT_EQ(trees.cover[node], trees.cover[trees.left[node]] + trees.cover[trees.right[node]]);
  }
}

TEST(RandomForest, KeepsToItsLimits) {
  const TrainingData data = reference_rows(1, 600);
  ForestParams params;
  params.trees = 20;
  params.max_depth = 3;
  params.min_leaf = 40;
  params.balanced = false;
  const TreeEnsemble trees = train_random_forest(data, params, StopFlag()).trees;
  EXPECT_EQ(trees.tree_count(), 20u);
  EXPECT_LE(trees.node_count(), 20u * 15);
  for (std::size_t node = 0; node < trees.node_count(); ++node) EXPECT_GE(trees.cover[node], 40);
}

// Compares the forest of `rows` with scikit-learn's of the same rows; four standard deviations of
// its spread over seeds.
void expect_like_scikit_learn(const char* name, std::uint64_t seed, const ForestParams& params,
                              double leaf_tolerance) {
  std::ifstream file(CR_TEST_DATA "/train/reference.json");
  const auto expected = nlohmann::json::parse(file).at(name);
  const TrainingData data = reference_rows(seed, expected.at("rows").get<int>());
  const TrainingData fresh = reference_rows(seed + 1, 4000);
  ASSERT_EQ(data.positives(), expected.at("positives").get<std::size_t>());
  const Model model = train_random_forest(data, params, StopFlag());
  std::vector<double> score, row(6);
  for (std::size_t i = 0; i < fresh.rows(); ++i) {
    copy_row(fresh, i, row.data());
    score.push_back(probability(model, row));
  }
  const Scored scored{fresh.target.data(), score.data(), score.size()};
  const auto near = [&](double value, const std::string& figure) {
    EXPECT_NEAR(value, expected.at(figure + "_mean").get<double>(),
                4 * expected.at(figure + "_sd").get<double>())
        << figure;
  };
  near(roc_auc(scored), "auc");
  near(brier_score(scored), "brier");
  const double leaves =
      static_cast<double>(model.trees.node_count() + params.trees) / (2.0 * params.trees);
  const double their_leaves = expected.at("leaves_mean").get<double>();
  EXPECT_NEAR(leaves, their_leaves, leaf_tolerance * their_leaves);
  const std::vector<double> importance = gini_importance(model);
  for (int f = 0; f < 6; ++f) {
    EXPECT_NEAR(importance[f], expected.at("importance_mean")[f].get<double>(),
                4 * expected.at("importance_sd")[f].get<double>());
  }
  EXPECT_NEAR(std::accumulate(importance.begin(), importance.end(), 0.0), 1.0, 1e-12);
}

TEST(RandomForest, IsAsGoodAndAsLargeAsScikitLearns) {
  expect_like_scikit_learn("forest", 1, ForestParams(), 0.02);
}

TEST(RandomForest, QuantileBinsLoseNothingMeasurable) {
  // Without cuts inside the outermost bins the trees come out fuller.
  ForestParams params;
  params.trees = 30;
  expect_like_scikit_learn("large_forest", 5, params, 0.08);
}

TEST(RandomForest, TreesDoNotDependOnTheOrderOfGrowing) {
  const TrainingData data = reference_rows(1, 800);
  ForestParams params;
  params.trees = 12;
  const Model model = train_random_forest(data, params, StopFlag());
  std::vector<std::uint32_t> rows(data.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  const auto block = bin_rows(data, rows, StopFlag());
  const auto moved = block;  // another address: the block is relocatable
  const auto first = make_tree_grower(BinnedMatrix(block.data()), params, StopFlag());
  const auto second = make_tree_grower(BinnedMatrix(moved.data()), params, StopFlag());
  std::vector<TreeEnsemble> grown(12);
  for (int tree = 11; tree >= 0; --tree) grown[tree] = (tree % 3 == 0 ? first : second)->grow(tree);
  TreeEnsemble forest;
  for (const TreeEnsemble& tree : grown) append_tree(forest, tree);
  EXPECT_TRUE(same_trees(model.trees, forest));
}

TEST(RandomForest, SeedDecides) {
  const TrainingData data = reference_rows(1, 400);
  ForestParams params;
  params.trees = 3;
  const Model first = train_random_forest(data, params, StopFlag());
  EXPECT_TRUE(same_trees(first.trees, train_random_forest(data, params, StopFlag()).trees));
  params.seed = 43;
  EXPECT_FALSE(same_trees(first.trees, train_random_forest(data, params, StopFlag()).trees));
}

TEST(RandomForest, ConstantFeaturesNeverSplit) {
  TrainingData data = reference_rows(1, 300);
  data.columns.push_back(numeric("constant", std::vector<double>(300, 7.0)));
  ForestParams params;
  params.max_features = {MaxFeatures::kCount, 1};
  const Model model = train_random_forest(data, params, StopFlag());
  EXPECT_EQ(gini_importance(model).back(), 0.0);
  for (std::size_t tree = 0; tree < model.trees.tree_count(); ++tree) {
    EXPECT_NE(model.trees.feature[model.trees.root[tree]], TreeEnsemble::kLeaf)
        << "draws on until one varies";
  }
}

TEST(RandomForest, IsCancelled) {
  const int up = 1;
  EXPECT_EQ(message_of([&] {
              train_random_forest(reference_rows(1, 300), ForestParams(), StopFlag(&up));
            }),
            "canceled");
}

TEST(RandomForest, RefusesUnusableData) {
  const auto refuse = [](const TrainingData& data) {
    return message_of([&] { train_random_forest(data, ForestParams(), StopFlag()); });
  };
  EXPECT_EQ(refuse({}), "the training set has no rows");
  EXPECT_EQ(refuse({{}, {0, 1}}), "the training set has no features");
  EXPECT_EQ(refuse({{numeric("x", {1, 2})}, {1, 1}}), "the target has one class only");
  EXPECT_EQ(refuse({{numeric("x", {1})}, {0, 1}}),
            "column \"x\" has a different number of rows than the target");
  EXPECT_EQ(refuse({{numeric("x", {1, INFINITY})}, {0, 1}}), "column \"x\" holds infinity");
  EXPECT_EQ(refuse({{numeric("x", {kMissing, kMissing})}, {0, 1}}),
            "column \"x\" has no value in any row");
  EXPECT_EQ(refuse({{categorical("c", {"a"}, {0, 1})}, {0, 1}}),
            "column \"c\" holds a code without a category");
  EXPECT_EQ(refuse({{categorical("c", std::vector<std::string>(1001), {0, 1})}, {0, 1}}),
            "column \"c\" has too many categories");
}

TEST(ForestParams, RefusesValuesOutOfRange) {
  const auto refuse = [](auto&& change) {
    ForestParams params;
    change(params);
    return message_of([&] { check(params); });
  };
  EXPECT_EQ(refuse([](ForestParams&) {}), "no error");
  EXPECT_EQ(refuse([](ForestParams& p) { p.trees = 0; }),
            "parameter \"trees\" must be between 1 and 10000");
  EXPECT_EQ(refuse([](ForestParams& p) { p.trees = 10001; }),
            "parameter \"trees\" must be between 1 and 10000");
  EXPECT_EQ(refuse([](ForestParams& p) { p.max_depth = 65; }),
            "parameter \"max_depth\" must be between 1 and 64");
  EXPECT_EQ(refuse([](ForestParams& p) { p.min_split = 1; }),
            "parameter \"min_split\" must be between 2 and 1000000000");
  EXPECT_EQ(refuse([](ForestParams& p) { p.min_leaf = 0; }),
            "parameter \"min_leaf\" must be between 1 and 1000000000");
  for (const MaxFeatures bad :
       {MaxFeatures{MaxFeatures::kCount, 0}, MaxFeatures{MaxFeatures::kShare, 0},
        MaxFeatures{MaxFeatures::kShare, 1.5}, MaxFeatures{MaxFeatures::kShare, kMissing}}) {
    EXPECT_EQ(refuse([&](ForestParams& p) { p.max_features = bad; }),
              "parameter \"max_features\" must be a whole number from 1 or a share up to 1");
  }
}

TEST(ForestParams, CountsFeaturesAsScikitLearn) {
  EXPECT_EQ(features_per_split({MaxFeatures::kSqrt, 0}, 28), 5u);
  EXPECT_EQ(features_per_split({MaxFeatures::kSqrt, 0}, 1), 1u);
  EXPECT_EQ(features_per_split({MaxFeatures::kLog2, 0}, 28), 4u);
  EXPECT_EQ(features_per_split({MaxFeatures::kLog2, 0}, 1), 1u);
  EXPECT_EQ(features_per_split({MaxFeatures::kAll, 0}, 28), 28u);
  EXPECT_EQ(features_per_split({MaxFeatures::kCount, 99}, 28), 28u);
  EXPECT_EQ(features_per_split({MaxFeatures::kShare, 0.3}, 28), 8u);
}

// Two rows of each of 40 categories beside two large ones.
TEST(RandomForest, KeepsSmallCategoriesTogether) {
  TrainingData data;
  std::vector<std::string> names;
  std::vector<double> codes;
  for (int c = 0; c < 42; ++c) {
    names.push_back("c" + std::to_string(c));
    for (int i = 0; i < (c < 40 ? 2 : 60); ++i) {
      codes.push_back(c);
      data.target.push_back(c < 40 ? c % 2 : (i + c) % 3 == 0);
    }
  }
  data.columns = {categorical("place", names, codes)};
  ForestParams params;
  params.trees = 20;
  const auto parts_small = [&](const Model& model) {
    const TreeEnsemble& trees = model.trees;
    for (const std::int32_t begin : trees.category_begin) {
      if (begin < 0) continue;
      const std::uint64_t small = trees.category_words[begin] & 0xFFFFFFFFFF;
      // All on one side, or only those without rows in the node apart: some with rows are on both.
      int left = 0;
      for (int c = 0; c < 40; ++c) left += static_cast<int>((small >> c) & 1);
      if (left > 8 && left < 32) return true;
    }
    return false;
  };
  params.min_category = 1;
  EXPECT_TRUE(parts_small(train_random_forest(data, params, StopFlag())));
  params.min_category = 10;
  EXPECT_FALSE(parts_small(train_random_forest(data, params, StopFlag())));
}

ForestParams stumps(std::int32_t trees) {
  ForestParams params = one_tree();
  params.trees = trees;
  params.max_depth = 1;
  params.extra_trees = true;
  return params;
}

TEST(ExtraTrees, CutsAtAnyValueWithTheSameChance) {
  std::vector<double> values;
  std::vector<std::uint8_t> target;
  for (int i = 0; i < 500; ++i) {
    values.push_back(i < 250 ? 2 + 0.001 * i : 10 - 0.001 * (i - 250));
    target.push_back(i % 3 == 0);
  }
  const Model model =
      train_random_forest({{numeric("x", values)}, target}, stumps(2000), StopFlag());
  int below_four = 0, seen = 0;
  for (std::size_t node = 0; node < model.trees.node_count(); ++node) {
    if (model.trees.feature[node] < 0) continue;
    ++seen;
    EXPECT_GE(model.trees.threshold[node], 2.0);
    EXPECT_LT(model.trees.threshold[node], 10.0);
    below_four += model.trees.threshold[node] < 4.0;
  }
  EXPECT_EQ(seen, 2000);
  // A quarter of the way, whatever lies there; four standard deviations are 77.
  EXPECT_NEAR(below_four, 500, 77);
}

TEST(ExtraTrees, DoNotDependOnWhoGrewThem) {
  const TrainingData data = repeated(numeric("x", {1, 2, 5, 9, kMissing}), {0, 1, 1, 0, 1});
  ForestParams params = stumps(30);
  params.max_depth = 6;
  const Model once = train_random_forest(data, params, StopFlag());
  EXPECT_TRUE(same_trees(once.trees, train_random_forest(data, params, StopFlag()).trees));
  params.extra_trees = false;
  EXPECT_FALSE(same_trees(once.trees, train_random_forest(data, params, StopFlag()).trees));
}

TEST(ExtraTrees, SendMissingValuesTheBetterWay) {
  const TrainingData low = repeated(numeric("x", {1, 9, kMissing}), {0, 1, 0});
  EXPECT_EQ(probability(train_random_forest(low, stumps(1), StopFlag()), {kMissing}), 0.0);
  const TrainingData high = repeated(numeric("x", {1, 9, kMissing}), {0, 1, 1});
  EXPECT_EQ(probability(train_random_forest(high, stumps(1), StopFlag()), {kMissing}), 1.0);
  const TrainingData alone = repeated(numeric("x", {4, kMissing}), {0, 1});
  EXPECT_EQ(probability(train_random_forest(alone, stumps(1), StopFlag()), {kMissing}), 1.0);
}

TEST(ExtraTrees, CutTheOrderOfCategoriesAnywhere) {
  const TrainingData data =
      repeated(categorical("purpose", {"a", "b", "c", "d"}, {0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3}),
               {0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 1, 1});
  const Model model = train_random_forest(data, stumps(300), StopFlag());
  int lefts[3] = {};
  for (const std::int32_t begin : model.trees.category_begin) {
    if (begin < 0) continue;
    const std::uint64_t left = model.trees.category_words[begin];
    ASSERT_TRUE(left == 1 || left == 3 || left == 7) << left;
    ++lefts[left == 1 ? 0 : left == 3 ? 1 : 2];
  }
  for (const int count : lefts) EXPECT_NEAR(count, 100, 33);
}

TEST(ExtraTrees, LeaveLeavesOfEnoughRows) {
  const TrainingData data =
      repeated(numeric("x", {1, 2, 3, 4, 5, 6, 7, 8}), {0, 1, 0, 1, 1, 0, 1, 1});
  ForestParams params = stumps(50);
  params.max_depth = 20;
  params.min_leaf = 30;
  params.balanced = false;
  const Model model = train_random_forest(data, params, StopFlag());
  for (const double cover : model.trees.cover) EXPECT_GE(cover, 30.0);
}

}  // namespace
}  // namespace credit_risk
