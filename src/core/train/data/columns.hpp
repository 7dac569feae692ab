// The training set as plain columns.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/model/model.hpp"
#include "core/stop_flag.hpp"
#include "core/train/data/column_values.hpp"

namespace credit_risk {

// values[row]: NaN is missing; a categorical feature holds the code of its category.
struct Column {
  Feature feature;
  ColumnValues values;
};

// target[row] is 1 for the event (default), else 0. Every column has as many values as there are
// targets. weights[row] says how many rows the row stands for, within kLeastWeight and
// kGreatestWeight of metrics/scored.hpp; empty: each weighs 1. A trainer takes those of its rows by
// weights_of().
struct TrainingData {
  std::vector<Column> columns;
  std::vector<std::uint8_t> target;
  // time[row] orders the rows, for splits by time; empty for none. No trainer sees it.
  std::vector<double> time = {};
  std::vector<double> weights = {};
  // Of each column the values of rows without an outcome: refused applications. Empty where nobody
  // asked for them.
  std::vector<std::vector<double>> refused = {};

  std::size_t refused_rows() const noexcept { return refused.empty() ? 0 : refused[0].size(); }
  std::size_t rows() const noexcept { return target.size(); }
  bool weighted() const noexcept { return !weights.empty(); }
  std::size_t positives() const noexcept;
  std::vector<Feature> features() const;
};

inline constexpr std::size_t kMaxTrainingFeatures = 2000;
inline constexpr std::size_t kMaxTrainingRows = 1000000000;
inline constexpr std::size_t kMaxTrainingCategories = 1000;
// From so many rows on, room goes before the last bit: numbers that only doubles hold are read in
// single precision, as XGBoost and LightGBM take them always, and a forest looks at 255 bins where
// it would look at up to 4,096 values.
inline constexpr std::size_t kCompactRows = 64 * ColumnValues::kPieceRows;  // 4,194,304

// Refuses what no trainer can use: no rows or columns, one class only, a column without any value,
// infinity, a code without its category, too many categories, a weight out of range. The message
// names the column.
void check(const TrainingData& data, const StopFlag& stop = StopFlag());

// What training takes at its peak: the values; each row in the matrix of bins, twice while it is
// copied to shared memory, or once beside the sums, gradients and row numbers of boosting; its
// target, fold, part and score.
std::uint64_t training_bytes(const TrainingData& data) noexcept;

// Row `row` in feature order, as a Predictor reads it; `out` has a place for each column.
void copy_row(const TrainingData& data, std::size_t row, double* out);

// The weights of these rows, in their order; empty where the rows have none.
std::vector<double> weights_of(const TrainingData& data, const std::vector<std::uint32_t>& rows);

}  // namespace credit_risk
