// The work of tree_top.hpp on vectors of kLanes numbers, in plain C++ for a file that says which
// instructions it may become. Everything has internal linkage: each instruction set has its own.
#pragma once
#include "core/model/predict/tree_top.hpp"
#include "core/unroll.hpp"

namespace credit_risk {
namespace {

template <std::size_t kLanes>
struct TopLanes {
  typedef float Numbers __attribute__((vector_size(4 * kLanes), aligned(4), may_alias));
  typedef std::int32_t Masks __attribute__((vector_size(4 * kLanes)));
  typedef std::int32_t Places __attribute__((vector_size(4 * kLanes), aligned(4), may_alias));

  static Masks select(Masks mask, Masks yes, Masks no) noexcept {
    return (mask & yes) | (~mask & no);
  }

  static void enter(const TreeTop& top, const float* values, std::uint32_t* at) noexcept {
    for (std::size_t r = 0; r < TreeTop::kRows; r += kLanes) {
      const auto right = [&](std::size_t node) CR_INLINE -> Masks {
        const float* const row = values + top.slot[node] * TreeTop::kRows + r;
        return *reinterpret_cast<const Numbers*>(row) > top.threshold[node];
      };
      const auto either = [&](Masks mask, std::size_t node) CR_INLINE -> Masks {
        return select(mask, right(node + 1), right(node));
      };
      const Masks first = right(0);
      const Masks second = either(first, 1);
      const Masks third = select(first, either(second, 5), either(second, 3));
      const Masks fourth = select(first, select(second, either(third, 13), either(third, 11)),
                                  select(second, either(third, 9), either(third, 7)));
      *reinterpret_cast<Places*>(at + r) = (first & 8) | (second & 4) | (third & 2) | (fourth & 1);
    }
    for (std::size_t r = 0; r < TreeTop::kRows; ++r) at[r] = top.below[at[r]];
  }
};

}  // namespace
}  // namespace credit_risk
