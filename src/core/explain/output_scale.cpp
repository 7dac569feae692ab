#include "core/explain/output_scale.hpp"

#include <string>

#include "core/error.hpp"
#include "core/model/credit_score.hpp"

namespace credit_risk {
namespace {

constexpr double kRoundingOfAnAverage = 1e-9;

[[noreturn]] void refuse_scale(std::string_view name, const Model& model) {
  const bool calibrated = model.calibration.has_value();
  throw Error(ErrorKind::kInvalidInput,
              "scale \"" + std::string(name) + "\" is not exact for a " +
                  (calibrated ? "calibrated model" : "model with logit link"),
              "SHAP values of the margin do not add up on the curve that leads to it.",
              calibrated ? "Leave scale out, or pass 'margin': the output before calibration."
                         : "Leave scale out, or pass 'margin': the log-odds.");
}

bool is_probability(const Model& model) noexcept {
  return model.link == Link::kIdentity && !model.calibration.has_value();
}

}  // namespace

double OutputScale::output(double margin) const {
  if (of_probability && !(margin >= -kRoundingOfAnAverage && margin <= 1 + kRoundingOfAnAverage)) {
    throw Error(ErrorKind::kInvalidInput, "the model's output is not a probability",
                "It is " + std::to_string(margin) + ", which scoring cuts to between 0 and 1.",
                "Pass scale => 'margin'.");
  }
  return offset + factor * margin;
}

OutputScale margin_scale(const Model& model) {
  const char* const name = is_probability(model) ? "probability of default"
                           : model.link != Link::kIdentity && model.link_scale == 1
                               ? "log-odds of default"
                               : "margin";
  return {name, 0, 1, true, false, false};
}

OutputScale output_scale(const Model& model, std::string_view name) {
  if (name == "margin") return margin_scale(model);
  if (name != "probability" && name != "points") {
    throw Error(ErrorKind::kInvalidInput, "scale \"" + std::string(name) + "\" does not exist", {},
                "Pass 'margin', 'probability' or 'points'.");
  }
  if (name == "points" && model.points.has_value())
    return {"credit score", 0, 1, false, false, true};
  if (!is_probability(model)) refuse_scale(name, model);
  if (name == "probability") return {"probability of default", 0, 1, true, true, false};
  return {"credit score", kHighestScore, kLowestScore - kHighestScore, false, true, false};
}

}  // namespace credit_risk
