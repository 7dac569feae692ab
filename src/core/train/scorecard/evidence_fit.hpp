// The logistic regression of the event on weights of evidence.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/stop_flag.hpp"
#include "core/train/logistic/logistic_fit.hpp"

namespace credit_risk {

// The weights of evidence of a feature, of which no more than 256 differ: a byte for each row.
class EvidenceColumn final : public RegressionColumn {
 public:
  void reserve(std::size_t rows) { codes_.reserve(rows); }
  void push_back(double weight);
  double operator[](std::size_t row) const noexcept { return weights_[codes_[row]]; }
  const double* read(std::size_t row, std::size_t count, double* scratch) const override;

 private:
  std::vector<std::uint8_t> codes_;
  std::vector<double> weights_;  // by code
};

struct EvidenceRows {
  std::vector<const RegressionColumn*> columns;  // of as many values as there are targets
  const std::vector<std::uint8_t>& target;
  const std::vector<double>& weights;  // empty: 1 for each row
};

struct EvidenceFit {
  LogisticFit::Outcome outcome = LogisticFit::Outcome::kUnfinished;
  std::size_t column = 0;  // as LogisticFit; of a collinear column there is no fit
  double intercept = 0.0;
  std::vector<double> coefficients;     // of each column
  std::vector<double> standard_errors;  // NaN for a penalised fit
  std::vector<double> p_values;         // of the Wald test that the coefficient is 0, likewise

  // How many errors the coefficient is from 0.
  double z(std::size_t i) const noexcept { return std::fabs(coefficients[i] / standard_errors[i]); }
};

class EvidenceFits {
 public:
  // The rows must outlive it.
  EvidenceFits(const EvidenceRows& rows, const StopFlag& stop);

  // Of some columns, ascending; those of EvidenceFit are these. `l1` is the penalty of the
  // coefficients for each row, 0 for maximum likelihood.
  EvidenceFit fit(const std::vector<std::size_t>& columns, double l1);

 private:
  double total_weight_;
  LogisticFits fits_;
};

}  // namespace credit_risk
