#include "core/explain/shap_interactions.hpp"

#include <algorithm>
#include <string>

#include "core/error.hpp"
#include "core/explain/explainer.hpp"

namespace credit_risk {
namespace {

void check_feature_count(const Model& model) {
  if (model.features.size() <= kMaxInteractionFeatures) return;
  throw Error(ErrorKind::kLimit, "model has too many features for interactions",
              "There are " + std::to_string(model.features.size()) + "; at most " +
                  std::to_string(kMaxInteractionFeatures) + " are possible.",
              "Ask for SHAP values without interactions.");
}

}  // namespace

ShapInteractions::Method ShapInteractions::method_of(const Model& model, const StopFlag& stop) {
  check_feature_count(model);
  refuse_ensemble(model);
  if (model.terms.empty()) return Method(std::in_place_type<TreeInteractions>, model, stop);
  return Method(std::in_place_type<AdditiveShap>, model);
}

ShapInteractions::ShapInteractions(const Model& model, const StopFlag& stop)
    : method_(method_of(model, stop)) {}

double ShapInteractions::base_value() const noexcept {
  return std::visit([](const auto& method) { return method.base_value(); }, method_);
}

double ShapInteractions::explain(const double* row, double* matrix, Scratch& scratch,
                                 const StopFlag& stop) const {
  if (const auto* trees = std::get_if<TreeInteractions>(&method_))
    return trees->explain(row, matrix, scratch.trees, stop);
  const std::size_t n = feature_count();
  scratch.phi.resize(n);
  const double margin = std::get<AdditiveShap>(method_).explain(row, scratch.phi.data());
  std::fill_n(matrix, n * n, 0.0);
  for (std::size_t f = 0; f < n; ++f) matrix[f * n + f] = scratch.phi[f];
  return margin;
}

std::size_t ShapInteractions::feature_count() const noexcept {
  return std::visit([](const auto& method) { return method.feature_count(); }, method_);
}

std::size_t ShapInteractions::byte_size() const noexcept {
  return std::visit([](const auto& method) { return method.byte_size(); }, method_);
}

}  // namespace credit_risk
