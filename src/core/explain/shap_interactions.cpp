#include "core/explain/shap_interactions.hpp"

#include <string>

#include "core/error.hpp"

namespace credit_risk {
namespace {

const Model& with_few_features(const Model& model) {
  if (model.features.size() <= kMaxInteractionFeatures) return model;
  throw Error(ErrorKind::kLimit, "model has too many features for interactions",
              "There are " + std::to_string(model.features.size()) + "; at most " +
                  std::to_string(kMaxInteractionFeatures) + " are possible.",
              "Ask for SHAP values without interactions.");
}

}  // namespace

ShapInteractions::ShapInteractions(const Model& model, const StopFlag& stop)
    : trees_(with_few_features(model), stop) {}

double ShapInteractions::explain(const double* row, double* matrix, Scratch& scratch,
                                 const StopFlag& stop) const {
  return trees_.explain(row, matrix, scratch.trees, stop);
}

}  // namespace credit_risk
