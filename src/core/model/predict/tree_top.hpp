// The first levels of a tree for a full tile of rows: all their nodes compare all rows, side by
// side, which takes fewer steps than walking each row down. Several instruction sets, the same
// answers.
#pragma once
#include <cstddef>
#include <cstdint>

#include "core/model/predict/ranked_tile.hpp"

namespace credit_risk {

struct TreeTop {
  static constexpr std::size_t kLevels = 4;
  static constexpr std::size_t kNodes = 15;
  static constexpr std::size_t kRows = 64;  // of a tile

  // Level by level, from the root; node i leads to 2 i + 1 where value <= threshold, else to
  // 2 i + 2. Below a leaf nobody goes right.
  float threshold[kNodes];
  std::uint32_t slot[kNodes];
  std::uint32_t below[kNodes + 1];  // the nodes of the forest that the last level leads to
};

// Writes to `at` where each row of the tile stands below the top. `values`: [slot][row], no NaN.
using EnterRows = void (*)(const TreeTop& top, const float* values, std::uint32_t* at);

struct TopKernel {
  const char* name;
  EnterRows enter;
  // Null where the machine is better off without ranks.
  SumRanked sum_ranked;
  RankRows rank_rows;
  SumTile sum_tile;
};

// The kernels that this machine can run, the fastest first; `*count` is at least 1.
const TopKernel* top_kernels(std::size_t* count) noexcept;

}  // namespace credit_risk
