// The score that people read: a straight line through the probability of default, or the points of
// a scorecard.
#pragma once
#include <algorithm>
#include <cmath>

namespace credit_risk {

inline constexpr int kLowestScore = 300;
inline constexpr int kHighestScore = 850;

// 850 - 550 p, rounded half away from zero, within [300, 850]. `probability_of_default` within [0,
// 1].
inline int credit_score(double probability_of_default) noexcept {
  const double points = kHighestScore - (kHighestScore - kLowestScore) * probability_of_default;
  return std::clamp(static_cast<int>(std::lround(points)), kLowestScore, kHighestScore);
}

// The points of a scorecard, rounded half up, within [300, 850].
inline int credit_score_of_points(double points) noexcept {
  return static_cast<int>(std::lround(std::clamp<double>(points, kLowestScore, kHighestScore)));
}

}  // namespace credit_risk
