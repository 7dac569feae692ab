#include "core/train/logistic/logistic_fit.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "core/error.hpp"
#include "core/model/logistic.hpp"
#include "core/model/natural_log.hpp"
#include "core/train/logistic/cholesky.hpp"

namespace credit_risk {
namespace {

constexpr int kMaxHalvings = 40, kMaxSweeps = 10000;
constexpr std::size_t kRowsBetweenPolls = 4096;
constexpr double kEnough = 1e-10;          // of a step, beside the coefficients
constexpr double kLeastLeft = 1e-10;       // of a column's variance, beside those before it
constexpr double kEndlessMargin = 15.0;    // of the rows, where steps do not end
constexpr double kConstantSpread = 1e-12;  // of a column, beside its greatest value

using Numbers = std::vector<double>;

// -ln of the logistic function.
double log_loss(double margin) noexcept {
  return margin < -30 ? -margin : -natural_log(logistic(margin));
}

struct Point {
  Numbers beta;      // the intercept first
  double loss = 0;   // with penalties
  Numbers gradient;  // without the L1 penalty, which has none at 0
  Numbers hessian;   // lower triangle
  double greatest_margin = 0;
};

// Columns are taken less their mean and by their deviation, and the penalties with them: the least
// is the same, and its sums lose nothing to columns of large or unequal size.
class Problem {
 public:
  Problem(const LogisticRows& rows, const LogisticPenalties& penalties, const StopFlag& stop)
      : rows_(rows), penalties_(penalties), stop_(stop), size_(rows.columns.size() + 1) {
    check();
    for (const double* column : rows.columns) add_scale(column);
  }

  LogisticFit fit(int max_steps);

 private:
  void check();
  void add_scale(const double* column);
  void read(std::size_t row, Numbers& x) const;
  std::size_t collinear() const;
  Point at(Numbers beta) const;
  void add_penalties(Point& point) const;
  Numbers target_of(const Point& point) const;
  Numbers penalised_target(const Point& point) const;
  bool advance(Point& point, const Numbers& target) const;
  LogisticFit in_raw_columns(const Point& point, int steps, LogisticFit::Outcome outcome) const;
  Numbers raw_covariance(const Point& point) const;

  double l1(std::size_t i) const noexcept { return penalties_.l1 * scale_[i - 1]; }
  double l2(std::size_t i) const noexcept { return penalties_.l2 * scale_[i - 1] * scale_[i - 1]; }

  const LogisticRows& rows_;
  const LogisticPenalties penalties_;
  const StopFlag stop_;
  const std::size_t size_;
  double zeros_ = 0, ones_ = 0;  // weight
  Numbers mean_, scale_;         // of each column; 1 / deviation, 0 of a constant one
};

void refuse(const std::string& message) { throw Error(ErrorKind::kInvalidInput, message); }

void Problem::check() {
  if (!(penalties_.l2 >= 0 && penalties_.l1 >= 0 && std::isfinite(penalties_.l2 + penalties_.l1)))
    refuse("penalties of a logistic regression must be 0 or greater");
  for (std::size_t r = 0; r < rows_.count; ++r) {
    if (r % kRowsBetweenPolls == 0) stop_.poll();
    const double weight = rows_.weight(r);
    if (!(weight >= 0 && std::isfinite(weight)) || rows_.labels[r] > 1)
      refuse("labels must be 0 or 1, weights finite and not negative");
    (rows_.labels[r] == 1 ? ones_ : zeros_) += weight;
    for (const double* column : rows_.columns)
      if (!std::isfinite(column[r])) refuse("columns of a logistic regression must be finite");
  }
  if (!(zeros_ > 0 && ones_ > 0)) refuse("a logistic regression needs rows of both classes");
}

void Problem::add_scale(const double* column) {
  stop_.poll();
  double greatest = 0, mean = 0, variance = 0;
  for (std::size_t r = 0; r < rows_.count; ++r) {
    greatest = std::max(greatest, std::fabs(column[r]));
    mean += rows_.weight(r) / (zeros_ + ones_) * column[r];
  }
  for (std::size_t r = 0; r < rows_.count; ++r) {
    const double apart = column[r] - mean;
    variance += rows_.weight(r) / (zeros_ + ones_) * apart * apart;
  }
  const double deviation = std::sqrt(variance);
  mean_.push_back(mean);
  scale_.push_back(deviation > kConstantSpread * greatest ? 1 / deviation : 0.0);
}

void Problem::read(std::size_t row, Numbers& x) const {
  x[0] = 1.0;
  for (std::size_t i = 1; i < size_; ++i)
    x[i] = (rows_.columns[i - 1][row] - mean_[i - 1]) * scale_[i - 1];
}

// The first column that adds nothing to those before it; as many as there are if each does.
std::size_t Problem::collinear() const {
  Numbers gram(size_ * size_, 0.0), x(size_);
  for (std::size_t r = 0; r < rows_.count; ++r) {
    if (r % kRowsBetweenPolls == 0) stop_.poll();
    read(r, x);
    for (std::size_t i = 0; i < size_; ++i)
      for (std::size_t j = 0; j <= i; ++j) gram[i * size_ + j] += rows_.weight(r) * x[i] * x[j];
  }
  return Cholesky(std::move(gram), size_, kLeastLeft).dependent() - 1;
}

Point Problem::at(Numbers beta) const {
  Point point;
  point.beta = std::move(beta);
  point.gradient.assign(size_, 0.0);
  point.hessian.assign(size_ * size_, 0.0);
  Numbers x(size_);
  for (std::size_t r = 0; r < rows_.count; ++r) {
    if (r % kRowsBetweenPolls == 0) stop_.poll();
    read(r, x);
    double margin = 0;
    for (std::size_t i = 0; i < size_; ++i) margin += point.beta[i] * x[i];
    const bool one = rows_.labels[r] == 1;
    const double weight = rows_.weight(r), p = logistic(margin), q = logistic(-margin);
    const double off = weight * (one ? -q : p);
    point.loss += weight * log_loss(one ? margin : -margin);
    point.greatest_margin = std::max(point.greatest_margin, std::fabs(margin));
    for (std::size_t i = 0; i < size_; ++i) {
      point.gradient[i] += off * x[i];
      const double curve = weight * p * q * x[i];
      for (std::size_t j = 0; j <= i; ++j) point.hessian[i * size_ + j] += curve * x[j];
    }
  }
  add_penalties(point);
  return point;
}

void Problem::add_penalties(Point& point) const {
  for (std::size_t i = 1; i < size_; ++i) {
    const double beta = point.beta[i];
    point.loss += l2(i) / 2 * beta * beta + l1(i) * std::fabs(beta);
    point.gradient[i] += l2(i) * beta;
    point.hessian[i * size_ + i] += l2(i);
  }
}

// Where the parabola that touches the loss at the point is least; empty where it has no least.
Numbers Problem::target_of(const Point& point) const {
  if (penalties_.l1 > 0) return penalised_target(point);
  Numbers hessian = point.hessian;
  // A constant column has no curve; its gradient is 0, and its coefficient stays so.
  for (std::size_t i = 1; i < size_; ++i)
    if (scale_[i - 1] == 0) hessian[i * size_ + i] = 1.0;
  const Cholesky lower(std::move(hessian), size_, 0.0);
  if (lower.dependent() < size_) return {};
  Numbers target = lower.solve(point.gradient);
  for (std::size_t i = 0; i < size_; ++i) target[i] = point.beta[i] - target[i];
  return target;
}

// The same with the L1 penalty, by coordinate descent.
Numbers Problem::penalised_target(const Point& point) const {
  Numbers target = point.beta, slope = point.gradient;
  for (int sweep = 0; sweep < kMaxSweeps; ++sweep) {
    stop_.poll();
    double moved = 0, greatest = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      const double curve = point.hessian[i * size_ + i];
      if (!(curve > 0)) continue;
      const double free = target[i] - slope[i] / curve, bound = i == 0 ? 0 : l1(i) / curve;
      const double next = free > bound ? free - bound : (free < -bound ? free + bound : 0.0);
      const double step = next - target[i];
      for (std::size_t k = 0; k < size_; ++k)
        slope[k] += step * point.hessian[k > i ? k * size_ + i : i * size_ + k];
      target[i] = next;
      moved = std::max(moved, std::fabs(step));
      greatest = std::max(greatest, std::fabs(next));
    }
    if (moved <= 1e-14 * (1 + greatest)) break;
  }
  return target;
}

// Goes to the target, or half the way and so on until the loss does not rise; false where it always
// does.
bool Problem::advance(Point& point, const Numbers& target) const {
  constexpr double kRounding = 1e-14;
  Numbers next = target;
  for (int halving = 0; halving < kMaxHalvings; ++halving) {
    Point there = at(next);
    if (there.loss <= point.loss * (1 + kRounding)) {
      point = std::move(there);
      return true;
    }
    for (std::size_t i = 0; i < size_; ++i) next[i] = (next[i] + point.beta[i]) / 2;
  }
  return false;
}

LogisticFit Problem::fit(int max_steps) {
  using Outcome = LogisticFit::Outcome;
  LogisticFit result;
  if (penalties_.none()) {
    result.column = collinear();
    result.outcome = Outcome::kCollinear;
    if (result.column + 1 < size_) return result;
  }
  Numbers start(size_, 0.0);
  start[0] = natural_log(ones_) - natural_log(zeros_);
  Point point = at(std::move(start));
  Outcome outcome = Outcome::kUnfinished;
  int steps = 0;
  while (steps < max_steps && outcome == Outcome::kUnfinished) {
    const Numbers target = target_of(point);
    if (target.empty()) break;
    double step = 0, greatest = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      step = std::max(step, std::fabs(target[i] - point.beta[i]));
      greatest = std::max(greatest, std::fabs(target[i]));
    }
    if (step <= kEnough * (1 + greatest)) outcome = Outcome::kConverged;
    if (!advance(point, target)) break;
    ++steps;
  }
  if (outcome == Outcome::kUnfinished && point.greatest_margin > kEndlessMargin)
    outcome = Outcome::kSeparated;
  return in_raw_columns(point, steps, outcome);
}

LogisticFit Problem::in_raw_columns(const Point& point, int steps,
                                    LogisticFit::Outcome outcome) const {
  LogisticFit result;
  result.outcome = outcome;
  result.steps = steps;
  result.intercept = point.beta[0];
  double greatest = 0;
  for (std::size_t i = 1; i < size_; ++i) {
    if (outcome == LogisticFit::Outcome::kSeparated && std::fabs(point.beta[i]) > greatest) {
      greatest = std::fabs(point.beta[i]);
      result.column = i - 1;
    }
    result.coefficients.push_back(point.beta[i] * scale_[i - 1]);
    result.intercept -= result.coefficients.back() * mean_[i - 1];
  }
  if (result.converged() && penalties_.none()) result.covariance = raw_covariance(point);
  return result;
}

// T S T': S of the scaled columns, T the map of in_raw_columns().
Numbers Problem::raw_covariance(const Point& point) const {
  const Cholesky lower(point.hessian, size_, 0.0);
  if (lower.dependent() < size_) return {};
  Numbers result = lower.inverse();
  for (std::size_t k = 0; k < size_; ++k) {
    for (std::size_t i = 1; i < size_; ++i) {
      double& value = result[i * size_ + k];
      value *= scale_[i - 1];
      result[k] -= value * mean_[i - 1];
    }
  }
  for (std::size_t k = 0; k < size_; ++k) {
    for (std::size_t i = 1; i < size_; ++i) {
      double& value = result[k * size_ + i];
      value *= scale_[i - 1];
      result[k * size_] -= value * mean_[i - 1];
    }
  }
  return result;
}

}  // namespace

LogisticFit fit_logistic(const LogisticRows& rows, const LogisticPenalties& penalties,
                         const StopFlag& stop, int max_steps) {
  return Problem(rows, penalties, stop).fit(max_steps);
}

}  // namespace credit_risk
