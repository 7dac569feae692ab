// The rows of a feature, counted by value or by narrow range: all that the search for bins reads.
#pragma once
#include <cstdint>
#include <vector>

#include "core/stop_flag.hpp"
#include "core/train/binning/binning_params.hpp"
#include "core/train/binning/optimal_partition.hpp"
#include "core/train/data/columns.hpp"

namespace credit_risk {

struct Prebins {
  std::vector<ClassCount> counts;       // numbers ascending; categories by their share of events
  std::vector<double> least, greatest;  // of numbers: the values of each prebin
  std::vector<std::uint32_t> codes;     // of categories: the one of each prebin
  std::vector<ClassCount> specials;     // as BinningParams::specials has them, numbers only
  ClassCount missing;
  ClassCount unrecognized;                // categories too rare to count by themselves
  std::vector<std::uint32_t> rare_codes;  // those
  // One cut of the numbers, or a grouping of the categories, parts the classes of `counts`.
  bool apart = false;

  ClassCount total() const noexcept;
};

// Of the rows whose numbers `rows` holds. Numbers of many values are cut at quantiles and where a
// decision tree would; a value that alone holds the rows of a prebin is one.
Prebins count_prebins(const Column& column, const std::vector<std::uint8_t>& target,
                      const std::vector<std::uint32_t>& rows, const BinningParams& params,
                      const StopFlag& stop);

}  // namespace credit_risk
