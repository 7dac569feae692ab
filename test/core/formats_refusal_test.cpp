// What the importers refuse, and that they say where; the traps of each format.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "core/explain/trees/tree_shap.hpp"
#include "core/model/predict/predict.hpp"
#include "core/random.hpp"
#include "formats_fixture.hpp"

namespace credit_risk {
namespace {

std::string complaint(const std::string& format, const std::string& content,
                      const ImportOptions& options = {}) {
  try {
    import_foreign_model(format, content, options);
  } catch (const Error& error) {
    return std::string(error.what()) + " | " + error.detail() + " | " + error.hint();
  }
  return "accepted";
}

void expect_complaint(const std::string& format, const std::string& content,
                      const std::string& part, const ImportOptions& options = {}) {
  const std::string text = complaint(format, content, options);
  EXPECT_NE(text.find(part), std::string::npos) << text;
}

// `content` with the first `from` replaced.
std::string with(std::string content, const std::string& from, const std::string& to) {
  const std::size_t at = content.find(from);
  if (at == content.npos) throw std::runtime_error("fixture has no " + from);
  return content.replace(at, from.size(), to);
}

TEST(FormatsRefusal, NamesTheFormatsThatExist) {
  expect_complaint("h2o", "{}", "model format \"h2o\" does not exist");
  expect_complaint("h2o", "{}", "xgboost, lightgbm, catboost, onnx, pmml, credit_risk.model.v1");
}

TEST(FormatsRefusal, SaysWhyAModelCannotBeCarriedOver) {
  expect_complaint("xgboost", test::read_fixture("xgboost3_several_classes.json"),
                   "It has more than one class output.");
  expect_complaint("lightgbm", test::read_fixture("lightgbm_several_classes.txt"),
                   "It has more than one class output.");
  expect_complaint("lightgbm", test::read_fixture("lightgbm_linear.txt"),
                   "Its leaves hold linear models.");
  expect_complaint("catboost", test::read_fixture("catboost_counters.json"),
                   "It splits on \"OnlineCtr\"");
  expect_complaint("xgboost", test::read_fixture("xgboost1_binary.deprecated"),
                   "The old binary format");
  expect_complaint("catboost", "CBM1....", "CatBoost's binary form");
  expect_complaint("xgboost", test::read_fixture("xgboost1_codes.json"),
                   "It does not name the categories of feature");
  const std::string xgboost = test::read_fixture("xgboost3_numbers.json");
  expect_complaint("xgboost", with(xgboost, "binary:logistic", "count:poisson"),
                   "Its objective \"count:poisson\" does not give a probability.");
  expect_complaint("xgboost", with(xgboost, "\"gbtree\"", "\"gblinear\""), "has no trees");
  expect_complaint("xgboost", with(xgboost, "\"[3E-1]\"", "\"[3E-1,2E-1]\""),
                   "more than one base score");
  expect_complaint("xgboost",
                   with(xgboost, "\"size_leaf_vector\":\"1\"", "\"size_leaf_vector\":\"3\""),
                   "Its leaves hold more than one value.");
  const std::string lightgbm = test::read_fixture("lightgbm_nan.txt");
  expect_complaint("lightgbm", with(lightgbm, "objective=binary", "objective=poisson"),
                   "Its objective \"poisson\" does not give a probability.");
  expect_complaint("lightgbm", with(lightgbm, "objective=binary sigmoid:1\n", ""),
                   "It does not say its objective.");
  const std::string catboost = test::read_fixture("catboost_numbers.json");
  expect_complaint("catboost", with(catboost, "Logloss", "RMSE"),
                   "Its loss function \"RMSE\" does not give a probability.");
  expect_complaint("catboost",
                   with(test::read_fixture("catboost_onehot.json"), "cat_features_hash", "x"),
                   "but not their names");
}

TEST(FormatsRefusal, SaysWhereAFileIsBroken) {
  const std::string xgboost = test::read_fixture("xgboost3_numbers.json");
  expect_complaint("xgboost", "{\"", "At byte 3: the text is not JSON.");
  expect_complaint("xgboost", with(xgboost, "\"left_children\":[1,", "\"left_children\":[99999,"),
                   "At $.learner.gradient_booster.model.trees[0].left_children[0]: a whole number");
  expect_complaint("xgboost", with(xgboost, "\"left_children\":[1,", "\"left_children\":[0,"),
                   "trees[0], node 0: two nodes lead here");
  expect_complaint("xgboost", with(xgboost, "\"split_indices\":[", "\"split_indices\":[0,"),
                   "split_indices: an array of ");
  const std::string lightgbm = test::read_fixture("lightgbm_nan.txt");
  expect_complaint("lightgbm", with(lightgbm, "leaf_value=", "leaf_value=x"),
                   "At line 21, leaf_value: a number is expected.");
  expect_complaint("lightgbm", with(lightgbm, "left_child=1 ", "left_child=0 "),
                   "At tree 5, node 0: two nodes lead here.");
  expect_complaint("lightgbm", lightgbm.substr(0, lightgbm.find("end of trees")),
                   "the file ends before \"end of trees\"");
  expect_complaint("catboost",
                   with(test::read_fixture("catboost_numbers.json"), "\"leaf_values\": [",
                        "\"leaf_values\": [1, "),
                   "$.oblivious_trees[0].leaf_values: one value for each leaf is expected");
}

TEST(FormatsRefusal, LightgbmCategoriesKeepAllDigits) {
  const Model model = import_foreign_model(
      "lightgbm",
      with(test::read_fixture("lightgbm_frame.txt"), "[[\"IN\"]", "[[9007199254740993]"), {});
  EXPECT_EQ(model.features[0].categories, (std::vector<std::string>{"9007199254740993"}));
}

// Without a split and a list of categories, nothing says what they would be.
TEST(FormatsRefusal, LightgbmFeatureThatIsOnlyDeclaredACategoryStaysANumber) {
  const std::string content = with(test::read_fixture("lightgbm_nan.txt"), "end of trees\n",
                                   "end of trees\n\n[categorical_feature: 3]\n");
  const Model model = import_foreign_model("lightgbm", content, {});
  EXPECT_EQ(model.features[3].name, "constant");
  EXPECT_EQ(model.features[3].kind, FeatureKind::kNumeric);
}

// A parsed file takes a multiple of its size.
TEST(FormatsRefusal, WhatWouldTakeTooMuchMemoryIsNotRead) {
  std::string objects = "{\"learner\": [";
  while (objects.size() < std::size_t{90} << 20) objects += "{},{},{},{},";
  expect_complaint("xgboost", objects + "{}]}", "model file takes too much memory");
  std::string numbers("{i\x07learner[$U#l", 15);
  const std::uint32_t count = 100000000;
  for (int shift = 24; shift >= 0; shift -= 8) numbers += static_cast<char>(count >> shift);
  expect_complaint("xgboost", numbers + std::string(count, '\x01') + "}",
                   "model file takes too much memory");
}

TEST(FormatsRefusal, OptionsMustFitTheModel) {
  const std::string xgboost = test::read_fixture("xgboost3_numbers.json");
  ImportOptions options;
  options.tree_limit = 9;
  expect_complaint("xgboost", xgboost, "model has fewer trees than n_trees", options);
  options.tree_limit = 0;
  options.features.resize(2);
  expect_complaint("xgboost", xgboost, "The model has 5 features, the argument names 2.", options);
  options.features.assign(3, {});
  options.features[2].categories = {"r0"};
  options.features[1].categories = {"car", "home", "other", "x", "y"};
  expect_complaint("xgboost", test::read_fixture("xgboost3_categories.json"),
                   "feature \"region\" has too few categories", options);
  expect_complaint("xgboost", test::read_fixture("xgboost3_categories.json"),
                   "its version cuts letters beyond ASCII");
  const std::string hidden = "cannot be given these categories";
  options.features.assign(5, {});
  options.features[0].categories = {"low", "high"};
  expect_complaint("xgboost", xgboost, "It is a number in the model.", options);
  options.features.assign(2, {});
  options.features[1].categories = {"car", "home"};
  expect_complaint("catboost", test::read_fixture("catboost_onehot.json"), hidden, options);
  options.features.assign(5, {});
  expect_complaint("credit_risk.model.v1", test::read_fixture("sklearn_tree.json"),
                   "takes no options", options);
}

// ---- Traps ----

TEST(FormatsTrap, NamesAndTreesCanBeChosen) {
  ImportOptions options;
  options.features = {{"a", {}}, {"b", {}}, {"", {}}, {"d", {}}, {"e", {}}};
  options.tree_limit = 3;
  const Model model = test::import_fixture("xgboost3_numbers.json", options);
  EXPECT_EQ(model.trees.tree_count(), 3u);
  EXPECT_EQ(model.features[0].name, "a");
  EXPECT_EQ(model.features[2].name, "late_payments");
}

TEST(FormatsTrap, XgboostInfiniteConditions) {
  const std::string json = R"({"version":[2,1,0],"learner":{"attributes":{},
    "feature_names":[],"feature_types":[],"learner_model_param":{"base_score":"5E-1",
    "num_class":"0","num_feature":"1"},"objective":{"name":"binary:logistic"},
    "gradient_booster":{"name":"gbtree","model":{"gbtree_model_param":{"num_trees":"1"},
    "trees":[{"left_children":[1,-1,3,-1,-1],"right_children":[2,-1,4,-1,-1],
    "split_indices":[0,0,0,0,0],"default_left":[1,0,0,0,0],
    "split_conditions":[-Infinity,1.0,Infinity,2.0,4.0],"sum_hessian":[9,1,8,5,3]}]}}}})";
  const Model model = import_foreign_model("xgboost", json, {});
  const Predictor predictor(model);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double x : {0.0, -1e30, 1e30}) EXPECT_EQ(predictor.margin(&x), 2.0) << x;
  EXPECT_EQ(predictor.margin(&nan), 1.0);
}

// A LightGBM tree that is a chain of `leaves` - 1 splits: x <= i goes to leaf i.
std::string lightgbm_chain(int leaves) {
  std::string feature, threshold, decision, left, right, value, count;
  for (int i = 0; i < leaves; ++i) {
    value += std::to_string(i) + " ";
    count += "1 ";
    if (i == leaves - 1) break;
    feature += "0 ";
    threshold += std::to_string(i) + " ";
    decision += "2 ";
    left += std::to_string(~i) + " ";
    right += std::to_string(i == leaves - 2 ? ~(leaves - 1) : i + 1) + " ";
  }
  return "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nmax_feature_idx=0\n"
         "objective=binary sigmoid:1\nfeature_names=x\nfeature_infos=[0:1]\n\nTree=0\nnum_leaves=" +
         std::to_string(leaves) + "\nnum_cat=0\nsplit_feature=" + feature +
         "\nthreshold=" + threshold + "\ndecision_type=" + decision + "\nleft_child=" + left +
         "\nright_child=" + right + "\nleaf_value=" + value + "\nleaf_count=" + count +
         "\nis_linear=0\nshrinkage=1\n\n\nend of trees\n";
}

TEST(FormatsTrap, MoreThan32767NodesInATree) {
  const Model model = import_foreign_model("lightgbm", lightgbm_chain(40000), {});
  EXPECT_EQ(model.trees.node_count(), 79999u);
  const Predictor predictor(model);
  for (const double x : {0.0, 32767.0, 32768.5, 39000.0})
    EXPECT_EQ(predictor.margin(&x), std::ceil(x)) << x;
}

TEST(FormatsTrap, LightgbmScoresMissingAsZeroWhereTrainingHadNone) {
  const Model model = import_foreign_model("lightgbm", lightgbm_chain(5), {});
  const double nan = std::numeric_limits<double>::quiet_NaN(), tiny = -1e-36;
  EXPECT_EQ(Predictor(model).margin(&nan), 0.0);
  EXPECT_EQ(Predictor(model).margin(&tiny), 0.0);
}

// LightGBM rounds |x| <= 1e-35 to 0 before it compares.
TEST(FormatsTrap, LightgbmThresholdsNextToZero) {
  const std::string chain = lightgbm_chain(2);
  const auto margin = [&](const std::string& threshold, double x) {
    const Model model =
        import_foreign_model("lightgbm", with(chain, "threshold=0", "threshold=" + threshold), {});
    return Predictor(model).margin(&x);
  };
  EXPECT_EQ(margin("1e-36", 5e-36), 0.0);    // 0 <= 1e-36
  EXPECT_EQ(margin("-1e-36", -5e-36), 1.0);  // 0 > -1e-36
  EXPECT_EQ(margin("-1e-36", -2e-35), 0.0);
  EXPECT_EQ(margin("1e-36", 2e-35), 1.0);
}

// ---- Hostile files ----

class FormatsHostile : public testing::TestWithParam<const char*> {};

std::string mutate(std::string content, Random& random) {
  const int changes = 1 + static_cast<int>(random.below(4));
  for (int i = 0; i < changes && !content.empty(); ++i) {
    const std::size_t at = random.below(static_cast<std::uint32_t>(content.size()));
    switch (random.below(5)) {
      case 0:
        content[at] = static_cast<char>(random.below(256));
        break;
      case 1:
        content[at] = "0123456789-,.[]{}\": e\n"[random.below(22)];
        break;
      case 2:
        content.erase(at, 1 + random.below(8));
        break;
      case 3:
        content.insert(at, content.substr(random.below(static_cast<std::uint32_t>(content.size())),
                                          1 + random.below(12)));
        break;
      default:
        content.resize(at);
    }
  }
  return content;
}

// Whatever is accepted has been validated and scores.
TEST_P(FormatsHostile, SurvivesMutations) {
  const std::string file = GetParam(), content = test::read_fixture(file);
  constexpr int kRounds = 40000;
  Random random(20260101, 7);
  int accepted = 0;
  for (int i = 0; i < kRounds; ++i) {
    try {
      const Model model =
          import_foreign_model(test::format_of(file), mutate(content, random), ImportOptions());
      const std::vector<double> row(model.features.size(), 0.0);
      std::vector<double> codes = row;
      for (std::size_t f = 0; f < codes.size(); ++f)
        codes[f] = model.features[f].categories.empty() ? kUnrecognized : 0;
      EXPECT_FALSE(std::isnan(Predictor(model).margin(codes.data())));
      ++accepted;
    } catch (const Error&) {
    }
  }
  EXPECT_GT(accepted, kRounds / 200);
  EXPECT_LT(accepted, kRounds);
}

INSTANTIATE_TEST_SUITE_P(All, FormatsHostile,
                         testing::Values("xgboost3_tiny.json", "xgboost3_tiny.ubj",
                                         "lightgbm_tiny.txt", "lightgbm_tiny.json",
                                         "catboost_tiny.json", "catboost_tiny_nested.json",
                                         "onnx_modes.onnx", "onnx_tree_ensemble.onnx",
                                         "pmml_missing_default.pmml", "pmml_compound_none.pmml",
                                         "pmml_scorecard_chain.pmml"),
                         [](const auto& info) {
                           std::string name = info.param;
                           for (char& c : name) c = c == '.' ? '_' : c;
                           return name;
                         });

TEST(FormatsHostile, CountsAndNestingOfUbjsonAreChecked) {
  expect_complaint("xgboost", std::string("{i\x01[[$d#L\x7f\xff\xff\xff\xff\xff\xff\xff", 17),
                   "a count is larger than the content");
  expect_complaint("xgboost", std::string("{i\x01") + "a" + std::string(100000, '['),
                   "values are nested deeper than in any model");
  expect_complaint("xgboost", std::string("{i\x01") + "a[$Z#l\x7f\xff\xff\xff}",
                   "an array of such elements is not expected");
}

TEST(FormatsHostile, DeepNestingOfJsonIsHarmless) {
  const std::string open = "{\"a\":";
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += open;
  EXPECT_NE(complaint("catboost", deep), "accepted");
  EXPECT_NE(complaint("xgboost", "{\"a\":" + std::string(1000000, '[')), "accepted");
}

TEST(FormatsHostile, SizeIsCappedBeforeParsing) {
  const std::string large(kMaxForeignBytes + 1, ' ');
  expect_complaint("xgboost", large, "model file is too large");
}

}  // namespace
}  // namespace credit_risk
