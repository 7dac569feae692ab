#include "core/train/logistic/logistic_loss.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "core/error.hpp"
#include "core/model/logistic.hpp"
#include "core/model/natural_log.hpp"
#include "core/unroll.hpp"

namespace credit_risk {
namespace {

constexpr std::size_t kRowsBetweenPolls = 4096;
constexpr std::size_t kBlockRows = 64;
constexpr std::size_t kLongBlockRows = 512;  // where columns are all that is read
constexpr double kConstantSpread = 1e-12;    // of a column, beside its greatest value

using Numbers = std::vector<double>;

// Two rows of a column.
typedef double Pair __attribute__((vector_size(16), aligned(8), may_alias));

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorKind::kInvalidInput, message);
}

// The columns at these places.
LogisticRows part_of(LogisticRows rows, const std::vector<std::size_t>& places) {
  const std::vector<const RegressionColumn*> all = std::move(rows.columns);
  rows.columns.clear();
  for (const std::size_t place : places) rows.columns.push_back(all[place]);
  return rows;
}

}  // namespace

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
struct ScaledBlock {
  ScaledBlock(const std::vector<const RegressionColumn*>& of, std::size_t width)
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

LogisticLoss::LogisticLoss(const StopFlag& stop, LogisticRows rows,
                           const LogisticPenalties& penalties)
    : rows_(std::move(rows)),
      penalties_(penalties),
      stop_(stop),
      size_(rows_.columns.size() + 1),
      width_((size_ + kOuterSumsPadding - 1) / kOuterSumsPadding * kOuterSumsPadding) {
  std::size_t kernels = 0;
  add_outer_ = outer_sums_kernels(&kernels)->add;
}

LogisticLoss::LogisticLoss(const LogisticRows& rows, const StopFlag& stop)
    : LogisticLoss(stop, rows, {}) {
  check();
  check_columns();
  std::size_t column = 0;
  for (; column + 4 <= rows.columns.size(); column += 4) add_scales<4>(column);
  for (; column < rows.columns.size(); ++column) add_scales<1>(column);
}

LogisticLoss::LogisticLoss(const LogisticLoss& of, const std::vector<std::size_t>& columns,
                           const LogisticPenalties& penalties)
    : LogisticLoss(of.stop_, part_of(of.rows_, columns), penalties) {
  zeros_ = of.zeros_;
  ones_ = of.ones_;
  for (const std::size_t column : columns) {
    mean_.push_back(of.mean_[column]);
    scale_.push_back(of.scale_[column]);
  }
}

void LogisticLoss::check() {
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
void LogisticLoss::for_long_blocks(const std::vector<const RegressionColumn*>& columns,
                                   Visit visit) const {
  ColumnBlock block(columns, kLongBlockRows);
  for (std::size_t first = 0; first < rows_.count; first += kLongBlockRows) {
    if (first % kRowsBetweenPolls == 0) stop_.poll();
    const std::size_t count = std::min(kLongBlockRows, rows_.count - first);
    block.read(first, count);
    visit(block, first, count);
  }
}

void LogisticLoss::check_columns() const {
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
void LogisticLoss::add_scales(std::size_t first_column) {
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
void LogisticLoss::for_blocks(Visit visit) const {
  ScaledBlock block(rows_.columns, width_);
  for (; block.first < rows_.count; block.first += kBlockRows) {
    stop_.poll();
    block.count = std::min(kBlockRows, rows_.count - block.first);
    block.columns.read(block.first, block.count);
    read(block);
    visit(block);
  }
}

void LogisticLoss::read(ScaledBlock& block) const {
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
void LogisticLoss::sum_margins(const ColumnBlock& columns, std::size_t row, const Numbers& beta,
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

void LogisticLoss::margins(const ColumnBlock& columns, std::size_t count, const Numbers& beta,
                           double* margin) const {
  constexpr int kPairs = 4;
  std::size_t r = 0;
  for (; r + 2 * kPairs <= count; r += 2 * kPairs)
    sum_margins<Pair, kPairs>(columns, r, beta, margin + r);
  for (; r < count; ++r) sum_margins<double, 1>(columns, r, beta, margin + r);
}

Matrix LogisticLoss::products() const {
  Numbers products(size_ * width_, 0.0), unused(width_, 0.0);
  const double nothing[kBlockRows] = {};
  for_blocks([&](const ScaledBlock& block) {
    double weight[kBlockRows];
    for (std::size_t r = 0; r < block.count; ++r) weight[r] = rows_.weight(block.first + r);
    add_outer_({size_, width_, unused.data(), products.data()}, block.rows.data(), nothing, weight,
               block.count);
  });
  return lower_triangle(products);
}

Matrix LogisticLoss::lower_triangle(const Numbers& products) const {
  const Eigen::Map<const Matrix> padded(products.data(), index(size_), index(width_));
  return padded.leftCols(index(size_)).triangularView<Eigen::Lower>();
}

void LogisticLoss::judge(const ScaledBlock& block, const Numbers& beta,
                         BlockOutcome& outcome) const {
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
double LogisticLoss::loss_of(std::size_t row, double margin, double log_told) const noexcept {
  constexpr double kHopeless = -30;  // below, -ln of the logistic function is the margin
  return rows_.weight(row) * (margin < kHopeless ? -margin : -log_told);
}

LossPoint LogisticLoss::without_penalties(Numbers beta) const {
  LossPoint point;
  point.beta = std::move(beta);
  point.gradient.assign(width_, 0.0);
  Numbers products(size_ * width_, 0.0);
  BlockOutcome outcome;
  for_blocks([&](const ScaledBlock& block) {
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

LossPoint LogisticLoss::at(Numbers beta) const {
  LossPoint point = without_penalties(std::move(beta));
  add_penalties(point);
  return point;
}

LossPoint LogisticLoss::start() const {
  Numbers beta(size_, 0.0);
  beta[0] = natural_log(ones_) - natural_log(zeros_);
  return without_penalties(std::move(beta));
}

double LogisticLoss::loss_at(const Numbers& beta) const {
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

double LogisticLoss::penalised(double loss, const Numbers& beta) const noexcept {
  for (std::size_t i = 1; i < size_; ++i)
    loss += l2(i) / 2 * beta[i] * beta[i] + l1(i) * std::fabs(beta[i]);
  return loss;
}

void LogisticLoss::add_penalties(LossPoint& point) const {
  point.loss = penalised(point.loss, point.beta);
  for (std::size_t i = 1; i < size_; ++i) {
    point.gradient[i] += l2(i) * point.beta[i];
    point.hessian(index(i), index(i)) += l2(i);
  }
}

}  // namespace credit_risk
