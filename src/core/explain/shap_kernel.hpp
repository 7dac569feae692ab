// The two sweeps of tree_shap.hpp over one block, for one row and kLanes lanes of quadrature
// points.
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
  double* phi;                    // by feature, kLanes lanes each: added to
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
        phi_(reinterpret_cast<Lane*>(work.phi)) {}

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
    const std::size_t table = !kRepeat                      ? 0
                              : satisfied_[node.above] != 0 ? static_cast<std::size_t>(node.table)
                                                            : 1;
    const Lane* u = tables_ + table * 2 * kLanes;
    return {u, u + kLanes};
  }

  void down(const ShapLevel& level) noexcept {
    std::int32_t id = level.first + level.count[kLeaves] + level.count[kLeavesRepeat];
    id = down_some<true, false>(id, level.count[kLeaf]);
    id = down_some<true, true>(id, level.count[kLeafRepeat]);
    id = down_some<false, false>(id, level.count[kInner]);
    down_some<false, true>(id, level.count[kInnerRepeat]);
  }

  template <bool kLeafA, bool kRepeat>
  std::int32_t down_some(std::int32_t id, std::int32_t count) noexcept {
    for (const std::int32_t end = id + count; id < end; ++id) {
      const ShapNode& node = nodes_[id];
      const Factors f = factors<kRepeat>(node);
      const std::uint8_t to_a = goes_to_a_[id];
      const double constant = 1 - to_a, edge = node.edge[to_a];
      const Lane* pre = lanes_ + std::size_t{kLanes} * id;
      Lane* b = lanes_ + std::size_t{kLanes} * node.b;
      Lane* a = kLeafA ? nullptr : lanes_ + std::size_t{kLanes} * node.a;
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
    id = up_some<true, true, false>(id, level.count[kLeaves]);
    id = up_some<true, true, true>(id, level.count[kLeavesRepeat]);
    id = up_some<true, false, false>(id, level.count[kLeaf]);
    id = up_some<true, false, true>(id, level.count[kLeafRepeat]);
    id = up_some<false, false, false>(id, level.count[kInner]);
    up_some<false, false, true>(id, level.count[kInnerRepeat]);
  }

  template <bool kLeafA, bool kLeafB, bool kRepeat>
  std::int32_t up_some(std::int32_t id, std::int32_t count) noexcept {
    for (const std::int32_t end = id + count; id < end; ++id) {
      const ShapNode& node = nodes_[id];
      const Factors f = factors<kRepeat>(node);
      const std::uint8_t to_a = goes_to_a_[id];
      const double constant = 1 - to_a, edge = node.edge[to_a];
      const Lane zero = {};
      Lane* here = lanes_ + std::size_t{kLanes} * id;
      const Lane* b = kLeafB ? nullptr : lanes_ + std::size_t{kLanes} * node.b;
      const Lane* a = kLeafA ? nullptr : lanes_ + std::size_t{kLanes} * node.a;
      Lane* phi = phi_ + std::size_t{kLanes} * node.feature;
      CR_UNROLL
      for (int k = 0; k < kLanes; ++k) {
        const Lane ha = kLeafA ? zero + node.value_a : a[k];
        const Lane hb = kLeafB ? zero + node.value_b : b[k];
        const Lane difference = hb - ha;
        Lane p = here[k];
        if (kRepeat) p *= f.c[k];
        here[k] = ha + (constant + edge * f.u[k]) * difference;
        phi[k] -= p * (edge * difference);
      }
    }
    return id;
  }

  const ShapBlock& block_;
  const ShapNode* nodes_;
  const Lane* tables_;
  const std::uint8_t* goes_to_a_;
  const std::uint8_t* satisfied_;
  Lane* lanes_;
  Lane* phi_;
};

}  // namespace credit_risk
