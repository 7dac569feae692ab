// Grows the trees of a forest, in parallel workers where that pays.
#pragma once
#include "pg/postgres.hpp"

namespace credit_risk {
class TrainingRun;
}

namespace credit_risk::pg {

// All trees of the fit that `run` has begun; returns how many workers took part. The forest does
// not depend on it.
int grow_forest(TrainingRun* run);

}  // namespace credit_risk::pg
