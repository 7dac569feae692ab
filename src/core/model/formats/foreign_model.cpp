#include "core/model/formats/foreign_model.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "core/error.hpp"
#include "core/model/formats/catboost.hpp"
#include "core/model/formats/lightgbm/lightgbm.hpp"
#include "core/model/formats/onnx/onnx.hpp"
#include "core/model/formats/pmml/pmml.hpp"
#include "core/model/formats/xgboost.hpp"
#include "core/model/json/json_form.hpp"
#include "core/model/validate.hpp"

namespace credit_risk {
namespace {

void check_size(std::string_view content) {
  if (content.empty()) {
    throw Error(
        ErrorKind::kBadModel, "model file is empty", {},
        "Pass the bytes of the file; pg_read_binary_file reads one of the server's machine.");
  }
  if (content.size() <= kMaxForeignBytes) return;
  throw Error(ErrorKind::kLimit, "model file is too large",
              "It has " + std::to_string(content.size()) + " bytes; at most " +
                  std::to_string(kMaxForeignBytes) + " are possible.",
              "Train fewer or smaller trees.");
}

Model own_model(std::string_view content, const ImportOptions& options) {
  if (options.tree_limit != 0 || !options.features.empty()) {
    throw Error(ErrorKind::kInvalidInput,
                "a model in format \"credit_risk.model.v1\" takes no options",
                "It says all about its features and trees itself.",
                "Leave out features and n_trees, or change the file.");
  }
  return from_json(content.data(), content.size());
}

bool is_used(const Model& model, std::size_t f) {
  const auto is_it = [&](std::int32_t feature) { return feature == static_cast<std::int32_t>(f); };
  const auto is_of_it = [&](const Term& term) { return is_it(term.feature); };
  return std::any_of(model.trees.feature.begin(), model.trees.feature.end(), is_it) ||
         std::any_of(model.terms.begin(), model.terms.end(), is_of_it);
}

// What the caller says of a feature's categories must hold the model's. A feature that no tree
// tests becomes what the caller says.
void settle_categories(Feature& feature, const std::vector<std::string>& told, bool used) {
  if (feature.kind == FeatureKind::kNumeric && !used) {
    feature.kind = FeatureKind::kCategorical;
    feature.zero_is_missing = false;
    feature.categories = told;
  }
  const std::unordered_set<std::string> known(told.begin(), told.end());
  const auto is_known = [&](const std::string& category) { return known.count(category) != 0; };
  const bool numeric = feature.kind == FeatureKind::kNumeric;
  if (!numeric && std::all_of(feature.categories.begin(), feature.categories.end(), is_known))
    return;
  throw Error(
      ErrorKind::kInvalidInput, "feature \"" + feature.name + "\" cannot be given these categories",
      numeric ? "It is a number in the model." : "The file names its categories itself, otherwise.",
      "Leave its categories out of features.");
}

void settle_categories(const ImportOptions& options, Model& model) {
  for (std::size_t f = 0; f < options.features.size(); ++f) {
    const std::vector<std::string>& told = options.features[f].categories;
    if (!told.empty()) settle_categories(model.features[f], told, is_used(model, f));
  }
}

using Reader = Model (*)(std::string_view, const ImportOptions&);

Reader reader_of(std::string_view format) {
  constexpr std::pair<std::string_view, Reader> kReaders[] = {
      {"xgboost", import_xgboost},   {"lightgbm", import_lightgbm},
      {"catboost", import_catboost}, {"onnx", import_onnx},
      {"pmml", import_pmml},         {"credit_risk.model.v1", own_model}};
  for (const auto& [name, reader] : kReaders)
    if (name == format) return reader;
  throw Error(ErrorKind::kUndefined, "model format \"" + std::string(format) + "\" does not exist",
              "Supported: xgboost, lightgbm, catboost, onnx, pmml, credit_risk.model.v1.",
              "Write a scikit-learn model with python/credit_risk_export.py, as "
              "credit_risk.model.v1.");
}

}  // namespace

Model import_foreign_model(std::string_view format, std::string_view content,
                           const ImportOptions& options) {
  const Reader read = reader_of(format);
  check_size(content);
  Model model = read(content, options);
  settle_categories(options, model);
  validate(model);
  return model;
}

}  // namespace credit_risk
