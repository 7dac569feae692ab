// Logistic regression by Newton's method (iteratively reweighted least squares; McCullagh and
// Nelder 1989, section 4.4), with an L2 or L1 penalty or both (glmnet; Friedman, Hastie and
// Tibshirani 2010).
//
// The same rows give the same bits on every machine: sums go in the order of the rows, without
// libm.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/stop_flag.hpp"

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

struct LogisticFit {
  enum class Outcome {
    kConverged,
    kSeparated,  // margins grow without end: columns tell the classes apart, of some rows at least
    kCollinear,  // without penalties: a column is constant or a sum of multiples of those before it
    kUnfinished,
  };
  Outcome outcome = Outcome::kUnfinished;
  // kCollinear: that column, and there is no fit; kSeparated: the one of the greatest coefficient
  // for each deviation of its own.
  std::size_t column = 0;
  int steps = 0;
  double intercept = 0.0;
  std::vector<double> coefficients;  // of each column
  // Of the intercept and the coefficients, row by row: the inverse of the observed information.
  // Empty with penalties, or where the fit has not converged.
  std::vector<double> covariance;

  bool converged() const noexcept { return outcome == Outcome::kConverged; }
};

inline constexpr int kLogisticSteps = 100;

// Fits of several sets of columns of the same rows, each with the bits of fit_logistic(): what they
// share is found once. The columns must outlive it.
class LogisticFits {
 public:
  // Throws kInvalidInput where a row is not as LogisticRows says, or a class has no weight.
  LogisticFits(const LogisticRows& rows, const StopFlag& stop);
  ~LogisticFits();

  // Of some columns, in ascending order; LogisticFit::column counts among these.
  LogisticFit fit(const std::vector<std::size_t>& columns, const LogisticPenalties& penalties,
                  int max_steps = kLogisticSteps);

 private:
  class Shared;
  std::unique_ptr<Shared> shared_;
};

// Takes `max_steps` steps at most. Throws kInvalidInput where a row or a penalty is not as above,
// or a class has no weight.
LogisticFit fit_logistic(const LogisticRows& rows, const LogisticPenalties& penalties,
                         const StopFlag& stop = {}, int max_steps = kLogisticSteps);

}  // namespace credit_risk
