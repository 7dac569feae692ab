#include "pg/parallel_training.hpp"

#include <algorithm>

#include "core/train/training_run.hpp"
#include "core/train/forest/tree_grower.hpp"
#include "core/train/forest/tree_message.hpp"
#include "pg/guard.hpp"
#include "pg/settings.hpp"
#include "pg/train_progress.hpp"

namespace credit_risk::pg {
namespace {

enum Key : std::uint64_t { kKeyJob = 1, kKeyMatrix = 2, kKeyQueues = 3, kKeyQuery = 4 };

constexpr Size kQueueBytes = 4 * 1024 * 1024;
// Below this many rows times trees, starting workers takes longer than growing the trees.
constexpr double kWorthWorkers = 2e6;

// What the workers share besides the matrix and the text of the statement.
struct Job {
  ForestParams forest;
  pg_atomic_uint32 next_tree;
};

struct Workers {
  ParallelContext* context;
  Job* job;
  const void* matrix;
  shm_mq_handle** queues;  // one per launched worker
};

using Grower = std::unique_ptr<TreeGrower>;

int wanted_workers(const TrainingRun* run) {
  if (run->forest() == nullptr) return 0;
  const ForestParams& forest = *run->forest();
  const double work = static_cast<double>(BinnedMatrix(run->block().data()).rows()) * forest.trees;
  if (training_workers < 0 && work < kWorthWorkers) return 0;
  const int wanted = training_workers < 0 ? max_parallel_maintenance_workers : training_workers;
  return std::min(wanted, forest.trees - 1);
}

Grower* make_grower(const void* matrix, const ForestParams* forest) {
  auto* const grower = make_in_context<Grower>(CurrentMemoryContext);
  guard([&] { *grower = make_tree_grower(BinnedMatrix(matrix), *forest, interrupt_flag()); });
  return grower;
}

// The context with its shared memory filled, workers not yet launched; a null segment when there is
// no shared memory to be had.
Workers prepare(const TrainingRun* run, int count) {
  Workers workers{};
  const Size matrix_bytes = run->block().size() * sizeof(std::uint64_t);
  workers.context = CreateParallelContext("credit_risk", "cr_grow_trees", count);
  shm_toc_estimator* const estimator = &workers.context->estimator;
  shm_toc_estimate_chunk(estimator, sizeof(Job));
  shm_toc_estimate_chunk(estimator, matrix_bytes);
  shm_toc_estimate_chunk(estimator, mul_size(kQueueBytes, static_cast<Size>(count)));
  const char* const query = debug_query_string == nullptr ? "" : debug_query_string;
  shm_toc_estimate_chunk(estimator, std::strlen(query) + 1);
  shm_toc_estimate_keys(estimator, 4);
  InitializeParallelDSM(workers.context);
  if (workers.context->seg == nullptr) return workers;

  shm_toc* const toc = workers.context->toc;
  workers.job = static_cast<Job*>(shm_toc_allocate(toc, sizeof(Job)));
  workers.job->forest = *run->forest();
  pg_atomic_init_u32(&workers.job->next_tree, 0);
  void* const matrix = shm_toc_allocate(toc, matrix_bytes);
  std::memcpy(matrix, run->block().data(), matrix_bytes);
  workers.matrix = matrix;
  auto* const queues =
      static_cast<char*>(shm_toc_allocate(toc, kQueueBytes * static_cast<Size>(count)));
  workers.queues =
      static_cast<shm_mq_handle**>(palloc0(sizeof(shm_mq_handle*) * static_cast<Size>(count)));
  for (int i = 0; i < count; ++i) {
    shm_mq* const queue = shm_mq_create(queues + kQueueBytes * static_cast<Size>(i), kQueueBytes);
    shm_mq_set_receiver(queue, MyProc);
    workers.queues[i] = shm_mq_attach(queue, workers.context->seg, nullptr);
  }
  auto* const text = static_cast<char*>(shm_toc_allocate(toc, std::strlen(query) + 1));
  std::strcpy(text, query);
  shm_toc_insert(toc, kKeyQuery, text);
  shm_toc_insert(toc, kKeyJob, workers.job);
  shm_toc_insert(toc, kKeyMatrix, matrix);
  shm_toc_insert(toc, kKeyQueues, queues);
  return workers;
}

// Takes a tree from one worker's queue; returns false when there is none now, or (waiting) when the
// worker is done.
bool receive_tree(TrainingRun* run, shm_mq_handle* queue, bool wait) {
  Size size = 0;
  void* bytes = nullptr;
  if (shm_mq_receive(queue, &size, &bytes, !wait) != SHM_MQ_SUCCESS) return false;
  guard([&] {
    NumberedTree received = unpack_tree(static_cast<const char*>(bytes), size);
    run->add_tree(received.number, std::move(received.tree));
  });
  return true;
}

// The leader grows trees like a worker and empties the queues between two of them.
void grow_with(TrainingRun* run, const Workers& workers, TrainProgress* progress) {
  const int launched = workers.context->nworkers_launched;
  for (int i = 0; i < launched; ++i) {
    shm_mq_set_handle(workers.queues[i], workers.context->worker[i].bgwhandle);
  }
  Grower* const grower = make_grower(workers.matrix, &workers.job->forest);
  const auto trees = static_cast<std::uint32_t>(workers.job->forest.trees);
  std::uint32_t grown = 0;
  for (;;) {
    CHECK_FOR_INTERRUPTS();
    progress->steps_done(grown, trees);
    const std::uint32_t number = pg_atomic_fetch_add_u32(&workers.job->next_tree, 1);
    if (number >= trees) break;
    guard([&] { run->add_tree(number, (*grower)->grow(number)); });
    ++grown;
    for (int i = 0; i < launched; ++i) {
      while (receive_tree(run, workers.queues[i], false)) ++grown;
    }
  }
  for (int i = 0; i < launched; ++i) {
    while (receive_tree(run, workers.queues[i], true)) progress->steps_done(++grown, trees);
  }
  WaitForParallelWorkersToFinish(workers.context);
}

}  // namespace

int grow_forest(TrainingRun* run, TrainProgress* progress) {
  const int wanted = wanted_workers(run);
  int launched = 0;
  if (wanted > 0) {
    EnterParallelMode();
    const Workers workers = prepare(run, wanted);
    if (workers.context->seg != nullptr) {
      LaunchParallelWorkers(workers.context);
      launched = workers.context->nworkers_launched;
      if (launched > 0) {
        guard([&] { run->drop_block(); });
        grow_with(run, workers, progress);
      }
    }
    DestroyParallelContext(workers.context);
    ExitParallelMode();
  }
  guard([&] { run->grow_trees(progress->stop_flag()); });
  return launched;
}

}  // namespace credit_risk::pg

extern "C" {
CR_EXPORT void cr_grow_trees(dsm_segment* segment, shm_toc* toc);

// What a parallel worker runs: takes numbers, grows the trees, sends them to the leader.
void cr_grow_trees(dsm_segment* segment, shm_toc* toc) {
  using namespace credit_risk;
  using namespace credit_risk::pg;
  debug_query_string = static_cast<const char*>(shm_toc_lookup(toc, kKeyQuery, false));
  pgstat_report_activity(STATE_RUNNING, debug_query_string);
  auto* const job = static_cast<Job*>(shm_toc_lookup(toc, kKeyJob, false));
  const void* const matrix = shm_toc_lookup(toc, kKeyMatrix, false);
  auto* const queues = static_cast<char*>(shm_toc_lookup(toc, kKeyQueues, false));
  auto* const queue =
      reinterpret_cast<shm_mq*>(queues + kQueueBytes * static_cast<Size>(ParallelWorkerNumber));
  shm_mq_set_sender(queue, MyProc);
  shm_mq_handle* const sender = shm_mq_attach(queue, segment, nullptr);

  Grower* const grower = make_grower(matrix, &job->forest);
  auto* const bytes = make_in_context<std::string>(CurrentMemoryContext);
  const auto trees = static_cast<std::uint32_t>(job->forest.trees);
  for (;;) {
    CHECK_FOR_INTERRUPTS();
    const std::uint32_t number = pg_atomic_fetch_add_u32(&job->next_tree, 1);
    if (number >= trees) break;
    guard([&] { *bytes = pack_tree(number, (*grower)->grow(number)); });
    if (shm_mq_send(sender, bytes->size(), bytes->data(), false, true) != SHM_MQ_SUCCESS) break;
  }
  shm_mq_detach(sender);
}
}
