// Makes the fits of a training in parallel workers, each with the rows for itself: the folds of a
// cross-validation, the held-out part, the model of all rows. Forests grow their trees in workers
// instead (parallel_forest.hpp), and so do boosted trees where there are more processors than fits
// (parallel_boosting.hpp).
#pragma once
#include "core/train/training_run.hpp"
#include "pg/train/worker_crew.hpp"

namespace credit_risk::pg {

// The arguments that a worker makes a TrainingRun of, besides the rows.
struct FitArguments {
  const char* algorithm;
  const char* params;  // JSON
  TrainingRun::Goal goal;
};

// How many workers would make fits besides the session.
int fit_workers(const TrainingRun* run);

// Numbers for whoever is free, the session or a worker. Plain data.
class SharedFits {
 public:
  // Starts workers where that pays.
  void begin(const TrainingRun* run, const FitArguments& arguments);
  int workers() const { return crew_.launched(); }

  // The number of a fit that nobody has taken; false when all are.
  bool take(const TrainingRun* run, std::size_t* fit);
  // Adds to the run what workers have found; waiting, all of it.
  void collect(TrainingRun* run, bool wait);
  void end();

 private:
  WorkerCrew crew_;
  std::size_t next_ = 0;  // without workers
};

}  // namespace credit_risk::pg
