#include "core/train/binning/prebins.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace credit_risk {
namespace {

constexpr std::size_t kRowsPerPoll = 0xFFFF;

struct Labelled {
  double value;
  std::uint8_t event;
};

void count(ClassCount& into, std::uint8_t event) noexcept {
  ++(event != 0 ? into.events : into.others);
}

// The values that are neither missing nor special; those are counted.
std::vector<Labelled> plain_values(const Column& column, const std::vector<std::uint8_t>& target,
                                   const std::vector<std::uint32_t>& rows,
                                   const std::vector<double>& specials, Prebins& result) {
  std::vector<Labelled> values;
  values.reserve(rows.size());
  result.specials.resize(specials.size());
  for (const std::uint32_t row : rows) {
    const double value = column.values[row];
    const auto special = std::find(specials.begin(), specials.end(), value);
    if (std::isnan(value)) {
      count(result.missing, target[row]);
    } else if (special != specials.end()) {
      count(result.specials[static_cast<std::size_t>(special - specials.begin())], target[row]);
    } else {
      values.push_back({value, target[row]});
    }
  }
  return values;
}

void sort_by_value(std::vector<Labelled>& values, const StopFlag& stop) {
  std::size_t ticks = 0;
  std::sort(values.begin(), values.end(), [&](const Labelled& a, const Labelled& b) {
    if ((++ticks & kRowsPerPoll) == 0) stop.poll();
    return a.value < b.value;
  });
}

// A prebin for each value.
void count_values(const std::vector<Labelled>& sorted, Prebins& result) {
  for (const Labelled& one : sorted) {
    if (result.least.empty() || result.least.back() != one.value) {
      result.least.push_back(one.value);
      result.counts.emplace_back();
    }
    count(result.counts.back(), one.event);
  }
  result.greatest = result.least;
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
      : values_(values), least_(std::max<std::uint64_t>(least, 1)), stop_(stop), cut_(cut) {}

  void mark() {
    std::vector<std::pair<std::size_t, std::size_t>> left{{0, values_.size()}};
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
  static constexpr int kMostTreeCuts = 100;

  // The place of least impurity, that is of the greatest sum of events^2 / rows; `begin` for none.
  std::size_t best_split(std::size_t begin, std::size_t end) const {
    ClassCount all, left;
    for (std::size_t i = begin; i < end; ++i) all.add(values_[i]);
    double best = purity(all) * (1 + 1e-12);
    std::size_t place = begin;
    for (std::size_t i = begin; i + 1 < end; ++i) {
      if ((i & kRowsPerPoll) == 0) stop_.poll();
      left.add(values_[i]);
      const ClassCount right{all.events - left.events, all.others - left.others};
      if (left.rows() < least_ || right.rows() < least_) continue;
      const double value = purity(left) + purity(right);
      if (value <= best) continue;
      best = value;
      place = i + 1;
    }
    return place;
  }

  static double purity(const ClassCount& count) noexcept {
    const auto events = static_cast<double>(count.events);
    return events * events / static_cast<double>(count.rows());
  }

  const std::vector<ClassCount>& values_;
  std::uint64_t least_;
  const StopFlag& stop_;
  std::vector<bool>& cut_;
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
    result.greatest.back() = values.greatest[i];
  }
  return result;
}

void count_numbers(std::vector<Labelled> values, std::size_t rows, const BinningParams& params,
                   Prebins& result, const StopFlag& stop) {
  sort_by_value(values, stop);
  count_values(values, result);
  const auto prebins = static_cast<std::uint64_t>(params.prebins);
  if (result.counts.size() <= prebins) return;
  std::vector<bool> cut(result.counts.size());
  mark_quantiles(result.counts, (values.size() + prebins - 1) / prebins, cut);
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
