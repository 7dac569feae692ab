// Keeps a model of numeric splits as the kernels of ranked_trees.hpp read it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/model/model.hpp"
#include "core/model/predict/ranked_trees.hpp"
#include "core/model/predict/tree_top.hpp"
#include "core/model/slots.hpp"

namespace credit_risk {

class RankedForest {
 public:
  // Whether a validated model is one of numeric splits, within the kernels' limits, and of enough
  // trees that ranking a row's values pays.
  static bool fits(const Model& model, const Slots& slots);

  RankedForest(const Model& model, const Slots& slots, const TopKernel& kernel);

  // Adds what up to kRows rows reach to `sums`. `values` as for SumRanked.
  void add(const double* values, std::size_t rows, double* sums) const {
    kernel_.sum_ranked(view(), values, rows, sums);
  }
  static constexpr std::size_t kRows = 2;

  // Whether tiles of rows are faster: trees that go on below their tops, none of them large.
  bool has_tiles() const noexcept { return !tile_trees_.empty(); }
  void rank(const double* values, RankTile& tile) const { kernel_.rank_rows(view(), values, tile); }
  // Adds what the rows of a tile reach to `sums`.
  void add(const RankTile& tile, double* sums) const { kernel_.sum_tile(tiled_view(), tile, sums); }

  std::size_t byte_size() const noexcept;

 private:
  class Packer;
  RankedForest() = default;
  RankedTrees view() const noexcept;
  TiledTrees tiled_view() const noexcept;

  TopKernel kernel_{};
  std::vector<double> thresholds_;  // one of the two is empty
  std::vector<float> float_thresholds_;
  std::vector<RankSearch> searches_;
  std::vector<RankLine> tops_;
  std::size_t ranks_ = 0;
  std::size_t levels_ = 0;
  std::size_t trees_ = 0;
  bool float32_sum_ = false;
  std::vector<float> float_numbers_;  // one of the two is empty
  std::vector<double> numbers_;
  std::vector<std::uint32_t> below_;
  std::vector<std::uint32_t> depths_below_;
  std::vector<RankedNode> nodes_;
  std::vector<TileGroup> tile_groups_;
  std::vector<TileTree> tile_trees_;
  std::vector<TileSplit> tile_splits_;
  std::vector<float> float_leaves_;  // one of the two is empty
  std::vector<double> leaves_;
  std::size_t most_leaves_ = 0;
};

}  // namespace credit_risk
