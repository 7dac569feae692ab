// Kernels of logistic() and natural_log() for many values at once, with the bits of those for a
// single value: each lane takes the same steps. For instructions that not every x86-64 has: each
// kernel in a file of its own that calls no inline function of another, as the linker might keep
// the copy with these instructions for everybody.
#pragma once
#include <cstddef>

namespace credit_risk {

struct NumberKernel {
  using Function = void (*)(const double* x, std::size_t count, double* result);
  const char* name;
  Function logistic, natural_log;
};

// Those that this machine runs, the fastest first; the last one runs on every machine.
const NumberKernel* number_kernels(std::size_t* count) noexcept;

void logistic_avx2(const double* margins, std::size_t count, double* probabilities);
void natural_log_avx2(const double* x, std::size_t count, double* result);
// AVX-512 F and DQ.
void logistic_avx512(const double* margins, std::size_t count, double* probabilities);
void natural_log_avx512(const double* x, std::size_t count, double* result);

}  // namespace credit_risk
