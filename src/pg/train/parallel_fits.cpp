#include "pg/train/parallel_fits.hpp"

#include <algorithm>

#include "core/train/data/training_message.hpp"
#include "pg/guard.hpp"
#include "pg/settings.hpp"

namespace credit_risk::pg {
namespace {

enum Piece : int { kJob, kRows, kAlgorithm, kParams, kPieces };

// Below this many values in all fits, starting workers takes longer than what they would save.
constexpr double kWorthWorkers = 1e6;

// What the workers share besides the rows and the texts.
struct Job {
  pg_atomic_uint32 next_fit;
  TrainingRun::Goal goal;
  Size row_bytes;
};

Size row_bytes(const TrainingRun* run) {
  Size size = 0;
  guard([&] {
    MessageWriter count(nullptr);
    write(count, run->data());
    size = count.size();
  });
  return size;
}

bool take_number(Job* job, std::size_t count, std::size_t* fit) {
  *fit = pg_atomic_fetch_add_u32(&job->next_fit, 1);
  return *fit < count;
}

}  // namespace

// As many as the setting says and the fits employ; each has the rows for itself, within the memory
// that a training may take.
int fit_workers(const TrainingRun* run) {
  if (run->forest() != nullptr || run->fit_count() < 2) return 0;
  const TrainingData* const data = &run->data();
  const double values =
      static_cast<double>(data->rows()) * static_cast<double>(data->columns.size());
  if (training_workers < 0 && values * static_cast<double>(run->fit_count()) < kWorthWorkers)
    return 0;
  const int wanted = training_workers < 0 ? max_parallel_maintenance_workers : training_workers;
  const auto limit = static_cast<std::uint64_t>(training_megabytes) * 1024 * 1024;
  const std::uint64_t fitting = limit / training_bytes(*data);
  // The session takes a share like theirs, and the rows lie in shared memory besides.
  const std::uint64_t room = fitting < 2 ? 0 : fitting - 2;
  return static_cast<int>(std::min({static_cast<std::uint64_t>(std::max(wanted, 0)), room,
                                    static_cast<std::uint64_t>(run->fit_count() - 1)}));
}

void SharedFits::begin(const TrainingRun* run, const FitArguments& arguments) {
  const int wanted = fit_workers(run);
  if (wanted == 0) return;
  const Size sizes[kPieces] = {sizeof(Job), row_bytes(run), std::strlen(arguments.algorithm) + 1,
                               std::strlen(arguments.params) + 1};
  crew_.hire("cr_make_fits", wanted, sizes, kPieces);
  if (!crew_.is_hired()) return;
  auto* const job = static_cast<Job*>(crew_.piece(kJob));
  pg_atomic_init_u32(&job->next_fit, 0);
  job->goal = arguments.goal;
  job->row_bytes = sizes[kRows];
  auto* const rows = static_cast<char*>(crew_.piece(kRows));
  guard([&] {
    MessageWriter message(rows);
    write(message, run->data());
  });
  std::strcpy(static_cast<char*>(crew_.piece(kAlgorithm)), arguments.algorithm);
  std::strcpy(static_cast<char*>(crew_.piece(kParams)), arguments.params);
  crew_.launch();
}

bool SharedFits::take(const TrainingRun* run, std::size_t* fit) {
  if (crew_.launched() > 0)
    return take_number(static_cast<Job*>(crew_.piece(kJob)), run->fit_count(), fit);
  *fit = next_++;
  return *fit < run->fit_count();
}

void SharedFits::collect(TrainingRun* run, bool wait) {
  const char* bytes = nullptr;
  Size size = 0;
  for (int i = 0; i < crew_.launched(); ++i) {
    while (crew_.receive(i, wait, &bytes, &size)) guard([&] { run->add_fit(bytes, size); });
  }
}

void SharedFits::end() {
  if (crew_.is_hired()) crew_.dismiss();
}

}  // namespace credit_risk::pg

extern "C" {
CR_EXPORT void cr_make_fits(dsm_segment* segment, shm_toc* toc);

// What a parallel worker runs: takes numbers, makes the fits, sends to the leader what they found.
void cr_make_fits(dsm_segment* segment, shm_toc* toc) {
  using namespace credit_risk;
  using namespace credit_risk::pg;
  shm_mq_handle* const sender = join_crew(segment, toc);
  auto* const job = static_cast<Job*>(shared_piece(toc, kJob));
  const auto* const rows = static_cast<const char*>(shared_piece(toc, kRows));
  const auto* const algorithm = static_cast<const char*>(shared_piece(toc, kAlgorithm));
  const auto* const params = static_cast<const char*>(shared_piece(toc, kParams));
  auto* const data = make_in_context<TrainingData>(CurrentMemoryContext);
  auto* const options = make_in_context<TrainOptions>(CurrentMemoryContext);
  auto* const bytes = make_in_context<std::string>(CurrentMemoryContext);
  guard([&] {
    MessageReader message(rows, job->row_bytes);
    *data = read_training_data(message);
    *options = parse_train_options(params, std::strlen(params), algorithm);
  });
  auto* const run = make_in_context<TrainingRun>(CurrentMemoryContext, std::move(*data), *options,
                                                 job->goal, interrupt_flag());
  std::size_t fit = 0;
  while (take_number(job, run->fit_count(), &fit)) {
    CHECK_FOR_INTERRUPTS();
    guard([&] {
      run->begin_fit(fit, interrupt_flag());
      run->grow_trees(interrupt_flag());
      run->finish_fit(interrupt_flag());
      *bytes = run->pack_fit();
    });
    if (shm_mq_send(sender, bytes->size(), bytes->data(), false, true) != SHM_MQ_SUCCESS) break;
  }
  shm_mq_detach(sender);
}
}
