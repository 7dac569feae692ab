// Imported models against what their own library says: test/data/formats, see BIRTH.md there.
#include <gtest/gtest.h>

#include <cmath>

#include "core/error.hpp"
#include "core/explain/explainer.hpp"
#include "core/model/codec.hpp"
#include "core/model/json/json_form.hpp"
#include "core/model/predict/predict.hpp"
#include "formats_fixture.hpp"

namespace credit_risk {
namespace {

using test::Reference;

// Relative to max(1, |expected|); 0 demands the same bits.
struct Case {
  const char* file;
  const char* rows;
  double margin;
  double probability;
  double shap;  // negative: the fixture has none
};

constexpr double kDouble = 1e-12, kFloat = 2e-6, kFloatLink = 1.2e-7;

// XGBoost's SHAP values are float32 sums of float32 shares, LightGBM's and shap's float64.
const Case kCases[] = {
    {"xgboost3_numbers.json", "xgboost3_numbers", 0, kFloatLink, kFloat},
    {"xgboost3_numbers.ubj", "xgboost3_numbers", 0, kFloatLink, kFloat},
    {"xgboost3_dart.json", "xgboost3_dart", 0, kFloatLink, kFloat},
    {"xgboost3_categories.json", "xgboost3_categories", 0, kFloatLink, kFloat},
    {"xgboost3_categories.ubj", "xgboost3_categories", 0, kFloatLink, kFloat},
    {"xgboost3_pruned.json", "xgboost3_pruned", 0, kFloatLink, kFloat},
    {"xgboost3_logitraw.json", "xgboost3_logitraw", 0, -1, kFloat},
    {"xgboost3_stopped.json", "xgboost3_stopped", 0, kFloatLink, -1},
    {"xgboost1_numbers.json", "xgboost1_numbers", 0, kFloatLink, kFloat},
    {"xgboost1_numbers.ubj", "xgboost1_numbers", 0, kFloatLink, kFloat},
    {"xgboost1_dart.json", "xgboost1_dart", 0, kFloatLink, kFloat},
    {"xgboost1_codes.json", "xgboost1_codes", 0, kFloatLink, kFloat},
    {"lightgbm_nan.txt", "lightgbm_nan", 0, kDouble, 1e-9},
    {"lightgbm_none.txt", "lightgbm_none", 0, kDouble, 1e-9},
    {"lightgbm_zero.txt", "lightgbm_zero", 0, kDouble, 1e-9},
    {"lightgbm_categories.txt", "lightgbm_categories", 0, kDouble, 1e-9},
    {"lightgbm_categories.json", "lightgbm_categories", 0, kDouble, 1e-9},
    {"lightgbm_frame.txt", "lightgbm_frame", 0, kDouble, 1e-9},
    {"lightgbm_frame.json", "lightgbm_frame", 0, kDouble, 1e-9},
    {"lightgbm_forest.txt", "lightgbm_forest", kDouble, kDouble, 1e-9},
    {"lightgbm_codes.txt", "lightgbm_codes", 0, kDouble, 1e-9},
    {"lightgbm_constant.txt", "lightgbm_constant", 0, kDouble, 1e-9},
    {"catboost_numbers.json", "catboost_numbers", kDouble, kDouble, 1e-9},
    {"catboost_nan_max.json", "catboost_nan_max", kDouble, kDouble, -1},
    {"catboost_onehot.json", "catboost_onehot", kDouble, kDouble, 1e-9},
    {"catboost_onehot_depthwise.json", "catboost_onehot_depthwise", kDouble, kDouble, -1},
    {"sklearn_tree.json", "sklearn_tree", kDouble, kDouble, 1e-9},
    {"sklearn_forest.json", "sklearn_forest", kDouble, kDouble, 1e-9},
    {"sklearn_extra_trees.json", "sklearn_extra_trees", kDouble, kDouble, 1e-9},
    {"sklearn_boosting.json", "sklearn_boosting", kDouble, kDouble, 1e-9},
    {"sklearn_exponential.json", "sklearn_exponential", kDouble, kDouble, -1},
    {"sklearn_hist.json", "sklearn_hist", kDouble, kDouble, 1e-9},
    {"sklearn_hist_categories.json", "sklearn_hist_categories", kDouble, kDouble, -1},
    {"sklearn_pipeline_forest.json", "sklearn_pipeline_forest", kDouble, kDouble, -1},
    {"sklearn_pipeline_logistic.json", "sklearn_pipeline_logistic", kDouble, kDouble, 1e-9},
};

// XGBoost 3.2 has cut the "é" of this column's names; those of "region" it has kept.
ImportOptions options_for(const std::string& file) {
  ImportOptions options;
  options.checked = file == "xgboost1_codes.json";  // which has no names
  if (file.compare(0, 19, "xgboost3_categories") != 0) return options;
  options.features.resize(3);
  options.features[1].categories = {"car", "home", "other", "small \"business\"", "école"};
  return options;
}

class FormatsParity : public testing::TestWithParam<Case> {};

double error_of(double actual, double expected) {
  return std::fabs(actual - expected) / std::fmax(1, std::fabs(expected));
}

TEST_P(FormatsParity, ScoresAsTheLibrary) {
  const Case c = GetParam();
  const Model model = test::import_fixture(c.file, options_for(c.file));
  const Reference reference = test::read_reference(c.rows, model);
  ASSERT_EQ(reference.rows.size(), 60u);
  const Predictor predictor(model);
  for (std::size_t r = 0; r < reference.rows.size(); ++r) {
    const double* row = reference.rows[r].data();
    EXPECT_LE(error_of(predictor.margin(row), reference.margin[r]), c.margin) << "row " << r;
    if (c.probability < 0) continue;
    EXPECT_LE(error_of(predictor.probability(row), reference.probability[r]), c.probability)
        << "row " << r;
  }
}

TEST_P(FormatsParity, ExplainsAsTheLibrary) {
  const Case c = GetParam();
  if (c.shap < 0) return;
  const Model model = test::import_fixture(c.file, options_for(c.file));
  const Reference reference = test::read_reference(c.rows, model);
  ASSERT_EQ(reference.shap.size(), 12u);
  const Explainer shap(model);
  Explainer::Scratch scratch;
  std::vector<double> phi(model.features.size());
  for (std::size_t r = 0; r < reference.shap.size(); ++r) {
    const std::vector<double>& expected = reference.shap[r];
    ASSERT_EQ(expected.size(), phi.size() + 1);
    shap.explain(reference.rows[r].data(), phi.data(), scratch);
    EXPECT_LE(error_of(shap.base_value(), expected.back()), c.shap);
    for (std::size_t f = 0; f < phi.size(); ++f)
      EXPECT_LE(error_of(phi[f], expected[f]), c.shap) << "row " << r << " feature " << f;
  }
}

TEST_P(FormatsParity, KeepsItsBytesThroughBothStoredForms) {
  const Model model = test::import_fixture(GetParam().file, options_for(GetParam().file));
  const std::string content = encode(model), json = to_json(model);
  EXPECT_TRUE(encode(decode(content.data(), content.size())) == content);
  EXPECT_TRUE(encode(from_json(json.data(), json.size())) == content);
}

INSTANTIATE_TEST_SUITE_P(All, FormatsParity, testing::ValuesIn(kCases), [](const auto& info) {
  std::string name = info.param.file;
  for (char& c : name) c = c == '.' ? '_' : c;
  return name;
});

TEST(FormatsParity, JsonAndUbjsonAreTheSameModel) {
  EXPECT_TRUE(encode(test::import_fixture("xgboost3_categories.json",
                                          options_for("xgboost3_categories.json"))) ==
              encode(test::import_fixture("xgboost3_categories.ubj",
                                          options_for("xgboost3_categories.ubj"))));
  EXPECT_TRUE(encode(test::import_fixture("xgboost1_numbers.json")) ==
              encode(test::import_fixture("xgboost1_numbers.ubj")));
}

TEST(FormatsParity, LightgbmTextAndDumpScoreAlike) {
  const Model text = test::import_fixture("lightgbm_categories.txt");
  const Model dump = test::import_fixture("lightgbm_categories.json");
  const Reference reference = test::read_reference("lightgbm_categories", text);
  for (const std::vector<double>& row : reference.rows)
    EXPECT_EQ(Predictor(text).margin(row.data()), Predictor(dump).margin(row.data()));
}

// XGBoost 3.2 keeps a base score from 0 and 1; these are its own margins. Older ones take what is
// between.
TEST(FormatsParity, XgboostKeepsTheBaseScoreFromItsEndsSince32) {
  const std::string now = test::read_fixture("xgboost3_numbers.json");
  const std::string before = test::read_fixture("xgboost1_numbers.json");
  const auto base = [](std::string content, const std::string& old, const std::string& score) {
    content.replace(content.find(old), old.size(), score);
    return import_foreign_model("xgboost", content, {}).base_value;
  };
  EXPECT_EQ(base(now, "[3E-1]", "[0E0]"), -13.815509796142578);
  EXPECT_EQ(base(now, "[3E-1]", "[1E-9]"), -13.815509796142578);
  EXPECT_EQ(base(now, "[3E-1]", "1E0"), 13.745160102844238);
  EXPECT_EQ(base(before, "\"3E-1\"", "\"1E-9\""), -20.72326660156250);
  EXPECT_THROW(base(before, "\"3E-1\"", "\"0E0\""), Error);
}

}  // namespace
}  // namespace credit_risk
