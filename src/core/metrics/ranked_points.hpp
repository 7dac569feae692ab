// Rows in the order of their scores, highest first, and sums over groups of equal scores.
#pragma once
#include <vector>

#include "core/metrics/compensated_sum.hpp"
#include "core/metrics/scored.hpp"
#include "core/stop_flag.hpp"

namespace credit_risk {

struct RankedPoint {
  double score;
  double weight;
  std::uint8_t label;
};

// How many rows a loop may pass between two polls of the StopFlag, less 1: a mask.
constexpr std::size_t kRowsPerPoll = 0xFFFF;

// Among equal scores by label and weight, so that sums over the result have the same bits for any
// order of the rows.
std::vector<RankedPoint> highest_first(const Scored& rows, const StopFlag& stop);

// The rows of one score: sums of the weights of events and of the others.
struct ScoreGroup {
  double score;
  std::size_t rows;
  double events;
  double others;
};

struct ClassWeights {
  double events;
  double others;

  // Whether a figure that compares the classes is undefined.
  bool one_class() const noexcept { return events == 0 || others == 0; }
};

// Calls `visit(const ScoreGroup&)` for each group that weighs anything, highest first. Gives the
// sums of all groups.
template <class Visit>
ClassWeights each_group(const std::vector<RankedPoint>& points, const StopFlag& stop,
                        Visit&& visit) {
  CompensatedSum all[2];
  for (std::size_t i = 0; i < points.size();) {
    CompensatedSum group[2];
    const double score = points[i].score;
    const std::size_t first = i;
    for (; i < points.size() && points[i].score == score; ++i) {
      if ((i & kRowsPerPoll) == 0) stop.poll();
      group[points[i].label != 0].add(points[i].weight);
      all[points[i].label != 0].add(points[i].weight);
    }
    const ScoreGroup found{score, i - first, group[1].value(), group[0].value()};
    if (found.events > 0 || found.others > 0) visit(found);
  }
  return {all[1].value(), all[0].value()};
}

ClassWeights class_weights(const std::vector<RankedPoint>& points, const StopFlag& stop);

}  // namespace credit_risk
