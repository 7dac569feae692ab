#include "core/explain/background/background_explainer.hpp"

#include "core/error.hpp"
#include "core/explain/explainer.hpp"

namespace credit_risk {

BackgroundExplainer::Method BackgroundExplainer::method_of(const Model& model,
                                                           const double* background,
                                                           std::size_t rows, const StopFlag& stop) {
  refuse_ensemble(model);
  if (model.terms.empty())
    return Method(std::in_place_type<InterventionalShap>, model, background, rows, stop);
  check_background_rows(rows);
  return Method(std::in_place_type<AdditiveShap>, model, background, rows);
}

BackgroundExplainer::BackgroundExplainer(const Model& model, const double* background,
                                         std::size_t rows, const StopFlag& stop)
    : method_(method_of(model, background, rows, stop)) {}

double BackgroundExplainer::base_value() const noexcept {
  return std::visit([](const auto& method) { return method.base_value(); }, method_);
}

double BackgroundExplainer::explain(const double* row, double* phi, Scratch& scratch,
                                    const StopFlag& stop) const {
  if (const auto* trees = std::get_if<InterventionalShap>(&method_))
    return trees->explain(row, phi, scratch.trees, stop);
  return std::get<AdditiveShap>(method_).explain(row, phi);
}

bool BackgroundExplainer::has_points() const noexcept {
  const auto* terms = std::get_if<AdditiveShap>(&method_);
  return terms != nullptr && terms->has_points();
}

const AdditiveShap& BackgroundExplainer::scorecard() const {
  if (has_points()) return std::get<AdditiveShap>(method_);
  throw Error(ErrorKind::kInvalidInput, "model has no points",
              "Only a scorecard has a scale of points.", "Explain it on the margin.");
}

double BackgroundExplainer::base_points() const { return scorecard().base_points(); }

double BackgroundExplainer::explain_points(const double* row, double* phi) const {
  return scorecard().explain_points(row, phi);
}

std::size_t BackgroundExplainer::feature_count() const noexcept {
  return std::visit([](const auto& method) { return method.feature_count(); }, method_);
}

std::size_t BackgroundExplainer::byte_size() const noexcept {
  return std::visit([](const auto& method) { return method.byte_size(); }, method_);
}

}  // namespace credit_risk
