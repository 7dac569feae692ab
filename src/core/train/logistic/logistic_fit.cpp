#include "core/train/logistic/logistic_fit.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "core/error.hpp"
#include "core/train/logistic/cholesky.hpp"
#include "core/train/logistic/logistic_loss.hpp"

namespace credit_risk {
namespace {

constexpr int kMaxHalvings = 40, kMaxSweeps = 10000;
constexpr double kEnough = 1e-10;        // of a step, beside the coefficients
constexpr double kLeastLeft = 1e-10;     // of a column's variance, beside those before it
constexpr double kEndlessMargin = 15.0;  // of the rows, where steps do not end

using Numbers = std::vector<double>;

Eigen::Map<Vector> as_vector(Numbers& numbers) { return {numbers.data(), index(numbers.size())}; }

Eigen::Map<const Vector> as_vector(const Numbers& numbers) {
  return {numbers.data(), index(numbers.size())};
}

// The way down to where the loss is least.
class Descent {
 public:
  explicit Descent(const LogisticLoss& loss) : loss_(loss), stop_(loss.stop()) {}

  // From a point without penalties.
  LogisticFit run(LossPoint point, int max_steps) const;

 private:
  Numbers target_of(const LossPoint& point) const;
  Numbers penalised_target(const LossPoint& point) const;
  bool advance(LossPoint& point, const Numbers& target) const;
  LogisticFit in_raw_columns(const LossPoint& point, int steps, LogisticFit::Outcome outcome) const;
  Numbers raw_covariance(const LossPoint& point) const;

  const LogisticLoss& loss_;
  const StopFlag& stop_;
};

// Where the parabola that touches the loss at the point is least; empty where it has no least.
Numbers Descent::target_of(const LossPoint& point) const {
  if (loss_.penalties().l1 > 0) return penalised_target(point);
  Matrix hessian = point.hessian;
  // A constant column has no curve; its gradient is 0, and its coefficient stays so.
  for (std::size_t i = 1; i < loss_.size(); ++i)
    if (loss_.scales()[i - 1] == 0) hessian(index(i), index(i)) = 1.0;
  const Cholesky lower(std::move(hessian), 0.0, stop_);
  if (lower.dependent() < lower.size()) return {};
  Numbers target = point.beta;
  as_vector(target) -= lower.solve(as_vector(point.gradient));
  return target;
}

// The same with the L1 penalty, by coordinate descent.
Numbers Descent::penalised_target(const LossPoint& point) const {
  const Matrix hessian = point.hessian.selfadjointView<Eigen::Lower>();
  Numbers target = point.beta, slope = point.gradient;
  for (int sweep = 0; sweep < kMaxSweeps; ++sweep) {
    stop_.poll();
    double moved = 0, greatest = 0;
    for (std::size_t i = 0; i < loss_.size(); ++i) {
      const double curve = hessian(index(i), index(i));
      if (!(curve > 0)) continue;
      const double free = target[i] - slope[i] / curve, bound = i == 0 ? 0 : loss_.l1(i) / curve;
      const double next = free > bound ? free - bound : (free < -bound ? free + bound : 0.0);
      const double step = next - target[i];
      as_vector(slope) += step * hessian.row(index(i)).transpose();
      target[i] = next;
      moved = std::max(moved, std::fabs(step));
      greatest = std::max(greatest, std::fabs(next));
    }
    if (moved <= 1e-14 * (1 + greatest)) break;
  }
  return target;
}

// Goes to the target, or half the way and so on until the loss does not rise; false where it always
// does. A point is worth its work only once its loss is known, save the first, which mostly is.
bool Descent::advance(LossPoint& point, const Numbers& target) const {
  constexpr double kRounding = 1e-11;  // of a loss: a sum over up to 1e9 rows
  const double most = point.loss * (1 + kRounding);
  Numbers next = target;
  for (int halving = 0; halving < kMaxHalvings; ++halving) {
    if (halving == 0 || loss_.loss_at(next) <= most) {
      LossPoint there = loss_.at(next);
      if (there.loss <= most) {
        point = std::move(there);
        return true;
      }
    }
    for (std::size_t i = 0; i < loss_.size(); ++i) next[i] = (next[i] + point.beta[i]) / 2;
  }
  return false;
}

LogisticFit Descent::run(LossPoint point, int max_steps) const {
  using Outcome = LogisticFit::Outcome;
  loss_.add_penalties(point);
  Outcome outcome = Outcome::kUnfinished;
  int steps = 0;
  while (steps < max_steps && outcome == Outcome::kUnfinished) {
    const Numbers target = target_of(point);
    if (target.empty()) break;
    double step = 0, greatest = 0;
    for (std::size_t i = 0; i < loss_.size(); ++i) {
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

LogisticFit Descent::in_raw_columns(const LossPoint& point, int steps,
                                    LogisticFit::Outcome outcome) const {
  LogisticFit result;
  result.outcome = outcome;
  result.steps = steps;
  result.intercept = point.beta[0];
  double greatest = 0;
  for (std::size_t i = 1; i < loss_.size(); ++i) {
    if (outcome == LogisticFit::Outcome::kSeparated && std::fabs(point.beta[i]) > greatest) {
      greatest = std::fabs(point.beta[i]);
      result.column = i - 1;
    }
    result.coefficients.push_back(point.beta[i] * loss_.scales()[i - 1]);
    result.intercept -= result.coefficients.back() * loss_.means()[i - 1];
  }
  if (result.converged() && loss_.penalties().none()) result.covariance = raw_covariance(point);
  return result;
}

// T S T': S of the scaled columns, T the map of in_raw_columns().
Numbers Descent::raw_covariance(const LossPoint& point) const {
  const Cholesky lower(point.hessian, 0.0, stop_);
  if (lower.dependent() < lower.size()) return {};
  Vector scale = Vector::Ones(index(loss_.size())), mean = Vector::Zero(index(loss_.size()));
  scale.tail(index(loss_.size() - 1)) = as_vector(loss_.scales());
  mean.tail(index(loss_.size() - 1)) = as_vector(loss_.means());
  Matrix raw = scale.asDiagonal() * lower.inverse() * scale.asDiagonal();
  raw.row(0) -= (mean.transpose() * raw).eval();
  raw.col(0) -= (raw * mean).eval();
  return Numbers(raw.data(), raw.data() + raw.size());
}

// The first column that adds nothing to those before it; as many as there are if each does.
std::size_t collinear_column(Matrix products, const StopFlag& stop) {
  return static_cast<std::size_t>(Cholesky(std::move(products), kLeastLeft, stop).dependent()) - 1;
}

void check(const LogisticPenalties& penalties) {
  if (!(penalties.l2 >= 0 && penalties.l1 >= 0 && std::isfinite(penalties.l2 + penalties.l1)))
    throw Error(ErrorKind::kInvalidInput,
                "penalties of a logistic regression must be 0 or greater");
}

// Places of the intercept and of some columns.
std::vector<std::size_t> with_intercept(const std::vector<std::size_t>& columns) {
  std::vector<std::size_t> places{0};
  for (const std::size_t column : columns) places.push_back(column + 1);
  return places;
}

Numbers part_of(const Numbers& line, const std::vector<std::size_t>& places) {
  Numbers result;
  for (const std::size_t place : places) result.push_back(line[place]);
  return result;
}

// Of a lower triangle; places ascend.
Matrix part_of(const Matrix& triangle, const std::vector<std::size_t>& places) {
  return triangle(places, places);
}

}  // namespace

// Each sum over the rows has the same bits whatever other columns there are, and where no column
// weighs, so has the point.
class LogisticFits::Shared {
 public:
  Shared(const LogisticRows& rows, const StopFlag& stop) : all_(rows, stop) {}

  LogisticFit fit(const std::vector<std::size_t>& columns, const LogisticPenalties& penalties,
                  int max_steps);

 private:
  LossPoint start(const std::vector<std::size_t>& places);

  const LogisticLoss all_;
  Matrix products_;  // empty: not yet found
  LossPoint start_;  // likewise
};

LossPoint LogisticFits::Shared::start(const std::vector<std::size_t>& places) {
  if (start_.beta.empty()) start_ = all_.start();
  LossPoint start = start_;
  start.beta = part_of(start_.beta, places);
  start.gradient = part_of(start_.gradient, places);
  start.hessian = part_of(start_.hessian, places);
  return start;
}

LogisticFit LogisticFits::Shared::fit(const std::vector<std::size_t>& columns,
                                      const LogisticPenalties& penalties, int max_steps) {
  check(penalties);
  const LogisticLoss loss(all_, columns, penalties);
  const std::vector<std::size_t> places = with_intercept(columns);
  if (penalties.none()) {
    if (products_.size() == 0) products_ = all_.products();
    LogisticFit result;
    result.outcome = LogisticFit::Outcome::kCollinear;
    result.column = collinear_column(part_of(products_, places), loss.stop());
    if (result.column < columns.size()) return result;
  }
  return Descent(loss).run(start(places), max_steps);
}

LogisticFits::LogisticFits(const LogisticRows& rows, const StopFlag& stop)
    : shared_(std::make_unique<Shared>(rows, stop)) {}
LogisticFits::~LogisticFits() = default;

LogisticFit LogisticFits::fit(const std::vector<std::size_t>& columns,
                              const LogisticPenalties& penalties, int max_steps) {
  return shared_->fit(columns, penalties, max_steps);
}

LogisticFit fit_logistic(const LogisticRows& rows, const LogisticPenalties& penalties,
                         const StopFlag& stop, int max_steps) {
  check(penalties);
  std::vector<std::size_t> columns(rows.columns.size());
  std::iota(columns.begin(), columns.end(), std::size_t{0});
  return LogisticFits(rows, stop).fit(columns, penalties, max_steps);
}

}  // namespace credit_risk
