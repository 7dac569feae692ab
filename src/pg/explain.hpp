// Exact SHAP of one row, for shap_explain, shap_values and the reasons of assess.
#pragma once
#include "pg/call_site.hpp"

namespace credit_risk::pg {

// Plain data in the current memory context.
struct Explanation {
  double* impacts;      // per feature, what it adds to the margin
  std::int32_t* order;  // feature positions, the greatest |impact| first
  double base_value;
  double margin;  // base_value + the sum of impacts
};

// Errors: the model is not explainable.
Explanation explain_row(LoadedModel& model, const FeatureRow& row);

// The value that the row holds for a feature: shortest decimal or category text; data is null where
// it is missing.
TextSpan feature_value_text(const LoadedModel& model, const FeatureRow& row, std::int32_t feature,
                            char (&buffer)[kTextBuffer]);

}  // namespace credit_risk::pg
