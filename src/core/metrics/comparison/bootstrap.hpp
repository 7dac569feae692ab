// How far a figure varies from sample to sample, by drawing rows again (Efron 1979).
#pragma once
#include <cstdint>
#include <string>

#include "core/metrics/comparison/paired_rows.hpp"
#include "core/metrics/interval.hpp"

namespace credit_risk {

enum class Metric : std::uint8_t {
  kRocAuc,
  kGini,
  kKsStatistic,
  kAveragePrecision,
  kBrierScore,
  kLogLoss,
};

// The metric whose aggregate has this name; refuses others.
Metric metric_by_name(const std::string& name);

// Whether its score is a probability.
bool needs_probability(Metric metric) noexcept;

struct BootstrapOptions {
  Metric metric;
  std::int32_t resamples;  // 2 to kMostResamples
  std::uint64_t seed;
};

constexpr std::int32_t kMostResamples = 100000;

// Refuses a number of resamples out of range.
void check(const BootstrapOptions& options);

struct BootstrapEstimate {
  double estimate;         // of the rows themselves
  double standard_error;   // standard deviation over the resamples (n - 1)
  Interval interval;       // 2.5 % and 97.5 % of them, linear between neighbours
  std::int32_t resamples;  // those in which the figure is defined
};

// The metric of the first score; of paired rows, that of the first less that of the second.
// Resample i draws as many rows as there are, with replacement, from stream i of the seed, out of
// the sorted rows: the result depends neither on the order of the rows nor on the machine, but for
// the last bit of a logarithm. NaN where the figure is undefined, or defined in fewer than two
// resamples.
BootstrapEstimate bootstrap(const PairedRows& rows, const BootstrapOptions& options,
                            const StopFlag& stop = {});

}  // namespace credit_risk
