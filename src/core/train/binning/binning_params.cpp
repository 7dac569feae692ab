#include "core/train/binning/binning_params.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/metrics/tables/weight_of_evidence.hpp"

namespace credit_risk {
namespace {

constexpr const char* kTrends[] = {"auto",       "none", "ascending",
                                   "descending", "peak", "valley"};  // by Trend

void refuse_unless(bool fits, const char* name, const char* rule, double value) {
  if (fits) return;
  throw Error(ErrorKind::kInvalidInput, std::string("parameter \"") + name + "\" must be " + rule,
              "The value is " + number_label(value) + ".");
}

}  // namespace

void check(const BinningParams& params) {
  refuse_unless(params.min_share >= 0 && params.min_share <= 0.5, "min_share", "between 0 and 0.5",
                params.min_share);
  refuse_unless(params.max_bins >= 1 && params.max_bins <= 50, "max_bins", "between 1 and 50",
                params.max_bins);
  refuse_unless(params.min_events >= 0, "min_events", "0 or greater",
                static_cast<double>(params.min_events));
  refuse_unless(params.min_others >= 0, "min_others", "0 or greater",
                static_cast<double>(params.min_others));
  refuse_unless(params.prebins >= 2 && params.prebins <= 300, "prebins", "between 2 and 300",
                params.prebins);
  refuse_unless(params.rare_share >= 0 && params.rare_share < 1, "rare_share", "from 0 to below 1",
                params.rare_share);
  refuse_unless(params.specials.size() <= 100, "specials", "100 numbers at most",
                static_cast<double>(params.specials.size()));
  for (const double special : params.specials) {
    refuse_unless(std::isfinite(special), "specials", "an array of numbers", special);
    const auto times = std::count(params.specials.begin(), params.specials.end(), special);
    refuse_unless(times == 1, "specials", "an array of different numbers", special);
  }
}

std::uint64_t least_rows(const BinningParams& params, std::size_t rows) noexcept {
  return static_cast<std::uint64_t>(std::ceil(params.min_share * static_cast<double>(rows)));
}

Trend trend_by_name(const std::string& name) {
  for (std::size_t i = 0; i < std::size(kTrends); ++i)
    if (name == kTrends[i]) return static_cast<Trend>(i);
  throw Error(ErrorKind::kInvalidInput, "trend \"" + name + "\" does not exist", "",
              "The trends are: auto, none, ascending, descending, peak, valley.");
}

const char* trend_name(Trend trend) noexcept { return kTrends[static_cast<std::size_t>(trend)]; }

}  // namespace credit_risk
