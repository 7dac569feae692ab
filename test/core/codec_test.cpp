#include "core/model/codec.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "additive_maker.hpp"
#include "core/error.hpp"
#include "core/model/predict/predict.hpp"
#include "core/model/validate.hpp"
#include "model_maker.hpp"

namespace credit_risk {
namespace {

using test::AdditiveMaker;
using test::ModelMaker;
using test::ModelShape;

Model decode(const std::string& content) {
  return credit_risk::decode(content.data(), content.size());
}

bool same_trees(const TreeEnsemble& a, const TreeEnsemble& b) {
  return a.root == b.root && a.feature == b.feature && a.left == b.left && a.right == b.right &&
         a.threshold == b.threshold && a.flags == b.flags && a.category_begin == b.category_begin &&
         a.category_words == b.category_words && a.value == b.value && a.cover == b.cover;
}

ModelShape mixed_shape() {
  ModelShape shape;
  shape.categories = {3, 64, 65};
  return shape;
}

TEST(Codec, IsLosslessAndCanonical) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    ModelShape shape = mixed_shape();
    shape.cover = seed % 3 != 0;
    Model model = ModelMaker(shape, seed).make();
    model.link = seed % 2 == 0 ? Link::kLogit : Link::kIdentity;
    model.average = seed % 4 < 2;
    model.float32_inputs = seed % 5 == 0;
    if (model.link == Link::kLogit) model.base_value = -0.1;
    model.link_scale = model.link == Link::kLogit && seed % 3 == 0 ? 0.7 : 1.0;
    model.features.front().zero_is_missing = seed % 3 == 1;
    const std::string content = encode(model);
    const Model back = decode(content);
    EXPECT_EQ(back.link_scale, model.link_scale);
    EXPECT_EQ(back.features.front().zero_is_missing, model.features.front().zero_is_missing);
    EXPECT_TRUE(same_trees(model.trees, back.trees));
    EXPECT_EQ(back.base_value, model.base_value);
    EXPECT_EQ(back.link, model.link);
    EXPECT_EQ(back.average, model.average);
    EXPECT_EQ(back.float32_inputs, model.float32_inputs);
    EXPECT_EQ(back.features.size(), model.features.size());
    EXPECT_EQ(back.features.back().categories, model.features.back().categories);
    EXPECT_EQ(encode(back), content);
  }
}

TEST(Codec, KeepsTheSignOfZeroAndEveryWidthOfNumber) {
  ModelShape shape;
  shape.trees = 4;
  shape.max_depth = 0;
  Model model = ModelMaker(shape, 1).make();
  model.link = Link::kLogit;
  model.trees.value = {-0.0, 7.0, 0.5, 0.1};
  const Model back = decode(encode(model));
  EXPECT_TRUE(std::signbit(back.trees.value[0]));
  EXPECT_EQ(back.trees.value, model.trees.value);
}

// The bytes are a contract: stored versions are named by their hash.
TEST(Codec, HasTheDocumentedBytes) {
  Model model;
  model.algorithm = "rf";
  model.average = true;
  model.features = {{"x", FeatureKind::kNumeric, {}}};
  TreeEnsemble& trees = model.trees;
  trees.root = {0};
  trees.feature = {0, -1, -1};
  trees.left = {1, -1, -1};
  trees.right = {2, -1, -1};
  trees.threshold = {2.5, 0, 0};
  trees.flags = {1, 0, 0};
  trees.category_begin = {-1, -1, -1};
  trees.value = {0, 0, 1};
  trees.cover = {300, 100, 200};
  const unsigned char expected[] = {'C',
                                    'R',
                                    'M',
                                    'O',
                                    'D',
                                    'E',
                                    'L',
                                    1,  // magic
                                    8,  // average, base 0
                                    2,
                                    'r',
                                    'f',  // algorithm
                                    1,
                                    0,
                                    1,
                                    'x',  // one numeric feature
                                    1,
                                    3,  // a tree of 3 nodes
                                    2 | 4 << 2 | 32,
                                    0,
                                    1,
                                    2,
                                    0,
                                    0,
                                    0x20,
                                    0x40,  // x <= 2.5f
                                    0 | 1 << 2 | 128,
                                    100,  // 0, cover 100
                                    1 | 1 << 2 | 128,
                                    1,
                                    0xC8,
                                    0x01};  // 1, cover 200
  EXPECT_EQ(encode(model), std::string(reinterpret_cast<const char*>(expected), sizeof expected));
}

Calibration calibration_of(int kind) {
  Calibration map;
  map.kind = static_cast<CalibrationKind>(kind % 3);
  map.odds_ratio = kind < 3 ? 0.2 : 1;
  if (map.kind == CalibrationKind::kSigmoid) {
    map.slope = 1.5;
    map.intercept = -0.1;
  }
  if (map.kind == CalibrationKind::kIsotonic) {
    map.inputs = {0, 0.25, 0.7, 1};
    map.outputs = {0, 0.1, 0.1, 0.9};
  }
  return map;
}

TEST(Codec, KeepsTheCalibrationBehindTheModel) {
  const Model trees = ModelMaker(mixed_shape(), 3).make();
  Model terms = AdditiveMaker(3).make();
  terms.points.reset();
  for (Model model : {trees, terms}) {
    const std::string without = encode(model);
    for (const int kind : {0, 1, 2, 4, 5}) {
      model.calibration = calibration_of(kind);
      const std::string content = encode(model);
      EXPECT_EQ(content.substr(0, without.size()), without);
      const Model back = decode(content);
      ASSERT_TRUE(back.calibration);
      EXPECT_EQ(back.calibration->kind, model.calibration->kind);
      EXPECT_EQ(back.calibration->slope, model.calibration->slope);
      EXPECT_EQ(back.calibration->intercept, model.calibration->intercept);
      EXPECT_EQ(back.calibration->inputs, model.calibration->inputs);
      EXPECT_EQ(back.calibration->outputs, model.calibration->outputs);
      EXPECT_EQ(back.calibration->odds_ratio, model.calibration->odds_ratio);
      EXPECT_EQ(encode(back), content);
      for (std::size_t size = without.size() + 1; size < content.size(); ++size)
        EXPECT_THROW(decode(content.substr(0, size)), Error) << size;
      EXPECT_THROW(decode(content + '\0'), Error);
    }
    for (int head = 0; head < 256; ++head)
      EXPECT_THROW(decode(without + static_cast<char>(head)), Error) << head;
    EXPECT_THROW(decode(without + std::string("\4\1\1", 3)), Error);  // an odds ratio of 1
  }
}

bool same_terms(const std::vector<Term>& a, const std::vector<Term>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Term& x, const Term& y) {
    return x.feature == y.feature && x.kind == y.kind && x.slope == y.slope &&
           x.center == y.center && x.edges == y.edges && x.specials == y.specials &&
           x.special_values == y.special_values && x.values == y.values && x.missing == y.missing &&
           x.unrecognized == y.unrecognized && x.mean == y.mean;
  });
}

TEST(Codec, IsLosslessAndCanonicalForTerms) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Model model = AdditiveMaker(seed).make();
    for (std::size_t t = 0; t < model.terms.size(); ++t) {
      if ((seed + t) % 3 == 0) model.terms[t].missing.reset();
      if ((seed + t) % 4 == 0) model.terms[t].unrecognized.reset();
      if ((seed + t) % 5 == 0) model.terms[t].mean.reset();
    }
    const std::string content = encode(model);
    const Model back = decode(content);
    EXPECT_TRUE(same_terms(model.terms, back.terms)) << seed;
    EXPECT_EQ(back.points.has_value(), model.points.has_value());
    if (model.points) {
      EXPECT_EQ(back.points->offset, model.points->offset);
      EXPECT_EQ(back.points->factor, model.points->factor);
    }
    EXPECT_EQ(back.base_value, model.base_value);
    EXPECT_EQ(encode(back), content);
    for (std::size_t size = 0; size < content.size(); size += seed < 10 ? 1 : 17)
      EXPECT_THROW(credit_risk::decode(content.data(), size), Error);
    EXPECT_THROW(decode(content + '\0'), Error);
  }
}

TEST(Codec, HasTheDocumentedBytesForTerms) {
  Model model;
  model.algorithm = "sc";
  model.link = Link::kLogit;
  model.points = PointsScale{500, 20};
  model.base_value = 3;
  model.features = {{"x", FeatureKind::kNumeric, {}},
                    {"y", FeatureKind::kNumeric, {}},
                    {"z", FeatureKind::kCategorical, {"a"}}};
  Term bins, categories;
  bins.feature = 1;
  bins.kind = TermKind::kBins;
  bins.edges = {2.5};
  bins.values = {0, 7};
  bins.specials = {9};
  bins.special_values = {1};
  bins.missing = 4;
  bins.mean = 5;
  categories.feature = 2;
  categories.kind = TermKind::kCategories;
  categories.values = {6};
  categories.unrecognized = 8;
  model.terms = {bins, categories};
  const std::string expected =
      std::string("CRMODEL\1", 8) + std::string("\x85\3\2sc", 5) +   // terms, logit, base 3
      std::string("\3\0\1x\0\1y\1\1z\1\1a", 13) +                    // the features
      std::string("\1\1\xF4\3\1\x14\2", 7) +                         // points 500 and 20, two terms
      std::string("\x15\1\1\2\0\0\x20\x40\0\1\7\1\1\x09\1\1", 16) +  // bins to the specials
      std::string("\1\4\1\5", 4) +                                   // missing and mean
      std::string("\x0A\0\1\6\1\x08", 6);                            // the categories
  EXPECT_EQ(encode(model), expected);
}

TEST(Codec, RefusesEveryTruncation) {
  const std::string content = encode(ModelMaker(mixed_shape(), 3).make());
  for (std::size_t size = 0; size < content.size(); ++size) {
    EXPECT_THROW(credit_risk::decode(content.data(), size), Error) << size;
  }
  EXPECT_THROW(decode(content + '\0'), Error);
}

TEST(Codec, SaysWhereTheContentIsDamaged) {
  std::string content = encode(ModelMaker(mixed_shape(), 3).make());
  content.resize(20);
  try {
    decode(content);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kBadModel);
    EXPECT_NE(error.detail().find("At byte "), std::string::npos) << error.detail();
  }
}

TEST(Codec, RefusesAnotherVersion) {
  std::string content = encode(ModelMaker(mixed_shape(), 3).make());
  content[7] = 2;
  EXPECT_THROW(decode(content), Error);
}

// A count that promises more than the content holds must not be believed.
TEST(Codec, ChecksCountsBeforeItAllocates) {
  const std::string trees = std::string("CRMODEL\1\0\2rf\1\0\1x\1", 17);
  const std::string terms = std::string("CRMODEL\1\x84\2rf\1\0\1x\0\1", 18);
  for (const std::string& content :
       {trees + "\xFF\xFF\xFF\3", terms + std::string("\x11\0\xFF\xFF\xFF\3", 6),
        terms + std::string("\x10\0\1\1\1\1\xFF\xFF\xFF\3", 10)}) {
    try {
      decode(content);
      FAIL();
    } catch (const Error& error) {
      EXPECT_NE(error.detail().find("the content ends before all n"), std::string::npos)
          << error.what() << error.detail();
    }
  }
}

std::string mutate(std::string content, Random& random) {
  const std::uint32_t changes = 1 + random.below(3);
  for (std::uint32_t i = 0; i < changes && !content.empty(); ++i) {
    const std::uint32_t at = random.below(static_cast<std::uint32_t>(content.size()));
    switch (random.below(5)) {
      case 0:
        content[at] = static_cast<char>(random.next());
        break;
      case 1:
        content[at] ^= static_cast<char>(1 << random.below(8));
        break;
      case 2:
        content.insert(at, 1, static_cast<char>(random.next()));
        break;
      case 3:
        content.erase(at, 1 + random.below(4));
        break;
      default:
        content[at] = static_cast<char>(random.below(2) == 0 ? 0xFF : 0);
        break;
    }
  }
  return content;
}

TEST(Codec, SurvivesMutationsOfTerms) {
  Random random(20261125);
  int accepted = 0;
  for (int round = 0; round < 100; ++round) {
    AdditiveMaker maker(static_cast<std::uint64_t>(round));
    const std::string content = encode(maker.make());
    for (int i = 0; i < 1000; ++i) {
      const std::string mutant = mutate(content, random);
      try {
        const Model model = decode(mutant);
        ++accepted;
        ASSERT_EQ(encode(model), mutant);
        const Predictor predictor(model);
        const std::vector<double> missing(model.features.size(), std::nan(""));
        const double p = predictor.probability(missing.data());
        ASSERT_TRUE(p >= 0 && p <= 1);
        const std::vector<double> row = maker.row();
        if (row.size() == model.features.size()) {
          ASSERT_TRUE(std::isfinite(predictor.margin(row.data())));
        }
      } catch (const Error&) {
      }
    }
  }
  EXPECT_GT(accepted, 1000);
}

// Whatever the bytes: an Error, or a model that scores every row with a probability and is its own
// canonical form.
TEST(Codec, SurvivesMutations) {
  ModelShape shape;
  shape.trees = 2;
  shape.max_depth = 3;
  shape.categories = {5, 70};
  Random random(20240501);
  int accepted = 0;
  for (int round = 0; round < 100; ++round) {
    ModelMaker maker(shape, static_cast<std::uint64_t>(round));
    const std::string content = encode(maker.make());
    const std::vector<double> row = maker.row();
    for (int i = 0; i < 1000; ++i) {
      const std::string mutant = mutate(content, random);
      try {
        const Model model = decode(mutant);
        ++accepted;
        ASSERT_EQ(encode(model), mutant);
        std::vector<double> missing(model.features.size(), std::nan(""));
        const Predictor predictor(model);
        const double p = predictor.probability(missing.data());
        ASSERT_TRUE(p >= 0 && p <= 1);
        if (model.features.size() == row.size() && model.features.back().categories.size() == 70) {
          ASSERT_TRUE(std::isfinite(predictor.margin(row.data())));
        }
      } catch (const Error&) {
      }
    }
  }
  EXPECT_GT(accepted, 1000);
}

}  // namespace
}  // namespace credit_risk
