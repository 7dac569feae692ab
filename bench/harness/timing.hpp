// How a job is timed.
#pragma once
#include "contender.hpp"

namespace credit_risk::bench {

// Processor seconds of this process, all its threads together.
double cpu_seconds();

// Both clocks, from its making on.
class StopWatch {
 public:
  StopWatch();
  void read(TrainingResult& result) const;

 private:
  const double cpu_start_, start_;
};

// Runs the job over `rows` in turn, a fifth of `seconds` unmeasured and then `seconds`, at least
// once each; returns processor nanoseconds for a row.
double nanoseconds_per_row(const Job& job, std::size_t rows, double seconds);

// All outputs for `rows`.
std::vector<double> outputs_of(const Job& job, std::size_t rows);

}  // namespace credit_risk::bench
