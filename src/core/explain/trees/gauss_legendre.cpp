#include "core/explain/trees/gauss_legendre.hpp"

#include <cmath>

namespace credit_risk {
namespace {

// cos for 0 <= x <= pi / 2 by its series, to about 1e-12: the first guess of a root only, but
// libm's would differ between machines and with it, now and then, the last bit of what Newton's
// method ends with.
double cosine(double x) noexcept {
  const double square = x * x;
  double sum = 1;
  for (int n = 20; n > 0; n -= 2) sum = 1 - sum * square / (n * (n - 1.0));
  return sum;
}

struct Legendre {
  double value;       // P_n(z)
  double derivative;  // P_n'(z)
};

// Bonnet's recursion: k P_k = (2k - 1) z P_{k-1} - (k - 1) P_{k-2}.
Legendre legendre(std::size_t n, double z) noexcept {
  double before = 1, value = z;
  for (std::size_t k = 2; k <= n; ++k) {
    const double d = static_cast<double>(k);
    const double next = value * z + (value * z - before) * ((d - 1) / d);
    before = value;
    value = next;
  }
  return {value, static_cast<double>(n) * (before - z * value) / ((1 - z) * (1 + z))};
}

}  // namespace

Quadrature gauss_legendre(std::size_t points) {
  constexpr double kPi = 3.14159265358979323846;
  const double n = static_cast<double>(points);
  Quadrature rule{std::vector<double>(points), std::vector<double>(points)};
  for (std::size_t i = 0; i < (points + 1) / 2; ++i) {
    double z = points % 2 == 1 && i == points / 2
                   ? 0
                   : cosine(kPi * (static_cast<double>(i) + 0.75) / (n + 0.5));
    Legendre p = legendre(points, z);
    for (int step = 0; step < 10 && z != 0; ++step) {
      const double change = p.value / p.derivative;
      z -= change;
      p = legendre(points, z);
      if (std::fabs(change) < 1e-15) break;
    }
    const double weight = 1 / ((1 - z) * (1 + z) * p.derivative * p.derivative);
    rule.node[i] = (1 - z) / 2;
    rule.node[points - 1 - i] = (1 + z) / 2;
    rule.weight[i] = rule.weight[points - 1 - i] = weight;
  }
  return rule;
}

}  // namespace credit_risk
