#include "pg/train/parallel_boosting.hpp"

#include <algorithm>

#include "core/train/boosting/gradient_boosting.hpp"
#include "core/train/data/training_message.hpp"
#include "pg/guard.hpp"
#include "pg/settings.hpp"
#include "pg/train/train_progress.hpp"

namespace credit_risk::pg {
namespace {

enum Piece : int { kJob, kMatrix, kTask, kRoom, kPieces };

// Below this many rows times features times trees, starting workers takes longer than what they
// would save.
constexpr double kWorthWorkers = 5e7;
// The part of a fit that no member saves another one, as two of them take 0.65 of its time.
constexpr double kSharedPart = 0.3;

struct Job {
  pg_atomic_uint32 arrived;
  Size task_bytes;
};

// What a member must know besides the rows.
struct Task {
  std::string algorithm, params;
  std::vector<Feature> features;
};

void write(MessageWriter& message, const FitArguments& arguments, const TrainingRun& run) {
  message.text(arguments.algorithm);
  message.text(arguments.params);
  write(message, run.data().features());
}

Task read_task(const char* bytes, Size size) {
  MessageReader message(bytes, size);
  Task task;
  message.text(task.algorithm);
  message.text(task.params);
  task.features = read_features(message);
  message.end();
  return task;
}

// The time of all fits, that of one fit in one process being 1.
double time_of_teams(const TrainingRun* run, int workers) {
  return static_cast<double>(run->fit_count()) * (kSharedPart + (1 - kSharedPart) / (workers + 1));
}

double time_of_shared_fits(const TrainingRun* run) {
  const auto processes = static_cast<std::size_t>(fit_workers(run)) + 1;
  return static_cast<double>((run->fit_count() + processes - 1) / processes);
}

void hire(WorkerCrew* crew, const TrainingRun* run, const FitArguments& arguments, int count) {
  Size sizes[kPieces] = {sizeof(Job), run->block().size() * sizeof(std::uint64_t)};
  const BinnedMatrix matrix(run->block().data());
  guard([&] {
    MessageWriter task(nullptr);
    write(task, arguments, *run);
    sizes[kTask] = task.size();
    sizes[kRoom] = TeamRoom::bytes(matrix, static_cast<std::uint32_t>(count) + 1);
  });
  crew->hire("cr_boost_trees", count, sizes, kPieces);
  if (!crew->is_hired()) return;
  auto* const job = static_cast<Job*>(crew->piece(kJob));
  pg_atomic_init_u32(&job->arrived, 0);
  job->task_bytes = sizes[kTask];
  std::memcpy(crew->piece(kMatrix), run->block().data(), sizes[kMatrix]);
  auto* const text = static_cast<char*>(crew->piece(kTask));
  auto* const room = crew->piece(kRoom);
  guard([&] {
    MessageWriter task(text);
    write(task, arguments, *run);
    TeamRoom::make(room, matrix);
  });
}

void grow_as_leader(TrainingRun* run, WorkerCrew* crew, TrainProgress* progress) {
  crew->wait_for_arrival(&static_cast<Job*>(crew->piece(kJob))->arrived);
  auto* const room = static_cast<TeamRoom*>(crew->piece(kRoom));
  const void* const matrix = crew->piece(kMatrix);
  const auto members = static_cast<std::uint32_t>(crew->launched()) + 1;
  bool failed = false;
  guard([&] {
    run->drop_block();
    room->open(members);
    try {
      Team team(room, 0, progress->stop_flag());
      run->grow_in_team(BinnedMatrix(matrix), team, progress->stop_flag());
    } catch (...) {
      if (!room->given_up()) throw;
      failed = true;
    }
  });
  if (!failed) return;
  crew->dismiss();  // raises the worker's error
  elog(ERROR, "a parallel worker gave up without an error");
}

}  // namespace

int team_workers(const TrainingRun* run) {
  if (run->boosting() == nullptr) return 0;
  const TrainingData* const data = &run->data();
  const double work = static_cast<double>(data->rows()) *
                      static_cast<double>(data->columns.size()) * run->boosting()->trees;
  if (training_workers < 0 && work < kWorthWorkers) return 0;
  const int wanted = training_workers < 0 ? max_parallel_maintenance_workers : training_workers;
  return time_of_teams(run, wanted) < time_of_shared_fits(run) ? wanted : 0;
}

int grow_boosted(TrainingRun* run, const FitArguments& arguments, int wanted,
                 TrainProgress* progress) {
  WorkerCrew crew;
  bool grown = false;
  if (wanted > 0) {
    hire(&crew, run, arguments, wanted);
    grown = crew.is_hired() && crew.launch() > 0;
    if (grown) grow_as_leader(run, &crew, progress);
    crew.dismiss();
  }
  if (!grown) guard([&] { run->grow_trees(progress->stop_flag()); });
  return crew.launched();
}

}  // namespace credit_risk::pg

extern "C" {
CR_EXPORT void cr_boost_trees(dsm_segment* segment, shm_toc* toc);

// What a parallel worker runs: grows all trees as a member of the team. From its arrival on, the
// team hears of whatever ends it.
void cr_boost_trees(dsm_segment* segment, shm_toc* toc) {
  using namespace credit_risk;
  using namespace credit_risk::pg;
  shm_mq_handle* const sender = join_crew(segment, toc);
  auto* const job = static_cast<Job*>(shared_piece(toc, kJob));
  const void* const matrix = shared_piece(toc, kMatrix);
  const auto* const text = static_cast<const char*>(shared_piece(toc, kTask));
  auto* const room = static_cast<TeamRoom*>(shared_piece(toc, kRoom));
  const auto member = static_cast<std::uint32_t>(ParallelWorkerNumber) + 1;
  pg_atomic_fetch_add_u32(&job->arrived, 1);
  guard([&] {
    try {
      const Task task = read_task(text, job->task_bytes);
      const TrainOptions options =
          parse_train_options(task.params.data(), task.params.size(), task.algorithm);
      Team team(room, member, interrupt_flag());
      boost(BinnedMatrix(matrix), task.features, *boosting_params(options), team, interrupt_flag());
    } catch (...) {
      // The leader shall hear of the failure that was the first, not of those who ceased for it.
      if (room->given_up()) return;
      room->give_up();
      throw;
    }
  });
  shm_mq_detach(sender);
}
}
