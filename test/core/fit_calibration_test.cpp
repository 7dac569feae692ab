#include "core/train/calibration/fit_calibration.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <numeric>
#include <set>

#include "core/error.hpp"
#include "core/json.hpp"
#include "core/metrics/probability_loss.hpp"
#include "core/model/predict/predict.hpp"
#include "core/train/forest/out_of_bag.hpp"
#include "core/train/forest/random_forest.hpp"
#include "core/train/train_options.hpp"
#include "core/train/trainer.hpp"
#include "core/train/training_run.hpp"
#include "training_rows.hpp"

namespace credit_risk {
namespace {

using json = nlohmann::json;

// One event in eight, gaps and a category among the columns.
TrainingData rare_events(int count) {
  TrainingData data = reference_rows(3, count);
  Random random(5);
  std::vector<double> codes;
  for (int i = 0; i < count; ++i) {
    codes.push_back(std::floor(random.uniform() * 3));
    if (data.target[i] != 0 && random.uniform() < 0.6) data.target[i] = 0;
  }
  data.columns.push_back(categorical("kind", {"a", "b", "c"}, codes));
  return data;
}

std::vector<std::uint32_t> all_rows(const TrainingData& data) {
  std::vector<std::uint32_t> rows(data.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

double probability(const Predictor& predictor, const TrainingData& data, std::uint32_t row) {
  std::vector<double> values(data.columns.size());
  copy_row(data, row, values.data());
  return predictor.probability(values.data());
}

struct Trained {
  Model model;
  json metrics;
};

Trained trained(const TrainingData& data, const std::string& algorithm, const std::string& params) {
  TrainingRun run(data, parse_train_options(params.data(), params.size(), algorithm),
                  TrainingRun::Goal::kModel);
  for (std::size_t fit = 0; fit < run.fit_count(); ++fit) {
    run.begin_fit(fit, StopFlag());
    run.grow_trees(StopFlag());
    run.finish_fit(StopFlag());
  }
  return {run.model(), json::parse(run.metrics_json(0))};
}

double mean_probability(const Model& model, const TrainingData& data) {
  const Predictor predictor(model);
  double sum = 0;
  for (const std::uint32_t row : all_rows(data)) sum += probability(predictor, data, row);
  return sum / static_cast<double>(data.rows());
}

double event_rate(const TrainingData& data) {
  return static_cast<double>(data.positives()) / static_cast<double>(data.rows());
}

TEST(OutOfBag, AsksTheTreesThatDidNotDrawTheRow) {
  const TrainingData data = rare_events(300);
  const std::vector<std::uint32_t> rows = all_rows(data);
  ForestParams params;
  params.trees = 70;  // more than one word of draws
  const Model forest = train_random_forest(data, params, StopFlag());
  std::vector<double> sum(rows.size(), 0.0), count(rows.size(), 0.0);
  for (std::int32_t tree = 0; tree < params.trees; ++tree) {
    std::vector<bool> drawn(rows.size(), false);
    Random random(params.seed, static_cast<std::uint64_t>(tree));
    for (std::size_t i = 0; i < rows.size(); ++i) drawn[random.below(300)] = true;
    // What the first trees say together, less what those before it do.
    Model upto = forest, before = forest;
    upto.trees.root.resize(static_cast<std::size_t>(tree) + 1);
    before.trees.root.resize(static_cast<std::size_t>(tree));
    upto.average = before.average = false;
    const Predictor with(upto);
    for (const std::uint32_t row : rows) {
      if (drawn[row]) continue;
      std::vector<double> values(data.columns.size());
      copy_row(data, row, values.data());
      sum[row] +=
          with.margin(values.data()) - (tree == 0 ? 0.0 : Predictor(before).margin(values.data()));
      ++count[row];
    }
  }
  const std::vector<double> margins = out_of_bag_margins(forest, params, data, rows, StopFlag());
  for (const std::uint32_t row : rows) EXPECT_NEAR(margins[row], sum[row] / count[row], 1e-12);
}

TEST(OutOfBag, KnowsNothingOfARowThatEveryTreeDrew) {
  const TrainingData data = rare_events(200);
  ForestParams params;
  params.trees = 1;
  const Model forest = train_random_forest(data, params, StopFlag());
  std::size_t unknown = 0;
  for (const double margin : out_of_bag_margins(forest, params, data, all_rows(data), StopFlag()))
    unknown += std::isnan(margin);
  EXPECT_GT(unknown, 100u);
  EXPECT_LT(unknown, 150u);
}

TEST(FitCalibration, MakesABalancedForestTellTheShareOfEvents) {
  const TrainingData data = rare_events(3000);
  const Trained raw = trained(data, "random_forest", R"({"folds": 0, "calibrate": "none"})");
  const Trained automatic = trained(data, "random_forest", R"({"folds": 0})");
  const Trained isotonic =
      trained(data, "random_forest", R"({"folds": 0, "calibrate": "isotonic"})");
  EXPECT_EQ(raw.metrics.at("calibration"), "none");
  EXPECT_EQ(automatic.metrics.at("calibration"), "sigmoid");
  EXPECT_EQ(isotonic.metrics.at("calibration"), "isotonic");
  EXPECT_GT(mean_probability(raw.model, data), 1.7 * event_rate(data));
  EXPECT_NEAR(mean_probability(automatic.model, data), event_rate(data), 0.02);
  EXPECT_NEAR(mean_probability(isotonic.model, data), event_rate(data), 0.02);
  EXPECT_LT(automatic.metrics.at("brier"), raw.metrics.at("brier"));
  EXPECT_LT(automatic.metrics.at("oob_brier"), raw.metrics.at("oob_brier"));
  EXPECT_EQ(automatic.metrics.at("auc"), raw.metrics.at("auc"));
  EXPECT_EQ(automatic.metrics.at("oob_auc"), raw.metrics.at("oob_auc"));
  EXPECT_NEAR(raw.metrics.at("oob_auc").get<double>(), raw.metrics.at("auc").get<double>(), 0.06);
  EXPECT_EQ(automatic.metrics.at("oob_rows"), 2400);
}

TEST(FitCalibration, LeavesAloneWhatWeighsNoClass) {
  const TrainingData data = rare_events(500);
  for (const char* algorithm : {"gradient_boosting", "logistic_regression", "decision_tree"}) {
    const Trained plain = trained(data, algorithm, R"({"folds": 0})");
    EXPECT_EQ(plain.metrics.at("calibration"), "none") << algorithm;
    EXPECT_FALSE(plain.model.calibration) << algorithm;
  }
  EXPECT_EQ(trained(data, "random_forest", R"({"folds": 0, "balanced": false})")
                .metrics.at("calibration"),
            "none");
}

TEST(FitCalibration, CorrectsThePriorWhereNothingIsOutOfBag) {
  const TrainingData data = rare_events(3000);
  for (const char* algorithm : {"gradient_boosting", "logistic_regression", "decision_tree"}) {
    const Trained weighted = trained(data, algorithm, R"({"folds": 0, "balanced": true})");
    EXPECT_EQ(weighted.metrics.at("calibration"), "prior") << algorithm;
    EXPECT_NEAR(mean_probability(weighted.model, data), event_rate(data), 0.03) << algorithm;
  }
}

// The odds of a leaf are those of its rows, whatever the classes weighed.
TEST(FitCalibration, GivesADecisionTreeTheSharesOfItsLeaves) {
  const TrainingData data = rare_events(2000);
  const Trained weighted =
      trained(data, "decision_tree",
              R"({"folds": 0, "test_share": 0, "max_depth": 1, "class_weights": {"1": 4}})");
  ASSERT_EQ(weighted.model.trees.node_count(), 3u);
  const Predictor predictor(weighted.model);
  double sum[2] = {0, 0}, events[2] = {0, 0};
  const double first = probability(predictor, data, 0);
  for (const std::uint32_t row : all_rows(data)) {
    const double p = probability(predictor, data, row);
    const int leaf = p == first ? 0 : 1;
    sum[leaf] += p;
    events[leaf] += data.target[row];
  }
  for (int leaf = 0; leaf < 2; ++leaf) EXPECT_NEAR(sum[leaf], events[leaf], 1e-6);
}

TEST(FitCalibration, FallsBackToThePriorWhereNoCurveFits) {
  TrainingData data = rare_events(60);
  Random random(1);
  for (std::uint8_t& label : data.target) label = random.uniform() < 0.2;  // noise
  std::set<std::string> kinds;
  for (int seed = 1; seed <= 20; ++seed) {
    const std::string params =
        R"({"folds": 0, "test_share": 0, "trees": 2, "seed": )" + std::to_string(seed) + "}";
    kinds.insert(trained(data, "random_forest", params).metrics.at("calibration"));
  }
  EXPECT_EQ(kinds, (std::set<std::string>{"prior", "sigmoid"}));
}

TEST(FitCalibration, RefusesRowsOutOfBagToThoseWithoutABag) {
  EXPECT_THROW(trained(rare_events(100), "gradient_boosting", R"({"calibrate": "sigmoid"})"),
               Error);
  EXPECT_THROW(trained(rare_events(100), "random_forest", R"({"calibrate": "beta"})"), Error);
}

}  // namespace
}  // namespace credit_risk
