#include "core/train/binning/prebins.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/train/data/number_sort.hpp"

namespace credit_risk {
namespace {

constexpr std::size_t kRowsPerPoll = 0xFFFF;

using Values = std::vector<double>;

// Those of one feature, of the rows without the event and of those with it.
struct ClassValues {
  Values of[2];
};

void count(ClassCount& into, std::uint8_t event) noexcept {
  ++(event != 0 ? into.events : into.others);
}

// The values that are neither missing nor special; those are counted.
ClassValues plain_values(const Column& column, const std::vector<std::uint8_t>& target,
                         const std::vector<std::uint32_t>& rows,
                         const std::vector<double>& specials, Prebins& result) {
  ClassValues values;
  result.specials.resize(specials.size());
  for (const std::uint32_t row : rows) {
    const double value = column.values[row];
    const auto special = std::find(specials.begin(), specials.end(), value);
    if (std::isnan(value)) {
      count(result.missing, target[row]);
    } else if (special != specials.end()) {
      count(result.specials[static_cast<std::size_t>(special - specials.begin())], target[row]);
    } else {
      values.of[target[row] != 0].push_back(value);
    }
  }
  return values;
}

// A prebin for each value.
void count_values(const ClassValues& sorted, Prebins& result, const StopFlag& stop) {
  const Values &others = sorted.of[0], &events = sorted.of[1];
  // Room that is not filled takes no memory.
  result.least.reserve(others.size() + events.size());
  result.counts.reserve(others.size() + events.size());
  for (std::size_t i = 0, j = 0; i < others.size() || j < events.size();) {
    if ((result.least.size() & kRowsPerPoll) == 0) stop.poll();
    const bool other = j == events.size() || (i < others.size() && others[i] < events[j]);
    const double value = other ? others[i] : events[j];
    const std::size_t first_other = i, first_event = j;
    while (i < others.size() && others[i] == value) ++i;
    while (j < events.size() && events[j] == value) ++j;
    result.least.push_back(value);
    result.counts.push_back({j - first_event, i - first_other});
  }
}

// Where each prebin holds its part of the rows, cut before the values that are marked.
void mark_quantiles(const std::vector<ClassCount>& values, std::uint64_t part,
                    std::vector<bool>& cut) {
  std::uint64_t open = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (open == 0 || open >= part || values[i].rows() >= part) {
      cut[i] = true;
      open = 0;
    }
    open += values[i].rows();
  }
}

// Splits values begin .. end - 1 as a decision tree by Gini impurity does, both sides of at least
// `least` rows, and marks the splits. So exact cuts are there where quantiles alone are too coarse.
class TreeCuts {
 public:
  TreeCuts(const std::vector<ClassCount>& values, std::uint64_t least, const StopFlag& stop,
           std::vector<bool>& cut)
      : least_(static_cast<Count>(std::max<std::uint64_t>(least, 1))), stop_(stop), cut_(cut) {
    events_.reserve(values.size() + 1);
    rows_.reserve(values.size() + 1);
    events_.push_back(0);
    rows_.push_back(0);
    for (const ClassCount& value : values) {
      events_.push_back(events_.back() + static_cast<Count>(value.events));
      rows_.push_back(rows_.back() + static_cast<Count>(value.rows()));
    }
  }

  void mark() {
    std::vector<std::pair<std::size_t, std::size_t>> left{{0, rows_.size() - 1}};
    for (int splits = 0; !left.empty() && splits < kMostTreeCuts;) {
      const auto [begin, end] = left.back();
      left.pop_back();
      const std::size_t at = best_split(begin, end);
      if (at == begin) continue;
      cut_[at] = true;
      ++splits;
      left.emplace_back(begin, at);
      left.emplace_back(at, end);
    }
  }

 private:
  using Count = std::int32_t;  // kMaxTrainingRows at most
  static constexpr int kMostTreeCuts = 100;
  static constexpr std::size_t kBlock = 64;  // places that are passed over together

  // The place of least impurity, that is of the greatest sum of events^2 / rows; `begin` for none.
  std::size_t best_split(std::size_t begin, std::size_t end) const {
    if (rows_[end] - rows_[begin] < 2 * static_cast<std::int64_t>(least_)) return begin;
    const auto from =
        std::lower_bound(rows_.begin() + begin, rows_.begin() + end, rows_[begin] + least_);
    const auto to = std::upper_bound(from, rows_.begin() + end, rows_[end] - least_);
    double best = purity(events_[end] - events_[begin], rows_[end] - rows_[begin]) * (1 + 1e-12);
    std::size_t place = begin;
    const Range range{begin, end};
    const auto first = static_cast<std::size_t>(from - rows_.begin());
    const auto last = static_cast<std::size_t>(to - rows_.begin());
    const double attained = best_of_sample(range, first, last);
    for (std::size_t at = first; at < last; at += kBlock) {
      stop_.poll();
      const std::size_t count = std::min(kBlock, last - at);
      const double most = bound(range, at, at + count - 1);
      if (most > best && most >= attained) take_best(range, at, count, best, place);
    }
    return place;
  }

  struct Range {
    std::size_t begin, end;
  };

  double value(const Range& range, std::size_t at) const noexcept {
    return purity(events_[at] - events_[range.begin], rows_[at] - rows_[range.begin]) +
           purity(events_[range.end] - events_[at], rows_[range.end] - rows_[at]);
  }

  double best_of_sample(const Range& range, std::size_t first, std::size_t last) const noexcept {
    double best = 0;
    for (std::size_t at = first; at < last; at += kBlock) best = std::max(best, value(range, at));
    return best;
  }

  // At least the value of every place from the first to the last one, rounding included: each
  // operation rises with the events and falls with the rows.
  double bound(const Range& range, std::size_t first, std::size_t last) const noexcept {
    return purity(events_[last] - events_[range.begin], rows_[first] - rows_[range.begin]) +
           purity(events_[range.end] - events_[first], rows_[range.end] - rows_[last]);
  }

  // Of `count` places from `at` on.
  void take_best(const Range& range, std::size_t at, std::size_t count, double& best,
                 std::size_t& place) const noexcept {
    for (const std::size_t end = at + count; at < end; ++at) {
      const double here = value(range, at);
      if (here <= best) continue;
      best = here;
      place = at;
    }
  }

  static double purity(Count events_count, Count rows) noexcept {
    const auto events = static_cast<double>(events_count);
    return events * events / static_cast<double>(rows);
  }

  const Count least_;
  const StopFlag& stop_;
  std::vector<bool>& cut_;
  std::vector<Count> events_, rows_;  // of the values before each place
};

Prebins joined(const Prebins& values, const std::vector<bool>& cut) {
  Prebins result;
  for (std::size_t i = 0; i < values.counts.size(); ++i) {
    if (cut[i]) {
      result.counts.emplace_back();
      result.least.push_back(values.least[i]);
      result.greatest.push_back(values.least[i]);
    }
    result.counts.back().add(values.counts[i]);
    result.greatest.back() = values.least[i];
  }
  return result;
}

bool cut_apart(const ClassValues& sorted) {
  const Values &others = sorted.of[0], &events = sorted.of[1];
  if (others.empty() || events.empty()) return false;
  return others.back() < events.front() || events.back() < others.front();
}

bool grouped_apart(const std::vector<ClassCount>& counts) {
  ClassCount all;
  for (const ClassCount& count : counts) {
    if (count.events > 0 && count.others > 0) return false;
    all.add(count);
  }
  return all.events > 0 && all.others > 0;
}

void count_numbers(ClassValues values, std::size_t rows, const BinningParams& params,
                   Prebins& result, const StopFlag& stop) {
  const std::size_t known = values.of[0].size() + values.of[1].size();
  for (Values& of_class : values.of) sort_numbers(of_class, stop);
  count_values(values, result, stop);
  result.apart = cut_apart(values);
  values = {};
  const auto prebins = static_cast<std::uint64_t>(params.prebins);
  if (result.counts.size() <= prebins) {
    result.greatest = result.least;
    return;
  }
  std::vector<bool> cut(result.counts.size());
  mark_quantiles(result.counts, (known + prebins - 1) / prebins, cut);
  TreeCuts(result.counts, least_rows(params, rows), stop, cut).mark();
  Prebins narrow = joined(result, cut);
  result.counts = std::move(narrow.counts);
  result.least = std::move(narrow.least);
  result.greatest = std::move(narrow.greatest);
}

// Category by category, then by share of events.
void count_categories(const Column& column, const std::vector<std::uint8_t>& target,
                      const std::vector<std::uint32_t>& rows, double rare_share, Prebins& result) {
  std::vector<ClassCount> counts(column.feature.categories.size());
  for (const std::uint32_t row : rows) {
    const double code = column.values[row];
    count(std::isnan(code) ? result.missing : counts[static_cast<std::size_t>(code)], target[row]);
  }
  const double least = rare_share * static_cast<double>(rows.size());
  for (std::uint32_t code = 0; code < counts.size(); ++code) {
    const bool rare = counts[code].rows() == 0 || static_cast<double>(counts[code].rows()) < least;
    (rare ? result.rare_codes : result.codes).push_back(code);
    if (rare) result.unrecognized.add(counts[code]);
  }
  std::stable_sort(result.codes.begin(), result.codes.end(), [&](auto a, auto b) {
    return counts[a].events * counts[b].rows() < counts[b].events * counts[a].rows();
  });
  for (const std::uint32_t code : result.codes) result.counts.push_back(counts[code]);
  result.apart = grouped_apart(result.counts);
}

}  // namespace

ClassCount Prebins::total() const noexcept {
  ClassCount all = missing;
  all.add(unrecognized);
  for (const ClassCount& count : counts) all.add(count);
  for (const ClassCount& count : specials) all.add(count);
  return all;
}

Prebins count_prebins(const Column& column, const std::vector<std::uint8_t>& target,
                      const std::vector<std::uint32_t>& rows, const BinningParams& params,
                      const StopFlag& stop) {
  Prebins result;
  if (column.feature.kind == FeatureKind::kCategorical) {
    count_categories(column, target, rows, params.rare_share, result);
    return result;
  }
  count_numbers(plain_values(column, target, rows, params.specials, result), rows.size(), params,
                result, stop);
  return result;
}

}  // namespace credit_risk
