#include "core/model/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.hpp"
#include "core/model/logistic.hpp"

namespace credit_risk {
namespace {

[[noreturn]] void bad(const std::string& what) {
  throw Error(ErrorKind::kBadModel, "calibration: " + what);
}

double interpolate(const Calibration& map, double p) noexcept {
  const std::size_t above = static_cast<std::size_t>(
      std::upper_bound(map.inputs.begin(), map.inputs.end(), p) - map.inputs.begin());
  if (above == 0) return map.outputs.front();
  if (above == map.inputs.size()) return map.outputs.back();
  const double x = map.inputs[above - 1], y = map.outputs[above - 1];
  const double share = (p - x) / (map.inputs[above] - x);
  return std::min(y + (map.outputs[above] - y) * share, map.outputs[above]);
}

void check_points(const Calibration& map) {
  if (map.kind != CalibrationKind::kIsotonic) {
    if (!map.inputs.empty() || !map.outputs.empty()) bad("only an isotonic one has points");
    return;
  }
  if (map.inputs.size() > kMaxCalibrationPoints) {
    throw Error(ErrorKind::kLimit, "calibration has too many points",
                "At most " + std::to_string(kMaxCalibrationPoints) + " are possible.");
  }
  if (map.inputs.empty() || map.inputs.size() != map.outputs.size())
    bad("there must be as many outputs as inputs, and one at least");
  for (std::size_t k = 0; k < map.inputs.size(); ++k) {
    const double x = map.inputs[k], y = map.outputs[k];
    if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1)) bad("a point is not within [0, 1]");
    if (k == 0) continue;
    if (!(x > map.inputs[k - 1])) bad("inputs must ascend");
    if (!(y >= map.outputs[k - 1])) bad("outputs must not descend");
  }
}

}  // namespace

double Calibration::apply(double margin, double probability) const noexcept {
  double p = probability;
  if (kind == CalibrationKind::kSigmoid) p = logistic(slope * margin + intercept);
  if (kind == CalibrationKind::kIsotonic) p = interpolate(*this, p);
  if (odds_ratio == 1) return p;
  const double weighted = p * odds_ratio;
  return std::min(weighted / (1 - p + weighted), 1.0);
}

const char* name_of(CalibrationKind kind) noexcept {
  constexpr const char* kNames[] = {"prior", "sigmoid", "isotonic"};
  return kNames[static_cast<std::size_t>(kind)];
}

void validate(const Calibration& map) {
  if (map.kind > CalibrationKind::kIsotonic) bad("its kind is out of range");
  if (map.kind == CalibrationKind::kSigmoid) {
    if (!(map.slope > 0) || !std::isfinite(map.slope)) bad("the slope must be positive");
    if (!std::isfinite(map.intercept)) bad("the intercept is not finite");
  } else if (map.slope != 1 || map.intercept != 0) {
    bad("only a sigmoid has a slope and an intercept");
  }
  check_points(map);
  if (!(map.odds_ratio >= 1 / kMaxOddsRatio && map.odds_ratio <= kMaxOddsRatio))
    bad("the odds ratio is out of range");
  if (map.kind == CalibrationKind::kPrior && map.odds_ratio == 1)
    bad("a correction of the prior by an odds ratio of 1 is none");
}

}  // namespace credit_risk
