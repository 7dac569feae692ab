#include "core/model/tree_top.hpp"

#include "core/model/tree_top_body.hpp"
#include "core/model/tree_top_x86.hpp"

namespace credit_risk {
namespace {

void enter_rows_plain(const TreeTop& top, const float* values, std::uint32_t* at) {
  TopLanes<4>::enter(top, values, at);
}

constexpr TopKernel kKernels[] = {
#ifdef __x86_64__
    {"avx512", enter_rows_avx512},
    {"avx2", enter_rows_avx2},
#endif
    {"plain", enter_rows_plain},
};
constexpr std::size_t kKernelCount = sizeof kKernels / sizeof kKernels[0];

}  // namespace

const TopKernel* top_kernels(std::size_t* count) noexcept {
  std::size_t skip = 0;
#ifdef __x86_64__
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq");
  skip = avx512 ? 0 : __builtin_cpu_supports("avx2") ? 1 : 2;
#endif
  *count = kKernelCount - skip;
  return kKernels + skip;
}

}  // namespace credit_risk
