#include "core/explain/trees/shap_kernel.hpp"

#include "core/explain/trees/shap_kernel_x86.hpp"
#include "core/explain/trees/shap_row_body.hpp"
#include "core/explain/trees/shap_rows_body.hpp"

namespace credit_risk {
namespace {

// What every x86-64 and arm64 machine computes at once.
struct TwoRows {
  static constexpr std::size_t kRows = 2;
  using Vector = Lane;
  typedef long long Mask __attribute__((vector_size(16)));

  static Vector load(const double* from) noexcept { return *reinterpret_cast<const Lane*>(from); }
  static void store(double* to, Vector value) noexcept { *reinterpret_cast<Lane*>(to) = value; }
  static Vector in_all(double value) noexcept { return Vector{value, value}; }
  static Mask mask(unsigned bits) noexcept {
    return Mask{-static_cast<long long>(bits & 1), -static_cast<long long>(bits >> 1 & 1)};
  }
  static Vector select(Mask mask, Vector yes, Vector no) noexcept {
    return reinterpret_cast<Vector>((mask & reinterpret_cast<Mask>(yes)) |
                                    (~mask & reinterpret_cast<Mask>(no)));
  }
  static unsigned not_above(Vector a, Vector b) noexcept {
    return static_cast<unsigned>(a[0] <= b[0]) | static_cast<unsigned>(a[1] <= b[1]) << 1;
  }
};

template <int kLanes>
struct PlainPoints;
template <>
struct PlainPoints<1> {
  using Type = PointPair;
};
template <>
struct PlainPoints<2> {
  using Type = PointsOfTwo<PointPair, PointPair>;
};
template <>
struct PlainPoints<3> {
  using Type = PointsOfTwo<PlainPoints<2>::Type, PointPair>;
};
template <>
struct PlainPoints<4> {
  using Type = PointsOfTwo<PlainPoints<2>::Type, PlainPoints<2>::Type>;
};

struct TwoPoints {
  template <int kLanes>
  using Points = typename PlainPoints<kLanes>::Type;

  static void find_sides(const ShapBlockView& block, const ShapRowRoom& room) noexcept {
    for (std::size_t first = 0; first < block.node_count; first += kSplitsAtOnce) {
      CR_UNROLL
      for (std::size_t i = first; i < first + kSplitsAtOnce; ++i) {
        const std::uint32_t slot = block.slots[i];
        const bool to_a = (room.values[slot / 2] <= block.keys[i]) != ((slot & 1) != 0);
        room.goes_to_a[i] = to_a;
        room.satisfied[2 * i] = to_a;
        room.satisfied[2 * i + 1] = !to_a;
      }
    }
  }
};

constexpr ShapKernel kKernels[] = {
#ifdef __x86_64__
    {"avx512", explain_row_avx512, explain_rows_avx512, 8},
    {"avx2", explain_row_avx2, explain_rows_avx2, 4},
#endif
    {"plain", explain_row<TwoPoints>, explain_rows<TwoRows>, TwoRows::kRows},
};
constexpr std::size_t kKernelCount = sizeof kKernels / sizeof kKernels[0];

}  // namespace

ShapBlockView view_of(const ShapBlock& block, const std::vector<std::uint32_t>& words) noexcept {
  return {block.nodes.data(),           block.splits.keys.data(),
          block.splits.slots.data(),    block.nodes.size(),
          block.levels.data(),          block.levels.size(),
          block.trees.data(),           block.trees.size(),
          block.category_splits.data(), block.category_splits.size(),
          block.tables.data(),          block.table_count,
          block.tables.size(),          words.data()};
}

ShapRule rule_of(const ShapGroup& group) noexcept {
  return {group.rule.weight.data(), group.points, group.lanes, group.passes};
}

const ShapKernel* shap_kernels(std::size_t* count) noexcept {
  std::size_t skip = 0;
#ifdef __x86_64__
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq");
  skip = avx512 ? 0 : __builtin_cpu_supports("avx2") ? 1 : 2;
#endif
  *count = kKernelCount - skip;
  return kKernels + skip;
}

}  // namespace credit_risk
