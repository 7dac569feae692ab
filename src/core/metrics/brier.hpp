// The Brier score: the mean squared distance between probability and outcome (0 is perfect). NaN
// without rows.
#pragma once
#include "core/metrics/scored.hpp"

namespace credit_risk {

double brier_score(const Scored& rows);

}  // namespace credit_risk
