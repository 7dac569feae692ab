// The columns of a logistic regression, made of the features of a training set.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "core/stop_flag.hpp"
#include "core/train/data/columns.hpp"
#include "core/train/logistic/logistic_fit.hpp"

namespace credit_risk {

enum class CoefficientKind : std::uint8_t { kIntercept, kSlope, kCategory, kMissing };

// Of the known numbers of a feature: x stands as (x - center) / deviation.
struct NumberScale {
  double center = 0.0;
  double deviation = 1.0;
};

// One number for each row: the standardised number, 0 where it is missing; or 1 where the feature
// is of the category or is missing, else 0.
class DesignColumn final : public RegressionColumn {
 public:
  // Of `rows` of `data`, which both outlive it.
  DesignColumn(CoefficientKind kind, const TrainingData& data,
               const std::vector<std::uint32_t>& rows, std::size_t feature,
               std::size_t category = 0, NumberScale scale = {});

  CoefficientKind kind() const noexcept { return kind_; }
  std::size_t feature() const noexcept { return feature_; }
  std::size_t category() const noexcept { return category_; }  // code, of kCategory

  const double* read(std::size_t row, std::size_t count, double* scratch) const override;
  // Makes the numbers once for all.
  void hold();

 private:
  double number(double value) const noexcept;

  CoefficientKind kind_;
  const ColumnValues* values_;
  const std::vector<std::uint32_t>* rows_;
  std::size_t feature_, category_;
  NumberScale scale_;
  std::vector<double> held_;  // empty: made where they are read
};

struct DesignColumns {
  std::vector<DesignColumn> columns;  // in feature order
  std::vector<NumberScale> scales;    // of each feature
};

inline constexpr std::size_t kMaxDesignColumns = 4000;
// Up to so many numbers in all columns are held (64 MB), which is faster; beyond, made anew.
inline constexpr std::size_t kMaxHeldNumbers = std::size_t{1} << 23;

// Of the rows named, in their order; data and rows must outlive it. Throws kLimit beyond
// kMaxDesignColumns.
DesignColumns design_columns(const TrainingData& data, const std::vector<std::uint32_t>& rows,
                             bool standardize, const StopFlag& stop,
                             std::size_t max_held = kMaxHeldNumbers);

}  // namespace credit_risk
