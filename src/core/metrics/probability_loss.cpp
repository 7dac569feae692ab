#include "core/metrics/probability_loss.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace credit_risk {
namespace {

template <class Loss>
double mean_of(const Scored& rows, Loss&& loss) {
  MeanLoss sums;
  for (std::size_t i = 0; i < rows.count; ++i) {
    sums.add(loss(rows.label[i] != 0, rows.score[i]), rows.weight_of(i));
  }
  return sums.mean();
}

}  // namespace

double squared_loss(bool event, double probability) noexcept {
  const double distance = event ? 1.0 - probability : probability;
  return distance * distance;
}

double logarithmic_loss(bool event, double probability) noexcept {
  constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
  const double happened = event ? probability : 1.0 - probability;
  return -std::log(std::clamp(happened, kEpsilon, 1.0 - kEpsilon));
}

void MeanLoss::add(double loss, double weight) noexcept {
  losses_.add(loss * weight);
  weights_.add(weight);
}

void MeanLoss::append(const MeanLoss& others) noexcept {
  losses_.append(others.losses_);
  weights_.append(others.weights_);
}

double MeanLoss::mean() const noexcept {
  const double weight = weights_.value();
  if (weight == 0) return std::numeric_limits<double>::quiet_NaN();
  return losses_.value() / weight;
}

double brier_score(const Scored& rows) { return mean_of(rows, squared_loss); }

double log_loss(const Scored& rows) { return mean_of(rows, logarithmic_loss); }

}  // namespace credit_risk
