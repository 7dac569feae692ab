// The lanes of outer_sums.hpp: columns j. Sums stay in registers while a block of rows is added to
// them, a few columns i beside each other, so that they need not wait for each other.
#include <algorithm>

#include "core/train/logistic/outer_sums.hpp"
#include "core/unroll.hpp"

namespace credit_risk {
namespace {

template <int kLanes>
struct OuterLanes {
  typedef double Real __attribute__((vector_size(8 * kLanes), aligned(8), may_alias));

  static void add(const OuterSums& sums, const double* x, const double* distance,
                  const double* curve, std::size_t rows) {
    for (std::size_t r = 0; r < rows; r += kMostRows) {
      const std::size_t count = std::min(kMostRows, rows - r);
      add_block(sums, x + r * sums.width, distance + r, curve + r, count);
    }
  }

 private:
  static constexpr std::size_t kMostRows = 64;
  static constexpr int kTall = 4, kWide = 2;  // a tile: columns i, and lanes of columns j

  // By row, what a line of the sums takes of its x.
  template <int kLines>
  using Factors = double[kLines][kMostRows];

  static void add_block(const OuterSums& sums, const double* x, const double* distance,
                        const double* curve, std::size_t rows) {
    Factors<1> line;
    std::copy_n(distance, rows, line[0]);
    add_lines<1>(sums.linear, sums, line, {x, rows, sums.columns});
    std::size_t i = 0;
    for (; i + kTall <= sums.columns; i += kTall) add_products<kTall>(sums, x, curve, rows, i);
    for (; i < sums.columns; ++i) add_products<1>(sums, x, curve, rows, i);
  }

  struct Block {
    const double* x;
    std::size_t rows, entries;  // entries: at least so many of each line
  };

  template <int kLines>
  static void add_products(const OuterSums& sums, const double* x, const double* curve,
                           std::size_t rows, std::size_t i) {
    Factors<kLines> factors;
    for (std::size_t r = 0; r < rows; ++r)
      for (int line = 0; line < kLines; ++line)
        factors[line][r] = curve[r] * x[r * sums.width + i + line];
    add_lines<kLines>(sums.products + i * sums.width, sums, factors, {x, rows, i + kLines});
  }

  template <int kLines>
  static void add_lines(double* lines, const OuterSums& sums, const Factors<kLines>& factors,
                        const Block& block) {
    std::size_t j = 0;
    for (; j + kLanes < block.entries; j += kWide * kLanes)
      add_tile<kLines, kWide>(lines + j, sums.width, factors, {block.x + j, block.rows, 0});
    if (j < block.entries)
      add_tile<kLines, 1>(lines + j, sums.width, factors, {block.x + j, block.rows, 0});
  }

  template <int kLines, int kParts>
  static void add_tile(double* lines, std::size_t width, const Factors<kLines>& factors,
                       const Block& block) {
    Real sum[kLines][kParts];
    CR_UNROLL
    for (int line = 0; line < kLines; ++line) CR_UNROLL
    for (int part = 0; part < kParts; ++part)
      sum[line][part] = *reinterpret_cast<const Real*>(lines + line * width + part * kLanes);
    for (std::size_t r = 0; r < block.rows; ++r) {
      const Real* const x = reinterpret_cast<const Real*>(block.x + r * width);
      CR_UNROLL
      for (int line = 0; line < kLines; ++line) CR_UNROLL
      for (int part = 0; part < kParts; ++part) sum[line][part] += factors[line][r] * x[part];
    }
    CR_UNROLL
    for (int line = 0; line < kLines; ++line) CR_UNROLL
    for (int part = 0; part < kParts; ++part)
      *reinterpret_cast<Real*>(lines + line * width + part * kLanes) = sum[line][part];
  }
};

}  // namespace
}  // namespace credit_risk
