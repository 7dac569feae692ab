// The bins of one feature, and what each says about the event.
#pragma once
#include <cstdint>
#include <vector>

#include "core/metrics/tables/bin_counts.hpp"
#include "core/stop_flag.hpp"
#include "core/train/binning/binning_params.hpp"
#include "core/train/binning/optimal_partition.hpp"
#include "core/train/binning/weighed_prebins.hpp"
#include "core/train/data/columns.hpp"

namespace credit_risk {

struct FeatureBin {
  BinKind kind;
  double lower, upper;               // of a range: lower <= x < upper, infinite where unbounded; of
                                     // a special value: it, twice; else NaN
  std::vector<std::uint32_t> codes;  // of categories, ascending; of kUnrecognized: the rare ones
  ClassCount count;
  ClassWeight weight;
  double woe;  // as Evidence (metrics); 0 for a bin without rows, which says nothing
  double iv;
};

// Ranges ascending, or categories by their share of events; then special values ascending, missing,
// and, of categories, unrecognized. The last two are there without rows, too.
struct FeatureBins {
  std::vector<FeatureBin> bins;
  ClassCount total;
  ClassWeight weight;
  bool weighted = false;  // not 1 for each row
  double information_value = 0.0;
  Trend trend = Trend::kNone;  // that was found; of categories: kNone
  bool apart = false;          // the bins and what they hold tell the classes apart without error
  // Where min_events and min_others leave the ranges or categories one bin: the information value
  // of the bins without these two, and without min_share where `apart`. 0 where there is no such.
  double barred_information = 0.0;
};

// The rows of a column that bins are made of.
struct BinnedRows {
  const Column& column;
  const std::vector<std::uint8_t>& target;
  const std::vector<std::uint32_t>& rows;  // their numbers
  const std::vector<double>& weights;      // of all rows; empty: 1 for each
};

// Params and values have been checked. The edge between two ranges is a short decimal number above
// the greatest value of the one and at most the least of the other. A row counts for as many as it
// weighs; min_events and min_others are rows of mean weight. Yet the narrow ranges that the search
// joins hold about equally many rows.
FeatureBins bin_feature(const BinnedRows& of, const BinningParams& params, const StopFlag& stop);

// A number x with below < x <= above that has as few digits as any near them.
double short_edge(double below, double above) noexcept;

}  // namespace credit_risk
