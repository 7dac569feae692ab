// The two sweeps of tree_interactions.hpp over one tree, for one row and kLanes lanes of quadrature
// points.
#pragma once
#include <cstddef>
#include <cstdint>

#include "core/explain/trees/shap_block.hpp"
#include "core/explain/trees/tree_paths.hpp"
#include "core/model/predict/forest.hpp"

namespace credit_risk {

// Lanes that the kernel takes for each node, in as many arrays.
inline constexpr std::size_t kInteractionArrays = 4;

// One row's work on a tree. What goes by node starts with the first node of the model; `lanes`, the
// room, has kInteractionArrays * kLanes * node_count lanes.
struct InteractionWork {
  std::uint32_t root;  // the first node
  std::size_t node_count;
  const PathSplit* splits;
  const PathEnd* ends;  // of the splits
  std::size_t split_count;
  const std::uint32_t* paths_end;  // behind the path of the last split
  const double* values;            // by node
  const double* shares;            // by node
  const double* z;                 // by node
  const std::int32_t* feature;     // by node
  const std::uint8_t* satisfied;   // by node
  double* lanes;
  double* matrix;  // [feature of a split][feature above it], and phi on the diagonal
  std::size_t feature_count;
};

template <int kLanes>
class InteractionKernel {
 public:
  // Of quadrature nodes `t` and weights `w`.
  InteractionKernel(const InteractionWork& work, const double* t, const double* w) noexcept
      : work_(work), w_(reinterpret_cast<const Lane*>(w)) {
    const std::size_t size = work.node_count * kLanes;
    Lane* const lanes = reinterpret_cast<Lane*>(work.lanes);
    pre_ = lanes;
    h_ = lanes + size;
    g_ = lanes + 2 * size;
    r_ = lanes + 3 * size;
    for (int k = 0; k < kLanes; ++k) {
      t_[k] = reinterpret_cast<const Lane*>(t)[k];
      absent_[k] = 1 - t_[k];
      cold_r_[k] = -1 / absent_[k];
    }
  }

  void run() noexcept {
    for (std::size_t node = 0; node < work_.node_count; ++node) {
      for (int k = 0; k < kLanes; ++k)
        h_[node * kLanes + k] = Lane{} + work_.values[work_.root + node];
    }
    for (int k = 0; k < kLanes; ++k) {
      pre_[k] = w_[k];
      g_[k] = Lane{} + 1.0;
      r_[k] = Lane{};
    }
    for (std::size_t s = 0; s < work_.split_count; ++s) down(work_.splits[s], work_.ends[s].node);
    const std::uint32_t* path = work_.paths_end;
    for (std::size_t s = work_.split_count; s-- > 0;) {
      path -= work_.ends[s].length;
      up(work_.splits[s], work_.ends[s], path);
    }
  }

 private:
  // The two children of a split whose feature's splits above are satisfied.
  struct Sides {
    std::uint32_t hot, cold;
  };

  Sides sides_of(const PathSplit& split) const noexcept {
    const std::uint32_t right = work_.satisfied[split.left] ^ 1;
    return {split.left + right, split.left + (right ^ 1)};
  }

  std::size_t lane_of(std::uint32_t node) const noexcept {
    return std::size_t{node - work_.root} * kLanes;
  }

  void down(const PathSplit& split, std::uint32_t node) noexcept {
    const Lane* const pre = pre_ + lane_of(node);
    if (work_.satisfied[split.above] == 0) {
      for (const std::uint32_t child : {split.left, split.left + 1}) {
        CR_UNROLL
        for (int k = 0; k < kLanes; ++k) {
          pre_[lane_of(child) + k] = pre[k] * work_.shares[child];
          r_[lane_of(child) + k] = cold_r_[k];
        }
      }
      return;
    }
    const Sides to = sides_of(split);
    const std::size_t hot = lane_of(to.hot), cold = lane_of(to.cold);
    const double z_hot = work_.z[to.hot], z_cold = work_.z[to.cold];
    const Lane* const g = g_ + lane_of(split.above);
    CR_UNROLL
    for (int k = 0; k < kLanes; ++k) {
      const Lane f = t_[k] + z_hot * absent_[k];
      const Lane before = pre[k] * g[k];
      pre_[hot + k] = before * f;
      pre_[cold + k] = before * (z_cold * absent_[k]);
      g_[hot + k] = 1 / f;
      r_[hot + k] = (1 - z_hot) * g_[hot + k];
      r_[cold + k] = cold_r_[k];
    }
  }

  void up(const PathSplit& split, PathEnd end, const std::uint32_t* path) noexcept {
    Lane* const h = h_ + lane_of(end.node);
    if (work_.satisfied[split.above] == 0) {
      const std::size_t left = lane_of(split.left), right = left + kLanes;
      const double* const shares = work_.shares + split.left;
      CR_UNROLL
      for (int k = 0; k < kLanes; ++k) h[k] = shares[0] * h_[left + k] + shares[1] * h_[right + k];
      return;
    }
    const Sides to = sides_of(split);
    const double z_hot = work_.z[to.hot], z_cold = work_.z[to.cold];
    const Lane* const hot = h_ + lane_of(to.hot);
    const Lane* const cold = h_ + lane_of(to.cold);
    const Lane* const g = g_ + lane_of(split.above);
    const Lane* const pre = pre_ + lane_of(end.node);
    Lane d[kLanes];
    CR_UNROLL
    for (int k = 0; k < kLanes; ++k) {
      const Lane f = t_[k] + z_hot * absent_[k];
      h[k] = (f * hot[k] + z_cold * absent_[k] * cold[k]) * g[k];
      d[k] = pre[k] * g[k] * (z_cold * g[k]) * (hot[k] - cold[k]);
    }
    add_pairs(split.feature, d, path, end.length);
  }

  void add_pairs(std::int32_t feature, const Lane* d, const std::uint32_t* path,
                 std::size_t length) noexcept {
    double* const row = work_.matrix + static_cast<std::size_t>(feature) * work_.feature_count;
    Lane phi = d[0];
    CR_UNROLL
    for (int k = 1; k < kLanes; ++k) phi += d[k];
    row[feature] += phi[0] + phi[1];
    for (std::size_t i = 0; i < length; ++i) {
      const Lane* const r = r_ + lane_of(path[i]);
      Lane sum = d[0] * r[0];
      CR_UNROLL
      for (int k = 1; k < kLanes; ++k) sum += d[k] * r[k];
      row[work_.feature[path[i]]] += sum[0] + sum[1];
    }
  }

  const InteractionWork work_;
  const Lane* w_;
  Lane t_[kLanes];
  Lane absent_[kLanes];  // 1 - t
  Lane cold_r_[kLanes];
  // By node of the tree.
  Lane* pre_;
  Lane* h_;
  Lane* g_;  // 1 / F of the node's feature, where its splits are satisfied
  Lane* r_;
};

}  // namespace credit_risk
