// Calibrations against scikit-learn's (test/data/train/make_calibration_reference.py) and by hand.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <vector>

#include "additive_maker.hpp"
#include "core/error.hpp"
#include "core/json.hpp"
#include "core/model/calibration.hpp"
#include "core/model/credit_score.hpp"
#include "core/model/predict/predict.hpp"
#include "core/model/validate.hpp"
#include "core/random.hpp"
#include "core/train/calibration/calibrated_model.hpp"
#include "core/train/calibration/isotonic_regression.hpp"
#include "core/train/calibration/platt_scaling.hpp"
#include "core/train/calibration/prior_correction.hpp"
#include "model_maker.hpp"

namespace credit_risk {
namespace {

using test::ModelMaker;
using test::ModelShape;

using Numbers = std::vector<double>;

struct Rows {
  Numbers margins, probabilities;
  std::vector<std::uint8_t> labels;
  Numbers weights;

  CalibrationRows view() const {
    return {margins.data(), probabilities.data(), labels.data(),
            weights.empty() ? nullptr : weights.data(), labels.size()};
  }
};

Rows rows_of(Numbers probabilities, std::vector<std::uint8_t> labels, Numbers weights = {}) {
  return {probabilities, probabilities, std::move(labels), std::move(weights)};
}

TEST(Calibration, FitsLikeScikitLearn) {
  std::ifstream file(CR_TEST_DATA "/train/calibration_reference.json");
  const nlohmann::json cases = nlohmann::json::parse(file).at("cases");
  ASSERT_EQ(cases.size(), 5u);
  for (const nlohmann::json& one : cases) {
    const std::string name = one["name"];
    const Rows rows{one["margins"], one["probabilities"], one["labels"],
                    one["weights"].is_null() ? Numbers() : one["weights"].get<Numbers>()};
    const Calibration platt = fit_platt_scaling(rows.view());
    validate(platt);
    // Its optimiser stops at a gradient of 1e-6.
    for (std::size_t i = 0; i < one["at_margins"].size(); ++i)
      EXPECT_NEAR(platt.apply(one["at_margins"][i], 0.5), one["sigmoid"][i].get<double>(), 1e-5)
          << name << i;
    const Calibration isotonic = fit_isotonic_regression(rows.view());
    for (std::size_t i = 0; i < one["at"].size(); ++i)
      EXPECT_NEAR(isotonic.apply(0, one["at"][i]), one["isotonic"][i].get<double>(), 1e-12)
          << name << i;
  }
}

// The gradient at the fit, by libm, against Platt's targets.
TEST(PlattScaling, FindsTheOptimum) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    Rows rows;
    const double scale = std::pow(10.0, static_cast<double>(seed % 9) - 4);
    double n0 = 0, n1 = 0;
    for (int i = 0; i < 100; ++i) {
      const double x = random.uniform() * 6 - 3;
      rows.margins.push_back(x * scale);
      rows.probabilities.push_back(0.5);
      rows.labels.push_back(random.uniform() < 1 / (1 + std::exp(-2 * x)) ? 1 : 0);
      rows.weights.push_back(random.below(3));
      (rows.labels.back() != 0 ? n1 : n0) += rows.weights.back();
    }
    const Calibration map = fit_platt_scaling(rows.view());
    double by_slope = 0, by_intercept = 0;
    for (std::size_t i = 0; i < 100; ++i) {
      const double target = rows.labels[i] != 0 ? (n1 + 1) / (n1 + 2) : 1 / (n0 + 2);
      const double p = 1 / (1 + std::exp(-(map.slope * rows.margins[i] + map.intercept)));
      by_slope += rows.weights[i] * (p - target) * rows.margins[i] / scale;
      by_intercept += rows.weights[i] * (p - target);
    }
    EXPECT_NEAR(by_slope, 0, 1e-9) << seed;
    EXPECT_NEAR(by_intercept, 0, 1e-9) << seed;
  }
}

TEST(PlattScaling, SeparatedClassesHaveAFiniteSlope) {
  const Calibration map = fit_platt_scaling(rows_of({0.1, 0.2, 0.8, 0.9}, {0, 0, 1, 1}).view());
  EXPECT_GT(map.slope, 0);
  EXPECT_NEAR(map.apply(0.85, 0.85), 0.75, 0.1);
}

TEST(PlattScaling, RefusesScoresThatDoNotRise) {
  for (const Numbers& scores : {Numbers{0.9, 0.8, 0.2, 0.1}, Numbers{0.5, 0.5, 0.5, 0.5}}) {
    try {
      fit_platt_scaling(rows_of(scores, {0, 0, 1, 1}).view());
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInvalidInput);
      EXPECT_STREQ(error.what(), "scores do not rise with the target");
    }
  }
}

// 0.2 and 0.3 are violators: (1 + 0) / 2. Rows of 0.6 are one point.
TEST(IsotonicRegression, PoolsByHand) {
  const Calibration map =
      fit_isotonic_regression(rows_of({0.3, 0.6, 0.1, 0.2, 0.6}, {0, 1, 0, 1, 1}).view());
  EXPECT_EQ(map.inputs, (Numbers{0.1, 0.2, 0.3, 0.6}));
  EXPECT_EQ(map.outputs, (Numbers{0, 0.5, 0.5, 1}));
  EXPECT_EQ(map.apply(0, 0.05), 0);
  EXPECT_EQ(map.apply(0, 0.25), 0.5);
  EXPECT_NEAR(map.apply(0, 0.4), 0.5 + 0.5 / 3, 1e-15);
  EXPECT_EQ(map.apply(0, 0.7), 1);
}

TEST(IsotonicRegression, RowsWithoutWeightSayNothing) {
  const Calibration map =
      fit_isotonic_regression(rows_of({0.1, 0.2, 0.3}, {1, 0, 1}, {0, 2, 1}).view());
  EXPECT_EQ(map.inputs, (Numbers{0.2, 0.3}));
  EXPECT_EQ(map.outputs, (Numbers{0, 1}));
}

// A whole number of equal rows is a weight.
TEST(IsotonicRegression, WeightsAreRowsSeveralTimes) {
  Random random(5);
  Rows weighted, repeated;
  for (int i = 0; i < 300; ++i) {
    const double p = random.below(50) / 50.0;
    const std::uint8_t label = random.uniform() < p ? 1 : 0;
    const std::uint32_t weight = 1 + random.below(3);
    weighted.probabilities.push_back(p);
    weighted.labels.push_back(label);
    weighted.weights.push_back(weight);
    for (std::uint32_t k = 0; k < weight; ++k) {
      repeated.probabilities.push_back(p);
      repeated.labels.push_back(label);
    }
  }
  weighted.margins = weighted.probabilities;
  repeated.margins = repeated.probabilities;
  const Calibration a = fit_isotonic_regression(weighted.view());
  const Calibration b = fit_isotonic_regression(repeated.view());
  EXPECT_EQ(a.inputs, b.inputs);
  for (std::size_t k = 0; k < a.outputs.size(); ++k) EXPECT_NEAR(a.outputs[k], b.outputs[k], 1e-14);
  const Calibration platt = fit_platt_scaling(weighted.view());
  EXPECT_NEAR(platt.slope, fit_platt_scaling(repeated.view()).slope, 1e-9);
}

// One in ten in training, one in fifty in the population: odds of 1/9 become 1/49.
TEST(PriorCorrection, MovesTheOdds) {
  const Calibration map = correct_prior(0.1, 0.02);
  EXPECT_EQ(map.kind, CalibrationKind::kPrior);
  validate(map);
  EXPECT_NEAR(map.apply(0, 0.1), 0.02, 1e-16);
  EXPECT_EQ(map.apply(0, 0), 0);
  EXPECT_EQ(map.apply(0, 1), 1);
}

TEST(PriorCorrection, ComesAfterTheOtherMap) {
  const Calibration isotonic = fit_isotonic_regression(rows_of({0.2, 0.6}, {0, 1}).view());
  const Calibration map = correct_prior(0.5, 0.2, isotonic);
  EXPECT_EQ(map.kind, CalibrationKind::kIsotonic);
  EXPECT_NEAR(map.apply(0, 0.4), 0.2, 1e-15);
  EXPECT_EQ(correct_prior(0.3, 0.3, isotonic).odds_ratio, 1);
}

TEST(PriorCorrection, RefusesSharesThatAreNone) {
  for (const double share : {0.0, 1.0, -0.5, std::nan("")}) {
    EXPECT_THROW(correct_prior(share, 0.5), Error) << share;
    EXPECT_THROW(correct_prior(0.5, share), Error) << share;
  }
  EXPECT_THROW(correct_prior(1e-300, 0.5), Error);
  EXPECT_THROW(correct_prior(0.3, 0.3), Error);
}

TEST(Calibration, NeverFalls) {
  Random random(3);
  Rows rows;
  for (int i = 0; i < 500; ++i) {
    rows.probabilities.push_back(random.uniform());
    rows.labels.push_back(random.uniform() < rows.probabilities.back() ? 1 : 0);
  }
  rows.margins = rows.probabilities;
  for (Calibration map : {fit_platt_scaling(rows.view()), fit_isotonic_regression(rows.view())}) {
    for (const double to : {0.5, 0.03, 0.9}) {
      if (to != 0.5) map = correct_prior(0.5, to, map);
      double before = 0;
      for (int i = -10; i <= 1010; ++i) {
        const double p = std::min(std::max(i / 1000.0, 0.0), 1.0), now = map.apply(p, p);
        EXPECT_GE(now, before);
        EXPECT_LE(now, 1);
        before = now;
      }
    }
  }
}

// One row, batches and scores alike; the margin stays what it was.
TEST(Calibration, IsWhatThePredictorAppliesLast) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    ModelMaker maker(ModelShape(), seed);
    Model model = maker.make();
    model.average = seed % 2 == 0;
    model.link = seed % 2 == 0 ? Link::kIdentity : Link::kLogit;
    model.float32_sum = seed % 4 == 1;
    if (model.float32_sum) {
      for (double& value : model.trees.value) value = static_cast<float>(value);
    }
    const Predictor raw(model);
    Calibration map;
    map.odds_ratio = 0.2;
    if (seed % 3 == 1) {
      map.kind = CalibrationKind::kSigmoid;
      map.slope = 2;
    }
    if (seed % 3 == 2) {
      map.kind = CalibrationKind::kIsotonic;
      map.inputs = {0.2, 0.5, 0.8};
      map.outputs = {0.1, 0.1, 0.7};
    }
    model.calibration = map;
    validate(model);
    const Predictor predictor(model);
    Numbers rows, batch(40);
    std::vector<Score> scores(40);
    for (int r = 0; r < 40; ++r) {
      const Numbers row = maker.row();
      rows.insert(rows.end(), row.begin(), row.end());
    }
    predictor.probabilities(rows.data(), 40, batch.data());
    predictor.scores(rows.data(), 40, scores.data());
    for (int r = 0; r < 40; ++r) {
      const double* row = rows.data() + r * model.features.size();
      EXPECT_EQ(predictor.margin(row), raw.margin(row));
      EXPECT_EQ(batch[r], map.apply(raw.margin(row), raw.probability(row)));
      EXPECT_EQ(predictor.probability(row), batch[r]);
      EXPECT_EQ(scores[r].probability, batch[r]);
      EXPECT_EQ(scores[r].credit_score, credit_score(batch[r]));
    }
  }
}

TEST(Calibration, IsNotForScorecards) {
  Model model = test::AdditiveMaker(1).make();
  model.points = PointsScale{487, 20};
  model.calibration = correct_prior(0.5, 0.1);
  EXPECT_THROW(validate(model), Error);
  model.points.reset();
  EXPECT_NO_THROW(validate(model));
}

TEST(CalibratedModel, FitsWhatThePredictorSays) {
  ModelMaker maker(ModelShape(), 7);
  Model model = maker.make();
  model.link = Link::kLogit;
  model.link_scale = 0.7;
  const Predictor predictor(model);
  Rows rows;
  Numbers labels;
  for (int i = 0; i < 200; ++i) {
    const Numbers row = maker.row();
    rows.margins.push_back(predictor.margin(row.data()));
    rows.probabilities.push_back(predictor.probability(row.data()));
    rows.labels.push_back(rows.margins.back() + i % 5 > 4 ? 1 : 0);
    labels.push_back(rows.labels.back());
  }
  const auto with = [&](const char* method) {
    return calibrated_model(model, rows.margins.data(), labels.data(), labels.size(), method);
  };
  EXPECT_EQ(with("sigmoid").calibration->slope, fit_platt_scaling(rows.view()).slope);
  EXPECT_EQ(with("isotonic").calibration->outputs, fit_isotonic_regression(rows.view()).outputs);
  EXPECT_THROW(with("beta"), Error);
  const Model corrected = prior_corrected_model(with("sigmoid"), 0.5, 0.1);
  EXPECT_EQ(corrected.calibration->kind, CalibrationKind::kSigmoid);
  EXPECT_NEAR(corrected.calibration->odds_ratio, 1.0 / 9, 1e-16);
  EXPECT_EQ(prior_corrected_model(model, 0.5, 0.1).calibration->kind, CalibrationKind::kPrior);
  labels[3] = 0.5;
  EXPECT_THROW(with("sigmoid"), Error);
  labels[3] = 0;
  model.calibration = corrected.calibration;
  EXPECT_EQ(with("sigmoid").calibration->odds_ratio, 1) << "the new one takes the place";
}

TEST(CalibratedModel, RefusesAScorecard) {
  Model model = test::AdditiveMaker(1).make();
  model.points = PointsScale{487, 20};
  const double margins[] = {0, 1}, labels[] = {0, 1};
  EXPECT_THROW(calibrated_model(model, margins, labels, 2, "sigmoid"), Error);
  EXPECT_THROW(prior_corrected_model(model, 0.5, 0.1), Error);
}

void expect_refusal(const Rows& rows, const char* message) {
  for (const bool platt : {false, true}) {
    try {
      platt ? fit_platt_scaling(rows.view()) : fit_isotonic_regression(rows.view());
      FAIL() << message;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInvalidInput);
      EXPECT_STREQ(error.what(), message);
    }
  }
}

TEST(Calibration, RefusesRowsThatCannotTell) {
  expect_refusal(rows_of({}, {}), "rows to calibrate with must be of both classes");
  expect_refusal(rows_of({0.1, 0.2}, {1, 1}), "rows to calibrate with must be of both classes");
  expect_refusal(rows_of({0.1, 0.2}, {0, 1}, {1, 0}),
                 "rows to calibrate with must be of both classes");
  expect_refusal(rows_of({0.1, 1.2}, {0, 1}), "a score to calibrate is not a probability");
  expect_refusal(rows_of({std::nan(""), 0.2}, {0, 1}), "a score to calibrate is not a probability");
  expect_refusal(rows_of({0.1, 0.2}, {0, 1}, {-1, 1}), "weights must be finite and not negative");
  expect_refusal(rows_of({0.1, 0.2}, {0, 1}, {HUGE_VAL, 1}),
                 "weights must be finite and not negative");
}

TEST(Calibration, CanBeCancelled) {
  volatile int cancel = 1;
  const Rows rows = rows_of({0.1, 0.2}, {0, 1});
  EXPECT_THROW(fit_platt_scaling(rows.view(), StopFlag(&cancel)), Error);
  EXPECT_THROW(fit_isotonic_regression(rows.view(), StopFlag(&cancel)), Error);
}

}  // namespace
}  // namespace credit_risk
