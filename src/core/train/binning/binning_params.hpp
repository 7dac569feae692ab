// How the values of a feature are put into bins.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace credit_risk {

// How the share of events may move from bin to bin as the number grows. Categories are put in the
// order of their share of events first, so that no trend binds them.
enum class Trend : std::uint8_t {
  kAuto,        // rising or falling, whichever has the greater information value
  kNone,        // any
  kAscending,   // up
  kDescending,  // down
  kPeak,        // up, then down
  kValley,      // down, then up
};

// Missing and special values and unrecognized categories have bins of their own, which these bounds
// do not hold for.
struct BinningParams {
  double min_share = 0.05;      // no bin holds a smaller share of all rows; [0, 0.5]
  std::int32_t max_bins = 10;   // 1 .. 50
  std::int64_t min_events = 1;  // in each bin; 0 or more
  std::int64_t min_others = 1;  // rows without the event, likewise
  Trend trend = Trend::kAuto;
  // Numbers of more different values than this are counted in as many ranges of about equally many
  // rows, and between the splits of a decision tree; these are then joined. 2 .. 300.
  std::int32_t prebins = 250;
  std::vector<double> specials;  // numbers that are no amounts, such as -999; each has its bin
  // Categories of a smaller share of all rows count as unrecognized; [0, 1).
  double rare_share = 0.0;
};

// What min_share comes to among so many rows.
std::uint64_t least_rows(const BinningParams& params, std::size_t rows) noexcept;

// Refuses values out of range, naming the parameter.
void check(const BinningParams& params);

Trend trend_by_name(const std::string& name);  // refuses a name that is no trend
const char* trend_name(Trend trend) noexcept;

}  // namespace credit_risk
