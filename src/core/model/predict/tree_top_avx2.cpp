#ifdef __x86_64__
#include "core/model/predict/tree_top_x86.hpp"

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC target("avx2")
#endif

#include "core/model/predict/tree_top_body.hpp"

namespace credit_risk {

void enter_rows_avx2(const TreeTop& top, const float* values, std::uint32_t* at) {
  TopLanes<8>::enter(top, values, at);
}

}  // namespace credit_risk

#ifdef __clang__
#pragma clang attribute pop
#endif
#endif
