#include "core/explain/background/background_leaves.hpp"

#include "core/explain/background/background_leaves_body.hpp"
#include "core/explain/background/background_leaves_x86.hpp"

namespace credit_risk {
namespace {

struct PlainBits {
  static int count(std::uint64_t word) noexcept {
#ifdef __x86_64__
    // The compiler's own would be a call where the machine may have no instruction for it.
    word -= word >> 1 & 0x5555555555555555;
    word = (word & 0x3333333333333333) + (word >> 2 & 0x3333333333333333);
    word = (word + (word >> 4)) & 0x0F0F0F0F0F0F0F0F;
    return static_cast<int>(word * 0x0101010101010101 >> 56);
#else
    return __builtin_popcountll(word);
#endif
  }
};

constexpr LeafKernel kKernels[] = {
#ifdef __x86_64__
    {"avx512", add_leaves_avx512},
    {"popcnt", add_leaves_popcnt},
#endif
    {"plain", add_leaves<PlainBits>},
};
constexpr std::size_t kKernelCount = sizeof kKernels / sizeof kKernels[0];

}  // namespace

const LeafKernel* leaf_kernels(std::size_t* count) noexcept {
  std::size_t skip = 0;
#ifdef __x86_64__
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vpopcntdq");
  const bool popcnt = __builtin_cpu_supports("popcnt");
  skip = avx512 ? 0 : popcnt ? 1 : 2;
#endif
  *count = kKernelCount - skip;
  return kKernels + skip;
}

}  // namespace credit_risk
