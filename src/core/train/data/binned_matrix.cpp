#include "core/train/data/binned_matrix.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/train/data/number_sort.hpp"

namespace credit_risk {
namespace {

constexpr std::size_t kPollRows = 65536;
constexpr std::uint64_t kCacheLine = 64;
constexpr std::size_t kTileRows =
    2048;  // whose cells stay in the cache while all features fill them

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
  sort_numbers(values, stop);
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

bool any_missing(const Column& column, const std::vector<std::uint32_t>& rows) {
  return std::any_of(rows.begin(), rows.end(),
                     [&](std::uint32_t row) { return std::isnan(column.values[row]); });
}

// The first of `bins` ascending edges that is not below the value; there is one. The steps do not
// depend on the value, so that those of several values run at the same time.
std::uint32_t bin_of(const double* high, std::uint32_t bins, double value) noexcept {
  const double* first = high;
  for (std::uint32_t left = bins; left > 1;) {
    const std::uint32_t half = left / 2;
    first += half & -static_cast<std::uint32_t>(first[half - 1] < value);
    left -= half;
  }
  return static_cast<std::uint32_t>(first - high);
}

// Puts the bins of one feature into the cells of a few rows.
void fill_cells(const Column& column, const std::uint32_t* rows, std::size_t count,
                const BinnedFeature& feature, const double* high, std::uint8_t* cells,
                std::size_t row_bytes) {
  for (std::size_t i = 0; i < count; ++i, cells += row_bytes) {
    const double value = column.values[rows[i]];
    std::uint32_t bin = feature.bins;
    if (!std::isnan(value)) {
      bin = feature.categorical ? static_cast<std::uint32_t>(value)
                                : bin_of(high, feature.bins, value);
    }
    feature.place.put(cells, bin);
  }
}

}  // namespace

const BinnedFeature& BinnedMatrix::feature(std::uint32_t index) const noexcept {
  return at<BinnedFeature>(head_->feature)[index];
}

// Where each part of the block lies, from the edges of all features.
BinnedMatrix::Head BinnedMatrix::lay_out(const std::vector<BinnedFeature>& features,
                                         std::size_t row_bytes, std::size_t edges, std::size_t rows,
                                         bool weighted) {
  Head head{};
  for (const BinnedFeature& feature : features)
    head.most_bins = std::max(head.most_bins, feature.bins);
  head.rows = static_cast<std::uint32_t>(rows);
  head.features = static_cast<std::uint32_t>(features.size());
  head.row_bytes = static_cast<std::uint32_t>(row_bytes);
  head.feature = round_up(sizeof head, sizeof(double));
  head.low = round_up(head.feature + features.size() * sizeof(BinnedFeature), sizeof(double));
  head.high = head.low + edges * sizeof(double);
  const std::uint64_t behind_edges = head.high + edges * sizeof(double);
  head.weights = weighted ? behind_edges : 0;
  head.target = behind_edges + (weighted ? rows * sizeof(double) : 0);
  head.cells = round_up(head.target + rows, kCacheLine);
  // A cell is read as two bytes, the last one of the last row too.
  head.bytes = round_up(head.cells + rows * row_bytes + 1, sizeof(std::uint64_t));
  return head;
}

std::vector<std::uint64_t> bin_rows(const TrainingData& data,
                                    const std::vector<std::uint32_t>& rows, const StopFlag& stop,
                                    std::size_t most_exact) {
  std::vector<BinnedFeature> features;
  std::vector<double> low, high;
  std::vector<std::uint32_t> greatest;
  for (const Column& column : data.columns) {
    const bool categorical = column.feature.kind == FeatureKind::kCategorical;
    const Edges edges =
        categorical ? Edges{} : edges_of(sorted_values(column, rows, stop), most_exact);
    const auto bins = static_cast<std::uint32_t>(categorical ? column.feature.categories.size()
                                                             : edges.high.size());
    features.push_back({bins, static_cast<std::uint32_t>(high.size()), {}, categorical});
    greatest.push_back(any_missing(column, rows) || bins == 0 ? bins : bins - 1);
    low.insert(low.end(), edges.low.begin(), edges.low.end());
    high.insert(high.end(), edges.high.begin(), edges.high.end());
  }
  const CellLayout layout = lay_out_cells(greatest);
  for (std::size_t f = 0; f < features.size(); ++f) features[f].place = layout.place[f];
  const BinnedMatrix::Head head =
      BinnedMatrix::lay_out(features, layout.row_bytes, high.size(), rows.size(), data.weighted());
  std::vector<std::uint64_t> block(head.bytes / sizeof(std::uint64_t), 0);
  char* base = reinterpret_cast<char*>(block.data());
  const auto put = [base](std::uint64_t offset, const void* from, std::size_t bytes) {
    if (bytes > 0) std::memcpy(base + offset, from, bytes);
  };
  put(0, &head, sizeof head);
  put(head.feature, features.data(), features.size() * sizeof(BinnedFeature));
  put(head.low, low.data(), low.size() * sizeof(double));
  put(head.high, high.data(), high.size() * sizeof(double));
  const std::vector<double> weights = weights_of(data, rows);
  if (data.weighted()) put(head.weights, weights.data(), weights.size() * sizeof(double));
  for (std::size_t i = 0; i < rows.size(); ++i)
    base[head.target + i] = static_cast<char>(data.target[rows[i]]);
  auto* const cells = reinterpret_cast<std::uint8_t*>(base + head.cells);
  for (std::size_t begin = 0; begin < rows.size(); begin += kTileRows) {
    const std::size_t count = std::min(kTileRows, rows.size() - begin);
    for (std::size_t f = 0; f < features.size(); ++f) {
      stop.poll();
      fill_cells(data.columns[f], rows.data() + begin, count, features[f],
                 high.data() + features[f].first_edge, cells + begin * layout.row_bytes,
                 layout.row_bytes);
    }
  }
  return block;
}

}  // namespace credit_risk
