// The ROC curve as points.
#pragma once
#include <vector>

#include "core/metrics/scored.hpp"
#include "core/stop_flag.hpp"

namespace credit_risk {

// The rates where rows of this score or a higher one count as predicted events.
struct RocPoint {
  double threshold;
  double false_positive_rate;
  double true_positive_rate;
};

enum class CurvePoints {
  kAll,      // one for each score
  kCorners,  // without those inside a straight part: the same curve, fewer points
};

// From (0, 0) at an infinite threshold to (1, 1) at the lowest score; no point where a class is
// absent. As scikit-learn's roc_curve with drop_intermediate false (kAll) or true (kCorners).
std::vector<RocPoint> roc_curve(const Scored& rows, CurvePoints which, const StopFlag& stop = {});

}  // namespace credit_risk
