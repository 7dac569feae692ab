#include "core/model/logistic_lanes.hpp"

#include "core/model/logistic.hpp"

namespace credit_risk {
namespace {

void logistic_plain(const double* margins, std::size_t count, double* probabilities) {
  for (std::size_t i = 0; i < count; ++i) probabilities[i] = logistic(margins[i]);
}

constexpr LogisticKernel kKernels[] = {
#ifdef __x86_64__
    {"avx512", logistic_avx512},
    {"avx2", logistic_avx2},
#endif
    {"plain", logistic_plain},
};
constexpr std::size_t kKernelCount = sizeof kKernels / sizeof kKernels[0];

}  // namespace

const LogisticKernel* logistic_kernels(std::size_t* count) noexcept {
  std::size_t skip = 0;
#ifdef __x86_64__
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq");
  skip = avx512 ? 0 : __builtin_cpu_supports("avx2") ? 1 : 2;
#endif
  *count = kKernelCount - skip;
  return kKernels + skip;
}

void logistic(const double* margins, std::size_t count, double* probabilities) {
  std::size_t kernels = 0;
  logistic_kernels(&kernels)->apply(margins, count, probabilities);
}

}  // namespace credit_risk
