// SHAP interaction values of any model: the SHAP values of its features, split up between pairs of
// features. For trees by tree_interactions.hpp, which tells the definition; terms do not interact,
// so that the matrix has their SHAP values on its diagonal.
#pragma once
#include <cstddef>
#include <variant>
#include <vector>

#include "core/explain/additive_shap.hpp"
#include "core/explain/trees/tree_interactions.hpp"
#include "core/model/model.hpp"
#include "core/stop_flag.hpp"

namespace credit_risk {

// The result is a matrix: with 1,000 features 8 MB for each row.
inline constexpr std::size_t kMaxInteractionFeatures = 1000;

class ShapInteractions {
 public:
  // What explain() works in; serves any number of rows and models, one at a time.
  class Scratch {
    friend class ShapInteractions;
    TreeInteractions::Scratch trees;
    std::vector<double> phi;
  };

  // Of a validated model. Throws kInvalidInput where it is not explainable, kLimit beyond
  // kMaxInteractionFeatures or where its trees would take more than kMaxInteractionBytes.
  explicit ShapInteractions(const Model& model, const StopFlag& stop = {});

  // The margin's mean over the training rows.
  double base_value() const noexcept;

  // Writes feature_count() rows of as many values to `matrix`, and returns the row's margin:
  // Predictor::margin to the bit, but for models with float32_sum, of which it is the exact sum.
  // The matrix is symmetric; each of its rows adds up to the SHAP value of its feature, all of it
  // and base_value() to the margin. A sum that is off by more than 1e-10 relative throws
  // std::logic_error. Refuses the rows that Predictor refuses.
  double explain(const double* row, double* matrix, Scratch& scratch,
                 const StopFlag& stop = {}) const;

  std::size_t feature_count() const noexcept;
  std::size_t byte_size() const noexcept;

 private:
  using Method = std::variant<TreeInteractions, AdditiveShap>;
  static Method method_of(const Model& model, const StopFlag& stop);

  Method method_;
};

}  // namespace credit_risk
