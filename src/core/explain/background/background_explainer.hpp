// Explains rows of any model against the rows of a background: what each feature adds to a row's
// margin, beside the mean margin of the background. InterventionalShap for trees, AdditiveShap for
// terms. Whoever explains against a background goes through here; Explainer is its sibling for the
// training rows.
#pragma once
#include <cstddef>
#include <variant>

#include "core/explain/additive_shap.hpp"
#include "core/explain/background/interventional_shap.hpp"
#include "core/model/model.hpp"
#include "core/stop_flag.hpp"

namespace credit_risk {

class BackgroundExplainer {
 public:
  // What explain() works in; serves any number of rows and explainers, one at a time.
  class Scratch {
    friend class BackgroundExplainer;
    InterventionalShap::Scratch trees;
  };

  // Of a validated model, and `rows` background rows of features.size() values each; neither need
  // live on. Throws kInvalidInput where there is no row or one that Predictor refuses, kLimit
  // beyond kMaxBackgroundRows or where it would take more than kMaxBackgroundBytes.
  BackgroundExplainer(const Model& model, const double* background, std::size_t rows,
                      const StopFlag& stop = {});

  // The mean margin of the background.
  double base_value() const noexcept;

  // Writes feature_count() values to `phi`, and returns the row's margin, which base_value() and
  // the values add up to. Refuses the rows that Predictor refuses. A sum that is off by more than
  // 1e-10 relative throws std::logic_error.
  double explain(const double* row, double* phi, Scratch& scratch, const StopFlag& stop = {}) const;

  // In the points of a scorecard: the mean total of the background; what each feature adds to the
  // row's total, which is returned. Throw kInvalidInput for a model without points.
  bool has_points() const noexcept;
  double base_points() const;
  double explain_points(const double* row, double* phi) const;

  std::size_t feature_count() const noexcept;
  std::size_t byte_size() const noexcept;

 private:
  using Method = std::variant<InterventionalShap, AdditiveShap>;
  static Method method_of(const Model& model, const double* background, std::size_t rows,
                          const StopFlag& stop);
  const AdditiveShap& scorecard() const;

  Method method_;
};

}  // namespace credit_risk
