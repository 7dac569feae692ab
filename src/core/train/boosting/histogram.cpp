#include "core/train/boosting/histogram.hpp"

#include <algorithm>
#include <tuple>

#include "core/unroll.hpp"

namespace credit_risk {
namespace {

constexpr std::size_t kPollRows = 16384;
constexpr std::size_t kBlockRows = 128;  // read once, then added cell by cell
constexpr std::size_t kMostCells = 6;    // of one pass, whose sums fit the first cache

// Both sums in one register.
typedef std::int64_t Both __attribute__((vector_size(16), aligned(8), may_alias));

struct RowOfNode {
  const std::uint8_t* cells;
  std::int64_t gradient, hessian;
};

// Where a cell lies in a row, and the sums of each of its values.
struct CellSums {
  std::uint32_t offset;
  GradientSum* of_value;
};

template <class Value>
std::size_t value_at(const std::uint8_t* at) noexcept {
  return sizeof(Value) == 1 ? at[0] : at[0] | std::size_t{at[1]} << 8;
}

template <class Value, std::size_t kWidth>
void add(const RowOfNode* rows, std::size_t count, const CellSums* cells) noexcept {
  CellSums of[kWidth];
  std::copy(cells, cells + kWidth, of);
  for (std::size_t r = 0; r < count; ++r) {
    const std::uint8_t* const row = rows[r].cells;
    const Both more = *reinterpret_cast<const Both*>(&rows[r].gradient);
    CR_UNROLL
    for (std::size_t i = 0; i < kWidth; ++i) {
      GradientSum& sum = of[i].of_value[value_at<Value>(row + of[i].offset)];
      *reinterpret_cast<Both*>(&sum) += more;
    }
  }
}

template <class Value>
void add_all(const RowOfNode* rows, std::size_t count, const CellSums* cells, std::size_t width) {
  for (; width >= kMostCells; width -= kMostCells, cells += kMostCells)
    add<Value, kMostCells>(rows, count, cells);
  switch (width) {
    case 0:
      return;
    case 1:
      return add<Value, 1>(rows, count, cells);
    case 2:
      return add<Value, 2>(rows, count, cells);
    case 3:
      return add<Value, 3>(rows, count, cells);
    case 4:
      return add<Value, 4>(rows, count, cells);
    default:
      return add<Value, 5>(rows, count, cells);
  }
}

}  // namespace

HistogramMaker::HistogramMaker(const BinnedMatrix& matrix, const StopFlag& stop)
    : matrix_(matrix), stop_(stop) {
  std::vector<std::uint32_t> all;
  begin_.push_back(0);
  for (std::uint32_t f = 0; f < matrix.features(); ++f) {
    begin_.push_back(begin_.back() + matrix.feature(f).bins + 1);
    all.push_back(f);
  }
  choose(all);
}

void HistogramMaker::choose(const std::vector<std::uint32_t>& features) {
  std::vector<std::uint32_t> order = features;
  const auto place = [&](std::uint32_t f) {
    const CellPlace& at = matrix_.feature(f).place;
    // A feature without bits lies below the one that begins where it does.
    return std::make_tuple(at.wide, at.offset, at.shift, at.mask, f);
  };
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return place(a) < place(b); });
  cells_.clear();
  for (const std::uint32_t f : order) {
    const CellPlace& at = matrix_.feature(f).place;
    if (cells_.empty() || cells_.back().offset != at.offset)
      cells_.push_back({at.offset, at.wide, {}});
    cells_.back().features.push_back(f);
  }
}

// How many there are; a byte may hold features that are not chosen.
std::size_t HistogramMaker::values(const Cell& cell) const noexcept {
  return cell.wide ? matrix_.feature(cell.features[0]).bins + std::size_t{1} : 256;
}

// The sums of the features of a cell. Those of the cell's values are added up on the way.
template <class PlaceOf>
void HistogramMaker::part(const Cell& cell, GradientSum* of_value, PlaceOf place_of) const {
  std::size_t count = values(cell);
  for (auto f = cell.features.rbegin(); f != cell.features.rend(); ++f) {
    const CellPlace& place = matrix_.feature(*f).place;
    const std::size_t above = (place.mask >> place.shift) + std::size_t{1};
    const std::size_t end = above << place.shift, step = std::size_t{1} << place.shift;
    // What lies above this feature adds up first, then what lies below it.
    for (std::size_t i = end; i < count; ++i) of_value[i % end] = of_value[i % end] + of_value[i];
    const std::size_t bins = std::min<std::size_t>(above, matrix_.feature(*f).bins + 1);
    GradientSum* const result = place_of(*f);
    for (std::size_t bin = 0; bin < bins; ++bin) {
      GradientSum sum;
      for (std::size_t i = bin * step; i < (bin + 1) * step; ++i) sum = sum + of_value[i];
      result[bin] = sum;
    }
    count = end;
  }
}

Histogram HistogramMaker::make(const std::uint32_t* rows, std::size_t count,
                               const std::vector<RowGradient>& gradients) const {
  return make(rows, count, gradients, std::vector<bool>(begin_.size() - 1, true), nullptr);
}

Histogram HistogramMaker::make(const std::uint32_t* rows, std::size_t count,
                               const std::vector<RowGradient>& gradients,
                               const std::vector<bool>& kept, GradientSum* others) const {
  std::vector<std::size_t> at;
  std::size_t all = 0, narrow = 0;
  for (const Cell& cell : cells_) {
    at.push_back(all);
    all += values(cell);
    narrow += !cell.wide;
  }
  Histogram of_value(all);
  std::vector<CellSums> cells;
  for (std::size_t c = 0; c < cells_.size(); ++c)
    cells.push_back({cells_[c].offset, of_value.data() + at[c]});
  RowOfNode block[kBlockRows];
  for (std::size_t begin = 0; begin < count; begin += kBlockRows) {
    if (begin % kPollRows == 0) stop_.poll();
    const std::size_t size = std::min(kBlockRows, count - begin);
    for (std::size_t i = 0; i < size; ++i) {
      const std::uint32_t row = rows[begin + i];
      block[i] = {matrix_.cells() + std::size_t{row} * matrix_.row_bytes(), gradients[row].gradient,
                  gradients[row].hessian};
      __builtin_prefetch(block[i].cells);
    }
    add_all<std::uint8_t>(block, size, cells.data(), narrow);
    add_all<std::uint16_t>(block, size, cells.data() + narrow, cells.size() - narrow);
  }
  Histogram result(begin_.back());
  const auto place_of = [&](std::uint32_t f) {
    return (kept[f] ? result.data() : others) + begin_[f];
  };
  for (std::size_t c = 0; c < cells_.size(); ++c)
    part(cells_[c], of_value.data() + at[c], place_of);
  return result;
}

void HistogramMaker::subtract(Histogram& parent, const Histogram& child,
                              const std::vector<std::uint32_t>& features) const {
  for (const std::uint32_t f : features) {
    for (std::size_t bin = begin_[f]; bin < begin_[f + 1]; ++bin)
      parent[bin] = parent[bin] - child[bin];
  }
}

}  // namespace credit_risk
