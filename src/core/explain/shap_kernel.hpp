// The two sweeps of tree_shap.hpp over one block, for one row and kLanes lanes of quadrature
// points. Its letters in the code: t_q and w_q are ShapGroup::rule, a lane at a time; -z_A and z_B,
// the shares of the two children, ShapNode::edge; z_a and with it U and C, the tables of the block,
// which `factors` picks; h_f, goes_to_a at a node and `satisfied` above it; pre and H, `lanes`, the
// one on the way down, the other in its place on the way up.
//
// Whichever child is hot, with d = H(B) - H(A) and e = z_B where the row goes to A, -z_A where to
// B:
//     weight of B = (0 or 1) + e U,   pre(B) = pre weight,   pre(A) = pre - pre(B),
//     H = H(A) + weight d,            phi_f -= e sum_q pre C d,
// one form for both, without a branch: where A is hot, c = z_B U is the weight and C z_cold (H(hot)
// - H(cold)) is -e C d; where B is hot, c = z_A U is 1 - weight and it is -e C d again.
#pragma once
#include <cstddef>
#include <cstdint>

#include "core/explain/shap_block.hpp"
#include "core/model/forest.hpp"

namespace credit_risk {

// One row's work on a block.
struct ShapWork {
  const std::uint8_t* goes_to_a;  // by node
  const std::uint8_t* satisfied;  // by node and side
  double* lanes;                  // by node, kLanes lanes each: room
  double* phi;                    // by feature: added to
};

template <int kLanes>
class ShapKernel {
 public:
  ShapKernel(const ShapBlock& block, std::size_t pass, ShapWork work) noexcept
      : block_(block),
        nodes_(block.nodes.data()),
        tables_(reinterpret_cast<const Lane*>(block.tables.data()) +
                pass * block.table_count * 2 * kLanes),
        goes_to_a_(work.goes_to_a),
        satisfied_(work.satisfied),
        lanes_(reinterpret_cast<Lane*>(work.lanes)),
        phi_(work.phi) {}

  void run(const double* weights) noexcept {
    const Lane* from = reinterpret_cast<const Lane*>(weights);
    for (const ShapTree& tree : block_.trees) {
      for (int k = 0; k < kLanes; ++k) lanes_[tree.root * kLanes + k] = from[k];
    }
    for (const ShapLevel& level : block_.levels) down(level);
    for (std::size_t l = block_.levels.size(); l-- > 0;) up(block_.levels[l]);
  }

 private:
  struct Factors {
    const Lane* u;
    const Lane* c;
  };

  template <bool kRepeat>
  Factors factors(const ShapNode& node) const noexcept {
    // Table 1 where the row has left the path; a branch would often be guessed wrong.
    const std::int32_t table = kRepeat ? 1 + (node.table - 1) * satisfied_[node.above] : 0;
    const Lane* u = tables_ + static_cast<std::size_t>(table) * 2 * kLanes;
    return {u, u + kLanes};
  }

  // The loops below copy this object: to the compiler, any store might change it, but not a copy
  // that nobody points to.
  void down(const ShapLevel& level) noexcept {
    std::int32_t id = level.first + level.count[kLeaves] + level.count[kLeavesRepeat];
    id = down_some<true, false>(id, level.count[kLeaf]);
    id = down_some<true, true>(id, level.count[kLeafRepeat]);
    id = down_some<false, false>(id, level.count[kInner]);
    down_some<false, true>(id, level.count[kInnerRepeat]);
  }

  template <bool kLeafA, bool kRepeat>
  std::int32_t down_some(std::int32_t id, std::int32_t count) noexcept {
    const ShapKernel own = *this;
    for (const std::int32_t end = id + count; id < end; ++id) {
      const ShapNode& node = own.nodes_[id];
      const Factors f = own.template factors<kRepeat>(node);
      const std::uint8_t to_a = own.goes_to_a_[id];
      const double constant = 1 - to_a, edge = node.edge[to_a];
      const Lane* pre = own.lanes_ + std::size_t{kLanes} * id;
      Lane* b = own.lanes_ + std::size_t{kLanes} * node.b;
      Lane* a = kLeafA ? nullptr : own.lanes_ + std::size_t{kLanes} * node.a;
      CR_UNROLL
      for (int k = 0; k < kLanes; ++k) {
        const Lane p = pre[k];
        const Lane pb = p * (constant + edge * f.u[k]);
        b[k] = pb;
        if (!kLeafA) a[k] = p - pb;
      }
    }
    return id;
  }

  void up(const ShapLevel& level) noexcept {
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
  std::int32_t up_leaves(std::int32_t id, std::int32_t count) noexcept {
    const ShapKernel own = *this;
    for (const std::int32_t end = id + count; id < end; ++id) {
      const ShapNode& node = own.nodes_[id];
      const Factors f = own.template factors<kRepeat>(node);
      const std::uint8_t to_a = own.goes_to_a_[id];
      const double value = node.value[to_a], edge = node.edge[to_a];
      Lane* here = own.lanes_ + std::size_t{kLanes} * id;
      const auto take = [&](int k) CR_INLINE {
        const Lane p = kRepeat ? here[k] * f.c[k] : here[k];
        here[k] = value + edge * f.u[k];
        return p;
      };
      own.phi_[node.feature] -= edge * sum_of(take);
    }
    return id;
  }

  template <bool kLeafA, bool kRepeat>
  std::int32_t up_some(std::int32_t id, std::int32_t count) noexcept {
    const ShapKernel own = *this;
    for (const std::int32_t end = id + count; id < end; ++id) {
      const ShapNode& node = own.nodes_[id];
      const Factors f = own.template factors<kRepeat>(node);
      const std::uint8_t to_a = own.goes_to_a_[id];
      const double constant = 1 - to_a, edge = node.edge[to_a];
      Lane* here = own.lanes_ + std::size_t{kLanes} * id;
      const Lane* b = own.lanes_ + std::size_t{kLanes} * node.b;
      const Lane* a = kLeafA ? nullptr : own.lanes_ + std::size_t{kLanes} * node.a;
      const auto take = [&](int k) CR_INLINE {
        const Lane ha = kLeafA ? Lane{} + node.value[1] : a[k];
        const Lane difference = b[k] - ha;
        const Lane p = kRepeat ? here[k] * f.c[k] : here[k];
        here[k] = ha + (constant + edge * f.u[k]) * difference;
        return p * difference;
      };
      own.phi_[node.feature] -= edge * sum_of(take);
    }
    return id;
  }

  // Over the points q of a pass: ((q0 + q4) + (q2 + q6)) + ((q1 + q5) + (q3 + q7)), as any width
  // of lanes can add them.
  template <class Take>
  static double sum_of(Take take) noexcept {
    Lane sum = take(0);
    if (kLanes > 2) sum += take(2);
    if (kLanes == 4) {
      const Lane one = take(1);
      sum += one + take(3);
    } else if (kLanes > 1) {
      sum += take(1);
    }
    return sum[0] + sum[1];
  }

  const ShapBlock& block_;
  const ShapNode* nodes_;
  const Lane* tables_;
  const std::uint8_t* goes_to_a_;
  const std::uint8_t* satisfied_;
  Lane* lanes_;
  double* phi_;
};

}  // namespace credit_risk
