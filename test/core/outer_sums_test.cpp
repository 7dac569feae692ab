// The sums of a Newton step: every kernel has the bits of sums taken one by one.
#include "core/train/logistic/outer_sums.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "core/random.hpp"

namespace credit_risk {
namespace {

TEST(OuterSums, HaveTheBitsOfSumsTakenOneByOne) {
  Random random(11, 0);
  for (const std::size_t columns : {1u, 2u, 7u, 8u, 9u, 16u, 29u}) {
    const std::size_t width =
        (columns + kOuterSumsPadding - 1) / kOuterSumsPadding * kOuterSumsPadding;
    constexpr std::size_t kRows = 37;
    std::vector<double> x(kRows * width, 0.0), distance, curve;
    std::vector<double> linear(columns, 0.0), products(columns * columns, 0.0);
    for (std::size_t r = 0; r < kRows; ++r) {
      distance.push_back(random.below(2000003) / 1e6 - 1);
      curve.push_back(random.below(1000003) / 4e6);
      for (std::size_t i = 0; i < columns; ++i) x[r * width + i] = random.below(6000011) / 1e6 - 3;
      for (std::size_t i = 0; i < columns; ++i) {
        linear[i] += distance[r] * x[r * width + i];
        const double scaled = curve[r] * x[r * width + i];
        for (std::size_t j = 0; j <= i; ++j) products[i * columns + j] += scaled * x[r * width + j];
      }
    }
    std::size_t kernels = 0;
    const OuterSumsKernel* const kernel = outer_sums_kernels(&kernels);
    EXPECT_STREQ(kernel[kernels - 1].name, "plain");
    for (std::size_t k = 0; k < kernels; ++k) {
      std::vector<double> line(width, 0.0), square(columns * width, 0.0);
      kernel[k].add({columns, width, line.data(), square.data()}, x.data(), distance.data(),
                    curve.data(), kRows);
      for (std::size_t i = 0; i < columns; ++i) {
        EXPECT_EQ(line[i], linear[i]) << kernel[k].name;
        for (std::size_t j = 0; j <= i; ++j)
          EXPECT_EQ(square[i * width + j], products[i * columns + j]) << kernel[k].name;
      }
    }
  }
}

}  // namespace
}  // namespace credit_risk
