#include "timing.hpp"

#include <algorithm>
#include <ctime>

namespace credit_risk::bench {
namespace {

double seconds_gone_by() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// Walks over the rows again and again: too many different ones for the branch predictor to learn.
class Walk {
 public:
  Walk(const Job& job, std::size_t rows)
      : job_(job), rows_(rows), out_(job.rows_per_call * job.outputs_per_row) {}

  void calls(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      job_.call(at_, out_.data());
      at_ += job_.rows_per_call;
      if (at_ + job_.rows_per_call > rows_) at_ = 0;
    }
  }

 private:
  const Job& job_;
  std::size_t rows_;
  std::size_t at_ = 0;
  std::vector<double> out_;
};

struct Spent {
  double seconds = 0;
  std::size_t calls = 0;
};

// Until `seconds` have gone by; the clock is read after every `step` calls.
Spent run_for(Walk& walk, double seconds, std::size_t step) {
  Spent spent;
  const double start = cpu_seconds();
  do {
    walk.calls(step);
    spent.calls += step;
    spent.seconds = cpu_seconds() - start;
  } while (spent.seconds < seconds);
  return spent;
}

}  // namespace

StopWatch::StopWatch() : cpu_start_(cpu_seconds()), start_(seconds_gone_by()) {}

void StopWatch::read(TrainingResult& result) const {
  result.cpu_seconds = cpu_seconds() - cpu_start_;
  result.seconds = seconds_gone_by() - start_;
}

double cpu_seconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double nanoseconds_per_row(const Job& job, std::size_t rows, double seconds) {
  constexpr double kBetweenClocks = 1e-3;
  Walk walk(job, rows);
  const Spent warm_up = run_for(walk, seconds / 5, 1);
  const double calls_between =
      kBetweenClocks * static_cast<double>(warm_up.calls) / std::max(warm_up.seconds, 1e-9);
  const Spent spent =
      run_for(walk, seconds, std::max<std::size_t>(1, static_cast<std::size_t>(calls_between)));
  return 1e9 * spent.seconds / static_cast<double>(spent.calls * job.rows_per_call);
}

std::vector<double> outputs_of(const Job& job, std::size_t rows) {
  std::vector<double> out(rows * job.outputs_per_row);
  for (std::size_t row = 0; row + job.rows_per_call <= rows; row += job.rows_per_call) {
    job.call(row, out.data() + row * job.outputs_per_row);
  }
  return out;
}

}  // namespace credit_risk::bench
