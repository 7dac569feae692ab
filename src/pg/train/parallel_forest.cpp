#include "pg/train/parallel_forest.hpp"

#include <algorithm>

#include "core/train/forest/tree_grower.hpp"
#include "core/train/forest/tree_message.hpp"
#include "core/train/training_run.hpp"
#include "pg/guard.hpp"
#include "pg/settings.hpp"
#include "pg/train/train_progress.hpp"
#include "pg/train/worker_crew.hpp"

namespace credit_risk::pg {
namespace {

enum Piece : int { kJob, kMatrix, kPieces };

// Below this many rows times trees, starting workers takes longer than growing the trees.
constexpr double kWorthWorkers = 2e6;

// What the workers share besides the matrix.
struct Job {
  ForestParams forest;
  pg_atomic_uint32 next_tree;
};

using Grower = std::unique_ptr<TreeGrower>;

int wanted_workers(const TrainingRun* run) {
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

void hire(WorkerCrew* crew, const TrainingRun* run, int count) {
  const Size sizes[kPieces] = {sizeof(Job), run->block().size() * sizeof(std::uint64_t)};
  crew->hire("cr_grow_trees", count, sizes, kPieces);
  if (!crew->is_hired()) return;
  auto* const job = static_cast<Job*>(crew->piece(kJob));
  job->forest = *run->forest();
  pg_atomic_init_u32(&job->next_tree, 0);
  std::memcpy(crew->piece(kMatrix), run->block().data(), sizes[kMatrix]);
}

// Takes the trees that a worker has sent; waiting, all that it will send.
void receive_trees(TrainingRun* run, const WorkerCrew* crew, int worker, bool wait,
                   TrainProgress* progress, std::uint32_t* grown) {
  const auto trees = static_cast<std::uint32_t>(run->forest()->trees);
  const char* bytes = nullptr;
  Size size = 0;
  while (crew->receive(worker, wait, &bytes, &size)) {
    guard([&] {
      NumberedTree received = unpack_tree(bytes, size);
      run->add_tree(received.number, std::move(received.tree));
    });
    progress->steps_done(++*grown, trees);
  }
}

// The leader grows trees like a worker and empties the queues between two of them.
void grow_with(TrainingRun* run, const WorkerCrew* crew, TrainProgress* progress) {
  auto* const job = static_cast<Job*>(crew->piece(kJob));
  Grower* const grower = make_grower(crew->piece(kMatrix), &job->forest);
  const auto trees = static_cast<std::uint32_t>(job->forest.trees);
  std::uint32_t grown = 0;
  for (;;) {
    CHECK_FOR_INTERRUPTS();
    progress->steps_done(grown, trees);
    const std::uint32_t number = pg_atomic_fetch_add_u32(&job->next_tree, 1);
    if (number >= trees) break;
    guard([&] { run->add_tree(number, (*grower)->grow(number)); });
    ++grown;
    for (int i = 0; i < crew->launched(); ++i) receive_trees(run, crew, i, false, progress, &grown);
  }
  for (int i = 0; i < crew->launched(); ++i) receive_trees(run, crew, i, true, progress, &grown);
}

}  // namespace

int grow_forest(TrainingRun* run, TrainProgress* progress) {
  const int wanted = wanted_workers(run);
  WorkerCrew crew;
  if (wanted > 0) {
    hire(&crew, run, wanted);
    if (crew.is_hired() && crew.launch() > 0) {
      guard([&] { run->drop_block(); });
      grow_with(run, &crew, progress);
    }
    crew.dismiss();
  }
  guard([&] { run->grow_trees(progress->stop_flag()); });
  return crew.launched();
}

}  // namespace credit_risk::pg

extern "C" {
CR_EXPORT void cr_grow_trees(dsm_segment* segment, shm_toc* toc);

// What a parallel worker runs: takes numbers, grows the trees, sends them to the leader.
void cr_grow_trees(dsm_segment* segment, shm_toc* toc) {
  using namespace credit_risk;
  using namespace credit_risk::pg;
  shm_mq_handle* const sender = join_crew(segment, toc);
  auto* const job = static_cast<Job*>(shared_piece(toc, kJob));
  Grower* const grower = make_grower(shared_piece(toc, kMatrix), &job->forest);
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
