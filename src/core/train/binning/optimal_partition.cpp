#include "core/train/binning/optimal_partition.hpp"

#include <algorithm>
#include <limits>

#include "core/model/natural_log.hpp"

namespace credit_risk {
namespace {

constexpr double kNone = -std::numeric_limits<double>::infinity();
constexpr std::uint32_t kNobody = ~std::uint32_t{0};

struct Bin {
  std::uint32_t begin, end;  // prebins
  ClassCount count;
  double iv;
  std::uint32_t rank;  // of the share of events, equal for equal shares
};

bool rate_less(const ClassCount& a, const ClassCount& b) noexcept {
  return a.events * b.rows() < b.events * a.rows();
}

ClassCount sum(const std::vector<ClassCount>& counts) {
  ClassCount all;
  for (const ClassCount& count : counts) all.add(count);
  return all;
}

// On the way of a trend: kRise for one that only rises, or does not matter; kFall behind a peak.
enum Phase : std::uint8_t { kRise = 0, kFall = 1 };

// The best chain of bins so far that ends with a given one.
struct Chain {
  double value = kNone;
  std::uint32_t before = kNobody;  // state of the bin before
};

// Trends kNone, kAscending and kPeak; the others are these with the classes exchanged.
//
// State (k, phase, i): the best chain of k + 1 bins whose last is bin i. Bins are numbered by
// their share of events, so that the lists of those that begin or end at a boundary are in
// that order, and one sweep over both lists finds the best predecessor of each.
class PartitionSearch {
 public:
  PartitionSearch(const std::vector<ClassCount>& prebins, const ClassCount& total,
                  const PartitionRules& rules, const StopFlag& stop)
      : rules_(rules),
        stop_(stop),
        prebins_(static_cast<std::uint32_t>(prebins.size())),
        phases_(rules.trend == Trend::kPeak ? 2 : 1) {
    list_bins(prebins, total);
    depth_ = std::min({rules.max_bins, prebins.size(), most_bins(prebins)});
    chains_.resize(depth_ * phases_ * bins_.size());
  }

  Partition best();

 private:
  using List = std::vector<std::uint32_t>;

  void list_bins(const std::vector<ClassCount>& prebins, const ClassCount& total);
  void number_by_rate();
  std::size_t most_bins(const std::vector<ClassCount>& prebins) const noexcept;
  bool allowed(const ClassCount& count) const noexcept {
    return count.rows() >= rules_.min_rows && count.events >= rules_.min_events &&
           count.others >= rules_.min_others;
  }

  std::uint32_t state(std::size_t k, Phase phase, std::uint32_t bin) const noexcept {
    return static_cast<std::uint32_t>((k * phases_ + phase) * bins_.size() + bin);
  }
  void take_better(std::size_t k, std::uint32_t bin, std::uint32_t& best) const noexcept;
  void join(std::size_t k, Phase phase, std::uint32_t bin, std::uint32_t before) noexcept;
  void sweep_any(const List& ends, const List& starts, std::size_t k) noexcept;
  void sweep_up(const List& ends, const List& starts, std::size_t k) noexcept;
  void sweep_down(const List& ends, const List& starts, std::size_t k) noexcept;
  std::uint32_t best_end() const noexcept;

  const PartitionRules& rules_;
  const StopFlag& stop_;
  std::uint32_t prebins_;
  std::size_t phases_;
  std::size_t depth_ = 0;
  std::vector<Bin> bins_;            // allowed ones, by share of events
  std::vector<List> starts_, ends_;  // bins by boundary
  std::vector<Chain> chains_;
};

void PartitionSearch::list_bins(const std::vector<ClassCount>& prebins, const ClassCount& total) {
  for (std::uint32_t begin = 0; begin < prebins_; ++begin) {
    stop_.poll();
    ClassCount count;
    for (std::uint32_t end = begin; end < prebins_;) {
      count.add(prebins[end++]);
      if (allowed(count)) bins_.push_back({begin, end, count, iv_of(count, total), 0});
    }
  }
  number_by_rate();
}

void PartitionSearch::number_by_rate() {
  std::sort(bins_.begin(), bins_.end(), [](const Bin& a, const Bin& b) {
    if (rate_less(a.count, b.count)) return true;
    if (rate_less(b.count, a.count)) return false;
    return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
  });
  starts_.resize(prebins_ + 1);
  ends_.resize(prebins_ + 1);
  for (std::uint32_t i = 0; i < bins_.size(); ++i) {
    const bool same = i > 0 && !rate_less(bins_[i - 1].count, bins_[i].count);
    bins_[i].rank = i == 0 ? 0 : bins_[i - 1].rank + (same ? 0 : 1);
    starts_[bins_[i].begin].push_back(i);
    ends_[bins_[i].end].push_back(i);
  }
}

// As many as there are rows for.
std::size_t PartitionSearch::most_bins(const std::vector<ClassCount>& prebins) const noexcept {
  const std::uint64_t least = std::max<std::uint64_t>(rules_.min_rows, 1);
  return static_cast<std::size_t>(sum(prebins).rows() / least);
}

// Makes `best` the better one of itself and the chains of k + 1 bins that end with `bin`, in either
// phase.
void PartitionSearch::take_better(std::size_t k, std::uint32_t bin,
                                  std::uint32_t& best) const noexcept {
  for (std::size_t phase = 0; phase < phases_; ++phase) {
    const std::uint32_t other = state(k, static_cast<Phase>(phase), bin);
    if (best == kNobody || chains_[other].value > chains_[best].value) best = other;
  }
}

void PartitionSearch::join(std::size_t k, Phase phase, std::uint32_t bin,
                           std::uint32_t before) noexcept {
  if (before == kNobody || chains_[before].value == kNone) return;
  chains_[state(k, phase, bin)] = {chains_[before].value + bins_[bin].iv, before};
}

void PartitionSearch::sweep_any(const List& ends, const List& starts, std::size_t k) noexcept {
  std::uint32_t best = kNobody;
  for (const std::uint32_t end : ends) take_better(k - 1, end, best);
  for (const std::uint32_t start : starts) join(k, kRise, start, best);
}

void PartitionSearch::sweep_up(const List& ends, const List& starts, std::size_t k) noexcept {
  std::uint32_t best = kNobody;
  auto end = ends.begin();
  for (const std::uint32_t start : starts) {
    for (; end != ends.end() && bins_[*end].rank < bins_[start].rank; ++end) {
      const std::uint32_t other = state(k - 1, kRise, *end);
      if (best == kNobody || chains_[other].value > chains_[best].value) best = other;
    }
    join(k, kRise, start, best);
  }
}

void PartitionSearch::sweep_down(const List& ends, const List& starts, std::size_t k) noexcept {
  std::uint32_t best = kNobody;
  auto end = ends.rbegin();
  for (auto start = starts.rbegin(); start != starts.rend(); ++start) {
    for (; end != ends.rend() && bins_[*end].rank > bins_[*start].rank; ++end)
      take_better(k - 1, *end, best);
    join(k, kFall, *start, best);
  }
}

// The fewest bins among equal values: the first.
std::uint32_t PartitionSearch::best_end() const noexcept {
  std::uint32_t best = kNobody;
  for (std::size_t k = 0; k < depth_; ++k)
    for (const std::uint32_t end : ends_[prebins_]) take_better(k, end, best);
  return best;
}

Partition PartitionSearch::best() {
  for (const std::uint32_t start : starts_[0])
    chains_[state(0, kRise, start)].value = bins_[start].iv;
  for (std::uint32_t boundary = 1; boundary < prebins_; ++boundary) {
    stop_.poll();
    const List &ends = ends_[boundary], &starts = starts_[boundary];
    for (std::size_t k = 1; k < depth_; ++k) {
      if (rules_.trend == Trend::kNone) {
        sweep_any(ends, starts, k);
      } else {
        sweep_up(ends, starts, k);
        if (rules_.trend == Trend::kPeak) sweep_down(ends, starts, k);
      }
    }
  }
  Partition result{{}, rules_.trend, kNone};
  std::uint32_t last = best_end();
  if (last == kNobody || chains_[last].value == kNone) return {{0}, rules_.trend, kNone};
  result.information_value = chains_[last].value;
  for (; last != kNobody; last = chains_[last].before)
    result.begins.push_back(bins_[last % bins_.size()].begin);
  std::reverse(result.begins.begin(), result.begins.end());
  return result;
}

std::vector<ClassCount> exchanged(const std::vector<ClassCount>& counts) {
  std::vector<ClassCount> result;
  for (const ClassCount& count : counts) result.push_back({count.others, count.events});
  return result;
}

// For trends that fall first: what falls for the events rises for the others.
Partition mirrored(const std::vector<ClassCount>& prebins, const ClassCount& total,
                   PartitionRules rules, Trend trend, const StopFlag& stop) {
  rules.trend = trend == Trend::kDescending ? Trend::kAscending : Trend::kPeak;
  std::swap(rules.min_events, rules.min_others);
  Partition found =
      PartitionSearch(exchanged(prebins), {total.others, total.events}, rules, stop).best();
  found.trend = trend;
  return found;
}

Partition search(const std::vector<ClassCount>& prebins, const ClassCount& total,
                 PartitionRules rules, Trend trend, const StopFlag& stop) {
  if (trend == Trend::kDescending || trend == Trend::kValley)
    return mirrored(prebins, total, rules, trend, stop);
  rules.trend = trend;
  return PartitionSearch(prebins, total, rules, stop).best();
}

}  // namespace

double iv_of(const ClassCount& bin, const ClassCount& total) noexcept {
  if (bin.rows() == 0 || total.events == 0 || total.others == 0) return 0.0;
  const auto share = [](std::uint64_t count, std::uint64_t all) {
    return (count == 0 ? 0.5 : static_cast<double>(count)) / static_cast<double>(all);
  };
  const double others = share(bin.others, total.others), events = share(bin.events, total.events);
  return (others - events) * natural_log(others / events);
}

Partition optimal_partition(const std::vector<ClassCount>& prebins, const ClassCount& total,
                            const PartitionRules& rules, const StopFlag& stop) {
  const bool both = rules.trend == Trend::kAuto;
  Partition best = search(prebins, total, rules, both ? Trend::kAscending : rules.trend, stop);
  if (both) {
    Partition falling = search(prebins, total, rules, Trend::kDescending, stop);
    if (falling.information_value > best.information_value) best = std::move(falling);
  }
  if (best.information_value == kNone) best.information_value = iv_of(sum(prebins), total);
  return best;
}

}  // namespace credit_risk
