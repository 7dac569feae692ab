// A monotone map from the probability that a model says to the one that its rows had: part of the
// model, applied last. Fitted by core/train/calibration.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace credit_risk {

inline constexpr std::size_t kMaxCalibrationPoints = 100000;
inline constexpr double kMaxOddsRatio = 1e9;  // and 1 / kMaxOddsRatio the least

enum class CalibrationKind : std::uint8_t { kPrior = 0, kSigmoid = 1, kIsotonic = 2 };

//   kPrior      p as it is
//   kSigmoid    1 / (1 + exp(-(slope * margin + intercept))), of the model's margin
//   kIsotonic   through the points (inputs[k], outputs[k]) in straight lines, beyond the first and
//               the last as there
// and then the odds p / (1 - p) times odds_ratio.
struct Calibration {
  CalibrationKind kind = CalibrationKind::kPrior;
  double slope = 1.0;  // positive
  double intercept = 0.0;
  std::vector<double> inputs;   // ascending, within [0, 1]
  std::vector<double> outputs;  // as many, not descending, within [0, 1]
  double odds_ratio = 1.0;      // 1 / kMaxOddsRatio .. kMaxOddsRatio

  // What the model's margin and probability come to, within [0, 1].
  double apply(double margin, double probability) const noexcept;

  std::size_t byte_size() const noexcept {
    return (inputs.size() + outputs.size()) * sizeof(double);
  }
};

// "prior", "sigmoid" or "isotonic".
const char* name_of(CalibrationKind kind) noexcept;

// Throws kBadModel, or kLimit for a cap. What a kind does not use is empty, or as above.
void validate(const Calibration& calibration);

}  // namespace credit_risk
