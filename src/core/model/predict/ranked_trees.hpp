// Trees that compare ranks: a value's rank is how many thresholds of its slot lie below it, so that
// `value <= threshold` is `rank <= the threshold's place among them`, exactly. Ranks of 8 bits let
// one vector compare a node of 64 trees at once. A slot with more than 255 thresholds has several
// ranks, one for each 255 of them.
#pragma once
#include <cstddef>
#include <cstdint>

namespace credit_risk {

// As large as a cache line and a vector, and aligned like them.
struct alignas(64) RankLine {
  std::uint8_t bytes[64];
};

// A node below the tops; a leaf has neither way and stays where it is.
struct RankedNode {
  std::uint8_t place;   // of the rank to compare; a row's rank 0 is 0
  std::uint8_t rank;    // left where the row's is not above
  std::uint16_t ahead;  // the left child lies so many nodes behind, the right one next to it
};

// The thresholds of one slot as a search tree: level 0 has up to 16 numbers, number i of a level
// closes block i (16 numbers) of the level below; the last level has all thresholds, ascending.
struct RankSearch {
  static constexpr std::uint32_t kBlock = 16, kMaxLevels = 4;
  static constexpr std::uint32_t kMostOfRank = 255;  // thresholds
  std::uint32_t levels;
  std::uint32_t begin[kMaxLevels];  // in RankedTrees::thresholds; filled up with infinity
  std::uint32_t place, ranks;       // of its ranks among a row's
  std::uint32_t thresholds;
};

// What a kernel reads; RankedForest keeps it.
struct RankedTrees {
  static constexpr std::size_t kMaxRanks = 128, kFewRanks = 64;
  static constexpr std::size_t kGroup = 64;  // trees
  static constexpr std::size_t kFewLevels = 4, kLevels = 6;

  // One of the two; float where the values are float32.
  const double* thresholds;
  const float* float_thresholds;
  const RankSearch* searches;  // of each slot but the first, which is 0
  std::size_t slots;
  std::size_t ranks;

  // The first `levels` levels (kFewLevels or kLevels) of each tree, as a full tree. The trees lie
  // in groups of kGroup; of each node, in post-order, one line with the places and one with the
  // ranks of the group's trees. Below a leaf nobody goes right.
  const RankLine* tops;
  std::size_t levels;
  std::size_t trees;
  bool float32_sum;  // numbers are float, and so is each sum

  // Where all trees end within their tops: the numbers to add, 2^levels a tree. Otherwise the
  // numbers are those of `nodes`, and `below` has the nodes that the tops lead to.
  const void* numbers;
  const std::uint32_t* below;
  const std::uint32_t* depths_below;  // by tree
  const RankedNode* nodes;            // null where all trees end within their tops
};

// Adds the numbers that `rows` rows (1 or 2) reach to `sums`, in tree order. `values`: of each row
// kMaxRanks numbers, as Slots fills them.
using SumRanked = void (*)(const RankedTrees& trees, const double* values, std::size_t rows,
                           double* sums);

}  // namespace credit_risk
