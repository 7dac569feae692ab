#ifdef __x86_64__
#include "core/model/number_lanes.hpp"

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq"))), apply_to = function)
#else
#pragma GCC target("avx512f,avx512dq")
#endif

#define CR_LANES 8
#include "core/model/number_lanes_body.hpp"

namespace credit_risk {

void logistic_avx512(const double* margins, std::size_t count, double* probabilities) {
  NumberLanes::logistics(margins, count, probabilities);
}

void natural_log_avx512(const double* x, std::size_t count, double* result) {
  NumberLanes::natural_logs(x, count, result);
}

}  // namespace credit_risk

#ifdef __clang__
#pragma clang attribute pop
#endif
#endif
