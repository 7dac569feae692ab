#include "core/metrics/calibration.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/metrics/chi_square.hpp"
#include "core/metrics/compensated_sum.hpp"
#include "core/metrics/tables/calibration_table.hpp"

namespace credit_risk {
namespace {

void check_count(std::size_t count, bool in_sample) {
  const std::size_t least = in_sample ? 3 : 1;
  if (count < least) {
    throw Error(ErrorKind::kInvalidInput, "too few groups",
                "There are " + std::to_string(count) + "; the test needs " + std::to_string(least) +
                    " or more.",
                "Ten groups of equal size are customary.");
  }
  if (count > kMostCalibrationGroups) {
    throw Error(ErrorKind::kLimit, "too many groups",
                "There are " + std::to_string(count) + ", more than " +
                    std::to_string(kMostCalibrationGroups) + ".",
                "Ten groups of equal size are customary.");
  }
}

void check_group(const CalibrationGroups& groups, std::size_t i) {
  const std::string group = "That does not hold for group " + std::to_string(i + 1) + ".";
  const double size = groups.size[i];
  if (!(std::isfinite(size) && size > 0))
    throw Error(ErrorKind::kInvalidInput, "sizes must be greater than 0", group);
  if (!(groups.observed[i] >= 0 && groups.observed[i] <= size)) {
    throw Error(ErrorKind::kInvalidInput, "observed must lie between 0 and the size of its group",
                group);
  }
  if (!(groups.expected[i] > 0 && groups.expected[i] < size)) {
    throw Error(ErrorKind::kInvalidInput,
                "expected must be greater than 0 and less than the size of its group", group,
                "Merge the group with its neighbour.");
  }
}

}  // namespace

HosmerLemeshow hosmer_lemeshow(const CalibrationGroups& groups, bool in_sample) {
  check_count(groups.count, in_sample);
  CompensatedSum statistic;
  for (std::size_t i = 0; i < groups.count; ++i) {
    check_group(groups, i);
    const double distance = groups.observed[i] - groups.expected[i];
    const double variance = groups.expected[i] * (1 - groups.expected[i] / groups.size[i]);
    statistic.add(distance * distance / variance);
  }
  if (!std::isfinite(statistic.value())) {
    throw Error(ErrorKind::kInvalidInput, "the statistic is beyond the range of double precision",
                "An expected count is too close to 0 or to the size of its group.",
                "Merge the group with its neighbour.");
  }
  const std::size_t freedom = groups.count - (in_sample ? 2 : 0);
  return {statistic.value(), freedom, chi_square_above(statistic.value(), freedom)};
}

std::optional<HosmerLemeshow> hosmer_lemeshow(const Scored& rows, int groups, bool in_sample,
                                              const StopFlag& stop) {
  std::vector<double> observed, expected, sizes;
  for (const CalibrationBin& bin : calibration_table(rows, groups, BinSpacing::kQuantile, stop)) {
    if (!(bin.mean_predicted > 0 && bin.mean_predicted < 1)) return std::nullopt;
    sizes.push_back(static_cast<double>(bin.rows));
    observed.push_back(bin.events);
    expected.push_back(bin.mean_predicted * sizes.back());
  }
  if (sizes.size() < (in_sample ? 3u : 1u)) return std::nullopt;
  return hosmer_lemeshow({observed.data(), expected.data(), sizes.data(), sizes.size()}, in_sample);
}

}  // namespace credit_risk
