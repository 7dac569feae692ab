#include "core/train/scorecard/scorecard.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/model/codec.hpp"
#include "core/model/predict/predict.hpp"
#include "core/model/validate.hpp"
#include "core/train/scorecard/points_table.hpp"
#include "core/train/scorecard/scorecard_report.hpp"
#include "core/train/scorecard/scorecard_values.hpp"
#include "training_rows.hpp"

namespace credit_risk {
namespace {

Scorecard train(const TrainingData& data, const ScorecardParams& params = {},
                const StopFlag& stop = {}) {
  std::vector<std::uint32_t> rows(data.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  return train_scorecard(data, rows, params, stop);
}

std::string refusal(const TrainingData& data, const ScorecardParams& params = {}) {
  try {
    train(data, params);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

ScorecardParams params_of(const std::string& json) {
  ScorecardParams params;
  const nlohmann::json object = nlohmann::json::parse(json);
  for (const auto& [name, value] : object.items())
    EXPECT_TRUE(set_scorecard(params, name, value)) << name;
  check(params);
  return params;
}

// `rows` rows with these values, so many of them events.
void add(TrainingData& data, const std::vector<double>& values, int rows, int events) {
  for (int i = 0; i < rows; ++i) {
    for (std::size_t c = 0; c < values.size(); ++c) data.columns[c].values.push_back(values[c]);
    data.target.push_back(i < events);
  }
}

// Odds of 3 and 15 good rows to a bad one.
TrainingData two_bins() {
  TrainingData data;
  data.columns.push_back(numeric("x", {}));
  add(data, {0}, 40, 10);
  add(data, {1}, 160, 10);
  return data;
}

// Numbers, a special one among them, missing ones, and a text; all say something.
TrainingData mixed_rows(std::uint64_t seed, int count) {
  Random random(seed);
  TrainingData data;
  for (const char* name : {"income", "age", "noise"}) data.columns.push_back(numeric(name, {}));
  data.columns.push_back(categorical("city", {"Agra", "Bhopal", "Cochin", "Delhi"}, {}));
  for (int i = 0; i < count; ++i) {
    const double income = random.uniform(), age = 20 + std::floor(random.uniform() * 40);
    const double kind = random.uniform(), city = std::floor(random.uniform() * 3);
    double margin = -1.0 - 2.5 * (income - 0.5) - 0.05 * (age - 40) + 0.6 * city;
    if (kind < 0.1) margin += 1.0;
    const double values[] = {kind < 0.1 ? kMissing : income, kind > 0.9 ? -999 : age,
                             random.uniform(), random.uniform() < 0.05 ? kMissing : city};
    for (std::size_t c = 0; c < 4; ++c) data.columns[c].values.push_back(values[c]);
    data.target.push_back(random.uniform() < 1 / (1 + std::exp(-margin)));
  }
  return data;
}

double probability(const Model& model, const std::vector<double>& row) {
  double result = 0;
  Predictor(model).probabilities(row.data(), 1, &result);
  return result;
}

std::vector<double> row_of(const TrainingData& data, std::size_t row) {
  std::vector<double> values(data.columns.size());
  copy_row(data, row, values.data());
  return values;
}

// With one feature the regression meets the odds of each bin: the weight of evidence has
// coefficient -1 and the intercept is ln(20 / 180). Points: 600 + 20 / ln 2 * ln(odds / 50).
TEST(Scorecard, HasThePointsOfOneFeatureByHand) {
  const Scorecard card = train(two_bins());
  const ScorecardFeature& feature = card.features[0];
  EXPECT_EQ(feature.fate, Fate::kChosen);
  EXPECT_NEAR(feature.bins.bins[0].woe, std::log(1.0 / 3), 1e-12);
  EXPECT_NEAR(feature.bins.bins[1].woe, std::log(5.0 / 3), 1e-12);
  EXPECT_NEAR(feature.coefficient, -1, 1e-9);
  EXPECT_NEAR(card.intercept, std::log(20.0 / 180), 1e-9);
  // Variance of a difference of two log-odds over the square of the difference of the weights.
  const double variance = 1.0 / 10 + 1.0 / 30 + 1.0 / 10 + 1.0 / 150;
  EXPECT_NEAR(feature.standard_error, std::sqrt(variance) / std::log(5.0), 1e-9);
  EXPECT_NEAR(feature.p_value, std::erfc(1 / feature.standard_error / std::sqrt(2.0)), 1e-9);
  const Term& term = card.model.terms.at(0);
  EXPECT_EQ(term.values, (std::vector<double>{519, 565}));  // 518.82 and 565.26
  EXPECT_EQ(*term.missing, 551);                            // odds of 9, as all rows: 550.52
}

TEST(Scorecard, GivesTheOddsOfTheRegressionWherePointsAreNotRounded) {
  const Scorecard card = train(two_bins(), params_of(R"({"round_points": false})"));
  EXPECT_NEAR(probability(card.model, {0}), 0.25, 1e-12);
  EXPECT_NEAR(probability(card.model, {1}), 1.0 / 16, 1e-12);
}

TEST(Scorecard, ScalesByPdoBaseScoreAndBaseOdds) {
  const Scorecard card =
      train(two_bins(),
            params_of(R"({"pdo": 50, "base_score": 500, "base_odds": 15, "round_points": false})"));
  const double doubled = 500 + 50 * std::log2(3.0 / 15);
  EXPECT_NEAR(card.model.terms[0].values[1], 500, 1e-9);
  EXPECT_NEAR(card.model.terms[0].values[0], doubled, 1e-9);
}

TEST(Scorecard, AddsUpToTheScoreInWholePoints) {
  const TrainingData data = mixed_rows(1, 4000);
  const Scorecard card = train(data, params_of(R"({"specials_of": {"age": [-999]}})"));
  validate(card.model);
  const std::vector<Attribute> table = points_table(card.model);
  for (const Attribute& attribute : table)
    EXPECT_EQ(attribute.points, std::round(attribute.points));
  std::vector<double> parts(data.columns.size());
  for (std::size_t r = 0; r < 200; ++r) {
    const std::vector<double> row = row_of(data, r);
    double total = 0;
    for (const Term& term : card.model.terms) {
      const double x = row[static_cast<std::size_t>(term.feature)];
      for (const Attribute& a : table) {
        if (a.feature != term.feature) continue;
        const bool missing = a.kind == BinKind::kMissing && std::isnan(x);
        const bool special = a.kind == BinKind::kSpecial && x == a.lower;
        const bool range = a.kind == BinKind::kRange && x != -999 && a.lower <= x && x < a.upper;
        const bool text = std::count(a.codes.begin(), a.codes.end(), x) > 0;
        if (missing || special || range || text) total += a.points;
      }
    }
    const double p = probability(card.model, row);
    const PointsScale& scale = *card.model.points;
    EXPECT_NEAR(scale.offset + scale.factor * std::log((1 - p) / p), total, 1e-8);
  }
}

TEST(Scorecard, KeepsMissingSpecialAndUnseenValuesApart) {
  const TrainingData data = mixed_rows(2, 6000);
  const Scorecard card = train(data, params_of(R"({"specials_of": {"age": [-999]}})"));
  ASSERT_EQ(card.model.terms.size(), 3u);
  const Term& income = card.model.terms[0];
  const Term& age = card.model.terms[1];
  const Term& city = card.model.terms[2];
  EXPECT_LT(*income.missing, income.values.back());
  ASSERT_EQ(age.specials, std::vector<double>{-999});
  EXPECT_NE(age.special_values[0], age.values[0]);
  // Delhi is in no row of training and so as unseen as any other text: the points of one who says
  // nothing here, between those of the safest and the riskiest city.
  EXPECT_EQ(city.values[3], *city.unrecognized);
  EXPECT_LT(*city.unrecognized, *std::max_element(city.values.begin(), city.values.end()));
  EXPECT_GT(*city.unrecognized, *std::min_element(city.values.begin(), city.values.end()));
  EXPECT_NO_THROW(probability(card.model, {kMissing, kMissing, kMissing, kUnrecognized}));
}

TEST(Scorecard, GivesTheSameBytesTwice) {
  const TrainingData data = mixed_rows(3, 3000);
  const Scorecard first = train(data), second = train(data);
  EXPECT_EQ(encode(first.model), encode(second.model));
  EXPECT_EQ(scorecard_report(first).dump(), scorecard_report(second).dump());
}

TEST(Scorecard, LeavesOutWhatSaysLittle) {
  const Scorecard card = train(mixed_rows(4, 4000));
  EXPECT_EQ(card.features[2].fate, Fate::kLittleInformation);
  EXPECT_TRUE(std::isnan(card.features[2].coefficient));
  for (const Term& term : card.model.terms) EXPECT_NE(term.feature, 2);
}

TEST(Scorecard, LeavesOutTheLessInformativeOfCollinearFeatures) {
  for (const char* selection : {"none", "backward"}) {
    TrainingData data = mixed_rows(5, 3000);
    data.columns.push_back(data.columns[0]);
    data.columns.back().feature.name = "income_again";
    const Scorecard card =
        train(data, params_of(std::string(R"({"selection": ")") + selection + "\"}"));
    EXPECT_EQ(card.features[0].fate, Fate::kChosen);
    EXPECT_EQ(card.features[4].fate, Fate::kCollinear);
  }
}

// Beside x, which tells all, a coarse copy of it tells nothing more.
TrainingData copied_rows() {
  Random random(6);
  TrainingData data;
  data.columns = {numeric("x", {}), numeric("copy", {})};
  for (int i = 0; i < 3000; ++i) {
    const double x = std::floor(random.uniform() * 5) / 5;
    data.columns[0].values.push_back(x);
    data.columns[1].values.push_back(x >= 0.4);
    data.target.push_back(random.uniform() < 0.1 + 0.4 * x);
  }
  return data;
}

TEST(Scorecard, SelectsBackwardByPValueOrSign) {
  const Scorecard all = train(copied_rows(), params_of(R"({"selection": "none"})"));
  EXPECT_EQ(all.model.terms.size(), 2u);
  const Scorecard card = train(copied_rows());
  EXPECT_EQ(card.model.terms.size(), 1u);
  EXPECT_EQ(card.features[0].fate, Fate::kChosen);
  EXPECT_TRUE(card.features[1].fate == Fate::kUncertain ||
              card.features[1].fate == Fate::kWrongSign);
  EXPECT_GT(all.features[1].p_value, 0.05);
  const Scorecard lenient = train(copied_rows(), params_of(R"({"max_p_value": 1})"));
  for (const Term& term : lenient.model.terms)
    EXPECT_LT(lenient.features[static_cast<std::size_t>(term.feature)].coefficient, 0);
}

TEST(Scorecard, SelectsByAPenalty) {
  const Scorecard few = train(mixed_rows(7, 4000), params_of(R"({"selection": "l1", "l1": 0.05})"));
  const Scorecard many = train(mixed_rows(7, 4000), params_of(R"({"selection": "l1"})"));
  EXPECT_LT(few.model.terms.size(), many.model.terms.size());
  EXPECT_EQ(std::count_if(few.features.begin(), few.features.end(),
                          [](const auto& feature) { return feature.fate == Fate::kNoWeight; }),
            static_cast<long>(many.model.terms.size() - few.model.terms.size()));
}

TEST(Scorecard, RefusesDataThatTellNothingOrEverything) {
  TrainingData data = two_bins();
  std::fill(data.target.begin(), data.target.end(), std::uint8_t{0});
  EXPECT_EQ(refusal(data), "no feature is worth a place in the scorecard");
  TrainingData even;
  even.columns.push_back(numeric("x", {}));
  add(even, {0}, 40, 10);
  add(even, {1}, 40, 10);
  EXPECT_EQ(refusal(even), "no feature is worth a place in the scorecard");
  TrainingData parted;
  parted.columns.push_back(numeric("x", {}));
  add(parted, {0}, 40, 0);
  add(parted, {1}, 40, 40);
  EXPECT_EQ(refusal(parted, params_of(R"({"min_events": 0, "min_others": 0})")),
            "the features of the scorecard tell the classes apart without error");
}

// More columns than the rows are enough for, all but the first without meaning.
TrainingData wide_rows(std::size_t rows, std::size_t columns) {
  Random random(11);
  TrainingData data;
  for (std::size_t c = 0; c < columns; ++c)
    data.columns.push_back(numeric("x" + std::to_string(c), {}));
  for (std::size_t i = 0; i < rows; ++i) {
    for (Column& column : data.columns) column.values.push_back(random.uniform());
    data.target.push_back(random.uniform() < data.columns[0].values.back());
  }
  return data;
}

long count_fate(const Scorecard& card, Fate fate) {
  return std::count_if(card.features.begin(), card.features.end(),
                       [&](const ScorecardFeature& feature) { return feature.fate == fate; });
}

TEST(Scorecard, BeginsWithFewerFeaturesWhereAllTellTheClassesApart) {
  const TrainingData data = wide_rows(200, 120);
  const long events = std::count(data.target.begin(), data.target.end(), 1);
  const long most = std::min<long>(events, 200 - events) / 10;
  for (const char* selection : {"backward", "l1"}) {
    const Scorecard card =
        train(data, params_of(std::string(R"({"selection": ")") + selection + "\"}"));
    EXPECT_EQ(card.features[0].fate, Fate::kChosen);
    EXPECT_GT(count_fate(card, Fate::kFewEvents), 0);
    EXPECT_LE(count_fate(card, Fate::kChosen), most);
  }
  EXPECT_EQ(refusal(data, params_of(R"({"selection": "none"})")),
            "the features of the scorecard tell the classes apart without error");
}

TEST(Scorecard, RefusesWhatTellsTheClassesApartAmongManyFeatures) {
  TrainingData data = wide_rows(200, 60);
  for (std::size_t i = 0; i < data.rows(); ++i) data.columns[7].values[i] = data.target[i];
  EXPECT_EQ(refusal(data, params_of(R"({"min_events": 0, "min_others": 0})")),
            "the features of the scorecard tell the classes apart without error");
}

// Two numbers, one of which tells the classes apart by a cut, with so many events of 400 rows.
TrainingData leaking_rows(int events) {
  TrainingData data;
  data.columns = {numeric("late", {}), numeric("x", {})};
  for (int i = 0; i < 400; ++i) {
    const bool event = i % 400 < events;
    data.columns[0].values.push_back(event ? 30 + i % 60 : i % 30);
    data.columns[1].values.push_back(event ? i % 4 > 0 : i % 2);
    data.target.push_back(event);
  }
  return data;
}

TEST(Scorecard, NamesWhatTellsTheClassesApart) {
  for (const int events : {4, 200}) {  // fewer than min_share, and more
    TrainingData data = leaking_rows(events);
    const Scorecard card = train(data, params_of(R"({"min_iv": 0, "max_p_value": 1})"));
    EXPECT_EQ(card.features[0].fate, Fate::kOneBin);
    EXPECT_EQ(card.features[1].fate, Fate::kChosen);
    EXPECT_GT(scorecard_report(card)["late"]["barred_information"], 1);
    data.columns.pop_back();
    EXPECT_EQ(refusal(data), "feature \"late\" tells the classes apart without error");
    for (double& value : data.columns[0].values) value = value >= 30;
    data.columns[0].feature = {"late", FeatureKind::kCategorical, {"no", "yes"}};
    EXPECT_EQ(refusal(data), "feature \"late\" tells the classes apart without error");
  }
}

// All who are late are events, others are some.
TEST(Scorecard, NamesWhatHasOneBinForTheRules) {
  TrainingData data = two_bins();
  data.columns.push_back(numeric("late", std::vector<double>(data.rows(), 0)));
  add(data, {0, 1}, 80, 80);
  add(data, {1, 1}, 20, 20);
  const Scorecard card = train(data);
  EXPECT_EQ(card.features[0].fate, Fate::kChosen);
  EXPECT_EQ(card.features[1].fate, Fate::kOneBin);
  EXPECT_FALSE(card.features[1].bins.apart);
  data.columns.erase(data.columns.begin());
  EXPECT_EQ(refusal(data), "no feature is worth a place in the scorecard");
}

TEST(Scorecard, StopsWhenAsked) {
  const volatile int raised = 1;
  EXPECT_THROW(train(mixed_rows(8, 1000), {}, StopFlag(&raised)), Error);
}

TEST(Scorecard, BinsAsAskedOfAFeature) {
  TrainingData data = mixed_rows(9, 4000);
  const Scorecard card = train(data, params_of(R"({"trend_of": {"income": "ascending"}})"));
  const std::vector<FeatureBin>& bins = card.features[0].bins.bins;
  for (std::size_t i = 1; i < bins.size() && bins[i].kind == BinKind::kRange; ++i)
    EXPECT_LT(bins[i].woe, bins[i - 1].woe);
  EXPECT_NE(card.features[1].bins.trend, Trend::kAscending);
}

TEST(Scorecard, ReportsFatesBinsAndPoints) {
  const Scorecard card = train(mixed_rows(10, 4000));
  const nlohmann::json report = scorecard_report(card);
  EXPECT_EQ(report["noise"]["fate"], "little_information");
  EXPECT_TRUE(report["noise"]["coefficient"].is_null());
  EXPECT_TRUE(report["noise"]["bins"][0]["points"].is_null());
  EXPECT_EQ(report["income"]["fate"], "chosen");
  EXPECT_EQ(report["income"]["bins"][0]["points"], card.model.terms[0].values[0]);
  EXPECT_TRUE(report["income"]["bins"][0]["lower"].is_null());
  EXPECT_EQ(report["city"]["bins"].back()["kind"], "unrecognized");
  EXPECT_EQ(report["city"]["bins"].back()["categories"], nlohmann::json({"Delhi"}));
  const std::vector<double> importance = scorecard_importance(card);
  EXPECT_EQ(importance[2], 0);
  EXPECT_NEAR(std::accumulate(importance.begin(), importance.end(), 0.0), 1, 1e-12);
}

std::string parameter_refusal(const std::string& json) {
  try {
    params_of(json);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(ScorecardParams, AreRefusedOutOfRange) {
  EXPECT_EQ(parameter_refusal(R"({"min_iv": -1})"), "parameter \"min_iv\" must be 0 or greater");
  EXPECT_EQ(parameter_refusal(R"({"max_p_value": 0})"),
            "parameter \"max_p_value\" must be greater than 0 and at most 1");
  EXPECT_EQ(parameter_refusal(R"({"l1": 0})"), "parameter \"l1\" must be greater than 0");
  EXPECT_EQ(parameter_refusal(R"({"pdo": -20})"), "parameter \"pdo\" must be greater than 0");
  EXPECT_EQ(parameter_refusal(R"({"base_odds": 0})"),
            "parameter \"base_odds\" must be greater than 0");
  EXPECT_EQ(parameter_refusal(R"({"selection": "forward"})"),
            "selection \"forward\" does not exist");
  EXPECT_NE(parameter_refusal(R"({"trend_of": "up"})"), "");
  EXPECT_NE(parameter_refusal(R"({"specials_of": {"age": ["x"]}})"), "");
}

TEST(ScorecardParams, NameFeaturesThatAreThere) {
  const std::vector<Feature> features = mixed_rows(1, 10).features();
  const auto refused = [&](const char* json) {
    try {
      check_features(params_of(json), features);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(refused(R"({"trend_of": {"wage": "ascending"}})"),
            "parameter \"trend_of\" names \"wage\", which is not a feature");
  EXPECT_EQ(refused(R"({"specials_of": {"city": [1]}})"),
            "feature \"city\" has neither a trend nor special values");
  EXPECT_EQ(refused(R"({"specials_of": {"age": [-999]}})"), "");
}

TEST(ScorecardParams, ComeBackAsJson) {
  const ScorecardParams params = params_of(
      R"({"pdo": 40, "selection": "l1", "specials_of": {"age": [-999]}, "trend_of": {"age": "peak"}})");
  EXPECT_EQ(scorecard_json(params_of(scorecard_json(params).dump())), scorecard_json(params));
  EXPECT_EQ(scorecard_json(params)["specials_of"]["age"], nlohmann::json({-999.0}));
}

}  // namespace
}  // namespace credit_risk
