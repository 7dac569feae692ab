#include "core/explain/trees/tree_shap.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/error.hpp"
#include "core/model/predict/predict.hpp"
#include "core/model/validate.hpp"
#include "model_maker.hpp"
#include "shapley_oracle.hpp"

namespace credit_risk {
namespace {

using test::chain_model;
using test::ModelMaker;
using test::ModelShape;

struct Case {
  const char* name;
  ModelShape shape;
};

ModelShape shape_of(int trees, int depth, int numeric, std::vector<int> categories,
                    bool zero_cover = false) {
  ModelShape shape;
  shape.trees = trees;
  shape.max_depth = depth;
  shape.numeric = numeric;
  shape.categories = std::move(categories);
  shape.zero_cover = zero_cover;
  return shape;
}

class ShapAgainstEnumeration : public testing::TestWithParam<Case> {};

TEST_P(ShapAgainstEnumeration, IsExact) {
  TreeShap::Scratch scratch;
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
    const TreeShap shap(model);
    const Predictor predictor(model);
    std::vector<double> phi(model.features.size());
    for (int r = 0; r < 6; ++r) {
      const std::vector<double> row = maker.row();
      EXPECT_EQ(shap.explain(row.data(), phi.data(), scratch), predictor.margin(row.data()));
      const std::vector<double> expected =
          test::shapley_values(phi.size(), test::all_expectations(model, row.data()));
      for (std::size_t f = 0; f < phi.size(); ++f) EXPECT_NEAR(phi[f], expected[f], 1e-13) << f;
    }
    EXPECT_NEAR(shap.base_value(), 0.5 + test::all_expectations(model, maker.row().data())[0],
                1e-13);
  }
}

INSTANTIATE_TEST_SUITE_P(All, ShapAgainstEnumeration,
                         testing::Values(Case{"stumps", shape_of(3, 1, 3, {})},
                                         Case{"one_feature", shape_of(2, 6, 1, {})},
                                         Case{"repeats", shape_of(4, 8, 2, {})},
                                         Case{"numeric", shape_of(5, 6, 5, {})},
                                         Case{"categories", shape_of(5, 5, 0, {3, 64, 65})},
                                         Case{"mixed", shape_of(6, 6, 3, {2, 40})},
                                         Case{"leaves", shape_of(3, 0, 2, {})},
                                         Case{"ten_features", shape_of(2, 12, 9, {5})},
                                         Case{"without_cover", shape_of(5, 6, 4, {4}, true)}),
                         [](const auto& info) { return info.param.name; });

// amount <= 1 ? 10 : 20 with three quarters on the left, by hand.
TEST(TreeShap, ExplainsAStump) {
  Model model;
  model.algorithm = "stump";
  model.link = Link::kLogit;
  model.base_value = 1;
  model.features = {{"amount", FeatureKind::kNumeric, {}}, {"unused", FeatureKind::kNumeric, {}}};
  model.trees.root = {0};
  model.trees.feature = {0, -1, -1};
  model.trees.left = {1, -1, -1};
  model.trees.right = {2, -1, -1};
  model.trees.threshold = {1, 0, 0};
  model.trees.flags = {0, 0, 0};
  model.trees.category_begin = {-1, -1, -1};
  model.trees.value = {0, 10, 20};
  model.trees.cover = {4, 3, 1};
  const TreeShap shap(model);
  const double row[] = {5, std::nan("")};
  double phi[2];
  EXPECT_DOUBLE_EQ(shap.base_value(), 13.5);
  EXPECT_DOUBLE_EQ(shap.explain(row, phi), 21);
  EXPECT_DOUBLE_EQ(phi[0], 7.5);
  EXPECT_EQ(phi[1], 0);
}

TEST(TreeShap, RefusesAModelWithoutCover) {
  ModelShape shape;
  shape.cover = false;
  try {
    const TreeShap shap(ModelMaker(shape, 1).make());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidInput);
    EXPECT_STREQ(error.what(), "model has no cover");
    EXPECT_FALSE(error.hint().empty());
  }
}

TEST(TreeShap, RefusesInfinityByName) {
  const TreeShap shap(ModelMaker(ModelShape(), 1).make());
  std::vector<double> row(4, 0.0), phi(4);
  row[2] = HUGE_VAL;
  try {
    shap.explain(row.data(), phi.data());
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "feature \"amount_2\" is infinite");
  }
}

double additivity_error(const TreeShap& shap, const Predictor& predictor,
                        const std::vector<double>& row) {
  std::vector<double> phi(row.size());
  shap.explain(row.data(), phi.data());
  return std::fabs(std::accumulate(phi.begin(), phi.end(), shap.base_value()) -
                   predictor.margin(row.data()));
}

// One tree of more than 32,767 nodes: the reference implementation counts nodes in 16 bits (shap
// issue 5116).
TEST(TreeShap, ExplainsAWideTree) {
  ModelMaker maker(shape_of(1, 22, 12, {70}), 5);
  Model model = maker.make();
  ASSERT_GT(model.trees.node_count(), 32767u);
  const TreeShap shap(model);
  const Predictor predictor(model);
  for (int r = 0; r < 20; ++r) EXPECT_LT(additivity_error(shap, predictor, maker.row()), 1e-13);
}

// Far beyond where the extend and unwind of the original algorithm lose all digits (shap issue
// 4042: 50 features on a path); many passes of the quadrature.
TEST(TreeShap, ExplainsADeepPathOfDistinctFeatures) {
  const Model model = chain_model(300, 300);
  validate(model);
  const TreeShap shap(model);
  const Predictor predictor(model);
  for (const double x : {-1000.0, -150.5, 0.5}) {
    EXPECT_LT(additivity_error(shap, predictor, std::vector<double>(300, x)), 1e-12) << x;
  }
  std::vector<double> row(300, 0.5);
  row[200] = -1e6;
  EXPECT_LT(additivity_error(shap, predictor, row), 1e-12);
}

// By symmetry: equal players have equal values, to the last digits, at any number of players.
TEST(TreeShap, TreatsEqualFeaturesEqually) {
  // x_f <= -f for no f: the value of the last leaf is the product game, in which every feature has
  // the same share where all cover ratios are equal.
  Model model = chain_model(60, 60);
  double cover = 1;
  for (std::size_t i = model.trees.node_count(); i-- > 0;) {
    if (model.trees.feature[i] == TreeEnsemble::kLeaf) {
      const bool last = i + 1 == model.trees.node_count();
      model.trees.cover[i] = last ? 1 : cover;
      model.trees.value[i] = last ? 1 : 0;
    } else {
      cover = model.trees.cover[i] = 2 * cover;
      model.trees.cover[i + 1] = cover / 2;
    }
  }
  validate(model);
  const TreeShap shap(model);
  std::vector<double> row(60, 0.5), phi(60);
  shap.explain(row.data(), phi.data());
  const double share = (1 - std::ldexp(1.0, -60)) / 60;
  for (const double value : phi) EXPECT_NEAR(value, share, 1e-15);
}

TEST(TreeShap, WalksAChainWithoutRecursion) {
  const Model model = chain_model(20000, 3);
  const TreeShap shap(model);
  const Predictor predictor(model);
  EXPECT_LT(additivity_error(shap, predictor, {0.5, -100, -1e6}), 1e-12);
}

// What the model carries for other libraries' arithmetic: zero follows the missing values, and a
// sum in float32 is explained by the exact one.
TEST(TreeShap, HeedsForeignArithmetic) {
  ModelMaker maker(shape_of(40, 6, 4, {}), 9);
  Model model = maker.make();
  model.link = Link::kLogit;
  for (double& value : model.trees.value) value = static_cast<float>(value);
  for (Feature& feature : model.features) feature.zero_is_missing = true;
  const double missing[] = {1.5, std::nan(""), -2, std::nan("")}, zero[] = {1.5, 0, -2, -0.0};
  double phi_missing[4], phi_zero[4];
  const TreeShap shap(model);
  const double margin = shap.explain(missing, phi_missing);
  EXPECT_EQ(shap.explain(zero, phi_zero), margin);
  for (int f = 0; f < 4; ++f) EXPECT_EQ(phi_zero[f], phi_missing[f]);

  model.float32_sum = true;
  validate(model);
  EXPECT_EQ(TreeShap(model).explain(missing, phi_zero), margin);
  for (int f = 0; f < 4; ++f) EXPECT_EQ(phi_zero[f], phi_missing[f]);
  EXPECT_NE(Predictor(model).margin(missing), margin);
  EXPECT_NEAR(Predictor(model).margin(missing), margin, 1e-4);
}

// The scratch remembers nothing of the row or the model before.
TEST(TreeShap, ScratchDoesNotMatter) {
  ModelMaker small(shape_of(3, 3, 3, {}), 1), large(shape_of(30, 8, 12, {9, 70}), 2);
  const Model a = small.make(), b = large.make();
  const TreeShap shap_a(a), shap_b(b);
  TreeShap::Scratch scratch;
  for (int r = 0; r < 10; ++r) {
    const std::vector<double> row_a = small.row(), row_b = large.row();
    std::vector<double> phi(row_b.size()), fresh(row_b.size());
    shap_b.explain(row_b.data(), phi.data(), scratch);
    shap_b.explain(row_b.data(), fresh.data());
    EXPECT_EQ(phi, fresh);
    shap_a.explain(row_a.data(), phi.data(), scratch);
    shap_a.explain(row_a.data(), fresh.data());
    EXPECT_EQ(phi, fresh);
  }
}

TEST(TreeShap, ExplainsABatchLikeItsRows) {
  ModelMaker maker(shape_of(20, 8, 6, {9, 70}), 3);
  const Model model = maker.make();
  const TreeShap shap(model);
  TreeShap::Scratch scratch;
  const std::size_t features = model.features.size();
  for (const std::size_t count : {0, 1, 2, 7, 8, 9, 63, 64, 65, 200}) {
    std::vector<double> rows, phi(count * features), margins(count), alone(features);
    for (std::size_t r = 0; r < count; ++r) {
      const std::vector<double> row = maker.row();
      rows.insert(rows.end(), row.begin(), row.end());
    }
    shap.explain(rows.data(), count, phi.data(), margins.data(), scratch);
    for (std::size_t r = 0; r < count; ++r) {
      EXPECT_EQ(margins[r], shap.explain(rows.data() + r * features, alone.data(), scratch));
      EXPECT_EQ(std::vector<double>(phi.begin() + r * features, phi.begin() + (r + 1) * features),
                alone);
    }
  }
}

}  // namespace
}  // namespace credit_risk
