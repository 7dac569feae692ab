// Trees that 64 rows pass at once, a byte for each row. Every split is compared for all of them,
// and from the leaves up each node holds the number of the leaf that a row reaches below it: that
// of one child or, where the row's rank is above, that of the other. No load waits for a comparison
// and no branch depends on one, so that a split of a small tree costs less than a step on a way
// down.
#pragma once
#include <cstddef>
#include <cstdint>

#include "core/model/predict/ranked_trees.hpp"

namespace credit_risk {

// The ranks of the rows of a tile, side by side.
struct RankTile {
  static constexpr std::size_t kRows = 64;
  RankLine ranks[RankedTrees::kMaxRanks];
};

// Reads two lines and writes one, each named by where it begins, in bytes. Line i < kMostLeaves
// says "leaf i" for all rows. A twig is a split of two leaves: `left` is the number of the left
// one, the right one is the next.
struct TileSplit {
  std::uint16_t left, to, right;
  std::uint8_t place, rank;
};

struct TileTree {
  std::uint16_t root;  // its line
  std::uint16_t leaves;
};

// Trees whose splits lie mixed, those nearest to the leaves first: so none waits for the one just
// before it.
struct TileGroup {
  static constexpr std::size_t kTrees = 4;  // or fewer
  std::uint32_t twigs, splits;              // twigs come first; of both kinds
};

// What a kernel reads; RankedForest keeps it.
struct TiledTrees {
  static constexpr std::size_t kMostLeaves = 256;  // of a tree
  static constexpr std::size_t kMostLines = kMostLeaves + TileGroup::kTrees * kMostLeaves / 2;

  const TileGroup* groups;
  const TileTree* trees;
  std::size_t count;        // of trees
  std::size_t most_leaves;  // of one of these
  const TileSplit* splits;  // group by group
  const void* numbers;      // of the leaves, from left to right; float where sums are
  bool float32_sum;
};

// Writes the ranks of the rows of a tile. `values`: of each slot those of the rows, side by side.
using RankRows = void (*)(const RankedTrees& trees, const double* values, RankTile& tile);
// Adds the numbers that the rows of a tile reach to `sums`, in tree order.
using SumTile = void (*)(const TiledTrees& trees, const RankTile& tile, double* sums);

}  // namespace credit_risk
