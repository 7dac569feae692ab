#include "core/train/binned_matrix.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace credit_risk {
namespace {

constexpr std::size_t kPollRows = 65536;
constexpr std::uint64_t kCacheLine = 64;
constexpr std::uint64_t kRowAlignment = 32;

std::uint64_t round_up(std::uint64_t value, std::uint64_t step) noexcept {
  return (value + step - 1) / step * step;
}

struct Edges {
  std::vector<double> low, high;
};

std::vector<double> sorted_values(const Column& column, const std::vector<std::uint32_t>& rows,
                                  const StopFlag& stop) {
  std::vector<double> values;
  values.reserve(rows.size());
  for (std::uint32_t row : rows) {
    if (!std::isnan(column.values[row])) values.push_back(column.values[row]);
  }
  unsigned ticks = 0;
  std::sort(values.begin(), values.end(), [&](double a, double b) {
    if ((++ticks & 0xFFFF) == 0) stop.poll();
    return a < b;
  });
  return values;
}

Edges quantile_edges(const std::vector<double>& sorted) {
  Edges edges;
  for (std::size_t bin = 1, begin = 0; bin <= kQuantileBins && begin < sorted.size(); ++bin) {
    const double high = sorted[std::max<std::size_t>(1, bin * sorted.size() / kQuantileBins) - 1];
    if (high < sorted[begin]) continue;
    edges.low.push_back(sorted[begin]);
    edges.high.push_back(high);
    begin = static_cast<std::size_t>(std::upper_bound(sorted.begin(), sorted.end(), high) -
                                     sorted.begin());
  }
  return edges;
}

Edges edges_of(const std::vector<double>& sorted, std::size_t most_exact) {
  std::vector<double> distinct;
  for (double value : sorted) {
    if (!distinct.empty() && distinct.back() == value) continue;
    if (distinct.size() == most_exact) return quantile_edges(sorted);
    distinct.push_back(value);
  }
  return {distinct, distinct};
}

struct Target {
  const BinnedFeature& feature;
  const double* high;  // of the feature's bins
  std::uint32_t stride;
};

template <class Cell>
void fill_cells(const Column& column, const std::vector<std::uint32_t>& rows, const Target& target,
                Cell* cell, const StopFlag& stop) {
  const double* const end = target.high + target.feature.bins;
  for (std::size_t i = 0; i < rows.size(); ++i, cell += target.stride) {
    if (i % kPollRows == 0) stop.poll();
    const double value = column.values[rows[i]];
    if (std::isnan(value)) {
      *cell = static_cast<Cell>(target.feature.bins);
    } else if (target.feature.categorical) {
      *cell = static_cast<Cell>(value);
    } else {
      *cell = static_cast<Cell>(std::lower_bound(target.high, end, value) - target.high);
    }
  }
}

}  // namespace

const BinnedFeature& BinnedMatrix::feature(std::uint32_t index) const noexcept {
  return at<BinnedFeature>(head_->feature)[index];
}

// Where each part of the block lies, from the edges of all features.
BinnedMatrix::Head BinnedMatrix::lay_out(const std::vector<BinnedFeature>& features,
                                         std::size_t edges, std::size_t rows) {
  Head head{};
  for (const BinnedFeature& feature : features)
    head.most_bins = std::max(head.most_bins, feature.bins);
  head.rows = static_cast<std::uint32_t>(rows);
  head.features = static_cast<std::uint32_t>(features.size());
  head.wide = head.most_bins > std::numeric_limits<std::uint8_t>::max();
  const std::uint64_t cell_bytes = head.wide ? 2 : 1;
  const std::uint64_t row_bytes = round_up(features.size() * cell_bytes, kRowAlignment);
  head.row_stride = static_cast<std::uint32_t>(row_bytes / cell_bytes);
  head.feature = round_up(sizeof head, sizeof(double));
  head.low = round_up(head.feature + features.size() * sizeof(BinnedFeature), sizeof(double));
  head.high = head.low + edges * sizeof(double);
  head.target = head.high + edges * sizeof(double);
  head.cells = round_up(head.target + rows, kCacheLine);
  head.bytes = head.cells + rows * row_bytes;
  return head;
}

std::vector<std::uint64_t> bin_rows(const TrainingData& data,
                                    const std::vector<std::uint32_t>& rows, const StopFlag& stop,
                                    std::size_t most_exact) {
  std::vector<BinnedFeature> features;
  std::vector<double> low, high;
  for (const Column& column : data.columns) {
    const bool categorical = column.feature.kind == FeatureKind::kCategorical;
    const Edges edges =
        categorical ? Edges{} : edges_of(sorted_values(column, rows, stop), most_exact);
    const std::size_t bins = categorical ? column.feature.categories.size() : edges.high.size();
    features.push_back(
        {static_cast<std::uint32_t>(bins), static_cast<std::uint32_t>(high.size()), categorical});
    low.insert(low.end(), edges.low.begin(), edges.low.end());
    high.insert(high.end(), edges.high.begin(), edges.high.end());
  }
  const BinnedMatrix::Head head = BinnedMatrix::lay_out(features, high.size(), rows.size());
  std::vector<std::uint64_t> block(head.bytes / sizeof(std::uint64_t), 0);
  char* base = reinterpret_cast<char*>(block.data());
  const auto put = [base](std::uint64_t offset, const void* from, std::size_t bytes) {
    if (bytes > 0) std::memcpy(base + offset, from, bytes);
  };
  put(0, &head, sizeof head);
  put(head.feature, features.data(), features.size() * sizeof(BinnedFeature));
  put(head.low, low.data(), low.size() * sizeof(double));
  put(head.high, high.data(), high.size() * sizeof(double));
  for (std::size_t i = 0; i < rows.size(); ++i)
    base[head.target + i] = static_cast<char>(data.target[rows[i]]);
  for (std::size_t f = 0; f < features.size(); ++f) {
    const Target target{features[f], high.data() + features[f].first_edge, head.row_stride};
    if (head.wide) {
      fill_cells(data.columns[f], rows, target,
                 reinterpret_cast<std::uint16_t*>(base + head.cells) + f, stop);
    } else {
      fill_cells(data.columns[f], rows, target,
                 reinterpret_cast<std::uint8_t*>(base + head.cells) + f, stop);
    }
  }
  return block;
}

std::uint64_t training_bytes(std::uint64_t rows, std::uint64_t features) noexcept {
  // The value, and its bin here and in shared memory.
  constexpr std::uint64_t kPerCell = sizeof(double) + 2 * sizeof(std::uint16_t);
  // Targets, folds, row numbers, counts, held-out scores, one column's sorted copy.
  constexpr std::uint64_t kPerRow = 112;
  return rows * (features * kPerCell + kPerRow);
}

}  // namespace credit_risk
