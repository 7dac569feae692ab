#include "core/explain/shap_rows.hpp"

#include "core/explain/shap_rows_body.hpp"
#include "core/explain/shap_rows_x86.hpp"

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

constexpr ShapRowsKernel kKernels[] = {
#ifdef __x86_64__
    {"avx512", 8, explain_rows_avx512},
    {"avx2", 4, explain_rows_avx2},
#endif
    {"plain", TwoRows::kRows, explain_rows<TwoRows>},
};
constexpr std::size_t kKernelCount = sizeof kKernels / sizeof kKernels[0];

}  // namespace

const ShapRowsKernel* shap_rows_kernels(std::size_t* count) noexcept {
  std::size_t skip = 0;
#ifdef __x86_64__
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq");
  skip = avx512 ? 0 : __builtin_cpu_supports("avx2") ? 1 : 2;
#endif
  *count = kKernelCount - skip;
  return kKernels + skip;
}

}  // namespace credit_risk
