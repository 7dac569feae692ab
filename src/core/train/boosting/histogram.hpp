// The sums of gradients in each bin of each feature, over the rows of a node.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/stop_flag.hpp"
#include "core/train/binned_matrix.hpp"
#include "core/train/boosting/gradients.hpp"

namespace credit_risk {

// One entry per bin; those of feature f begin at HistogramMaker::begin(f).
using Histogram = std::vector<GradientSum>;

class HistogramMaker {
 public:
  HistogramMaker(const BinnedMatrix& matrix, const StopFlag& stop);

  // The features that later histograms cover.
  void choose(const std::vector<std::uint32_t>& features) { features_ = features; }

  std::size_t begin(std::uint32_t feature) const noexcept { return begin_[feature]; }
  std::size_t bytes() const noexcept { return begin_.back() * sizeof(GradientSum); }

  // Of the given rows; `gradients` has an entry for each row of the matrix.
  Histogram make(const std::uint32_t* rows, std::size_t count,
                 const std::vector<RowGradient>& gradients) const;

  // Turns the histogram of a parent into that of the sibling of `child`.
  void subtract(Histogram& parent, const Histogram& child) const;

 private:
  void add(const std::uint32_t* rows, std::size_t count, const RowGradient* gradients,
           GradientSum* sums) const;

  const BinnedMatrix matrix_;
  const StopFlag stop_;
  std::vector<std::size_t> begin_;  // one past the features: the number of bins of all
  std::vector<std::uint32_t> features_;
};

}  // namespace credit_risk
