// Forests of scikit-learn, XGBoost and LightGBM against what those libraries and shap say of them.
// Made by test/data/make_forest_fixture.py and make_interaction_fixture.py; every file holds its
// birth certificate.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <numeric>
#include <sstream>

#include "core/explain/shap_interactions.hpp"
#include "core/explain/trees/tree_shap.hpp"
#include "core/json.hpp"
#include "core/model/codec.hpp"
#include "core/model/json/json_form.hpp"
#include "core/model/predict/predict.hpp"

namespace credit_risk {
namespace {

using nlohmann::json;

class Golden {
 public:
  explicit Golden(const std::string& name) {
    std::ifstream file(std::string(CR_TEST_DATA) + "/" + name);
    EXPECT_TRUE(file.good()) << name;
    std::stringstream text;
    text << file.rdbuf();
    content_ = json::parse(text.str());
    const std::string form = content_["model"].dump();
    model = from_json(form.data(), form.size());
    for (const json& row : content_["rows"]) {
      rows.emplace_back();
      for (const json& value : row) {
        rows.back().push_back(value.is_null() ? std::numeric_limits<double>::quiet_NaN()
                                              : value.get<double>());
      }
    }
  }

  const json& operator[](const char* key) const { return content_.at(key); }

  Model model;
  std::vector<std::vector<double>> rows;

 private:
  json content_;
};

void expect_probabilities(const Golden& golden, double tolerance) {
  const Predictor predictor(golden.model);
  for (std::size_t r = 0; r < golden.rows.size(); ++r) {
    EXPECT_NEAR(predictor.probability(golden.rows[r].data()),
                golden["probability"][r].get<double>(), tolerance)
        << r;
  }
}

void expect_shap(const Golden& golden, double tolerance) {
  const TreeShap shap(golden.model);
  EXPECT_NEAR(shap.base_value(), golden["base_value"].get<double>(), tolerance);
  std::vector<double> phi(golden.model.features.size());
  for (std::size_t r = 0; r < golden.rows.size(); ++r) {
    shap.explain(golden.rows[r].data(), phi.data());
    for (std::size_t f = 0; f < phi.size(); ++f) {
      EXPECT_NEAR(phi[f], golden["shap"][r][f].get<double>(), tolerance)
          << "row " << r << ", feature " << f;
    }
  }
}

// Of some rows, in interactions_shap.json under the model's name.
void expect_interactions(const std::string& name, double tolerance) {
  const Golden golden(name);
  std::ifstream file(CR_TEST_DATA "/interactions_shap.json");
  const json expected = json::parse(file).at("interactions").at(name);
  const ShapInteractions shap(golden.model);
  ShapInteractions::Scratch scratch;
  const std::size_t n = golden.model.features.size();
  std::vector<double> matrix(n * n);
  for (std::size_t r = 0; r < expected.size(); ++r) {
    shap.explain(golden.rows[r].data(), matrix.data(), scratch);
    for (std::size_t i = 0; i < n * n; ++i) {
      EXPECT_NEAR(matrix[i], expected[r][i / n][i % n].get<double>(), tolerance)
          << "row " << r << ", features " << i / n << " and " << i % n;
    }
  }
}

// The rows include values beside thresholds, on one side as doubles and on the other as float32.
TEST(Golden, RandomForestOfScikitLearn) {
  const Golden golden("forest_sklearn.json");
  expect_probabilities(golden, 1e-14);
  expect_shap(golden, 1e-12);
}

TEST(Golden, Float32RoundingDecidesInTheFixture) {
  Golden golden("forest_sklearn.json");
  const Predictor rounded(golden.model);
  golden.model.float32_inputs = false;
  const Predictor exact(golden.model);
  int different = 0;
  for (const std::vector<double>& row : golden.rows)
    different += rounded.margin(row.data()) != exact.margin(row.data());
  EXPECT_GT(different, 3);
}

TEST(Golden, RandomForestOfScikitLearnWithMissingValues) {
  expect_probabilities(Golden("forest_sklearn_missing.json"), 1e-14);
}

TEST(Golden, BoostedTreesOfXgboost) {
  const Golden golden("boosted_xgboost.json");
  expect_shap(golden, 1e-12);
  const Predictor predictor(golden.model);
  for (std::size_t r = 0; r < golden.rows.size(); ++r) {  // XGBoost adds float32
    EXPECT_NEAR(predictor.margin(golden.rows[r].data()), golden["margin_float32"][r].get<double>(),
                2e-6)
        << r;
  }
}

TEST(Golden, BoostedTreesOfLightgbmWithCategories) {
  const Golden golden("boosted_lightgbm.json");
  EXPECT_FALSE(golden.model.trees.category_words.empty());
  expect_probabilities(golden, 1e-14);
  expect_shap(golden, 1e-12);
}

TEST(Golden, DeepTreeAddsUp) {
  const Golden golden("deep_sklearn.json");
  EXPECT_GE(golden["depth"].get<int>(), 75);
  expect_probabilities(golden, 1e-14);
  const TreeShap shap(golden.model);
  std::vector<double> phi(golden.model.features.size());
  for (const std::vector<double>& row : golden.rows) {
    const double margin = shap.explain(row.data(), phi.data());
    EXPECT_NEAR(std::accumulate(phi.begin(), phi.end(), shap.base_value()), margin, 1e-12);
  }
}

TEST(Golden, InteractionsOfARandomForest) { expect_interactions("forest_sklearn.json", 1e-12); }

TEST(Golden, InteractionsOfBoostedTreesWithMissingValues) {
  expect_interactions("boosted_xgboost.json", 1e-12);
}

TEST(Golden, EveryModelSurvivesBothForms) {
  for (const char* name : {"forest_sklearn.json", "forest_sklearn_missing.json",
                           "boosted_xgboost.json", "boosted_lightgbm.json", "deep_sklearn.json"}) {
    const Golden golden(name);
    const std::string content = encode(golden.model), text = to_json(golden.model);
    EXPECT_EQ(encode(decode(content.data(), content.size())), content) << name;
    EXPECT_EQ(encode(from_json(text.data(), text.size())), content) << name;
  }
}

}  // namespace
}  // namespace credit_risk
