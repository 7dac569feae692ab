#include "core/explain/explainer.hpp"

namespace credit_risk {

Explainer::Explainer(const Model& model) : method_(std::in_place_type<TreeShap>, model) {}

double Explainer::base_value() const noexcept {
  return std::visit([](const auto& method) { return method.base_value(); }, method_);
}

double Explainer::explain(const double* row, double* phi, Scratch& scratch) const {
  return std::get<TreeShap>(method_).explain(row, phi, scratch.trees);
}

void Explainer::explain(const double* rows, std::size_t count, double* phi, double* margins,
                        Scratch& scratch) const {
  const std::size_t features = feature_count();
  for (std::size_t r = 0; r < count; ++r)
    margins[r] = explain(rows + r * features, phi + r * features, scratch);
}

std::size_t Explainer::feature_count() const noexcept {
  return std::visit([](const auto& method) { return method.feature_count(); }, method_);
}

std::size_t Explainer::byte_size() const noexcept {
  return std::visit([](const auto& method) { return method.byte_size(); }, method_);
}

}  // namespace credit_risk
