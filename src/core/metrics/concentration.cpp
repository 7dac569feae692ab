#include "core/metrics/concentration.hpp"

#include <limits>

namespace credit_risk {

void Concentration::add(double amount) noexcept {
  amounts_.add(amount);
  squares_.add(amount * amount);
}

void Concentration::append(const Concentration& others) noexcept {
  amounts_.append(others.amounts_);
  squares_.append(others.squares_);
}

double Concentration::herfindahl() const noexcept {
  const double total = amounts_.value();
  if (total == 0) return std::numeric_limits<double>::quiet_NaN();
  return squares_.value() / (total * total);
}

}  // namespace credit_risk
