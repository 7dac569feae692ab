#include "core/model/formats/feature_names.hpp"

#include "core/error.hpp"

namespace credit_risk {

void apply_names(const ImportOptions& options, Model& model) {
  if (options.features.empty()) return;
  if (options.features.size() != model.features.size()) {
    throw Error(ErrorKind::kInvalidInput, "features do not fit the model",
                "The model has " + std::to_string(model.features.size()) +
                    " features, the argument names " + std::to_string(options.features.size()) +
                    ".",
                "Pass one for each column of the training data, in their order.");
  }
  for (std::size_t f = 0; f < model.features.size(); ++f) {
    if (!options.features[f].name.empty()) model.features[f].name = options.features[f].name;
  }
}

std::vector<std::string> told_categories(const ImportOptions& options, std::size_t f) {
  return f < options.features.size() ? options.features[f].categories : std::vector<std::string>();
}

std::vector<std::string> numbered_categories(std::size_t count) {
  std::vector<std::string> result(count);
  for (std::size_t k = 0; k < count; ++k) result[k] = std::to_string(k);
  return result;
}

std::size_t limited_trees(const ImportOptions& options, std::size_t trees) {
  if (options.tree_limit == 0) return trees;
  if (options.tree_limit > trees) {
    throw Error(ErrorKind::kInvalidInput, "model has fewer trees than n_trees",
                "It has " + std::to_string(trees) + ", n_trees is " +
                    std::to_string(options.tree_limit) + ".");
  }
  return options.tree_limit;
}

}  // namespace credit_risk
