// How well a score ranks events above non-events. NaN where a class is absent: the figure is
// undefined then. Equal scores are one threshold. Rows are sorted first, so the result does not
// depend on the order in which they came.
#pragma once
#include "core/metrics/ranked_points.hpp"
#include "core/metrics/scored.hpp"
#include "core/stop_flag.hpp"

namespace credit_risk {

// Area under the ROC curve = the chance that a random event scores above a random non-event; ties
// count one half (Mann-Whitney).
double roc_auc(const Scored& rows, const StopFlag& stop = {});

// Kolmogorov-Smirnov: the largest distance between the true and the false positive rate over all
// thresholds.
double ks_statistic(const Scored& rows, const StopFlag& stop = {});

// The mean of the precision at each threshold, weighted by the recall that it adds; no
// interpolation (scikit-learn's average_precision_score).
double average_precision(const Scored& rows, const StopFlag& stop = {});

// The same of rows that are ranked already; points may weigh 0.
double roc_auc(const std::vector<RankedPoint>& points, const StopFlag& stop);
double ks_statistic(const std::vector<RankedPoint>& points, const StopFlag& stop);
double average_precision(const std::vector<RankedPoint>& points, const StopFlag& stop);

}  // namespace credit_risk
