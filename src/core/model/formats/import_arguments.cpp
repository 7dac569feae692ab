#include "core/model/formats/import_arguments.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "core/json.hpp"
#include "core/model/category_text.hpp"
#include "core/model/formats/json_node.hpp"
#include "core/model/predict/predict.hpp"

namespace credit_risk {
namespace {

using nlohmann::json;

// How far a probability may be off: by a share of it, or by what a library loses that takes it from
// 1 minus that of the other class, or computes the logistic function in float32 by a polynomial.
struct Tolerance {
  double relative, absolute;

  bool allows(double expected, double actual) const {
    return std::fabs(actual - expected) <= std::max(relative * std::fabs(expected), absolute);
  }
};

// XGBoost and ONNX Runtime give probabilities in float32.
Tolerance tolerance_of(const Model& model) {
  if (model.algorithm == "onnx") return {1e-6, 1e-6};
  if (model.float32_sum) return {1e-6, 1e-30};
  return {1e-9, 1e-15};
}

constexpr char kRowsHint[] =
    "Pass [{\"features\": {\"income\": 1200, ...}, \"probability\": 0.21}, ...]: rows with the "
    "library's own probabilities.";
constexpr char kFeaturesHint[] =
    "Pass a name, or {\"name\": ..., \"categories\": [...]}, for each column of the training data.";

[[noreturn]] void refuse(const std::string& message, const std::string& detail, const char* hint) {
  throw Error(ErrorKind::kInvalidInput, message, detail, hint);
}

// null counts as empty: the argument was left out.
json parse_array(const char* argument, std::string_view text, const char* hint) {
  const json value = json::parse(text.begin(), text.end(), nullptr, false);
  if (value.is_null()) return json::array();
  if (!value.is_array()) refuse(std::string(argument) + " must be a JSON array", {}, hint);
  if (value.empty()) {
    refuse(std::string(argument) + " is empty",
           "An empty array says nothing: leave the argument out.", hint);
  }
  return value;
}

// A category as the database writes it.
std::string text_of(const json& category) {
  if (category.is_number_integer()) return category.dump();
  if (category.is_number()) return category_text(category.get<double>());
  if (category.is_boolean())
    return std::string((category.get<bool>() ? kTrueSpellings : kFalseSpellings)[0]);
  return category.get<std::string>();
}

ForeignFeature feature_of(const json& value, std::size_t place) {
  ForeignFeature feature;
  const std::string where = "Entry " + std::to_string(place + 1);
  if (value.is_string()) feature.name = value.get<std::string>();
  if (value.is_string()) return feature;
  if (!value.is_object())
    refuse("features are not valid", where + " is no name and no object.", kFeaturesHint);
  if (value.contains("name") && value["name"].is_string())
    feature.name = value["name"].get<std::string>();
  if (!value.contains("categories") || value["categories"].is_null()) return feature;
  if (!value["categories"].is_array())
    refuse("features are not valid", where + " has categories that are no array.", kFeaturesHint);
  for (const json& category : value["categories"]) {
    if (category.is_null() || category.is_structured())
      refuse("features are not valid", where + " has a category that is no text.", kFeaturesHint);
    feature.categories.push_back(text_of(category));
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
      refuse(where_ + " is not valid", "An object with features and probability is expected.",
             kRowsHint);
    }
    const std::vector<double> row = row_of(entry["features"]);
    const double expected = entry["probability"].get<double>();
    const double actual = predictor_.probability(row.data());
    if (tolerance_of(model_).allows(expected, actual)) return;
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
                 std::to_string(model_.features.size()) + " features.",
             kRowsHint);
    }
    for (std::size_t f = 0; f < model_.features.size(); ++f) {
      const Feature& feature = model_.features[f];
      if (!features.is_array() && !features.contains(feature.name))
        refuse(where_ + " does not fit the model", "Feature \"" + feature.name + "\" is absent.",
               "Name the features as the model does: column features of credit_risk.model_version, "
               "or the argument features.");
      row.push_back(value_of(feature, features.is_array() ? features[f] : features[feature.name]));
    }
    return row;
  }

  double value_of(const Feature& feature, const json& value) const {
    if (value.is_null()) return std::numeric_limits<double>::quiet_NaN();
    if (feature.kind == FeatureKind::kCategorical) return code_of(feature, value);
    if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
    if (value == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (!value.is_number())
      refuse(where_ + " is not valid", "Feature \"" + feature.name + "\" is no number.", kRowsHint);
    return value.get<double>();
  }

  double code_of(const Feature& feature, const json& value) const {
    const auto code = [&](std::string_view text) {
      const auto& known = feature.categories;
      const auto found = std::find(known.begin(), known.end(), text);
      return found == known.end() ? kUnrecognized : static_cast<double>(found - known.begin());
    };
    if (value.is_boolean()) return truth_code(value.get<bool>(), kUnrecognized, code);
    if (value.is_number()) return number_code(text_of(value), kUnrecognized, code);
    if (!value.is_string()) {
      refuse(where_ + " is not valid", "Feature \"" + feature.name + "\" is no category.",
             kRowsHint);
    }
    return code(value.get_ref<const std::string&>());
  }

  const Model& model_;
  Predictor predictor_;
  std::string where_;
};

}  // namespace

std::vector<ForeignFeature> parse_features(std::string_view text) {
  const json values = parse_array("features", text, kFeaturesHint);
  std::vector<ForeignFeature> features;
  for (std::size_t f = 0; f < values.size(); ++f) features.push_back(feature_of(values[f], f));
  return features;
}

void check_rows(const Model& model, std::string_view text) {
  const json rows = parse_array("check_rows", text, kRowsHint);
  RowChecker checker(model);
  for (std::size_t r = 0; r < rows.size(); ++r) checker.check(rows[r], r);
}

}  // namespace credit_risk
