#include "core/explain/background/interventional_shap.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/error.hpp"
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

Row rows_of(ModelMaker& maker, std::size_t count) {
  Row rows;
  for (std::size_t r = 0; r < count; ++r) {
    const Row row = maker.row();
    rows.insert(rows.end(), row.begin(), row.end());
  }
  return rows;
}

// The game by its definition, with the predictor for the model.
Row game_of(const Predictor& predictor, const Row& row, const Row& background) {
  const std::size_t n = row.size(), count = background.size() / n;
  Row game(std::size_t{1} << n);
  for (unsigned in = 0; in < game.size(); ++in) {
    for (std::size_t z = 0; z < count; ++z) {
      Row mixed(background.begin() + z * n, background.begin() + (z + 1) * n);
      for (std::size_t f = 0; f < n; ++f) {
        if ((in >> f & 1) != 0) mixed[f] = row[f];
      }
      game[in] += predictor.margin(mixed.data()) / static_cast<double>(count);
    }
  }
  return game;
}

struct Case {
  const char* name;
  ModelShape shape;
};

ModelShape shape_of(int trees, int depth, int numeric, std::vector<int> categories = {}) {
  ModelShape shape;
  shape.trees = trees;
  shape.max_depth = depth;
  shape.numeric = numeric;
  shape.categories = std::move(categories);
  shape.cover = false;
  return shape;
}

class InterventionalAgainstEnumeration : public testing::TestWithParam<Case> {};

TEST_P(InterventionalAgainstEnumeration, IsExact) {
  InterventionalShap::Scratch scratch;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    ModelMaker maker(GetParam().shape, seed);
    Model model = maker.make();
    model.average = seed % 2 == 0;
    model.float32_inputs = seed % 3 == 0;
    model.link = Link::kLogit;
    model.base_value = 0.5;
    validate(model);
    const Predictor predictor(model);
    const Row background = rows_of(maker, 4 + seed);
    const InterventionalShap shap(model, background.data(), 4 + seed);
    Row phi(model.features.size());
    for (int r = 0; r < 4; ++r) {
      const Row row = maker.row();
      EXPECT_EQ(shap.explain(row.data(), phi.data(), scratch), predictor.margin(row.data()));
      const Row game = game_of(predictor, row, background);
      const Row expected = test::shapley_values(phi.size(), game);
      for (std::size_t f = 0; f < phi.size(); ++f) EXPECT_NEAR(phi[f], expected[f], 1e-13) << f;
      EXPECT_NEAR(shap.base_value(), game[0], 1e-13);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, InterventionalAgainstEnumeration,
    testing::Values(Case{"stumps", shape_of(3, 1, 3)}, Case{"one_feature", shape_of(2, 6, 1)},
                    Case{"repeats", shape_of(4, 8, 2)}, Case{"numeric", shape_of(5, 6, 5)},
                    Case{"categories", shape_of(5, 5, 0, {3, 64, 65})},
                    Case{"mixed", shape_of(6, 6, 3, {2, 40})}, Case{"leaves", shape_of(3, 0, 2)},
                    Case{"twelve_features", shape_of(2, 14, 11, {5})}),
    [](const auto& info) { return info.param.name; });

// Algorithm 3 of Lundberg et al. 2020, one background row after another: what the sets of rows are
// to give at once, at any depth.
class PairWalker {
 public:
  PairWalker(const Model& model, const Row& row) : phi(row.size()), model_(model), row_(row) {}

  void add(const double* z) {
    z_ = z;
    from_.assign(row_.size(), 0);
    for (const std::int32_t root : model_.trees.root) walk(root, 0, 0);
  }

  Row phi;

 private:
  struct Shares {
    double positive, negative;
  };

  bool left(std::int32_t node, double x) const {
    return test::goes_left(model_, static_cast<std::size_t>(node), x);
  }

  // p! q! / (p + q + 1)!, by another way than the code's.
  static double weight(int p, int q) {
    return std::exp(std::lgamma(p + 1.0) + std::lgamma(q + 1.0) - std::lgamma(p + q + 2.0));
  }

  Shares walk(std::int32_t node, int a, int k) {
    const TreeEnsemble& trees = model_.trees;
    const std::int32_t f = trees.feature[node];
    if (f == TreeEnsemble::kLeaf) {
      const double v = trees.value[node];
      return {a == 0 ? 0 : v * weight(a - 1, k), k == 0 ? 0 : v * weight(a, k - 1)};
    }
    const std::int32_t child[] = {trees.right[node], trees.left[node]};
    const std::int32_t x = child[left(node, row_[f])], z = child[left(node, z_[f])];
    if (x == z || from_[f] == 1) return walk(x, a, k);
    if (from_[f] == 2) return walk(z, a, k);
    from_[f] = 1;
    const Shares hot = walk(x, a + 1, k);
    from_[f] = 2;
    const Shares cold = walk(z, a, k + 1);
    from_[f] = 0;
    phi[f] += hot.positive - cold.negative;
    return {hot.positive + cold.positive, hot.negative + cold.negative};
  }

  const Model& model_;
  const Row& row_;
  const double* z_ = nullptr;
  std::vector<int> from_;  // by feature: 0 both, 1 x, 2 z
};

class BackgroundRows : public testing::TestWithParam<std::size_t> {};

// With the second half of the background a copy of rows of the first.
TEST_P(BackgroundRows, AgreeWithPairsAndBetweenKernels) {
  const std::size_t count = GetParam();
  ModelMaker maker(shape_of(6, 9, 9, {5, 70}), count);
  const Model model = maker.make();
  const std::size_t n = model.features.size();
  Row background = rows_of(maker, count);
  for (std::size_t z = (count + 1) / 2; z < count; ++z)
    std::copy_n(background.begin() + (z / 3) * n, n, background.begin() + z * n);
  std::size_t kernels;
  const LeafKernel* const kernel = leaf_kernels(&kernels);
  for (int r = 0; r < 3; ++r) {
    const Row row = maker.row();
    Row phi(n), again(n);
    const InterventionalShap shap(model, background.data(), count);
    shap.explain(row.data(), phi.data());
    PairWalker pairs(model, row);
    for (std::size_t z = 0; z < count; ++z) pairs.add(background.data() + z * n);
    for (std::size_t f = 0; f < n; ++f)
      EXPECT_NEAR(phi[f], pairs.phi[f] / static_cast<double>(count), 1e-13) << f;
    for (std::size_t k = 0; k < kernels; ++k) {
      InterventionalShap(model, background.data(), count, {}, kernel + k)
          .explain(row.data(), again.data());
      EXPECT_EQ(again, phi) << kernel[k].name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Counts, BackgroundRows,
                         testing::Values(1, 2, 63, 64, 65, 100, 127, 128, 129, 1000));

TEST(InterventionalShap, GivesNothingToAFeatureThatNoTreeReads) {
  ModelMaker maker(shape_of(5, 6, 4), 3);
  Model model = maker.make();
  model.features.push_back({"unused", FeatureKind::kNumeric, {}});
  Row background;
  for (int z = 0; z < 30; ++z) {
    const Row row = maker.row();
    background.insert(background.end(), row.begin(), row.end());
    background.push_back(z);
  }
  Row row = maker.row(), phi(5, 1.0);
  row.push_back(-1);
  InterventionalShap(model, background.data(), 30).explain(row.data(), phi.data());
  EXPECT_EQ(phi[4], 0);
}

TEST(InterventionalShap, GivesNothingToARowEqualToItsBackground) {
  ModelMaker maker(shape_of(5, 6, 4, {3}), 4);
  const Model model = maker.make();
  const Row row = maker.row();
  Row phi(5, 1.0);
  const InterventionalShap shap(model, row.data(), 1);
  EXPECT_EQ(shap.explain(row.data(), phi.data()), shap.base_value());
  EXPECT_EQ(phi, Row(5, 0.0));
}

// One tree of more than 32,767 nodes: the reference implementation counts nodes in 16 bits (shap
// issue 5116).
TEST(InterventionalShap, ExplainsAWideTree) {
  ModelMaker maker(shape_of(1, 22, 12, {70}), 5);
  const Model model = maker.make();
  ASSERT_GT(model.trees.node_count(), 32767u);
  const Row background = rows_of(maker, 20);
  const InterventionalShap shap(model, background.data(), 20);
  for (int r = 0; r < 3; ++r) {
    const Row row = maker.row();
    Row phi(row.size());
    shap.explain(row.data(), phi.data());
    PairWalker pairs(model, row);
    for (std::size_t z = 0; z < 20; ++z) pairs.add(background.data() + z * row.size());
    for (std::size_t f = 0; f < row.size(); ++f) EXPECT_NEAR(phi[f], pairs.phi[f] / 20, 1e-13);
  }
}

// The factorials of 300 features are far beyond a double; classes by the hundred, on every kernel.
TEST(InterventionalShap, ExplainsADeepPathOfDistinctFeatures) {
  const Model model = chain_model(300, 300);
  Row background;
  for (int z = 0; z < 150; ++z) {
    for (int f = 0; f < 300; ++f) background.push_back((z * 37 + f * 101) % 400 - 2.0 * f);
  }
  std::size_t kernels;
  const LeafKernel* const kernel = leaf_kernels(&kernels);
  for (const double x : {-1000.0, -150.5, 0.5, 1000.0}) {
    const Row row(300, x);
    PairWalker pairs(model, row);
    for (std::size_t z = 0; z < 150; ++z) pairs.add(background.data() + z * 300);
    for (std::size_t k = 0; k < kernels; ++k) {
      Row phi(300);
      InterventionalShap(model, background.data(), 150, {}, kernel + k)
          .explain(row.data(), phi.data());
      for (std::size_t f = 0; f < 300; ++f) EXPECT_NEAR(phi[f], pairs.phi[f] / 150, 1e-12) << x;
    }
  }
}

TEST(InterventionalShap, WalksAChainWithoutRecursion) {
  const Model model = chain_model(20000, 3);
  const double background[] = {-5000.5, -100, -1e6, 1, 1, 1, -1e6, 2, 2};
  const double row[] = {0.5, -7000.5, -1e6};
  Row phi(3);
  const InterventionalShap shap(model, background, 3);
  EXPECT_EQ(shap.explain(row, phi.data()), Predictor(model).margin(row));
}

// What the model carries for other libraries' arithmetic: zero follows the missing values, and a
// sum in float32 is explained by the exact one.
TEST(InterventionalShap, HeedsForeignArithmetic) {
  ModelMaker maker(shape_of(40, 6, 4), 9);
  Model model = maker.make();
  model.link = Link::kLogit;
  for (double& value : model.trees.value) value = static_cast<float>(value);
  for (Feature& feature : model.features) feature.zero_is_missing = true;
  const double nan = std::nan("");
  const double missing[] = {1.5, nan, -2, nan}, zero[] = {1.5, 0, -2, -0.0};
  const double background[] = {0, 1, 2, 3, -1, nan, 2, -4};
  Row phi_missing(4), phi_zero(4);
  const InterventionalShap shap(model, background, 2);
  const double margin = shap.explain(missing, phi_missing.data());
  EXPECT_EQ(shap.explain(zero, phi_zero.data()), margin);
  EXPECT_EQ(phi_zero, phi_missing);

  model.float32_sum = true;
  validate(model);
  const InterventionalShap single(model, background, 2);
  EXPECT_EQ(single.explain(missing, phi_zero.data()), margin);
  EXPECT_EQ(phi_zero, phi_missing);
  EXPECT_EQ(single.base_value(), shap.base_value());
}

TEST(InterventionalShap, BaseValueIsTheMeanMargin) {
  ModelMaker maker(shape_of(20, 7, 6, {4}), 12);
  Model model = maker.make();
  model.average = true;
  const Predictor predictor(model);
  const Row background = rows_of(maker, 333);
  double sum = 0;
  for (std::size_t z = 0; z < 333; ++z) sum += predictor.margin(background.data() + z * 7);
  EXPECT_NEAR(InterventionalShap(model, background.data(), 333).base_value(), sum / 333, 1e-14);
}

// The scratch remembers nothing of the row or the model before.
TEST(InterventionalShap, ScratchDoesNotMatter) {
  ModelMaker small(shape_of(3, 3, 3), 1), large(shape_of(30, 8, 12, {9, 70}), 2);
  const Model a = small.make(), b = large.make();
  const Row few = rows_of(small, 5), many = rows_of(large, 70);
  const InterventionalShap shap_a(a, few.data(), 5), shap_b(b, many.data(), 70);
  InterventionalShap::Scratch scratch;
  for (int r = 0; r < 5; ++r) {
    const Row row_a = small.row(), row_b = large.row();
    Row phi(row_b.size()), fresh(row_b.size());
    shap_b.explain(row_b.data(), phi.data(), scratch);
    shap_b.explain(row_b.data(), fresh.data());
    EXPECT_EQ(phi, fresh);
    shap_a.explain(row_a.data(), phi.data(), scratch);
    shap_a.explain(row_a.data(), fresh.data());
    EXPECT_EQ(phi, fresh);
  }
}

void expect_refusal(const Model& model, const Row& background, std::size_t rows, ErrorKind kind,
                    const char* message) {
  try {
    const InterventionalShap shap(model, background.data(), rows);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    EXPECT_STREQ(error.what(), message);
  }
}

TEST(InterventionalShap, RefusesBackgroundsThatAreNone) {
  ModelMaker maker(ModelShape(), 1);
  const Model model = maker.make();
  expect_refusal(model, {}, 0, ErrorKind::kInvalidInput, "background has no rows");
  expect_refusal(model, {}, 10001, ErrorKind::kLimit, "background has too many rows");
  expect_refusal(model, {0, 1, HUGE_VAL, 2}, 1, ErrorKind::kInvalidInput,
                 "feature \"amount_2\" is infinite");
}

TEST(InterventionalShap, RefusesWhatWouldTakeTooMuchMemory) {
  const Model wide = chain_model(500000, 2);  // a million nodes, 79 sets of 16 bytes each
  expect_refusal(wide, {}, 10000, ErrorKind::kLimit, "background is too large for the model");
}

TEST(InterventionalShap, CanBeCancelled) {
  ModelMaker maker(ModelShape(), 1);
  const Model model = maker.make();
  const Row background = rows_of(maker, 10);
  volatile int cancel = 1;
  EXPECT_THROW(InterventionalShap(model, background.data(), 10, StopFlag(&cancel)), Error);
  const InterventionalShap shap(model, background.data(), 10);
  InterventionalShap::Scratch scratch;
  Row phi(4);
  EXPECT_THROW(shap.explain(maker.row().data(), phi.data(), scratch, StopFlag(&cancel)), Error);
}

TEST(InterventionalShap, TellsItsSize) {
  ModelMaker maker(shape_of(20, 7, 6), 2);
  const Model model = maker.make();
  const Row background = rows_of(maker, 1000);
  const std::size_t few = InterventionalShap(model, background.data(), 100).byte_size();
  const std::size_t many = InterventionalShap(model, background.data(), 1000).byte_size();
  EXPECT_EQ(many - few, 7 * sizeof(RowSet) * model.trees.node_count());
  EXPECT_LT(few, 120 * model.trees.node_count());
}

}  // namespace
}  // namespace credit_risk
