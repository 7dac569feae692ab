// What a block of rows adds to the sums of a Newton step: x by its distance from the outcome, and
// the products of every two columns by their curve. Each sum takes the rows in their order,
// whatever the instructions, so that its bits are the same on every machine.
#pragma once
#include <cstddef>

namespace credit_risk {

// Columns of a row, and of a row of the products, are padded to a multiple of this.
inline constexpr std::size_t kOuterSumsPadding = 8;

struct OuterSums {
  std::size_t columns, width;  // width: with the padding
  double* linear;              // width entries: += distance * x
  double* products;            // columns * width: += curve * x[i] * x[j], for j <= i at least
};

struct OuterSumsKernel {
  const char* name;
  // `x`: the rows one after the other, each of the width.
  void (*add)(const OuterSums& sums, const double* x, const double* distance, const double* curve,
              std::size_t rows);
};

// Those that this machine runs, the fastest first; the last one runs on every machine.
const OuterSumsKernel* outer_sums_kernels(std::size_t* count) noexcept;

// Each in a file of its own: see model/number_lanes.hpp.
void add_outer_avx2(const OuterSums& sums, const double* x, const double* distance,
                    const double* curve, std::size_t rows);
void add_outer_avx512(const OuterSums& sums, const double* x, const double* distance,
                      const double* curve, std::size_t rows);

}  // namespace credit_risk
