// The partition of an ordered list of prebins into bins of greatest information value, by dynamic
// programming over all bins that the rules allow (the idea of Navas-Palencia 2020, "Optimal
// binning: mathematical programming formulation", without its solver).
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/stop_flag.hpp"
#include "core/train/binning/binning_params.hpp"

namespace credit_risk {

// Rows by class.
struct ClassCount {
  std::uint64_t events = 0;
  std::uint64_t others = 0;
  std::uint64_t rows() const noexcept { return events + others; }
  void add(const ClassCount& more) noexcept {
    events += more.events;
    others += more.others;
  }
};

// Of every bin. Neighbouring bins have different shares of events, which move as `trend` says.
struct PartitionRules {
  std::uint64_t min_rows = 0;
  std::uint64_t min_events = 0;
  std::uint64_t min_others = 0;
  std::size_t max_bins = 10;  // 1 or more
  Trend trend = Trend::kAuto;
};

struct Partition {
  std::vector<std::uint32_t> begins;  // the first prebin of each bin: 0, ...
  Trend trend;                        // kAuto: what it came to
  double information_value;           // of these bins, with the totals given
};

// Of the partitions that obey the rules that of the greatest information value, the fewest bins
// among equals. `total` counts all rows, those outside the prebins (missing values) too. Where no
// partition obeys, all prebins are one bin. There is at least one prebin, and at most 2^30 rows.
Partition optimal_partition(const std::vector<ClassCount>& prebins, const ClassCount& total,
                            const PartitionRules& rules, const StopFlag& stop);

// ((g / G) - (b / B)) ln((g / G) / (b / B)) as weights_of_evidence (metrics) has it, 0 without rows
// in the bin or without a class in total.
double iv_of(const ClassCount& bin, const ClassCount& total) noexcept;

}  // namespace credit_risk
