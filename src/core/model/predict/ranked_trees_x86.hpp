// The kernels of ranked_trees.hpp for instructions that not every x86-64 has; see tree_top_x86.hpp.
#pragma once
#include "core/model/predict/ranked_tile.hpp"

namespace credit_risk {

// AVX-512 F, BW and VBMI.
void sum_ranked_avx512(const RankedTrees& trees, const double* values, std::size_t rows,
                       double* sums);
void rank_rows_avx512(const RankedTrees& trees, const double* values, RankTile& tile);
void sum_tile_avx512(const TiledTrees& trees, const RankTile& tile, double* sums);

}  // namespace credit_risk
