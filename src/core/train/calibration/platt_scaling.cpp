#include "core/train/calibration/platt_scaling.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.hpp"
#include "core/model/logistic.hpp"
#include "core/model/natural_log.hpp"

namespace credit_risk {
namespace {

constexpr int kMaxSteps = 200, kMaxHalvings = 60;
constexpr std::size_t kRowsBetweenPolls = 65536;

struct Line {
  double slope, intercept;
};

// First and second derivatives of the log loss by slope and intercept.
struct Derivatives {
  double by_slope = 0, by_intercept = 0;
  double slope_twice = 0, mixed = 0, intercept_twice = 0;

  double size() const noexcept { return std::fabs(by_slope) + std::fabs(by_intercept); }
};

// Margins are taken less their mean and by their deviation, so that both parameters are of one
// size.
class PlattFit {
 public:
  PlattFit(const CalibrationRows& rows, const StopFlag& stop)
      : rows_(rows), stop_(stop), weights_(checked_weights(rows)) {
    target_one_ = (weights_.ones + 1) / (weights_.ones + 2);
    target_zero_ = 1 / (weights_.zeros + 2);
    const double total = weights_.zeros + weights_.ones;
    for (std::size_t r = 0; r < rows.count; ++r)
      scale_ = std::max(scale_, std::fabs(rows.margins[r]));
    if (scale_ == 0) scale_ = 1;
    for (std::size_t r = 0; r < rows.count; ++r)
      mean_ += rows.weight(r) * (rows.margins[r] / scale_) / total;
    double variance = 0;
    for (std::size_t r = 0; r < rows.count; ++r) {
      const double apart = rows.margins[r] / scale_ - mean_;
      variance += rows.weight(r) * apart * apart / total;
    }
    deviation_ = variance > 0 ? std::sqrt(variance) : 1;
  }

  Calibration fit() {
    Line at{0, natural_log((weights_.ones + 1) / (weights_.zeros + 1))};
    Derivatives here = derivatives(at);
    const double enough = 1e-13 * (weights_.zeros + weights_.ones);
    for (int step = 0; step < kMaxSteps && here.size() > enough; ++step) {
      if (!advance(at, here)) break;
    }
    Calibration map;
    map.kind = CalibrationKind::kSigmoid;
    map.slope = at.slope / deviation_ / scale_;
    map.intercept = at.intercept - at.slope * mean_ / deviation_;
    if (map.slope > 0) return map;
    throw Error(ErrorKind::kInvalidInput, "scores do not rise with the target",
                "The best fit has a slope of " + std::to_string(map.slope) + ".",
                "Calibrate with rows like those the model was trained on.");
  }

 private:
  double standard(std::size_t row) const noexcept {
    return (rows_.margins[row] / scale_ - mean_) / deviation_;
  }

  Derivatives derivatives(Line line) const {
    Derivatives sum;
    for (std::size_t r = 0; r < rows_.count; ++r) {
      if (r % kRowsBetweenPolls == 0) stop_.poll();
      const double x = standard(r), p = logistic(line.slope * x + line.intercept);
      const double off =
          rows_.weight(r) * (p - (rows_.labels[r] != 0 ? target_one_ : target_zero_));
      const double curve = rows_.weight(r) * p * (1 - p);
      sum.by_slope += off * x;
      sum.by_intercept += off;
      sum.slope_twice += curve * x * x;
      sum.mixed += curve * x;
      sum.intercept_twice += curve;
    }
    return sum;
  }

  // One step of Newton's, halved until the loss still falls at its end, as it then has fallen all
  // the way (it is convex), or the derivatives have halved. False where none helps.
  bool advance(Line& at, Derivatives& here) const {
    constexpr double kRidge = 1e-12;  // of margins that are all equal
    const double a = here.slope_twice + kRidge, b = here.mixed, c = here.intercept_twice + kRidge;
    const double determinant = a * c - b * b;
    Line step{-(c * here.by_slope - b * here.by_intercept) / determinant,
              -(a * here.by_intercept - b * here.by_slope) / determinant};
    for (int halving = 0; halving < kMaxHalvings; ++halving) {
      const Line next{at.slope + step.slope, at.intercept + step.intercept};
      const Derivatives there = derivatives(next);
      const double along = there.by_slope * step.slope + there.by_intercept * step.intercept;
      if (there.size() < here.size() && (along <= 0 || there.size() <= here.size() / 2)) {
        at = next;
        here = there;
        return true;
      }
      step = {step.slope / 2, step.intercept / 2};
    }
    return false;
  }

  const CalibrationRows rows_;
  const StopFlag stop_;
  CalibrationWeights weights_;
  double target_one_, target_zero_;
  double scale_ = 0, mean_ = 0, deviation_ = 1;
};

}  // namespace

Calibration fit_platt_scaling(const CalibrationRows& rows, const StopFlag& stop) {
  return PlattFit(rows, stop).fit();
}

}  // namespace credit_risk
