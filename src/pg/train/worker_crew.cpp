#include "pg/train/worker_crew.hpp"

namespace credit_risk::pg {
namespace {

enum Key : std::uint64_t { kKeyQueues = 1, kKeyQuery = 2, kKeyPiece = 3 };

constexpr Size kQueueBytes = 4 * 1024 * 1024;

void estimate(shm_toc_estimator* estimator, int count, const char* query, const Size* sizes,
              int pieces) {
  shm_toc_estimate_chunk(estimator, mul_size(kQueueBytes, static_cast<Size>(count)));
  shm_toc_estimate_chunk(estimator, std::strlen(query) + 1);
  for (int i = 0; i < pieces; ++i) shm_toc_estimate_chunk(estimator, sizes[i]);
  shm_toc_estimate_keys(estimator, static_cast<Size>(2 + pieces));
}

}  // namespace

void WorkerCrew::hire(const char* entry, int count, const Size* sizes, int pieces) {
  EnterParallelMode();
  context_ = CreateParallelContext("credit_risk", entry, count);
  const char* const query = debug_query_string == nullptr ? "" : debug_query_string;
  estimate(&context_->estimator, count, query, sizes, pieces);
  InitializeParallelDSM(context_);
  if (context_->seg == nullptr) return;

  shm_toc* const toc = context_->toc;
  for (int i = 0; i < pieces; ++i) {
    pieces_[i] = shm_toc_allocate(toc, sizes[i]);
    shm_toc_insert(toc, kKeyPiece + static_cast<std::uint64_t>(i), pieces_[i]);
  }
  auto* const room =
      static_cast<char*>(shm_toc_allocate(toc, kQueueBytes * static_cast<Size>(count)));
  queues_ =
      static_cast<shm_mq_handle**>(palloc0(sizeof(shm_mq_handle*) * static_cast<Size>(count)));
  for (int i = 0; i < count; ++i) {
    shm_mq* const queue = shm_mq_create(room + kQueueBytes * static_cast<Size>(i), kQueueBytes);
    shm_mq_set_receiver(queue, MyProc);
    queues_[i] = shm_mq_attach(queue, context_->seg, nullptr);
  }
  shm_toc_insert(toc, kKeyQueues, room);
  auto* const text = static_cast<char*>(shm_toc_allocate(toc, std::strlen(query) + 1));
  std::strcpy(text, query);
  shm_toc_insert(toc, kKeyQuery, text);
}

int WorkerCrew::launch() {
  LaunchParallelWorkers(context_);
  launched_ = context_->nworkers_launched;
  for (int i = 0; i < launched_; ++i) shm_mq_set_handle(queues_[i], context_->worker[i].bgwhandle);
  return launched_;
}

void WorkerCrew::wait_for_arrival(pg_atomic_uint32* arrived) const {
  constexpr long kPollMilliseconds = 1;
  WaitForParallelWorkersToAttach(context_);
  while (pg_atomic_read_u32(arrived) < static_cast<uint32>(launched_)) {
    CHECK_FOR_INTERRUPTS();
    WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, kPollMilliseconds,
              PG_WAIT_EXTENSION);
    ResetLatch(MyLatch);
  }
}

bool WorkerCrew::receive(int worker, bool wait, const char** bytes, Size* size) const {
  void* message = nullptr;
  if (shm_mq_receive(queues_[worker], size, &message, !wait) != SHM_MQ_SUCCESS) return false;
  *bytes = static_cast<const char*>(message);
  return true;
}

void WorkerCrew::dismiss() {
  if (launched_ > 0) WaitForParallelWorkersToFinish(context_);
  DestroyParallelContext(context_);
  ExitParallelMode();
  context_ = nullptr;
}

shm_mq_handle* join_crew(dsm_segment* segment, shm_toc* toc) {
  debug_query_string = static_cast<const char*>(shm_toc_lookup(toc, kKeyQuery, false));
  pgstat_report_activity(STATE_RUNNING, debug_query_string);
  auto* const room = static_cast<char*>(shm_toc_lookup(toc, kKeyQueues, false));
  auto* const queue =
      reinterpret_cast<shm_mq*>(room + kQueueBytes * static_cast<Size>(ParallelWorkerNumber));
  shm_mq_set_sender(queue, MyProc);
  return shm_mq_attach(queue, segment, nullptr);
}

void* shared_piece(shm_toc* toc, int number) {
  return shm_toc_lookup(toc, kKeyPiece + static_cast<std::uint64_t>(number), false);
}

}  // namespace credit_risk::pg
