// The SHAP values of one row as people read them, for shap_explain, shap_waterfall and the reasons
// of assess.
#pragma once
#include "pg/explain/explain_site.hpp"

namespace credit_risk::pg {

// How many of `lines` lines the argument top asks for; NULL: all. Error: 22023 negative.
std::int32_t top_arg(FunctionCallInfo fcinfo, int arg, std::int32_t lines);

// The value that the row holds for a feature: shortest decimal or category text; data is null where
// it is missing.
TextSpan feature_value_text(const LoadedModel& model, const FeatureRow& row, std::int32_t feature,
                            char (&buffer)[kTextBuffer]);

// Of a line of an explanation. A feature's value is that of feature_value_text; a group's tells its
// members that are neither missing nor zero: "purpose_home = 1, purpose_car = 2".
TextSpan line_name(const ExplainSite& site, std::int32_t line);
TextSpan line_value(const ExplainSite& site, const FeatureRow& row, std::int32_t line,
                    char (&buffer)[kTextBuffer]);

}  // namespace credit_risk::pg
