// The loss of a logistic regression at some coefficients, with its slope and curve.
#pragma once
#include <cstddef>
#include <vector>

#include "core/eigen.hpp"
#include "core/stop_flag.hpp"
#include "core/train/logistic/logistic_rows.hpp"
#include "core/train/logistic/outer_sums.hpp"

namespace credit_risk {

class ColumnBlock;
struct ScaledBlock;
struct BlockOutcome;

// Of scaled columns; the intercept comes first.
struct LossPoint {
  std::vector<double> beta;
  double loss = 0;               // with penalties
  std::vector<double> gradient;  // without the L1 penalty, which has none at 0
  Matrix hessian;                // lower triangle
  double greatest_margin = 0;
};

// Columns are taken less their mean and by their deviation, and the penalties with them: the least
// is the same, and its sums lose nothing to columns of large or unequal size.
class LogisticLoss {
 public:
  // Refuses rows that are not as LogisticRows says.
  LogisticLoss(const LogisticRows& rows, const StopFlag& stop);

  // Of some columns of another, with penalties.
  LogisticLoss(const LogisticLoss& of, const std::vector<std::size_t>& columns,
               const LogisticPenalties& penalties);

  std::size_t size() const noexcept { return size_; }  // columns and the intercept
  const StopFlag& stop() const noexcept { return stop_; }
  const LogisticPenalties& penalties() const noexcept { return penalties_; }

  // Of the column before coefficient i; 1 / deviation is 0 of a constant one.
  const std::vector<double>& means() const noexcept { return mean_; }
  const std::vector<double>& scales() const noexcept { return scale_; }
  double l1(std::size_t i) const noexcept { return penalties_.l1 * scale_[i - 1]; }
  double l2(std::size_t i) const noexcept { return penalties_.l2 * scale_[i - 1] * scale_[i - 1]; }

  // The sums over the rows of the products of every two scaled columns: a lower triangle.
  Matrix products() const;

  LossPoint start() const;  // where no column weighs, without penalties
  LossPoint at(std::vector<double> beta) const;
  void add_penalties(LossPoint& point) const;

  // That of at(beta), bit for bit, for a small part of the work.
  double loss_at(const std::vector<double>& beta) const;

 private:
  LogisticLoss(const StopFlag& stop, LogisticRows rows, const LogisticPenalties& penalties);
  void check();
  void check_columns() const;
  template <int kColumns>
  void add_scales(std::size_t first_column);
  template <class Visit>
  void for_long_blocks(const std::vector<const RegressionColumn*>& columns, Visit visit) const;
  template <class Visit>
  void for_blocks(Visit visit) const;
  void read(ScaledBlock& block) const;
  template <class Real, int kParts>
  void sum_margins(const ColumnBlock& columns, std::size_t row, const std::vector<double>& beta,
                   double* margin) const;
  void margins(const ColumnBlock& columns, std::size_t count, const std::vector<double>& beta,
               double* margin) const;
  void judge(const ScaledBlock& block, const std::vector<double>& beta,
             BlockOutcome& outcome) const;
  Matrix lower_triangle(const std::vector<double>& products) const;
  double loss_of(std::size_t row, double margin, double log_told) const noexcept;
  double penalised(double loss, const std::vector<double>& beta) const noexcept;
  LossPoint without_penalties(std::vector<double> beta) const;

  const LogisticRows rows_;
  const LogisticPenalties penalties_;
  const StopFlag stop_;
  const std::size_t size_, width_;  // columns with the intercept; the same padded
  void (*add_outer_)(const OuterSums&, const double*, const double*, const double*, std::size_t);
  double zeros_ = 0, ones_ = 0;  // weight
  std::vector<double> mean_, scale_;
};

}  // namespace credit_risk
