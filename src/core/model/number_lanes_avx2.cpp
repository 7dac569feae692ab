#ifdef __x86_64__
#include "core/model/number_lanes.hpp"

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC target("avx2")
#endif

#define CR_LANES 4
#include "core/model/number_lanes_body.hpp"

namespace credit_risk {

void logistic_avx2(const double* margins, std::size_t count, double* probabilities) {
  NumberLanes::logistics(margins, count, probabilities);
}

void natural_log_avx2(const double* x, std::size_t count, double* result) {
  NumberLanes::natural_logs(x, count, result);
}

}  // namespace credit_risk

#ifdef __clang__
#pragma clang attribute pop
#endif
#endif
