// Grows the boosted trees of one fit by several processes together, each on a share of the rows.
#pragma once
#include "pg/train/parallel_fits.hpp"

namespace credit_risk::pg {

class TrainProgress;

// How many workers should grow the trees of each fit together with the session; 0 where it is
// faster to make the fits side by side, or in the session alone.
int team_workers(const TrainingRun* run);

// All trees of the fit that `run` has begun; returns how many workers took part, at most `wanted`.
// The model does not depend on it. `progress` is told of each tree.
int grow_boosted(TrainingRun* run, const FitArguments& arguments, int wanted,
                 TrainProgress* progress);

}  // namespace credit_risk::pg
