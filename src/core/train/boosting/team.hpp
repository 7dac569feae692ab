// Processes that grow the same trees, each on its share of the rows.
//
// Every member takes every decision for itself, from what all of them put together: sums of
// integers, the same in whatever order they are added, and the best splits, of which each member
// looks at some features (the data-parallel learner of LightGBM; Meng et al. 2016, "A
// Communication-Efficient Parallel Algorithm for Decision Tree", compare it). So the trees are the
// same for any number of members.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/stop_flag.hpp"
#include "core/train/boosting/gain_search.hpp"
#include "core/train/boosting/gradients.hpp"
#include "core/train/data/binned_matrix.hpp"

namespace credit_risk {

// The memory in which the members of a team meet, mapped by all of them, at any address.
class TeamRoom {
 public:
  // What a team of up to `most` members needs for trees on this matrix.
  static std::size_t bytes(const BinnedMatrix& matrix, std::uint32_t most);

  // Makes a room in memory that is aligned to 8 bytes. Nobody passes the door yet.
  static TeamRoom* make(void* memory, const BinnedMatrix& matrix);
  // Opens the door when it is known how many have come, 1 or more.
  void open(std::uint32_t members) noexcept { members_.store(members, std::memory_order_release); }
  // Says that a member has failed: the others throw kCancelled instead of waiting for it.
  void give_up() noexcept { given_up_.store(true, std::memory_order_release); }
  bool given_up() const noexcept { return given_up_.load(std::memory_order_acquire); }

 private:
  friend class Team;
  explicit TeamRoom(const BinnedMatrix& matrix);

  const std::uint64_t histogram_bytes_, split_bytes_;  // of a member
  std::atomic<std::uint32_t> members_{0};              // 0: the door is closed
  std::atomic<bool> given_up_{false};
  alignas(8) std::atomic<std::uint32_t> arrived_{0};
  alignas(8) std::atomic<std::uint32_t> meetings_{0};
};

// One member's side.
class Team {
 public:
  // A team of one, which shares nothing.
  Team() = default;
  // Member `member` (from 0) of those that meet in the room; waits at its door.
  Team(TeamRoom* room, std::uint32_t member, const StopFlag& stop);

  std::uint32_t members() const noexcept { return members_; }
  // Whether this member looks at the feature that is number `index` of those drawn for a tree.
  bool looks_at(std::size_t index) const noexcept { return index % members_ == member_; }
  // Where the rows of this member begin, of so many rows in all; those of the next one follow.
  std::uint32_t first_row(std::uint32_t rows) const noexcept { return first_row(rows, member_); }
  std::uint32_t end_row(std::uint32_t rows) const noexcept { return first_row(rows, member_ + 1); }

  // All of these are called by all members, in the same order; each waits for the others.

  static constexpr std::size_t kMostSums = 4;
  void sum(std::int64_t* values, std::size_t count);  // becomes what the members' come to
  // Where a member puts its part of the histograms of those features that others look at; after
  // share_bins it adds, of the others' parts, those that it looks at. Null for a team of one.
  GradientSum* bins_to_share();
  void share_bins();
  void add_bins(std::size_t begin, std::size_t end, std::vector<GradientSum>& sums) const;
  // The best of what the members found, for each of a few nodes.
  static constexpr std::size_t kMostSplits = 2;
  void agree(std::vector<GainSplit>& splits);

 private:
  std::uint32_t first_row(std::uint32_t rows, std::uint32_t member) const noexcept {
    return static_cast<std::uint32_t>(std::uint64_t{rows} * member / members_);
  }
  char* desk(std::uint32_t member) const noexcept;  // what a member writes and the others read
  std::int64_t* sums_of(std::uint32_t member) const noexcept;
  char* splits_of(std::uint32_t member) const noexcept;
  GradientSum* bins_of(std::uint32_t member) const noexcept;
  void meet();
  template <class Happened>
  void wait_until(Happened happened) const;

  TeamRoom* room_ = nullptr;
  std::uint32_t member_ = 0, members_ = 1;
  StopFlag stop_;
  bool odd_ = false;          // which of two places the next small sums take
  bool bins_in_use_ = false;  // somebody may be reading bins since the last meeting
};

}  // namespace credit_risk
