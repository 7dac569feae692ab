#include "core/train/logistic/outer_sums.hpp"

#include "core/train/logistic/outer_sums_body.hpp"

namespace credit_risk {
namespace {

constexpr OuterSumsKernel kKernels[] = {
#ifdef __x86_64__
    {"avx512", add_outer_avx512},
    {"avx2", add_outer_avx2},
#endif
    {"plain", OuterLanes<2>::add},
};
constexpr std::size_t kKernelCount = sizeof kKernels / sizeof kKernels[0];

}  // namespace

const OuterSumsKernel* outer_sums_kernels(std::size_t* count) noexcept {
  std::size_t skip = 0;
#ifdef __x86_64__
  skip = __builtin_cpu_supports("avx512f") ? 0 : __builtin_cpu_supports("avx2") ? 1 : 2;
#endif
  *count = kKernelCount - skip;
  return kKernels + skip;
}

}  // namespace credit_risk
