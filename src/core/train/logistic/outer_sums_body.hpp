// The lanes of outer_sums.hpp: columns j, a few rows at a time one after the other.
#include "core/train/logistic/outer_sums.hpp"
#include "core/unroll.hpp"

namespace credit_risk {
namespace {

template <int kLanes>
struct OuterLanes {
  typedef double Real __attribute__((vector_size(8 * kLanes), aligned(8), may_alias));

  static void add(const OuterSums& sums, const double* x, const double* distance,
                  const double* curve, std::size_t rows) {
    constexpr int kMost = 4;
    std::size_t r = 0;
    for (; r + kMost <= rows; r += kMost)
      add_rows<kMost>(sums, x + r * sums.width, distance + r, curve + r);
    for (; r < rows; ++r) add_rows<1>(sums, x + r * sums.width, distance + r, curve + r);
  }

 private:
  template <int kRows>
  static void add_rows(const OuterSums& sums, const double* x, const double* distance,
                       const double* curve) {
    add_multiples<kRows>(sums.linear, distance, x, sums.width, sums.columns);
    for (std::size_t i = 0; i < sums.columns; ++i) {
      double factor[kRows];
      for (int r = 0; r < kRows; ++r) factor[r] = curve[r] * x[r * sums.width + i];
      add_multiples<kRows>(sums.products + i * sums.width, factor, x, sums.width, i + 1);
    }
  }

  // At least `count` entries, up to the end of their lanes.
  template <int kRows>
  static void add_multiples(double* sums, const double* factor, const double* x, std::size_t width,
                            std::size_t count) {
    for (std::size_t j = 0; j < count; j += kLanes) {
      Real sum = *reinterpret_cast<const Real*>(sums + j);
      CR_UNROLL
      for (int r = 0; r < kRows; ++r)
        sum += factor[r] * *reinterpret_cast<const Real*>(x + r * width + j);
      *reinterpret_cast<Real*>(sums + j) = sum;
    }
  }
};

}  // namespace
}  // namespace credit_risk
