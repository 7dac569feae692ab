// Reads test/data/formats: models as the libraries wrote them, and their own outputs.
#pragma once
#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "core/model/formats/foreign_model.hpp"
#include "core/model/model.hpp"

namespace credit_risk::test {

inline std::string read_fixture(const std::string& name) {
  std::ifstream file(std::string(CR_TEST_DATA) + "/formats/" + name, std::ios::binary);
  if (!file) throw std::runtime_error("no fixture " + name);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

// "xgboost1_codes.json" -> "xgboost"
inline std::string format_of(const std::string& file) {
  if (file.compare(0, 7, "sklearn") == 0) return "credit_risk.model.v1";
  for (const char* format : {"xgboost", "lightgbm", "catboost", "onnx", "pmml"}) {
    if (file.compare(0, std::string(format).size(), format) == 0) return format;
  }
  throw std::runtime_error("no format of " + file);
}

inline Model import_fixture(const std::string& file, const ImportOptions& options = {}) {
  return import_foreign_model(format_of(file), read_fixture(file), options);
}

struct Reference {
  std::vector<std::vector<double>> rows;
  std::vector<double> margin, probability;
  std::vector<std::vector<double>> shap;  // of the first rows; the base value last
};

// A category's text as its code in the model.
inline double code_of(const Feature& feature, const std::string& text) {
  for (std::size_t k = 0; k < feature.categories.size(); ++k) {
    if (feature.categories[k] == text) return static_cast<double>(k);
  }
  return kUnrecognized;
}

inline Reference read_reference(const std::string& name, const Model& model) {
  const nlohmann::json document = nlohmann::json::parse(read_fixture(name + ".rows.json"));
  Reference reference;
  for (const nlohmann::json& row : document.at("rows")) {
    std::vector<double> values;
    for (std::size_t f = 0; f < row.size(); ++f) {
      if (row[f].is_null())
        values.push_back(std::numeric_limits<double>::quiet_NaN());
      else if (row[f].is_string())
        values.push_back(code_of(model.features.at(f), row[f].get<std::string>()));
      else if (row[f].is_boolean())
        values.push_back(code_of(model.features.at(f), row[f].get<bool>() ? "true" : "false"));
      else
        values.push_back(row[f].get<double>());
    }
    reference.rows.push_back(values);
  }
  reference.margin = document.at("margin").get<std::vector<double>>();
  reference.probability = document.at("probability").get<std::vector<double>>();
  if (document.contains("shap"))
    reference.shap = document.at("shap").get<std::vector<std::vector<double>>>();
  return reference;
}

}  // namespace credit_risk::test
