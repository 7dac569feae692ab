#include "core/metrics/ranking.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/metrics/compensated_sum.hpp"

namespace credit_risk {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kPollMask = 0xFFFF;

struct Point {
  double score;
  double weight;
  std::uint8_t label;
};

// Equal points are interchangeable, so sums over the result have the same bits for any input order.
bool comes_first(const Point& a, const Point& b) noexcept {
  if (a.score != b.score) return a.score > b.score;
  if (a.label != b.label) return a.label > b.label;
  return a.weight < b.weight;
}

std::vector<Point> highest_first(const Scored& rows, const StopFlag& stop) {
  std::vector<Point> points(rows.count);
  for (std::size_t i = 0; i < rows.count; ++i) {
    if ((i & kPollMask) == 0) stop.poll();
    points[i] = {rows.score[i], rows.weight_of(i), rows.label[i]};
  }
  std::size_t ticks = 0;
  std::sort(points.begin(), points.end(), [&](const Point& a, const Point& b) {
    if ((++ticks & kPollMask) == 0) stop.poll();
    return comes_first(a, b);
  });
  return points;
}

struct Weights {
  double events;
  double others;
};

// Calls `visit(group)` for each group of equal scores, highest first. Gives the sums of all groups.
template <class Visit>
Weights each_group(const std::vector<Point>& points, const StopFlag& stop, Visit&& visit) {
  CompensatedSum all[2];
  for (std::size_t i = 0; i < points.size();) {
    CompensatedSum group[2];
    const double score = points[i].score;
    for (; i < points.size() && points[i].score == score; ++i) {
      if ((i & kPollMask) == 0) stop.poll();
      group[points[i].label != 0].add(points[i].weight);
      all[points[i].label != 0].add(points[i].weight);
    }
    visit(Weights{group[1].value(), group[0].value()});
  }
  return {all[1].value(), all[0].value()};
}

Weights totals(const std::vector<Point>& points, const StopFlag& stop) {
  return each_group(points, stop, [](const Weights&) {});
}

bool one_class(const Weights& all) noexcept { return all.events == 0 || all.others == 0; }

}  // namespace

double roc_auc(const Scored& rows, const StopFlag& stop) {
  CompensatedSum events_above, won;
  const Weights all = each_group(highest_first(rows, stop), stop, [&](const Weights& group) {
    won.add(group.others * events_above.value());
    won.add(0.5 * group.others * group.events);
    events_above.add(group.events);
  });
  if (one_class(all)) return kUndefined;
  return won.value() / (all.events * all.others);
}

double ks_statistic(const Scored& rows, const StopFlag& stop) {
  const std::vector<Point> points = highest_first(rows, stop);
  const Weights all = totals(points, stop);
  if (one_class(all)) return kUndefined;
  CompensatedSum events, others;
  double largest = 0.0;
  each_group(points, stop, [&](const Weights& group) {
    events.add(group.events);
    others.add(group.others);
    largest =
        std::max(largest, std::fabs(events.value() / all.events - others.value() / all.others));
  });
  return largest;
}

double average_precision(const Scored& rows, const StopFlag& stop) {
  CompensatedSum events, others, sum;
  const Weights all = each_group(highest_first(rows, stop), stop, [&](const Weights& group) {
    events.add(group.events);
    others.add(group.others);
    sum.add(group.events * (events.value() / (events.value() + others.value())));
  });
  if (one_class(all)) return kUndefined;
  return sum.value() / all.events;
}

}  // namespace credit_risk
