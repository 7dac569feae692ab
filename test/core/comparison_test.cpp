// DeLong's test and the bootstrap against the papers, written down in
// test/data/metrics/make_comparison_fixture.py.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/json.hpp"
#include "core/metrics/comparison/bootstrap.hpp"
#include "core/metrics/comparison/delong.hpp"

namespace credit_risk {
namespace {

using nlohmann::json;
using Values = std::vector<double>;

constexpr double kNear = 1e-12;

json cases_of(const char* what) {
  std::ifstream file(CR_TEST_DATA "/metrics/comparison.json");
  return json::parse(file).at(what);
}

PairedRows pairs(const std::vector<int>& label, const Values& first, const Values& second) {
  PairedRows rows;
  for (std::size_t i = 0; i < label.size(); ++i) rows.add(label[i] == 1, first[i], second[i]);
  return rows;
}

PairedRows singles(const std::vector<int>& label, const Values& score) {
  PairedRows rows;
  for (std::size_t i = 0; i < label.size(); ++i) rows.add(label[i] == 1, score[i]);
  return rows;
}

TEST(DeLong, EqualsTheKernelOverAllPairs) {
  const json cases = cases_of("delong");
  ASSERT_EQ(cases.size(), 7u);
  for (const json& one : cases) {
    SCOPED_TRACE(one.at("name").get<std::string>());
    const auto label = one.at("label").get<std::vector<int>>();
    const auto first = one.at("first").get<Values>(), second = one.at("second").get<Values>();
    const auto figure = [&](const char* name) { return one.at(name).get<double>(); };
    const AucComparison both = auc_comparison(pairs(label, first, second));
    EXPECT_NEAR(both.first, one.at("auc")[0].get<double>(), kNear);
    EXPECT_NEAR(both.second, one.at("auc")[1].get<double>(), kNear);
    EXPECT_NEAR(both.difference, figure("difference"), kNear);
    EXPECT_NEAR(both.standard_error, figure("error"), kNear);
    EXPECT_NEAR(both.z, figure("z"), 1e-10);
    EXPECT_NEAR(both.p_value, figure("p"), 1e-10);
    EXPECT_NEAR(both.interval.low, figure("low"), kNear);
    EXPECT_NEAR(both.interval.high, figure("high"), kNear);
    const AucEstimate alone = auc_estimate(singles(label, second));
    EXPECT_NEAR(alone.auc, one.at("auc")[1].get<double>(), kNear);
    EXPECT_NEAR(alone.standard_error, one.at("single_error")[1].get<double>(), kNear);
  }
}

TEST(DeLong, EqualRankingsDoNotDiffer) {
  const AucComparison same =
      auc_comparison(pairs({0, 1, 0, 1, 1}, {0.1, 0.3, 0.2, 0.2, 0.9}, {1, 3, 2, 2, 9}));
  EXPECT_EQ(same.difference, 0.0);
  EXPECT_EQ(same.standard_error, 0.0);
  EXPECT_TRUE(std::isnan(same.z));
  EXPECT_TRUE(std::isnan(same.p_value));
}

TEST(DeLong, UndefinedWithoutTwoOfEachClass) {
  const AucComparison one_event = auc_comparison(pairs({0, 0, 1}, {1, 2, 3}, {3, 2, 1}));
  EXPECT_EQ(one_event.difference, 1.0);
  EXPECT_TRUE(std::isnan(one_event.standard_error));
  EXPECT_TRUE(std::isnan(one_event.interval.low));
  const AucComparison one_class = auc_comparison(pairs({0, 0}, {1, 2}, {3, 2}));
  EXPECT_TRUE(std::isnan(one_class.difference));
  EXPECT_TRUE(std::isnan(auc_estimate(PairedRows()).auc));
}

TEST(DeLong, IntervalStaysWithinTheRangeOfAnArea) {
  const AucEstimate estimate = auc_estimate(singles({0, 0, 0, 1, 1, 1}, {1, 2, 4, 3, 5, 6}));
  EXPECT_GT(estimate.standard_error, 0.0);
  EXPECT_EQ(estimate.interval.high, 1.0);
}

BootstrapEstimate run(const PairedRows& rows, const char* metric, int resamples,
                      std::uint64_t seed) {
  return bootstrap(rows, {metric_by_name(metric), resamples, seed});
}

TEST(Bootstrap, EqualsScikitLearnOnTheSameDraws) {
  const json cases = cases_of("bootstrap");
  ASSERT_EQ(cases.size(), 13u);
  for (const json& one : cases) {
    const auto metric = one.at("metric").get<std::string>();
    SCOPED_TRACE(metric);
    const auto label = one.at("label").get<std::vector<int>>();
    const auto scores = one.at("scores").get<std::vector<Values>>();
    const PairedRows rows =
        scores.size() == 2 ? pairs(label, scores[0], scores[1]) : singles(label, scores[0]);
    const BootstrapEstimate estimate = run(rows, metric.c_str(), one.at("resamples").get<int>(),
                                           one.at("seed").get<std::uint64_t>());
    EXPECT_NEAR(estimate.estimate, one.at("estimate").get<double>(), kNear);
    EXPECT_NEAR(estimate.standard_error, one.at("error").get<double>(), kNear);
    EXPECT_NEAR(estimate.interval.low, one.at("low").get<double>(), kNear);
    EXPECT_NEAR(estimate.interval.high, one.at("high").get<double>(), kNear);
    EXPECT_EQ(estimate.resamples, one.at("defined").get<int>());
  }
}

PairedRows many_rows(bool backwards) {
  PairedRows rows, more;
  for (int k = 0; k < 400; ++k) {
    const int i = backwards ? 399 - k : k;
    (k % 2 ? rows : more).add(i % 3 == 0, (i * 37 % 101) / 101.0, (i * 53 % 97) / 97.0);
  }
  rows.append(more);
  return rows;
}

TEST(Bootstrap, BitsDoNotDependOnTheOrderOfTheRows) {
  for (const char* metric : {"roc_auc", "average_precision", "log_loss"}) {
    const BootstrapEstimate one = run(many_rows(false), metric, 30, 1);
    const BootstrapEstimate other = run(many_rows(true), metric, 30, 1);
    EXPECT_EQ(one.standard_error, other.standard_error);
    EXPECT_EQ(one.interval.low, other.interval.low);
    EXPECT_NE(one.interval.low, run(many_rows(false), metric, 30, 2).interval.low);
  }
  const AucComparison one = auc_comparison(many_rows(false));
  EXPECT_EQ(one.standard_error, auc_comparison(many_rows(true)).standard_error);
}

// DeLong's error and that of the bootstrap measure the same thing.
TEST(Bootstrap, AgreesWithDeLong) {
  const double error = auc_comparison(many_rows(false)).standard_error;
  EXPECT_NEAR(run(many_rows(false), "roc_auc", 2000, 3).standard_error, error, 0.05 * error);
}

TEST(Bootstrap, UndefinedAndRefused) {
  const BootstrapEstimate one_class = run(singles({0, 0}, {1, 2}), "gini", 10, 1);
  EXPECT_TRUE(std::isnan(one_class.estimate));
  EXPECT_TRUE(std::isnan(one_class.interval.low));
  EXPECT_EQ(one_class.resamples, 0);
  EXPECT_TRUE(std::isnan(run(PairedRows(), "gini", 10, 1).estimate));
  EXPECT_THROW(run(many_rows(false), "gini", 1, 1), Error);
  EXPECT_THROW(run(many_rows(false), "accuracy", 10, 1), Error);
  const int up = 1;
  EXPECT_THROW(bootstrap(many_rows(false), {Metric::kGini, 10, 1}, StopFlag(&up)), Error);
}

TEST(PairedRows, CutBytesAreRefused) {
  const PairedRows rows = many_rows(false);
  std::vector<char> bytes(rows.packed_size());
  rows.pack(bytes.data());
  EXPECT_EQ(PairedRows::unpack(bytes.data(), bytes.size()).second(), rows.second());
  for (std::size_t size = 0; size < bytes.size(); size += 97) {
    EXPECT_ANY_THROW(PairedRows::unpack(bytes.data(), size)) << size;
  }
}

}  // namespace
}  // namespace credit_risk
