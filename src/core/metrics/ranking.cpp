#include "core/metrics/ranking.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace credit_risk {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

}  // namespace

double roc_auc(const std::vector<RankedPoint>& points, const StopFlag& stop) {
  CompensatedSum events_above, won;
  const ClassWeights all = each_group(points, stop, [&](const ScoreGroup& group) {
    won.add(group.others * events_above.value());
    won.add(0.5 * group.others * group.events);
    events_above.add(group.events);
  });
  if (all.one_class()) return kUndefined;
  return won.value() / (all.events * all.others);
}

double ks_statistic(const std::vector<RankedPoint>& points, const StopFlag& stop) {
  const ClassWeights all = class_weights(points, stop);
  if (all.one_class()) return kUndefined;
  CompensatedSum events, others;
  double largest = 0.0;
  each_group(points, stop, [&](const ScoreGroup& group) {
    events.add(group.events);
    others.add(group.others);
    largest =
        std::max(largest, std::fabs(events.value() / all.events - others.value() / all.others));
  });
  return largest;
}

double average_precision(const std::vector<RankedPoint>& points, const StopFlag& stop) {
  CompensatedSum events, others, sum;
  const ClassWeights all = each_group(points, stop, [&](const ScoreGroup& group) {
    events.add(group.events);
    others.add(group.others);
    sum.add(group.events * (events.value() / (events.value() + others.value())));
  });
  if (all.one_class()) return kUndefined;
  return sum.value() / all.events;
}

double roc_auc(const Scored& rows, const StopFlag& stop) {
  return roc_auc(highest_first(rows, stop), stop);
}

double ks_statistic(const Scored& rows, const StopFlag& stop) {
  return ks_statistic(highest_first(rows, stop), stop);
}

double average_precision(const Scored& rows, const StopFlag& stop) {
  return average_precision(highest_first(rows, stop), stop);
}

}  // namespace credit_risk
