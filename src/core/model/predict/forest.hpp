// Trees as the prediction kernels walk them: the children of a node lie side by side, the one that
// more training weight reached is laid out next; a leaf leads back to itself, so that a walk may
// take more steps than it needs.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "core/model/slots.hpp"
#include "core/model/predict/tree_top.hpp"
#include "core/unroll.hpp"

namespace credit_risk {

// 8 bytes: float32 thresholds, at most 256 slots and 2^24 nodes.
struct NarrowNode {
  using Real = float;
  static constexpr bool kHasTop = true;
  static constexpr std::size_t kMaxSlots = 256, kMaxNodes = std::size_t{1} << 24;

  std::uint32_t key;   // the threshold's bits, or the first word of the category set
  std::uint32_t link;  // left << 8 | slot

  static NarrowNode make(float threshold, std::uint32_t left, std::uint32_t slot) noexcept {
    NarrowNode node{0, left << 8 | slot};
    std::memcpy(&node.key, &threshold, sizeof threshold);
    return node;
  }
  float threshold() const noexcept {
    float value;
    std::memcpy(&value, &key, sizeof value);
    return value;
  }
  std::uint32_t left() const noexcept { return link >> 8; }
  std::uint32_t slot() const noexcept { return link & 255; }
};

// 16 bytes: any model within the caps.
struct WideNode {
  using Real = double;
  static constexpr bool kHasTop = false;

  std::uint64_t key;
  std::uint32_t left_;
  std::uint32_t slot_;

  static WideNode make(double threshold, std::uint32_t left, std::uint32_t slot) noexcept {
    WideNode node{0, left, slot};
    std::memcpy(&node.key, &threshold, sizeof threshold);
    return node;
  }
  double threshold() const noexcept {
    double value;
    std::memcpy(&value, &key, sizeof value);
    return value;
  }
  std::uint32_t left() const noexcept { return left_; }
  std::uint32_t slot() const noexcept { return slot_; }
};

template <class Node>
struct Forest {
  using Real = typename Node::Real;

  std::vector<Node> nodes;
  std::vector<double> values;  // of leaves, by node
  std::vector<std::uint32_t> roots;
  std::vector<std::uint32_t> depths;
  std::vector<std::uint32_t> words;  // category sets
  std::vector<TreeTop> tops;         // by tree; none where the nodes have none, or with categories
  EnterRows enter = nullptr;
  bool float32_sum = false;  // round each sum to float32

  // The slots of one row; in a tile of kTileRows rows the values of one slot stand side by side.
  struct Row {
    const Real* values;
    const CategorySlot* categories;
  };
  static constexpr std::size_t kTileRows = TreeTop::kRows;

  template <bool kCategories, std::size_t kStride>
  std::uint32_t next(std::uint32_t at, Row rows, std::size_t row) const noexcept {
    const Node& node = nodes[at];
    const std::size_t place = node.slot() * kStride + row;
    bool left = rows.values[place] <= node.threshold();
    if (kCategories) {
      const CategorySlot category = rows.categories[place];
      left |= (words[(node.key & category.keep) + category.word] & category.bit) != 0;
    }
    return node.left() + (left ? 0 : 1);
  }

  // Takes `depth` steps from kWidth places at once, so that the loads of one hide behind the
  // others'. A stride of 1 means that all are places of one row.
  template <int kWidth, bool kCategories, std::size_t kStride>
  void descend(std::uint32_t (&at)[kWidth], std::uint32_t depth, Row rows) const noexcept {
    // Deep trees are rarely deep everywhere: look now and then whether all are at a leaf.
    constexpr std::uint32_t kSteps = 8;
    while (depth > 0) {
      const std::uint32_t steps = depth > 2 * kSteps ? kSteps : depth;
      std::uint32_t before[kWidth];
      std::copy(at, at + kWidth, before);
      for (std::uint32_t step = 0; step < steps; ++step) {
        CR_UNROLL
        for (int k = 0; k < kWidth; ++k) {
          const std::size_t row = kStride == 1 ? 0 : static_cast<std::size_t>(k);
          at[k] = next<kCategories, kStride>(at[k], rows, row);
        }
      }
      depth -= steps;
      if (std::equal(at, at + kWidth, before)) return;
    }
  }

  // The exact sum of two float32 numbers, rounded to float64 and then to float32, is their float32
  // sum.
  double add(double total, double value) const noexcept {
    return float32_sum ? static_cast<double>(static_cast<float>(total + value)) : total + value;
  }

  // The leaves that one row reaches, added to `total` in tree order.
  template <bool kCategories>
  double sum(Row row, double total) const noexcept {
    std::size_t tree = 0;
    for (; tree + 16 <= roots.size(); tree += 16) add_trees<16, kCategories>(tree, row, total);
    for (; tree + 4 <= roots.size(); tree += 4) add_trees<4, kCategories>(tree, row, total);
    for (; tree < roots.size(); ++tree) add_trees<1, kCategories>(tree, row, total);
    return total;
  }

  template <int kWidth, bool kCategories>
  void add_trees(std::size_t tree, Row row, double& total) const noexcept {
    std::uint32_t at[kWidth];
    std::copy_n(roots.data() + tree, kWidth, at);
    const std::uint32_t depth =
        *std::max_element(depths.data() + tree, depths.data() + tree + kWidth);
    descend<kWidth, kCategories, 1>(at, depth, row);
    for (int k = 0; k < kWidth; ++k) total = add(total, values[at[k]]);
  }

  // The same for the first `count` rows of a tile; adds to `totals`.
  template <bool kCategories>
  void sum_tile(Row tile, std::size_t count, double* totals) const noexcept {
    for (std::size_t tree = 0; tree < roots.size(); ++tree) {
      std::size_t r = 0;
      for (; r + 16 <= count; r += 16) add_rows<16, kCategories>(tree, from(tile, r), totals + r);
      for (; r + 4 <= count; r += 4) add_rows<4, kCategories>(tree, from(tile, r), totals + r);
      for (; r < count; ++r) add_rows<1, kCategories>(tree, from(tile, r), totals + r);
    }
  }

  // The same for a tile of kTileRows rows, where the trees have tops.
  void sum_full_tile(Row tile, double* totals) const noexcept {
    constexpr std::size_t kLevels = TreeTop::kLevels;
    constexpr int kWidth = 16;
    std::uint32_t at[kTileRows];
    for (std::size_t tree = 0; tree < roots.size(); ++tree) {
      enter(tops[tree], tile.values, at);
      const std::uint32_t depth = depths[tree] > kLevels ? depths[tree] - kLevels : 0;
      for (std::size_t r = 0; r < kTileRows; r += kWidth) {
        std::uint32_t some[kWidth];
        std::copy_n(at + r, kWidth, some);
        descend<kWidth, false, kTileRows>(some, depth, from(tile, r));
        for (int k = 0; k < kWidth; ++k) totals[r + k] = add(totals[r + k], values[some[k]]);
      }
    }
  }

  template <int kWidth, bool kCategories>
  void add_rows(std::size_t tree, Row rows, double* totals) const noexcept {
    std::uint32_t at[kWidth];
    std::fill_n(at, kWidth, roots[tree]);
    descend<kWidth, kCategories, kTileRows>(at, depths[tree], rows);
    for (int k = 0; k < kWidth; ++k) totals[k] = add(totals[k], values[at[k]]);
  }

  static Row from(Row tile, std::size_t row) noexcept {
    return {tile.values + row, tile.categories == nullptr ? nullptr : tile.categories + row};
  }
};

}  // namespace credit_risk
