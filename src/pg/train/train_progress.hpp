// How a training stands, for credit_risk.train_progress in any session.
#pragma once
#include "core/stop_flag.hpp"
#include "pg/postgres.hpp"

namespace credit_risk::pg {

enum class TrainPhase : std::int64_t { kReading = 1, kFitting, kMeasuring, kStoring };

// What a fit of a training is for, and its fold from 1.
enum class TrainPart : std::int64_t { kHeldOut = 1, kFold, kAllRows };

// Writes into the session's entry of the server's own statistics, as the progress views of the
// server do: no shared memory of ours, nothing to clean up, and the end of a transaction that fails
// ends it. Its command number is none of the server's, so that no view of the server shows it.
// Tells nothing while another command of the session tells its progress (COPY of a query that
// trains, or a training whose query trains), nor with track_activities off. Plain data.
class TrainProgress {
 public:
  void begin(const char* model, const char* algorithm);
  void rows_read(std::uint64_t rows);
  // Fit `number` of `count`, from 1, of `steps` steps (trees or iterations).
  void begin_fit(std::size_t number, std::size_t count, TrainPart part, std::size_t fold);
  void phase(TrainPhase phase);
  void steps_done(std::uint64_t done, std::uint64_t all);
  void end();

  // The flag to cancel by, through which the core counts its steps here.
  StopFlag stop_flag() const noexcept;

 private:
  static constexpr int kParams = PGSTAT_NUM_PROGRESS_PARAM;
  bool is_ours() const noexcept;
  void show();
  bool active_;
  std::int64_t params_[kParams];
};

}  // namespace credit_risk::pg
