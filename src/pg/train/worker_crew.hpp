// Parallel workers of the server that share pieces of memory with the session that leads them, and
// send it messages, a queue for each. Plain data throughout.
#pragma once
#include "pg/postgres.hpp"

namespace credit_risk::pg {

class WorkerCrew {
 public:
  static constexpr int kMostPieces = 4;

  // `count` workers, not yet launched, that will call `entry` of this module, and pieces of these
  // sizes of shared memory. The session is in parallel mode from here to dismiss(). Without shared
  // memory to be had there are neither pieces nor workers.
  void hire(const char* entry, int count, const Size* sizes, int pieces);
  bool is_hired() const { return context_ != nullptr && context_->seg != nullptr; }
  void* piece(int number) const { return pieces_[number]; }

  // Returns how many workers the server gave.
  int launch();
  int launched() const { return launched_; }
  // Waits until `arrived` counts all of them; an error of one that could not come is raised here.
  void wait_for_arrival(pg_atomic_uint32* arrived) const;

  // The next message of a worker: false when there is none now or, waiting, when it is done.
  bool receive(int worker, bool wait, const char** bytes, Size* size) const;

  // Waits for the workers. Where an error ends the statement instead, the server does it.
  void dismiss();

 private:
  ParallelContext* context_ = nullptr;
  shm_mq_handle** queues_ = nullptr;
  void* pieces_[kMostPieces] = {};
  int launched_ = 0;
};

// A worker's side: shows the leader's statement as its own, and returns the queue to the leader.
shm_mq_handle* join_crew(dsm_segment* segment, shm_toc* toc);
void* shared_piece(shm_toc* toc, int number);

}  // namespace credit_risk::pg
