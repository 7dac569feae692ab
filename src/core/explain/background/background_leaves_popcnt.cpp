#ifdef __x86_64__
#include "core/explain/background/background_leaves_x86.hpp"

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("popcnt"))), apply_to = function)
#else
#pragma GCC target("popcnt")
#endif

#include "core/explain/background/background_leaves_body.hpp"

namespace credit_risk {
namespace {

struct InstructionBits {
  static int count(std::uint64_t word) noexcept { return __builtin_popcountll(word); }
};

}  // namespace

double add_leaves_popcnt(const LeafPass& pass, const LeafRoom& room, double sum, double* phi) {
  return add_leaves<InstructionBits>(pass, room, sum, phi);
}

}  // namespace credit_risk

#ifdef __clang__
#pragma clang attribute pop
#endif
#endif
