#include "core/explain/shap_interactions.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "additive_maker.hpp"
#include "core/error.hpp"
#include "core/explain/explainer.hpp"
#include "core/explain/trees/tree_shap.hpp"
#include "core/model/predict/predict.hpp"
#include "core/model/validate.hpp"
#include "model_maker.hpp"
#include "shapley_oracle.hpp"

namespace credit_risk {
namespace {

using test::chain_model;
using test::ModelMaker;
using test::ModelShape;

using Row = std::vector<double>;

Row interactions(const ShapInteractions& shap, const Row& row) {
  ShapInteractions::Scratch scratch;
  Row matrix(row.size() * row.size(), -1.0);
  shap.explain(row.data(), matrix.data(), scratch);
  return matrix;
}

// Symmetric to the bit, and of each feature the SHAP value.
void expect_sums(const Model& model, const Row& row, double tolerance) {
  const std::size_t n = row.size();
  Row phi(n);
  TreeShap(model).explain(row.data(), phi.data());
  const Row matrix = interactions(ShapInteractions(model), row);
  for (std::size_t i = 0; i < n; ++i) {
    const auto begin = matrix.begin() + i * n;
    EXPECT_NEAR(std::accumulate(begin, begin + n, 0.0), phi[i], tolerance) << i;
    for (std::size_t j = 0; j < i; ++j) EXPECT_EQ(matrix[i * n + j], matrix[j * n + i]);
  }
}

struct Case {
  const char* name;
  ModelShape shape;
};

ModelShape shape_of(int trees, int depth, int numeric, std::vector<int> categories = {},
                    bool zero_cover = false) {
  ModelShape shape;
  shape.trees = trees;
  shape.max_depth = depth;
  shape.numeric = numeric;
  shape.categories = std::move(categories);
  shape.zero_cover = zero_cover;
  return shape;
}

class InteractionsAgainstEnumeration : public testing::TestWithParam<Case> {};

TEST_P(InteractionsAgainstEnumeration, AreExact) {
  ShapInteractions::Scratch scratch;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    ModelMaker maker(GetParam().shape, seed);
    Model model = maker.make();
    for (const std::int32_t root : model.trees.root) {
      if (model.trees.cover[root] == 0) GTEST_SKIP() << "no weight reached a root";
    }
    model.average = seed % 2 == 0;
    model.float32_inputs = seed % 3 == 0;
    model.link = Link::kLogit;
    model.base_value = 0.5;
    validate(model);
    const ShapInteractions shap(model);
    const Predictor predictor(model);
    const std::size_t n = model.features.size();
    Row matrix(n * n, 1.0);
    for (int r = 0; r < 6; ++r) {
      const Row row = maker.row();
      EXPECT_EQ(shap.explain(row.data(), matrix.data(), scratch), predictor.margin(row.data()));
      const Row game = test::all_expectations(model, row.data());
      const Row expected = test::shapley_interactions(n, game);
      for (std::size_t i = 0; i < n * n; ++i) EXPECT_NEAR(matrix[i], expected[i], 1e-13) << i;
      EXPECT_NEAR(shap.base_value(), 0.5 + game[0], 1e-13);
      expect_sums(model, row, 1e-13);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, InteractionsAgainstEnumeration,
    testing::Values(Case{"stumps", shape_of(3, 1, 3)}, Case{"one_feature", shape_of(2, 6, 1)},
                    Case{"repeats", shape_of(4, 8, 2)}, Case{"numeric", shape_of(5, 6, 5)},
                    Case{"categories", shape_of(5, 5, 0, {3, 64, 65})},
                    Case{"mixed", shape_of(6, 6, 3, {2, 40})}, Case{"leaves", shape_of(3, 0, 2)},
                    Case{"ten_features", shape_of(2, 12, 9, {5})},
                    Case{"without_cover", shape_of(5, 6, 4, {4}, true)}),
    [](const auto& info) { return info.param.name; });

// x0 <= 0 and x1 <= 0 together give 8, else 0; half the rows on each side of either.
TEST(ShapInteractions, SplitsUpAConjunction) {
  Model model = chain_model(2, 2);
  model.trees.threshold = {0, 0, 0, 0, 0};
  model.trees.left = {1, 3, -1, -1, -1};
  model.trees.right = {2, 4, -1, -1, -1};
  model.trees.feature = {0, 1, -1, -1, -1};
  model.trees.value = {0, 0, 0, 8, 0};
  model.trees.cover = {4, 2, 2, 1, 1};
  validate(model);
  const ShapInteractions shap(model);
  EXPECT_EQ(shap.base_value(), 2);
  // v() = 2, v(0) = v(1) = 4, v(0, 1) = 8: half of 8 - 4 - 4 + 2 beside the diagonal, of phi = 3
  // each.
  const Row both = interactions(shap, {-1, -1});
  const Row expected = {2, 1, 1, 2};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(both[i], expected[i], 1e-15);
}

// No feature of a stump acts together with another.
TEST(ShapInteractions, AreDiagonalForStumps) {
  ModelMaker maker(shape_of(30, 1, 5, {4}), 3);
  const Model model = maker.make();
  const Row matrix = interactions(ShapInteractions(model), maker.row());
  for (std::size_t i = 0; i < 6; ++i) {
    for (std::size_t j = 0; j < 6; ++j) {
      EXPECT_TRUE(i == j || matrix[i * 6 + j] == 0) << i << ", " << j;
    }
  }
}

TEST(ShapInteractions, AreDiagonalForTerms) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    test::AdditiveMaker maker(seed);
    const Model model = maker.make();
    const std::size_t n = model.features.size();
    const Row row = maker.row();
    Row phi(n), matrix(n * n, 1.0), expected(n * n);
    Explainer::Scratch scratch;
    ShapInteractions::Scratch matrix_scratch;
    const double margin = Explainer(model).explain(row.data(), phi.data(), scratch);
    const ShapInteractions shap(model);
    EXPECT_EQ(shap.explain(row.data(), matrix.data(), matrix_scratch), margin);
    EXPECT_EQ(shap.base_value(), Explainer(model).base_value());
    for (std::size_t f = 0; f < n; ++f) expected[f * n + f] = phi[f];
    EXPECT_EQ(matrix, expected);
  }
}

TEST(ShapInteractions, GiveNothingToAFeatureThatNoTreeReads) {
  ModelMaker maker(shape_of(5, 6, 4), 3);
  Model model = maker.make();
  model.features.insert(model.features.begin(), {"unused", FeatureKind::kNumeric, {}});
  for (std::int32_t& feature : model.trees.feature) feature += feature >= 0 ? 1 : 0;
  Row row = maker.row();
  row.insert(row.begin(), 7.0);
  const Row matrix = interactions(ShapInteractions(model), row);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(matrix[i], 0);
    EXPECT_EQ(matrix[i * 5], 0);
  }
}

// Many passes of the quadrature; the definition cannot be enumerated there.
TEST(ShapInteractions, AddUpOnADeepPathOfDistinctFeatures) {
  const Model model = chain_model(300, 300);
  validate(model);
  for (const double x : {-1000.0, -150.5, 0.5}) expect_sums(model, Row(300, x), 1e-12);
  Row row(300, 0.5);
  row[200] = -1e6;
  expect_sums(model, row, 1e-12);
}

// By symmetry, at any number of players: the product game, in which every pair has the same share.
TEST(ShapInteractions, TreatEqualFeaturesEqually) {
  Model model = chain_model(60, 60);
  double cover = 1;
  for (std::size_t i = model.trees.node_count(); i-- > 0;) {
    const bool last = i + 1 == model.trees.node_count();
    if (model.trees.feature[i] == TreeEnsemble::kLeaf) {
      model.trees.cover[i] = last ? 1 : cover;
      model.trees.value[i] = last ? 1 : 0;
    } else {
      cover = model.trees.cover[i] = 2 * cover;
      model.trees.cover[i + 1] = cover / 2;
    }
  }
  validate(model);
  const Row matrix = interactions(ShapInteractions(model), Row(60, 0.5));
  // int_0^1 (1/4) ((1 + t) / 2)^58 dt / 2
  const double half = (1 - std::ldexp(1.0, -59)) / 59 / 4;
  for (std::size_t i = 0; i < 60; ++i) {
    for (std::size_t j = 0; j < i; ++j) EXPECT_NEAR(matrix[i * 60 + j], half, 1e-16);
  }
}

TEST(ShapInteractions, WalkAChainWithoutRecursion) {
  expect_sums(chain_model(20000, 3), {0.5, -100, -1e6}, 1e-12);
}

TEST(ShapInteractions, ExplainAWideTree) {
  ModelMaker maker(shape_of(1, 22, 12, {70}), 5);
  const Model model = maker.make();
  ASSERT_GT(model.trees.node_count(), 32767u);
  for (int r = 0; r < 3; ++r) expect_sums(model, maker.row(), 1e-12);
}

// What the model carries for other libraries' arithmetic, as in TreeShap.
TEST(ShapInteractions, HeedForeignArithmetic) {
  ModelMaker maker(shape_of(40, 6, 4), 9);
  Model model = maker.make();
  model.link = Link::kLogit;
  for (double& value : model.trees.value) value = static_cast<float>(value);
  for (Feature& feature : model.features) feature.zero_is_missing = true;
  const double nan = std::nan("");
  const Row missing = {1.5, nan, -2, nan}, zero = {1.5, 0, -2, -0.0};
  const Row matrix = interactions(ShapInteractions(model), missing);
  EXPECT_EQ(interactions(ShapInteractions(model), zero), matrix);
  model.float32_sum = true;
  validate(model);
  EXPECT_EQ(interactions(ShapInteractions(model), missing), matrix);
}

// The scratch remembers nothing of the row or the model before.
TEST(ShapInteractions, ScratchDoesNotMatter) {
  ModelMaker small(shape_of(3, 3, 3), 1), large(shape_of(30, 8, 12, {9, 70}), 2);
  const Model a = small.make(), b = large.make();
  const ShapInteractions shap_a(a), shap_b(b);
  ShapInteractions::Scratch scratch;
  for (int r = 0; r < 5; ++r) {
    const Row row_a = small.row(), row_b = large.row();
    Row matrix_a(9), matrix_b(14 * 14);
    shap_b.explain(row_b.data(), matrix_b.data(), scratch);
    EXPECT_EQ(matrix_b, interactions(shap_b, row_b));
    shap_a.explain(row_a.data(), matrix_a.data(), scratch);
    EXPECT_EQ(matrix_a, interactions(shap_a, row_a));
  }
}

void expect_refusal(const Model& model, ErrorKind kind, const char* message) {
  try {
    const ShapInteractions shap(model);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    EXPECT_STREQ(error.what(), message);
  }
}

TEST(ShapInteractions, RefuseModelsThatTheyCannotExplain) {
  ModelShape shape;
  shape.cover = false;
  expect_refusal(ModelMaker(shape, 1).make(), ErrorKind::kInvalidInput, "model has no cover");
  expect_refusal(chain_model(1, 1001), ErrorKind::kLimit,
                 "model has too many features for interactions");
}

TEST(ShapInteractions, RefuseInfinityByName) {
  ModelMaker maker(ModelShape(), 1);
  const Model model = maker.make();
  Row row = maker.row();
  row[2] = HUGE_VAL;
  EXPECT_THROW(interactions(ShapInteractions(model), row), Error);
}

TEST(ShapInteractions, CanBeCancelled) {
  ModelMaker maker(shape_of(5, 14, 9), 1);
  const Model model = maker.make();
  volatile int cancel = 1;
  EXPECT_THROW(ShapInteractions(model, StopFlag(&cancel)), Error);
  const ShapInteractions shap(model);
  ShapInteractions::Scratch scratch;
  Row matrix(81);
  EXPECT_THROW(shap.explain(maker.row().data(), matrix.data(), scratch, StopFlag(&cancel)), Error);
}

}  // namespace
}  // namespace credit_risk
