#include "core/train/scorecard/reject_inference.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/model/codec.hpp"
#include "core/train/data/row_collector.hpp"
#include "core/train/scorecard/scorecard.hpp"
#include "core/train/scorecard/scorecard_trainer.hpp"
#include "core/train/scorecard/scorecard_values.hpp"
#include "training_rows.hpp"

namespace credit_risk {
namespace {

ScorecardParams params_of(const std::string& inference) {
  ScorecardParams params;
  set_scorecard(params, "reject_inference", nlohmann::json::parse(inference));
  params.round_points = false;
  check(params);
  return params;
}

Scorecard train(const TrainingData& data, const ScorecardParams& params) {
  std::vector<std::uint32_t> rows(data.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  return train_scorecard(data, rows, params, {});
}

std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

// So many accepted rows of a value, so many of them events, and so many refused ones.
void add(TrainingData& data, double x, int accepted, int events, int refused) {
  data.refused.resize(data.columns.size());
  for (int i = 0; i < accepted; ++i) {
    data.columns[0].values.push_back(x);
    data.target.push_back(i < events);
  }
  data.refused[0].insert(data.refused[0].end(), refused, x);
}

// Odds of 3 and 15 good rows to a bad one; of the risky, most were refused.
TrainingData two_bins() {
  TrainingData data;
  data.columns.push_back(numeric("x", {}));
  add(data, 0, 40, 10, 360);
  add(data, 1, 160, 10, 40);
  return data;
}

TEST(RejectInference, WeighsByTheInverseOfTheChanceToBeAccepted) {
  const std::vector<double> weights = acceptance_weights({0.1, 0.8, 0.8, 0.001});
  // 10, 1.25, 1.25 and, of a chance that counts as 0.05, 20, by their mean.
  const double mean = 32.5 / 4;
  EXPECT_NEAR(weights[0], 10 / mean, 1e-12);
  EXPECT_NEAR(weights[1], 1.25 / mean, 1e-12);
  EXPECT_NEAR(weights[3], 20 / mean, 1e-12);
}

TEST(RejectInference, GivesARefusedRowTheRateOfItsBandTimesTheUplift) {
  RejectInference params;
  params.bands = 2;
  params.uplift = 1.5;
  const std::vector<double> accepted = {-3, -1, -2, -4, 1, 2, 4, 3};
  const std::vector<std::uint8_t> target = {1, 0, 0, 0, 1, 1, 0, 1};
  // Bands from -4 (1 event of 4) and from 1 (3 of 4).
  EXPECT_EQ(parcelled_chances(accepted, target, {-9, -4, 0.9, 1, 99}, params),
            (std::vector<double>{0.375, 0.375, 0.375, 1, 1}));
}

TEST(RejectInference, KeepsEqualMarginsInOneBand) {
  RejectInference params;
  params.uplift = 1;
  EXPECT_EQ(parcelled_chances({1, 1, 1, 1, 2}, {1, 0, 0, 0, 1}, {0, 1, 2}, params),
            (std::vector<double>{0.25, 0.25, 1}));
}

// The weights leave the odds of each bin as they are, and with one feature the regression meets
// them: it is the intercept and the coefficient together that may not move.
TEST(RejectInference, AugmentsWithoutMovingTheOddsOfASingleFeature) {
  const TrainingData data = two_bins();
  const Scorecard plain = train(data, params_of(R"({"method": "none"})"));
  const Scorecard card = train(data, params_of(R"({"method": "augmentation"})"));
  EXPECT_EQ(card.refused_rows, 400u);
  for (std::size_t i = 0; i < 2; ++i)
    EXPECT_NEAR(card.model.terms[0].values[i], plain.model.terms[0].values[i], 1e-6);
  EXPECT_EQ(plain.refused_rows, 0u);
}

// With x = 0 the accepted have 10 events of 40, the refused 360 times 0.25 times 1.2; with x = 1 10
// of 160, and 40 times 0.0625 times 1.2.
TEST(RejectInference, ParcelsByHand) {
  const Scorecard card = train(two_bins(), params_of(R"({"method": "parcelling"})"));
  EXPECT_NEAR(card.inferred_events, 108 + 3, 1e-9);
  const double risky = std::log((10 + 108) / (30 + 252.0)), safe = std::log(13 / 187.0);
  const ScorecardFeature& feature = card.features[0];
  EXPECT_NEAR(card.intercept + feature.coefficient * feature.bins.bins[0].woe, risky, 1e-9);
  EXPECT_NEAR(card.intercept + feature.coefficient * feature.bins.bins[1].woe, safe, 1e-9);
  // The bins stay those of the accepted.
  EXPECT_EQ(feature.bins.total.rows(), 200u);
}

TEST(RejectInference, GivesTheSameBytesTwice) {
  for (const char* method : {R"({"method": "parcelling"})", R"({"method": "augmentation"})"}) {
    const Scorecard first = train(two_bins(), params_of(method));
    EXPECT_EQ(encode(first.model), encode(train(two_bins(), params_of(method)).model));
  }
}

TEST(RejectInference, IgnoresTheRefusedUnlessAsked) {
  TrainingData data = two_bins();
  const Scorecard with = train(data, {});
  data.refused.clear();
  EXPECT_EQ(encode(with.model), encode(train(data, {}).model));
}

TEST(RejectInference, NeedsAModelOfWhoIsAcceptedToAugment) {
  TrainingData data;
  data.columns.push_back(numeric("x", {}));
  add(data, 0, 40, 10, 40);
  add(data, 1, 160, 10, 160);
  EXPECT_EQ(message_of([&] { train(data, params_of(R"({"method": "augmentation"})")); }),
            "no model tells who was accepted from who was refused");
}

TEST(RejectInference, NeedsRefusedRows) {
  TrainingData data = two_bins();
  data.refused.clear();
  ScorecardTrainer trainer;
  EXPECT_FALSE(trainer.uses_refused());
  trainer.check_columns(data);
  trainer.set("reject_inference", {{"method", "parcelling"}});
  EXPECT_TRUE(trainer.uses_refused());
  EXPECT_EQ(message_of([&] { trainer.check_columns(data); }),
            "there are no refused applications to infer from");
}

TEST(RejectInference, ParametersAreRefusedOutOfRange) {
  EXPECT_EQ(message_of([] { params_of(R"({"method": "guessing"})"); }),
            "method \"guessing\" of reject_inference does not exist");
  EXPECT_EQ(message_of([] { params_of(R"({"uplift": 0})"); }),
            "parameter \"reject_inference.uplift\" must be greater than 0 and at most 100");
  EXPECT_EQ(message_of([] { params_of(R"({"bands": 101})"); }),
            "parameter \"reject_inference.bands\" must be between 1 and 100");
  EXPECT_NE(message_of([] { params_of(R"({"rejected": "x"})"); }), "");
  EXPECT_NE(message_of([] { params_of("true"); }), "");
}

CellValue number(double value) { return {std::isnan(value), value, nullptr, 0}; }
CellValue text(const char* value) { return {false, 0, value, 1}; }

TEST(RejectInference, ReadsRowsWithoutATargetApart) {
  RowCollector rows({{"x", false}, {"city", true}}, {"bad", false, ""}, 1 << 30);
  rows.keep_refused();
  const std::vector<CellValue> cells = {number(1),        text("b"), number(0),         //
                                        number(2),        text("c"), number(kMissing),  //
                                        number(3),        text("a"), number(1),         //
                                        number(kMissing), text("a"), number(kMissing)};
  rows.add(cells.data(), 4);
  EXPECT_EQ(rows.skipped(), 0u);
  const TrainingData data = rows.finish();
  EXPECT_EQ(data.rows(), 2u);
  EXPECT_EQ(data.refused_rows(), 2u);
  EXPECT_EQ(data.columns[1].feature.categories, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(data.refused[0][0], 2);
  EXPECT_TRUE(std::isnan(data.refused[0][1]));
  EXPECT_EQ(data.refused[1], (std::vector<double>{2, 0}));
}

}  // namespace
}  // namespace credit_risk
