#include "core/train/data/columns.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/metrics/scored.hpp"

namespace credit_risk {
namespace {

constexpr std::size_t kPollRows = 65536;

[[noreturn]] void refuse(const std::string& message, const std::string& detail,
                         const std::string& hint) {
  throw Error(ErrorKind::kInvalidInput, message, detail, hint);
}

void check_categories(const Column& column, const StopFlag& stop) {
  const auto& feature = column.feature;
  if (feature.categories.size() > kMaxTrainingCategories) {
    throw Error(ErrorKind::kLimit, "column \"" + feature.name + "\" has too many categories",
                "It has " + std::to_string(feature.categories.size()) +
                    " different texts, at most " + std::to_string(kMaxTrainingCategories) +
                    " can be learnt.",
                "Leave the column out with params.exclude, or group its values in the query.");
  }
  const auto count = static_cast<double>(feature.categories.size());
  for (std::size_t row = 0; row < column.values.size(); ++row) {
    if (row % kPollRows == 0) stop.poll();
    const double code = column.values[row];
    if (!std::isnan(code) && !(code >= 0 && code < count && code == std::floor(code))) {
      refuse("column \"" + feature.name + "\" holds a code without a category",
             "The code is " + std::to_string(code) + ".", "");
    }
  }
}

void check_finite(const std::string& name, double value) {
  if (!std::isinf(value)) return;
  refuse("column \"" + name + "\" holds infinity", "A feature is a finite number or NULL.",
         "Replace infinity by NULL or by a finite value in the query.");
}

void check_column(const Column& column, std::size_t rows, const StopFlag& stop) {
  const std::string& name = column.feature.name;
  if (column.values.size() != rows) {
    refuse("column \"" + name + "\" has a different number of rows than the target", "", "");
  }
  bool any_value = false;
  for (std::size_t row = 0; row < rows; ++row) {
    if (row % kPollRows == 0) stop.poll();
    const double value = column.values[row];
    check_finite(name, value);
    any_value = any_value || !std::isnan(value);
  }
  if (!any_value) {
    refuse("column \"" + name + "\" has no value in any row", "All its rows are NULL or NaN.",
           "Leave the column out with params.exclude.");
  }
  if (column.feature.kind == FeatureKind::kCategorical) check_categories(column, stop);
}

void check_weights(const TrainingData& data) {
  if (data.weighted() && data.weights.size() != data.rows())
    refuse("there are as many weights as rows, or none", "", "");
  for (const double weight : data.weights) {
    if (weight >= kLeastWeight && weight <= kGreatestWeight) continue;
    refuse("a weight must be greater than 0 and finite",
           "The weight is " + std::to_string(weight) + ".",
           "Leave rows that do not count out of the query.");
  }
}

}  // namespace

std::size_t TrainingData::positives() const noexcept {
  std::size_t count = 0;
  for (std::uint8_t label : target) count += label;
  return count;
}

std::vector<Feature> TrainingData::features() const {
  std::vector<Feature> result;
  result.reserve(columns.size());
  for (const Column& column : columns) result.push_back(column.feature);
  return result;
}

void check(const TrainingData& data, const StopFlag& stop) {
  if (data.rows() == 0) {
    refuse("the training set has no rows", "", "Rows whose target is NULL are not used.");
  }
  if (data.rows() > kMaxTrainingRows || data.columns.size() > kMaxTrainingFeatures) {
    throw Error(ErrorKind::kLimit, "the training set is too large",
                "At most " + std::to_string(kMaxTrainingRows) + " rows and " +
                    std::to_string(kMaxTrainingFeatures) + " features can be used.");
  }
  if (data.columns.empty()) {
    refuse("the training set has no features", "",
           "The query must return columns besides the target.");
  }
  const std::size_t positives = data.positives();
  if (positives == 0 || positives == data.rows()) {
    refuse("the target has one class only",
           "All " + std::to_string(data.rows()) + " rows are " +
               (positives == 0 ? "negative." : "positive."),
           "Training needs rows of both classes.");
  }
  for (const Column& column : data.columns) check_column(column, data.rows(), stop);
  check_weights(data);
  for (std::size_t c = 0; c < data.refused.size(); ++c)
    for (const double value : data.refused[c]) check_finite(data.columns[c].feature.name, value);
}

std::uint64_t training_bytes(const TrainingData& data) noexcept {
  const std::uint64_t matrix_row = (data.columns.size() + 31) / 32 * 32;
  constexpr std::uint64_t kBoosting = 40, kRow = 16;
  std::uint64_t bytes = data.rows() * (matrix_row + std::max(matrix_row, kBoosting) + kRow);
  // The weight, its copies in the matrices, and as whole numbers.
  if (data.weighted()) bytes += data.rows() * 48;
  bytes += 2 * data.time.size() * sizeof(double);
  for (const Column& column : data.columns) bytes += column.values.bytes();
  bytes += data.refused_rows() * data.columns.size() * sizeof(double);
  return bytes;
}

void copy_row(const TrainingData& data, std::size_t row, double* out) {
  for (const Column& column : data.columns) *out++ = column.values[row];
}

std::vector<double> weights_of(const TrainingData& data, const std::vector<std::uint32_t>& rows) {
  std::vector<double> weights;
  if (!data.weighted()) return weights;
  weights.reserve(rows.size());
  for (const std::uint32_t row : rows) weights.push_back(data.weights[row]);
  return weights;
}

}  // namespace credit_risk
