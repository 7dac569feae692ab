// How sure an area under the ROC curve is, and whether that of another score is really greater.
#pragma once
#include "core/metrics/comparison/paired_rows.hpp"
#include "core/metrics/interval.hpp"

namespace credit_risk {

struct AucEstimate {
  double auc;
  double standard_error;
  Interval interval;  // 95 %, normal approximation, within 0 to 1
};

struct AucComparison {
  double first;
  double second;
  double difference;  // first - second
  double standard_error;
  double z;           // difference / standard_error
  double p_value;     // of a difference at least as great where there is none, two-sided
  Interval interval;  // of the difference, 95 %
};

// DeLong, DeLong and Clarke-Pearson 1988, by the mid-ranks of Sun and Xu 2014. Equal scores count
// one half. NaN: every figure where a class is absent; the error and what follows from it with
// fewer than two rows of a class; z and p_value where the error is 0 (equal scores, or both
// separate the classes).
AucEstimate auc_estimate(const PairedRows& rows, const StopFlag& stop = {});
AucComparison auc_comparison(const PairedRows& rows, const StopFlag& stop = {});

}  // namespace credit_risk
