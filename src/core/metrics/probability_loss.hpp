// How far probabilities lie from outcomes: means of a loss per row, NaN without rows. Sums are
// exact, so a mean has the same bits whoever gathered the rows, in whatever order.
#pragma once
#include "core/metrics/exact_sum.hpp"
#include "core/metrics/scored.hpp"

namespace credit_risk {

// (probability - outcome)^2, whose mean is the Brier score (Brier 1950, one term per row).
double squared_loss(bool event, double probability) noexcept;

// -ln(probability of what happened), whose mean is the log loss. That probability is clipped to
// [2^-52, 1 - 2^-52], as scikit-learn 1.5 and later clip to the epsilon of double; the result can
// differ in the last bit where the platform's logarithm does.
double logarithmic_loss(bool event, double probability) noexcept;

// Plain bytes: may be copied to another process of the same machine.
class MeanLoss {
 public:
  void add(double loss, double weight) noexcept;
  void append(const MeanLoss& others) noexcept;
  double mean() const noexcept;

 private:
  ExactSum losses_;
  ExactSum weights_;
};

double brier_score(const Scored& rows);
double log_loss(const Scored& rows);

}  // namespace credit_risk
