#include "core/metrics/comparison/bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.hpp"
#include "core/metrics/compensated_sum.hpp"
#include "core/metrics/probability_loss.hpp"
#include "core/metrics/ranking.hpp"
#include "core/random.hpp"

namespace credit_risk {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

struct NamedMetric {
  const char* name;
  Metric metric;
};

constexpr NamedMetric kMetrics[] = {
    {"roc_auc", Metric::kRocAuc},           {"gini", Metric::kGini},
    {"ks_statistic", Metric::kKsStatistic}, {"average_precision", Metric::kAveragePrecision},
    {"brier_score", Metric::kBrierScore},   {"log_loss", Metric::kLogLoss}};

using Counts = std::vector<std::uint32_t>;

// One score of the rows, made ready for many samples of them.
class SampledFigure {
 public:
  SampledFigure(const std::vector<std::uint8_t>& label, const std::vector<double>& score,
                Metric metric, const StopFlag& stop)
      : metric_(metric) {
    if (needs_probability(metric)) {
      make_losses(label, score);
    } else {
      rank(label, score, stop);
    }
  }

  // Of the rows, each counted so many times.
  double of(const Counts& times, const StopFlag& stop) {
    if (needs_probability(metric_)) return mean_loss(times);
    for (std::size_t i = 0; i < points_.size(); ++i) {
      points_[i].weight = static_cast<double>(times[row_[i]]);
    }
    switch (metric_) {
      case Metric::kGini:
        return 2 * roc_auc(points_, stop) - 1;
      case Metric::kKsStatistic:
        return ks_statistic(points_, stop);
      case Metric::kAveragePrecision:
        return average_precision(points_, stop);
      default:
        return roc_auc(points_, stop);
    }
  }

 private:
  void make_losses(const std::vector<std::uint8_t>& label, const std::vector<double>& score) {
    const auto loss = metric_ == Metric::kLogLoss ? logarithmic_loss : squared_loss;
    for (std::size_t i = 0; i < label.size(); ++i) losses_.push_back(loss(label[i] != 0, score[i]));
  }

  void rank(const std::vector<std::uint8_t>& label, const std::vector<double>& score,
            const StopFlag& stop) {
    row_.resize(label.size());
    std::iota(row_.begin(), row_.end(), 0u);
    std::size_t ticks = 0;
    std::sort(row_.begin(), row_.end(), [&](std::uint32_t a, std::uint32_t b) {
      if ((++ticks & kRowsPerPoll) == 0) stop.poll();
      return score[a] != score[b] ? score[a] > score[b] : a < b;
    });
    for (const std::uint32_t i : row_) points_.push_back({score[i], 1.0, label[i]});
  }

  double mean_loss(const Counts& times) const {
    CompensatedSum sum;
    for (std::size_t i = 0; i < losses_.size(); ++i) {
      sum.add(losses_[i] * static_cast<double>(times[i]));
    }
    return sum.value() / static_cast<double>(losses_.size());
  }

  Metric metric_;
  std::vector<double> losses_;
  std::vector<std::uint32_t> row_;  // by falling score
  std::vector<RankedPoint> points_;
};

void draw(Counts& times, std::uint64_t seed, std::uint64_t stream, const StopFlag& stop) {
  std::fill(times.begin(), times.end(), 0u);
  Random random(seed, stream);
  const auto count = static_cast<std::uint32_t>(times.size());
  for (std::size_t i = 0; i < times.size(); ++i) {
    if ((i & kRowsPerPoll) == 0) stop.poll();
    ++times[random.below(count)];
  }
}

double standard_deviation(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  CompensatedSum sum, squares;
  for (const double value : values) sum.add(value);
  const double mean = sum.value() / n;
  for (const double value : values) squares.add((value - mean) * (value - mean));
  return std::sqrt(squares.value() / (n - 1));
}

double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  if (below + 1 >= sorted.size()) return sorted.back();
  const double fraction = place - static_cast<double>(below);
  return sorted[below] + (sorted[below + 1] - sorted[below]) * fraction;
}

}  // namespace

Metric metric_by_name(const std::string& name) {
  for (const NamedMetric& one : kMetrics) {
    if (name == one.name) return one.metric;
  }
  std::string names;
  for (const NamedMetric& one : kMetrics)
    names += (names.empty() ? "" : ", ") + std::string(one.name);
  throw Error(ErrorKind::kUndefined, "metric \"" + name + "\" does not exist", "",
              "The metrics are: " + names + ".");
}

void check(const BootstrapOptions& options) {
  if (options.resamples >= 2 && options.resamples <= kMostResamples) return;
  throw Error(ErrorKind::kInvalidInput,
              "resamples must be between 2 and " + std::to_string(kMostResamples),
              "The value is " + std::to_string(options.resamples) + ".",
              "1000 are customary for an interval.");
}

bool needs_probability(Metric metric) noexcept {
  return metric == Metric::kBrierScore || metric == Metric::kLogLoss;
}

BootstrapEstimate bootstrap(const PairedRows& rows, const BootstrapOptions& options,
                            const StopFlag& stop) {
  check(options);
  if (rows.size() > std::numeric_limits<std::uint32_t>::max())
    throw Error(ErrorKind::kLimit, "too many rows to draw from");
  BootstrapEstimate result{kUndefined, kUndefined, {kUndefined, kUndefined}, 0};
  if (rows.size() == 0) return result;
  const PairedRows sorted = rows.sorted(stop);
  std::vector<SampledFigure> scores;
  scores.emplace_back(sorted.label(), sorted.first(), options.metric, stop);
  if (rows.is_paired()) scores.emplace_back(sorted.label(), sorted.second(), options.metric, stop);
  auto figure = [&](const Counts& times) {
    const double first = scores[0].of(times, stop);
    return rows.is_paired() ? first - scores[1].of(times, stop) : first;
  };
  Counts times(sorted.size(), 1);
  result.estimate = figure(times);
  std::vector<double> figures;
  for (std::int32_t i = 0; i < options.resamples; ++i) {
    draw(times, options.seed, static_cast<std::uint64_t>(i), stop);
    const double value = figure(times);
    if (!std::isnan(value)) figures.push_back(value);
  }
  result.resamples = static_cast<std::int32_t>(figures.size());
  if (figures.size() < 2) return result;
  result.standard_error = standard_deviation(figures);
  std::sort(figures.begin(), figures.end());
  result.interval = {quantile(figures, 0.025), quantile(figures, 0.975)};
  return result;
}

}  // namespace credit_risk
