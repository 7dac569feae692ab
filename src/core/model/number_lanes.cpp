#include "core/model/number_lanes.hpp"

#include "core/model/logistic.hpp"
#include "core/model/natural_log.hpp"

namespace credit_risk {
namespace {

template <double (*kFunction)(double)>
void one_by_one(const double* x, std::size_t count, double* result) {
  for (std::size_t i = 0; i < count; ++i) result[i] = kFunction(x[i]);
}

constexpr NumberKernel kKernels[] = {
#ifdef __x86_64__
    {"avx512", logistic_avx512, natural_log_avx512},
    {"avx2", logistic_avx2, natural_log_avx2},
#endif
    {"plain", one_by_one<logistic>, one_by_one<natural_log>},
};
constexpr std::size_t kKernelCount = sizeof kKernels / sizeof kKernels[0];

}  // namespace

const NumberKernel* number_kernels(std::size_t* count) noexcept {
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
  number_kernels(&kernels)->logistic(margins, count, probabilities);
}

void natural_log(const double* x, std::size_t count, double* result) {
  std::size_t kernels = 0;
  number_kernels(&kernels)->natural_log(x, count, result);
}

}  // namespace credit_risk
