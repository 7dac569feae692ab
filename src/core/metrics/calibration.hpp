// Whether probabilities agree with what happened, group by group.
#pragma once
#include <cstddef>
#include <optional>

#include "core/metrics/scored.hpp"
#include "core/stop_flag.hpp"

namespace credit_risk {

struct CalibrationGroups {
  const double* observed;  // O: events that happened
  const double* expected;  // E: sum of the probabilities
  const double* size;      // n: rows
  std::size_t count;       // g
};

struct HosmerLemeshow {
  double statistic;
  std::size_t degrees_of_freedom;
  double p_value;
};

constexpr std::size_t kMostCalibrationGroups = 10000;

// H = sum of (O - E)^2 / (E (1 - E / n)), chi-square with g - 2 degrees of freedom on the rows that
// the model was fitted to (`in_sample`), g on others (Hosmer, Lemeshow, Sturdivant 2013, 5.2.2).
HosmerLemeshow hosmer_lemeshow(const CalibrationGroups& groups, bool in_sample);

// The same over groups of about equally many rows by rising probability, as calibration_table makes
// them, without weights. None where the test is undefined: too few groups, or a group of which no
// event or nothing but events was expected.
std::optional<HosmerLemeshow> hosmer_lemeshow(const Scored& rows, int groups, bool in_sample,
                                              const StopFlag& stop = {});

}  // namespace credit_risk
