// SHAP values of additive models (logistic regression, scorecards) in closed form: the Shapley
// value of feature f in the game v(S) = E[total | x_S], features taken as independent, is
//     phi_f = term_f(x_f) - E[term_f]
// since every term depends on one feature alone (Lundberg and Lee 2017, corollary 1). On the margin
// of a scorecard, which falls as points rise, -phi_f / factor. The expectation is that of the
// training rows, which the terms carry, or of a background.
#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "core/model/model.hpp"
#include "core/model/term_table.hpp"

namespace credit_risk {

class AdditiveShap {
 public:
  // Of a validated model of terms. Throws kInvalidInput where a term has no mean.
  explicit AdditiveShap(const Model& model);

  // Against `count` background rows of a value for each feature; the model needs no means. Throws
  // kInvalidInput where there are none, or the model refuses one.
  AdditiveShap(const Model& model, const double* background, std::size_t count);

  // The margin's mean over the training rows, or the background.
  double base_value() const noexcept { return margin_of(base_total_); }

  // Writes feature_count() values to `phi`, and returns the row's margin: Predictor::margin to the
  // bit. Refused rows as there. A sum off by more than 1e-10 relative throws std::logic_error.
  double explain(const double* row, double* phi) const;

  // The same in the points of a scorecard: the mean total; what each feature adds to the row's
  // total, which is returned. Of a model that has_points().
  double base_points() const noexcept { return base_total_; }
  double explain_points(const double* row, double* phi) const;

  bool has_points() const noexcept { return points_.has_value(); }
  std::size_t feature_count() const noexcept { return terms_.feature_count(); }
  std::size_t byte_size() const noexcept;

 private:
  AdditiveShap(const Model& model, std::vector<double> means);

  double margin_of(double total) const noexcept;
  double total_of(const double* row, double* phi) const;

  TermTable terms_;
  std::optional<PointsScale> points_;
  std::vector<double> means_;  // of the terms, by feature
  double model_base_value_;
  double base_total_;
  double reach_;  // the size of the numbers that every total is made of
};

}  // namespace credit_risk
