// A row of weight k is k rows.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/train/binning/feature_bins.hpp"
#include "core/train/scorecard/scorecard.hpp"
#include "core/train/scorecard/scorecard_report.hpp"
#include "core/train/scorecard/scorecard_trainer.hpp"
#include "core/error.hpp"
#include "training_rows.hpp"

namespace credit_risk {
namespace {

std::vector<std::uint32_t> all_rows(const TrainingData& data) {
  std::vector<std::uint32_t> rows(data.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

// Numbers of few values, categories, missing and special ones; weights of 1 to 4.
TrainingData weighted_rows(int count) {
  Random random(23);
  TrainingData data;
  data.columns = {numeric("income", {}), categorical("job", {"a", "b", "c", "d", "e"}, {})};
  for (int row = 0; row < count; ++row) {
    const double income = random.below(20) == 0   ? kMissing
                          : random.below(20) == 0 ? -999
                                                  : static_cast<double>(random.below(60));
    const double job = static_cast<double>(random.below(5));
    const double risk = (income > 30 ? 0.15 : 0.4) + 0.05 * job;
    data.columns[0].values.push_back(income);
    data.columns[1].values.push_back(job);
    data.target.push_back(random.uniform() < risk);
    data.weights.push_back(1.0 + static_cast<double>(random.below(4)));
  }
  return data;
}

TrainingData repeated(const TrainingData& data) {
  TrainingData result;
  for (const Column& column : data.columns) result.columns.push_back({column.feature, {}});
  for (std::uint32_t row = 0; row < data.rows(); ++row) {
    for (double left = data.weights[row]; left > 0; --left) {
      for (std::size_t c = 0; c < data.columns.size(); ++c)
        result.columns[c].values.push_back(data.columns[c].values[row]);
      result.target.push_back(data.target[row]);
    }
  }
  return result;
}

TrainingData scaled(TrainingData data, double factor) {
  for (double& weight : data.weights) weight *= factor;
  return data;
}

FeatureBins bins_of(const TrainingData& data, std::size_t column) {
  BinningParams params;
  params.specials = {-999};
  if (column == 1) params.specials.clear();
  return bin_feature({data.columns[column], data.target, all_rows(data), data.weights}, params,
                     StopFlag());
}

TEST(WeighedScorecard, HasTheBinsOfRepeatedRows) {
  const TrainingData data = weighted_rows(3000), more = repeated(data);
  for (const std::size_t column : {0, 1}) {
    const FeatureBins weighed = bins_of(data, column), counted = bins_of(more, column);
    EXPECT_GT(weighed.bins.size(), 3u);
    ASSERT_EQ(weighed.bins.size(), counted.bins.size());
    EXPECT_DOUBLE_EQ(weighed.information_value, counted.information_value);
    for (std::size_t i = 0; i < weighed.bins.size(); ++i) {
      const FeatureBin &one = weighed.bins[i], &other = counted.bins[i];
      EXPECT_EQ(one.kind, other.kind);
      EXPECT_EQ(one.codes, other.codes);
      if (one.kind == BinKind::kRange) {
        EXPECT_EQ(one.upper, other.upper);
      }
      EXPECT_EQ(one.weight.events, other.weight.events);
      EXPECT_EQ(one.weight.rows(), static_cast<double>(other.count.rows()));
      EXPECT_DOUBLE_EQ(one.woe, other.woe);
    }
  }
}

TEST(WeighedScorecard, HasTheRegressionOfRepeatedRows) {
  const TrainingData data = weighted_rows(3000), more = repeated(data);
  ScorecardParams params;
  params.binning.specials = {-999};
  const Scorecard weighed = train_scorecard(data, all_rows(data), params, StopFlag());
  const Scorecard counted = train_scorecard(more, all_rows(more), params, StopFlag());
  EXPECT_NEAR(weighed.intercept, counted.intercept, 1e-9);
  for (std::size_t f = 0; f < 2; ++f) {
    EXPECT_EQ(weighed.features[f].fate, Fate::kChosen);
    EXPECT_NEAR(weighed.features[f].coefficient, counted.features[f].coefficient, 1e-9);
    EXPECT_NEAR(weighed.features[f].standard_error, counted.features[f].standard_error, 1e-9);
    EXPECT_NEAR(*weighed.model.terms[f].mean, *counted.model.terms[f].mean, 1e-9);
    EXPECT_EQ(weighed.model.terms[f].values, counted.model.terms[f].values);
  }
  EXPECT_EQ(scorecard_importance(weighed), scorecard_importance(counted));
}

TEST(WeighedScorecard, PartsByTheShareOfWeight) {
  const TrainingData data = weighted_rows(3000);
  const FeatureBins whole = bins_of(data, 0), tiny = bins_of(scaled(data, 0x1p-20), 0);
  ASSERT_EQ(whole.bins.size(), tiny.bins.size());
  for (std::size_t i = 0; i < whole.bins.size(); ++i)
    EXPECT_EQ(whole.bins[i].woe, tiny.bins[i].woe);
}

TEST(WeighedScorecard, TellsItsEventRateByWeight) {
  TrainingData data = weighted_rows(3000);
  const nlohmann::json report =
      scorecard_report(train_scorecard(data, all_rows(data), {}, StopFlag()));
  const nlohmann::json& bin = report.at("job").at("bins").at(0);
  const FeatureBin first = bins_of(data, 1).bins[0];
  EXPECT_EQ(bin.at("event_rate"), first.weight.events / first.weight.rows());
  EXPECT_EQ(bin.at("rows"), first.count.rows());
  data.weights.clear();
  EXPECT_FALSE(scorecard_report(train_scorecard(data, all_rows(data), {}, StopFlag()))
                   .at("job")
                   .at("bins")
                   .at(0)
                   .contains("event_rate"));
}

TEST(WeighedScorecard, InfersNothingOfWeightedRows) {
  TrainingData data = weighted_rows(300);
  ScorecardTrainer trainer;
  ASSERT_TRUE(trainer.set("reject_inference", {{"method", "augmentation"}}));
  EXPECT_THROW(trainer.check_columns(data), Error);
}

}  // namespace
}  // namespace credit_risk
