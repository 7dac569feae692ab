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
#include "core/train/logistic/logistic_rows.hpp"

namespace credit_risk {

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
