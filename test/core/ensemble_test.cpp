#include "core/model/ensemble.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>

#include "additive_maker.hpp"
#include "core/error.hpp"
#include "core/explain/background/background_explainer.hpp"
#include "core/explain/explainer.hpp"
#include "core/explain/shap_interactions.hpp"
#include "core/model/codec.hpp"
#include "core/model/json/json_form.hpp"
#include "core/model/predict/predict.hpp"
#include "core/model/summary.hpp"
#include "core/model/validate.hpp"
#include "model_maker.hpp"

namespace credit_risk {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

// As the codec writes the length of a text.
std::string length_of(const std::string& text) {
  std::string result;
  for (std::size_t n = text.size();; n >>= 7) {
    if (n < 128) return result + static_cast<char>(n);
    result += static_cast<char>(128 | (n & 127));
  }
}

// Trees over some of the features of the boosted ones, and categories in another order.
std::vector<Member> members_of(std::uint64_t seed) {
  test::ModelShape small, large;
  small.numeric = 2;
  small.categories = {3};
  large.numeric = 5;
  large.categories = {70, 4};
  Model forest = test::ModelMaker(small, seed).make();
  std::swap(forest.features[2].categories[0], forest.features[2].categories[2]);
  Model boosted = test::ModelMaker(large, seed + 1).make();
  boosted.link = Link::kLogit;
  Model additive = test::AdditiveMaker(seed + 2).make();
  additive.points.reset();
  Calibration calibration;
  calibration.odds_ratio = 0.25;
  forest.link = Link::kLogit;
  forest.calibration = calibration;
  return {{2, forest}, {0.5, boosted}, {3, additive}};
}

double code_in(const Feature& feature, const std::string& category) {
  for (std::size_t c = 0; c < feature.categories.size(); ++c)
    if (feature.categories[c] == category) return static_cast<double>(c);
  return kUnrecognized;
}

// What a member sees of a row of the ensemble.
std::vector<double> seen_by(const Model& member, const Model& ensemble,
                            const std::vector<double>& row) {
  std::vector<double> result;
  for (const Feature& feature : member.features) {
    for (std::size_t f = 0; f < ensemble.features.size(); ++f) {
      if (ensemble.features[f].name != feature.name) continue;
      const double x = row[f];
      if (feature.kind == FeatureKind::kNumeric || !(x >= 0))
        result.push_back(x);
      else
        result.push_back(
            code_in(feature, ensemble.features[f].categories[static_cast<std::size_t>(x)]));
    }
  }
  return result;
}

std::vector<double> random_row(const Model& model, Random& random) {
  std::vector<double> row;
  for (const Feature& feature : model.features) {
    const auto kinds = static_cast<std::uint32_t>(feature.categories.size());
    if (random.below(6) == 0)
      row.push_back(kMissing);
    else if (kinds > 0)
      row.push_back(static_cast<double>(random.below(kinds + 1)) - 1);
    else
      row.push_back(random.uniform() * 10 - 5);
  }
  return row;
}

TEST(Ensemble, IsTheWeightedMeanOfItsMembers) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const std::vector<Member> members = members_of(seed);
    const Model ensemble = ensemble_of(members);
    const Predictor predictor(ensemble);
    Random random(seed);
    std::vector<double> rows, expected;
    for (int i = 0; i < 150; ++i) {
      const std::vector<double> row = random_row(ensemble, random);
      double sum = 0, weight = 0;
      for (const Member& member : members) {
        sum += member.weight *
               Predictor(member.model).probability(seen_by(member.model, ensemble, row).data());
        weight += member.weight;
      }
      expected.push_back(sum / weight);
      EXPECT_EQ(predictor.probability(row.data()), expected.back());
      EXPECT_EQ(predictor.score(row.data()).probability, expected.back());
      rows.insert(rows.end(), row.begin(), row.end());
    }
    std::vector<double> batch(150);
    predictor.probabilities(rows.data(), batch.size(), batch.data());
    EXPECT_EQ(batch, expected);
  }
}

TEST(Ensemble, HasTheFeaturesOfAllMembers) {
  Model a, b;
  a.features = {{"x", FeatureKind::kNumeric, {}, true},
                {"k", FeatureKind::kCategorical, {"p", "q"}}};
  b.features = {{"k", FeatureKind::kCategorical, {"r", "p"}}, {"y", FeatureKind::kNumeric, {}}};
  const std::vector<Feature> united = united_features({{1, a}, {1, b}});
  ASSERT_EQ(united.size(), 3u);
  EXPECT_EQ(united[0].name, "x");
  EXPECT_FALSE(united[0].zero_is_missing) << "that is the member's own matter";
  EXPECT_EQ(united[1].categories, (std::vector<std::string>{"p", "q", "r"}));
  EXPECT_EQ(united[2].name, "y");
  b.features[1] = {"x", FeatureKind::kCategorical, {"z"}};
  EXPECT_EQ(message_of([&] {
              united_features({{1, a}, {1, b}});
            }),
            "feature \"x\" is a number for one member and text for another");
}

TEST(Ensemble, ComesBackFromBytesAndJsonAsItWas) {
  Model ensemble = ensemble_of(members_of(3));
  Calibration calibration;
  calibration.kind = CalibrationKind::kSigmoid;
  calibration.slope = 3;
  ensemble.calibration = calibration;
  const std::string bytes = encode(ensemble);
  EXPECT_EQ(encode(decode(bytes.data(), bytes.size())), bytes);
  const std::string json = to_json(ensemble);
  EXPECT_EQ(encode(from_json(json.data(), json.size())), bytes);
  EXPECT_NE(summary(ensemble).find("\"kind\":\"ensemble\""), std::string::npos);
  EXPECT_NE(summary(ensemble).find("\"explainable\":false"), std::string::npos);
}

TEST(Ensemble, RefusesWhatIsNone) {
  const std::vector<Member> members = members_of(4);
  EXPECT_EQ(message_of([&] { ensemble_of({members[0]}); }),
            "an ensemble has from 2 to 100 members");
  EXPECT_EQ(message_of([&] { ensemble_of(std::vector<Member>(101, members[0])); }),
            "an ensemble has from 2 to 100 members");
  for (const double weight : {0.0, -1.0, kMissing, HUGE_VAL}) {
    EXPECT_EQ(message_of([&] {
                ensemble_of({members[0], {weight, members[1].model}});
              }),
              "a weight must be greater than 0 and finite");
  }
  EXPECT_EQ(message_of([&] {
              ensemble_of({members[0], {1, ensemble_of(members)}});
            }),
            "a member must not be an ensemble itself");
}

TEST(Ensemble, ValidatesMembersAndFeatures) {
  const auto refusal = [](const std::function<void(Model&)>& spoil) {
    Model model = ensemble_of(members_of(5));
    spoil(model);
    return message_of([&] { validate(model); });
  };
  EXPECT_EQ(refusal([](Model&) {}), "no error");
  EXPECT_EQ(refusal([](Model& m) { m.features.pop_back(); }),
            "model: the features of an ensemble are those of its members");
  EXPECT_EQ(refusal([](Model& m) { std::swap(m.features[0], m.features[1]); }),
            "model: the features of an ensemble are those of its members");
  EXPECT_EQ(refusal([](Model& m) { m.members.resize(1); }),
            "model: an ensemble has from 2 to 100 members");
  EXPECT_EQ(refusal([](Model& m) { m.members[1].weight = 0; }),
            "member 1: weight is not positive and finite");
  EXPECT_EQ(
      refusal([](Model& m) { m.members[1].model.trees.threshold[0] = kMissing; }).substr(0, 9),
      "member 1:");
  EXPECT_EQ(refusal([](Model& m) { m.link = Link::kLogit; }),
            "model: an ensemble adds up probabilities as they are");
  EXPECT_EQ(refusal([](Model& m) { m.terms.resize(1); }),
            "model: an ensemble has neither trees nor terms of its own");
  EXPECT_EQ(refusal([](Model& m) { m.members[0].model = ensemble_of(members_of(5)); }),
            "member 0: it is an ensemble itself");
}

TEST(Ensemble, OfAnEnsembleIsRefusedInBytesAndJson) {
  const Model inner = ensemble_of(members_of(6));
  const std::string json = to_json(inner);
  const std::string nested =
      "{\"format\": \"credit_risk.model.v1\", \"algorithm\": \"ensemble\", \"link\": \"identity\", "
      "\"features\": [], \"members\": [{\"weight\": 1, \"model\": " +
      json + "}]}";
  EXPECT_EQ(message_of([&] { from_json(nested.data(), nested.size()); }),
            "model JSON is not valid");
  // The bytes of a member, one of which says that it has members itself.
  std::string bytes = encode(ensemble_of(members_of(6)));
  const std::string magic = bytes.substr(0, 8);
  const std::size_t member = bytes.find(magic, 8);
  ASSERT_NE(member, std::string::npos);
  const std::string content = encode(inner.members[0].model);
  bytes.replace(member - 1 - (content.size() > 127 ? 1 : 0),
                content.size() + 1 + (content.size() > 127 ? 1 : 0),
                length_of(encode(inner)) + encode(inner));
  EXPECT_EQ(message_of([&] { decode(bytes.data(), bytes.size()); }), "model content is damaged");
}

TEST(Ensemble, SurvivesMutations) {
  const std::string bytes = encode(ensemble_of(members_of(7)));
  Random random(11);
  for (int i = 0; i < 4000; ++i) {
    std::string damaged = bytes;
    const std::uint32_t changes = 1 + random.below(4);
    for (std::uint32_t c = 0; c < changes; ++c)
      damaged[random.below(static_cast<std::uint32_t>(damaged.size()))] =
          static_cast<char>(random.below(256));
    if (random.below(4) == 0)
      damaged.resize(random.below(static_cast<std::uint32_t>(damaged.size())));
    try {
      const Model model = decode(damaged.data(), damaged.size());
      EXPECT_EQ(encode(model), damaged);
    } catch (const Error&) {
    }
  }
}

TEST(Ensemble, CannotBeExplained) {
  const Model model = ensemble_of(members_of(8));
  const std::vector<double> background(model.features.size(), 0.0);
  EXPECT_EQ(message_of([&] { Explainer explainer(model); }), "an ensemble cannot be explained");
  EXPECT_EQ(message_of([&] { BackgroundExplainer explainer(model, background.data(), 1); }),
            "an ensemble cannot be explained");
  EXPECT_EQ(message_of([&] { ShapInteractions explainer(model); }),
            "an ensemble cannot be explained");
}

}  // namespace
}  // namespace credit_risk
