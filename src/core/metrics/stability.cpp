#include "core/metrics/stability.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.hpp"
#include "core/metrics/compensated_sum.hpp"

namespace credit_risk {
namespace {

void check_shares(const double* shares, std::size_t count, const std::string& name) {
  CompensatedSum sum;
  for (std::size_t i = 0; i < count; ++i) {
    if (!(shares[i] >= 0 && shares[i] <= 1)) {
      throw Error(ErrorKind::kInvalidInput, name + " must hold shares between 0 and 1",
                  "That does not hold for element " + std::to_string(i + 1) + ".",
                  "Divide the count of each bin by the count of all.");
    }
    sum.add(shares[i]);
  }
  if (std::fabs(sum.value() - 1) <= kShareTolerance) return;
  throw Error(ErrorKind::kInvalidInput, "shares in " + name + " must sum to 1",
              "They sum to " + std::to_string(sum.value()) + ".",
              "Divide the count of each bin by the count of all.");
}

double contribution(double expected, double actual) {
  if (expected == actual) return 0.0;
  if (expected > 0 && actual > 0) return (actual - expected) * std::log(actual / expected);
  throw Error(ErrorKind::kInvalidInput, "an empty bin makes the index infinite",
              expected > 0 ? "A share in actual is 0." : "A share in expected is 0.",
              "Pass epsilon, the share that empty bins count as, such as 0.0001; or merge bins.");
}

}  // namespace

double population_stability_index(const BinShares& bins, double epsilon) {
  if (!(epsilon >= 0 && epsilon < 1)) {
    throw Error(ErrorKind::kInvalidInput, "epsilon must be at least 0 and less than 1", {},
                "It is the share that empty bins count as, such as 0.0001.");
  }
  check_shares(bins.expected, bins.count, "expected");
  check_shares(bins.actual, bins.count, "actual");
  CompensatedSum sum;
  for (std::size_t i = 0; i < bins.count; ++i) {
    sum.add(contribution(std::max(bins.expected[i], epsilon), std::max(bins.actual[i], epsilon)));
  }
  return sum.value();
}

}  // namespace credit_risk
