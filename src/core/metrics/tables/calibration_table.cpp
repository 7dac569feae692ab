#include "core/metrics/tables/calibration_table.hpp"

#include <algorithm>
#include <cmath>

#include "core/metrics/ranked_points.hpp"

namespace credit_risk {
namespace {

// The score that `part` of `parts` of the rows lie below, linear between scores.
double quantile(const std::vector<RankedPoint>& points, std::size_t part, std::size_t parts) {
  const std::size_t last = points.size() - 1;
  const std::size_t place = last / parts * part + last % parts * part / parts;
  const double fraction =
      static_cast<double>(last % parts * part % parts) / static_cast<double>(parts);
  const double low = points[last - place].score;
  if (fraction == 0) return low;
  const double high = points[last - place - 1].score;
  return fraction < 0.5 ? low + (high - low) * fraction : high - (high - low) * (1 - fraction);
}

std::vector<double> edges_of(const std::vector<RankedPoint>& points, int bins, BinSpacing spacing) {
  std::vector<double> edges;
  for (int i = 0; i <= bins; ++i) {
    edges.push_back(spacing == BinSpacing::kWidth ? static_cast<double>(i) / bins
                                                  : quantile(points, static_cast<std::size_t>(i),
                                                             static_cast<std::size_t>(bins)));
  }
  return edges;
}

class BinSums {
 public:
  void add(const RankedPoint& point) noexcept {
    ++rows_;
    weights_.add(point.weight);
    squares_.add(point.weight * point.weight);
    predicted_.add(point.weight * point.score);
    if (point.label != 0) events_.add(point.weight);
  }

  CalibrationBin bin(int number, double lower, double upper) const {
    const double weight = weights_.value();
    const double observed = events_.value() / weight;
    const double size = weight * (weight / squares_.value());
    return {number,          lower,
            upper,           rows_,
            events_.value(), predicted_.value() / weight,
            observed,        wilson_interval(observed, size)};
  }

 private:
  std::uint64_t rows_ = 0;
  CompensatedSum weights_, squares_, predicted_, events_;
};

}  // namespace

Interval wilson_interval(double rate, double size) {
  constexpr double kZ = 1.959963984540054;  // of 95 %
  const double square = kZ * kZ / size;
  const double centre = (rate + square / 2) / (1 + square);
  const double half = kZ / (1 + square) * std::sqrt(rate * (1 - rate) / size + square / (4 * size));
  // At 0 and 1 the bounds are exact but for rounding.
  return {rate == 0 ? 0.0 : std::max(centre - half, 0.0),
          rate == 1 ? 1.0 : std::min(centre + half, 1.0)};
}

std::vector<CalibrationBin> calibration_table(const Scored& rows, int bins, BinSpacing spacing,
                                              const StopFlag& stop) {
  std::vector<CalibrationBin> table;
  if (rows.count == 0) return table;
  const std::vector<RankedPoint> points = highest_first(rows, stop);
  const std::vector<double> edges = edges_of(points, bins, spacing);
  std::size_t i = points.size();
  for (int bin = 1; bin <= bins; ++bin) {
    BinSums sums;
    const std::size_t before = i;
    while (i > 0 && points[i - 1].score <= edges[static_cast<std::size_t>(bin)]) {
      if ((--i & kRowsPerPoll) == 0) stop.poll();
      sums.add(points[i]);
    }
    const auto upper = static_cast<std::size_t>(bin);
    if (i < before) table.push_back(sums.bin(bin, edges[upper - 1], edges[upper]));
  }
  return table;
}

}  // namespace credit_risk
