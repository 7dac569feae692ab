// Trees that compare ranks against those that compare numbers, on every kernel of this machine.
#include "core/model/predict/ranked_forest.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/error.hpp"
#include "core/model/predict/predict.hpp"
#include "model_maker.hpp"

namespace credit_risk {
namespace {

using test::ModelMaker;
using test::ModelShape;

constexpr double kHuge = std::numeric_limits<double>::max();
constexpr double kTiny = std::numeric_limits<double>::denorm_min();

// A number at, beside or far from a threshold of the model, or none.
double value_near_thresholds(const Model& model, Random& random) {
  const double far[] = {0.0,   -0.0,  kTiny,  -kTiny, 1e-35,
                        2e-35, kHuge, -kHuge, 3.5e38, std::nan("")};
  if (random.below(4) == 0) return far[random.below(10)];
  const TreeEnsemble& trees = model.trees;
  const double t = trees.threshold[random.below(static_cast<std::uint32_t>(trees.node_count()))];
  switch (random.below(4)) {
    case 0:
      return std::nextafter(t, kHuge);
    case 1:
      return std::nextafter(t, -kHuge);
    case 2:
      return t;
    default:
      return t + random.uniform() - 0.5;
  }
}

std::vector<double> rows_near_thresholds(const Model& model, std::size_t count) {
  Random random(7);
  std::vector<double> rows;
  for (std::size_t i = 0; i < count * model.features.size(); ++i)
    rows.push_back(value_near_thresholds(model, random));
  return rows;
}

bool same(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; }

// One row, an even and an odd number of them.
void expect_same_bits(const Model& model) {
  std::size_t kernels;
  const TopKernel* const kernel = top_kernels(&kernels);
  const Predictor plain(model, kernel + kernels - 1);
  const std::size_t width = model.features.size();
  for (const std::size_t count : {150, 151}) {
    const std::vector<double> rows = rows_near_thresholds(model, count);
    std::vector<double> expected(count), batch(count);
    plain.probabilities(rows.data(), count, expected.data());
    for (std::size_t k = 0; k < kernels; ++k) {
      const Predictor predictor(model, kernel + k);
      predictor.probabilities(rows.data(), count, batch.data());
      for (std::size_t r = 0; r < count; ++r) {
        const double* const row = rows.data() + r * width;
        ASSERT_TRUE(same(batch[r], expected[r])) << kernel[k].name << ", row " << r;
        ASSERT_TRUE(same(predictor.probability(row), expected[r])) << kernel[k].name << ", " << r;
        ASSERT_TRUE(same(predictor.margin(row), plain.margin(row))) << kernel[k].name << ", " << r;
      }
    }
  }
}

// Makes the thresholds so many that a slot has several ranks.
void scatter_thresholds(Model& model) {
  Random random(5);
  for (double& t : model.trees.threshold) t += random.uniform() * 0.25;
}

enum class Sum { kDouble, kFloat32 };

class RankedShapes : public testing::TestWithParam<std::tuple<int, int, bool, Sum>> {};

TEST_P(RankedShapes, GiveTheSameBits) {
  const auto [trees, depth, wide, sum] = GetParam();
  ModelShape shape;
  shape.trees = trees;
  shape.max_depth = depth;
  ModelMaker maker(shape, static_cast<std::uint64_t>(trees * 100 + depth));
  Model model = maker.make();
  if (wide) scatter_thresholds(model);
  for (std::size_t f = 0; f < model.features.size(); ++f)
    model.features[f].zero_is_missing = f % 2 == 0;
  if (sum == Sum::kFloat32) {
    model.link = Link::kLogit;
    model.float32_inputs = model.float32_sum = true;
    for (double& v : model.trees.value) v = static_cast<float>(v);
  }
  expect_same_bits(model);
}

// Trees that end at, within and below the tops; groups that are full and that are not.
INSTANTIATE_TEST_SUITE_P(All, RankedShapes,
                         testing::Combine(testing::Values(16, 31, 32, 33, 64, 65, 150),
                                          testing::Values(0, 1, 4, 5, 6, 7, 11), testing::Bool(),
                                          testing::Values(Sum::kDouble, Sum::kFloat32)));

// Stumps on one feature with `count` thresholds, beside one on each of `more` features. The mean
// goes through a link, so that no probability is cut to 1 and each shows every leaf.
Model stumps(std::size_t count, std::size_t more) {
  Model model;
  model.algorithm = "stumps";
  model.link = Link::kLogit;
  model.average = true;
  TreeEnsemble& trees = model.trees;
  for (std::size_t f = 0; f <= more; ++f)
    model.features.push_back({"x" + std::to_string(f), FeatureKind::kNumeric, {}});
  for (std::size_t i = 0; i < count + more; ++i) {
    const std::int32_t root = static_cast<std::int32_t>(trees.node_count());
    trees.root.push_back(root);
    trees.feature.insert(trees.feature.end(),
                         {i < count ? 0 : static_cast<std::int32_t>(i - count + 1), -1, -1});
    trees.left.insert(trees.left.end(), {root + 1, -1, -1});
    trees.right.insert(trees.right.end(), {root + 2, -1, -1});
    trees.threshold.insert(trees.threshold.end(), {static_cast<double>(i % count), 0, 0});
    trees.flags.insert(trees.flags.end(), {0, 0, 0});
    trees.category_begin.insert(trees.category_begin.end(), {-1, -1, -1});
    trees.value.insert(trees.value.end(), {0, 1, static_cast<double>(i % 7)});
    trees.cover.insert(trees.cover.end(), {2, 1, 1});
  }
  return model;
}

bool is_ranked(const Model& model) {
  return RankedForest::fits(model, Slots(model, Slots::Rounding::kNone));
}

// Where the ranks of a slot, the levels of the search for them and a row's ranks come to their
// ends.
TEST(RankedForest, HasLimits) {
  for (const std::size_t count : {16, 17, 255, 256, 257, 510, 511, 4096, 4097}) {
    EXPECT_TRUE(is_ranked(stumps(count, 0)));
    expect_same_bits(stumps(count, 0));
  }
  for (const std::size_t more : {62, 63, 126, 127}) {
    EXPECT_EQ(is_ranked(stumps(20, more)), more < 127) << more;
    expect_same_bits(stumps(20, more));
  }
  EXPECT_TRUE(is_ranked(stumps(127 * 255, 0)));
  EXPECT_FALSE(is_ranked(stumps(127 * 255 + 1, 0)));
  EXPECT_FALSE(is_ranked(stumps(15, 0)));
}

TEST(RankedForest, RanksAtEveryThreshold) {
  for (const std::size_t count : {255, 300, 1100, 32385}) {
    const Model model = stumps(count, 0);
    std::size_t kernels;
    const TopKernel* const kernel = top_kernels(&kernels);
    const Predictor plain(model, kernel + kernels - 1), fastest(model);
    for (std::size_t i = 0; i < count; i += 1 + count / 1000) {
      for (const double x : {i - 0.5, i + 0.0, i + 0.5})
        ASSERT_EQ(fastest.margin(&x), plain.margin(&x)) << x;
    }
    for (const double x : {-1.0, static_cast<double>(count), kHuge, -kHuge, std::nan("")})
      ASSERT_EQ(fastest.margin(&x), plain.margin(&x)) << x;
  }
}

TEST(RankedForest, RefusesInfinityByName) {
  const Predictor predictor(stumps(20, 1));
  const double row[] = {1, 2, 3, std::numeric_limits<double>::infinity()};
  double out[2];
  EXPECT_NO_THROW(predictor.probability(row));
  try {
    predictor.probabilities(row, 2, out);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "feature \"x1\" is infinite");
  }
}

// Appends a tree of n nodes, each of whose splits has a leaf on its left.
void append_chain(Model& model, std::int32_t n) {
  TreeEnsemble& trees = model.trees;
  const std::int32_t begin = static_cast<std::int32_t>(trees.node_count());
  trees.root.push_back(begin);
  for (std::int32_t i = 0; i < n; ++i) {
    const bool leaf = i % 2 == 1 || i == n - 1;
    trees.feature.push_back(leaf ? -1 : 0);
    trees.left.push_back(leaf ? -1 : begin + i + 1);
    trees.right.push_back(leaf ? -1 : begin + i + 2);
    trees.threshold.push_back(leaf ? 0 : i % 4000 * 0.01);
    trees.flags.push_back(0);
    trees.category_begin.push_back(-1);
    trees.value.push_back(leaf ? i % 100 * 0.01 : 0);
    trees.cover.push_back(0);
  }
}

// Beside stumps, below the tops; in tiles up to 256 leaves.
TEST(RankedForest, WalksAChain) {
  for (const std::int32_t nodes : {15, 511, 513, 2001, 65535, 65537}) {
    Model model = stumps(20, 0);
    append_chain(model, nodes);
    EXPECT_EQ(is_ranked(model), nodes <= 65535) << nodes;
    expect_same_bits(model);
  }
}

// A slot of exactly `count` thresholds, one of a single threshold, and a tree deep enough for
// tiles.
Model tiled_stumps(std::size_t count) {
  Model model = stumps(std::max<std::size_t>(count, 16), 1);
  append_chain(model, 15);
  TreeEnsemble& trees = model.trees;
  std::size_t splits = 0;
  for (std::size_t node = 0; node < trees.node_count(); ++node) {
    if (trees.feature[node] == TreeEnsemble::kLeaf) continue;
    trees.threshold[node] = static_cast<double>(splits++ % count);
  }
  return model;
}

// Where tiles go over from counting to searching, and the levels of a search and the ranks of a
// slot come to their ends; for thresholds of either width.
TEST(RankedForest, RanksTilesLikeRows) {
  for (const std::size_t count : {1, 2, 6, 7, 16, 17, 255, 256, 257, 510, 511, 4096, 4097, 30000}) {
    for (const bool float32 : {false, true}) {
      Model model = tiled_stumps(count);
      model.float32_inputs = float32;
      ASSERT_TRUE(is_ranked(model)) << count;
      expect_same_bits(model);
    }
  }
}

// A tile begun is not one: rows from 1 to more than two tiles.
TEST(RankedForest, ScoresAnyNumberOfRows) {
  ModelShape shape;
  shape.trees = 18;
  shape.max_depth = 9;
  const Model model = ModelMaker(shape, 3).make();
  const Predictor predictor(model);
  const std::vector<double> rows = rows_near_thresholds(model, 130);
  for (std::size_t count = 1; count <= 130; ++count) {
    std::vector<double> batch(count);
    predictor.probabilities(rows.data(), count, batch.data());
    for (std::size_t r = 0; r < count; ++r)
      ASSERT_TRUE(same(batch[r], predictor.probability(rows.data() + r * model.features.size())))
          << count << ", " << r;
  }
}

}  // namespace
}  // namespace credit_risk
