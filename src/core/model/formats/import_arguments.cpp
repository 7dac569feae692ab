#include "core/model/formats/import_arguments.hpp"

#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "core/json.hpp"
#include "core/model/formats/json_node.hpp"
#include "core/model/predict/predict.hpp"

namespace credit_risk {
namespace {

using nlohmann::json;

constexpr double kTolerance = 1e-9, kFloat32Tolerance = 1e-6;

// Whether what made the model gives its probabilities in float32, as ONNX Runtime always does.
bool gives_float32(const Model& model) { return model.float32_sum || model.algorithm == "onnx"; }

[[noreturn]] void refuse(const std::string& message, const std::string& detail) {
  throw Error(ErrorKind::kInvalidInput, message, detail);
}

json parse_array(const char* argument, std::string_view text) {
  const json value = json::parse(text.begin(), text.end(), nullptr, false);
  if (!value.is_array()) refuse(std::string(argument) + " is not a JSON array", {});
  return value;
}

ForeignFeature feature_of(const json& value, std::size_t place) {
  ForeignFeature feature;
  const std::string where = "Entry " + std::to_string(place + 1);
  if (value.is_string()) feature.name = value.get<std::string>();
  if (value.is_string()) return feature;
  if (!value.is_object()) refuse("features are not valid", where + " is no name and no object.");
  if (value.contains("name") && value["name"].is_string())
    feature.name = value["name"].get<std::string>();
  if (!value.contains("categories") || value["categories"].is_null()) return feature;
  if (!value["categories"].is_array())
    refuse("features are not valid", where + " has categories that are no array.");
  for (const json& category : value["categories"]) {
    if (!category.is_string())
      refuse("features are not valid", where + " has a category that is no text.");
    feature.categories.push_back(category.get<std::string>());
  }
  return feature;
}

class RowChecker {
 public:
  explicit RowChecker(const Model& model) : model_(model), predictor_(model) {}

  void check(const json& entry, std::size_t place) {
    where_ = "check row " + std::to_string(place + 1);
    if (!entry.is_object() || !entry.contains("features") || !entry.contains("probability") ||
        !entry["probability"].is_number()) {
      refuse(where_ + " is not valid", "An object with features and probability is expected.");
    }
    const std::vector<double> row = row_of(entry["features"]);
    const double expected = entry["probability"].get<double>();
    const double actual = predictor_.probability(row.data());
    const double tolerance = gives_float32(model_) ? kFloat32Tolerance : kTolerance;
    if (std::fabs(actual - expected) <= tolerance) return;
    throw Error(ErrorKind::kBadModel, where_ + " gets another probability than from its library",
                "The library gave " + shortest_text(expected) + ", the imported model gives " +
                    shortest_text(actual) + ".",
                "Check the order of the features, the codes of categories and n_trees.");
  }

 private:
  std::vector<double> row_of(const json& features) const {
    std::vector<double> row;
    if (features.is_array() && features.size() != model_.features.size()) {
      refuse(where_ + " does not fit the model",
             "It has " + std::to_string(features.size()) + " values, the model " +
                 std::to_string(model_.features.size()) + " features.");
    }
    for (std::size_t f = 0; f < model_.features.size(); ++f) {
      const Feature& feature = model_.features[f];
      if (!features.is_array() && !features.contains(feature.name))
        refuse(where_ + " does not fit the model", "Feature \"" + feature.name + "\" is absent.");
      row.push_back(value_of(feature, features.is_array() ? features[f] : features[feature.name]));
    }
    return row;
  }

  double value_of(const Feature& feature, const json& value) const {
    if (value.is_null()) return std::numeric_limits<double>::quiet_NaN();
    if (feature.kind == FeatureKind::kCategorical) return code_of(feature, value);
    if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
    if (!value.is_number())
      refuse(where_ + " is not valid", "Feature \"" + feature.name + "\" is no number.");
    return value.get<double>();
  }

  static double code_of(const Feature& feature, const json& value) {
    const std::string text = value.is_string()   ? value.get<std::string>()
                             : value.is_number() ? shortest_text(value.get<double>())
                                                 : value.dump();
    for (std::size_t k = 0; k < feature.categories.size(); ++k) {
      if (feature.categories[k] == text) return static_cast<double>(k);
    }
    return kUnrecognized;
  }

  const Model& model_;
  Predictor predictor_;
  std::string where_;
};

}  // namespace

std::vector<ForeignFeature> parse_features(std::string_view text) {
  const json values = parse_array("features", text);
  std::vector<ForeignFeature> features;
  for (std::size_t f = 0; f < values.size(); ++f) features.push_back(feature_of(values[f], f));
  return features;
}

void check_rows(const Model& model, std::string_view text) {
  const json rows = parse_array("check_rows", text);
  RowChecker checker(model);
  for (std::size_t r = 0; r < rows.size(); ++r) checker.check(rows[r], r);
}

}  // namespace credit_risk
