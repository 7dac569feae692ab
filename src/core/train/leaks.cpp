#include "core/train/leaks.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include "core/metrics/compensated_sum.hpp"
#include "core/model/natural_log.hpp"
#include "core/train/binning/optimal_partition.hpp"
#include "core/train/data/number_sort.hpp"

namespace credit_risk {
namespace {

constexpr std::size_t kMostParts = 5;  // of the values that are known
constexpr double kSmoothing = 0.5;     // rows of each class added to a part
constexpr double kLeastGain = 1e-9;    // of purity
constexpr std::size_t kPollRows = 65536;

using Rows = std::vector<std::uint32_t>;

// Every second row of each class.
Rows half_of(const TrainingData& data, bool second) {
  Rows rows;
  bool next[2] = {false, false};
  for (std::uint32_t row = 0; row < data.rows(); ++row) {
    bool& odd = next[data.target[row]];
    if (odd == second) rows.push_back(row);
    odd = !odd;
  }
  return rows;
}

// Groups of rows in order, cut again and again where Gini impurity falls most.
class Cuts {
 public:
  explicit Cuts(const std::vector<ClassCount>& groups)
      : events_(groups.size() + 1, 0.0), rows_(groups.size() + 1, 0.0) {
    for (std::size_t i = 0; i < groups.size(); ++i) {
      events_[i + 1] = events_[i] + static_cast<double>(groups[i].events);
      rows_[i + 1] = rows_[i] + static_cast<double>(groups[i].rows());
    }
  }

  // The first group of each part.
  std::vector<std::size_t> begins() const {
    std::vector<Piece> pieces{best_cut(0, rows_.size() - 1)};
    while (pieces.size() < kMostParts) {
      const auto best =
          std::max_element(pieces.begin(), pieces.end(),
                           [](const Piece& a, const Piece& b) { return a.gain < b.gain; });
      if (!(best->gain > kLeastGain)) break;
      const Piece piece = *best;
      *best = best_cut(piece.begin, piece.at);
      pieces.push_back(best_cut(piece.at, piece.end));
    }
    std::vector<std::size_t> result;
    for (const Piece& piece : pieces) result.push_back(piece.begin);
    std::sort(result.begin(), result.end());
    return result;
  }

 private:
  struct Piece {
    std::size_t begin, end, at;
    double gain;
  };

  double purity(std::size_t begin, std::size_t end) const {
    const double events = events_[end] - events_[begin];
    return events * events / (rows_[end] - rows_[begin]);
  }

  Piece best_cut(std::size_t begin, std::size_t end) const {
    Piece piece{begin, end, begin, 0.0};
    if (end - begin < 2) return piece;
    const double whole = purity(begin, end);
    for (std::size_t at = begin + 1; at < end; ++at) {
      const double gain = purity(begin, at) + purity(at, end) - whole;
      if (gain > piece.gain) piece.at = at, piece.gain = gain;
    }
    return piece;
  }

  std::vector<double> events_, rows_;  // before each group
};

// The values of a column in a few parts, missing ones and texts that its rows lack in one each.
class Parts {
 public:
  Parts(const TrainingData& data, const Column& column, const Rows& rows, const StopFlag& stop)
      : column_(column) {
    if (column.feature.kind == FeatureKind::kCategorical)
      part_texts(data, rows);
    else
      part_numbers(data, rows, stop);
    counts_.resize(count());
    for (const std::uint32_t row : rows) add(counts_[find(column.values[row])], data.target[row]);
  }

  static void add(ClassCount& count, std::uint8_t event) {
    ++(event != 0 ? count.events : count.others);
  }

  std::size_t count() const noexcept { return known_ + 2; }
  const std::vector<ClassCount>& counts() const noexcept { return counts_; }

  std::size_t find(double value) const {
    if (std::isnan(value)) return known_;
    if (column_.feature.kind == FeatureKind::kCategorical)
      return of_code_[static_cast<std::size_t>(value)];
    return static_cast<std::size_t>(std::upper_bound(begins_.begin() + 1, begins_.end(), value) -
                                    begins_.begin()) -
           1;
  }

 private:
  void part_numbers(const TrainingData& data, const Rows& rows, const StopFlag& stop) {
    std::vector<double> of[2];
    for (const std::uint32_t row : rows)
      if (!std::isnan(column_.values[row])) of[data.target[row]].push_back(column_.values[row]);
    for (std::vector<double>& values : of) sort_numbers(values, stop);
    std::vector<double> values;
    std::vector<ClassCount> groups;
    for (std::size_t i = 0, j = 0; i < of[0].size() || j < of[1].size();) {
      const bool event = i == of[0].size() || (j < of[1].size() && of[1][j] < of[0][i]);
      const double value = event ? of[1][j] : of[0][i];
      values.push_back(value);
      groups.emplace_back();
      for (; i < of[0].size() && of[0][i] == value; ++i) ++groups.back().others;
      for (; j < of[1].size() && of[1][j] == value; ++j) ++groups.back().events;
    }
    begins_.assign(1, -std::numeric_limits<double>::infinity());
    if (!groups.empty()) {
      for (const std::size_t begin : Cuts(groups).begins())
        if (begin > 0) begins_.push_back(values[begin]);
    }
    known_ = begins_.size();
  }

  void part_texts(const TrainingData& data, const Rows& rows) {
    std::vector<ClassCount> counts(column_.feature.categories.size());
    for (const std::uint32_t row : rows) {
      const double code = column_.values[row];
      if (!std::isnan(code)) add(counts[static_cast<std::size_t>(code)], data.target[row]);
    }
    std::vector<std::uint32_t> seen;
    for (std::uint32_t code = 0; code < counts.size(); ++code)
      if (counts[code].rows() > 0) seen.push_back(code);
    std::stable_sort(seen.begin(), seen.end(), [&](std::uint32_t a, std::uint32_t b) {
      return counts[a].events * counts[b].rows() < counts[b].events * counts[a].rows();
    });
    std::vector<ClassCount> groups;
    for (const std::uint32_t code : seen) groups.push_back(counts[code]);
    std::vector<std::size_t> begins(1, 0);
    if (!groups.empty()) begins = Cuts(groups).begins();
    known_ = begins.size();
    of_code_.assign(counts.size(), known_ + 1);
    for (std::size_t i = 0; i < seen.size(); ++i) {
      const auto above = std::upper_bound(begins.begin(), begins.end(), i);
      of_code_[seen[i]] = static_cast<std::size_t>(above - begins.begin()) - 1;
    }
  }

  const Column& column_;
  std::size_t known_ = 0;             // parts of known values; then missing, then unseen texts
  std::vector<double> begins_;        // of numbers: the least value of each part
  std::vector<std::size_t> of_code_;  // of texts
  std::vector<ClassCount> counts_;
};

// Where a row's score is the share of events that its part had in the other half.
double auc_of(const std::vector<ClassCount>& told, const std::vector<ClassCount>& counts) {
  ClassCount all, total;
  for (const ClassCount& count : told) all.add(count);
  for (const ClassCount& count : counts) total.add(count);
  const auto score = [&](std::size_t i) {
    const ClassCount& from = told[i].rows() == 0 ? all : told[i];
    return static_cast<double>(from.events) / static_cast<double>(from.rows());
  };
  std::vector<std::size_t> order(counts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return score(a) < score(b); });
  double ordered = 0, safer = 0;  // pairs of an event and a safer row; rows of a lower score
  for (std::size_t first = 0, last = 0; first < order.size(); first = last) {
    ClassCount equal;
    for (; last < order.size() && score(order[last]) == score(order[first]); ++last)
      equal.add(counts[order[last]]);
    const auto others = static_cast<double>(equal.others);
    ordered += static_cast<double>(equal.events) * (safer + others / 2);
    safer += others;
  }
  return ordered / (static_cast<double>(total.events) * static_cast<double>(total.others));
}

double information_of(const std::vector<ClassCount>& counts) {
  ClassCount total;
  for (const ClassCount& count : counts) total.add(count);
  const double added = kSmoothing * static_cast<double>(counts.size());
  CompensatedSum sum;
  for (const ClassCount& count : counts) {
    const double events = (static_cast<double>(count.events) + kSmoothing) /
                          (static_cast<double>(total.events) + added);
    const double others = (static_cast<double>(count.others) + kSmoothing) /
                          (static_cast<double>(total.others) + added);
    if (count.rows() > 0) sum.add((events - others) * natural_log(events / others));
  }
  return sum.value();
}

TellingFigures told_by(const Rows& known, const Rows& asked, const TrainingData& data,
                       const Column& column, const StopFlag& stop) {
  const Parts parts(data, column, known, stop);
  std::vector<ClassCount> counts(parts.count());
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (i % kPollRows == 0) stop.poll();
    Parts::add(counts[parts.find(column.values[asked[i]])], data.target[asked[i]]);
  }
  return {information_of(counts), auc_of(parts.counts(), counts)};
}

}  // namespace

TellingFigures telling_figures(const TrainingData& data, const Column& column,
                               const StopFlag& stop) {
  const Rows one = half_of(data, false), other = half_of(data, true);
  const TellingFigures first = told_by(one, other, data, column, stop);
  const TellingFigures second = told_by(other, one, data, column, stop);
  return {(first.information_value + second.information_value) / 2, (first.auc + second.auc) / 2};
}

}  // namespace credit_risk
