// The progress of trainings: written by the session that trains, read by any other.
#include "pg/train/train_progress.hpp"

#include "pg/guard.hpp"

namespace credit_risk::pg {
namespace {

// Far from those of the server, which counts from 0.
constexpr int kTrainingCommand = 0x6372;

// Where each figure stands among the entry's numbers.
enum Param : int {
  kPhase,
  kPart,
  kFold,
  kFit,
  kFits,
  kSteps,
  kAllSteps,
  kRows,
  kStarted,
  kFitting,
  kAlgorithm,
  kModel = kAlgorithm + 3,
  kEnd = kModel + 7
};
static_assert(kEnd == PGSTAT_NUM_PROGRESS_PARAM);

constexpr const char* kPhases[] = {nullptr, "reading rows", "fitting", "measuring", "storing"};
constexpr const char* kParts[] = {nullptr, "held-out part", "fold", "all rows"};

// The server stores the number as it is; its enumeration has no place for it.
ProgressCommandType training_command() noexcept {
  ProgressCommandType command;
  static_assert(sizeof command == sizeof kTrainingCommand);
  std::memcpy(&command, &kTrainingCommand, sizeof command);
  return command;
}

int command_of(const PgBackendStatus* session) noexcept {
  int command;
  std::memcpy(&command, &session->st_progress_command, sizeof command);
  return command;
}

Oid registry() {
  return get_relname_relid("model_version", get_namespace_oid("credit_risk", false));
}

// Whole characters of the text, in the bytes of the numbers from `first` up to `end`.
void put_text(std::int64_t* params, int first, int end, const char* text) {
  const int room = (end - first) * static_cast<int>(sizeof *params);
  const int size = pg_mbcliplen(text, static_cast<int>(std::strlen(text)), room);
  std::memset(params + first, 0, static_cast<std::size_t>(room));
  std::memcpy(params + first, text, static_cast<std::size_t>(size));
}

Datum text_datum(const std::int64_t* params, int first, int end) {
  const std::size_t room = static_cast<std::size_t>(end - first) * sizeof *params;
  const char* const text = reinterpret_cast<const char*>(params + first);
  return PointerGetDatum(cstring_to_text_with_len(text, static_cast<int>(strnlen(text, room))));
}

}  // namespace

bool TrainProgress::is_ours() const noexcept { return command_of(MyBEEntry) == kTrainingCommand; }

// A command that the query runs (CREATE INDEX in a function) takes the entry and leaves it empty.
void TrainProgress::show() {
  if (!active_) return;
  if (!is_ours()) pgstat_progress_start_command(training_command(), registry());
  int places[kParams];
  for (int i = 0; i < kParams; ++i) places[i] = i;
  pgstat_progress_update_multi_param(kParams, places, params_);
}

void TrainProgress::begin(const char* model, const char* algorithm) {
  std::memset(params_, 0, sizeof params_);
  active_ = MyBEEntry != nullptr && pgstat_track_activities &&
            command_of(MyBEEntry) == PROGRESS_COMMAND_INVALID;
  params_[kPhase] = static_cast<std::int64_t>(TrainPhase::kReading);
  params_[kStarted] = GetCurrentTimestamp();
  put_text(params_, kAlgorithm, kModel, algorithm);
  put_text(params_, kModel, kEnd, model);
  show();
}

void TrainProgress::rows_read(std::uint64_t rows) {
  params_[kRows] = static_cast<std::int64_t>(rows);
  if (active_ && is_ours()) pgstat_progress_update_param(kRows, params_[kRows]);
}

void TrainProgress::begin_fit(std::size_t number, std::size_t count, TrainPart part,
                              std::size_t fold) {
  if (params_[kFitting] == 0) params_[kFitting] = GetCurrentTimestamp();
  params_[kFit] = static_cast<std::int64_t>(number);
  params_[kFits] = static_cast<std::int64_t>(count);
  params_[kPart] = static_cast<std::int64_t>(part);
  params_[kFold] = static_cast<std::int64_t>(fold);
  params_[kSteps] = params_[kAllSteps] = 0;
  phase(TrainPhase::kFitting);
}

void TrainProgress::phase(TrainPhase phase) {
  if (active_ && is_ours()) {  // what the core has counted meanwhile
    params_[kSteps] = MyBEEntry->st_progress_param[kSteps];
    params_[kAllSteps] = MyBEEntry->st_progress_param[kAllSteps];
  }
  params_[kPhase] = static_cast<std::int64_t>(phase);
  show();
}

void TrainProgress::steps_done(std::uint64_t done, std::uint64_t all) {
  params_[kSteps] = static_cast<std::int64_t>(done);
  params_[kAllSteps] = static_cast<std::int64_t>(all);
  if (!active_ || !is_ours()) return;
  constexpr int kPlaces[] = {kSteps, kAllSteps};
  pgstat_progress_update_multi_param(2, kPlaces, params_ + kSteps);
}

void TrainProgress::end() {
  if (active_ && is_ours()) pgstat_progress_end_command();
}

StopFlag TrainProgress::stop_flag() const noexcept {
  if (!active_ || !is_ours()) return interrupt_flag();
  // One aligned number: a reader sees the old or the new one, without the server's lock.
  return interrupt_flag().counting_into(&MyBEEntry->st_progress_param[kSteps],
                                        &MyBEEntry->st_progress_param[kAllSteps]);
}

namespace {

constexpr int kColumns = 15;

void put_figures(const std::int64_t* params, Datum* values, bool* nulls) {
  const std::int64_t phase = params[kPhase], part = params[kPart];
  values[3] = text_datum(params, kModel, kEnd);
  values[4] = text_datum(params, kAlgorithm, kModel);
  nulls[3] = nulls[4] = false;
  const auto put = [&](int column, bool known, Datum value) {
    values[column] = value;
    nulls[column] = !known;
  };
  const auto is_name = [](std::int64_t number, std::size_t names) {
    return number > 0 && number < static_cast<std::int64_t>(names);
  };
  if (is_name(phase, std::size(kPhases))) put(5, true, CStringGetTextDatum(kPhases[phase]));
  if (is_name(part, std::size(kParts))) put(6, true, CStringGetTextDatum(kParts[part]));
  put(7, params[kFold] > 0, Int32GetDatum(static_cast<std::int32_t>(params[kFold])));
  put(8, params[kFit] > 0, Int32GetDatum(static_cast<std::int32_t>(params[kFit])));
  put(9, params[kFits] > 0, Int32GetDatum(static_cast<std::int32_t>(params[kFits])));
  put(10, params[kAllSteps] > 0, Int64GetDatum(params[kSteps]));
  put(11, params[kAllSteps] > 0, Int64GetDatum(params[kAllSteps]));
  put(12, true, Int64GetDatum(params[kRows]));
  put(13, true, TimestampTzGetDatum(params[kStarted]));
  put(14, params[kFitting] != 0, TimestampTzGetDatum(params[kFitting]));
}

void put_session(const ReturnSetInfo* result, const PgBackendStatus* session) {
  Datum values[kColumns] = {};
  bool nulls[kColumns];
  std::fill(std::begin(nulls), std::end(nulls), true);
  values[0] = Int32GetDatum(session->st_procpid);
  values[1] = ObjectIdGetDatum(session->st_databaseid);
  values[2] = ObjectIdGetDatum(session->st_userid);
  nulls[0] = nulls[1] = nulls[2] = false;
  if (has_privs_of_role(GetUserId(), ROLE_PG_READ_ALL_STATS) ||
      has_privs_of_role(GetUserId(), session->st_userid)) {
    put_figures(session->st_progress_param, values, nulls);
  }
  tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

const PgBackendStatus* session_at(int index) {
#if PG_VERSION_NUM >= 160000
  const LocalPgBackendStatus* const local = pgstat_get_local_beentry_by_index(index);
#else
  const LocalPgBackendStatus* const local = pgstat_fetch_stat_local_beentry(index);
#endif
  return local == nullptr ? nullptr : &local->backendStatus;
}

}  // namespace

CR_FUNCTION(cr_training_sessions) {
  InitMaterializedSRF(fcinfo, 0);
  const auto* const result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  const Oid relation = registry();
  const int count = pgstat_fetch_stat_numbackends();
  for (int i = 1; i <= count; ++i) {
    const PgBackendStatus* const session = session_at(i);
    // Names are in the encoding of their database.
    if (session == nullptr || command_of(session) != kTrainingCommand ||
        session->st_databaseid != MyDatabaseId || session->st_progress_command_target != relation) {
      continue;
    }
    put_session(result, session);
  }
  PG_RETURN_NULL();
}

}  // namespace credit_risk::pg
