#include "core/model/predict/tree_top.hpp"

#include "core/model/predict/ranked_trees_x86.hpp"
#include "core/model/predict/tree_top_body.hpp"
#include "core/model/predict/tree_top_x86.hpp"

namespace credit_risk {
namespace {

void enter_rows_plain(const TreeTop& top, const float* values, std::uint32_t* at) {
  TopLanes<4>::enter(top, values, at);
}

constexpr TopKernel kKernels[] = {
#ifdef __x86_64__
    {"avx512vbmi", enter_rows_avx512, sum_ranked_avx512, rank_rows_avx512, sum_tile_avx512},
    {"avx512", enter_rows_avx512, nullptr, nullptr, nullptr},
    {"avx2", enter_rows_avx2, nullptr, nullptr, nullptr},
#endif
    {"plain", enter_rows_plain, nullptr, nullptr, nullptr},
};
constexpr std::size_t kKernelCount = sizeof kKernels / sizeof kKernels[0];

}  // namespace

const TopKernel* top_kernels(std::size_t* count) noexcept {
  std::size_t skip = 0;
#ifdef __x86_64__
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq");
  const bool vbmi = avx512 && __builtin_cpu_supports("avx512bw") &&
                    __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("popcnt");
  skip = vbmi ? 0 : avx512 ? 1 : __builtin_cpu_supports("avx2") ? 2 : 3;
#endif
  *count = kKernelCount - skip;
  return kKernels + skip;
}

}  // namespace credit_risk
