#include "core/metrics/tables/lift_table.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/metrics/ranked_points.hpp"

namespace credit_risk {
namespace {

double ratio(double part, double whole) noexcept {
  return whole == 0 ? std::numeric_limits<double>::quiet_NaN() : part / whole;
}

class LiftBins {
 public:
  LiftBins(const ClassWeights& all, int bins) : all_(all), bins_(bins) {}

  void add(const ScoreGroup& group) {
    const double above = events_above_.value() + others_above_.value();
    const double place = above * bins_ / (all_.events + all_.others);
    const int bin = std::min(static_cast<int>(place) + 1, bins_);
    if (bin != bin_) start(bin, group.score);
    lowest_ = group.score;
    rows_ += group.rows;
    events_.add(group.events);
    others_.add(group.others);
    events_above_.add(group.events);
    others_above_.add(group.others);
  }

  std::vector<LiftBin> finish() {
    start(0, 0);
    return std::move(table_);
  }

 private:
  void start(int bin, double highest) {
    if (rows_ > 0) table_.push_back(current());
    bin_ = bin;
    highest_ = highest;
    rows_ = 0;
    events_ = others_ = CompensatedSum();
  }

  LiftBin current() const {
    const double rows = all_.events + all_.others;
    const double rate = events_.value() / (events_.value() + others_.value());
    const double share = (events_above_.value() + others_above_.value()) / rows;
    const double gain = ratio(events_above_.value(), all_.events);
    return {bin_,
            highest_,
            lowest_,
            rows_,
            events_.value(),
            rate,
            ratio(rate, all_.events / rows),
            share,
            gain,
            gain / share,
            gain - ratio(others_above_.value(), all_.others)};
  }

  ClassWeights all_;
  int bins_;
  int bin_ = 0;
  double highest_ = 0;
  double lowest_ = 0;
  std::uint64_t rows_ = 0;
  CompensatedSum events_, others_;
  CompensatedSum events_above_, others_above_;
  std::vector<LiftBin> table_;
};

}  // namespace

std::vector<LiftBin> lift_table(const Scored& rows, int bins, const StopFlag& stop) {
  const std::vector<RankedPoint> points = highest_first(rows, stop);
  LiftBins table(class_weights(points, stop), bins);
  each_group(points, stop, [&](const ScoreGroup& group) { table.add(group); });
  return table.finish();
}

}  // namespace credit_risk
