// The scales in which an explanation may be told: straight lines through the margin, on which SHAP
// values stay exact and keep adding up.
#pragma once
#include <string_view>

#include "core/model/model.hpp"

namespace credit_risk {

struct OutputScale {
  const char* output_name;  // what the numbers are, for people
  double offset, factor;
  bool rising_is_risk;
  bool of_probability;  // the margin is a probability, and is told as one
  bool of_points;       // told by explain_points: the line goes through the points of a scorecard

  double impact(double impact_on_margin) const noexcept { return factor * impact_on_margin; }
  // Throws kInvalidInput where a probability is due and the margin is none.
  double output(double margin) const;
};

// That of the margin: the probability with identity link, else the log-odds.
OutputScale margin_scale(const Model& model);

// `name`: margin; probability (identity link, not calibrated); points (of a scorecard its total; of
// a model that has the scale probability 850 - 550 p, unrounded). Throws kInvalidInput for another
// name, and where the scale is no straight line through the model's margin.
OutputScale output_scale(const Model& model, std::string_view name);

}  // namespace credit_risk
