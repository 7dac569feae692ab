#include "core/metrics/tables/roc_curve.hpp"

#include <limits>

#include "core/metrics/ranked_points.hpp"

namespace credit_risk {

std::vector<RocPoint> roc_curve(const Scored& rows, CurvePoints which, const StopFlag& stop) {
  const std::vector<RankedPoint> points = highest_first(rows, stop);
  const ClassWeights all = class_weights(points, stop);
  if (all.one_class()) return {};
  std::vector<RocPoint> curve{{std::numeric_limits<double>::infinity(), 0.0, 0.0}};
  CompensatedSum events, others;
  ScoreGroup last{};
  each_group(points, stop, [&](const ScoreGroup& group) {
    events.add(group.events);
    others.add(group.others);
    // A step as long and as steep as the one before makes the point between them superfluous. The
    // point of the highest score stays.
    const bool straight = curve.size() > 2 && group.events == last.events &&
                          group.others == last.others && which == CurvePoints::kCorners;
    if (straight) curve.pop_back();
    curve.push_back({group.score, others.value() / all.others, events.value() / all.events});
    last = group;
  });
  return curve;
}

}  // namespace credit_risk
