#include "core/metrics/ranked_points.hpp"

#include <algorithm>

namespace credit_risk {
namespace {

bool comes_first(const RankedPoint& a, const RankedPoint& b) noexcept {
  if (a.score != b.score) return a.score > b.score;
  if (a.label != b.label) return a.label > b.label;
  return a.weight < b.weight;
}

}  // namespace

std::vector<RankedPoint> highest_first(const Scored& rows, const StopFlag& stop) {
  std::vector<RankedPoint> points(rows.count);
  for (std::size_t i = 0; i < rows.count; ++i) {
    if ((i & kRowsPerPoll) == 0) stop.poll();
    points[i] = {rows.score[i], rows.weight_of(i), rows.label[i]};
  }
  std::size_t ticks = 0;
  std::sort(points.begin(), points.end(), [&](const RankedPoint& a, const RankedPoint& b) {
    if ((++ticks & kRowsPerPoll) == 0) stop.poll();
    return comes_first(a, b);
  });
  return points;
}

ClassWeights class_weights(const std::vector<RankedPoint>& points, const StopFlag& stop) {
  return each_group(points, stop, [](const ScoreGroup&) {});
}

}  // namespace credit_risk
