#ifdef __x86_64__
#include "core/model/logistic_lanes.hpp"

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC target("avx2")
#endif

#define CR_LANES 4
#include "core/model/logistic_lanes_body.hpp"

namespace credit_risk {

void logistic_avx2(const double* margins, std::size_t count, double* probabilities) {
  LogisticLanes::apply(margins, count, probabilities);
}

}  // namespace credit_risk

#ifdef __clang__
#pragma clang attribute pop
#endif
#endif
