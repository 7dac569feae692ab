// Several rows at once, a lane for each: what shap_row_body.hpp does for one, in the same order,
// for a file that says what a vector is. Everything has internal linkage: each instruction set has
// its own.
//
// `Isa`: kRows; types Vector (of doubles, with + - *) and Mask; load, store, in_all (a number in
// all lanes), mask (of bits, one for each row), select (mask ? yes : no), not_above (bits of the
// lanes where a <= b).
#pragma once
#include "core/explain/trees/shap_kernel.hpp"
#include "core/unroll.hpp"

namespace credit_risk {
namespace {

template <class Isa>
void find_row_sides(const ShapBlockView& block, const ShapRowsRoom& room) noexcept {
  constexpr unsigned kAll = (1u << Isa::kRows) - 1;
  for (std::size_t i = 0; i < block.node_count; ++i) {
    const std::uint32_t slot = block.slots[i] / 2;
    const unsigned sides = Isa::not_above(Isa::load(room.values + std::size_t{slot} * Isa::kRows),
                                          Isa::in_all(block.keys[i]));
    room.goes_to_a[i] = static_cast<std::uint8_t>(sides ^ ((block.slots[i] & 1) != 0 ? kAll : 0u));
  }
  for (std::size_t c = 0; c < block.category_split_count; ++c) {
    const std::int32_t i = block.category_splits[c];
    std::uint64_t set;
    __builtin_memcpy(&set, block.keys + i, sizeof set);
    const CategorySlot* categories = room.categories + block.slots[i] / 2 * Isa::kRows;
    unsigned members = 0;
    for (std::size_t r = 0; r < Isa::kRows; ++r) {
      const CategorySlot category = categories[r];
      const std::uint32_t word = block.words[(set & category.keep) + category.word];
      members |= static_cast<unsigned>((word & category.bit) != 0) << r;
    }
    room.goes_to_a[i] ^= static_cast<std::uint8_t>(members);
  }
  for (std::size_t i = 0; i < block.node_count; ++i) {
    const ShapNode& node = block.nodes[i];
    const unsigned before = node.table == kFirstTable ? kAll : room.satisfied[node.above];
    room.satisfied[2 * i] = static_cast<std::uint8_t>(before & room.goes_to_a[i]);
    room.satisfied[2 * i + 1] = static_cast<std::uint8_t>(before & ~room.goes_to_a[i]);
  }
}

template <class Isa, int kPoints>
class RowsSweeps {
 public:
  RowsSweeps(const ShapBlockView& block, std::size_t pass, const ShapRowsRoom& room) noexcept
      : block_(block),
        nodes_(block.nodes),
        tables_(block.tables + pass * block.table_count * 2 * kTable),
        room_(room) {}

  void run(const double* weights) const noexcept {
    for (std::size_t t = 0; t < block_.tree_count; ++t) {
      double* root = lanes_of(block_.trees[t].root);
      for (int q = 0; q < kPoints; ++q) Isa::store(root + q * kRows, Isa::in_all(weights[q]));
    }
    for (std::size_t l = 0; l < block_.level_count; ++l) down(block_.levels[l]);
    for (std::size_t l = block_.level_count; l-- > 0;) up(block_.levels[l]);
    for (std::size_t t = 0; t < block_.tree_count; ++t) {
      const ShapTree tree = block_.trees[t];
      Isa::store(room_.leaves + static_cast<std::size_t>(tree.tree) * kRows,
                 Isa::load(lanes_of(tree.root) + kReached * kRows));
    }
  }

 private:
  using Vector = typename Isa::Vector;
  using Mask = typename Isa::Mask;
  static constexpr std::size_t kRows = Isa::kRows;
  static constexpr int kReached = kPoints;              // behind the points: the leaf's value
  static constexpr int kTable = kPoints + kPoints % 2;  // whole lanes

  double* lanes_of(std::int32_t node) const noexcept {
    return room_.lanes + static_cast<std::size_t>(node) * ((kPoints + 1) * kRows);
  }

  // What the rows have to do with one node. u, c: of its table.
  template <bool kRepeat>
  struct Split {
    Split(const RowsSweeps& sweeps, std::int32_t id, const ShapNode& node) noexcept
        : to_a(Isa::mask(sweeps.room_.goes_to_a[id])),
          edge(Isa::select(to_a, Isa::in_all(node.edge[1]), Isa::in_all(node.edge[0]))),
          u(sweeps.tables_ +
            static_cast<std::size_t>(kRepeat ? node.table : kFirstTable) * 2 * kTable),
          c(u + kTable) {
      if (kRepeat) satisfied = Isa::mask(sweeps.room_.satisfied[node.above]);
    }
    // Of child B, at one point. Its terms are in the order of shap_row_body.hpp.
    Vector weight(int q) const noexcept { return constant() + edge * u_of(q); }
    Vector constant() const noexcept { return Isa::select(to_a, Isa::in_all(0), Isa::in_all(1)); }
    Vector u_of(int q) const noexcept {
      return kRepeat ? Isa::select(satisfied, Isa::in_all(u[q]), Isa::in_all(1))
                     : Isa::in_all(u[q]);
    }
    Mask to_a;
    Mask satisfied{};
    Vector edge;
    const double* u;
    const double* c;
  };

  // The loops below copy this object: to the compiler, any store might change it, but not a copy
  // that nobody points to.
  void down(const ShapLevel& level) const noexcept {
    std::int32_t id = level.first + level.count[kLeaves] + level.count[kLeavesRepeat];
    id = down_some<true, false>(id, level.count[kLeaf]);
    id = down_some<true, true>(id, level.count[kLeafRepeat]);
    id = down_some<false, false>(id, level.count[kInner]);
    down_some<false, true>(id, level.count[kInnerRepeat]);
  }

  template <bool kLeafA, bool kRepeat>
  std::int32_t down_some(std::int32_t id, std::int32_t count) const noexcept {
    const RowsSweeps own = *this;
    for (const std::int32_t end = id + count; id < end; ++id) {
      const ShapNode& node = own.nodes_[id];
      const Split<kRepeat> split(own, id, node);
      const double* pre = own.lanes_of(id);
      double* b = own.lanes_of(node.b);
      double* a = kLeafA ? nullptr : own.lanes_of(node.a);
      CR_UNROLL
      for (int q = 0; q < kPoints; ++q) {
        const Vector p = Isa::load(pre + q * kRows);
        const Vector pb = p * split.weight(q);
        Isa::store(b + q * kRows, pb);
        if (!kLeafA) Isa::store(a + q * kRows, p - pb);
      }
    }
    return id;
  }

  void up(const ShapLevel& level) const noexcept {
    std::int32_t id = level.first;
    id = up_leaves<false>(id, level.count[kLeaves]);
    id = up_leaves<true>(id, level.count[kLeavesRepeat]);
    id = up_some<true, false>(id, level.count[kLeaf]);
    id = up_some<true, true>(id, level.count[kLeafRepeat]);
    id = up_some<false, false>(id, level.count[kInner]);
    up_some<false, true>(id, level.count[kInnerRepeat]);
  }

  template <bool kRepeat>
  std::int32_t up_leaves(std::int32_t id, std::int32_t count) const noexcept {
    const RowsSweeps own = *this;
    for (const std::int32_t end = id + count; id < end; ++id) {
      const ShapNode& node = own.nodes_[id];
      const Split<kRepeat> split(own, id, node);
      const Vector value =
          Isa::select(split.to_a, Isa::in_all(node.value[1]), Isa::in_all(node.value[0]));
      double* here = own.lanes_of(id);
      const auto take = [&](int q) CR_INLINE {
        const Vector p = Isa::load(here + q * kRows);
        Isa::store(here + q * kRows, value + split.edge * split.u_of(q));
        return kRepeat ? p * Isa::in_all(split.c[q]) : p;
      };
      own.add_to_phi(node, split, sum_of(take));
      Isa::store(here + kReached * kRows, value);
    }
    return id;
  }

  template <bool kLeafA, bool kRepeat>
  std::int32_t up_some(std::int32_t id, std::int32_t count) const noexcept {
    const RowsSweeps own = *this;
    for (const std::int32_t end = id + count; id < end; ++id) {
      const ShapNode& node = own.nodes_[id];
      const Split<kRepeat> split(own, id, node);
      double* here = own.lanes_of(id);
      const double* b = own.lanes_of(node.b);
      const double* a = kLeafA ? nullptr : own.lanes_of(node.a);
      const auto h_of_a = [&](int q) {
        return kLeafA ? Isa::in_all(node.value[1]) : Isa::load(a + q * kRows);
      };
      const auto take = [&](int q) CR_INLINE {
        const Vector ha = h_of_a(q);
        const Vector difference = Isa::load(b + q * kRows) - ha;
        const Vector p = Isa::load(here + q * kRows);
        Isa::store(here + q * kRows, ha + split.weight(q) * difference);
        return (kRepeat ? p * Isa::in_all(split.c[q]) : p) * difference;
      };
      own.add_to_phi(node, split, sum_of(take));
      Isa::store(here + kReached * kRows,
                 Isa::select(split.to_a, h_of_a(kReached), Isa::load(b + kReached * kRows)));
    }
    return id;
  }

  // C is 0 where a row is off the path above.
  template <bool kRepeat>
  void add_to_phi(const ShapNode& node, const Split<kRepeat>& split, Vector sum) const noexcept {
    double* phi = room_.phi + static_cast<std::size_t>(node.feature) * kRows;
    Vector part = split.edge * sum;
    if (kRepeat) part = Isa::select(split.satisfied, part, Isa::in_all(0));
    Isa::store(phi, Isa::load(phi) - part);
  }

  // Of the terms of all points, in the order of shap_row_body.hpp.
  template <class Take>
  static Vector sum_of(Take take) noexcept {
    Vector even = take(0);
    if (kPoints > 4) even = even + take(4);
    if (kPoints > 6) {
      const Vector two = take(2);
      even = even + (two + take(6));
    } else if (kPoints > 2) {
      even = even + take(2);
    }
    if (kPoints == 1) return even;
    Vector odd = take(1);
    if (kPoints > 5) odd = odd + take(5);
    if (kPoints > 7) {
      const Vector three = take(3);
      odd = odd + (three + take(7));
    } else if (kPoints > 3) {
      odd = odd + take(3);
    }
    return even + odd;
  }

  const ShapBlockView& block_;
  const ShapNode* nodes_;
  const double* tables_;
  const ShapRowsRoom room_;
};

template <class Isa, int kPoints>
void run_row_passes(const ShapBlockView& block, const ShapRule& rule,
                    const ShapRowsRoom& room) noexcept {
  for (std::size_t pass = 0; pass < rule.passes; ++pass)
    RowsSweeps<Isa, kPoints>(block, pass, room).run(rule.weights + pass * kPoints);
}

template <class Isa>
void explain_rows(const ShapBlockView& block, const ShapRule& rule,
                  const ShapRowsRoom& room) noexcept {
  find_row_sides<Isa>(block, room);
  if (rule.points == 1) run_row_passes<Isa, 1>(block, rule, room);
  if (rule.points == 2) run_row_passes<Isa, 2>(block, rule, room);
  if (rule.points == 3) run_row_passes<Isa, 3>(block, rule, room);
  if (rule.points == 4) run_row_passes<Isa, 4>(block, rule, room);
  if (rule.points == 5) run_row_passes<Isa, 5>(block, rule, room);
  if (rule.points == 6) run_row_passes<Isa, 6>(block, rule, room);
  if (rule.points == 7) run_row_passes<Isa, 7>(block, rule, room);
  if (rule.points == 8) run_row_passes<Isa, 8>(block, rule, room);
}

}  // namespace
}  // namespace credit_risk
