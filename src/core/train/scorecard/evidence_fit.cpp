#include "core/train/scorecard/evidence_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "core/metrics/normal.hpp"

namespace credit_risk {
namespace {

LogisticRows logistic_rows(const EvidenceRows& rows) {
  return {rows.columns, rows.target.data(), rows.weights.empty() ? nullptr : rows.weights.data(),
          rows.target.size()};
}

double total_weight(const EvidenceRows& rows) {
  if (rows.weights.empty()) return static_cast<double>(rows.target.size());
  return std::accumulate(rows.weights.begin(), rows.weights.end(), 0.0);
}

void add_errors(const LogisticFit& from, EvidenceFit& fit) {
  const std::size_t count = from.coefficients.size();
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t place = (i + 1) * (count + 1) + i + 1;  // the intercept comes first
    const double error = from.covariance.empty() ? kNone : std::sqrt(from.covariance[place]);
    fit.standard_errors.push_back(error);
    fit.p_values.push_back(normal_two_sided(fit.z(i)));
  }
}

}  // namespace

void EvidenceColumn::push_back(double weight) {
  const auto known = std::find(weights_.begin(), weights_.end(), weight);
  const auto code = static_cast<std::size_t>(known - weights_.begin());
  if (code > std::numeric_limits<std::uint8_t>::max())
    throw std::logic_error("more than 256 weights of evidence");
  if (known == weights_.end()) weights_.push_back(weight);
  codes_.push_back(static_cast<std::uint8_t>(code));
}

const double* EvidenceColumn::read(std::size_t row, std::size_t count, double* scratch) const {
  const std::uint8_t* const codes = codes_.data() + row;
  for (std::size_t i = 0; i < count; ++i) scratch[i] = weights_[codes[i]];
  return scratch;
}

EvidenceFits::EvidenceFits(const EvidenceRows& rows, const StopFlag& stop)
    : total_weight_(total_weight(rows)), fits_(logistic_rows(rows), stop) {}

EvidenceFit EvidenceFits::fit(const std::vector<std::size_t>& columns, double l1) {
  LogisticPenalties penalties;
  penalties.l1 = l1 * total_weight_;
  const LogisticFit from = fits_.fit(columns, penalties);
  EvidenceFit fit;
  fit.outcome = from.outcome;
  fit.column = from.column;
  if (!from.converged()) return fit;
  fit.intercept = from.intercept;
  fit.coefficients = from.coefficients;
  add_errors(from, fit);
  return fit;
}

}  // namespace credit_risk
