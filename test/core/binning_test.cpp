#include "core/train/binning/feature_bins.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/json.hpp"
#include "core/random.hpp"
#include "core/train/binning/optimal_partition.hpp"
#include "core/train/binning/screening.hpp"
#include "training_rows.hpp"

namespace credit_risk {
namespace {

constexpr double kUnbounded = std::numeric_limits<double>::infinity();
constexpr Trend kTrends[] = {Trend::kAuto,       Trend::kNone, Trend::kAscending,
                             Trend::kDescending, Trend::kPeak, Trend::kValley};

std::vector<std::uint32_t> all_rows(std::size_t count) {
  std::vector<std::uint32_t> rows(count);
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

FeatureBins bins_of(const Column& column, const std::vector<std::uint8_t>& target,
                    const BinningParams& params = {}) {
  return bin_feature({column, target, all_rows(target.size()), {}}, params, StopFlag());
}

double rate(const ClassCount& count) {
  return static_cast<double>(count.events) / static_cast<double>(count.rows());
}

// Whether shares of events of neighbours differ and move as the trend says.
bool follows(const std::vector<ClassCount>& bins, Trend trend) {
  std::vector<int> steps;
  for (std::size_t i = 1; i < bins.size(); ++i) {
    if (rate(bins[i - 1]) == rate(bins[i])) return false;
    steps.push_back(rate(bins[i - 1]) < rate(bins[i]) ? 1 : -1);
  }
  const bool rises = std::count(steps.begin(), steps.end(), -1) == 0;
  const bool falls = std::count(steps.begin(), steps.end(), 1) == 0;
  switch (trend) {
    case Trend::kAuto:
      return rises || falls;
    case Trend::kNone:
      return true;
    case Trend::kAscending:
      return rises;
    case Trend::kDescending:
      return falls;
    case Trend::kPeak:
      return std::is_sorted(steps.begin(), steps.end(), std::greater<>());
    case Trend::kValley:
      return std::is_sorted(steps.begin(), steps.end());
  }
  return false;
}

bool obeys(const std::vector<ClassCount>& bins, const PartitionRules& rules) {
  for (const ClassCount& bin : bins) {
    if (bin.rows() < rules.min_rows || bin.events < rules.min_events ||
        bin.others < rules.min_others)
      return false;
  }
  return bins.size() <= rules.max_bins && follows(bins, rules.trend);
}

std::vector<ClassCount> joined(const std::vector<ClassCount>& prebins,
                               const std::vector<std::uint32_t>& begins) {
  std::vector<ClassCount> bins;
  for (std::uint32_t i = 0; i < prebins.size(); ++i) {
    if (std::find(begins.begin(), begins.end(), i) != begins.end()) bins.emplace_back();
    bins.back().add(prebins[i]);
  }
  return bins;
}

double value_of(const std::vector<ClassCount>& bins, const ClassCount& total) {
  double value = 0;
  for (const ClassCount& bin : bins) value += iv_of(bin, total);
  return value;
}

// The greatest information value among all 2^(n-1) partitions; negative where none obeys.
double best_by_trial(const std::vector<ClassCount>& prebins, const ClassCount& total,
                     const PartitionRules& rules) {
  double best = -1;
  for (std::uint32_t cuts = 0; cuts < 1u << (prebins.size() - 1); ++cuts) {
    std::vector<std::uint32_t> begins{0};
    for (std::uint32_t i = 1; i < prebins.size(); ++i)
      if ((cuts >> (i - 1) & 1) != 0) begins.push_back(i);
    const std::vector<ClassCount> bins = joined(prebins, begins);
    if (obeys(bins, rules)) best = std::max(best, value_of(bins, total));
  }
  return best;
}

TEST(OptimalPartition, IsTheBestOfAll) {
  Random random(3);
  for (int trial = 0; trial < 300; ++trial) {
    std::vector<ClassCount> prebins(1 + trial % 11);
    ClassCount total{3, 5};
    for (ClassCount& prebin : prebins) {
      prebin = {random.below(6), random.below(9)};
      total.add(prebin);
    }
    PartitionRules rules;
    rules.min_rows = random.below(10);
    rules.min_events = random.below(3);
    rules.min_others = random.below(3);
    rules.max_bins = 1 + random.below(7);
    rules.trend = kTrends[trial % 6];
    const Partition found = optimal_partition(prebins, total, rules, StopFlag());
    const double best = best_by_trial(prebins, total, rules);
    const std::vector<ClassCount> bins = joined(prebins, found.begins);
    EXPECT_NEAR(found.information_value, value_of(bins, total), 1e-12);
    if (best < 0) {
      EXPECT_EQ(found.begins, std::vector<std::uint32_t>{0}) << trial;
    } else {
      EXPECT_NEAR(found.information_value, best, 1e-12) << trial;
      EXPECT_TRUE(obeys(bins, rules)) << trial;
    }
  }
}

TEST(OptimalPartition, JoinsEqualSharesAndTakesFewBins) {
  PartitionRules rules;
  rules.trend = Trend::kNone;
  const Partition found =
      optimal_partition({{1, 3}, {2, 6}, {3, 1}, {6, 2}}, {12, 12}, rules, StopFlag());
  EXPECT_EQ(found.begins, (std::vector<std::uint32_t>{0, 2}));
}

// Shares of events are told apart by whole numbers, of 128 bits where there are many rows.
TEST(OptimalPartition, IsTheSameOfManyTimesTheRows) {
  Random random(5);
  constexpr std::uint64_t kTimes = 40000;
  for (int trial = 0; trial < 60; ++trial) {
    std::vector<ClassCount> few(40), many;
    ClassCount few_total, many_total;
    for (ClassCount& prebin : few) {
      prebin = {1 + random.below(20), 1 + random.below(90)};
      few_total.add(prebin);
      many.push_back({prebin.events * kTimes, prebin.others * kTimes});
      many_total.add(many.back());
    }
    ASSERT_GT(many_total.rows(), std::uint64_t{1} << 21);
    PartitionRules rules;
    rules.trend = kTrends[trial % 6];
    rules.min_rows = 100;
    const Partition found = optimal_partition(few, few_total, rules, StopFlag());
    rules.min_rows *= kTimes;
    const Partition again = optimal_partition(many, many_total, rules, StopFlag());
    EXPECT_EQ(again.begins, found.begins) << trial;
    EXPECT_EQ(again.trend, found.trend) << trial;
  }
}

TEST(OptimalPartition, TakesBinsOfAllRowsAlone) {
  PartitionRules rules;
  rules.max_bins = 1;
  for (const Trend trend : kTrends) {
    rules.trend = trend;
    const Partition found = optimal_partition({{1, 3}, {3, 1}, {2, 2}}, {6, 6}, rules, StopFlag());
    EXPECT_EQ(found.begins, std::vector<std::uint32_t>{0});
  }
}

TEST(OptimalPartition, CanBeCancelled) {
  const int raised = 1;
  EXPECT_THROW(optimal_partition(std::vector<ClassCount>(9, {1, 1}), {9, 9}, {}, StopFlag(&raised)),
               Error);
}

// Weights of evidence of the German credit data's checking account (domain.md, V34), by hand.
TEST(FeatureBins, OrdersCategoriesByTheirShareOfEvents) {
  const std::uint64_t others[] = {139, 164, 49, 348}, events[] = {135, 105, 14, 46};
  Column column = categorical("status", {"A11", "A12", "A13", "A14"}, {});
  std::vector<std::uint8_t> target;
  for (int code = 0; code < 4; ++code) {
    column.values.insert(column.values.end(), others[code] + events[code], code);
    target.insert(target.end(), others[code], 0);
    target.insert(target.end(), events[code], 1);
  }
  const FeatureBins found = bins_of(column, target);
  ASSERT_EQ(found.bins.size(), 6u);  // four, missing and unrecognized
  const double woe[] = {1.176263, 0.405465, -0.401392, -0.818099};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(found.bins[i].codes, std::vector<std::uint32_t>{static_cast<std::uint32_t>(3 - i)});
    EXPECT_NEAR(found.bins[i].woe, woe[i], 5e-7);
  }
  EXPECT_NEAR(found.information_value, 0.666012, 5e-7);
  EXPECT_EQ(found.bins[4].kind, BinKind::kMissing);
  EXPECT_EQ(found.bins[5].kind, BinKind::kUnrecognized);
  EXPECT_EQ(found.bins[5].woe, 0);
}

TEST(FeatureBins, JoinsCategoriesAndSetsRareOnesApart) {
  const Column column = categorical("c", {"a", "b", "c", "rare"},
                                    {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 0, 1, 2, 0, 1, 2, 3, 0});
  const std::vector<std::uint8_t> target{1, 1, 1, 0, 0, 0, 0, 1, 1, 1,
                                         1, 0, 1, 0, 1, 1, 0, 1, 1, 0};
  BinningParams params;
  params.rare_share = 0.1;
  params.max_bins = 2;
  const FeatureBins found = bins_of(column, target, params);
  ASSERT_EQ(found.bins.size(), 4u);
  EXPECT_EQ(found.bins[0].codes, std::vector<std::uint32_t>{1});
  EXPECT_EQ(found.bins[1].codes, (std::vector<std::uint32_t>{0, 2}));
  EXPECT_EQ(found.bins[3].codes, std::vector<std::uint32_t>{3});
  EXPECT_EQ(found.bins[3].count.rows(), 1u);
}

TEST(FeatureBins, KeepsMissingAndSpecialValuesApart) {
  const Column column =
      numeric("x", {1, 2, 3, 4, -999, -999, kMissing, kMissing, 5, 6, 7, 8, -1, 0.5, 9, 10});
  const std::vector<std::uint8_t> target{0, 0, 1, 0, 1, 1, 1, 0, 1, 1, 0, 1, 0, 0, 1, 1};
  BinningParams params;
  params.specials = {-1, -999, -5};
  const FeatureBins found = bins_of(column, target, params);
  const std::size_t count = found.bins.size();
  ASSERT_GE(count, 6u);
  const BinKind kinds[] = {BinKind::kSpecial, BinKind::kSpecial, BinKind::kSpecial,
                           BinKind::kMissing};
  const double numbers[] = {-999, -5, -1};
  const std::uint64_t rows[] = {2, 0, 1, 2};
  for (std::size_t i = 0; i < 4; ++i) {
    const FeatureBin& bin = found.bins[count - 4 + i];
    EXPECT_EQ(bin.kind, kinds[i]);
    EXPECT_EQ(bin.count.rows(), rows[i]);
    if (bin.kind == BinKind::kSpecial) {
      EXPECT_EQ(bin.lower, numbers[i]);
    }
  }
  EXPECT_EQ(found.bins[0].lower, -kUnbounded);
  EXPECT_EQ(found.bins[count - 5].upper, kUnbounded);
  EXPECT_EQ(found.total.rows(), 16u);
}

TEST(FeatureBins, OneBinWhereNothingCanBeParted) {
  const FeatureBins constant = bins_of(numeric("x", {7, 7, 7, 7}), {0, 1, 0, 1});
  ASSERT_EQ(constant.bins.size(), 2u);
  EXPECT_EQ(constant.information_value, 0);
  const FeatureBins empty =
      bins_of(numeric("x", {kMissing, kMissing, kMissing, kMissing}), {0, 1, 0, 1});
  ASSERT_EQ(empty.bins.size(), 2u);
  EXPECT_EQ(empty.bins[0].woe, 0);
  const FeatureBins one_class = bins_of(numeric("x", {1, 2, 3, 4}), {0, 0, 0, 0});
  EXPECT_EQ(one_class.information_value, 0);
}

// optbinning joins 20 prebins of a decision tree, which are among ours.
TEST(FeatureBins, SayWhatTheRulesBar) {
  const std::vector<std::uint8_t> target = {0, 0, 0, 1, 1, 1};
  const auto bins = [&](const Column& column, std::int64_t least) {
    BinningParams params;
    params.min_events = params.min_others = least;
    return bin_feature({column, target, all_rows(6), {}}, params, {});
  };
  const Column cut = numeric("x", {1, 2, 3, 4, 5, 6}),
               gap = numeric("x", {1, 2, 3, 4, 5, kMissing});
  const Column mixed = numeric("x", {1, 2, kMissing, 4, 5, kMissing});
  const Column text = categorical("x", {"a", "b", "c"}, {0, 1, 0, 2, 2, 2});
  for (const Column& column : {cut, gap, text}) {
    EXPECT_TRUE(bins(column, 1).apart);
    EXPECT_GT(bins(column, 1).barred_information, 1);
    EXPECT_EQ(bins(column, 0).barred_information, 0);
  }
  EXPECT_FALSE(bins(mixed, 1).apart);
  EXPECT_GT(bins(mixed, 1).barred_information, 0.5);
  EXPECT_FALSE(bins(numeric("x", {1, 1, 2, 1, 2, 2}), 1).apart);
  EXPECT_EQ(bins(numeric("x", {1, 1, 2, 1, 2, 2}), 1).barred_information, 0);
}

TEST(FeatureBins, ReachesWhatOptbinningDoes) {
  std::ifstream file(std::string(CR_TEST_DATA) + "/train/binning_reference.json");
  const auto reference = nlohmann::json::parse(file);
  TrainingData data = reference_rows(reference["seed"], reference["rows"]);
  data.columns.push_back(categorical(
      "c4", {"c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9"}, data.columns[4].values));
  for (const auto& expected : reference["cases"]) {
    const auto column = std::find_if(
        data.columns.begin(), data.columns.end(),
        [&](const Column& candidate) { return candidate.feature.name == expected["feature"]; });
    BinningParams params;
    params.trend = trend_by_name(expected["trend"]);
    params.max_bins = expected["max_bins"];
    const FeatureBins found = bins_of(*column, data.target, params);
    EXPECT_GE(found.information_value, expected["iv"].get<double>() - 1e-9) << expected.dump();
  }
}

TEST(FeatureBins, DoesNotDependOnTheOrderOfTheRows) {
  const TrainingData data = reference_rows(4, 3000);
  std::vector<std::uint32_t> rows = all_rows(data.rows());
  for (const Column& column : data.columns) {
    const FeatureBins forward = bin_feature({column, data.target, rows, {}}, {}, StopFlag());
    std::reverse(rows.begin(), rows.end());
    const FeatureBins backward = bin_feature({column, data.target, rows, {}}, {}, StopFlag());
    ASSERT_EQ(forward.bins.size(), backward.bins.size());
    EXPECT_EQ(forward.information_value, backward.information_value);
    for (std::size_t i = 0; i < forward.bins.size(); ++i)
      EXPECT_EQ(forward.bins[i].woe, backward.bins[i].woe);
  }
}

// Rows by hand: bins of 1 of 4, 2 of 4 and 4 of 4 events.
TEST(Screening, RanksRowsByTheRiskOfTheirBin) {
  const Column column = categorical("c", {"a", "b", "c"}, {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2});
  const std::vector<std::uint8_t> target{1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1};
  BinningParams params;
  params.min_others = 0;
  // 1 (3/2) + 2 (3 + 2/2) + 4 * 5 of 7 * 5 pairs
  EXPECT_DOUBLE_EQ(auc_of_bins(bins_of(column, target, params)), 29.5 / 35);
}

TEST(Screening, FindsLeaksIdentifiersConstantsAndEmptyColumns) {
  TrainingData data = reference_rows(7, 1000);
  std::vector<double> ids(1000), leak(1000), same(1000, 3), none(1000, kMissing), texts(1000),
      amounts(1000);
  std::iota(ids.begin(), ids.end(), 1.0);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < 1000; ++i) {
    leak[i] = data.target[i];
    texts[i] = static_cast<double>(i);
    amounts[i] = static_cast<double>(i * 7919 % 1009) * 37;
    names.push_back("id" + std::to_string(i));
  }
  data.columns = {data.columns[0],
                  numeric("id", ids),
                  numeric("leak", leak),
                  numeric("same", same),
                  numeric("none", none),
                  categorical("text", names, texts),
                  numeric("amount", amounts),
                  numeric("customer_ID", amounts)};
  BinningParams params;
  params.min_events = params.min_others = 0;
  const std::vector<ScreenedFeature> found = screen_features(data, params, StopFlag());
  ASSERT_EQ(found.size(), 8u);
  EXPECT_NE(found[0].finding, Finding::kIdentifier);  // fractions, not whole numbers
  EXPECT_EQ(found[1].finding, Finding::kIdentifier);
  EXPECT_EQ(found[2].finding, Finding::kSuspicious);
  EXPECT_EQ(found[2].auc, 1);
  EXPECT_EQ(found[3].finding, Finding::kConstant);
  EXPECT_EQ(found[4].finding, Finding::kEmpty);
  EXPECT_TRUE(std::isnan(found[4].auc));
  EXPECT_EQ(found[5].finding, Finding::kIdentifier);
  EXPECT_NE(found[6].finding, Finding::kIdentifier);  // whole amounts that never come twice
  EXPECT_EQ(found[7].finding, Finding::kIdentifier);
}

TEST(ShortEdge, HasFewDigits) {
  EXPECT_EQ(short_edge(11, 12), 12);
  EXPECT_EQ(short_edge(1169, 1200), 1200);
  EXPECT_EQ(short_edge(0.3456123, 0.3456789), 0.34565);
  EXPECT_EQ(short_edge(-3, -2), -2);
  EXPECT_EQ(short_edge(-0.5, 0.5), 0.5);
  EXPECT_EQ(short_edge(1.0, std::nextafter(1.0, 2.0)), std::nextafter(1.0, 2.0));
  EXPECT_EQ(short_edge(-1e308, 1e308), 1e308);
}

TEST(BinningParams, RefusesWhatIsOutOfRange) {
  const auto refused = [](auto change) {
    BinningParams params;
    change(params);
    EXPECT_THROW(check(params), Error);
  };
  refused([](BinningParams& p) { p.min_share = 0.6; });
  refused([](BinningParams& p) { p.min_share = -0.1; });
  refused([](BinningParams& p) { p.max_bins = 0; });
  refused([](BinningParams& p) { p.max_bins = 51; });
  refused([](BinningParams& p) { p.min_events = -1; });
  refused([](BinningParams& p) { p.min_others = -1; });
  refused([](BinningParams& p) { p.prebins = 1; });
  refused([](BinningParams& p) { p.rare_share = 1; });
  refused([](BinningParams& p) { p.specials = {kUnbounded}; });
  refused([](BinningParams& p) {
    for (int i = 0; i <= 100; ++i) p.specials.push_back(-i);
  });
  EXPECT_THROW(trend_by_name("up"), Error);
  for (const Trend trend : kTrends) EXPECT_EQ(trend_by_name(trend_name(trend)), trend);
}

}  // namespace
}  // namespace credit_risk
