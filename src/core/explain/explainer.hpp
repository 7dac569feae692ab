// Explains rows of any model: what each feature adds to a row's margin, by the method that is exact
// for the kind of model: TreeShap for trees, AdditiveShap for terms. Whoever explains goes through
// here.
#pragma once
#include <cstddef>
#include <variant>

#include "core/explain/additive_shap.hpp"
#include "core/explain/trees/tree_shap.hpp"
#include "core/model/model.hpp"
#include "core/stop_flag.hpp"

namespace credit_risk {

// Throws kInvalidInput for an ensemble: the probabilities of its members are no sums of what their
// features add.
void refuse_ensemble(const Model& model);

class Explainer {
 public:
  // What explain() works in; serves any number of rows and explainers, one at a time.
  class Scratch {
    friend class Explainer;
    TreeShap::Scratch trees;
  };

  // Of a validated model. Throws kInvalidInput where it is not explainable.
  explicit Explainer(const Model& model);

  // The margin's mean over the training rows.
  double base_value() const noexcept;

  // Writes feature_count() values to `phi`, and returns the row's margin, which base_value() and
  // the values add up to. Refuses the rows that Predictor refuses. A sum that is off by more than
  // 1e-10 relative throws std::logic_error.
  double explain(const double* row, double* phi, Scratch& scratch) const;

  // The same of `count` rows of feature_count() values each, with the same bits: as many values to
  // `phi`, row after row, and `count` margins. `stop` is polled every few milliseconds.
  void explain(const double* rows, std::size_t count, double* phi, double* margins,
               Scratch& scratch, const StopFlag& stop = {}) const;

  // In the points of a scorecard: the mean total over the training rows; what each feature adds to
  // the row's total, which is returned. Throw kInvalidInput for a model without points.
  bool has_points() const noexcept;
  double base_points() const;
  double explain_points(const double* row, double* phi) const;

  std::size_t feature_count() const noexcept;
  std::size_t byte_size() const noexcept;

 private:
  using Method = std::variant<TreeShap, AdditiveShap>;
  static Method method_of(const Model& model);
  const AdditiveShap& scorecard() const;

  Method method_;
};

}  // namespace credit_risk
