// The sums of gradients in each bin of each feature, over the rows of a node.
//
// Features that share a byte of the rows are summed by the value of that byte, one addition for all
// of them; their own sums come of those.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/stop_flag.hpp"
#include "core/train/data/binned_matrix.hpp"
#include "core/train/boosting/gradients.hpp"

namespace credit_risk {

// One entry per bin; those of feature f begin at HistogramMaker::begin(f).
using Histogram = std::vector<GradientSum>;

class HistogramMaker {
 public:
  HistogramMaker(const BinnedMatrix& matrix, const StopFlag& stop);

  // The features that later histograms cover, ascending.
  void choose(const std::vector<std::uint32_t>& features);

  std::size_t begin(std::uint32_t feature) const noexcept { return begin_[feature]; }
  std::size_t bytes() const noexcept { return begin_.back() * sizeof(GradientSum); }

  // Of the given rows; `gradients` has an entry for each row of the matrix. The sums of features
  // that are not `kept` go to the same places of `others` instead.
  Histogram make(const std::uint32_t* rows, std::size_t count,
                 const std::vector<RowGradient>& gradients, const std::vector<bool>& kept,
                 GradientSum* others) const;
  Histogram make(const std::uint32_t* rows, std::size_t count,
                 const std::vector<RowGradient>& gradients) const;

  // Turns the histogram of a parent into that of the sibling of `child`, for the features given.
  void subtract(Histogram& parent, const Histogram& child,
                const std::vector<std::uint32_t>& features) const;

 private:
  // A byte of the rows, or two that are one feature's.
  struct Cell {
    std::uint32_t offset;
    bool wide;
    std::vector<std::uint32_t> features;  // the one of the lowest bits first
  };

  std::size_t values(const Cell& cell) const noexcept;
  template <class PlaceOf>
  void part(const Cell& cell, GradientSum* of_value, PlaceOf place_of) const;

  const BinnedMatrix matrix_;
  const StopFlag stop_;
  std::vector<std::size_t> begin_;  // one past the features: the number of bins of all
  std::vector<Cell> cells_;         // that hold the chosen features, the wide ones last
};

}  // namespace credit_risk
