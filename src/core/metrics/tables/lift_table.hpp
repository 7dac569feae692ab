// How many of the events the highest scores catch.
#pragma once
#include <vector>

#include "core/metrics/scored.hpp"
#include "core/metrics/tables/calibration_table.hpp"
#include "core/stop_flag.hpp"

namespace credit_risk {

// Shares and rates are weighted. What divides by zero is NaN: `lift` and `gain` without events,
// `ks` with one class only.
struct LiftBin {
  int bin;  // from 1, highest scores first
  double highest;
  double lowest;
  std::uint64_t rows;
  double events;  // weights of the events
  double event_rate;
  double lift;              // event rate of the bin / of all rows
  double cumulative_share;  // rows of this bin and those above / all
  double gain;              // events of this bin and those above / all: the cumulative recall
  double cumulative_lift;   // gain / cumulative_share
  double ks;                // gain - the same share of the others
};

// `bins` from 1 to kMostTableBins equal parts of the rows, by falling score. Equal scores stay
// together, in the bin where the first of them belongs; a bin that is left without rows is left
// out.
std::vector<LiftBin> lift_table(const Scored& rows, int bins, const StopFlag& stop = {});

}  // namespace credit_risk
