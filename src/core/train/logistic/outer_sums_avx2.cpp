#ifdef __x86_64__
#include "core/train/logistic/outer_sums.hpp"

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC target("avx2")
#endif

#include "core/train/logistic/outer_sums_body.hpp"

namespace credit_risk {

void add_outer_avx2(const OuterSums& sums, const double* x, const double* distance,
                    const double* curve, std::size_t rows) {
  OuterLanes<4>::add(sums, x, distance, curve, rows);
}

}  // namespace credit_risk

#ifdef __clang__
#pragma clang attribute pop
#endif
#endif
