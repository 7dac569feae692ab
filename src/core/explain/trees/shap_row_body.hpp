// One row, all quadrature points of a pass side by side: the two sweeps of tree_shap.hpp over a
// block, for a file that says what a vector is. Everything has internal linkage: each instruction
// set has its own.
//
// The letters of tree_shap.hpp in the code: w_q is ShapRule::weights; -z_A and z_B, the shares of
// the two children, ShapNode::edge; z_a and with it U and C, the tables of the block; h_f,
// goes_to_a at a node and `satisfied` above it; pre and H, the lanes of a node, the one on the way
// down, the other in its place on the way up.
//
// Whichever child is hot, with d = H(B) - H(A) and e = z_B where the row goes to A, -z_A where to
// B:
//     weight of B = (0 or 1) + e U,   pre(B) = pre weight,   pre(A) = pre - pre(B),
//     H = H(A) + weight d,            phi_f -= e sum_q pre C d,
// one form for both, without a branch: where A is hot, c = z_B U is the weight and C z_cold (H(hot)
// - H(cold)) is -e C d; where B is hot, c = z_A U is 1 - weight and it is -e C d again.
//
// `Isa`: Points<kLanes>, the values at the points of so many lanes; find_sides, which fills
// goes_to_a and satisfied of all nodes as if no feature were above another and all were numbers.
#pragma once
#include "core/explain/trees/shap_kernel.hpp"

namespace credit_risk {
namespace {

// The values at two points. sum_of adds ((q0 + q4) + (q2 + q6)) + ((q1 + q5) + (q3 + q7)), as any
// width can: first by lanes, then the two in the lane that is left.
struct PointPair {
  static constexpr std::size_t kRoom = kPointsInLane;
  Lane value;

  static PointPair load(const double* from) noexcept {
    return {*reinterpret_cast<const Lane*>(from)};
  }
  static PointPair load_table(const double* from) noexcept { return load(from); }
  static PointPair in_all(double value) noexcept { return {Lane{value, value}}; }
  void store(double* to) const noexcept { *reinterpret_cast<Lane*>(to) = value; }
  friend PointPair operator+(const PointPair& a, const PointPair& b) noexcept {
    return {a.value + b.value};
  }
  friend PointPair operator-(const PointPair& a, const PointPair& b) noexcept {
    return {a.value - b.value};
  }
  friend PointPair operator*(const PointPair& a, const PointPair& b) noexcept {
    return {a.value * b.value};
  }
};

inline double sum_of(const PointPair& points) noexcept { return points.value[0] + points.value[1]; }

template <class Low, class High>
struct PointsOfTwo {
  static constexpr std::size_t kRoom = Low::kRoom + High::kRoom;
  Low low;
  High high;

  static PointsOfTwo load(const double* from) noexcept {
    return {Low::load(from), High::load(from + Low::kRoom)};
  }
  static PointsOfTwo load_table(const double* from) noexcept { return load(from); }
  static PointsOfTwo in_all(double value) noexcept {
    return {Low::in_all(value), High::in_all(value)};
  }
  void store(double* to) const noexcept {
    low.store(to);
    high.store(to + Low::kRoom);
  }
  friend PointsOfTwo operator+(const PointsOfTwo& a, const PointsOfTwo& b) noexcept {
    return {a.low + b.low, a.high + b.high};
  }
  friend PointsOfTwo operator-(const PointsOfTwo& a, const PointsOfTwo& b) noexcept {
    return {a.low - b.low, a.high - b.high};
  }
  friend PointsOfTwo operator*(const PointsOfTwo& a, const PointsOfTwo& b) noexcept {
    return {a.low * b.low, a.high * b.high};
  }
};

template <class Half>
double sum_of(const PointsOfTwo<Half, Half>& points) noexcept {
  return sum_of(points.low + points.high);
}

template <class Half>
double sum_of(const PointsOfTwo<PointsOfTwo<Half, Half>, Half>& points) noexcept {
  return sum_of(points.low.low + points.high + points.low.high);
}

template <class Isa>
void find_sides(const ShapBlockView& block, const ShapRowRoom& room) noexcept {
  Isa::find_sides(block, room);
  for (std::size_t c = 0; c < block.category_split_count; ++c) {
    const std::int32_t i = block.category_splits[c];
    const CategorySlot category = room.categories[block.slots[i] / 2];
    std::uint64_t set;
    __builtin_memcpy(&set, block.keys + i, sizeof set);
    // A category's slot is below no threshold, so this bit alone decides there.
    const bool member = (block.words[(set & category.keep) + category.word] & category.bit) != 0;
    room.goes_to_a[i] ^= static_cast<std::uint8_t>(member);
    room.satisfied[2 * i] ^= static_cast<std::uint8_t>(member);
    room.satisfied[2 * i + 1] ^= static_cast<std::uint8_t>(member);
  }
}

// Asks for the memory of a block, some cache lines at a time: of many at once the core would wait
// for the first before it could ask for the last.
class ReadAhead {
 public:
  explicit ReadAhead(const ShapBlockView* next) noexcept {
    if (next == nullptr) return;
    add(next->keys, next->node_count * sizeof *next->keys);
    add(next->slots, next->node_count * sizeof *next->slots);
    add(next->nodes, next->node_count * sizeof *next->nodes);
    add(next->tables, next->tables_size * sizeof *next->tables);
  }

  bool is_for_nothing() const noexcept { return lines_ == 0; }
  std::size_t lines() const noexcept { return lines_; }

  void take(std::size_t count) noexcept {
    while (part_ < parts_) {
      for (; count > 0 && at_[part_] < end_[part_]; --count, at_[part_] += kLine)
        __builtin_prefetch(at_[part_], 0, 2);
      if (at_[part_] < end_[part_]) return;
      ++part_;
    }
  }

 private:
  static constexpr std::size_t kLine = 64;

  void add(const void* begin, std::size_t size) noexcept {
    at_[parts_] = static_cast<const char*>(begin);
    end_[parts_] = at_[parts_] + size;
    ++parts_;
    lines_ += size / kLine + 1;
  }

  const char* at_[4];
  const char* end_[4];
  std::size_t parts_ = 0, part_ = 0, lines_ = 0;
};

template <class Points>
class RowSweeps {
 public:
  RowSweeps(const ShapBlockView& block, const double* tables, std::size_t points_in_table,
            const ShapRowRoom& room) noexcept
      : block_(block),
        nodes_(block.nodes),
        tables_(tables),
        points_in_table_(points_in_table),
        goes_to_a_(room.goes_to_a),
        satisfied_(room.satisfied),
        lanes_(room.lanes),
        phi_(room.phi) {}

  void run(const double* weights, ReadAhead& ahead) const noexcept {
    for (std::size_t t = 0; t < block_.tree_count; ++t)
      Points::load_table(weights).store(lanes_of(block_.trees[t].root));
    for (std::size_t l = 0; l < block_.level_count; ++l) {
      ahead.take(share(block_.levels[l], ahead));
      down(block_.levels[l]);
    }
    for (std::size_t l = block_.level_count; l-- > 0;) {
      ahead.take(share(block_.levels[l], ahead));
      up(block_.levels[l]);
    }
  }

 private:
  double* lanes_of(std::int32_t node) const noexcept {
    return lanes_ + static_cast<std::size_t>(node) * Points::kRoom;
  }

  const double* table(std::size_t index) const noexcept {
    return tables_ + index * 2 * points_in_table_;
  }

  // Of the lines to read ahead, while one of the two sweeps is on this level.
  std::size_t share(const ShapLevel& level, const ReadAhead& ahead) const noexcept {
    if (ahead.is_for_nothing()) return 0;
    std::size_t nodes = 0;
    for (const std::int32_t count : level.count) nodes += static_cast<std::size_t>(count);
    return nodes * ahead.lines() / (2 * block_.node_count) + 1;
  }

  // Of U, then C. A branch would often be guessed wrong.
  template <bool kRepeat>
  const double* table_of(const ShapNode& node) const noexcept {
    if (!kRepeat) return table(kFirstTable);
    const std::int32_t on_path = -static_cast<std::int32_t>(satisfied_[node.above]);
    return table(static_cast<std::size_t>(node.table & on_path));
  }

  // Of child B.
  static Points weight(const ShapNode& node, std::size_t to_a, const Points& u) noexcept {
    static constexpr double kConstant[] = {1, 0};
    return Points::in_all(kConstant[to_a]) + Points::in_all(node.edge[to_a]) * u;
  }

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
    const RowSweeps own = *this;
    const Points first = Points::load_table(own.table(kFirstTable));
    for (const std::int32_t end = id + count; id < end; ++id) {
      const ShapNode& node = own.nodes_[id];
      if (kRepeat) own.satisfy_above(id, node);
      const Points u = kRepeat ? Points::load_table(own.template table_of<kRepeat>(node)) : first;
      const Points pre = Points::load(own.lanes_of(id));
      const Points b = pre * weight(node, own.goes_to_a_[id], u);
      b.store(own.lanes_of(node.b));
      if (!kLeafA) (pre - b).store(own.lanes_of(node.a));
    }
    return id;
  }

  // The splits of a path are satisfied if the last one is, and those above.
  void satisfy_above(std::int32_t id, const ShapNode& node) const noexcept {
    std::uint16_t both;
    std::uint8_t* const sides = satisfied_ + 2 * static_cast<std::size_t>(id);
    __builtin_memcpy(&both, sides, sizeof both);
    both &= static_cast<std::uint16_t>(-static_cast<int>(satisfied_[node.above]));
    __builtin_memcpy(sides, &both, sizeof both);
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

  // Where H(B) - H(A) is the same at all points.
  template <bool kRepeat>
  std::int32_t up_leaves(std::int32_t id, std::int32_t count) const noexcept {
    const RowSweeps own = *this;
    const Points first = Points::load_table(own.table(kFirstTable));
    for (const std::int32_t end = id + count; id < end; ++id) {
      const ShapNode& node = own.nodes_[id];
      const std::size_t to_a = own.goes_to_a_[id];
      const double* table = own.template table_of<kRepeat>(node);
      const Points u = kRepeat ? Points::load_table(table) : first;
      Points pre = Points::load(own.lanes_of(id));
      if (kRepeat) pre = pre * Points::load_table(table + own.points_in_table_);
      (Points::in_all(node.value[to_a]) + Points::in_all(node.edge[to_a]) * u)
          .store(own.lanes_of(id));
      own.phi_[node.feature] -= node.edge[to_a] * sum_of(pre);
    }
    return id;
  }

  template <bool kLeafA, bool kRepeat>
  std::int32_t up_some(std::int32_t id, std::int32_t count) const noexcept {
    const RowSweeps own = *this;
    const Points first = Points::load_table(own.table(kFirstTable));
    for (const std::int32_t end = id + count; id < end; ++id) {
      const ShapNode& node = own.nodes_[id];
      const std::size_t to_a = own.goes_to_a_[id];
      const double* table = own.template table_of<kRepeat>(node);
      const Points u = kRepeat ? Points::load_table(table) : first;
      const Points ha = kLeafA ? Points::in_all(node.value[1]) : Points::load(own.lanes_of(node.a));
      const Points difference = Points::load(own.lanes_of(node.b)) - ha;
      Points pre = Points::load(own.lanes_of(id));
      if (kRepeat) pre = pre * Points::load_table(table + own.points_in_table_);
      (ha + weight(node, to_a, u) * difference).store(own.lanes_of(id));
      own.phi_[node.feature] -= node.edge[to_a] * sum_of(pre * difference);
    }
    return id;
  }

  const ShapBlockView& block_;
  const ShapNode* nodes_;
  const double* tables_;
  std::size_t points_in_table_;
  const std::uint8_t* goes_to_a_;
  std::uint8_t* satisfied_;
  double* lanes_;
  double* phi_;
};

template <class Points>
void run_passes(const ShapBlockView& block, const ShapBlockView* next, const ShapRule& rule,
                const ShapRowRoom& room) noexcept {
  ReadAhead ahead(next);
  const std::size_t points = rule.lanes * kPointsInLane;
  for (std::size_t pass = 0; pass < rule.passes; ++pass) {
    const double* tables = block.tables + pass * block.table_count * 2 * points;
    RowSweeps<Points>(block, tables, points, room).run(rule.weights + pass * points, ahead);
  }
}

inline void find_leaves(const ShapBlockView& block, const ShapRowRoom& room) noexcept {
  for (std::size_t t = 0; t < block.tree_count; ++t) {
    for (std::int32_t id = block.trees[t].root;;) {
      const ShapNode& node = block.nodes[id];
      const bool to_a = room.goes_to_a[id] != 0;
      id = to_a ? node.a : node.b;
      if (id >= 0) continue;
      room.leaves[block.trees[t].tree] = node.value[to_a ? 1 : 0];
      break;
    }
  }
}

template <class Isa>
void explain_row(const ShapBlockView& block, const ShapBlockView* next, const ShapRule& rule,
                 const ShapRowRoom& room) noexcept {
  find_sides<Isa>(block, room);
  if (rule.lanes == 1) run_passes<typename Isa::template Points<1>>(block, next, rule, room);
  if (rule.lanes == 2) run_passes<typename Isa::template Points<2>>(block, next, rule, room);
  if (rule.lanes == 3) run_passes<typename Isa::template Points<3>>(block, next, rule, room);
  if (rule.lanes == 4) run_passes<typename Isa::template Points<4>>(block, next, rule, room);
  find_leaves(block, room);
}

}  // namespace
}  // namespace credit_risk
