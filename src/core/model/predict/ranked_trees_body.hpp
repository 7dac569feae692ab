// The work of ranked_trees.hpp on vectors, for a file that says which instructions it may become.
// Everything has internal linkage, as in tree_top_body.hpp. `Lanes` are vectors of one instruction
// set: ranks of a group of trees.
#pragma once
#include "core/model/predict/ranked_trees.hpp"
#include "core/unroll.hpp"

namespace credit_risk {
namespace {

template <class Lanes, int kRows>
struct RankedRows {
  RankedRows(const RankedTrees& trees, const double* values) noexcept {
    for (int r = 0; r < kRows; ++r) {
      const double* const row = values + r * RankedTrees::kMaxRanks;
      for (std::size_t s = 1; s < trees.slots; ++s) rank(trees, trees.searches[s - 1], row[s], r);
    }
  }

  alignas(64) std::uint8_t ranks[kRows][RankedTrees::kMaxRanks] = {};

 private:
  void rank(const RankedTrees& trees, const RankSearch& search, double value, int r) noexcept {
    std::uint32_t below = 0;
    for (std::uint32_t level = 0; level < search.levels; ++level) {
      below *= RankSearch::kBlock;
      const std::uint32_t at = search.begin[level] + below;
      below += trees.thresholds == nullptr
                   ? Lanes::count_below(trees.float_thresholds + at, static_cast<float>(value))
                   : Lanes::count_below(trees.thresholds + at, value);
    }
    std::uint8_t* const to = ranks[r] + search.place;
    constexpr std::uint32_t kMost = RankSearch::kMostOfRank;
    for (std::uint32_t k = 0; k < search.ranks; ++k) {
      to[k] = static_cast<std::uint8_t>(below < kMost ? below : kMost);
      below -= to[k];
    }
  }
};

// Where rows leave the tops of a group of trees: of each tree the place on the level below.
template <class Lanes, int kLevels, int kRows>
struct TopWalk {
  using Vector = typename Lanes::Vector;

  typename Lanes::Table tables[kRows];

  explicit TopWalk(const RankedRows<Lanes, kRows>& rows) noexcept {
    for (int r = 0; r < kRows; ++r) tables[r] = Lanes::table(rows.ranks[r]);
  }

  // Calls `between(i)` for each node i of the last level: other work that does not wait for this.
  template <class Between>
  CR_INLINE void leave(const RankLine* nodes, std::uint8_t (*exits)[64],
                       const Between& between) const noexcept {
    Vector at[kRows];
    below<0, 0>(nodes, at, between);
    CR_UNROLL
    for (int r = 0; r < kRows; ++r) Lanes::store(at[r], exits[r]);
  }

 private:
  // Of the subtree whose root is node kPlace of kLevel.
  template <int kLevel, int kPlace, class Between>
  CR_INLINE void below(const RankLine* nodes, Vector (&at)[kRows],
                       const Between& between) const noexcept {
    constexpr bool kLast = kLevel == kLevels - 1;
    constexpr int kNodes = (1 << (kLevels - 1 - kLevel)) - 1;  // of either child's subtree
    Vector right[kRows];
    if constexpr (kLast) {
      between(kPlace);
    } else {
      below<kLevel + 1, 2 * kPlace>(nodes, at, between);
      below<kLevel + 1, 2 * kPlace + 1>(nodes + 2 * kNodes, right, between);
    }
    const Vector places = Lanes::load(nodes + 4 * kNodes);
    const Vector ranks = Lanes::load(nodes + 4 * kNodes + 1);
    CR_UNROLL
    for (int r = 0; r < kRows; ++r) {
      const auto above = Lanes::above(Lanes::look_up(tables[r], places), ranks);
      if constexpr (kLast)
        at[r] = Lanes::one_where(above);
      else
        at[r] = Lanes::add_where(above, right[r], kNodes + 1, at[r]);
    }
  }
};

// Trees that end within their tops.
template <class Lanes, int kLevels, class Number, int kRows>
void sum_tops(const RankedTrees& trees, const RankedRows<Lanes, kRows>& rows,
              Number (&totals)[kRows]) noexcept {
  constexpr std::size_t kTrees = RankedTrees::kGroup, kExits = std::size_t{1} << kLevels;
  constexpr std::size_t kLines = 2 * (kExits - 1), kEach = 2 * kTrees / kExits;
  const TopWalk<Lanes, kLevels, kRows> walk(rows);
  alignas(64) std::uint8_t exits[2][kRows][64];
  const auto* numbers = static_cast<const Number*>(trees.numbers);
  const RankLine* top = trees.tops;
  walk.leave(top, exits[0], [](int) CR_INLINE {});
  std::size_t left = trees.trees;
  int now = 0;
  for (; left > kTrees; left -= kTrees) {
    top += kLines;
    // The sum waits for each addition: it hides behind the next group's comparisons.
    walk.leave(top, exits[1 - now], [&](int place) CR_INLINE {
      CR_UNROLL
      for (std::size_t k = place * kEach; k < (place + 1) * kEach; ++k) {
        CR_UNROLL
        for (int r = 0; r < kRows; ++r) totals[r] += numbers[k * kExits + exits[now][r][k]];
      }
    });
    numbers += kTrees * kExits;
    now = 1 - now;
  }
  for (std::size_t k = 0; k < left; ++k) {
    for (int r = 0; r < kRows; ++r) totals[r] += numbers[k * kExits + exits[now][r][k]];
  }
}

// Trees that go on below their tops, of one row.
template <class Number>
struct BelowTops {
  const RankedTrees& trees;
  const std::uint8_t* ranks;
  std::size_t exits_of_tree;
  Number total;

  void add(std::size_t tree, const std::uint8_t* exits, std::size_t count) noexcept {
    std::size_t k = 0;
    for (; k + 16 <= count; k += 16) add_trees<16>(tree + k, exits + k);
    for (; k + 4 <= count; k += 4) add_trees<4>(tree + k, exits + k);
    for (; k < count; ++k) add_trees<1>(tree + k, exits + k);
  }

 private:
  template <int kWidth>
  void add_trees(std::size_t tree, const std::uint8_t* exits) noexcept {
    std::uint32_t at[kWidth];
    std::uint32_t depth = 0;
    for (int k = 0; k < kWidth; ++k) {
      at[k] = trees.below[(tree + k) * exits_of_tree + exits[k]];
      const std::uint32_t own = trees.depths_below[tree + k];
      depth = own > depth ? own : depth;
    }
    descend(at, depth);
    const auto* const numbers = static_cast<const Number*>(trees.numbers);
    for (int k = 0; k < kWidth; ++k) total += numbers[at[k]];
  }

  // As Forest::descend.
  template <int kWidth>
  void descend(std::uint32_t (&at)[kWidth], std::uint32_t depth) const noexcept {
    constexpr std::uint32_t kSteps = 8;
    while (depth > 0) {
      const std::uint32_t steps = depth > 2 * kSteps ? kSteps : depth;
      std::uint32_t moved = 0;
      std::uint32_t before[kWidth];
      for (int k = 0; k < kWidth; ++k) before[k] = at[k];
      for (std::uint32_t step = 0; step < steps; ++step) {
        CR_UNROLL
        for (int k = 0; k < kWidth; ++k) {
          const RankedNode& node = trees.nodes[at[k]];
          at[k] += node.ahead + (ranks[node.place] > node.rank ? 1 : 0);
        }
      }
      depth -= steps;
      for (int k = 0; k < kWidth; ++k) moved |= at[k] ^ before[k];
      if (moved == 0) return;
    }
  }
};

template <class Lanes, int kLevels, class Number, int kRows>
void sum_below_tops(const RankedTrees& trees, const RankedRows<Lanes, kRows>& rows,
                    Number (&totals)[kRows]) noexcept {
  constexpr std::size_t kTrees = RankedTrees::kGroup, kExits = std::size_t{1} << kLevels;
  const TopWalk<Lanes, kLevels, kRows> walk(rows);
  const RankLine* top = trees.tops;
  for (std::size_t tree = 0; tree < trees.trees; tree += kTrees, top += 2 * (kExits - 1)) {
    alignas(64) std::uint8_t exits[kRows][64];
    walk.leave(top, exits, [](int) CR_INLINE {});
    const std::size_t left = trees.trees - tree;
    for (int r = 0; r < kRows; ++r) {
      BelowTops<Number> below{trees, rows.ranks[r], kExits, totals[r]};
      below.add(tree, exits[r], left < kTrees ? left : kTrees);
      totals[r] = below.total;
    }
  }
}

template <class Lanes, int kLevels, class Number, int kRows>
void sum_rows(const RankedTrees& trees, const double* values, double* sums) noexcept {
  const RankedRows<Lanes, kRows> rows(trees, values);
  Number totals[kRows];
  for (int r = 0; r < kRows; ++r) totals[r] = static_cast<Number>(sums[r]);
  if (trees.nodes == nullptr)
    sum_tops<Lanes, kLevels, Number, kRows>(trees, rows, totals);
  else
    sum_below_tops<Lanes, kLevels, Number, kRows>(trees, rows, totals);
  for (int r = 0; r < kRows; ++r) sums[r] = static_cast<double>(totals[r]);
}

template <class Lanes, int kLevels, class Number>
void sum_of_count(const RankedTrees& trees, const double* values, std::size_t rows,
                  double* sums) noexcept {
  if (rows == 1)
    sum_rows<Lanes, kLevels, Number, 1>(trees, values, sums);
  else
    sum_rows<Lanes, kLevels, Number, 2>(trees, values, sums);
}

template <class Lanes, int kLevels>
void sum_of_levels(const RankedTrees& trees, const double* values, std::size_t rows,
                   double* sums) noexcept {
  if (trees.float32_sum)
    sum_of_count<Lanes, kLevels, float>(trees, values, rows, sums);
  else
    sum_of_count<Lanes, kLevels, double>(trees, values, rows, sums);
}

template <class Lanes>
void sum_ranked_with(const RankedTrees& trees, const double* values, std::size_t rows,
                     double* sums) noexcept {
  if (trees.levels == RankedTrees::kFewLevels)
    sum_of_levels<Lanes, RankedTrees::kFewLevels>(trees, values, rows, sums);
  else
    sum_of_levels<Lanes, RankedTrees::kLevels>(trees, values, rows, sums);
}

}  // namespace
}  // namespace credit_risk
