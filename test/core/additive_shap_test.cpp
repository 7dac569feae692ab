#include "core/explain/additive_shap.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "additive_maker.hpp"
#include "core/error.hpp"
#include "core/explain/explainer.hpp"
#include "core/model/predict/predict.hpp"
#include "core/model/validate.hpp"

namespace credit_risk {
namespace {

using test::AdditiveMaker;

// debt: 0.05 (x - 40), mean 0.2 over the training rows; housing: own -0.5, rent 0.7, mean 0.1.
Model by_hand() {
  Model model;
  model.algorithm = "logistic_regression";
  model.link = Link::kLogit;
  model.base_value = -1;
  model.features = {{"debt", FeatureKind::kNumeric, {}},
                    {"unused", FeatureKind::kNumeric, {}},
                    {"housing", FeatureKind::kCategorical, {"own", "rent"}}};
  Term debt, housing;
  debt.slope = 0.05;
  debt.center = 40;
  debt.missing = 0.3;
  debt.mean = 0.2;
  housing.feature = 2;
  housing.kind = TermKind::kCategories;
  housing.values = {-0.5, 0.7};
  housing.missing = 0;
  housing.unrecognized = 1;
  housing.mean = 0.1;
  model.terms = {debt, housing};
  return model;
}

TEST(AdditiveShap, IsWhatEachTermAddsToItsMean) {
  const AdditiveShap shap(by_hand());
  EXPECT_NEAR(shap.base_value(), -0.7, 1e-15);
  EXPECT_FALSE(shap.has_points());
  double phi[3];
  const double row[] = {60, 7, 1};
  EXPECT_NEAR(shap.explain(row, phi), 0.7, 1e-15);  // -1 + 1 + 0.7
  EXPECT_NEAR(phi[0], 0.8, 1e-15);
  EXPECT_EQ(phi[1], 0);
  EXPECT_NEAR(phi[2], 0.6, 1e-15);
  const double gaps[] = {std::nan(""), std::nan(""), kUnrecognized};
  EXPECT_NEAR(shap.explain(gaps, phi), 0.3, 1e-15);
  EXPECT_NEAR(phi[0], 0.1, 1e-15);
  EXPECT_NEAR(phi[2], 0.9, 1e-15);
}

TEST(AdditiveShap, CountsPointsUpAndRiskDown) {
  Model model = by_hand();
  model.base_value = 500;
  model.points = PointsScale{487, 20};
  const AdditiveShap shap(model);
  const double row[] = {80, 7, 0};  // 2 and -0.5 points
  double phi[3];
  EXPECT_NEAR(shap.base_points(), 500.3, 1e-12);
  EXPECT_NEAR(shap.explain_points(row, phi), 501.5, 1e-12);
  EXPECT_NEAR(phi[0], 1.8, 1e-12);
  EXPECT_NEAR(phi[2], -0.6, 1e-12);
  EXPECT_NEAR(shap.base_value(), (487 - 500.3) / 20, 1e-12);
  EXPECT_EQ(shap.explain(row, phi), Predictor(model).margin(row));
  EXPECT_NEAR(phi[0], -1.8 / 20, 1e-12);
  EXPECT_NEAR(phi[2], 0.6 / 20, 1e-12);
}

TEST(AdditiveShap, AddsUpToTheMarginOfThePredictor) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    AdditiveMaker maker(seed);
    const Model model = maker.make();
    const Predictor predictor(model);
    const Explainer explainer(model);
    Explainer::Scratch scratch;
    const std::size_t features = model.features.size(), count = 80;
    std::vector<double> rows, phi(count * features), one(features), margins(count);
    for (std::size_t r = 0; r < count; ++r) {
      const std::vector<double> row = maker.row();
      rows.insert(rows.end(), row.begin(), row.end());
    }
    explainer.explain(rows.data(), count, phi.data(), margins.data(), scratch);
    for (std::size_t r = 0; r < count; ++r) {
      const double* row = rows.data() + r * features;
      EXPECT_EQ(predictor.margin(row), margins[r]);
      EXPECT_EQ(explainer.explain(row, one.data(), scratch), margins[r]);
      EXPECT_TRUE(std::equal(one.begin(), one.end(), phi.data() + r * features));
      EXPECT_NEAR(std::accumulate(one.begin(), one.end(), explainer.base_value()), margins[r],
                  1e-12 * std::fmax(1, std::fabs(margins[r])));
      if (!explainer.has_points()) continue;
      EXPECT_EQ(explainer.explain_points(row, one.data()), test::reference_total(model, row));
    }
  }
}

TEST(AdditiveShap, TakesTheMeansOfABackground) {
  AdditiveMaker maker(4);
  Model model = maker.make();
  std::vector<double> background;
  const std::size_t features = model.features.size(), count = 37;
  double mean = 0;
  for (std::size_t r = 0; r < count; ++r) {
    const std::vector<double> row = maker.row();
    background.insert(background.end(), row.begin(), row.end());
    mean += Predictor(model).margin(row.data()) / count;
  }
  for (Term& term : model.terms) term.mean.reset();
  const AdditiveShap shap(model, background.data(), count);
  EXPECT_NEAR(shap.base_value(), mean, 1e-12);
  // Over the background itself every feature's values cancel.
  std::vector<double> sums(features), phi(features);
  for (std::size_t r = 0; r < count; ++r) {
    shap.explain(background.data() + r * features, phi.data());
    for (std::size_t f = 0; f < features; ++f) sums[f] += phi[f];
  }
  for (const double sum : sums) EXPECT_NEAR(sum, 0, 1e-11);
  EXPECT_THROW(AdditiveShap(model, background.data(), 0), Error);
  EXPECT_THROW(AdditiveShap{model}, Error);
}

TEST(AdditiveShap, RefusesWhatItCannotExplain) {
  Model model = by_hand();
  model.terms[1].mean.reset();
  EXPECT_FALSE(is_explainable(model));
  try {
    Explainer{model};
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidInput);
    EXPECT_STREQ(error.what(), "model has no means");
    EXPECT_NE(error.detail().find("\"housing\""), std::string::npos);
  }
  model = by_hand();
  EXPECT_TRUE(is_explainable(model));
  const Explainer explainer(model);
  double phi[3];
  const double row[] = {1, 2, 0};
  EXPECT_FALSE(explainer.has_points());
  EXPECT_THROW(explainer.base_points(), Error);
  EXPECT_THROW(explainer.explain_points(row, phi), Error);
}

// Terms that cancel leave errors of their own size, which are no breach.
TEST(AdditiveShap, ToleratesRoundingInProportionToTheTerms) {
  Model model = by_hand();
  model.terms[0].slope = 1e12;
  model.terms[0].mean = -1.7e13;
  model.terms[1].values = {-1e14 / 3, 1e14 / 3};
  model.terms[1].mean = 3.3e12;
  const AdditiveShap shap(model);
  double phi[3];
  for (int i = 0; i < 100; ++i) {
    const double row[] = {40 + i / 7.0, 0, static_cast<double>(i % 2)};
    EXPECT_NO_THROW(shap.explain(row, phi));
  }
}

}  // namespace
}  // namespace credit_risk
