#include "core/metrics/comparison/delong.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/metrics/compensated_sum.hpp"
#include "core/metrics/normal.hpp"
#include "core/metrics/ranked_points.hpp"

namespace credit_risk {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
constexpr double kZ = 1.959963984540054;  // of 95 %

using Values = std::vector<double>;

// "T_Z" in Sun and Xu: the ranks of `scores` among themselves from 1, equal ones sharing their
// mean.
Values midranks(const double* scores, std::size_t count, const StopFlag& stop) {
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0u);
  std::size_t ticks = 0;
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    if ((++ticks & kRowsPerPoll) == 0) stop.poll();
    return scores[a] < scores[b];
  });
  Values ranks(count);
  for (std::size_t i = 0; i < count;) {
    std::size_t end = i;
    while (end < count && scores[order[end]] == scores[order[i]]) ++end;
    const double rank = 0.5 * static_cast<double>(i + end + 1);
    for (; i < end; ++i) ranks[order[i]] = rank;
  }
  return ranks;
}

// The structural components of one score, others first as in the rows: for each row the share of
// the other class that it wins against. Their mean over a class is the AUC.
struct Components {
  double auc;
  Values share;  // "V01" and "V10" in DeLong
};

Components components(const Values& scores, std::size_t others, const StopFlag& stop) {
  const std::size_t events = scores.size() - others;
  const Values pooled = midranks(scores.data(), scores.size(), stop);
  const Values among_others = midranks(scores.data(), others, stop);
  const Values among_events = midranks(scores.data() + others, events, stop);
  Components result{0, Values(scores.size())};
  CompensatedSum sum;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (i < others) {
      result.share[i] = 1 - (pooled[i] - among_others[i]) / static_cast<double>(events);
    } else {
      const double won = pooled[i] - among_events[i - others];
      result.share[i] = won / static_cast<double>(others);
      sum.add(won);
    }
  }
  result.auc = sum.value() / (static_cast<double>(events) * static_cast<double>(others));
  return result;
}

// The variance of the mean of `count` values.
double variance_of_mean(const double* values, std::size_t count) {
  if (count < 2) return kUndefined;
  const auto n = static_cast<double>(count);
  CompensatedSum sum, squares;
  for (std::size_t i = 0; i < count; ++i) sum.add(values[i]);
  const double mean = sum.value() / n;
  for (std::size_t i = 0; i < count; ++i) squares.add((values[i] - mean) * (values[i] - mean));
  return squares.value() / (n - 1) / n;
}

double standard_error(const Values& shares, std::size_t others) {
  return std::sqrt(variance_of_mean(shares.data(), others) +
                   variance_of_mean(shares.data() + others, shares.size() - others));
}

std::size_t count_others(const PairedRows& sorted) {
  return static_cast<std::size_t>(
      std::count(sorted.label().begin(), sorted.label().end(), std::uint8_t{0}));
}

bool one_class(const PairedRows& rows, std::size_t others) {
  return others == 0 || others == rows.size();
}

}  // namespace

AucEstimate auc_estimate(const PairedRows& rows, const StopFlag& stop) {
  const PairedRows sorted = rows.sorted(stop);
  const std::size_t others = count_others(sorted);
  if (one_class(sorted, others)) return {kUndefined, kUndefined, {kUndefined, kUndefined}};
  const Components parts = components(sorted.first(), others, stop);
  const double error = standard_error(parts.share, others);
  if (std::isnan(error)) return {parts.auc, kUndefined, {kUndefined, kUndefined}};
  return {parts.auc,
          error,
          {std::max(parts.auc - kZ * error, 0.0), std::min(parts.auc + kZ * error, 1.0)}};
}

AucComparison auc_comparison(const PairedRows& rows, const StopFlag& stop) {
  const PairedRows sorted = rows.sorted(stop);
  const std::size_t others = count_others(sorted);
  AucComparison result{kUndefined,
                       kUndefined,
                       kUndefined,
                       kUndefined,
                       kUndefined,
                       kUndefined,
                       {kUndefined, kUndefined}};
  if (one_class(sorted, others)) return result;
  const Components first = components(sorted.first(), others, stop);
  const Components second = components(sorted.second(), others, stop);
  result.first = first.auc;
  result.second = second.auc;
  result.difference = first.auc - second.auc;
  // The variance of the differences is Var(first) + Var(second) - 2 Cov, and exactly 0 where the
  // scores rank alike.
  Values difference(sorted.size());
  for (std::size_t i = 0; i < difference.size(); ++i) {
    difference[i] = first.share[i] - second.share[i];
  }
  result.standard_error = standard_error(difference, others);
  if (std::isnan(result.standard_error)) return result;
  result.interval = {result.difference - kZ * result.standard_error,
                     result.difference + kZ * result.standard_error};
  if (result.standard_error == 0) return result;
  result.z = result.difference / result.standard_error;
  result.p_value = normal_two_sided(result.z);
  return result;
}

}  // namespace credit_risk
