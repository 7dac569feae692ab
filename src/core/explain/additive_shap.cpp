#include "core/explain/additive_shap.hpp"

#include <cmath>
#include <utility>

#include "core/error.hpp"
#include "core/explain/additivity.hpp"
#include "core/model/predict/predict.hpp"

namespace credit_risk {
namespace {

std::vector<double> training_means(const Model& model) {
  std::vector<double> means(model.features.size(), 0.0);
  for (const Term& term : model.terms) {
    if (term.mean) {
      means[term.feature] = *term.mean;
      continue;
    }
    throw Error(ErrorKind::kInvalidInput, "model has no means",
                "Exact SHAP values need the mean of each term over the training rows; that of "
                "feature \"" +
                    model.features[term.feature].name + "\" is not known.",
                "Train the model here, import it with the means of its terms, or explain it "
                "against a background.");
  }
  return means;
}

std::vector<double> background_means(const TermTable& terms, const double* background,
                                     std::size_t count) {
  if (count == 0) throw Error(ErrorKind::kInvalidInput, "background has no rows");
  const std::size_t features = terms.feature_count();
  std::vector<double> means(features, 0.0), parts(features);
  for (std::size_t r = 0; r < count; ++r) {
    terms.sum(background + r * features, parts.data());
    for (std::size_t f = 0; f < features; ++f) means[f] += parts[f];
  }
  for (double& mean : means) mean /= static_cast<double>(count);
  return means;
}

}  // namespace

AdditiveShap::AdditiveShap(const Model& model) : AdditiveShap(model, training_means(model)) {}

AdditiveShap::AdditiveShap(const Model& model, const double* background, std::size_t count)
    : AdditiveShap(model, background_means(TermTable(model), background, count)) {}

AdditiveShap::AdditiveShap(const Model& model, std::vector<double> means)
    : terms_(model),
      points_(model.points),
      means_(std::move(means)),
      model_base_value_(model.base_value) {
  double sum = 0;
  reach_ = std::fabs(model_base_value_) + (points_ ? std::fabs(points_->offset) : 0);
  for (const double mean : means_) {
    sum += mean;
    reach_ += std::fabs(mean);
  }
  base_total_ = model_base_value_ + sum;
}

double AdditiveShap::margin_of(double total) const noexcept {
  return points_ ? margin_of_points(*points_, total) : total;
}

double AdditiveShap::total_of(const double* row, double* phi) const {
  const double total = model_base_value_ + terms_.sum(row, phi);
  for (std::size_t f = 0; f < feature_count(); ++f) phi[f] -= means_[f];
  return total;
}

double AdditiveShap::explain(const double* row, double* phi) const {
  const double margin = margin_of(total_of(row, phi));
  const double unit = points_ ? points_->factor : 1.0;
  double reach = reach_ / unit;
  for (std::size_t f = 0; f < feature_count(); ++f) {
    if (points_) phi[f] = -phi[f] / unit;
    reach += std::fabs(phi[f]);
  }
  check_additivity(base_value(), phi, feature_count(), margin, reach);
  return margin;
}

double AdditiveShap::explain_points(const double* row, double* phi) const {
  const double total = total_of(row, phi);
  double reach = reach_;
  for (std::size_t f = 0; f < feature_count(); ++f) reach += std::fabs(phi[f]);
  check_additivity(base_total_, phi, feature_count(), total, reach);
  return total;
}

std::size_t AdditiveShap::byte_size() const noexcept {
  return sizeof *this + terms_.byte_size() + means_.size() * sizeof(double);
}

}  // namespace credit_risk
