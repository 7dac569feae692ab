#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

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

std::vector<ShapKernel> kernels() {
  std::size_t count;
  const ShapKernel* first = shap_kernels(&count);
  return std::vector<ShapKernel>(first, first + count);
}

// To the bit: a zero's sign counts, too.
bool same_bits(const double* a, const double* b, std::size_t count) {
  return count == 0 || std::memcmp(a, b, count * sizeof(double)) == 0;
}

// Every kernel, one row at a time and in batches of `counts` rows, against the plain one.
void expect_same_as_one_by_one(const Model& model, const std::vector<double>& rows,
                               const std::vector<std::size_t>& counts) {
  const std::size_t features = model.features.size(), all = rows.size() / features;
  const std::vector<ShapKernel> every = kernels();
  const TreeShap plain(model, &every.back());
  const Predictor predictor(model);
  TreeShap::Scratch scratch;
  std::vector<double> expected(rows.size()), expected_margins(all);
  for (std::size_t r = 0; r < all; ++r) {
    const double* row = rows.data() + r * features;
    expected_margins[r] = plain.explain(row, expected.data() + r * features, scratch);
    EXPECT_EQ(expected_margins[r], predictor.margin(row));
  }
  for (const ShapKernel& kernel : every) {
    const TreeShap shap(model, &kernel);
    std::vector<double> one(features);
    for (std::size_t r = 0; r < all; ++r) {
      EXPECT_EQ(shap.explain(rows.data() + r * features, one.data(), scratch), expected_margins[r]);
      EXPECT_TRUE(same_bits(one.data(), expected.data() + r * features, features)) << kernel.name;
    }
    for (const std::size_t count : counts) {
      ASSERT_LE(count, all);
      std::vector<double> phi(count * features, 1.0), margins(count, 1.0);
      shap.explain(rows.data(), count, phi.data(), margins.data(), scratch);
      EXPECT_TRUE(same_bits(phi.data(), expected.data(), phi.size())) << kernel.name << count;
      EXPECT_TRUE(same_bits(margins.data(), expected_margins.data(), count))
          << kernel.name << count;
    }
  }
}

std::vector<double> rows_of(ModelMaker& maker, std::size_t count) {
  std::vector<double> rows;
  for (std::size_t r = 0; r < count; ++r) {
    const std::vector<double> row = maker.row();
    rows.insert(rows.end(), row.begin(), row.end());
  }
  return rows;
}

std::vector<std::size_t> up_to(std::size_t most) {
  std::vector<std::size_t> counts;
  for (std::size_t count = 0; count <= most; ++count) counts.push_back(count);
  return counts;
}

struct Case {
  const char* name;
  ModelShape shape;
};

class ShapOfAllRows : public testing::TestWithParam<Case> {};

// Tails of every length, and more rows than a tile holds.
TEST_P(ShapOfAllRows, AreThoseOfEachRowOnEveryKernel) {
  std::vector<std::size_t> counts = up_to(2 * kMostShapRows + 1);
  counts.push_back(300);
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    ModelMaker maker(GetParam().shape, seed);
    Model model = maker.make();
    model.average = seed == 2;
    model.float32_inputs = seed == 2;
    model.link = Link::kLogit;
    model.base_value = 0.25;
    validate(model);
    expect_same_as_one_by_one(model, rows_of(maker, 300), counts);
  }
}

// The number of quadrature points grows with the distinct features on a path: 1 to 8 in one pass,
// then several.
INSTANTIATE_TEST_SUITE_P(
    Shapes, ShapOfAllRows,
    testing::Values(Case{"stumps", shape_of(3, 1, 3)}, Case{"one_leaf_each", shape_of(3, 0, 2)},
                    Case{"repeats", shape_of(4, 8, 2)}, Case{"three_features", shape_of(5, 6, 3)},
                    Case{"six_features", shape_of(5, 8, 6)}, Case{"eight", shape_of(3, 10, 8)},
                    Case{"ten", shape_of(3, 11, 10)}, Case{"twelve", shape_of(2, 12, 12)},
                    Case{"fourteen", shape_of(2, 14, 20)}, Case{"many_trees", shape_of(300, 3, 9)},
                    Case{"categories", shape_of(5, 5, 0, {3, 64, 65})},
                    Case{"mixed", shape_of(6, 7, 3, {2, 40})},
                    Case{"forty_features", shape_of(6, 7, 40, {5})},
                    Case{"without_cover", shape_of(5, 6, 4, {4}, true)}),
    [](const auto& info) { return info.param.name; });

TEST(ShapOfRows, KeepTheirBitsOnDeepPaths) {
  for (const int features : {16, 17, 75, 300}) {
    const Model model = chain_model(300, features);
    validate(model);
    std::vector<double> rows;
    for (int r = 0; r < 19; ++r) {
      for (int f = 0; f < features; ++f) rows.push_back(f % 19 == r ? -1e6 : 0.5 - 20.0 * r);
    }
    expect_same_as_one_by_one(model, rows, {1, 8, 19});
  }
}

// Blocks of several numbers of points, and each reads the next one ahead.
TEST(ShapOfRows, KeepTheirBitsInAForestBeyondTheCaches) {
  ModelMaker maker(shape_of(700, 10, 14, {9}), 3);
  const Model model = maker.make();
  validate(model);
  ASSERT_GT(TreeShap(model).byte_size(), std::size_t{5} << 20);
  expect_same_as_one_by_one(model, rows_of(maker, 11), {11});
}

TEST(ShapOfRows, NeedNothingButTheirScratch) {
  ModelMaker small(shape_of(3, 3, 3), 1), large(shape_of(30, 8, 12, {9, 70}), 2);
  const Model a = small.make(), b = large.make();
  const TreeShap shap_a(a), shap_b(b);
  const std::vector<double> rows_a = rows_of(small, 40), rows_b = rows_of(large, 40);
  TreeShap::Scratch used;
  std::vector<double> phi(rows_b.size()), margins(40), again(rows_a.size()), fresh(rows_a.size());
  shap_b.explain(rows_b.data(), 40, phi.data(), margins.data(), used);
  shap_a.explain(rows_a.data(), 40, again.data(), margins.data(), used);
  TreeShap::Scratch unused;
  shap_a.explain(rows_a.data(), 40, fresh.data(), margins.data(), unused);
  EXPECT_EQ(again, fresh);
}

TEST(ShapOfRows, RefuseInfinityByName) {
  ModelMaker maker(ModelShape(), 1);
  const Model model = maker.make();
  const TreeShap shap(model);
  std::vector<double> rows = rows_of(maker, 20), phi(rows.size()), margins(20);
  rows[13 * model.features.size() + 2] = HUGE_VAL;
  TreeShap::Scratch scratch;
  try {
    shap.explain(rows.data(), 20, phi.data(), margins.data(), scratch);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "feature \"amount_2\" is infinite");
  }
}

TEST(ShapOfRows, StopWhenTold) {
  ModelMaker maker(ModelShape(), 1);
  const Model model = maker.make();
  const TreeShap shap(model);
  const std::vector<double> rows = rows_of(maker, 20);
  std::vector<double> phi(rows.size()), margins(20);
  TreeShap::Scratch scratch;
  const volatile int raised = 1;
  try {
    shap.explain(rows.data(), 20, phi.data(), margins.data(), scratch, StopFlag(&raised));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kCancelled);
  }
}

}  // namespace
}  // namespace credit_risk
