// What assess says about one applicant, and the trigger that decides applications writes.
#pragma once
#include "pg/explain/explain_site.hpp"
#include "pg/json_values.hpp"

namespace credit_risk::pg {

// Probabilities of default: below the first an applicant is approved, from the second on refused.
struct Limits {
  double approve_below;
  double review_below;
};

// Error: 22023 they do not rise from 0 to 1.
void check_limits(const Limits& limits);

struct Assessment {
  double probability;  // of default
  std::int32_t credit_score;
  const char* risk_level;
  const char* decision;
  double confidence;
  text* recommendation;  // in the current context
};

Assessment assess(const CallSite& site, const FeatureRow& row, const Limits& limits);

// Appends the array of the features that raised the risk most; the model must be explainable.
JsonbValue* push_reasons(JsonbParseState** state, ExplainSite& site, const FeatureRow& row);

}  // namespace credit_risk::pg
