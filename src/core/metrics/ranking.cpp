#include "core/metrics/ranking.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace credit_risk {
namespace {

struct Point {
  double score;
  std::uint8_t label;
};

std::vector<Point> by_score(const Scored& rows, const StopFlag& stop) {
  std::vector<Point> points(rows.count);
  for (std::size_t i = 0; i < rows.count; ++i) points[i] = {rows.score[i], rows.label[i]};
  unsigned ticks = 0;
  std::sort(points.begin(), points.end(), [&](const Point& a, const Point& b) {
    if ((++ticks & 0xFFFF) == 0) stop.poll();
    return a.score < b.score;
  });
  return points;
}

// Calls `visit(events, others)` for each group of equal scores, in ascending order of score.
template <class Visit>
void each_group(const std::vector<Point>& points, Visit&& visit) {
  for (std::size_t begin = 0, end = 0; begin < points.size(); begin = end) {
    std::uint64_t events = 0;
    for (; end < points.size() && points[end].score == points[begin].score; ++end) {
      events += points[end].label;
    }
    visit(events, end - begin - events);
  }
}

}  // namespace

double roc_auc(const Scored& rows, const StopFlag& stop) {
  std::uint64_t events = 0, others = 0, tied = 0;
  // Pairs can exceed 64 bits only beyond 2^32 rows of each class.
  std::uint64_t won = 0;
  each_group(by_score(rows, stop), [&](std::uint64_t group_events, std::uint64_t group_others) {
    won += group_events * others;
    tied += group_events * group_others;
    events += group_events;
    others += group_others;
  });
  if (events == 0 || others == 0) return std::numeric_limits<double>::quiet_NaN();
  return (static_cast<double>(won) + 0.5 * static_cast<double>(tied)) /
         (static_cast<double>(events) * static_cast<double>(others));
}

double ks_statistic(const Scored& rows, const StopFlag& stop) {
  std::uint64_t events = 0;
  for (std::size_t i = 0; i < rows.count; ++i) events += rows.label[i];
  const std::uint64_t others = rows.count - events;
  if (events == 0 || others == 0) return std::numeric_limits<double>::quiet_NaN();
  std::uint64_t events_below = 0, others_below = 0;
  double largest = 0.0;
  each_group(by_score(rows, stop), [&](std::uint64_t group_events, std::uint64_t group_others) {
    events_below += group_events;
    others_below += group_others;
    largest = std::max(largest,
                       std::fabs(static_cast<double>(events_below) / static_cast<double>(events) -
                                 static_cast<double>(others_below) / static_cast<double>(others)));
  });
  return largest;
}

}  // namespace credit_risk
