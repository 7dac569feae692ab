#include "core/train/boosting/team.hpp"

#include <sched.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "core/error.hpp"
#include "core/message.hpp"

namespace credit_risk {
namespace {

constexpr std::size_t kCacheLine = 64;
static_assert(2 * Team::kMostSums * sizeof(std::int64_t) <= kCacheLine);
// A member waits by spinning for some microseconds, as long as meetings take when every member has
// a processor; then it lets others run.
constexpr int kSpins = 2000;

std::size_t round_up(std::size_t bytes) {
  return (bytes + kCacheLine - 1) / kCacheLine * kCacheLine;
}

void pause() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

std::size_t bins_of_all(const BinnedMatrix& matrix) {
  std::size_t bins = 0;
  for (std::uint32_t f = 0; f < matrix.features(); ++f) bins += matrix.feature(f).bins + 1;
  return bins;
}

std::size_t words_of_categories(const BinnedMatrix& matrix) {
  std::size_t most = 0;
  for (std::uint32_t f = 0; f < matrix.features(); ++f) {
    if (matrix.feature(f).categorical)
      most = std::max<std::size_t>(most, matrix.feature(f).bins / 64 + 1);
  }
  return most;
}

// A split without its categories, which follow.
struct SplitHead {
  double gain;
  std::int32_t feature;
  std::uint32_t last_left, first_right, words;
  bool missing_left, unrecognized_left;
  GradientSum left;
};

void write(MessageWriter& message, const GainSplit& split) {
  SplitHead head{};
  head.gain = split.gain;
  head.feature = split.feature;
  head.last_left = split.last_left;
  head.first_right = split.first_right;
  head.missing_left = split.missing_left;
  head.unrecognized_left = split.unrecognized_left;
  head.left = split.left;
  message.value(head);
  message.array(split.left_categories);
}

GainSplit read_split(MessageReader& message) {
  const auto head = message.value<SplitHead>();
  GainSplit split;
  split.gain = head.gain;
  split.feature = head.feature;
  split.last_left = head.last_left;
  split.first_right = head.first_right;
  split.missing_left = head.missing_left;
  split.unrecognized_left = head.unrecognized_left;
  split.left = head.left;
  message.array(split.left_categories);
  return split;
}

// As GainSearch chooses: the one of more gain, of equal ones that of the first feature.
bool is_better(const GainSplit& split, const GainSplit& than) noexcept {
  if (!split.found() || !than.found()) return split.found();
  return split.gain != than.gain ? split.gain > than.gain : split.feature < than.feature;
}

}  // namespace

TeamRoom::TeamRoom(const BinnedMatrix& matrix)
    : histogram_bytes_(round_up(bins_of_all(matrix) * sizeof(GradientSum))),
      split_bytes_(round_up(
          Team::kMostSplits *
          (sizeof(SplitHead) + sizeof(std::uint64_t) * (1 + words_of_categories(matrix))))) {}

std::size_t TeamRoom::bytes(const BinnedMatrix& matrix, std::uint32_t most) {
  const TeamRoom room(matrix);
  return 2 * kCacheLine + round_up(sizeof room) +
         most * (kCacheLine + room.split_bytes_ + room.histogram_bytes_);
}

TeamRoom* TeamRoom::make(void* memory, const BinnedMatrix& matrix) {
  return new (memory) TeamRoom(matrix);
}

Team::Team(TeamRoom* room, std::uint32_t member, const StopFlag& stop)
    : room_(room), member_(member), stop_(stop) {
  wait_until([&] { return room_->members_.load(std::memory_order_acquire) != 0; });
  members_ = room_->members_.load(std::memory_order_acquire);
}

// The desks begin at the first cache line behind the room's own.
char* Team::desk(std::uint32_t member) const noexcept {
  auto at = reinterpret_cast<std::uintptr_t>(room_) + sizeof *room_;
  at = (at + kCacheLine - 1) / kCacheLine * kCacheLine;
  return reinterpret_cast<char*>(at) +
         member * (kCacheLine + room_->split_bytes_ + room_->histogram_bytes_);
}

std::int64_t* Team::sums_of(std::uint32_t member) const noexcept {
  return reinterpret_cast<std::int64_t*>(desk(member)) + (odd_ ? kMostSums : 0);
}

char* Team::splits_of(std::uint32_t member) const noexcept { return desk(member) + kCacheLine; }

GradientSum* Team::bins_of(std::uint32_t member) const noexcept {
  return reinterpret_cast<GradientSum*>(splits_of(member) + room_->split_bytes_);
}

template <class Happened>
void Team::wait_until(Happened happened) const {
  for (int spins = 0; !happened();) {
    if (spins < kSpins) {
      ++spins;
      pause();
      continue;
    }
    stop_.poll();
    if (room_->given_up()) throw Error(ErrorKind::kCancelled, "another process failed");
    sched_yield();
  }
}

// What members wrote before they came is there for all who leave.
void Team::meet() {
  bins_in_use_ = false;
  const std::uint32_t meeting = room_->meetings_.load(std::memory_order_relaxed);
  if (room_->arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == members_) {
    room_->arrived_.store(0, std::memory_order_relaxed);
    room_->meetings_.store(meeting + 1, std::memory_order_release);
    return;
  }
  wait_until([&] { return room_->meetings_.load(std::memory_order_acquire) != meeting; });
}

// Two places in turn: who writes to one again has met, over the other, all who read from it.
void Team::sum(std::int64_t* values, std::size_t count) {
  if (members_ == 1) return;
  std::copy(values, values + count, sums_of(member_));
  meet();
  std::fill(values, values + count, 0);
  for (std::uint32_t m = 0; m < members_; ++m) {
    for (std::size_t i = 0; i < count; ++i) values[i] += sums_of(m)[i];
  }
  odd_ = !odd_;
}

GradientSum* Team::bins_to_share() {
  if (members_ == 1) return nullptr;
  if (bins_in_use_) meet();
  return bins_of(member_);
}

void Team::share_bins() {
  if (members_ == 1) return;
  meet();
  bins_in_use_ = true;
}

void Team::add_bins(std::size_t begin, std::size_t end, std::vector<GradientSum>& sums) const {
  for (std::uint32_t m = 0; m < members_; ++m) {
    if (m == member_) continue;
    const GradientSum* const bins = bins_of(m);
    for (std::size_t bin = begin; bin < end; ++bin) sums[bin] = sums[bin] + bins[bin];
  }
}

void Team::agree(std::vector<GainSplit>& splits) {
  if (members_ == 1) return;
  MessageWriter message(splits_of(member_));
  for (const GainSplit& split : splits) write(message, split);
  meet();
  for (std::uint32_t m = 0; m < members_; ++m) {
    if (m == member_) continue;
    MessageReader others(splits_of(m), room_->split_bytes_);
    for (GainSplit& split : splits) {
      GainSplit other = read_split(others);
      if (is_better(other, split)) split = std::move(other);
    }
  }
}

}  // namespace credit_risk
