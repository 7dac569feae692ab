#include "core/explain/trees/gauss_legendre.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace credit_risk {
namespace {

// Abramowitz and Stegun, table 25.4, carried from [-1, 1] to [0, 1].
TEST(GaussLegendre, HasTheTabulatedNodes) {
  const Quadrature two = gauss_legendre(2);
  EXPECT_NEAR(two.node[0], (1 - 1 / std::sqrt(3.0)) / 2, 1e-16);
  EXPECT_NEAR(two.weight[0], 0.5, 1e-15);
  const Quadrature three = gauss_legendre(3);
  EXPECT_NEAR(three.node[0], (1 - std::sqrt(0.6)) / 2, 1e-16);
  EXPECT_EQ(three.node[1], 0.5);
  EXPECT_NEAR(three.weight[0], 5.0 / 18, 1e-15);
  EXPECT_NEAR(three.weight[1], 8.0 / 18, 1e-15);
  const Quadrature five = gauss_legendre(5);
  EXPECT_NEAR(five.node[4], (1 + 0.906179845938663992797626878299) / 2, 1e-15);
  EXPECT_NEAR(five.weight[4], 0.236926885056189087514264040720 / 2, 1e-15);
  const Quadrature eight = gauss_legendre(8);
  EXPECT_NEAR(eight.node[7], (1 + 0.960289856497536231683560868569) / 2, 1e-15);
  EXPECT_NEAR(eight.weight[7], 0.101228536290376259152531354310 / 2, 1e-15);
}

// int_0^1 t^d dt = 1 / (d + 1) up to degree 2n - 1, and not one further.
TEST(GaussLegendre, IsExactToItsDegree) {
  for (const std::size_t n : {1u, 2u, 4u, 6u, 8u, 16u, 27u, 64u, 500u}) {
    const Quadrature rule = gauss_legendre(n);
    EXPECT_NEAR(std::accumulate(rule.weight.begin(), rule.weight.end(), 0.0), 1.0, 1e-14) << n;
    for (const std::size_t degree : {std::size_t{0}, n, 2 * n - 1}) {
      double sum = 0;
      for (std::size_t i = 0; i < n; ++i)
        sum += rule.weight[i] * std::pow(rule.node[i], static_cast<double>(degree));
      EXPECT_NEAR(sum * static_cast<double>(degree + 1), 1.0, 1e-12) << n << " " << degree;
    }
  }
  const Quadrature two = gauss_legendre(2);
  EXPECT_GT(std::fabs(two.weight[0] * std::pow(two.node[0], 4) +
                      two.weight[1] * std::pow(two.node[1], 4) - 0.2),
            1e-3);
}

}  // namespace
}  // namespace credit_risk
