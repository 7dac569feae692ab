#include "core/train/binning/feature_bins.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "core/metrics/tables/weight_of_evidence.hpp"
#include "core/train/binning/prebins.hpp"

namespace credit_risk {
namespace {

constexpr double kUnbounded = std::numeric_limits<double>::infinity();
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// `x` rounded to so many significant digits.
double rounded(double x, int digits) noexcept {
  char text[48];
  const auto end =
      std::to_chars(text, text + sizeof text, x, std::chars_format::scientific, digits - 1).ptr;
  double result = kNone;
  std::from_chars(text, end, result);
  return result;
}

// What a search for bins is made of: rows, or units of their weights.
struct Counted {
  const std::vector<ClassCount>& counts;
  const ClassCount& total;
};

// `units`: null where a row counts as one.
PartitionRules rules_of(const BinningParams& params, bool categorical, const Counted& counted,
                        const WeightUnits* units) {
  const auto of = [units](std::int64_t rows) {
    return units == nullptr ? static_cast<std::uint64_t>(rows) : units->of_rows(rows);
  };
  PartitionRules rules;
  rules.min_rows = least_rows(params, counted.total.rows());
  rules.min_events = of(params.min_events);
  rules.min_others = of(params.min_others);
  rules.max_bins = static_cast<std::size_t>(params.max_bins);
  rules.trend = categorical ? Trend::kNone : params.trend;
  return rules;
}

// `apart`: the prebins are.
double barred_information(const Counted& counted, bool apart, const Partition& partition,
                          PartitionRules rules, const StopFlag& stop) {
  if (partition.begins.size() > 1 || (rules.min_events == 0 && rules.min_others == 0)) return 0;
  rules.min_events = rules.min_others = 0;
  if (apart) rules.min_rows = 0;
  const Partition free = optimal_partition(counted.counts, counted.total, rules, stop);
  return free.begins.size() > 1 ? free.information_value : 0;
}

bool one_class(const ClassCount& count) { return count.events == 0 || count.others == 0; }

bool all_apart(const Prebins& prebins) {
  return prebins.apart && one_class(prebins.missing) && one_class(prebins.unrecognized) &&
         std::all_of(prebins.specials.begin(), prebins.specials.end(), one_class);
}

// Prebins begin .. end - 1 as one bin.
FeatureBin bin_of(const Prebins& prebins, const WeighedPrebins& weighed, std::size_t begin,
                  std::size_t end) {
  const bool categorical = !prebins.codes.empty();
  FeatureBin bin{
      categorical ? BinKind::kCategory : BinKind::kRange, kNone, kNone, {}, {}, {}, 0, 0};
  for (std::size_t i = begin; i < end; ++i) {
    bin.count.add(prebins.counts[i]);
    bin.weight.add(weighed.counts[i]);
  }
  if (categorical) {
    bin.codes.assign(prebins.codes.begin() + begin, prebins.codes.begin() + end);
    std::sort(bin.codes.begin(), bin.codes.end());
    return bin;
  }
  const std::size_t count = prebins.counts.size();
  const auto edge = [&](std::size_t i) {
    return short_edge(prebins.greatest[i - 1], prebins.least[i]);
  };
  bin.lower = begin == 0 ? -kUnbounded : edge(begin);
  bin.upper = end == count ? kUnbounded : edge(end);
  return bin;
}

void add_partition(const Prebins& prebins, const WeighedPrebins& weighed,
                   const Partition& partition, FeatureBins& result) {
  const std::vector<std::uint32_t>& begins = partition.begins;
  for (std::size_t i = 0; i < begins.size(); ++i) {
    const std::size_t end = i + 1 < begins.size() ? begins[i + 1] : prebins.counts.size();
    result.bins.push_back(bin_of(prebins, weighed, begins[i], end));
  }
}

// Those that stand for no amount and no category.
void add_other_bins(const Prebins& prebins, const WeighedPrebins& weighed,
                    const BinningParams& params, bool categorical, FeatureBins& result) {
  const auto add = [&result](BinKind kind, double number, std::vector<std::uint32_t> codes,
                             const ClassCount& count, const ClassWeight& weight) {
    result.bins.push_back({kind, number, number, std::move(codes), count, weight, 0, 0});
  };
  const std::size_t first = result.bins.size();
  for (std::size_t i = 0; i < prebins.specials.size(); ++i)
    add(BinKind::kSpecial, params.specials[i], {}, prebins.specials[i], weighed.specials[i]);
  std::sort(result.bins.begin() + first, result.bins.end(),
            [](const FeatureBin& a, const FeatureBin& b) { return a.lower < b.lower; });
  add(BinKind::kMissing, kNone, {}, prebins.missing, weighed.missing);
  if (!categorical) return;
  add(BinKind::kUnrecognized, kNone, prebins.rare_codes, prebins.unrecognized,
      weighed.unrecognized);
}

void weigh(FeatureBins& result) {
  std::vector<BinClasses> classes;
  for (const FeatureBin& bin : result.bins) {
    classes.push_back(
        {static_cast<double>(bin.count.rows()), bin.weight.events, bin.weight.others});
  }
  const std::vector<Evidence> evidence = weights_of_evidence(classes);
  if (evidence.empty()) return;
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    if (result.bins[i].count.rows() == 0) continue;
    result.bins[i].woe = evidence[i].woe;
    result.bins[i].iv = evidence[i].iv;
  }
  result.information_value = information_value(evidence);
}

void find_bins(const Prebins& prebins, const WeighedPrebins& weighed, const BinningParams& params,
               FeatureBins& result, const StopFlag& stop) {
  std::optional<WeightUnits> units;
  if (result.weighted) units.emplace(weighed, result.total.rows());
  const Counted counted{units ? units->counts() : prebins.counts,
                        units ? units->total() : result.total};
  const PartitionRules rules =
      rules_of(params, !prebins.codes.empty(), counted, units ? &*units : nullptr);
  const Partition partition = optimal_partition(counted.counts, counted.total, rules, stop);
  result.trend = partition.trend;
  result.apart = all_apart(prebins);
  result.barred_information = barred_information(counted, prebins.apart, partition, rules, stop);
  add_partition(prebins, weighed, partition, result);
}

}  // namespace

double short_edge(double below, double above) noexcept {
  const double middle = below + (above - below) / 2;
  for (int digits = 1; digits < 17; ++digits) {
    for (const double x : {above, middle, below}) {
      const double candidate = rounded(x, digits);
      if (candidate > below && candidate <= above) return candidate + 0.0;  // no negative zero
    }
  }
  return above;
}

FeatureBins bin_feature(const BinnedRows& of, const BinningParams& params, const StopFlag& stop) {
  const bool categorical = of.column.feature.kind == FeatureKind::kCategorical;
  Prebins prebins = count_prebins(of.column, of.target, of.rows, params, stop);
  WeighedPrebins weighed =
      weigh_prebins(prebins, of.column, of.target, of.weights, of.rows, params.specials, stop);
  FeatureBins result;
  result.weighted = !of.weights.empty();
  result.total = prebins.total();
  result.weight = weighed.total();
  if (!prebins.counts.empty()) {
    if (result.weighted && categorical) sort_by_weight(prebins, weighed);
    find_bins(prebins, weighed, params, result, stop);
  } else if (!categorical) {
    result.bins.push_back({BinKind::kRange, -kUnbounded, kUnbounded, {}, {}, {}, 0, 0});
  }
  add_other_bins(prebins, weighed, params, categorical, result);
  weigh(result);
  return result;
}

}  // namespace credit_risk
