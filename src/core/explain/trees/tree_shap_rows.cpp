// Many rows at once: a tile of rows, in groups of as many as the kernel has lanes, goes through one
// block of trees after the other, so that a block is read from memory once for the whole tile.
#include <algorithm>

#include "core/explain/additivity.hpp"
#include "core/explain/trees/tree_shap.hpp"

namespace credit_risk {
namespace {

constexpr std::size_t kAlignedDoubles = kShapAlignment / sizeof(double);
// A tile stays within the caches, and takes some ten milliseconds at most.
constexpr std::size_t kTileBytes = std::size_t{1} << 20;
constexpr std::size_t kTileWork = std::size_t{1} << 24;  // nodes times rows
constexpr std::size_t kMostGroups = 32;

std::size_t at_least_one(std::size_t count) noexcept {
  return std::clamp(count, std::size_t{1}, kMostGroups);
}

}  // namespace

// Room for a tile. A group of rows has `stride` doubles, the next begins behind them.
struct TreeShap::Tile {
  std::size_t groups;
  std::size_t stride;
  double* values;            // [slot][row], of the first group
  double* phi;               // [feature][row]
  double* leaves;            // [tree][row]
  CategorySlot* categories;  // [slot][row]; null without categories
  // Of the group that is being worked on.
  double* lanes;
  std::uint8_t* goes_to_a;
  std::uint8_t* satisfied;
};

std::size_t TreeShap::lane_groups_in_tile() const noexcept {
  const std::size_t rows = kernel_->rows;
  const std::size_t doubles = slots_.count() + feature_count() + forest_.constants.size();
  return std::min(at_least_one(kTileBytes / (doubles * rows * sizeof(double))),
                  at_least_one(kTileWork / std::max(node_count_ * rows, std::size_t{1})));
}

void TreeShap::explain(const double* rows, std::size_t count, double* phi, double* margins,
                       Scratch& scratch, const StopFlag& stop) const {
  const std::size_t features = feature_count();
  const std::size_t tile_rows = lane_groups_in_tile() * kernel_->rows;
  std::size_t done = 0;
  // Lanes without a row cost as much as those with one.
  while (count - done > kernel_->rows / 3) {
    stop.poll();
    const std::size_t some = std::min(count - done, tile_rows);
    const Tile tile = prepare_tile(some, scratch);
    fill_tile(tile, rows + done * features, some);
    for (const ShapGroup& group : forest_.groups) add_group(tile, group);
    finish_tile(tile, some, phi + done * features, margins + done);
    done += some;
  }
  for (; done < count; ++done) {
    margins[done] = explain(rows + done * features, phi + done * features, scratch);
  }
}

TreeShap::Tile TreeShap::prepare_tile(std::size_t count, Scratch& scratch) const {
  const std::size_t rows = kernel_->rows, features = feature_count();
  Tile tile{};
  tile.groups = (count + rows - 1) / rows;
  const std::size_t used = (slots_.count() + features + forest_.constants.size()) * rows;
  tile.stride = (used + kAlignedDoubles - 1) / kAlignedDoubles * kAlignedDoubles;
  const std::size_t lanes = largest_block_ * (kMaxPoints + 1) * rows;
  scratch.tile.resize(
      std::max(scratch.tile.size(), tile.groups * tile.stride + lanes + kAlignedDoubles));
  tile.lanes = Scratch::aligned(scratch.tile);
  tile.values = tile.lanes + lanes;
  tile.phi = tile.values + slots_.count() * rows;
  tile.leaves = tile.phi + features * rows;
  if (slots_.has_categories()) {
    scratch.tile_categories.assign(tile.groups * slots_.count() * rows, CategorySlot{0, 0, 0});
    tile.categories = scratch.tile_categories.data();
  }
  scratch.goes_to_a.resize(std::max(scratch.goes_to_a.size(), largest_block_));
  scratch.satisfied.resize(std::max(scratch.satisfied.size(), 2 * largest_block_));
  tile.goes_to_a = scratch.goes_to_a.data();
  tile.satisfied = scratch.satisfied.data();
  return tile;
}

// Lanes without a row get the last one again.
void TreeShap::fill_tile(const Tile& tile, const double* rows, std::size_t count) const {
  const std::size_t width = kernel_->rows;
  for (std::size_t g = 0; g < tile.groups; ++g) {
    CategorySlot* const categories =
        tile.categories == nullptr ? nullptr : tile.categories + g * slots_.count() * width;
    for (std::size_t r = 0; r < width; ++r) {
      const double* row = rows + std::min(g * width + r, count - 1) * feature_count();
      slots_.fill(row, tile.values + g * tile.stride + r,
                  categories == nullptr ? nullptr : categories + r, width);
    }
    std::fill_n(tile.phi + g * tile.stride, feature_count() * width, 0.0);
    double* leaf = tile.leaves + g * tile.stride;
    for (const double constant : forest_.constants) leaf = std::fill_n(leaf, width, constant);
  }
}

void TreeShap::add_group(const Tile& tile, const ShapGroup& group) const {
  const std::size_t width = kernel_->rows;
  const ShapRule rule = rule_of(group);
  for (const ShapBlock& block : group.blocks) {
    const ShapBlockView view = view_of(block, forest_.words);
    for (std::size_t g = 0; g < tile.groups; ++g) {
      const std::size_t offset = g * tile.stride;
      const CategorySlot* const categories =
          tile.categories == nullptr ? nullptr : tile.categories + g * slots_.count() * width;
      kernel_->explain_rows(view, rule,
                            {tile.values + offset, categories, tile.goes_to_a, tile.satisfied,
                             tile.lanes, tile.phi + offset, tile.leaves + offset});
    }
  }
}

void TreeShap::finish_tile(const Tile& tile, std::size_t count, double* phi,
                           double* margins) const {
  const std::size_t width = kernel_->rows, features = feature_count();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t place = i / width * tile.stride + i % width;
    double sum = 0;
    for (std::size_t tree = 0; tree < forest_.constants.size(); ++tree)
      sum += tile.leaves[place + tree * width];
    if (average_) sum /= tree_count_;
    double* const row_phi = phi + i * features;
    for (std::size_t f = 0; f < features; ++f) {
      row_phi[f] = tile.phi[place + f * width];
      if (average_) row_phi[f] /= tree_count_;
    }
    margins[i] = model_base_value_ + sum;
    check_additivity(base_value_, row_phi, features, margins[i], reach_);
  }
}

}  // namespace credit_risk
