// Every metric against scikit-learn and scipy: test/data/metrics/make_metrics_fixture.py.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "core/metrics/chi_square.hpp"
#include "core/metrics/confusion.hpp"
#include "core/metrics/exact_sum.hpp"
#include "core/metrics/probability_loss.hpp"
#include "core/metrics/ranking.hpp"

namespace credit_risk {
namespace {

using nlohmann::json;

json fixture() {
  std::ifstream file(CR_TEST_DATA "/metrics/sklearn.json");
  return json::parse(file);
}

struct Case {
  explicit Case(const json& from)
      : label(from.at("label").get<std::vector<std::uint8_t>>()),
        score(from.at("score").get<std::vector<double>>()) {
    if (!from.at("weight").is_null()) weight = from.at("weight").get<std::vector<double>>();
  }
  Scored span() const {
    return {label.data(), score.data(), label.size(), weight.empty() ? nullptr : weight.data()};
  }
  std::vector<std::uint8_t> label;
  std::vector<double> score;
  std::vector<double> weight;
};

void expect_figure(const json& expected, const char* name, double actual) {
  if (!expected.contains(name)) return;
  if (expected.at(name).is_null()) {
    EXPECT_TRUE(std::isnan(actual)) << name;
  } else {
    EXPECT_NEAR(actual, expected.at(name).get<double>(), 1e-12) << name;
  }
}

TEST(MetricsGolden, EqualsScikitLearn) {
  const json cases = fixture().at("cases");
  ASSERT_EQ(cases.size(), 15u);
  for (const json& one : cases) {
    SCOPED_TRACE(one.at("name").get<std::string>());
    const Case rows(one);
    const json& expected = one.at("expected");
    const DecisionRates rates = decision_rates(rows.span(), one.at("threshold").get<double>());
    expect_figure(expected, "roc_auc", roc_auc(rows.span()));
    expect_figure(expected, "ks_statistic", ks_statistic(rows.span()));
    expect_figure(expected, "average_precision", average_precision(rows.span()));
    expect_figure(expected, "brier_score", brier_score(rows.span()));
    expect_figure(expected, "log_loss", log_loss(rows.span()));
    expect_figure(expected, "accuracy", rates.accuracy);
    expect_figure(expected, "precision", rates.precision);
    expect_figure(expected, "recall", rates.recall);
    expect_figure(expected, "f1", rates.f1);
  }
}

TEST(MetricsGolden, SumsAreCorrectlyRounded) {
  const json cases = fixture().at("sums");
  ASSERT_FALSE(cases.empty());
  for (const json& one : cases) {
    const double expected = one.at("sum").get<double>();
    auto terms = one.at("terms").get<std::vector<double>>();
    ExactSum forwards, backwards, halves[2];
    for (std::size_t i = 0; i < terms.size(); ++i) {
      forwards.add(terms[i]);
      backwards.add(terms[terms.size() - 1 - i]);
      halves[i % 2].add(terms[i]);
    }
    halves[0].append(halves[1]);
    EXPECT_EQ(forwards.value(), expected);
    EXPECT_EQ(backwards.value(), expected);
    EXPECT_EQ(halves[0].value(), expected);
  }
}

TEST(MetricsGolden, ChiSquareEqualsScipy) {
  const json cases = fixture().at("chi_square");
  ASSERT_FALSE(cases.empty());
  for (const json& one : cases) {
    const auto x = one.at(0).get<double>();
    const auto freedom = one.at(1).get<std::size_t>();
    const auto expected = one.at(2).get<double>();
    EXPECT_NEAR(chi_square_above(x, freedom), expected, 1e-10 * expected) << x << " " << freedom;
  }
}

}  // namespace
}  // namespace credit_risk
