// ONNX models against ONNX Runtime (test/data/formats, see BIRTH.md there), and what is refused.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "core/error.hpp"
#include "core/model/codec.hpp"
#include "core/model/json/json_form.hpp"
#include "core/model/predict/predict.hpp"
#include "core/model/validate.hpp"
#include "formats_fixture.hpp"

namespace credit_risk {
namespace {

using test::Reference;

// Relative to max(1, |expected|); 0 demands the same bits.
struct Case {
  const char* name;
  double margin;
  double probability;
  bool has_cover;
};

constexpr double kFloatLink = 1.8e-7;

const Case kCases[] = {
    {"onnx_sklearn_forest", 0, 0, false},
    {"onnx_sklearn_boosting", 0, kFloatLink, false},
    {"onnx_sklearn_pipeline", 0, 0, false},
    {"onnx_sklearn_regressor", 0, 0, false},
    {"onnx_xgboost", 0, kFloatLink, false},
    {"onnx_lightgbm", 0, kFloatLink, false},
    {"onnx_lightgbm_codes", 0, kFloatLink, false},
    {"onnx_catboost", 0, kFloatLink, false},
    {"onnx_modes", 0, kFloatLink, true},
    {"onnx_modes_double", kFloatLink, kFloatLink, true},  // its outputs are float32
    {"onnx_tree_ensemble", 0, kFloatLink, false},
};

class OnnxParity : public testing::TestWithParam<Case> {};

double error_of(double actual, double expected) {
  return std::fabs(actual - expected) / std::fmax(1, std::fabs(expected));
}

TEST_P(OnnxParity, ScoresAsOnnxRuntime) {
  const Case c = GetParam();
  const Model model = test::import_fixture(std::string(c.name) + ".onnx");
  const Reference reference = test::read_reference(c.name, model);
  ASSERT_EQ(reference.rows.size(), 60u);
  const Predictor predictor(model);
  for (std::size_t r = 0; r < reference.rows.size(); ++r) {
    const double* row = reference.rows[r].data();
    EXPECT_LE(error_of(predictor.margin(row), reference.margin[r]), c.margin) << "row " << r;
    EXPECT_LE(error_of(predictor.probability(row), reference.probability[r]), c.probability)
        << "row " << r;
  }
}

TEST_P(OnnxParity, KnowsCoverWhereHitRatesAddUp) {
  const Model model = test::import_fixture(std::string(GetParam().name) + ".onnx");
  EXPECT_EQ(has_cover(model), GetParam().has_cover);
}

TEST_P(OnnxParity, KeepsItsBytesThroughBothStoredForms) {
  const Model model = test::import_fixture(std::string(GetParam().name) + ".onnx");
  const std::string content = encode(model), json = to_json(model);
  EXPECT_TRUE(encode(decode(content.data(), content.size())) == content);
  EXPECT_TRUE(encode(from_json(json.data(), json.size())) == content);
}

INSTANTIATE_TEST_SUITE_P(All, OnnxParity, testing::ValuesIn(kCases),
                         [](const auto& info) { return std::string(info.param.name); });

// ---- Files made here ----

std::string varint(std::uint64_t value) {
  std::string result;
  for (; value >= 0x80; value >>= 7) result.push_back(static_cast<char>(value | 0x80));
  result.push_back(static_cast<char>(value));
  return result;
}

std::string field(unsigned number, std::uint64_t value) {
  return varint(number << 3) + varint(value);
}

std::string field(unsigned number, const std::string& bytes) {
  return varint(number << 3 | 2) + varint(bytes.size()) + bytes;
}

std::string attribute(const std::string& name, const std::vector<std::uint64_t>& values) {
  std::string result = field(1, name);
  for (const std::uint64_t value : values) result += field(8, value);
  return field(5, result);
}

std::string attribute(const std::string& name, const std::vector<float>& values) {
  std::string bytes(4 * values.size(), 0);
  std::memcpy(&bytes[0], values.data(), bytes.size());
  return field(5, field(1, name) + field(7, bytes));
}

std::string attribute(const std::string& name, const std::vector<std::string>& values) {
  std::string result = field(1, name);
  for (const std::string& value : values) result += field(9, value);
  return field(5, result);
}

std::string node(const std::string& operation, const std::string& from, const std::string& to,
                 const std::string& attributes = {}, const std::string& domain = "ai.onnx.ml") {
  return field(1, field(1, from) + field(2, to) + field(3, "the " + operation) +
                      field(4, operation) + attributes + field(7, domain));
}

// One split of column `column` at `threshold`: leaves 0.25 and 0.75 of a regressor.
std::string stump(const std::string& mode, float threshold, std::uint64_t column = 0,
                  std::uint64_t child = 1) {
  return node("TreeEnsembleRegressor", "x", "y",
              attribute("nodes_treeids", std::vector<std::uint64_t>{0, 0, 0}) +
                  attribute("nodes_nodeids", std::vector<std::uint64_t>{0, 1, 2}) +
                  attribute("nodes_featureids", std::vector<std::uint64_t>{column, 0, 0}) +
                  attribute("nodes_truenodeids", std::vector<std::uint64_t>{child, 0, 0}) +
                  attribute("nodes_falsenodeids", std::vector<std::uint64_t>{2, 0, 0}) +
                  attribute("nodes_modes", std::vector<std::string>{mode, "LEAF", "LEAF"}) +
                  attribute("nodes_values", std::vector<float>{threshold, 0, 0}) +
                  attribute("target_treeids", std::vector<std::uint64_t>{0, 0}) +
                  attribute("target_nodeids", std::vector<std::uint64_t>{1, 2}) +
                  attribute("target_ids", std::vector<std::uint64_t>{0, 0}) +
                  attribute("target_weights", std::vector<float>{0.25f, 0.75f}));
}

// Input "x" of `columns` columns (0: not said), output "y".
std::string file(const std::string& nodes, std::uint64_t columns = 2) {
  const std::string shape =
      field(1, field(2, "N")) + field(1, columns == 0 ? field(2, "K") : field(1, columns));
  const std::string type = field(1, field(1, 1) + field(2, shape));
  return field(7, nodes + field(11, field(1, "x") + field(2, type)) + field(12, field(1, "y")));
}

Model import(const std::string& content, const ImportOptions& options = {}) {
  return import_foreign_model("onnx", content, options);
}

void expect_complaint(const std::string& content, const std::string& part,
                      const ImportOptions& options = {}) {
  try {
    import(content, options);
    ADD_FAILURE() << "accepted; expected: " << part;
  } catch (const Error& error) {
    const std::string text =
        std::string(error.what()) + " | " + error.detail() + " | " + error.hint();
    EXPECT_NE(text.find(part), std::string::npos) << text;
  }
}

TEST(Onnx, NamesFeaturesByInputAndColumn) {
  const Model model = import(file(stump("BRANCH_LEQ", 1)));
  ASSERT_EQ(model.features.size(), 2u);
  EXPECT_EQ(model.features[1].name, "f1");
  EXPECT_EQ(import(file(stump("BRANCH_LEQ", 1), 1)).features[0].name, "x");
  const Model joined = test::import_fixture("onnx_modes.onnx");
  EXPECT_EQ(joined.features[0].name, "debt ratio");
  EXPECT_EQ(joined.features[1].name, "late_payments");
  ImportOptions options;
  options.features = {{"a", {}}, {"b", {}}, {"c", {}}};
  EXPECT_EQ(import(file(stump("BRANCH_LEQ", 1), 0), options).features[2].name, "c");
  expect_complaint(file(stump("BRANCH_LEQ", 1), 0), "does not say how many columns it has");
}

// A code that no test for equality names is none of the categories.
TEST(Onnx, EqualityMakesCategories) {
  const Model model = import(file(stump("BRANCH_EQ", 7)));
  ASSERT_EQ(model.features[0].categories, std::vector<std::string>{"7"});
  const Predictor predictor(model);
  const double seven[] = {0, 0}, other[] = {kUnrecognized, 0};
  EXPECT_EQ(predictor.margin(seven), 0.25);
  EXPECT_EQ(predictor.margin(other), 0.75);
  ImportOptions options;
  options.features = {{"region", {"a", "b", "c"}}, {"", {}}};
  expect_complaint(file(stump("BRANCH_EQ", 7)), "feature \"region\" has too few categories",
                   options);
  EXPECT_EQ(import(file(stump("BRANCH_EQ", 2)), options).features[0].categories,
            std::vector<std::string>{"c"});
  expect_complaint(file(stump("BRANCH_EQ", 0.5f)), "It tests for equality with 0.5");
}

TEST(Onnx, TheBaseValueComesLastAndTreesCanBeChosen) {
  ImportOptions options;
  options.tree_limit = 1;
  const Model model = test::import_fixture("onnx_modes.onnx", options);
  ASSERT_EQ(model.trees.tree_count(), 2u);  // the base value is the second
  EXPECT_EQ(model.trees.value.back(), static_cast<double>(0.1f));
  options.tree_limit = 3;
  expect_complaint(test::read_fixture("onnx_modes.onnx"), "model has fewer trees than n_trees",
                   options);
}

TEST(Onnx, InfiniteThresholds) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const double row[] = {1e30, 0}, missing[] = {std::nan(""), 0};
  EXPECT_EQ(Predictor(import(file(stump("BRANCH_LEQ", kInfinity)))).margin(row), 0.25);
  EXPECT_EQ(Predictor(import(file(stump("BRANCH_LEQ", kInfinity)))).margin(missing), 0.75);
  EXPECT_EQ(Predictor(import(file(stump("BRANCH_GT", -kInfinity)))).margin(row), 0.25);
  EXPECT_EQ(Predictor(import(file(stump("BRANCH_GT", -kInfinity)))).margin(missing), 0.75);
}

TEST(OnnxRefusal, SaysWhyAndAtWhichNode) {
  expect_complaint(file(stump("BRANCH_LEQ", std::nanf(""))),
                   "At node \"the TreeEnsembleRegressor\" (TreeEnsembleRegressor): a threshold is "
                   "not a number.");
  expect_complaint(file(stump("BRANCH", 1)), "nodes_modes holds what is no mode");
  expect_complaint(file(stump("BRANCH_LEQ", 1, 2)), "column 2 does not exist");
  expect_complaint(file(stump("BRANCH_LEQ", 1, 0, 0)), "tree 0, node 0: two nodes lead here");
  expect_complaint(file(stump("BRANCH_LEQ", 1, 0, 9)), "node 9 of tree 0 does not exist");
  expect_complaint(file(node("Normalizer", "x", "z") + node("TreeEnsembleRegressor", "z", "y")),
                   "At node \"the Normalizer\" (Normalizer): the operator is not supported here.");
  expect_complaint(file(node("TreeEnsembleRegressor", "q", "y")),
                   "(TreeEnsembleRegressor): nothing before it gives \"q\".");
  expect_complaint(file(stump("BRANCH_LEQ", 1) + stump("BRANCH_LEQ", 1)),
                   "it is the second ensemble of trees");
  expect_complaint(file(node("Scaler", "x", "y")), "the operator is not supported here");
  expect_complaint(file(node("Identity", "x", "y", {}, "")), "It has no trees.");
  expect_complaint(file(node("SVMClassifier", "x", "y")), "(SVMClassifier): the operator");
  const std::string negative = file(node("Scaler", "x", "z",
                                         attribute("offset", std::vector<float>{0}) +
                                             attribute("scale", std::vector<float>{-1})) +
                                    node("TreeEnsembleRegressor", "z", "y"));
  expect_complaint(negative, "(Scaler): a column is not scaled by a positive number.");
}

// Without its link, what a boosted regressor gives is no probability.
TEST(OnnxRefusal, WantsAProbability) {
  std::string content = test::read_fixture("onnx_modes.onnx");
  const std::size_t at = content.find("Sigmoid");
  ASSERT_NE(at, content.npos);
  content.replace(at, 7, "Softmax");
  expect_complaint(content, "(Softmax): the operator is not supported here.");
  content = test::read_fixture("onnx_sklearn_boosting.onnx");
  content.replace(content.find("LOGISTIC"), 8, "SOFTPLUS");
  expect_complaint(content, "Its post_transform is \"SOFTPLUS\".");
  content = file(stump("BRANCH_LEQ", 1));
  const float large = 1.25f, leaf = 0.75f;
  std::string from(4, 0), to(4, 0);
  std::memcpy(&from[0], &leaf, 4);
  std::memcpy(&to[0], &large, 4);
  content.replace(content.find(from), 4, to);
  expect_complaint(content, "without a link it may lie between 0.25 and 1.25.");
}

TEST(OnnxHostile, SaysAtWhichByteTheFileIsBroken) {
  expect_complaint("", "model file is empty");
  expect_complaint("{\"a\": 1}", "At byte ");
  expect_complaint("\x3a\x7f", "At byte 2: a length is larger than the content.");
  expect_complaint(std::string("\x08") + std::string(20, '\xff'), "a number has more than 64 bits");
  expect_complaint(std::string("\x0b\x0b"), "the content is not a protocol buffer");
  expect_complaint(std::string("\x00\x00", 2), "a field has no valid number");
  expect_complaint(field(7, field(1, field(4, 7))), "bytes are expected");
  const std::string content = test::read_fixture("onnx_modes.onnx");
  const std::size_t graph_end = content.size() - 22;  // operator sets follow
  for (std::size_t size = 0; size < graph_end; ++size)
    EXPECT_THROW(import(content.substr(0, size)), Error) << size;
  expect_complaint(field(8, field(1, "ai.onnx.ml") + field(2, 6)),
                   "Its operators of ai.onnx.ml have version 6; 1 to 5 are known.");
}

TEST(OnnxHostile, ManyNodesAndAttributesAreRefusedEarly) {
  std::string attributes;
  for (int i = 0; i < 33; ++i) attributes += field(5, "");
  expect_complaint(file(node("Identity", "x", "y", attributes)), "there are too many attributes");
  std::string nodes;
  for (int i = 0; i < 20001; ++i) nodes += field(1, "");
  expect_complaint(file(nodes), "there are too many nodes");
  expect_complaint(file(stump("BRANCH_LEQ", 1), 1000000), "model has too many features");
  nodes.clear();  // each doubles the columns
  for (int i = 0; i < 40; ++i) {
    const std::string from = i == 0 ? "x" : "c" + std::to_string(i - 1);
    nodes += field(1, field(1, from) + field(1, from) + field(2, "c" + std::to_string(i)) +
                          field(4, "Concat"));
  }
  expect_complaint(file(nodes), "it joins too many columns");
}

}  // namespace
}  // namespace credit_risk
