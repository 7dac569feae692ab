#include "core/train/boosting/histogram.hpp"

#include <algorithm>

namespace credit_risk {
namespace {

constexpr std::size_t kPollCells = 1 << 20;
constexpr std::size_t kAhead = 16;  // rows whose cells are fetched before their turn

}  // namespace

HistogramMaker::HistogramMaker(const BinnedMatrix& matrix, const StopFlag& stop)
    : matrix_(matrix), stop_(stop) {
  begin_.push_back(0);
  for (std::uint32_t f = 0; f < matrix.features(); ++f) {
    begin_.push_back(begin_.back() + matrix.feature(f).bins + 1);
    features_.push_back(f);
  }
}

void HistogramMaker::add(const std::uint32_t* rows, std::size_t count, const RowGradient* gradients,
                         GradientSum* sums) const {
  const std::uint8_t* const cells = matrix_.cells();
  const std::size_t stride = matrix_.row_bytes(), width = features_.size();
  std::vector<GradientSum*> of_feature(width);
  for (std::size_t f = 0; f < width; ++f) of_feature[f] = sums + begin_[features_[f]];
  for (std::size_t i = 0; i < count; ++i) {
    if (i + kAhead < count) __builtin_prefetch(cells + rows[i + kAhead] * stride);
    const std::uint8_t* const row = cells + rows[i] * stride;
    const std::int64_t gradient = gradients[rows[i]].gradient, hessian = gradients[rows[i]].hessian;
    for (std::size_t f = 0; f < width; ++f) {
      GradientSum& sum = of_feature[f][matrix_.feature(features_[f]).place.bin(row)];
      sum.gradient += gradient;
      sum.hessian += hessian;
    }
  }
}

Histogram HistogramMaker::make(const std::uint32_t* rows, std::size_t count,
                               const std::vector<RowGradient>& gradients) const {
  Histogram result(begin_.back());
  const std::size_t piece = std::max<std::size_t>(64, kPollCells / features_.size());
  for (std::size_t begin = 0; begin < count; begin += piece) {
    stop_.poll();
    const std::size_t part = std::min(piece, count - begin);
    add(rows + begin, part, gradients.data(), result.data());
  }
  return result;
}

void HistogramMaker::subtract(Histogram& parent, const Histogram& child) const {
  for (const std::uint32_t f : features_) {
    for (std::size_t bin = begin_[f]; bin < begin_[f + 1]; ++bin)
      parent[bin] = parent[bin] - child[bin];
  }
}

}  // namespace credit_risk
