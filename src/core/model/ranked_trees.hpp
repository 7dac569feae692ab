// Trees that compare ranks: a value's rank is how many thresholds of its slot lie below it, so that
// `value <= threshold` is `rank <= the threshold's place among them`, exactly. Small integers let
// one vector compare a node of 64 trees at once (32, where a slot has more than 255 thresholds).
#pragma once
#include <cstddef>
#include <cstdint>

namespace credit_risk {

// As large as a cache line and a vector, and aligned like them.
struct alignas(64) RankLine {
  std::uint8_t bytes[64];
};

// A node below the tops; a leaf leads back to itself.
struct RankedNode {
  std::uint16_t rank;  // left where the rank of the slot's value is not above
  std::uint16_t slot;
  std::uint32_t left;  // the right child lies next to it
};

// The thresholds of one slot as a search tree: level 0 has up to 16 numbers, number i of a level
// closes block i (16 numbers) of the level below; the last level has all thresholds, ascending.
struct RankSearch {
  static constexpr std::uint32_t kBlock = 16, kMaxLevels = 4;
  std::uint32_t levels;
  std::uint32_t begin[kMaxLevels];  // in RankedTrees::thresholds; filled up with infinity
};

// What a kernel reads; RankedForest keeps it.
struct RankedTrees {
  static constexpr std::size_t kMaxSlots = 64;
  static constexpr std::size_t kFewLevels = 4, kLevels = 6;

  const double* thresholds;
  const RankSearch* searches;  // of each slot but the first, which is 0
  std::size_t slots;

  // The first `levels` levels (kFewLevels or kLevels) of each tree, as a full tree. The trees lie
  // in groups, as many as ranks fit into a line; of each node, in post-order, one line with the
  // slots and one with the ranks of the group's trees. Below a leaf nobody goes right.
  const RankLine* tops;
  std::size_t levels;
  std::size_t trees;
  bool wide;         // ranks of 16 bits, not 8
  bool float32_sum;  // numbers are float, and so is each sum

  // Where all trees end within their tops: the numbers to add, 2^levels a tree. Otherwise the
  // numbers are those of `nodes`, and `below` has the nodes that the tops lead to.
  const void* numbers;
  const std::uint32_t* below;
  const std::uint32_t* depths_below;  // by tree
  const RankedNode* nodes;            // null where all trees end within their tops
};

// Adds the numbers that `rows` rows (1 or 2) reach to `sums`, in tree order. `values`: of each row
// kMaxSlots numbers, as Slots fills them.
using SumRanked = void (*)(const RankedTrees& trees, const double* values, std::size_t rows,
                           double* sums);

}  // namespace credit_risk
