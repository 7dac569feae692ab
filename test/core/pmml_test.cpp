// PMML models against the JPMML evaluator (test/data/formats, see BIRTH.md there), and what is
// refused.
#include <gtest/gtest.h>

#include <cmath>

#include "core/error.hpp"
#include "core/model/codec.hpp"
#include "core/model/credit_score.hpp"
#include "core/model/json/json_form.hpp"
#include "core/model/predict/predict.hpp"
#include "core/model/validate.hpp"
#include "formats_fixture.hpp"

namespace credit_risk {
namespace {

using test::Reference;

struct Case {
  const char* name;
  double tolerance;
  bool has_cover;
};

constexpr double kDouble = 1e-14, kFloat = 6e-8;

const Case kCases[] = {
    {"pmml_sklearn_tree", kDouble, false},     {"pmml_sklearn_forest", kDouble, false},
    {"pmml_sklearn_boosting", kDouble, false}, {"pmml_sklearn_logistic", kDouble, false},
    {"pmml_xgboost", kFloat, false},           {"pmml_lightgbm", kDouble, false},
    {"pmml_missing_default", kDouble, true},   {"pmml_missing_last", kDouble, false},
    {"pmml_missing_none", kDouble, false},     {"pmml_compound_default", kDouble, false},
    {"pmml_compound_last", kDouble, false},    {"pmml_compound_none", kDouble, false},
    {"pmml_replaced", kDouble, false},         {"pmml_scorecard_chain", kDouble, false},
};

class PmmlParity : public testing::TestWithParam<Case> {};

TEST_P(PmmlParity, ScoresAsJpmml) {
  const Case c = GetParam();
  const Model model = test::import_fixture(std::string(c.name) + ".pmml");
  const Reference reference = test::read_reference(c.name, model);
  ASSERT_EQ(reference.rows.size(), 60u);
  const Predictor predictor(model);
  for (std::size_t r = 0; r < reference.rows.size(); ++r)
    EXPECT_NEAR(predictor.probability(reference.rows[r].data()), reference.probability[r],
                c.tolerance)
        << "row " << r;
}

TEST_P(PmmlParity, KnowsCoverWhereRecordCountsAddUp) {
  const Model model = test::import_fixture(std::string(GetParam().name) + ".pmml");
  EXPECT_EQ(!model.trees.root.empty() && has_cover(model), GetParam().has_cover);
}

TEST_P(PmmlParity, KeepsItsBytesThroughBothStoredForms) {
  const Model model = test::import_fixture(std::string(GetParam().name) + ".pmml");
  const std::string content = encode(model), json = to_json(model);
  EXPECT_TRUE(encode(decode(content.data(), content.size())) == content);
  EXPECT_TRUE(encode(from_json(json.data(), json.size())) == content);
}

INSTANTIATE_TEST_SUITE_P(All, PmmlParity, testing::ValuesIn(kCases),
                         [](const auto& info) { return std::string(info.param.name); });

// ---- Files made here ----

std::string file(const std::string& models, const std::string& fields = {}) {
  return "<PMML xmlns=\"http://www.dmg.org/PMML-4_4\" version=\"4.4\"><DataDictionary>"
         "<DataField name=\"bad\" optype=\"categorical\" dataType=\"integer\">"
         "<Value value=\"0\"/><Value value=\"1\"/></DataField>"
         "<DataField name=\"x\" optype=\"continuous\" dataType=\"double\"/>"
         "<DataField name=\"f\" optype=\"continuous\" dataType=\"float\"/>"
         "<DataField name=\"c\" optype=\"categorical\" dataType=\"string\">"
         "<Value value=\"a\"/><Value value=\"b\"/></DataField>" +
         fields + "</DataDictionary>" + models + "</PMML>";
}

const char kSchema[] =
    "<MiningSchema><MiningField name=\"bad\" usageType=\"target\"/><MiningField name=\"x\"/>"
    "<MiningField name=\"f\"/><MiningField name=\"c\"/></MiningSchema>";

// A regression tree whose root has `children`.
std::string tree(const std::string& children, const std::string& attributes = {},
                 const std::string& schema = kSchema) {
  return file("<TreeModel functionName=\"regression\" " + attributes + ">" + schema +
              "<Node score=\"0.5\" recordCount=\"10\"><True/>" + children + "</Node></TreeModel>");
}

std::string node(const std::string& predicate, const std::string& score) {
  return "<Node score=\"" + score + "\" recordCount=\"5\">" + predicate + "</Node>";
}

std::string test_of(const std::string& field, const std::string& operation,
                    const std::string& value) {
  return "<SimplePredicate field=\"" + field + "\" operator=\"" + operation + "\" value=\"" +
         value + "\"/>";
}

Model import(const std::string& content, const ImportOptions& options = {}) {
  return import_foreign_model("pmml", content, options);
}

double margin(const std::string& content, std::vector<double> row) {
  return Predictor(import(content)).margin(row.data());
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

const double kNone = std::nan("");

// A float field is rounded before it is compared, a double is not.
TEST(Pmml, ComparesInTheTypeOfTheField) {
  const double between = (0.1 + static_cast<double>(0.1f)) / 2;
  for (const char* operation : {"lessOrEqual", "greaterThan", "lessThan", "greaterOrEqual"}) {
    const std::string name = operation;
    const bool less = name[0] == 'l', or_equal = name.find("Or") != name.npos;
    const auto value = [&](const char* field, double x, double f) {
      return margin(tree(node(test_of(field, name, "0.1"), "0.25") + node("<True/>", "0.75")),
                    {x, f, 0});
    };
    EXPECT_EQ(value("f", 0, between), or_equal ? 0.25 : 0.75) << name;
    EXPECT_EQ(value("x", between, 0), less ? 0.75 : 0.25) << name;
    EXPECT_EQ(value("x", 0.1, 0), or_equal ? 0.25 : 0.75) << name;
  }
  const std::string equal = tree(node(test_of("f", "equal", "0.1"), "0.25") +
                                 node(test_of("f", "notEqual", "0.1"), "0.75"));
  EXPECT_EQ(margin(equal, {0, 0.1, 0}), 0.25);
  EXPECT_EQ(margin(equal, {0, 0.1f, 0}), 0.25);
  EXPECT_EQ(margin(equal, {0, std::nextafterf(0.1f, 1), 0}), 0.75);
  EXPECT_EQ(margin(equal, {0, 0.0999999, 0}), 0.75);
}

TEST(Pmml, FieldsThatAreOtherNamesOfAField) {
  const std::string transformation =
      "<LocalTransformations><DerivedField name=\"as float\" optype=\"continuous\" "
      "dataType=\"float\">"
      "<FieldRef field=\"x\"/></DerivedField><DerivedField name=\"sum\" optype=\"continuous\" "
      "dataType=\"double\"><Apply function=\"+\"><FieldRef field=\"x\"/><FieldRef field=\"f\"/>"
      "</Apply></DerivedField></LocalTransformations>";
  const auto with = [&](const char* field) {
    return tree(node(test_of(field, "lessOrEqual", "0.1"), "0.25") + node("<True/>", "0.75"), {},
                kSchema + transformation);
  };
  EXPECT_EQ(margin(with("as float"), {0.1f, 0, 0}), 0.25);
  EXPECT_EQ(margin(with("x"), {0.1f, 0, 0}), 0.75);
  expect_complaint(with("sum"), "SimplePredicate: Field \"sum\" is computed from others.");
  expect_complaint(with("other"), "field \"other\" does not exist");
}

// Without a strategy, a missing value leaves a row without a prediction; it goes the way of false.
TEST(Pmml, MissingValuesAndUnlistedCategories) {
  const std::string split = node(test_of("x", "lessThan", "1"), "0.25") +
                            node(test_of("x", "greaterOrEqual", "1"), "0.75");
  EXPECT_EQ(margin(tree(split), {kNone, 0, 0}), 0.75);
  const std::string last = "missingValueStrategy=\"lastPrediction\"";
  EXPECT_EQ(margin(tree(split, last), {kNone, 0, 0}), 0.5);
  EXPECT_EQ(margin(tree(split, last), {2, 0, 0}), 0.75);
  const std::string category =
      node(test_of("c", "equal", "a"), "0.25") + node(test_of("c", "notEqual", "a"), "0.75");
  EXPECT_EQ(margin(tree(category, last), {0, 0, kUnrecognized}), 0.75);
  std::string missing = tree(category, last);
  missing.replace(missing.find("name=\"c\"/>"), 9,
                  "name=\"c\" invalidValueTreatment=\"asMissing\"/");
  EXPECT_EQ(margin(missing, {0, 0, kUnrecognized}), 0.5);
  EXPECT_EQ(margin(missing, {0, 0, kNone}), 0.5);
  EXPECT_EQ(margin(missing, {0, 0, 1}), 0.75);
}

std::string scorecard(const std::string& extensions, const std::string& attributes) {
  return file("<Scorecard functionName=\"regression\" initialScore=\"500\">" + extensions +
              kSchema + "<Characteristics><Characteristic>" + attributes +
              "</Characteristic></Characteristics></Scorecard>");
}

std::string attribute(const std::string& predicate, const char* points) {
  return "<Attribute partialScore=\"" + std::string(points) + "\">" + predicate + "</Attribute>";
}

const char kPoints[] =
    "<Extension name=\"base_points\" value=\"600\"/><Extension name=\"base_odds\" value=\"30\"/>"
    "<Extension name=\"points_to_double_odds\" value=\"20\"/>";

// Values by JPMML's evaluator.
TEST(Pmml, AnUnlistedCategoryThatIsMissingIsReplacedLikeOne) {
  const auto replaced = [](std::string content) {
    return content.replace(content.find("name=\"c\"/>"), 9,
                           "name=\"c\" missingValueReplacement=\"a\" "
                           "invalidValueTreatment=\"asMissing\"/");
  };
  const std::string category =
      node(test_of("c", "equal", "a"), "0.25") + node(test_of("c", "notEqual", "a"), "0.75");
  EXPECT_EQ(margin(replaced(tree(category)), {0, 0, kUnrecognized}), 0.25);
  const std::string attributes = attribute(test_of("c", "equal", "a"), "90") +
                                 attribute(test_of("c", "equal", "b"), "10") +
                                 attribute("<True/>", "40");
  const Model card = import(replaced(scorecard(kPoints, attributes)));
  EXPECT_EQ(card.terms[0].unrecognized, 90);
  EXPECT_EQ(card.terms[0].missing, 90);
  const std::string regression =
      "<RegressionModel functionName=\"classification\" normalizationMethod=\"logit\">" +
      std::string(kSchema) +
      "<RegressionTable intercept=\"-1\" targetCategory=\"1\"><CategoricalPredictor name=\"c\" "
      "value=\"a\" coefficient=\"2\"/><CategoricalPredictor name=\"c\" value=\"b\" "
      "coefficient=\"-1\"/></RegressionTable><RegressionTable intercept=\"0\" "
      "targetCategory=\"0\"/></RegressionModel>";
  EXPECT_EQ(margin(replaced(file(regression)), {0, 0, kUnrecognized}), 1);
  EXPECT_EQ(margin(replaced(file(regression)), {0, 0, kNone}), 1);
}

TEST(Pmml, WeightedAveragesAndFewerTrees) {
  const auto segment = [](const char* weight, const std::string& low) {
    return "<Segment weight=\"" + std::string(weight) +
           "\"><True/><TreeModel functionName=\"regression\">" +
           std::string("<MiningSchema><MiningField name=\"x\"/></MiningSchema><Node><True/>") +
           node(test_of("x", "lessThan", "1"), low) + node("<True/>", "0.75") +
           "</Node></TreeModel></Segment>";
  };
  const std::string content =
      file("<MiningModel functionName=\"regression\">" + std::string(kSchema) +
           "<Segmentation multipleModelMethod=\"weightedAverage\">" + segment("1", "0.25") +
           segment("3", "0.5") + "</Segmentation></MiningModel>");
  EXPECT_DOUBLE_EQ(margin(content, {0, 0, 0}), 0.4375);
  ImportOptions options;
  options.tree_limit = 1;
  EXPECT_EQ(import(content, options).trees.tree_count(), 1u);
  std::string average = content;
  average.replace(average.find("weightedAverage"), 15, "average");
  EXPECT_DOUBLE_EQ(margin(average, {0, 0, 0}), 0.375);
  std::string most = content;
  most.replace(most.find("weightedAverage"), 15, "max");
  expect_complaint(most, "Its segments are put together by \"max\".");
}

// 600 points mean 30 good for each bad, 620 mean 60.
TEST(Pmml, AScorecardThatSaysWhatItsPointsMean) {
  const std::string attributes = attribute(test_of("x", "lessThan", "1"), "100") +
                                 attribute(test_of("x", "greaterOrEqual", "1"), "120");
  const Model model = import(scorecard(kPoints, attributes));
  const Predictor predictor(model);
  const double low[] = {0, 0, 0}, high[] = {1, 0, 0}, missing[] = {kNone, 0, 0};
  EXPECT_NEAR(predictor.probability(low), 1.0 / 31, 1e-12);
  EXPECT_NEAR(predictor.probability(high), 1.0 / 61, 1e-12);
  EXPECT_THROW(predictor.probability(missing), Error);
  expect_complaint(scorecard("", attributes), "It does not say what its points mean.");
  expect_complaint(scorecard(kPoints, attribute(test_of("x", "lessThan", "1"), "100")),
                   "Characteristic: No attribute fits the number 1.");
  expect_complaint(scorecard(kPoints, attribute(test_of("c", "equal", "a"), "100")),
                   "Characteristic: No attribute fits \"b\".");
  expect_complaint(scorecard(kPoints, attributes + attribute(test_of("f", "lessThan", "1"), "1")),
                   "It looks at more than one field.");
}

TEST(PmmlRefusal, SaysWhyAndWhere) {
  const std::string yes = node(test_of("x", "lessThan", "1"), "0.25"),
                    otherwise = node("<True/>", "0.75");
  expect_complaint(tree(yes), "At line 1, Node: Some rows fit none of its children");
  expect_complaint(tree(yes + otherwise, "missingValueStrategy=\"aggregateNodes\""),
                   "TreeModel: Its missingValueStrategy is \"aggregateNodes\".");
  expect_complaint(tree(node(test_of("x", "lessThan", "nan"), "0") + otherwise),
                   "no finite number");
  expect_complaint(tree(node(test_of("c", "lessThan", "a"), "0") + otherwise),
                   "It compares categories by their order.");
  expect_complaint(tree(node(test_of("c", "equal", "z"), "0") + otherwise),
                   "\"z\" is none of the values of field \"c\"");
  expect_complaint(tree(node(test_of("x", "near", "1"), "0") + otherwise),
                   "operator \"near\" does not exist");
  expect_complaint(tree(yes + node("<True/>", "1.75")),
                   "without a link it may lie between 0.25 and 1.75");
  expect_complaint(tree("<Node score=\"1\"/>"), "Node: there is no predicate");
  expect_complaint(file("<NeuralNetwork/>"), "NeuralNetwork: Such a model is not supported here.");
  expect_complaint(file(""), "there is no model");
  expect_complaint("<html/>", "html: the file is not PMML");
  std::string outliers = tree(yes + otherwise);
  outliers.replace(outliers.find("name=\"x\"/>"), 9, "name=\"x\" outliers=\"asExtremeValues\"/");
  expect_complaint(outliers, "It treats outliers \"asExtremeValues\".");
  std::string regression = test::read_fixture("pmml_sklearn_logistic.pmml");
  regression.replace(regression.find("\"logit\""), 7, "\"probit\"");
  expect_complaint(regression, "Its normalizationMethod is \"probit\".");
}

TEST(PmmlHostile, EntitiesAndDepth) {
  const std::string bomb =
      "<!DOCTYPE PMML [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><PMML>&b;</PMML>";
  expect_complaint(bomb, "At line 1: a document type is not accepted");
  expect_complaint("<!DOCTYPE PMML SYSTEM \"file:///etc/passwd\"><PMML/>",
                   "a document type is not accepted");
  std::string deep;
  for (int i = 0; i < 20000; ++i) deep += "<a>";
  expect_complaint(deep, "elements are nested deeper than in any model");
  expect_complaint(" ", "the text is not XML");
  expect_complaint("<PMML>\n<a></PMML>", "At line 2: the text is not XML");
  std::string predicates;
  for (int i = 0; i < 100; ++i) predicates += "<CompoundPredicate booleanOperator=\"and\">";
  expect_complaint(scorecard(
                       kPoints, "<Attribute partialScore=\"1\">" + predicates + "<True/>" +
                                    [] {
                                      std::string close;
                                      for (int i = 0; i < 100; ++i) close += "</CompoundPredicate>";
                                      return close;
                                    }() +
                                    "</Attribute>"),
                   "predicates are nested too deeply");
}

// Each xor doubles what follows.
TEST(PmmlHostile, GrowthIsBounded) {
  std::string operands;
  for (int i = 0; i < 40; ++i) operands += test_of("x", "lessThan", std::to_string(i));
  expect_complaint(
      tree(node("<CompoundPredicate booleanOperator=\"xor\">" + operands + "</CompoundPredicate>",
                "0.25") +
           node("<True/>", "0.75")),
      "too large a tree of two-way splits");
}

TEST(PmmlHostile, CutFilesAreRefused) {
  const std::string content = test::read_fixture("pmml_missing_default.pmml");
  const std::size_t end = content.rfind("</PMML>") + 7;
  for (std::size_t size = 0; size < end; ++size)
    EXPECT_THROW(import(content.substr(0, size)), Error) << size;
}

}  // namespace
}  // namespace credit_risk
