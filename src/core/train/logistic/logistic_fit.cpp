#include "core/train/logistic/logistic_fit.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "core/error.hpp"
#include "core/model/logistic.hpp"
#include "core/model/natural_log.hpp"
#include "core/train/logistic/cholesky.hpp"
#include "core/train/logistic/outer_sums.hpp"
#include "core/unroll.hpp"

namespace credit_risk {
namespace {

constexpr int kMaxHalvings = 40, kMaxSweeps = 10000;
constexpr std::size_t kRowsBetweenPolls = 4096;
constexpr double kEnough = 1e-10;          // of a step, beside the coefficients
constexpr double kShort = 1e-6;            // likewise: rounding hides what it gains
constexpr double kLeastLeft = 1e-10;       // of a column's variance, beside those before it
constexpr double kEndlessMargin = 15.0;    // of the rows, where steps do not end
constexpr double kConstantSpread = 1e-12;  // of a column, beside its greatest value

using Numbers = std::vector<double>;

constexpr Eigen::Index index(std::size_t place) { return static_cast<Eigen::Index>(place); }

Eigen::Map<Vector> as_vector(Numbers& numbers) { return {numbers.data(), index(numbers.size())}; }

Eigen::Map<const Vector> as_vector(const Numbers& numbers) {
  return {numbers.data(), index(numbers.size())};
}

constexpr std::size_t kBlockRows = 64;

constexpr std::size_t kLongBlockRows = 512;  // where columns are all that is read

// Two rows of a column.
typedef double Pair __attribute__((vector_size(16), aligned(8), may_alias));

// Some rows of the columns at a time.
class ColumnBlock {
 public:
  ColumnBlock(const std::vector<const RegressionColumn*>& columns, std::size_t most)
      : columns_(columns),
        most_(most),
        scratch_(new double[columns.size() * most]),
        numbers_(columns.size()) {}

  void read(std::size_t row, std::size_t count) {
    for (std::size_t i = 0; i < columns_.size(); ++i)
      numbers_[i] = columns_[i]->read(row, count, scratch_.get() + i * most_);
  }
  const double* operator[](std::size_t column) const noexcept { return numbers_[column]; }

 private:
  const std::vector<const RegressionColumn*> columns_;
  const std::size_t most_;
  const std::unique_ptr<double[]> scratch_;
  std::vector<const double*> numbers_;
};

// Some rows, as they are and scaled, one after the other.
struct Block {
  Block(const std::vector<const RegressionColumn*>& of, std::size_t width)
      : columns(of, kBlockRows), rows(width * kBlockRows, 0.0) {}
  std::size_t first = 0, count = 0;
  ColumnBlock columns;
  Numbers rows;
};

// What the model says of the rows of a block.
struct BlockOutcome {
  double margin[kBlockRows], opposite[kBlockRows];  // of class 1 and of class 0
  double p[kBlockRows], q[kBlockRows];              // the probabilities of the two
  double told[kBlockRows], log_told[kBlockRows];    // of the class that came true
  double distance[kBlockRows], curve[kBlockRows];   // of the loss, with the weight
};

struct Point {
  Numbers beta;      // the intercept first
  double loss = 0;   // with penalties
  Numbers gradient;  // without the L1 penalty, which has none at 0
  Matrix hessian;    // lower triangle
  double greatest_margin = 0;
};

// Columns are taken less their mean and by their deviation, and the penalties with them: the least
// is the same, and its sums lose nothing to columns of large or unequal size.
class Problem {
 public:
  // Refuses rows that are not as LogisticRows says.
  Problem(const LogisticRows& rows, const StopFlag& stop) : Problem(stop, rows, {}) {
    check();
    check_columns();
    std::size_t column = 0;
    for (; column + 4 <= rows.columns.size(); column += 4) add_scales<4>(column);
    for (; column < rows.columns.size(); ++column) add_scales<1>(column);
  }

  // Of some columns of another problem.
  Problem(const Problem& of, const LogisticRows& rows, const std::vector<std::size_t>& columns,
          const LogisticPenalties& penalties)
      : Problem(of.stop_, rows, penalties) {
    zeros_ = of.zeros_;
    ones_ = of.ones_;
    for (const std::size_t column : columns) {
      mean_.push_back(of.mean_[column]);
      scale_.push_back(of.scale_[column]);
    }
  }

  const LogisticRows& rows() const noexcept { return rows_; }
  Matrix products() const;
  Point start() const;
  std::size_t collinear(Matrix products) const;
  LogisticFit fit(Point start, int max_steps) const;

 private:
  Problem(const StopFlag& stop, const LogisticRows& rows, const LogisticPenalties& penalties)
      : rows_(rows),
        penalties_(penalties),
        stop_(stop),
        size_(rows.columns.size() + 1),
        width_((size_ + kOuterSumsPadding - 1) / kOuterSumsPadding * kOuterSumsPadding) {
    std::size_t kernels = 0;
    add_outer_ = outer_sums_kernels(&kernels)->add;
  }
  void check();
  void check_columns() const;
  template <int kColumns>
  void add_scales(std::size_t first_column);
  template <class Visit>
  void for_long_blocks(const std::vector<const RegressionColumn*>& columns, Visit visit) const;
  template <class Visit>
  void for_blocks(Visit visit) const;
  void read(Block& block) const;
  template <class Real, int kParts>
  void sum_margins(const ColumnBlock& columns, std::size_t row, const Numbers& beta,
                   double* margin) const;
  void margins(const ColumnBlock& columns, std::size_t count, const Numbers& beta,
               double* margin) const;
  void judge(const Block& block, const Numbers& beta, BlockOutcome& outcome) const;
  Matrix lower_triangle(const Numbers& products) const;
  double loss_of(std::size_t row, double margin, double log_told) const noexcept;
  Point without_penalties(Numbers beta) const;
  Point at(Numbers beta) const;
  double loss_at(const Numbers& beta) const;
  void add_penalties(Point& point) const;
  double penalised(double loss, const Numbers& beta) const noexcept;
  Numbers target_of(const Point& point) const;
  Numbers penalised_target(const Point& point) const;
  bool advance(Point& point, const Numbers& target, bool& halves) const;
  LogisticFit in_raw_columns(const Point& point, int steps, LogisticFit::Outcome outcome) const;
  Numbers raw_covariance(const Point& point) const;

  double l1(std::size_t i) const noexcept { return penalties_.l1 * scale_[i - 1]; }
  double l2(std::size_t i) const noexcept { return penalties_.l2 * scale_[i - 1] * scale_[i - 1]; }

  const LogisticRows rows_;
  const LogisticPenalties penalties_;
  const StopFlag stop_;
  const std::size_t size_, width_;  // columns with the intercept; the same padded
  void (*add_outer_)(const OuterSums&, const double*, const double*, const double*, std::size_t);
  double zeros_ = 0, ones_ = 0;  // weight
  Numbers mean_, scale_;         // of each column; 1 / deviation, 0 of a constant one
};

void refuse(const std::string& message) { throw Error(ErrorKind::kInvalidInput, message); }

void Problem::check() {
  for (std::size_t r = 0; r < rows_.count; ++r) {
    if (r % kRowsBetweenPolls == 0) stop_.poll();
    const double weight = rows_.weight(r);
    if (!(weight >= 0 && std::isfinite(weight)) || rows_.labels[r] > 1)
      refuse("labels must be 0 or 1, weights finite and not negative");
    (rows_.labels[r] == 1 ? ones_ : zeros_) += weight;
  }
  if (!(zeros_ > 0 && ones_ > 0)) refuse("a logistic regression needs rows of both classes");
}

template <class Visit>
void Problem::for_long_blocks(const std::vector<const RegressionColumn*>& columns,
                              Visit visit) const {
  ColumnBlock block(columns, kLongBlockRows);
  for (std::size_t first = 0; first < rows_.count; first += kLongBlockRows) {
    if (first % kRowsBetweenPolls == 0) stop_.poll();
    const std::size_t count = std::min(kLongBlockRows, rows_.count - first);
    block.read(first, count);
    visit(block, first, count);
  }
}

void Problem::check_columns() const {
  for_long_blocks(rows_.columns, [&](const ColumnBlock& block, std::size_t, std::size_t count) {
    for (std::size_t i = 0; i < rows_.columns.size(); ++i) {
      bool finite = true;
      for (std::size_t r = 0; r < count; ++r) finite &= std::isfinite(block[i][r]);
      if (!finite) refuse("columns of a logistic regression must be finite");
    }
  });
}

// Some columns at a time: each sum waits for its last row, but not for the others.
template <int kColumns>
void Problem::add_scales(std::size_t first_column) {
  const auto begin = rows_.columns.begin() + static_cast<std::ptrdiff_t>(first_column);
  const std::vector<const RegressionColumn*> columns(begin, begin + kColumns);
  double greatest[kColumns] = {}, mean[kColumns] = {}, variance[kColumns] = {};
  for_long_blocks(columns, [&](const ColumnBlock& block, std::size_t first, std::size_t count) {
    for (std::size_t r = 0; r < count; ++r) {
      const double share = rows_.weight(first + r) / (zeros_ + ones_);
      CR_UNROLL
      for (int i = 0; i < kColumns; ++i) {
        greatest[i] = std::max(greatest[i], std::fabs(block[i][r]));
        mean[i] += share * block[i][r];
      }
    }
  });
  for_long_blocks(columns, [&](const ColumnBlock& block, std::size_t first, std::size_t count) {
    for (std::size_t r = 0; r < count; ++r) {
      const double share = rows_.weight(first + r) / (zeros_ + ones_);
      CR_UNROLL
      for (int i = 0; i < kColumns; ++i) {
        const double apart = block[i][r] - mean[i];
        variance[i] += share * apart * apart;
      }
    }
  });
  for (int i = 0; i < kColumns; ++i) {
    const double deviation = std::sqrt(variance[i]);
    mean_.push_back(mean[i]);
    scale_.push_back(deviation > kConstantSpread * greatest[i] ? 1 / deviation : 0.0);
  }
}

template <class Visit>
void Problem::for_blocks(Visit visit) const {
  Block block(rows_.columns, width_);
  for (; block.first < rows_.count; block.first += kBlockRows) {
    stop_.poll();
    block.count = std::min(kBlockRows, rows_.count - block.first);
    block.columns.read(block.first, block.count);
    read(block);
    visit(block);
  }
}

void Problem::read(Block& block) const {
  for (std::size_t r = 0; r < block.count; ++r) block.rows[r * width_] = 1.0;
  for (std::size_t i = 1; i < size_; ++i) {
    const double* const column = block.columns[i - 1];
    const double mean = mean_[i - 1], scale = scale_[i - 1];
    double* x = block.rows.data() + i;
    for (std::size_t r = 0; r < block.count; ++r, x += width_) *x = (column[r] - mean) * scale;
  }
}

// Of some rows of a block from `row` on, over the scaled columns.
template <class Real, int kParts>
void Problem::sum_margins(const ColumnBlock& columns, std::size_t row, const Numbers& beta,
                          double* margin) const {
  Real sum[kParts];
  CR_UNROLL
  for (int part = 0; part < kParts; ++part) sum[part] = Real{} + beta[0];
  for (std::size_t i = 1; i < size_; ++i) {
    const Real* const x = reinterpret_cast<const Real*>(columns[i - 1] + row);
    const double mean = mean_[i - 1], scale = scale_[i - 1], factor = beta[i];
    CR_UNROLL
    for (int part = 0; part < kParts; ++part) sum[part] += factor * ((x[part] - mean) * scale);
  }
  CR_UNROLL
  for (int part = 0; part < kParts; ++part) reinterpret_cast<Real*>(margin)[part] = sum[part];
}

void Problem::margins(const ColumnBlock& columns, std::size_t count, const Numbers& beta,
                      double* margin) const {
  constexpr int kPairs = 4;
  std::size_t r = 0;
  for (; r + 2 * kPairs <= count; r += 2 * kPairs)
    sum_margins<Pair, kPairs>(columns, r, beta, margin + r);
  for (; r < count; ++r) sum_margins<double, 1>(columns, r, beta, margin + r);
}

// The sums over the rows of the products of every two scaled columns: a lower triangle.
Matrix Problem::products() const {
  Numbers products(size_ * width_, 0.0), unused(width_, 0.0);
  const double nothing[kBlockRows] = {};
  for_blocks([&](const Block& block) {
    double weight[kBlockRows];
    for (std::size_t r = 0; r < block.count; ++r) weight[r] = rows_.weight(block.first + r);
    add_outer_({size_, width_, unused.data(), products.data()}, block.rows.data(), nothing, weight,
               block.count);
  });
  return lower_triangle(products);
}

// The first column that adds nothing to those before it; as many as there are if each does.
std::size_t Problem::collinear(Matrix products) const {
  return static_cast<std::size_t>(Cholesky(std::move(products), kLeastLeft, stop_).dependent()) - 1;
}

Matrix Problem::lower_triangle(const Numbers& products) const {
  const Eigen::Map<const Matrix> padded(products.data(), index(size_), index(width_));
  return padded.leftCols(index(size_)).triangularView<Eigen::Lower>();
}

void Problem::judge(const Block& block, const Numbers& beta, BlockOutcome& outcome) const {
  margins(block.columns, block.count, beta, outcome.margin);
  for (std::size_t r = 0; r < block.count; ++r) outcome.opposite[r] = -outcome.margin[r];
  logistic(outcome.margin, block.count, outcome.p);
  logistic(outcome.opposite, block.count, outcome.q);
  for (std::size_t r = 0; r < block.count; ++r) {
    const std::size_t row = block.first + r;
    const double weight = rows_.weight(row), p = outcome.p[r], q = outcome.q[r];
    const bool one = rows_.labels[row] == 1;
    outcome.told[r] = one ? p : q;
    outcome.distance[r] = weight * (one ? -q : p);
    outcome.curve[r] = weight * p * q;
  }
  natural_log(outcome.told, block.count, outcome.log_told);
}

// Of a row, from the margin of the class that came true.
double Problem::loss_of(std::size_t row, double margin, double log_told) const noexcept {
  constexpr double kHopeless = -30;  // below, -ln of the logistic function is the margin
  return rows_.weight(row) * (margin < kHopeless ? -margin : -log_told);
}

Point Problem::without_penalties(Numbers beta) const {
  Point point;
  point.beta = std::move(beta);
  point.gradient.assign(width_, 0.0);
  Numbers products(size_ * width_, 0.0);
  BlockOutcome outcome;
  for_blocks([&](const Block& block) {
    judge(block, point.beta, outcome);
    for (std::size_t r = 0; r < block.count; ++r) {
      const std::size_t row = block.first + r;
      const double margin = rows_.labels[row] == 1 ? outcome.margin[r] : outcome.opposite[r];
      point.loss += loss_of(row, margin, outcome.log_told[r]);
      point.greatest_margin = std::max(point.greatest_margin, std::fabs(margin));
    }
    add_outer_({size_, width_, point.gradient.data(), products.data()}, block.rows.data(),
               outcome.distance, outcome.curve, block.count);
  });
  point.gradient.resize(size_);
  point.hessian = lower_triangle(products);
  return point;
}

Point Problem::at(Numbers beta) const {
  Point point = without_penalties(std::move(beta));
  add_penalties(point);
  return point;
}

// Without penalties.
Point Problem::start() const {
  Numbers beta(size_, 0.0);
  beta[0] = natural_log(ones_) - natural_log(zeros_);
  return without_penalties(std::move(beta));
}

// That of at(beta), bit for bit, for a small part of the work.
double Problem::loss_at(const Numbers& beta) const {
  double margin[kLongBlockRows], told[kLongBlockRows], log_told[kLongBlockRows], loss = 0;
  for_long_blocks(rows_.columns,
                  [&](const ColumnBlock& columns, std::size_t first, std::size_t count) {
                    margins(columns, count, beta, margin);
                    for (std::size_t r = 0; r < count; ++r)
                      margin[r] = rows_.labels[first + r] == 1 ? margin[r] : -margin[r];
                    logistic(margin, count, told);
                    natural_log(told, count, log_told);
                    for (std::size_t r = 0; r < count; ++r)
                      loss += loss_of(first + r, margin[r], log_told[r]);
                  });
  return penalised(loss, beta);
}

double Problem::penalised(double loss, const Numbers& beta) const noexcept {
  for (std::size_t i = 1; i < size_; ++i)
    loss += l2(i) / 2 * beta[i] * beta[i] + l1(i) * std::fabs(beta[i]);
  return loss;
}

void Problem::add_penalties(Point& point) const {
  point.loss = penalised(point.loss, point.beta);
  for (std::size_t i = 1; i < size_; ++i) {
    point.gradient[i] += l2(i) * point.beta[i];
    point.hessian(index(i), index(i)) += l2(i);
  }
}

// Where the parabola that touches the loss at the point is least; empty where it has no least.
Numbers Problem::target_of(const Point& point) const {
  if (penalties_.l1 > 0) return penalised_target(point);
  Matrix hessian = point.hessian;
  // A constant column has no curve; its gradient is 0, and its coefficient stays so.
  for (std::size_t i = 1; i < size_; ++i)
    if (scale_[i - 1] == 0) hessian(index(i), index(i)) = 1.0;
  const Cholesky lower(std::move(hessian), 0.0, stop_);
  if (lower.dependent() < lower.size()) return {};
  Numbers target = point.beta;
  as_vector(target) -= lower.solve(as_vector(point.gradient));
  return target;
}

// The same with the L1 penalty, by coordinate descent.
Numbers Problem::penalised_target(const Point& point) const {
  const Matrix hessian = point.hessian.selfadjointView<Eigen::Lower>();
  Numbers target = point.beta, slope = point.gradient;
  for (int sweep = 0; sweep < kMaxSweeps; ++sweep) {
    stop_.poll();
    double moved = 0, greatest = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      const double curve = hessian(index(i), index(i));
      if (!(curve > 0)) continue;
      const double free = target[i] - slope[i] / curve, bound = i == 0 ? 0 : l1(i) / curve;
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
// does. `halves` is whether the step before did not go all the way: near the least, where rounding
// decides, most do not, and the whole point is then not worth its work before its loss is known.
bool Problem::advance(Point& point, const Numbers& target, bool& halves) const {
  constexpr double kRounding = 1e-14;
  const double most = point.loss * (1 + kRounding);
  Numbers next = target;
  for (int halving = 0; halving < kMaxHalvings; ++halving) {
    const bool loss_first = halves || halving > 0;
    if (!loss_first || loss_at(next) <= most) {
      Point there = at(next);
      if (there.loss <= most) {
        point = std::move(there);
        halves = halving > 0;
        return true;
      }
    }
    for (std::size_t i = 0; i < size_; ++i) next[i] = (next[i] + point.beta[i]) / 2;
  }
  return false;
}

LogisticFit Problem::fit(Point point, int max_steps) const {
  using Outcome = LogisticFit::Outcome;
  add_penalties(point);
  Outcome outcome = Outcome::kUnfinished;
  int steps = 0;
  bool halves = false;
  while (steps < max_steps && outcome == Outcome::kUnfinished) {
    const Numbers target = target_of(point);
    if (target.empty()) break;
    double step = 0, greatest = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      step = std::max(step, std::fabs(target[i] - point.beta[i]));
      greatest = std::max(greatest, std::fabs(target[i]));
    }
    if (step <= kEnough * (1 + greatest)) outcome = Outcome::kConverged;
    // Newton's method ends a short step within its square of the least.
    if (step <= kShort * (1 + greatest)) {
      point = at(target);
    } else if (!advance(point, target, halves)) {
      break;
    }
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
  const Cholesky lower(point.hessian, 0.0, stop_);
  if (lower.dependent() < lower.size()) return {};
  Vector scale = Vector::Ones(index(size_)), mean = Vector::Zero(index(size_));
  scale.tail(index(size_ - 1)) = as_vector(scale_);
  mean.tail(index(size_ - 1)) = as_vector(mean_);
  Matrix raw = scale.asDiagonal() * lower.inverse() * scale.asDiagonal();
  raw.row(0) -= (mean.transpose() * raw).eval();
  raw.col(0) -= (raw * mean).eval();
  return Numbers(raw.data(), raw.data() + raw.size());
}

void check(const LogisticPenalties& penalties) {
  if (!(penalties.l2 >= 0 && penalties.l1 >= 0 && std::isfinite(penalties.l2 + penalties.l1)))
    refuse("penalties of a logistic regression must be 0 or greater");
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
  Point start(const std::vector<std::size_t>& places);

  const Problem all_;
  Matrix products_;  // empty: not yet found
  Point start_;      // likewise
};

Point LogisticFits::Shared::start(const std::vector<std::size_t>& places) {
  if (start_.beta.empty()) start_ = all_.start();
  Point start = start_;
  start.beta = part_of(start_.beta, places);
  start.gradient = part_of(start_.gradient, places);
  start.hessian = part_of(start_.hessian, places);
  return start;
}

LogisticFit LogisticFits::Shared::fit(const std::vector<std::size_t>& columns,
                                      const LogisticPenalties& penalties, int max_steps) {
  check(penalties);
  LogisticRows rows = all_.rows();
  rows.columns.clear();
  for (const std::size_t column : columns) rows.columns.push_back(all_.rows().columns[column]);
  const Problem problem(all_, rows, columns, penalties);
  const std::vector<std::size_t> places = with_intercept(columns);
  if (penalties.none()) {
    if (products_.size() == 0) products_ = all_.products();
    LogisticFit result;
    result.outcome = LogisticFit::Outcome::kCollinear;
    result.column = problem.collinear(part_of(products_, places));
    if (result.column < columns.size()) return result;
  }
  return problem.fit(start(places), max_steps);
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
