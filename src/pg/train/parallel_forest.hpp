// Grows the trees of a forest, in parallel workers where that pays.
#pragma once
#include "pg/postgres.hpp"

namespace credit_risk {
class TrainingRun;
}

namespace credit_risk::pg {

class TrainProgress;

// All trees of the fit that `run` has begun; returns how many workers took part. The forest does
// not depend on it. `progress` is told of each tree.
int grow_forest(TrainingRun* run, TrainProgress* progress);

}  // namespace credit_risk::pg
