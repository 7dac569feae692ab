// Gauss-Legendre quadrature on [0, 1], with the same bits on every machine.
#pragma once
#include <cstddef>
#include <vector>

namespace credit_risk {

struct Quadrature {
  std::vector<double> node;    // ascending, within (0, 1)
  std::vector<double> weight;  // positive, adding up to 1
};

// Exact for polynomials of degree 2 * points - 1. Takes time in the square of `points`.
Quadrature gauss_legendre(std::size_t points);

}  // namespace credit_risk
