// Additive models: prediction, points, credit score, refusals.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "additive_maker.hpp"
#include "core/error.hpp"
#include "core/model/credit_score.hpp"
#include "core/model/predict/predict.hpp"
#include "core/model/validate.hpp"
#include "model_maker.hpp"

namespace credit_risk {
namespace {

using test::AdditiveMaker;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
const double kNaN = std::nan("");

TEST(Additive, ScoresAsTheDefinitionSaysOneByOneAndInABatch) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    AdditiveMaker maker(seed);
    const Model model = maker.make();
    ASSERT_NO_THROW(validate(model));
    const std::size_t count = 300;
    std::vector<double> rows, batch(count);
    std::vector<Score> scores(count);
    for (std::size_t r = 0; r < count; ++r) {
      const std::vector<double> row = maker.row();
      rows.insert(rows.end(), row.begin(), row.end());
    }
    const Predictor predictor(model);
    predictor.probabilities(rows.data(), count, batch.data());
    predictor.scores(rows.data(), count, scores.data());
    for (std::size_t r = 0; r < count; ++r) {
      const double* row = rows.data() + r * model.features.size();
      const double total = test::reference_total(model, row);
      const double margin =
          model.points ? (model.points->offset - total) / model.points->factor : total;
      ASSERT_EQ(predictor.margin(row), margin) << seed << ", " << r;
      ASSERT_EQ(predictor.probability(row), batch[r]);
      ASSERT_EQ(predictor.score(row).probability, batch[r]);
      ASSERT_EQ(scores[r].probability, batch[r]);
      ASSERT_EQ(scores[r].credit_score, predictor.score(row).credit_score);
      ASSERT_EQ(scores[r].credit_score,
                model.points ? credit_score_of_points(total) : credit_score(batch[r]));
    }
  }
}

// Points by the odds: 600 at 50:1, 20 points double them (domain vector V33).
Model doubling_scale() {
  Model model;
  model.algorithm = "scorecard";
  model.link = Link::kLogit;
  model.points = PointsScale{600 - 20 / std::log(2.0) * std::log(50.0), 20 / std::log(2.0)};
  model.features = {{"points", FeatureKind::kNumeric, {}}};
  Term term;
  term.slope = 1;
  model.terms = {term};
  return model;
}

TEST(Additive, TurnsPointsIntoOdds) {
  const Model model = doubling_scale();
  EXPECT_DOUBLE_EQ(model.points->factor, 28.85390081777927);
  EXPECT_DOUBLE_EQ(model.points->offset, 487.1228762045055);
  const Predictor predictor(model);
  const auto probability = [&](double points) { return predictor.probability(&points); };
  EXPECT_NEAR(probability(600), 1.0 / 51, 1e-12);
  EXPECT_NEAR(probability(620), 1.0 / 101, 1e-12);
  EXPECT_NEAR(probability(599.4171), 0.02, 1e-7);
  EXPECT_NEAR(probability(572.0815), 0.05, 1e-6);
  EXPECT_NEAR(probability(550.5214), 0.10, 1e-6);
  EXPECT_NEAR(probability(527.1229), 0.20, 1e-6);
  EXPECT_NEAR(probability(487.1229), 0.50, 1e-6);
}

TEST(Additive, TakesTheCreditScoreFromThePoints) {
  const Predictor predictor(doubling_scale());
  const auto score = [&](double points) { return predictor.score(&points).credit_score; };
  EXPECT_EQ(score(600), 600);
  EXPECT_EQ(score(599.5), 600);
  EXPECT_EQ(score(599.4999), 599);
  EXPECT_EQ(score(300.4), 300);
  EXPECT_EQ(score(-1e9), 300);
  EXPECT_EQ(score(849.5), 850);
  EXPECT_EQ(score(1e300), 850);
}

// The German credit data's checking account, goods and bads (V34), as a scorecard of that alone on
// the scale above (V35).
TEST(Additive, GivesTheOddsOfEachAttributeBack) {
  const double good[] = {139, 164, 49, 348}, bad[] = {135, 105, 14, 46};
  const double woe[] = {-0.818099, -0.401392, 0.405465, 1.176263};
  const double points[] = {487.97, 499.99, 523.27, 545.51};
  Model model = doubling_scale();
  model.features = {{"checking", FeatureKind::kCategorical, {"A11", "A12", "A13", "A14"}}};
  Term& term = model.terms.front();
  term = Term();
  term.kind = TermKind::kCategories;
  const double intercept = std::log(300.0 / 700);
  for (int k = 0; k < 4; ++k) {
    const double weight = std::log(good[k] / 700 / (bad[k] / 300));
    EXPECT_NEAR(weight, woe[k], 1e-6);
    term.values.push_back(model.points->offset + model.points->factor * (weight - intercept));
    EXPECT_NEAR(term.values.back(), points[k], 0.005);
  }
  const Predictor predictor(model);
  for (int k = 0; k < 4; ++k) {
    const double code = k;
    EXPECT_NEAR(predictor.probability(&code), bad[k] / (good[k] + bad[k]), 1e-12);
    EXPECT_EQ(predictor.score(&code).credit_score, static_cast<int>(points[k] + 0.5));
  }
}

TEST(Additive, HasBinsUpToAndWithTheirEdge) {
  Model model = doubling_scale();
  Term& term = model.terms.front();
  term = Term();
  term.kind = TermKind::kBins;
  term.edges = {-1.5, 0, 30000};
  term.values = {1, 2, 3, 4};
  term.specials = {-999, 12};
  term.special_values = {50, 60};
  term.missing = 7;
  const Predictor predictor(model);
  const auto points = [&](double x) {
    return std::lround(model.points->offset - model.points->factor * predictor.margin(&x));
  };
  const std::pair<double, long> expected[] = {{-1e308, 1}, {-1.5, 1},  {std::nextafter(-1.5, 0), 2},
                                              {-0.0, 2},   {0, 2},     {5e-324, 3},
                                              {30000, 3},  {30001, 4}, {1.7e308, 4},
                                              {-999, 50},  {12, 60},   {-998.9, 1},
                                              {11.9, 3},   {12.1, 3},  {kNaN, 7}};
  for (const auto& [x, value] : expected) EXPECT_EQ(points(x), value) << x;
}

// Place search at every length, against a plain loop.
TEST(Additive, FindsTheBinAmongAnyNumberOfEdges) {
  for (int count = 0; count <= 70; ++count) {
    Model model;
    model.algorithm = "steps";
    model.features = {{"x", FeatureKind::kNumeric, {}}};
    Term term;
    term.kind = TermKind::kBins;
    for (int i = 0; i < count; ++i) term.edges.push_back(i);
    for (int i = 0; i <= count; ++i) term.values.push_back(i);
    model.terms = {term};
    const Predictor predictor(model);
    for (double x = -1; x <= count + 1; x += 0.5) {
      EXPECT_EQ(predictor.margin(&x), std::fmin(count, std::fmax(0, std::ceil(x))))
          << x << " of " << count;
    }
  }
}

TEST(Additive, TakesZeroAsMissingWhereTheFeatureSaysSo) {
  Model model = doubling_scale();
  model.features[0].zero_is_missing = true;
  model.terms[0].missing = 25;
  const Predictor predictor(model);
  const auto margin = [&](double x) { return predictor.margin(&x); };
  EXPECT_EQ(margin(0), margin(kNaN));
  EXPECT_EQ(margin(-1e-36), margin(kNaN));
  EXPECT_NE(margin(1e-34), margin(kNaN));
}

Model refusing_model() {
  Model model;
  model.algorithm = "logistic_regression";
  model.link = Link::kLogit;
  model.features = {{"income", FeatureKind::kNumeric, {}},
                    {"purpose", FeatureKind::kCategorical, {"car", "home"}},
                    {"unused", FeatureKind::kNumeric, {}}};
  Term slope, purpose;
  slope.slope = -1e-4;
  purpose.feature = 1;
  purpose.kind = TermKind::kCategories;
  purpose.values = {0.5, -0.5};
  model.terms = {slope, purpose};
  return model;
}

std::string refusal(double income, double purpose, double unused = 0) {
  const double row[] = {income, purpose, unused};
  const Predictor predictor(refusing_model());
  double out;
  EXPECT_THROW(predictor.probabilities(row, 1, &out), Error);
  try {
    predictor.probability(row);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidInput);
    EXPECT_FALSE(error.detail().empty());
    return error.what();
  }
  return "accepted";
}

TEST(Additive, RefusesRowsByTheNameOfTheFeature) {
  EXPECT_EQ(refusal(kNaN, 0), "feature \"income\" is missing");
  EXPECT_EQ(refusal(1, kNaN), "feature \"purpose\" is missing");
  EXPECT_EQ(refusal(1, kUnrecognized),
            "feature \"purpose\" is a category that the model does not have");
  EXPECT_EQ(refusal(1, 2), "feature \"purpose\" is not the code of a category");
  EXPECT_EQ(refusal(1, 0.5), "feature \"purpose\" is not the code of a category");
  EXPECT_EQ(refusal(1, -2), "feature \"purpose\" is not the code of a category");
  EXPECT_EQ(refusal(kInfinity, 0), "feature \"income\" is infinite");
  EXPECT_EQ(refusal(-kInfinity, kNaN), "feature \"income\" is infinite");
  EXPECT_EQ(refusal(1, 0, kInfinity), "feature \"unused\" is infinite");
  EXPECT_EQ(refusal(1.7e308, 0), "feature \"income\" is too large for the model");
}

TEST(Additive, TakesAMissingFeatureThatHasNoTerm) {
  const double row[] = {20000, 0, kNaN};
  EXPECT_DOUBLE_EQ(Predictor(refusing_model()).margin(row), -1.5);
}

TEST(Additive, CutsAProbabilityWithoutLink) {
  Model model = refusing_model();
  model.link = Link::kIdentity;
  const Predictor predictor(model);
  const double high[] = {-20000, 0, 0}, low[] = {20000, 1, 0}, between[] = {2500, 0, 0};
  EXPECT_EQ(predictor.probability(high), 1);
  EXPECT_EQ(predictor.probability(low), 0);
  EXPECT_DOUBLE_EQ(predictor.probability(between), 0.25);
}

// ---- What validate() refuses ----

struct Breach {
  const char* name;
  std::function<void(Model&)> apply;
  const char* message;
};

class AdditiveBreach : public testing::TestWithParam<Breach> {};

Model valid_model() {
  Model model = refusing_model();
  Term bins;
  bins.feature = 2;
  bins.kind = TermKind::kBins;
  bins.edges = {1, 2};
  bins.values = {10, 20, 30};
  bins.specials = {-999};
  bins.special_values = {5};
  bins.mean = 15;
  model.terms.push_back(bins);
  return model;
}

TEST_P(AdditiveBreach, IsRefusedAndLocated) {
  Model model = valid_model();
  validate(model);
  GetParam().apply(model);
  try {
    validate(model);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()), GetParam().message);
  }
}

const Breach kBreaches[] = {
    {"trees_too",
     [](Model& m) {
       test::ModelShape shape;
       m.trees = test::ModelMaker(shape, 1).make().trees;
     },
     "model: there are both trees and terms"},
    {"average", [](Model& m) { m.average = true; },
     "model: the arithmetic of trees does not fit a model of terms"},
    {"float32", [](Model& m) { m.float32_inputs = true; },
     "model: the arithmetic of trees does not fit a model of terms"},
    {"feature_range", [](Model& m) { m.terms[2].feature = 3; },
     "term 2: feature index 3 is out of range"},
    {"feature_negative", [](Model& m) { m.terms[0].feature = -1; },
     "term 0: feature index -1 is out of range"},
    {"same_feature", [](Model& m) { m.terms[2].feature = 1; },
     "term 2: its feature is not behind that of the term before"},
    {"kind_of_number", [](Model& m) { m.terms[0].kind = TermKind::kCategories; },
     "term 0: a numeric feature has slope or bins"},
    {"kind_of_category", [](Model& m) { m.terms[1].kind = TermKind::kSlope; },
     "term 1: a categorical feature has categories"},
    {"no_kind", [](Model& m) { m.terms[0].kind = static_cast<TermKind>(3); },
     "term 0: kind is neither slope nor bins nor categories"},
    {"slope_nan", [](Model& m) { m.terms[0].slope = kNaN; },
     "term 0: slope is not a number up to 1e300"},
    {"center_infinite", [](Model& m) { m.terms[0].center = kInfinity; },
     "term 0: center is not a number up to 1e300"},
    {"slope_of_bins", [](Model& m) { m.terms[2].slope = 1; },
     "term 2: only a slope has a slope and a center"},
    {"edges_of_slope", [](Model& m) { m.terms[0].edges = {1}; }, "term 0: only bins have edges"},
    {"edges_equal",
     [](Model& m) {
       m.terms[2].edges = {1, 1};
     },
     "term 2: edge 1 is not above the one before"},
    {"edge_nan",
     [](Model& m) {
       m.terms[2].edges = {kNaN, 1};
     },
     "term 2: edge 0 is not finite"},
    {"too_few_values", [](Model& m) { m.terms[2].values.pop_back(); },
     "term 2: number of values is not 3"},
    {"too_many_values", [](Model& m) { m.terms[1].values.push_back(1); },
     "term 1: number of values is not 2"},
    {"values_of_slope", [](Model& m) { m.terms[0].values = {1}; },
     "term 0: number of values is not 0"},
    {"value_nan", [](Model& m) { m.terms[2].values[1] = kNaN; }, "term 2: value is not finite"},
    {"missing_infinite", [](Model& m) { m.terms[2].missing = kInfinity; },
     "term 2: value for missing is not finite"},
    {"unrecognized_number", [](Model& m) { m.terms[2].unrecognized = 1; },
     "term 2: only a categorical feature has a value for what is not recognized"},
    {"mean_nan", [](Model& m) { m.terms[2].mean = kNaN; }, "term 2: mean is not finite"},
    {"specials_of_categories", [](Model& m) { m.terms[1].specials = {1}; },
     "term 1: only a numeric feature has special numbers"},
    {"specials_descend",
     [](Model& m) {
       m.terms[2].specials = {-998, -999};
       m.terms[2].special_values = {1, 2};
     },
     "term 2: special number 1 is not above the one before"},
    {"specials_without_value", [](Model& m) { m.terms[2].special_values.clear(); },
     "term 2: special numbers and their values differ in number"},
    {"zero_twice",
     [](Model& m) {
       m.features[2].zero_is_missing = true;
       m.terms[2].specials = {1e-40};
     },
     "term 2: a special number of zero, which the feature takes as missing"},
    {"huge",
     [](Model& m) {
       m.terms[2].values[0] = 9e299;
       m.base_value = -2e299;
     },
     "model: terms are too large"},
    {"too_many_numbers", [](Model& m) { m.terms[2].values.resize(kMaxTermNumbers); },
     "model has too many numbers in its terms"},
    {"points_without_link",
     [](Model& m) {
       m.link = Link::kIdentity;
       m.points = PointsScale{500, 20};
     },
     "model: points need a logit link of scale 1"},
    {"points_with_scale",
     [](Model& m) {
       m.link_scale = 2;
       m.points = PointsScale{500, 20};
     },
     "model: points need a logit link of scale 1"},
    {"factor_zero",
     [](Model& m) {
       m.points = PointsScale{500, 0};
     },
     "model: factor of the points is not a number from 1e-6 to 1e300"},
    {"factor_negative",
     [](Model& m) {
       m.points = PointsScale{500, -20};
     },
     "model: factor of the points is not a number from 1e-6 to 1e300"},
    {"factor_nan",
     [](Model& m) {
       m.points = PointsScale{500, kNaN};
     },
     "model: factor of the points is not a number from 1e-6 to 1e300"},
    {"offset_infinite",
     [](Model& m) {
       m.points = PointsScale{kInfinity, 20};
     },
     "model: offset of the points is not a number up to 1e300"},
    {"points_of_trees",
     [](Model& m) {
       m = test::ModelMaker(test::ModelShape(), 1).make();
       m.link = Link::kLogit;
       m.points = PointsScale{500, 20};
     },
     "model: only a model of terms has points"},
    {"nothing", [](Model& m) { m.terms.clear(); }, "model: there are no trees"},
};

INSTANTIATE_TEST_SUITE_P(All, AdditiveBreach, testing::ValuesIn(kBreaches),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace credit_risk
