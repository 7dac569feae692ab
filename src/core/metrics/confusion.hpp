// The four counts of a yes/no decision at a threshold, and the rates made of them.
#pragma once
#include "core/metrics/scored.hpp"

namespace credit_risk {

// Rates without a denominator (no predicted event, no event) are NaN.
struct Confusion {
  std::int64_t true_positives = 0;
  std::int64_t false_positives = 0;
  std::int64_t true_negatives = 0;
  std::int64_t false_negatives = 0;

  // An event is predicted where the score lies above the threshold (at 0.5: scikit-learn's
  // predict).
  void add(bool event, double score, double threshold) noexcept;
  void append(const Confusion& others) noexcept;

  double accuracy() const noexcept;
  double precision() const noexcept;
  double recall() const noexcept;
  double f1() const noexcept;
};

Confusion confusion_at(const Scored& rows, double threshold);

}  // namespace credit_risk
