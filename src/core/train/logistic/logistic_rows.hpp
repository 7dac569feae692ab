// What a logistic regression is of.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace credit_risk {

// A column of finite numbers. What takes less room than these may make them where they are read,
// the same each time.
class RegressionColumn {
 public:
  virtual ~RegressionColumn() = default;

  // The numbers of `count` rows from `row` on: its own, or written to `scratch`.
  virtual const double* read(std::size_t row, std::size_t count, double* scratch) const = 0;
};

struct LogisticRows {
  std::vector<const RegressionColumn*> columns;
  const std::uint8_t* labels;  // 0 or 1
  const double* weights;       // finite, not negative; null: 1 for each row
  std::size_t count;

  double weight(std::size_t row) const noexcept { return weights == nullptr ? 1.0 : weights[row]; }
};

// What is least: the weighted log loss, summed + l2 / 2 * (sum of squares) + l1 * (sum of absolute
// values) of the coefficients of the columns as they are; the intercept is free. scikit-learn's C
// is 1 / l2.
struct LogisticPenalties {
  double l2 = 0.0;
  double l1 = 0.0;

  bool none() const noexcept { return l2 == 0 && l1 == 0; }
};

}  // namespace credit_risk
