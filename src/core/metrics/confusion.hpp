// The four counts of a yes/no decision at a threshold, or what their rows weigh, and the rates made
// of them. An event is predicted where the score lies above the threshold (at 0.5: scikit-learn's
// predict). Rates without a denominator (no predicted event, no event) are NaN.
#pragma once
#include "core/metrics/exact_sum.hpp"
#include "core/metrics/scored.hpp"

namespace credit_risk {

struct Confusion {
  std::int64_t true_positives = 0;
  std::int64_t false_positives = 0;
  std::int64_t true_negatives = 0;
  std::int64_t false_negatives = 0;

  void add(bool event, double score, double threshold) noexcept;
  void append(const Confusion& others) noexcept;

  double accuracy() const noexcept;
  double precision() const noexcept;
  double recall() const noexcept;
  double f1() const noexcept;
};

// Sums of weights are exact, so that rates have the same bits in whatever order rows come. Plain
// bytes.
class WeightedConfusion {
 public:
  // `weight` is finite and not negative.
  void add(bool event, double score, double threshold, double weight) noexcept;
  void append(const WeightedConfusion& others) noexcept;

  double accuracy() const noexcept;
  double precision() const noexcept;
  double recall() const noexcept;
  double f1() const noexcept;

 private:
  ExactSum true_positives_, false_positives_, true_negatives_, false_negatives_;
};

struct DecisionRates {
  double accuracy, precision, recall, f1;
};

Confusion confusion_at(const Scored& rows, double threshold);
// Each row by its weight, where rows have one.
DecisionRates decision_rates(const Scored& rows, double threshold);

}  // namespace credit_risk
