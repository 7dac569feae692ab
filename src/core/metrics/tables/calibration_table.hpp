// Whether probabilities agree with what happened, bin by bin.
#pragma once
#include <vector>

#include "core/metrics/interval.hpp"
#include "core/metrics/scored.hpp"
#include "core/stop_flag.hpp"

namespace credit_risk {

constexpr int kMostTableBins = 1000;

enum class BinSpacing : std::uint8_t {
  kQuantile,  // about as many rows in each
  kWidth,     // [0, 1] in equal parts
};

// Of the rows whose probability lies above `lower` and not above `upper`; at `lower` too in bin 1.
struct CalibrationBin {
  int bin;  // from 1
  double lower;
  double upper;
  std::uint64_t rows;
  double events;          // weights of the events
  double mean_predicted;  // weighted
  double observed;        // weighted share of the events
  Interval interval;      // of `observed`, 95 % (Wilson 1927)
};

// `bins` from 1 to kMostTableBins; those without rows are left out. Edges of quantiles are
// interpolated between scores; equal scores stay together. As scikit-learn's calibration_curve,
// strategy "quantile" or "uniform". Weights count in the figures, not in where the edges lie; the
// interval takes (sum of weights)^2 / (sum of their squares) for the number of rows (Kish 1965).
std::vector<CalibrationBin> calibration_table(const Scored& rows, int bins, BinSpacing spacing,
                                              const StopFlag& stop = {});

// The interval of a share `rate` seen among `size` rows, at 95 %: Wilson's score interval.
Interval wilson_interval(double rate, double size);

}  // namespace credit_risk
