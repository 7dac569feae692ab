#include "core/train/binning/weighed_prebins.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace credit_risk {
namespace {

constexpr std::size_t kRowsPerPoll = 0xFFFF;
constexpr double kMostUnits = 536870912.0;  // 2^29: half of what optimal_partition takes

ClassWeight weight_of(const ClassCount& count) {
  return {static_cast<double>(count.events), static_cast<double>(count.others)};
}

WeighedPrebins of_equal_rows(const Prebins& prebins) {
  WeighedPrebins result;
  for (const ClassCount& count : prebins.counts) result.counts.push_back(weight_of(count));
  for (const ClassCount& count : prebins.specials) result.specials.push_back(weight_of(count));
  result.missing = weight_of(prebins.missing);
  result.unrecognized = weight_of(prebins.unrecognized);
  return result;
}

// Finds the place of a value among those that were counted.
class Places {
 public:
  Places(const Prebins& prebins, const Column& column, const std::vector<double>& specials)
      : prebins_(prebins),
        categorical_(column.feature.kind == FeatureKind::kCategorical),
        specials_(specials),
        of_code_(column.feature.categories.size(), kRare) {
    for (std::uint32_t i = 0; i < prebins.codes.size(); ++i) of_code_[prebins.codes[i]] = i;
  }

  ClassWeight& find(double value, WeighedPrebins& in) const {
    if (std::isnan(value)) return in.missing;
    if (categorical_) {
      const std::uint32_t place = of_code_[static_cast<std::size_t>(value)];
      return place == kRare ? in.unrecognized : in.counts[place];
    }
    const auto special = std::find(specials_.begin(), specials_.end(), value);
    if (special != specials_.end())
      return in.specials[static_cast<std::size_t>(special - specials_.begin())];
    const auto above = std::upper_bound(prebins_.least.begin(), prebins_.least.end(), value);
    return in.counts[static_cast<std::size_t>(above - prebins_.least.begin()) - 1];
  }

 private:
  static constexpr std::uint32_t kRare = UINT32_MAX;

  const Prebins& prebins_;
  const bool categorical_;
  const std::vector<double>& specials_;
  std::vector<std::uint32_t> of_code_;
};

}  // namespace

ClassWeight WeighedPrebins::total() const noexcept {
  ClassWeight all = missing;
  all.add(unrecognized);
  for (const ClassWeight& weight : counts) all.add(weight);
  for (const ClassWeight& weight : specials) all.add(weight);
  return all;
}

WeighedPrebins weigh_prebins(const Prebins& prebins, const Column& column,
                             const std::vector<std::uint8_t>& target,
                             const std::vector<double>& weights,
                             const std::vector<std::uint32_t>& rows,
                             const std::vector<double>& specials, const StopFlag& stop) {
  if (weights.empty()) return of_equal_rows(prebins);
  WeighedPrebins result;
  result.counts.resize(prebins.counts.size());
  result.specials.resize(prebins.specials.size());
  const Places places(prebins, column, specials);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if ((i & kRowsPerPoll) == 0) stop.poll();
    const std::uint32_t row = rows[i];
    ClassWeight& into = places.find(column.values[row], result);
    (target[row] != 0 ? into.events : into.others) += weights[row];
  }
  return result;
}

void sort_by_weight(Prebins& prebins, WeighedPrebins& weighed) {
  std::vector<double> share;
  for (const ClassWeight& weight : weighed.counts) share.push_back(weight.events / weight.rows());
  std::vector<std::size_t> order(share.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return share[a] != share[b] ? share[a] < share[b] : prebins.codes[a] < prebins.codes[b];
  });
  Prebins sorted = prebins;
  const std::vector<ClassWeight> weights = weighed.counts;
  for (std::size_t i = 0; i < order.size(); ++i) {
    sorted.codes[i] = prebins.codes[order[i]];
    sorted.counts[i] = prebins.counts[order[i]];
    weighed.counts[i] = weights[order[i]];
  }
  prebins = std::move(sorted);
}

WeightUnits::WeightUnits(const WeighedPrebins& weighed, std::uint64_t rows)
    : unit_(weighed.total().rows() / kMostUnits),
      row_(weighed.total().rows() / static_cast<double>(rows)) {
  total_ = of(weighed.missing);
  total_.add(of(weighed.unrecognized));
  for (const ClassWeight& weight : weighed.specials) total_.add(of(weight));
  for (const ClassWeight& weight : weighed.counts) {
    counts_.push_back(of(weight));
    total_.add(counts_.back());
  }
}

std::uint64_t WeightUnits::of(double weight) const noexcept {
  if (weight == 0) return 0;
  return static_cast<std::uint64_t>(std::max(1.0, std::round(weight / unit_)));
}

std::uint64_t WeightUnits::of_rows(std::int64_t rows) const noexcept {
  return of(static_cast<double>(rows) * row_);
}

ClassCount WeightUnits::of(const ClassWeight& weight) const noexcept {
  return {of(weight.events), of(weight.others)};
}

}  // namespace credit_risk
