#include "pg/parallel_training.hpp"

#include "core/train/training_run.hpp"
#include "pg/guard.hpp"

namespace credit_risk::pg {

void grow_forest(TrainingRun* run) {
  guard([&] { run->grow_trees(interrupt_flag()); });
}

}  // namespace credit_risk::pg
