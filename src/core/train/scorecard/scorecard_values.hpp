// Parameters of a scorecard from and to JSON.
#pragma once
#include <string>

#include "core/json.hpp"
#include "core/train/scorecard/scorecard_params.hpp"

namespace credit_risk {

// Returns false when there is no parameter of a scorecard of this name. Besides those of binning
// (binning_values.hpp): those above, and trend_of and specials_of by feature.
bool set_scorecard(ScorecardParams& params, const std::string& name, const nlohmann::json& value);

// All parameters with their values in force.
nlohmann::json scorecard_json(const ScorecardParams& params);

extern const char kScorecardNames[];

}  // namespace credit_risk
