#include "core/train/binning/optimal_partition.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <limits>
#include <memory>
#include <numeric>
#include <utility>

#include "core/model/natural_log.hpp"

namespace credit_risk {
namespace {

constexpr double kNone = -std::numeric_limits<double>::infinity();

struct Bin {
  std::uint32_t begin, end;  // prebins
  ClassCount count;
};

struct RankedBin {
  std::uint32_t rank;  // of the share of events, equal for equal shares
  std::uint32_t bin;
};

// The bins that the rules allow.
struct Candidates {
  std::uint32_t prebins;
  std::vector<Bin> bins;           // by begin, then by end
  std::vector<RankedBin> by_rate;  // by share of events, then as above
};

ClassCount sum(const std::vector<ClassCount>& counts) {
  ClassCount all;
  for (const ClassCount& count : counts) all.add(count);
  return all;
}

std::vector<Bin> allowed_bins(const std::vector<ClassCount>& prebins, const PartitionRules& rules,
                              const StopFlag& stop) {
  std::vector<Bin> bins;
  bins.reserve(prebins.size() * (prebins.size() + 1) / 2);
  for (std::uint32_t begin = 0; begin < prebins.size(); ++begin) {
    stop.poll();
    ClassCount count;
    for (std::uint32_t end = begin; end < prebins.size();) {
      count.add(prebins[end++]);
      if (count.rows() >= rules.min_rows && count.events >= rules.min_events &&
          count.others >= rules.min_others)
        bins.push_back({begin, end, count});
    }
  }
  return bins;
}

// Whole numbers in the order of the shares of events. Two shares of at most 2^b rows that differ do
// so by more than 2^-2b: as many binary digits tell them apart.
class RateKeys {
 public:
  explicit RateKeys(std::uint64_t rows) {
    while (rows >> row_bits_ != 0) ++row_bits_;
  }

  int bits() const noexcept { return 2 * row_bits_ + 1; }
  std::uint64_t key(const ClassCount& count) const noexcept {
    const std::uint64_t rows = std::max<std::uint64_t>(count.rows(), 1);
    if (3 * row_bits_ <= 64) return (count.events << (2 * row_bits_)) / rows;
    return static_cast<std::uint64_t>((static_cast<WideWord>(count.events) << (2 * row_bits_)) /
                                      rows);
  }

 private:
  __extension__ typedef unsigned __int128 WideWord;
  int row_bits_ = 0;
};

struct KeyedBin {
  std::uint64_t key;
  std::uint32_t bin;
};

// By the digits of the key; bins of equal keys stay in their order.
void sort_by_key(std::vector<KeyedBin>& bins, int bits) {
  constexpr int kDigitBits = 11;
  constexpr std::uint64_t kMask = (1u << kDigitBits) - 1;
  std::vector<KeyedBin> moved(bins.size());
  for (int shift = 0; shift < bits; shift += kDigitBits) {
    std::array<std::uint32_t, kMask + 1> place{};
    for (const KeyedBin& bin : bins) ++place[bin.key >> shift & kMask];
    std::uint32_t begin = 0;
    for (std::uint32_t& count : place) begin += std::exchange(count, begin);
    for (const KeyedBin& bin : bins) moved[place[bin.key >> shift & kMask]++] = bin;
    bins.swap(moved);
  }
}

std::vector<RankedBin> ranked(const std::vector<Bin>& bins, const RateKeys& keys) {
  std::vector<KeyedBin> keyed;
  keyed.reserve(bins.size());
  for (std::uint32_t i = 0; i < bins.size(); ++i) keyed.push_back({keys.key(bins[i].count), i});
  sort_by_key(keyed, keys.bits());
  std::vector<RankedBin> result;
  result.reserve(bins.size());
  for (std::size_t i = 0; i < keyed.size(); ++i) {
    const bool other = i > 0 && keyed[i].key != keyed[i - 1].key;
    result.push_back({i == 0 ? 0 : result.back().rank + (other ? 1 : 0), keyed[i].bin});
  }
  return result;
}

// Exchanges the classes. The lowest share is then the highest; bins of equal shares stay in their
// order.
void exchange_classes(Candidates& candidates) {
  for (Bin& bin : candidates.bins) std::swap(bin.count.events, bin.count.others);
  std::vector<RankedBin>& bins = candidates.by_rate;
  if (bins.empty()) return;
  const std::uint32_t most = bins.back().rank;
  std::reverse(bins.begin(), bins.end());
  for (auto first = bins.begin(); first != bins.end();) {
    const auto last = std::find_if(first, bins.end(),
                                   [&](const RankedBin& bin) { return bin.rank != first->rank; });
    std::reverse(first, last);
    first = last;
  }
  for (RankedBin& bin : bins) bin.rank = most - bin.rank;
}

struct Shares {
  double others, events;
};

Shares shares_of(const ClassCount& bin, const ClassCount& total) noexcept {
  const auto share = [](std::uint64_t count, std::uint64_t all) {
    return (count == 0 ? 0.5 : static_cast<double>(count)) / static_cast<double>(all);
  };
  return {share(bin.others, total.others), share(bin.events, total.events)};
}

// iv_of() of each.
std::vector<double> information_values(const std::vector<Bin>& bins, const ClassCount& total) {
  constexpr std::size_t kBatch = 256;
  std::vector<double> result(bins.size(), 0.0);
  if (total.events == 0 || total.others == 0) return result;
  double difference[kBatch], ratio[kBatch], logarithm[kBatch];
  for (std::size_t first = 0; first < bins.size(); first += kBatch) {
    const std::size_t count = std::min(kBatch, bins.size() - first);
    for (std::size_t i = 0; i < count; ++i) {
      const Shares shares = shares_of(bins[first + i].count, total);
      difference[i] = shares.others - shares.events;
      ratio[i] = shares.others / shares.events;
    }
    natural_log(ratio, count, logarithm);
    for (std::size_t i = 0; i < count; ++i) {
      if (bins[first + i].count.rows() > 0) result[first + i] = difference[i] * logarithm[i];
    }
  }
  return result;
}

// On the way of a trend: kRise for one that only rises, or does not matter; kFall behind a peak.
enum Phase : std::uint8_t { kRise = 0, kFall = 1 };

// Trends kNone, kAscending and kPeak; the others are these with the classes exchanged.
//
// chains(phase, i)[k]: the value of the best chain of k + 1 bins whose last is bin i. Those that
// begin or end at a boundary are listed by their share of events, so that one sweep over both lists
// finds the best chains before each, for all k at once. What a chain consists of is found
// afterwards by looking for the bin before from its end on.
class PartitionSearch {
 public:
  PartitionSearch(const Candidates& candidates, const ClassCount& total, Trend trend,
                  std::size_t depth, const StopFlag& stop)
      : bins_(candidates.bins),
        stop_(stop),
        trend_(trend),
        prebins_(candidates.prebins),
        depth_(depth),
        parts_((depth - 1 + kLanes - 1) / kLanes),
        stride_(parts_ * kLanes + 1),
        values_(information_values(bins_, total)),
        starts_(candidates, [](const Bin& bin) { return bin.begin; }),
        ends_(candidates, [](const Bin& bin) { return bin.end; }),
        best_(stride_) {}

  Partition best();

 private:
  static constexpr std::size_t kLanes = 2;
  typedef double Real __attribute__((vector_size(8 * kLanes), aligned(8), may_alias));

  // Bins by a boundary of theirs, by rate each.
  class Lists {
   public:
    template <class Boundary>
    Lists(const Candidates& candidates, Boundary boundary)
        : begins_(candidates.prebins + 2, 0), bins_(candidates.bins.size()) {
      for (const Bin& bin : candidates.bins) ++begins_[boundary(bin) + 1];
      std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
      std::vector<std::uint32_t> place = begins_;
      for (const RankedBin& bin : candidates.by_rate)
        bins_[place[boundary(candidates.bins[bin.bin])]++] = bin;
    }
    const RankedBin* begin(std::uint32_t boundary) const noexcept {
      return bins_.data() + begins_[boundary];
    }
    const RankedBin* end(std::uint32_t boundary) const noexcept { return begin(boundary + 1); }

   private:
    std::vector<std::uint32_t> begins_;
    std::vector<RankedBin> bins_;
  };

  // A chain of k + 1 bins by its last one.
  struct State {
    double value;
    RankedBin last;
    Phase phase;
    std::size_t k;
  };

  double* chains(Phase phase, std::uint32_t bin) const noexcept {
    return chains_.get() + (phase * bins_.size() + bin) * stride_;
  }
  void start_chains();
  void take(Phase phase, std::uint32_t bin) noexcept;
  void put(Phase phase, std::uint32_t bin) noexcept;
  template <class Iterator, class Fits>
  void sweep(Iterator ends, Iterator ends_end, Iterator starts, Iterator starts_end, Phase phase,
             Fits fits) noexcept;
  void sweep_boundary(std::uint32_t boundary) noexcept;
  State best_end() const noexcept;
  State before(const State& state) const noexcept;
  void choose(State& best, Phase phase, const RankedBin& bin, std::size_t k) const noexcept;

  const std::vector<Bin>& bins_;
  const StopFlag& stop_;
  const Trend trend_;
  const std::uint32_t prebins_;
  const std::size_t depth_, parts_, stride_;  // parts: of lanes, without the last k
  const std::vector<double> values_;          // of each bin
  const Lists starts_, ends_;
  std::unique_ptr<double[]> chains_;  // all are written before they are read
  std::vector<double> best_;          // so far in a sweep, by k
};

// Those of one bin, whatever the trend.
void PartitionSearch::start_chains() {
  const std::size_t phases = trend_ == Trend::kPeak ? 2 : 1;
  chains_.reset(new double[phases * bins_.size() * stride_]);
  for (const RankedBin* start = starts_.begin(0); start != starts_.end(0); ++start) {
    for (std::size_t phase = 0; phase < phases; ++phase)
      std::fill_n(chains(static_cast<Phase>(phase), start->bin), stride_, kNone);
    chains(kRise, start->bin)[0] = values_[start->bin];
  }
}

void PartitionSearch::take(Phase phase, std::uint32_t bin) noexcept {
  const double* const chain = chains(phase, bin);
  for (std::size_t part = 0; part < parts_; ++part) {
    const Real value = *reinterpret_cast<const Real*>(chain + part * kLanes);
    Real& best = *reinterpret_cast<Real*>(best_.data() + part * kLanes);
    best = value > best ? value : best;
  }
}

void PartitionSearch::put(Phase phase, std::uint32_t bin) noexcept {
  double* const chain = chains(phase, bin);
  chain[0] = kNone;
  for (std::size_t part = 0; part < parts_; ++part) {
    *reinterpret_cast<Real*>(chain + 1 + part * kLanes) =
        *reinterpret_cast<const Real*>(best_.data() + part * kLanes) + values_[bin];
  }
}

// From end to end as long as it fits before the start at hand, from start to start.
template <class Iterator, class Fits>
void PartitionSearch::sweep(Iterator ends, Iterator ends_end, Iterator starts, Iterator starts_end,
                            Phase phase, Fits fits) noexcept {
  std::fill(best_.begin(), best_.end(), kNone);
  for (; starts != starts_end; ++starts) {
    for (; ends != ends_end && fits(ends->rank, starts->rank); ++ends) {
      take(kRise, ends->bin);
      if (phase == kFall) take(kFall, ends->bin);
    }
    put(phase, starts->bin);
  }
}

void PartitionSearch::sweep_boundary(std::uint32_t boundary) noexcept {
  const RankedBin *ends = ends_.begin(boundary), *ends_end = ends_.end(boundary);
  const RankedBin *starts = starts_.begin(boundary), *starts_end = starts_.end(boundary);
  if (trend_ == Trend::kNone)
    return sweep(ends, ends_end, starts, starts_end, kRise, [](auto, auto) { return true; });
  sweep(ends, ends_end, starts, starts_end, kRise, std::less<>());
  if (trend_ != Trend::kPeak) return;
  using Down = std::reverse_iterator<const RankedBin*>;
  sweep(Down(ends_end), Down(ends), Down(starts_end), Down(starts), kFall, std::greater<>());
}

// Makes `best` the better one of itself and the best chain of k + 1 bins that ends so.
void PartitionSearch::choose(State& best, Phase phase, const RankedBin& bin,
                             std::size_t k) const noexcept {
  const double value = chains(phase, bin.bin)[k];
  if (value > best.value) best = {value, bin, phase, k};
}

// The fewest bins among equal values: the first.
PartitionSearch::State PartitionSearch::best_end() const noexcept {
  State best{kNone, {}, kRise, 0};
  for (std::size_t k = 0; k < depth_; ++k) {
    for (const RankedBin* end = ends_.begin(prebins_); end != ends_.end(prebins_); ++end) {
      choose(best, kRise, *end, k);
      if (trend_ == Trend::kPeak) choose(best, kFall, *end, k);
    }
  }
  return best;
}

// The first of the best in the order of the sweep.
PartitionSearch::State PartitionSearch::before(const State& state) const noexcept {
  const std::uint32_t boundary = bins_[state.last.bin].begin, rank = state.last.rank;
  const RankedBin *const begin = ends_.begin(boundary), *const end = ends_.end(boundary);
  State best{kNone, {}, kRise, 0};
  if (state.phase == kFall) {
    for (const RankedBin* one = end; one != begin && one[-1].rank > rank; --one) {
      choose(best, kRise, one[-1], state.k - 1);
      choose(best, kFall, one[-1], state.k - 1);
    }
    return best;
  }
  for (const RankedBin* one = begin; one != end; ++one) {
    if (trend_ == Trend::kNone || one->rank < rank) choose(best, kRise, *one, state.k - 1);
  }
  return best;
}

Partition PartitionSearch::best() {
  start_chains();
  for (std::uint32_t boundary = 1; boundary < prebins_; ++boundary) {
    stop_.poll();
    sweep_boundary(boundary);
  }
  State state = best_end();
  if (state.value == kNone) return {{0}, trend_, kNone};
  Partition result{{bins_[state.last.bin].begin}, trend_, state.value};
  while (state.k > 0) {
    state = before(state);
    result.begins.push_back(bins_[state.last.bin].begin);
  }
  std::reverse(result.begins.begin(), result.begins.end());
  return result;
}

// As many as there are rows for.
std::size_t most_bins(const std::vector<ClassCount>& prebins, const PartitionRules& rules) {
  const std::uint64_t least = std::max<std::uint64_t>(rules.min_rows, 1);
  const auto most = static_cast<std::size_t>(sum(prebins).rows() / least);
  return std::max<std::size_t>(std::min({rules.max_bins, prebins.size(), most}), 1);
}

class TrendSearch {
 public:
  TrendSearch(const std::vector<ClassCount>& prebins, const ClassCount& total,
              const PartitionRules& rules, const StopFlag& stop)
      : total_(total), depth_(most_bins(prebins, rules)), stop_(stop) {
    candidates_.prebins = static_cast<std::uint32_t>(prebins.size());
    candidates_.bins = allowed_bins(prebins, rules, stop);
    candidates_.by_rate = ranked(candidates_.bins, RateKeys(sum(prebins).rows()));
  }

  // For trends that fall first: what falls for the events rises for the others.
  Partition best(Trend trend) {
    const bool exchanged = trend == Trend::kDescending || trend == Trend::kValley;
    if (exchanged != exchanged_) {
      exchange_classes(candidates_);
      std::swap(total_.events, total_.others);
      exchanged_ = exchanged;
    }
    const Trend rising = trend == Trend::kDescending ? Trend::kAscending
                         : trend == Trend::kValley   ? Trend::kPeak
                                                     : trend;
    Partition found = PartitionSearch(candidates_, total_, rising, depth_, stop_).best();
    found.trend = trend;
    return found;
  }

 private:
  ClassCount total_;
  const std::size_t depth_;
  const StopFlag& stop_;
  Candidates candidates_;
  bool exchanged_ = false;
};

}  // namespace

double iv_of(const ClassCount& bin, const ClassCount& total) noexcept {
  if (bin.rows() == 0 || total.events == 0 || total.others == 0) return 0.0;
  const Shares shares = shares_of(bin, total);
  return (shares.others - shares.events) * natural_log(shares.others / shares.events);
}

Partition optimal_partition(const std::vector<ClassCount>& prebins, const ClassCount& total,
                            const PartitionRules& rules, const StopFlag& stop) {
  const bool both = rules.trend == Trend::kAuto;
  TrendSearch search(prebins, total, rules, stop);
  Partition best = search.best(both ? Trend::kAscending : rules.trend);
  if (both) {
    Partition falling = search.best(Trend::kDescending);
    if (falling.information_value > best.information_value) best = std::move(falling);
  }
  if (best.information_value == kNone) best.information_value = iv_of(sum(prebins), total);
  return best;
}

}  // namespace credit_risk
