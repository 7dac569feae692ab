#include "core/train/logistic/design_columns.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "core/error.hpp"

namespace credit_risk {
namespace {

class DesignMaker {
 public:
  DesignMaker(const TrainingData& data, const std::vector<std::uint32_t>& rows, bool standardize,
              const StopFlag& stop)
      : data_(data), rows_(rows), standardize_(standardize), stop_(stop) {}

  DesignColumns make(std::size_t max_held);

 private:
  double value(std::size_t feature, std::uint32_t row) const {
    return data_.columns[feature].values[row];
  }
  NumberScale scale_of(std::size_t feature) const;
  void add_number(std::size_t feature);
  void add_categories(std::size_t feature);
  void add(CoefficientKind kind, std::size_t feature, std::size_t category = 0);

  const TrainingData& data_;
  const std::vector<std::uint32_t>& rows_;
  const bool standardize_;
  const StopFlag& stop_;
  DesignColumns result_;
};

void DesignMaker::add(CoefficientKind kind, std::size_t feature, std::size_t category) {
  if (result_.columns.size() == kMaxDesignColumns) {
    throw Error(ErrorKind::kLimit,
                "the training set has too many columns for a logistic regression",
                "Numbers, gaps and categories are more than " + std::to_string(kMaxDesignColumns) +
                    " columns, at feature \"" + data_.columns[feature].feature.name + "\".",
                "Group rare categories in the query, or leave the feature out with "
                "params.exclude.");
  }
  result_.columns.emplace_back(kind, data_, rows_, feature, category, result_.scales[feature]);
}

NumberScale DesignMaker::scale_of(std::size_t feature) const {
  double known = 0, sum = 0, squares = 0;
  for (const std::uint32_t row : rows_) {
    const double x = value(feature, row);
    if (std::isnan(x)) continue;
    known += 1;
    sum += x;
  }
  NumberScale scale;
  if (known > 0) scale.center = sum / known;
  for (const std::uint32_t row : rows_) {
    const double apart = value(feature, row) - scale.center;
    if (!std::isnan(apart)) squares += apart * apart;
  }
  if (standardize_ && squares > 0) scale.deviation = std::sqrt(squares / known);
  return scale;
}

void DesignMaker::add_number(std::size_t feature) {
  const NumberScale scale = result_.scales[feature] = scale_of(feature);
  if (!std::isfinite(scale.center) || !std::isfinite(scale.deviation)) {
    throw Error(ErrorKind::kInvalidInput,
                "feature \"" + data_.columns[feature].feature.name +
                    "\" is too large for a logistic regression",
                "The squares of its numbers are beyond the range of double precision.",
                "Divide it in the query, or leave it out with params.exclude.");
  }
  add(CoefficientKind::kSlope, feature);
  const bool any_missing = std::any_of(rows_.begin(), rows_.end(), [&](std::uint32_t row) {
    return std::isnan(value(feature, row));
  });
  if (any_missing) add(CoefficientKind::kMissing, feature);
}

void DesignMaker::add_categories(std::size_t feature) {
  const std::size_t missing = data_.columns[feature].feature.categories.size();
  std::vector<std::size_t> counts(missing + 1, 0);
  for (const std::uint32_t row : rows_) {
    const double x = value(feature, row);
    ++counts[std::isnan(x) ? missing : static_cast<std::size_t>(x)];
  }
  const auto reference =
      static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin());
  for (std::size_t code = 0; code <= missing; ++code) {
    if (code == reference || counts[code] == 0) continue;
    if (code == missing)
      add(CoefficientKind::kMissing, feature);
    else
      add(CoefficientKind::kCategory, feature, code);
  }
}

DesignColumns DesignMaker::make(std::size_t max_held) {
  result_.scales.resize(data_.columns.size());
  for (std::size_t f = 0; f < data_.columns.size(); ++f) {
    stop_.poll();
    if (data_.columns[f].feature.kind == FeatureKind::kNumeric)
      add_number(f);
    else
      add_categories(f);
  }
  if (result_.columns.size() * rows_.size() > max_held) return std::move(result_);
  for (DesignColumn& column : result_.columns) {
    stop_.poll();
    column.hold();
  }
  return std::move(result_);
}

}  // namespace

DesignColumn::DesignColumn(CoefficientKind kind, const TrainingData& data,
                           const std::vector<std::uint32_t>& rows, std::size_t feature,
                           std::size_t category, NumberScale scale)
    : kind_(kind),
      values_(&data.columns[feature].values),
      rows_(&rows),
      feature_(feature),
      category_(category),
      scale_(scale) {}

double DesignColumn::number(double value) const noexcept {
  switch (kind_) {
    case CoefficientKind::kSlope:
      return std::isnan(value) ? 0.0 : (value - scale_.center) / scale_.deviation;
    case CoefficientKind::kMissing:
      return std::isnan(value);
    default:
      return value == static_cast<double>(category_);
  }
}

const double* DesignColumn::read(std::size_t row, std::size_t count, double* scratch) const {
  if (!held_.empty()) return held_.data() + row;
  for (std::size_t i = 0; i < count; ++i) scratch[i] = number((*values_)[(*rows_)[row + i]]);
  return scratch;
}

void DesignColumn::hold() {
  std::vector<double> numbers(rows_->size());
  read(0, numbers.size(), numbers.data());
  held_ = std::move(numbers);
}

DesignColumns design_columns(const TrainingData& data, const std::vector<std::uint32_t>& rows,
                             bool standardize, const StopFlag& stop, std::size_t max_held) {
  return DesignMaker(data, rows, standardize, stop).make(max_held);
}

}  // namespace credit_risk
