// What the rows of prebins weigh, where a row may stand for several.
#pragma once
#include <cstdint>
#include <vector>

#include "core/train/binning/prebins.hpp"

namespace credit_risk {

// Of rows by class: their weights, 1 for each row that has none.
struct ClassWeight {
  double events = 0.0;
  double others = 0.0;
  double rows() const noexcept { return events + others; }
  void add(const ClassWeight& more) noexcept {
    events += more.events;
    others += more.others;
  }
};

struct WeighedPrebins {
  std::vector<ClassWeight> counts, specials;  // as Prebins has them
  ClassWeight missing, unrecognized;

  ClassWeight total() const noexcept;
};

// Of the rows that were counted. `weights` of all rows of the column, as `target` is; empty: 1 for
// each.
WeighedPrebins weigh_prebins(const Prebins& prebins, const Column& column,
                             const std::vector<std::uint8_t>& target,
                             const std::vector<double>& weights,
                             const std::vector<std::uint32_t>& rows,
                             const std::vector<double>& specials, const StopFlag& stop);

// Puts categories in the order of their share of events by weight.
void sort_by_weight(Prebins& prebins, WeighedPrebins& weighed);

// The prebins and all rows in whole units of weight, so small that no bin's weight is lost in
// rounding, for the search for bins, which counts.
class WeightUnits {
 public:
  // Of so many rows.
  WeightUnits(const WeighedPrebins& weighed, std::uint64_t rows);

  const std::vector<ClassCount>& counts() const noexcept { return counts_; }
  const ClassCount& total() const noexcept { return total_; }
  std::uint64_t of_rows(std::int64_t rows) const noexcept;  // of mean weight

 private:
  std::uint64_t of(double weight) const noexcept;
  ClassCount of(const ClassWeight& weight) const noexcept;

  double unit_, row_;  // what a unit weighs; the mean weight of a row
  std::vector<ClassCount> counts_;
  ClassCount total_;
};

}  // namespace credit_risk
