// The tables of metrics against scikit-learn, scipy and optbinning:
// test/data/metrics/make_tables_fixture.py.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/json.hpp"
#include "core/metrics/normal.hpp"
#include "core/metrics/tables/calibration_table.hpp"
#include "core/metrics/tables/lift_table.hpp"
#include "core/metrics/tables/roc_curve.hpp"
#include "core/metrics/tables/weight_of_evidence.hpp"

namespace credit_risk {
namespace {

using nlohmann::json;
using Values = std::vector<double>;

constexpr double kNear = 1e-12;

json cases_of(const char* table) {
  std::ifstream file(CR_TEST_DATA "/metrics/tables.json");
  return json::parse(file).at(table);
}

struct Rows {
  explicit Rows(const json& from)
      : label(from.at("label").get<std::vector<std::uint8_t>>()),
        score(from.at("score").get<Values>()) {
    if (from.contains("weight") && !from.at("weight").is_null())
      weight = from.at("weight").get<Values>();
  }
  Scored span() const {
    return {label.data(), score.data(), label.size(), weight.empty() ? nullptr : weight.data()};
  }
  std::vector<std::uint8_t> label;
  Values score;
  Values weight;
};

void expect_curve(const json& expected, const std::vector<RocPoint>& curve) {
  ASSERT_EQ(curve.size(), expected.at("false").size());
  EXPECT_TRUE(std::isinf(curve[0].threshold));
  for (std::size_t i = 0; i < curve.size(); ++i) {
    if (i > 0) {
      EXPECT_EQ(curve[i].threshold, expected.at("threshold")[i].get<double>());
    }
    EXPECT_NEAR(curve[i].false_positive_rate, expected.at("false")[i].get<double>(), kNear);
    EXPECT_NEAR(curve[i].true_positive_rate, expected.at("true")[i].get<double>(), kNear);
  }
}

TEST(RocCurve, EqualsScikitLearn) {
  const json cases = cases_of("roc");
  ASSERT_EQ(cases.size(), 8u);
  for (const json& one : cases) {
    SCOPED_TRACE(one.at("name").get<std::string>());
    const Rows rows(one);
    expect_curve(one.at("all"), roc_curve(rows.span(), CurvePoints::kAll));
    // Where weights are not whole, scikit-learn keeps points that rounding moved off the line.
    if (one.at("name") != "weights")
      expect_curve(one.at("corners"), roc_curve(rows.span(), CurvePoints::kCorners));
  }
}

TEST(RocCurve, HasNoPointsWithoutBothClasses) {
  const std::uint8_t label[] = {1, 1};
  const double score[] = {0.1, 0.2};
  EXPECT_TRUE(roc_curve({label, score, 2}, CurvePoints::kAll).empty());
  EXPECT_TRUE(roc_curve({nullptr, nullptr, 0}, CurvePoints::kCorners).empty());
}

TEST(CalibrationTable, EqualsScikitLearnAndScipy) {
  const json cases = cases_of("calibration");
  ASSERT_EQ(cases.size(), 12u);
  for (const json& one : cases) {
    SCOPED_TRACE(one.at("name").get<std::string>() + one.at("strategy").get<std::string>());
    const Rows rows(one);
    const auto spacing =
        one.at("strategy") == "uniform" ? BinSpacing::kWidth : BinSpacing::kQuantile;
    const auto table = calibration_table(rows.span(), one.at("bins").get<int>(), spacing);
    ASSERT_EQ(table.size(), one.at("bin").size());
    for (std::size_t i = 0; i < table.size(); ++i) {
      EXPECT_EQ(table[i].bin, one.at("bin")[i].get<int>());
      EXPECT_EQ(table[i].rows, one.at("rows")[i].get<std::uint64_t>());
      EXPECT_EQ(table[i].events, one.at("events")[i].get<double>());
      EXPECT_NEAR(table[i].observed, one.at("observed")[i].get<double>(), kNear);
      EXPECT_NEAR(table[i].mean_predicted, one.at("predicted")[i].get<double>(), kNear);
      EXPECT_NEAR(table[i].interval.low, one.at("low")[i].get<double>(), kNear);
      EXPECT_NEAR(table[i].interval.high, one.at("high")[i].get<double>(), kNear);
    }
  }
}

TEST(CalibrationTable, EqualWeightsChangeNothing) {
  const json one = cases_of("calibration")[0];
  Rows rows(one);
  const auto plain = calibration_table(rows.span(), 10, BinSpacing::kQuantile);
  rows.weight.assign(rows.label.size(), 4);
  const auto weighted = calibration_table(rows.span(), 10, BinSpacing::kQuantile);
  ASSERT_EQ(plain.size(), weighted.size());
  for (std::size_t i = 0; i < plain.size(); ++i) {
    EXPECT_EQ(weighted[i].events, 4 * plain[i].events);
    EXPECT_NEAR(weighted[i].observed, plain[i].observed, kNear);
    EXPECT_NEAR(weighted[i].interval.low, plain[i].interval.low, kNear);
  }
}

TEST(CalibrationTable, EdgesOfQuantilesHoldTheLeastAndTheGreatestScore) {
  const Rows rows(cases_of("calibration")[0]);
  const auto table = calibration_table(rows.span(), 10, BinSpacing::kQuantile);
  EXPECT_EQ(table.front().lower, *std::min_element(rows.score.begin(), rows.score.end()));
  EXPECT_EQ(table.back().upper, *std::max_element(rows.score.begin(), rows.score.end()));
  for (std::size_t i = 1; i < table.size(); ++i) EXPECT_EQ(table[i].lower, table[i - 1].upper);
}

TEST(CalibrationTable, IntervalOfAShareOfZeroStartsAtZero) {
  EXPECT_EQ(wilson_interval(0, 10).low, 0.0);
  EXPECT_EQ(wilson_interval(1, 10).high, 1.0);
  EXPECT_NEAR(wilson_interval(0, 10).high, 0.277533, 1e-6);
}

TEST(LiftTable, EqualsItsDefinition) {
  const json cases = cases_of("lift");
  ASSERT_EQ(cases.size(), 5u);
  for (const json& one : cases) {
    SCOPED_TRACE(one.at("name").get<std::string>());
    const Rows rows(one);
    const auto table = lift_table(rows.span(), one.at("bins").get<int>());
    const json& expected = one.at("table");
    ASSERT_EQ(table.size(), expected.size());
    for (std::size_t i = 0; i < table.size(); ++i) {
      const auto figure = [&](const char* name) { return expected[i].at(name).get<double>(); };
      EXPECT_EQ(table[i].bin, figure("bin"));
      EXPECT_EQ(table[i].rows, figure("rows"));
      EXPECT_EQ(table[i].highest, figure("highest"));
      EXPECT_EQ(table[i].lowest, figure("lowest"));
      EXPECT_NEAR(table[i].events, figure("events"), kNear);
      EXPECT_NEAR(table[i].event_rate, figure("event_rate"), kNear);
      EXPECT_NEAR(table[i].lift, figure("lift"), kNear);
      EXPECT_NEAR(table[i].cumulative_share, figure("cumulative_share"), kNear);
      EXPECT_NEAR(table[i].gain, figure("gain"), kNear);
      EXPECT_NEAR(table[i].cumulative_lift, figure("cumulative_lift"), kNear);
      EXPECT_NEAR(table[i].ks, figure("ks"), kNear);
    }
  }
}

TEST(LiftTable, WithoutEventsLiftIsUndefined) {
  const std::uint8_t label[] = {0, 0};
  const double score[] = {0.1, 0.2};
  const auto table = lift_table({label, score, 2}, 2);
  ASSERT_EQ(table.size(), 2u);
  EXPECT_EQ(table[0].event_rate, 0.0);
  EXPECT_TRUE(std::isnan(table[0].lift));
  EXPECT_TRUE(std::isnan(table[0].gain));
  EXPECT_TRUE(std::isnan(table[0].ks));
  EXPECT_TRUE(lift_table({nullptr, nullptr, 0}, 2).empty());
}

BinCounts counts_of(const json& one) {
  BinCounts counts(one.at("edges").get<Values>());
  for (std::size_t i = 0; i < one.at("label").size(); ++i) {
    const json& value = one.at("value")[i];
    counts.add_number(value.is_null() ? std::nan("") : value.get<double>(), one.at("label")[i] == 1,
                      1);
  }
  return counts;
}

TEST(WeightOfEvidence, EqualsOptbinning) {
  const json cases = cases_of("evidence");
  ASSERT_EQ(cases.size(), 3u);
  for (const json& one : cases) {
    SCOPED_TRACE(one.at("name").get<std::string>());
    const auto bins = counts_of(one).bins();
    const auto evidence = weights_of_evidence(bins);
    ASSERT_EQ(bins.size(), one.at("woe").size());
    for (std::size_t i = 0; i < bins.size(); ++i) {
      EXPECT_EQ(bins[i].rows, one.at("rows")[i].get<std::uint64_t>());
      EXPECT_EQ(bins[i].events, one.at("events")[i].get<double>());
      EXPECT_NEAR(evidence[i].woe, one.at("woe")[i].get<double>(), kNear);
      EXPECT_NEAR(evidence[i].iv, one.at("iv")[i].get<double>(), kNear);
    }
    EXPECT_NEAR(information_value(evidence), one.at("total").get<double>(), kNear);
  }
}

// The German credit data's checking account, by hand.
TEST(WeightOfEvidence, HandMadeVector) {
  const std::vector<BinClasses> bins{
      {274, 135, 139}, {269, 105, 164}, {63, 14, 49}, {394, 46, 348}};
  const auto evidence = weights_of_evidence(bins);
  const double woe[] = {-0.818099, -0.401392, 0.405465, 1.176263};
  const double iv[] = {0.205693, 0.046447, 0.009461, 0.404410};
  for (std::size_t i = 0; i < bins.size(); ++i) {
    EXPECT_NEAR(evidence[i].woe, woe[i], 5e-7);
    EXPECT_NEAR(evidence[i].iv, iv[i], 5e-7);
  }
  EXPECT_NEAR(information_value(evidence), 0.666012, 5e-7);
}

TEST(WeightOfEvidence, AbsentClassCountsAsHalfARow) {
  const auto evidence =
      weights_of_evidence(std::vector<BinClasses>{{10, 0, 10}, {10, 8, 2}, {0, 0, 0}});
  EXPECT_NEAR(evidence[0].woe, std::log((10. / 12) / (0.5 / 8)), 1e-15);
  EXPECT_NEAR(evidence[1].woe, std::log((2. / 12) / (8. / 8)), 1e-15);
  EXPECT_TRUE(std::isnan(evidence[2].woe));
  EXPECT_EQ(evidence[2].iv, 0.0);
  // Weights that are all the same change nothing.
  const auto weighted =
      weights_of_evidence(std::vector<BinClasses>{{10, 0, 1}, {10, 0.8, 0.2}, {0, 0, 0}});
  EXPECT_NEAR(weighted[0].woe, evidence[0].woe, 1e-15);
  EXPECT_TRUE(weights_of_evidence(std::vector<BinClasses>{{10, 0, 10}}).empty());
  EXPECT_TRUE(std::isnan(information_value({})));
}

TEST(BinCounts, StabilityEqualsItsDefinition) {
  for (const json& one : cases_of("stability")) {
    BinCounts counts;
    for (std::size_t bin = 0; bin < one.at("old").size(); ++bin) {
      for (int i = 0; i < one.at("old")[bin]; ++i)
        counts.add_number(static_cast<double>(bin), false, 1);
      for (int i = 0; i < one.at("new")[bin]; ++i)
        counts.add_number(static_cast<double>(bin), true, 1);
    }
    EXPECT_NEAR(stability_of(counts.bins(), 0), one.at("psi").get<double>(), kNear);
  }
}

TEST(BinCounts, ValuesFallWhereTheyBelong) {
  BinCounts ranges({0, 10});
  ranges.add_number(-0.0, true, 2);
  ranges.add_number(10, false, 1);
  ranges.add_number(std::nan(""), false, 1);
  const auto bins = ranges.bins();
  ASSERT_EQ(bins.size(), 4u);
  EXPECT_EQ(bin_label(bins[0]), "(-inf, 0)");
  EXPECT_EQ(bins[0].rows, 0u);
  EXPECT_EQ(bin_label(bins[1]), "[0, 10)");
  EXPECT_EQ(bins[1].events, 2.0);
  EXPECT_EQ(bin_label(bins[2]), "[10, inf)");
  EXPECT_EQ(bins[2].others, 1.0);
  EXPECT_EQ(bin_label(bins[3]), "missing");
  BinCounts values;
  values.add_number(-0.0, true, 1);
  values.add_number(0.0, true, 1);
  values.add_text("A", 1, true, 1);
  ASSERT_EQ(values.bins().size(), 2u);
  EXPECT_EQ(bin_label(values.bins()[0]), "0");
  EXPECT_EQ(bin_label(values.bins()[1]), "A");
}

TEST(BinCounts, BitsDoNotDependOnWhoGathered) {
  BinCounts whole({0.25, 0.5}), parts[2] = {BinCounts({0.25, 0.5}), BinCounts({0.25, 0.5})};
  for (int i = 0; i < 500; ++i) {
    const double value = (i * 37 % 101) / 101.0, weight = 1 + (i * 7919 % 1009) / 1013.0;
    const bool event = i % 3 == 0;
    whole.add_number(value, event, weight);
    parts[i % 2].add_number(value, event, weight);
  }
  std::vector<char> bytes(parts[1].packed_size());
  parts[1].pack(bytes.data());
  parts[0].append(BinCounts::unpack(bytes.data(), bytes.size()));
  const auto one = whole.bins(), other = parts[0].bins();
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(one[i].events, other[i].events);
    EXPECT_EQ(one[i].others, other[i].others);
    EXPECT_EQ(one[i].rows, other[i].rows);
  }
}

TEST(BinCounts, AllKindsCrossAsBytes) {
  BinCounts counts;
  counts.add_number(3, true, 0.5);
  counts.add_text("B", 1, false, 2);
  counts.add_missing(true, 1);
  std::vector<char> bytes(counts.packed_size());
  counts.pack(bytes.data());
  const auto bins = BinCounts::unpack(bytes.data(), bytes.size()).bins();
  ASSERT_EQ(bins.size(), 3u);
  EXPECT_EQ(bins[1].text, "B");
  EXPECT_EQ(bins[1].others, 2.0);
  for (std::size_t size = 0; size < bytes.size(); size += 101) {
    EXPECT_ANY_THROW(BinCounts::unpack(bytes.data(), size)) << size;
  }
}

TEST(BinCounts, RefusesEdgesOutOfOrderAndTooManyValues) {
  EXPECT_THROW(BinCounts({1, 1}), Error);
  EXPECT_THROW(BinCounts({1, 0}), Error);
  EXPECT_THROW(BinCounts({std::nan("")}), Error);
  EXPECT_THROW(BinCounts(Values(kMostBins)), Error);
  BinCounts counts;
  for (std::size_t i = 0; i < kMostBins; ++i) counts.add_number(static_cast<double>(i), true, 1);
  counts.add_number(5, true, 1);
  EXPECT_THROW(counts.add_number(-1, true, 1), Error);
  EXPECT_THROW(counts.add_text("A", 1, true, 1), Error);
}

TEST(Labels, AreShort) {
  EXPECT_EQ(number_label(100000), "100000");
  EXPECT_EQ(number_label(-0.1), "-0.1");
  EXPECT_EQ(number_label(1e20), "1e+20");
  EXPECT_EQ(number_label(2.5e-7), "2.5e-07");
  EXPECT_EQ(number_label(0), "0");
}

TEST(Normal, QuantileEqualsScipy) {
  for (const json& one : cases_of("normal_quantile")) {
    const double expected = one[1].get<double>();
    EXPECT_NEAR(normal_quantile(one[0].get<double>()), expected, 1e-14 * std::fabs(expected));
  }
}

}  // namespace
}  // namespace credit_risk
