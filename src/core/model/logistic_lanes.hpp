// Kernels of logistic() for many values at once, with the bits of the one for a single value: each
// lane takes the same steps. For instructions that not every x86-64 has: each kernel in a file of
// its own that calls no inline function of another, as the linker might keep the copy with these
// instructions for everybody.
#pragma once
#include <cstddef>

namespace credit_risk {

struct LogisticKernel {
  const char* name;
  void (*apply)(const double* margins, std::size_t count, double* probabilities);
};

// Those that this machine runs, the fastest first; the last one runs on every machine.
const LogisticKernel* logistic_kernels(std::size_t* count) noexcept;

void logistic_avx2(const double* margins, std::size_t count, double* probabilities);
// AVX-512 F and DQ.
void logistic_avx512(const double* margins, std::size_t count, double* probabilities);

}  // namespace credit_risk
