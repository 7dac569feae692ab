#include "core/explain/explainer.hpp"

#include "core/error.hpp"

namespace credit_risk {

void refuse_ensemble(const Model& model) {
  if (model.members.empty()) return;
  throw Error(ErrorKind::kInvalidInput, "an ensemble cannot be explained",
              "SHAP values of its members do not add up to its probability.",
              "Explain one of the versions that it was made from.");
}

Explainer::Method Explainer::method_of(const Model& model) {
  refuse_ensemble(model);
  if (model.terms.empty()) return Method(std::in_place_type<TreeShap>, model);
  return Method(std::in_place_type<AdditiveShap>, model);
}

Explainer::Explainer(const Model& model) : method_(method_of(model)) {}

double Explainer::base_value() const noexcept {
  return std::visit([](const auto& method) { return method.base_value(); }, method_);
}

double Explainer::explain(const double* row, double* phi, Scratch& scratch) const {
  if (const auto* trees = std::get_if<TreeShap>(&method_))
    return trees->explain(row, phi, scratch.trees);
  return std::get<AdditiveShap>(method_).explain(row, phi);
}

void Explainer::explain(const double* rows, std::size_t count, double* phi, double* margins,
                        Scratch& scratch, const StopFlag& stop) const {
  if (const auto* trees = std::get_if<TreeShap>(&method_)) {
    trees->explain(rows, count, phi, margins, scratch.trees, stop);
    return;
  }
  constexpr std::size_t kRowsBetweenPolls = 1024;
  const std::size_t features = feature_count();
  for (std::size_t r = 0; r < count; ++r) {
    if (r % kRowsBetweenPolls == 0) stop.poll();
    margins[r] = explain(rows + r * features, phi + r * features, scratch);
  }
}

bool Explainer::has_points() const noexcept {
  const auto* terms = std::get_if<AdditiveShap>(&method_);
  return terms != nullptr && terms->has_points();
}

const AdditiveShap& Explainer::scorecard() const {
  if (has_points()) return std::get<AdditiveShap>(method_);
  throw Error(ErrorKind::kInvalidInput, "model has no points",
              "Only a scorecard has a scale of points.", "Explain it on the margin.");
}

double Explainer::base_points() const { return scorecard().base_points(); }

double Explainer::explain_points(const double* row, double* phi) const {
  return scorecard().explain_points(row, phi);
}

std::size_t Explainer::feature_count() const noexcept {
  return std::visit([](const auto& method) { return method.feature_count(); }, method_);
}

std::size_t Explainer::byte_size() const noexcept {
  return std::visit([](const auto& method) { return method.byte_size(); }, method_);
}

}  // namespace credit_risk
