#include "core/model/predict.hpp"

#include <cmath>

#include "core/error.hpp"
#include "core/model/logistic.hpp"

namespace credit_risk {
namespace {

[[noreturn]] void refuse(const Feature& feature, double x) {
  if (std::isinf(x)) {
    throw Error(ErrorKind::kInvalidInput, "feature \"" + feature.name + "\" is infinite",
                "A feature is a finite number, or null where it is missing.");
  }
  throw Error(ErrorKind::kInvalidInput,
              "feature \"" + feature.name + "\" is not the code of a category",
              "The value is " + std::to_string(x) + "; codes are the whole numbers from 0 to " +
                  std::to_string(static_cast<long>(feature.categories.size()) - 1) +
                  ", -1 stands for a category that the model does not know.");
}

bool is_code(const Feature& feature, double x) noexcept {
  return x == kUnrecognized || std::isnan(x) ||
         (x >= 0 && x < static_cast<double>(feature.categories.size()) && x == std::floor(x));
}

}  // namespace

void check_row(const std::vector<Feature>& features, const double* row) {
  for (std::size_t f = 0; f < features.size(); ++f) {
    if (std::isinf(row[f])) refuse(features[f], row[f]);
    if (features[f].kind == FeatureKind::kCategorical && !is_code(features[f], row[f]))
      refuse(features[f], row[f]);
  }
}

double probability_of_margin(Link link, double margin) noexcept {
  if (link == Link::kLogit) return logistic(margin);
  return margin < 0 ? 0.0 : margin > 1 ? 1.0 : margin;
}

Predictor::Predictor(const Model& model) : model_(model) {}

bool Predictor::goes_left(std::size_t node, double x) const noexcept {
  const TreeEnsemble& trees = model_.trees;
  if (std::isnan(x)) return (trees.flags[node] & TreeEnsemble::kMissingLeft) != 0;
  if (trees.category_begin[node] < 0) {
    return (model_.float32_inputs ? static_cast<double>(static_cast<float>(x)) : x) <=
           trees.threshold[node];
  }
  if (x < 0) return (trees.flags[node] & TreeEnsemble::kUnrecognizedLeft) != 0;
  const std::size_t code = static_cast<std::size_t>(x);
  return (trees.category_words[trees.category_begin[node] + code / 64] >> (code % 64) & 1) != 0;
}

double Predictor::margin(const double* row) const {
  check_row(model_.features, row);
  const TreeEnsemble& trees = model_.trees;
  double sum = 0;
  for (const std::int32_t root : trees.root) {
    std::int32_t node = root;
    while (trees.feature[node] != TreeEnsemble::kLeaf) {
      node = goes_left(node, row[trees.feature[node]]) ? trees.left[node] : trees.right[node];
    }
    sum += trees.value[node];
  }
  return model_.base_value + (model_.average ? sum / static_cast<double>(trees.tree_count()) : sum);
}

double Predictor::probability(const double* row) const {
  return probability_of_margin(model_.link, margin(row));
}

void Predictor::probabilities(const double* rows, std::size_t count, double* out) const {
  for (std::size_t r = 0; r < count; ++r) out[r] = probability(rows + r * feature_count());
}

std::size_t Predictor::byte_size() const noexcept {
  return sizeof *this + model_.trees.node_count() * 41 + model_.trees.category_words.size() * 8;
}

}  // namespace credit_risk
