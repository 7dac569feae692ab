#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <fstream>
#include <vector>

#include "core/json.hpp"
#include "core/metrics/confusion.hpp"
#include "core/metrics/probability_loss.hpp"
#include "core/metrics/ranking.hpp"
#include "core/metrics/scored_rows.hpp"
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
    EXPECT_TRUE(std::isnan(average_precision(rows)));
  }
  EXPECT_TRUE(std::isnan(brier_score({nullptr, nullptr, 0})));
}

TEST(Ranking, ReversedScoreMirrorsTheArea) {
  Rows rows = tied_rows();
  const double area = roc_auc(rows.span());
  for (double& score : rows.score) score = -score;
  EXPECT_NEAR(roc_auc(rows.span()), 1 - area, 1e-14);
}

ScoredRows gathered(const Rows& rows, const std::vector<double>& weight) {
  ScoredRows result;
  for (std::size_t i = 0; i < rows.label.size(); ++i) {
    result.add(rows.label[i] != 0, rows.score[i], weight[i]);
  }
  return result;
}

TEST(Ranking, WholeWeightsAreRepetitions) {
  const Rows rows = tied_rows();
  std::vector<double> weight;
  ScoredRows repeated;
  for (std::size_t i = 0; i < rows.label.size(); ++i) {
    weight.push_back(static_cast<double>(1 + i % 4));
    for (std::size_t j = 0; j < 1 + i % 4; ++j) repeated.add(rows.label[i] != 0, rows.score[i], 1);
  }
  const ScoredRows weighted = gathered(rows, weight);
  EXPECT_EQ(roc_auc(weighted.span()), roc_auc(repeated.span()));
  EXPECT_EQ(ks_statistic(weighted.span()), ks_statistic(repeated.span()));
  EXPECT_EQ(average_precision(weighted.span()), average_precision(repeated.span()));
  EXPECT_EQ(brier_score(weighted.span()), brier_score(repeated.span()));
}

TEST(Ranking, BitsDoNotDependOnWhoGathered) {
  const Rows rows = tied_rows();
  Random random(5);
  std::vector<double> weight;
  for (std::size_t i = 0; i < rows.label.size(); ++i) weight.push_back(random.uniform() + 0.01);
  const ScoredRows whole = gathered(rows, weight);
  ScoredRows parts[3];
  for (std::size_t i = rows.label.size(); i-- > 0;) {
    parts[i % 3].add(rows.label[i] != 0, rows.score[i], weight[i]);
  }
  std::vector<char> bytes(parts[1].packed_size());
  parts[1].pack(bytes.data());
  parts[2].append(ScoredRows::unpack(bytes.data(), bytes.size()));
  parts[2].append(parts[0]);
  const Scored one = whole.span(), other = parts[2].span();
  EXPECT_EQ(roc_auc(one), roc_auc(other));
  EXPECT_EQ(ks_statistic(one), ks_statistic(other));
  EXPECT_EQ(average_precision(one), average_precision(other));
  EXPECT_EQ(brier_score(one), brier_score(other));
  EXPECT_EQ(log_loss(one), log_loss(other));
}

TEST(ScoredRows, WeightsOfOneAreFilledInBesideOthers) {
  ScoredRows plain, weighted;
  plain.add(true, 0.5, 1);
  weighted.add(false, 0.25, 3);
  EXPECT_EQ(plain.span().weight, nullptr);
  plain.append(weighted);
  plain.add(true, 0.75, 1);
  ScoredRows more;
  more.add(false, 1, 1);
  plain.append(more);
  const Scored rows = plain.span();
  EXPECT_EQ(std::vector<double>(rows.weight, rows.weight + rows.count),
            (std::vector<double>{1, 3, 1, 1}));
}

TEST(ScoredRows, CutBytesAreRefused) {
  ScoredRows rows;
  rows.add(true, 0.5, 2);
  std::vector<char> bytes(rows.packed_size());
  rows.pack(bytes.data());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_ANY_THROW(ScoredRows::unpack(bytes.data(), size)) << size;
  }
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

// 0.1 + 0.2 and 0.2 + 0.1 round differently as soon as a third is added.
TEST(Confusion, OfWeightedRowsDoesNotDependOnTheirOrder) {
  WeightedConfusion forwards, backwards, half;
  const double weights[] = {0.1, 0.2, 0.3, 1e17, 0.7};
  for (int i = 0; i < 5; ++i) {
    forwards.add(i % 2 == 0, 0.6, 0.5, weights[i]);
    (i < 2 ? half : backwards).add((4 - i) % 2 == 0, 0.6, 0.5, weights[4 - i]);
  }
  backwards.append(half);
  EXPECT_EQ(forwards.accuracy(), backwards.accuracy());
  EXPECT_EQ(forwards.precision(), forwards.accuracy()) << "all rows are predicted as events";
  EXPECT_EQ(forwards.recall(), 1.0);
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
