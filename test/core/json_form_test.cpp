#include "core/model/json/json_form.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "additive_maker.hpp"
#include "core/error.hpp"
#include "core/explain/additive_shap.hpp"
#include "core/model/codec.hpp"
#include "core/model/predict/predict.hpp"
#include "model_maker.hpp"

namespace credit_risk {
namespace {

using test::ModelMaker;
using test::ModelShape;

Model parse(const std::string& text) { return from_json(text.data(), text.size()); }

TEST(JsonForm, IsLossless) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    ModelShape shape;
    shape.categories = {3, 64, 65};
    shape.cover = seed % 3 != 0;
    Model model = ModelMaker(shape, seed).make();
    model.link = seed % 2 == 0 ? Link::kLogit : Link::kIdentity;
    model.average = seed % 4 < 2;
    model.float32_inputs = seed % 5 == 0;
    if (model.link == Link::kLogit) {
      model.base_value = -1.0 / 3;
      for (double& value : model.trees.value) value = value == 0 ? 0 : (value - 0.5) * 1e-300;
    }
    model.features[0].name = "income \"net\" \\ \xE2\x82\xB9";
    EXPECT_EQ(encode(parse(to_json(model))), encode(model)) << seed;
  }
}

TEST(JsonForm, KeepsTheSignOfZeroAndWideNumbers) {
  ModelShape shape;
  shape.trees = 4;
  shape.max_depth = 0;
  Model model = ModelMaker(shape, 1).make();
  model.link = Link::kLogit;
  model.trees.value = {-0.0, 5e-324, 9007199254740993.0, -1.7e99};
  const Model back = parse(to_json(model));
  EXPECT_TRUE(std::signbit(back.trees.value[0]));
  EXPECT_EQ(back.trees.value, model.trees.value);
}

std::string stump(const std::string& op, const std::string& precision,
                  const std::string& threshold) {
  return "{\"format\":\"credit_risk.model.v1\",\"algorithm\":\"stump\",\"source\":\"by "
         "hand\",\"link\":\"identity\","
         "\"average\":false,\"precision\":\"" +
         precision + "\",\"base_margin\":0,\"features\":[{\"name\":\"x\"}],\"op\":\"" + op +
         "\",\"trees\":[{\"feature\":[0,-1,-1],\"left\":[1,-1,-1],\"right\":[2,-1,-1],"
         "\"threshold\":[" +
         threshold + ",0,0],\"default_left\":[true,false,false],\"value\":[0,1,0]}]}";
}

bool left(const std::string& op, const std::string& precision, const std::string& threshold,
          double x) {
  return Predictor(parse(stump(op, precision, threshold))).margin(&x) == 1;
}

TEST(JsonForm, UnderstandsEveryComparison) {
  for (const char* precision : {"f32", "f64"}) {
    const double below = std::nextafterf(2.0f, 0.0f), above = std::nextafterf(2.0f, 3.0f);
    EXPECT_TRUE(left("<=", precision, "2", 2) && left("<=", precision, "2", below) &&
                !left("<=", precision, "2", above));
    EXPECT_TRUE(!left("<", precision, "2", 2) && left("<", precision, "2", below) &&
                !left("<", precision, "2", above));
    EXPECT_TRUE(!left(">", precision, "2", 2) && !left(">", precision, "2", below) &&
                left(">", precision, "2", above));
    EXPECT_TRUE(left(">=", precision, "2", 2) && !left(">=", precision, "2", below) &&
                left(">=", precision, "2", above));
    for (const char* op : {"<=", "<", ">", ">="})
      EXPECT_TRUE(left(op, precision, "2", std::nan("")));
  }
  // 0.1 lies below the float32 next to it, which a row of 0.1 is rounded to.
  EXPECT_FALSE(left("<", "f32", "0.1", 0.1));
  EXPECT_FALSE(left("<=", "f32", "0.1", 0.1));
  EXPECT_TRUE(left("<=", "f64", "0.1", 0.1));
}

std::string detail_of(const std::string& text) {
  try {
    parse(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kBadModel);
    return error.detail();
  }
  return "accepted";
}

std::string changed(const std::string& from, const std::string& to) {
  std::string text = stump("<=", "f64", "2");
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(JsonForm, SaysWhereItIsWrong) {
  EXPECT_EQ(detail_of("{"), "At byte 2: the text is not JSON.");
  EXPECT_EQ(detail_of("[1]"), "At $: an object is expected.");
  EXPECT_EQ(detail_of("{}"), "At $: \"format\" is absent.");
  EXPECT_EQ(detail_of(std::string(100, '[')), "Values are nested too deeply.");
  EXPECT_EQ(detail_of("{\"format\":1e999}"), "At byte 15: a number is out of range.");
  EXPECT_EQ(detail_of(changed("model.v1", "model.v2")),
            "At $.format: \"credit_risk.model.v1\" is expected.");
  EXPECT_EQ(detail_of(changed("\"average\"", "\"avergae\"")), "At $: \"avergae\" is not a field.");
  EXPECT_EQ(detail_of(changed("\"identity\"", "\"probit\"")),
            "At $.link: one of \"identity\", \"logit\" is expected.");
  EXPECT_EQ(detail_of(changed("false,\"precision\"", "0,\"precision\"")),
            "At $.average: true or false is expected.");
  EXPECT_EQ(detail_of(changed("[1,-1,-1]", "[3,-1,-1]")),
            "At $.trees[0].left[0]: there is no such node.");
  EXPECT_EQ(detail_of(changed("[1,-1,-1]", "[1.5,-1,-1]")),
            "At $.trees[0].left[0]: a whole number of at least -1 is expected.");
  EXPECT_EQ(detail_of(changed("[1,-1,-1]", "[99999999999,-1,-1]")),
            "At $.trees[0].left[0]: a whole number of at least -1 is expected.");
  EXPECT_EQ(detail_of(changed("[0,-1,-1]", "[7,-1,-1]")),
            "At $.trees[0].feature[0]: there is no feature 7.");
  EXPECT_EQ(detail_of(changed("[0,1,0]", "[0,1]")),
            "At $.trees[0].value: as many elements as in \"feature\" are expected.");
  EXPECT_EQ(detail_of(changed("[0,1,0]", "[0,null,0]")),
            "At $.trees[0].value[1]: a number is expected.");
  EXPECT_EQ(detail_of(changed("[true", "[2")),
            "At $.trees[0].default_left[0]: 0 or 1 is expected.");
  EXPECT_EQ(detail_of(changed("{\"name\":\"x\"}",
                              "{\"name\":\"x\",\"kind\":\"categorical\",\"categories\":[\"a\"]}")),
            "At $.trees[0].categories[0]: a set of categories is expected.");
}

TEST(JsonForm, IsLosslessForTerms) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Model model = test::AdditiveMaker(seed).make();
    for (std::size_t t = 0; t < model.terms.size(); ++t) {
      if ((seed + t) % 3 == 0) model.terms[t].missing.reset();
      if ((seed + t) % 4 == 0) model.terms[t].unrecognized.reset();
      if ((seed + t) % 5 == 0) model.terms[t].mean.reset();
    }
    model.link_scale = model.points ? 1 : 1.5;
    EXPECT_EQ(encode(parse(to_json(model))), encode(model)) << seed;
  }
}

std::string terms_text(const std::string& terms, const std::string& op = "<=",
                       const std::string& more = "\"base_margin\":0") {
  return "{\"format\":\"credit_risk.model.v1\",\"algorithm\":\"scorecard\",\"link\":\"logit\"," +
         more +
         ",\"features\":[{\"name\":\"x\"},{\"name\":\"y\",\"kind\":\"categorical\",\"categories\":["
         "\"a\",\"b\"]}],\"op\":\"" +
         op + "\",\"terms\":[" + terms + "]}";
}

const char kBins[] = R"({"feature":"x","kind":"bins","edges":[1,2],"values":[5,6,7]})";
const char kCategories[] = R"({"feature":"y","kind":"categories","values":[3,4],"unrecognized":9})";

TEST(JsonForm, ReadsTermsInAnyOrderWithEdgesOnEitherSide) {
  const std::string both = std::string(kCategories) + "," + kBins;
  const auto margin = [&](const char* op, double x, double y) {
    const double row[] = {x, y};
    return Predictor(parse(terms_text(both, op))).margin(row);
  };
  EXPECT_EQ(margin("<=", 1, 0), 8);
  EXPECT_EQ(margin("<", 1, 0), 9);
  EXPECT_EQ(margin("<", std::nextafter(1, 0), 0), 8);
  EXPECT_EQ(margin("<", 2, 1), 11);
  EXPECT_EQ(margin("<=", 2, kUnrecognized), 15);
  EXPECT_THROW(margin("<=", std::nan(""), 0), Error);  // absent is refused, not made up
  EXPECT_EQ(encode(parse(terms_text(std::string(kBins) + "," + kCategories))),
            encode(parse(terms_text(both))));
}

TEST(JsonForm, WritesTheEdgesThatPeopleWrote) {
  const auto written = [](const char* op, const char* edges) {
    std::string text = kBins;
    text.replace(text.find("[1,2]"), 5, edges);
    const Model model = parse(terms_text(text, op));
    const std::string json = to_json(model);
    EXPECT_EQ(encode(parse(json)), encode(model));
    const std::size_t begin = json.find("\"edges\"");
    return json.substr(json.find("\"op\""), 9) + " " +
           json.substr(begin, json.find(']', begin) + 1 - begin);
  };
  EXPECT_EQ(written("<", "[0,30000]"), "\"op\":\"<\", \"edges\":[0,30000]");
  EXPECT_EQ(written("<=", "[0,30000]"), "\"op\":\"<=\" \"edges\":[0,30000]");
  EXPECT_EQ(written("<=", "[0,1.7976931348623157e308]"),
            "\"op\":\"<=\" \"edges\":[0,1.7976931348623157e+308]");
}

std::string term_detail(const std::string& from, const std::string& to) {
  std::string text = std::string(kBins) + "," + kCategories;
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return detail_of(terms_text(text.replace(at, from.size(), to)));
}

TEST(JsonForm, SaysWhereTermsAreWrong) {
  EXPECT_EQ(term_detail("\"x\"", "\"z\""), "At $.terms[0].feature: there is no feature \"z\".");
  EXPECT_EQ(term_detail("\"y\"", "\"x\""),
            "At $.terms[1].feature: feature \"x\" has a term already.");
  EXPECT_EQ(term_detail("\"bins\"", "\"steps\""),
            "At $.terms[0].kind: one of \"slope\", \"bins\", \"categories\" is expected.");
  EXPECT_EQ(term_detail("\"edges\"", "\"edgse\""), "At $.terms[0]: \"edgse\" is not a field.");
  EXPECT_EQ(term_detail("[1,2]", "[1,null]"), "At $.terms[0].edges[1]: a number is expected.");
  EXPECT_EQ(term_detail("[1,2]", "3"), "At $.terms[0].edges: an array is expected.");
  EXPECT_EQ(term_detail("9}", "\"zero\"}"),
            "At $.terms[1].unrecognized: a number or \"refuse\" is expected.");
  EXPECT_EQ(term_detail("[1,2]", "[1,2],\"specials\":[-999]"),
            "At $.terms[0].specials[0]: a number and its value are expected.");
  EXPECT_EQ(term_detail("[1,2]", "[1,2],\"specials\":[[-999,true]]"),
            "At $.terms[0].specials[0][1]: a number is expected.");
  EXPECT_EQ(term_detail("[1,2]", "[2,1]"), "It is that of feature \"x\".");
  EXPECT_EQ(detail_of(terms_text("")), "At $.terms: a term is expected.");
  EXPECT_EQ(detail_of(terms_text("7")), "At $.terms[0]: an object is expected.");
  EXPECT_EQ(detail_of(terms_text(kBins, ">")), "At $.op: one of \"<=\", \"<\" is expected.");
  const std::string points = "\"points\":{\"base\":1,\"offset\":2,\"factor\":3}";
  EXPECT_EQ(detail_of(terms_text(kBins, "<=", points)), "accepted");
  EXPECT_EQ(detail_of(terms_text(kBins, "<=", points + ",\"base_margin\":1")),
            "At $.base_margin: the base value of points is \"base\" in \"points\".");
  EXPECT_EQ(detail_of(terms_text(kBins, "<=", "\"points\":{\"base\":1,\"offset\":2}")),
            "At $.points: \"factor\" is absent.");
  EXPECT_EQ(detail_of(terms_text(kBins, "<=", "\"trees\":[],\"base_margin\":1")),
            "At $: \"trees\" and \"terms\" exclude each other.");
  EXPECT_EQ(detail_of(changed("\"op\"", points + ",\"op\"")),
            "At $: \"points\" belong to \"terms\".");
}

TEST(JsonForm, SurvivesMutationsOfTerms) {
  Random random(9);
  int accepted = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const std::string text = to_json(test::AdditiveMaker(seed).make());
    for (int i = 0; i < 1000; ++i) {
      std::string mutant = text;
      const std::uint32_t at = random.below(static_cast<std::uint32_t>(mutant.size()));
      mutant[at] = random.below(3) == 0 ? static_cast<char>(random.next())
                                        : "0123456789-.e[]{},:\"tn"[random.below(22)];
      try {
        const Model model = parse(mutant);
        ++accepted;
        const std::vector<double> missing(model.features.size(), std::nan(""));
        ASSERT_TRUE(std::isfinite(Predictor(model).margin(missing.data())));
      } catch (const Error&) {
      }
    }
  }
  EXPECT_GT(accepted, 100);
}

// The examples of doc/model-format.md, in order.
Model documented(int example) {
  std::ifstream file(std::string(CR_TEST_DATA) + "/../../doc/model-format.md");
  std::stringstream page;
  page << file.rdbuf();
  const std::string text = page.str();
  std::size_t begin = 0;
  for (int i = 0; i <= example; ++i) begin = text.find("```json", begin) + 7;
  return parse(text.substr(begin, text.find("```", begin) - begin));
}

TEST(JsonForm, ReadsTheDocumentedExample) {
  const Model model = documented(0);
  const Predictor predictor(model);
  const auto margin = [&](double ratio, double purpose) {
    const double row[] = {ratio, purpose};
    return predictor.margin(row);
  };
  EXPECT_EQ(margin(0.4, 0), 0.125);
  EXPECT_EQ(margin(0.5, 2), 0.5);
  EXPECT_EQ(margin(0.5, 1), 0.75);
  EXPECT_EQ(margin(0.5, kUnrecognized), 0.75);
  EXPECT_EQ(margin(std::nan(""), std::nan("")), 0.5);
}

TEST(JsonForm, ReadsTheDocumentedScorecard) {
  const Model model = documented(1);
  const Predictor predictor(model);
  const auto score = [&](double account, double months) {
    const double row[] = {account, months};
    return predictor.score(row);
  };
  EXPECT_EQ(score(2, 12).credit_score, 516);
  EXPECT_NEAR(score(2, 12).probability, 0.26878, 5e-6);
  EXPECT_EQ(score(2, std::nextafter(12, 0)).credit_score, 499);
  EXPECT_EQ(score(3, 48).credit_score, 557);
  EXPECT_EQ(score(0, -999).credit_score, 478);
  EXPECT_EQ(score(kUnrecognized, std::nan("")).credit_score, 464);
  EXPECT_THROW(score(std::nan(""), 1), Error);
  const AdditiveShap shap(model);
  const double row[] = {2, 12};
  double phi[2];
  EXPECT_NEAR(predictor.margin(row), -1.00080, 5e-6);
  EXPECT_EQ(shap.explain_points(row, phi), 516);
  EXPECT_NEAR(shap.base_points(), 509.7, 1e-10);
  EXPECT_NEAR(phi[0], 7.8, 1e-10);
  EXPECT_NEAR(phi[1], -1.5, 1e-10);
}

TEST(JsonForm, ReadsTheDocumentedLogisticRegression) {
  const Model model = documented(2);
  const Predictor predictor(model);
  const double row[] = {46, 70000}, missing[] = {std::nan(""), 45000};
  EXPECT_DOUBLE_EQ(predictor.margin(row), -1.25);
  EXPECT_NEAR(predictor.probability(row), 0.22270, 5e-6);
  EXPECT_EQ(predictor.margin(missing), -1.125);
  EXPECT_NEAR(AdditiveShap(model).base_value(), -1.23, 1e-15);
}

Model with_calibration(const std::string& calibration) {
  std::string text = stump("<=", "f64", "0");
  text.insert(text.rfind('}'), ",\"calibration\":" + calibration);
  return parse(text);
}

TEST(JsonForm, IsLosslessForCalibrations) {
  for (const char* calibration : {R"({"kind":"prior","odds_ratio":0.25})",
                                  R"({"kind":"sigmoid","slope":2.5,"intercept":-1,"odds_ratio":3})",
                                  R"({"kind":"sigmoid","slope":0.1,"intercept":0})",
                                  R"({"points":[[0,0],[0.3,0.125],[1,0.5]],"kind":"isotonic"})"}) {
    const Model model = with_calibration(calibration);
    ASSERT_TRUE(model.calibration);
    EXPECT_EQ(encode(parse(to_json(model))), encode(model)) << calibration;
    EXPECT_NE(encode(model), encode(parse(stump("<=", "f64", "0"))));
  }
  const Model isotonic = with_calibration(
      R"({"kind":"isotonic","points":[[0.02,0],[0.31,0.12],[0.55,0.12],[0.9,0.7]],"odds_ratio":0.25})");
  EXPECT_EQ(isotonic.calibration->inputs, (std::vector<double>{0.02, 0.31, 0.55, 0.9}));
  EXPECT_EQ(isotonic.calibration->outputs, (std::vector<double>{0, 0.12, 0.12, 0.7}));
  EXPECT_EQ(isotonic.calibration->odds_ratio, 0.25);
}

TEST(JsonForm, SaysWhereCalibrationsAreWrong) {
  const struct {
    const char* calibration;
    const char* text;  // of message and detail
  } cases[] = {
      {"1", "At $.calibration: an object is expected."},
      {R"({"kind":"beta"})", "$.calibration.kind: one of \"prior\", \"sigmoid\", \"isotonic\""},
      {R"({"kind":"prior"})", "\"odds_ratio\" is absent"},
      {R"({"kind":"prior","odds_ratio":1})", "an odds ratio of 1 is none"},
      {R"({"kind":"prior","odds_ratio":0})", "the odds ratio is out of range"},
      {R"({"kind":"prior","odds_ratio":2,"slope":2})", "only a sigmoid has a slope"},
      {R"({"kind":"prior","odds_ratio":2,"points":[[0,0]]})", "only an isotonic one has points"},
      {R"({"kind":"sigmoid","slope":1})", "\"intercept\" is absent"},
      {R"({"kind":"sigmoid","slope":0,"intercept":0})", "the slope must be positive"},
      {R"({"kind":"isotonic"})", "\"points\" is absent"},
      {R"({"kind":"isotonic","points":[]})", "one at least"},
      {R"({"kind":"isotonic","points":[[0,0],[0.5]]})", "$.calibration.points[1]: two numbers"},
      {R"({"kind":"isotonic","points":[[0,"a"]]})", "$.calibration.points[0][1]: a number"},
      {R"({"kind":"isotonic","points":[[0,0],[0,1]]})", "inputs must ascend"},
      {R"({"kind":"isotonic","points":[[0,1],[1,0.5]]})", "outputs must not descend"},
      {R"({"kind":"isotonic","points":[[0,0],[1,1.5]]})", "a point is not within [0, 1]"},
      {R"({"kind":"prior","odds_ratio":2,"shape":1})", "\"shape\" is not a field"},
  };
  for (const auto& one : cases) {
    try {
      with_calibration(one.calibration);
      FAIL() << one.calibration;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kBadModel);
      EXPECT_NE((error.what() + (' ' + error.detail())).find(one.text), std::string::npos)
          << error.what() << error.detail();
    }
  }
}

TEST(JsonForm, SurvivesMutations) {
  ModelShape shape;
  shape.trees = 2;
  shape.max_depth = 2;
  shape.categories = {5};
  const std::string text = to_json(ModelMaker(shape, 5).make());
  Random random(7);
  int accepted = 0;
  for (int i = 0; i < 5000; ++i) {
    std::string mutant = text;
    const std::uint32_t at = random.below(static_cast<std::uint32_t>(mutant.size()));
    mutant[at] = random.below(3) == 0 ? static_cast<char>(random.next())
                                      : "0123456789-.e[]{},:\"tn"[random.below(22)];
    try {
      const Model model = parse(mutant);
      ++accepted;
      const std::vector<double> missing(model.features.size(), std::nan(""));
      ASSERT_TRUE(std::isfinite(Predictor(model).margin(missing.data())));
    } catch (const Error&) {
    }
  }
  EXPECT_GT(accepted, 100);
}

}  // namespace
}  // namespace credit_risk
