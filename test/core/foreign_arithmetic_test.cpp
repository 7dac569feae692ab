// What the canonical form carries for the sake of other libraries' arithmetic.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "core/model/codec.hpp"
#include "core/model/json/json_form.hpp"
#include "core/model/logistic.hpp"
#include "core/model/predict/predict.hpp"
#include "core/model/validate.hpp"

namespace credit_risk {
namespace {

// x <= -1 left, missing left; leaves -1 and 2.
Model stump() {
  Model model;
  model.algorithm = "test";
  model.features = {{"x", FeatureKind::kNumeric, {}}};
  model.trees.root = {0};
  model.trees.feature = {0, -1, -1};
  model.trees.left = {1, -1, -1};
  model.trees.right = {2, -1, -1};
  model.trees.threshold = {-1, 0, 0};
  model.trees.flags = {TreeEnsemble::kMissingLeft, 0, 0};
  model.trees.category_begin = {-1, -1, -1};
  model.trees.value = {0, -1, 2};
  model.trees.cover = {0, 0, 0};
  model.link = Link::kLogit;
  return model;
}

double margin_at(const Model& model, double x) { return Predictor(model).margin(&x); }

TEST(ForeignArithmetic, ZeroCountsAsMissingWhereTheFeatureSaysSo) {
  Model model = stump();
  EXPECT_EQ(margin_at(model, 0), 2);
  model.features[0].zero_is_missing = true;
  validate(model);
  EXPECT_EQ(margin_at(model, 0), -1);
  EXPECT_EQ(margin_at(model, -0.0), -1);
  EXPECT_EQ(margin_at(model, kZeroThreshold), -1);
  EXPECT_EQ(margin_at(model, -kZeroThreshold), -1);
  EXPECT_EQ(margin_at(model, std::nextafter(kZeroThreshold, 1)), 2);
  EXPECT_EQ(margin_at(model, std::numeric_limits<double>::quiet_NaN()), -1);
}

TEST(ForeignArithmetic, LinkScaleMultipliesTheMargin) {
  Model model = stump();
  model.link_scale = 0.5;
  validate(model);
  const double x = 0;
  EXPECT_EQ(Predictor(model).margin(&x), 2);
  EXPECT_EQ(Predictor(model).probability(&x), logistic(1.0));
}

TEST(ForeignArithmetic, Float32SumRoundsEveryStep) {
  Model model = stump();
  model.float32_sum = true;
  model.base_value = 16777216.0f;
  model.trees.value[2] = 1;
  validate(model);
  EXPECT_EQ(margin_at(model, 0), 16777216.0);  // 2^24 + 1 is not a float32
  model.trees.value[2] = 3;
  EXPECT_EQ(margin_at(model, 0), 16777220.0);  // to even
}

// expf of the C library differs from the rounded exponential in about one of 10^4 places, by one
// unit.
TEST(ForeignArithmetic, Float32LogisticFollowsXgboost) {
  int different = 0;
  for (int i = -20000; i <= 20000; ++i) {
    const float margin = static_cast<float>(i) * 0.0061f;
    const float x = std::min(-margin, 88.7f);
    const float expected = 1.0f / (std::exp(x) + 1.0f + 1e-16f);
    const float actual = logistic_float32(margin);
    EXPECT_NEAR(actual, expected, 2.4e-7f * expected) << margin;
    different += actual != expected;
  }
  EXPECT_LT(different, 40);
  EXPECT_EQ(logistic_float32(0), 0.5f);
  EXPECT_EQ(logistic_float32(200), 1.0f);
  EXPECT_GT(logistic_float32(-200), 0.0f);
}

TEST(ForeignArithmetic, SurvivesBothStoredForms) {
  Model model = stump();
  model.features[0].zero_is_missing = true;
  model.link_scale = 0.1;
  model.float32_sum = true;
  model.base_value = 0.5;
  const std::string content = encode(model), json = to_json(model);
  EXPECT_EQ(encode(decode(content.data(), content.size())), content);
  EXPECT_EQ(encode(from_json(json.data(), json.size())), content);
  Model plain = stump();
  EXPECT_NE(encode(plain), content);
}

void expect_refused(const Model& model) { EXPECT_THROW(validate(model), Error); }

TEST(ForeignArithmetic, ValidateRefusesWhatHasNoMeaning) {
  Model model = stump();
  model.link_scale = 0;
  expect_refused(model);
  model.link_scale = std::numeric_limits<double>::quiet_NaN();
  expect_refused(model);
  model = stump();
  model.link = Link::kIdentity;
  model.link_scale = 2;
  expect_refused(model);
  model = stump();
  model.float32_sum = true;
  model.average = true;
  expect_refused(model);
  model.average = false;
  model.trees.value[1] = 0.1;
  expect_refused(model);
  model.trees.value[1] = 2e38f;
  expect_refused(model);
  model.trees.value[1] = 1;
  validate(model);
  model.base_value = 0.1;
  expect_refused(model);
}

}  // namespace
}  // namespace credit_risk
