#include "core/model/json_form.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "core/error.hpp"
#include "core/model/codec.hpp"
#include "core/model/predict.hpp"
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

// The example of doc/model-format.md.
TEST(JsonForm, ReadsTheDocumentedExample) {
  std::ifstream file(std::string(CR_TEST_DATA) + "/../../doc/model-format.md");
  std::stringstream page;
  page << file.rdbuf();
  const std::string text = page.str();
  const std::size_t begin = text.find("```json") + 7;
  const Model model = parse(text.substr(begin, text.find("```", begin) - begin));
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
