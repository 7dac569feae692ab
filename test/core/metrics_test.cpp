#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <fstream>
#include <vector>

#include "core/json.hpp"
#include "core/metrics/brier.hpp"
#include "core/metrics/confusion.hpp"
#include "core/metrics/ranking.hpp"
#include "core/random.hpp"

namespace credit_risk {
namespace {

struct Rows {
  std::vector<std::uint8_t> label;
  std::vector<double> score;
  Scored span() const { return {label.data(), score.data(), label.size()}; }
};

// The same rows as `ranking` in test/data/train/make_reference.py.
Rows tied_rows() {
  Random random(3);
  Rows rows;
  for (int i = 0; i < 500; ++i) {
    rows.score.push_back(std::floor(random.uniform() * 64) / 64);
    rows.label.push_back(random.uniform() < rows.score.back());
  }
  return rows;
}

nlohmann::json reference() {
  std::ifstream file(CR_TEST_DATA "/train/reference.json");
  return nlohmann::json::parse(file).at("ranking");
}

const Rows kHandMade{{0, 0, 0, 0, 0, 0, 1, 0, 1, 1}, {.05, .1, .1, .15, .2, .3, .3, .4, .6, .8}};

TEST(Ranking, HandMadeVector) {
  EXPECT_NEAR(roc_auc(kHandMade.span()), 0.928571, 5e-7);
  EXPECT_NEAR(ks_statistic(kHandMade.span()), 0.714286, 5e-7);
  EXPECT_NEAR(brier_score(kHandMade.span()), 0.1025, 1e-15);
}

TEST(Ranking, EqualsScikitLearnWithTies) {
  const Rows rows = tied_rows();
  const auto expected = reference();
  EXPECT_NEAR(roc_auc(rows.span()), expected.at("auc").get<double>(), 1e-14);
  EXPECT_NEAR(ks_statistic(rows.span()), expected.at("ks").get<double>(), 1e-14);
  EXPECT_NEAR(brier_score(rows.span()), expected.at("brier").get<double>(), 1e-14);
}

TEST(Ranking, AllTiedIsOneHalf) {
  const Rows rows{{0, 1, 1, 0, 1}, {.3, .3, .3, .3, .3}};
  EXPECT_EQ(roc_auc(rows.span()), 0.5);
  EXPECT_EQ(ks_statistic(rows.span()), 0.0);
}

TEST(Ranking, UndefinedForOneClassOrNoRows) {
  const Rows ones{{1, 1}, {.1, .2}};
  const Rows zeros{{0, 0}, {.1, .2}};
  for (const Scored& rows : {ones.span(), zeros.span(), Scored{nullptr, nullptr, 0}}) {
    EXPECT_TRUE(std::isnan(roc_auc(rows)));
    EXPECT_TRUE(std::isnan(ks_statistic(rows)));
  }
  EXPECT_TRUE(std::isnan(brier_score({nullptr, nullptr, 0})));
}

TEST(Ranking, ReversedScoreMirrorsTheArea) {
  Rows rows = tied_rows();
  const double area = roc_auc(rows.span());
  for (double& score : rows.score) score = -score;
  EXPECT_NEAR(roc_auc(rows.span()), 1 - area, 1e-14);
}

TEST(Ranking, SortingIsCancelled) {
  const int up = 1;
  Random random(1);
  Rows rows;
  for (int i = 0; i < 100000; ++i) {
    rows.score.push_back(random.uniform());
    rows.label.push_back(i % 2);
  }
  EXPECT_THROW(roc_auc(rows.span(), StopFlag(&up)), Error);
}

TEST(Confusion, EqualsScikitLearn) {
  const Rows rows = tied_rows();
  const auto expected = reference();
  const Confusion counts = confusion_at(rows.span(), 0.5);
  const auto four = expected.at("confusion").get<std::vector<std::int64_t>>();
  EXPECT_EQ(four, (std::vector<std::int64_t>{counts.true_positives, counts.false_positives,
                                             counts.true_negatives, counts.false_negatives}));
  EXPECT_NEAR(counts.accuracy(), expected.at("accuracy").get<double>(), 1e-15);
  EXPECT_NEAR(counts.precision(), expected.at("precision").get<double>(), 1e-15);
  EXPECT_NEAR(counts.recall(), expected.at("recall").get<double>(), 1e-15);
  EXPECT_NEAR(counts.f1(), expected.at("f1").get<double>(), 1e-15);
}

TEST(Confusion, RatesWithoutDenominatorAreUndefined) {
  const Rows rows{{0, 0}, {.1, .5}};
  const Confusion counts = confusion_at(rows.span(), 0.5);
  EXPECT_EQ(counts.true_negatives, 2);
  EXPECT_EQ(counts.accuracy(), 1.0);
  EXPECT_TRUE(std::isnan(counts.precision()));
  EXPECT_TRUE(std::isnan(counts.recall()));
  EXPECT_TRUE(std::isnan(counts.f1()));
}

}  // namespace
}  // namespace credit_risk
