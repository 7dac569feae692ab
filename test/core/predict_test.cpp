#include "core/model/predict/predict.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "core/model/codec.hpp"
#include "core/model/logistic.hpp"
#include "model_maker.hpp"

namespace credit_risk {
namespace {

using test::ModelMaker;
using test::ModelShape;

// model.hpp, word by word.
bool goes_left(const Model& model, std::size_t node, double x) {
  const TreeEnsemble& trees = model.trees;
  if (std::isnan(x)) return (trees.flags[node] & TreeEnsemble::kMissingLeft) != 0;
  if (trees.category_begin[node] < 0) {
    return (model.float32_inputs ? static_cast<double>(static_cast<float>(x)) : x) <=
           trees.threshold[node];
  }
  if (x == kUnrecognized) return (trees.flags[node] & TreeEnsemble::kUnrecognizedLeft) != 0;
  const std::size_t code = static_cast<std::size_t>(x);
  return (trees.category_words[trees.category_begin[node] + code / 64] >> (code % 64) & 1) != 0;
}

double reference_margin(const Model& model, const double* row) {
  double sum = 0;
  for (const std::int32_t root : model.trees.root) {
    std::int32_t node = root;
    while (model.trees.feature[node] != TreeEnsemble::kLeaf) {
      const double x = row[model.trees.feature[node]];
      node = goes_left(model, node, x) ? model.trees.left[node] : model.trees.right[node];
    }
    sum += model.trees.value[node];
  }
  return model.base_value +
         (model.average ? sum / static_cast<double>(model.trees.tree_count()) : sum);
}

// Thresholds kept as doubles, on float32, or read as float32.
enum class Width { kDouble, kFloat32, kFloat32Inputs };

class PredictAgainstReference : public testing::TestWithParam<std::tuple<Width, int>> {};

TEST_P(PredictAgainstReference, OneRowAndBatchGiveTheSameBits) {
  const auto [width, variant] = GetParam();
  ModelShape shape;
  shape.trees = 1 + variant * 11;  // 1, 12, 23, 34: every remainder of the interleaved kernels
  shape.max_depth = variant == 3 ? 22 : 6;
  shape.numeric = variant == 2 ? 300 : 4;  // more slots than the narrow node has room for
  if (variant % 2 == 1) shape.categories = {3, 30, 31, 64, 65};
  ModelMaker maker(shape, 100 + static_cast<std::uint64_t>(variant));
  Model model = maker.make();
  model.float32_inputs = width == Width::kFloat32Inputs;
  model.average = variant % 2 == 0;
  model.link = variant == 3 ? Link::kLogit : Link::kIdentity;
  if (width == Width::kFloat32) {
    for (double& t : model.trees.threshold) t = static_cast<float>(t);
  }
  const std::size_t count = 300;
  std::vector<double> rows, batch(count);
  for (std::size_t r = 0; r < count; ++r) {
    const std::vector<double> row = maker.row();
    rows.insert(rows.end(), row.begin(), row.end());
  }
  std::size_t kernels;
  const TopKernel* const kernel = top_kernels(&kernels);
  for (std::size_t k = 0; k < kernels; ++k) {
    const Predictor predictor(model, kernel + k);
    predictor.probabilities(rows.data(), count, batch.data());
    for (std::size_t r = 0; r < count; ++r) {
      const double* row = rows.data() + r * model.features.size();
      ASSERT_EQ(predictor.margin(row), reference_margin(model, row)) << r;
      ASSERT_EQ(predictor.probability(row), batch[r]) << r;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, PredictAgainstReference,
                         testing::Combine(testing::Values(Width::kDouble, Width::kFloat32,
                                                          Width::kFloat32Inputs),
                                          testing::Range(0, 4)));

// Trees that end within the levels that all nodes of a tile's rows compare at once, and below them;
// tiles that are full and one that is not.
TEST(Predict, EveryKernelGivesTheSameBits) {
  std::size_t kernels;
  const TopKernel* const kernel = top_kernels(&kernels);
  for (const int depth : {0, 1, 3, 4, 5, 9}) {
    ModelShape shape;
    shape.trees = 7;
    shape.max_depth = depth;
    ModelMaker maker(shape, 40 + static_cast<std::uint64_t>(depth));
    Model model = maker.make();
    model.float32_inputs = true;
    const std::size_t count = 3 * TreeTop::kRows + 21;
    std::vector<double> rows;
    for (std::size_t r = 0; r < count; ++r) {
      const std::vector<double> row = maker.row();
      rows.insert(rows.end(), row.begin(), row.end());
    }
    for (std::size_t k = 0; k < kernels; ++k) {
      const Predictor predictor(model, kernel + k);
      std::vector<double> batch(count);
      predictor.probabilities(rows.data(), count, batch.data());
      for (std::size_t r = 0; r < count; ++r) {
        const double* row = rows.data() + r * model.features.size();
        ASSERT_EQ(predictor.probability(row), batch[r]) << kernel[k].name << ", row " << r;
        ASSERT_EQ(predictor.margin(row), reference_margin(model, row));
      }
    }
  }
}

Model stump(double threshold) {
  Model model;
  model.algorithm = "stump";
  model.features = {{"income", FeatureKind::kNumeric, {}}};
  TreeEnsemble& trees = model.trees;
  trees.root = {0};
  trees.feature = {0, -1, -1};
  trees.left = {1, -1, -1};
  trees.right = {2, -1, -1};
  trees.threshold = {threshold, 0, 0};
  trees.flags = {0, 0, 0};
  trees.category_begin = {-1, -1, -1};
  trees.value = {0, 1, 0};
  trees.cover = {2, 1, 1};
  return model;
}

bool left(const Model& model, double x) { return Predictor(model).margin(&x) == 1; }

// Every double beside every kind of threshold lands where the comparison of doubles says.
TEST(Predict, ComparesAtTheLastBit) {
  const double max_float = std::numeric_limits<float>::max();
  for (const double t :
       {0.0, -0.0, 0.5, -0.5, 0.1, 1e-45, -1e-45, 1e-300, 1e300, -1e300, max_float, -max_float}) {
    const Model model = stump(t);
    const double infinity = std::numeric_limits<double>::infinity();
    for (const double x : {t, std::nextafter(t, infinity), std::nextafter(t, -infinity), t + 1e-40,
                           t - 1e-40, t * 2, -t, max_float * 2, -max_float * 2}) {
      EXPECT_EQ(left(model, x), x <= t) << x << " <= " << t;
    }
  }
}

// scikit-learn and XGBoost round the value to float32 before they compare (shap issue 5116).
TEST(Predict, RoundsToFloat32WhereTheModelSaysSo) {
  Model model = stump(0.1);
  EXPECT_TRUE(left(model, 0.1));
  model.float32_inputs = true;
  EXPECT_FALSE(left(model, 0.1));  // 0.1f is above 0.1
  EXPECT_TRUE(left(model, 0.09999999));
  model = stump(1e300);
  model.float32_inputs = true;
  EXPECT_FALSE(left(model, 1e300));  // infinite as a float32
  EXPECT_TRUE(left(model, 3e38));
}

TEST(Predict, SendsMissingValuesWhereTheSplitSays) {
  Model model = stump(0.5);
  EXPECT_FALSE(left(model, std::nan("")));
  model.trees.flags[0] = TreeEnsemble::kMissingLeft;
  EXPECT_TRUE(left(model, std::nan("")));
}

TEST(Predict, RefusesInfinityByName) {
  const double row[] = {-std::numeric_limits<double>::infinity()};
  double out;
  const Predictor predictor(stump(0.5));
  try {
    predictor.margin(row);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidInput);
    EXPECT_STREQ(error.what(), "feature \"income\" is infinite");
  }
  EXPECT_THROW(predictor.probabilities(row, 1, &out), Error);
}

TEST(Predict, RefusesWhatIsNoCategory) {
  ModelShape shape;
  shape.trees = 20;
  shape.numeric = 0;
  shape.categories = {65};
  const Predictor predictor(ModelMaker(shape, 1).make());
  for (const double code : {-1.0, 0.0, 63.0, 64.0, std::nan("")})
    EXPECT_NO_THROW(predictor.margin(&code));
  for (const double code : {-2.0, 65.0, 0.5, 1e18})
    EXPECT_THROW(predictor.margin(&code), Error) << code;
}

TEST(Predict, CutsAverageToProbability) {
  EXPECT_EQ(probability_of_margin(Link::kIdentity, 1.0000000000000002), 1.0);
  EXPECT_EQ(probability_of_margin(Link::kIdentity, -1e-17), 0.0);
  EXPECT_EQ(probability_of_margin(Link::kIdentity, 0.25), 0.25);
}

// A chain of 50,000 splits beside stumps: as deep as it is, nothing recurses, and the shallow ones
// do not wait for it.
TEST(Predict, WalksAChain) {
  Model model = stump(0.5);
  TreeEnsemble& trees = model.trees;
  const std::int32_t begin = 3, n = 100001;
  trees.root.push_back(begin);
  for (std::int32_t i = 0; i < n; ++i) {
    const bool leaf = i % 2 == 1 || i == n - 1;
    trees.feature.push_back(leaf ? -1 : 0);
    trees.left.push_back(leaf ? -1 : begin + i + 1);
    trees.right.push_back(leaf ? -1 : begin + i + 2);
    trees.threshold.push_back(leaf ? 0 : i);
    trees.flags.push_back(0);
    trees.category_begin.push_back(-1);
    trees.value.push_back(leaf ? i : 0);
    trees.cover.push_back(0);
  }
  trees.cover[0] = trees.cover[1] = trees.cover[2] = 0;
  const Model back = decode(encode(model).data(), encode(model).size());
  const Predictor predictor(back);
  for (const double x : {-1.0, 1.0, 77777.0, 99998.0, 2e5}) {
    EXPECT_EQ(predictor.margin(&x), reference_margin(model, &x)) << x;
  }
}

// Against long double; a unit in the last place of the exact result.
TEST(Logistic, IsWithinTwoUnitsInTheLastPlace) {
  Random random(11);
  double worst = 0;
  for (int i = 0; i < 1000000; ++i) {
    const double scale = i % 4 == 0 ? 1490 : i % 4 == 1 ? 80 : i % 4 == 2 ? 4 : 1e-3;
    const double x = (random.uniform() - 0.5) * scale;
    const long double exact = 1 / (1 + std::exp(-static_cast<long double>(x)));
    const double near = static_cast<double>(exact);
    const double unit = std::max(std::nextafter(near, 2) - near, 4.94e-324);
    worst = std::max(worst, static_cast<double>(std::fabs(exact - logistic(x)) / unit));
  }
  EXPECT_LT(worst, 1.5);
}

TEST(Logistic, HasItsLimits) {
  EXPECT_EQ(logistic(0), 0.5);
  EXPECT_EQ(logistic(-0.0), 0.5);
  EXPECT_EQ(logistic(1e308), 1.0);
  EXPECT_EQ(logistic(-1e308), 0.0);
  EXPECT_EQ(logistic(std::numeric_limits<double>::infinity()), 1.0);
  EXPECT_EQ(logistic(-std::numeric_limits<double>::infinity()), 0.0);
  EXPECT_EQ(logistic(-745), 4.9406564584124654e-324);
}

// The bits are a contract between machines.
TEST(Logistic, HasFixedBits) {
  EXPECT_EQ(logistic(1.0), 0x1.764d4f5d5a2bdp-1);
  EXPECT_EQ(logistic(-2.5), 0x1.36b7112534847p-4);
  EXPECT_EQ(logistic(-700), 0x1.14f2b0fb9307fp-1010);
}

}  // namespace
}  // namespace credit_risk
