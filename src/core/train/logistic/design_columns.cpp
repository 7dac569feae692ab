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

  DesignColumns make();

 private:
  double value(std::size_t feature, std::uint32_t row) const {
    return data_.columns[feature].values[row];
  }
  NumberScale scale_of(std::size_t feature) const;
  void add_number(std::size_t feature);
  void add_categories(std::size_t feature);
  std::vector<double>& add(CoefficientKind kind, std::size_t feature, std::size_t category = 0);

  const TrainingData& data_;
  const std::vector<std::uint32_t>& rows_;
  const bool standardize_;
  const StopFlag& stop_;
  DesignColumns result_;
};

std::vector<double>& DesignMaker::add(CoefficientKind kind, std::size_t feature,
                                      std::size_t category) {
  stop_.poll();
  if ((result_.columns.size() + 1) * rows_.size() > kMaxDesignValues) {
    throw Error(ErrorKind::kLimit, "the training set is too large for a logistic regression",
                "Columns for numbers and categories times rows are more than " +
                    std::to_string(kMaxDesignValues) + ", at feature \"" +
                    data_.columns[feature].feature.name + "\".",
                "Group rare categories in the query, or train on a sample of its rows.");
  }
  result_.columns.push_back({kind, feature, category, {}});
  std::vector<double>& values = result_.columns.back().values;
  values.reserve(rows_.size());
  return values;
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
  bool any_missing = false;
  std::vector<double>& numbers = add(CoefficientKind::kSlope, feature);
  for (const std::uint32_t row : rows_) {
    const double x = value(feature, row);
    any_missing = any_missing || std::isnan(x);
    numbers.push_back(std::isnan(x) ? 0.0 : (x - scale.center) / scale.deviation);
  }
  if (!any_missing) return;
  std::vector<double>& gaps = add(CoefficientKind::kMissing, feature);
  for (const std::uint32_t row : rows_) gaps.push_back(std::isnan(value(feature, row)));
}

void DesignMaker::add_categories(std::size_t feature) {
  const std::size_t missing = data_.columns[feature].feature.categories.size();
  const auto level = [&](std::uint32_t row) {
    const double x = value(feature, row);
    return std::isnan(x) ? missing : static_cast<std::size_t>(x);
  };
  std::vector<std::size_t> counts(missing + 1, 0);
  for (const std::uint32_t row : rows_) ++counts[level(row)];
  const auto reference =
      static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin());
  for (std::size_t code = 0; code <= missing; ++code) {
    if (code == reference || counts[code] == 0) continue;
    std::vector<double>& ones = code == missing ? add(CoefficientKind::kMissing, feature)
                                                : add(CoefficientKind::kCategory, feature, code);
    for (const std::uint32_t row : rows_) ones.push_back(level(row) == code);
  }
}

DesignColumns DesignMaker::make() {
  result_.scales.resize(data_.columns.size());
  for (std::size_t f = 0; f < data_.columns.size(); ++f) {
    if (data_.columns[f].feature.kind == FeatureKind::kNumeric)
      add_number(f);
    else
      add_categories(f);
  }
  return std::move(result_);
}

}  // namespace

DesignColumns design_columns(const TrainingData& data, const std::vector<std::uint32_t>& rows,
                             bool standardize, const StopFlag& stop) {
  return DesignMaker(data, rows, standardize, stop).make();
}

}  // namespace credit_risk
