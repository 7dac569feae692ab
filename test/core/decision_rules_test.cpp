#include "core/report/decision_rules.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "model_maker.hpp"

namespace credit_risk {
namespace {

// A tree of given splits, node by node; children in the order left, right.
class TreeMaker {
 public:
  explicit TreeMaker(std::vector<Feature> features) {
    model_.algorithm = "decision_tree";
    model_.features = std::move(features);
    model_.average = true;
    model_.trees.root.push_back(0);
  }

  TreeMaker& split(std::int32_t feature, double threshold, std::int32_t left, std::int32_t right,
                   std::uint8_t flags = 0) {
    add(feature, left, right);
    model_.trees.threshold.back() = threshold;
    model_.trees.flags.back() = flags;
    return *this;
  }
  TreeMaker& split_set(std::int32_t feature, std::uint64_t codes, std::int32_t left,
                       std::int32_t right, std::uint8_t flags = 0) {
    split(feature, 0, left, right, flags);
    model_.trees.category_begin.back() =
        static_cast<std::int32_t>(model_.trees.category_words.size());
    model_.trees.category_words.push_back(codes);
    return *this;
  }
  TreeMaker& leaf(double value, double cover = 0) {
    add(TreeEnsemble::kLeaf, TreeEnsemble::kLeaf, TreeEnsemble::kLeaf);
    model_.trees.value.back() = value;
    model_.trees.cover.back() = cover;
    return *this;
  }
  Model model() const { return model_; }
  std::vector<std::string> texts() const {
    std::vector<std::string> result;
    for (const DecisionRule& rule : decision_rules(model_)) result.push_back(rule.conditions);
    return result;
  }

 private:
  void add(std::int32_t feature, std::int32_t left, std::int32_t right) {
    TreeEnsemble& trees = model_.trees;
    trees.feature.push_back(feature);
    trees.left.push_back(left);
    trees.right.push_back(right);
    trees.threshold.push_back(0);
    trees.flags.push_back(0);
    trees.category_begin.push_back(-1);
    trees.value.push_back(0);
    trees.cover.push_back(0);
  }
  Model model_;
};

const Feature kIncome{"income", FeatureKind::kNumeric, {}};
const Feature kPurpose{"Purpose", FeatureKind::kCategorical, {"car", "it's", "home"}};
constexpr std::uint8_t kMissing = TreeEnsemble::kMissingLeft;
constexpr std::uint8_t kUnseen = TreeEnsemble::kUnrecognizedLeft;
using Texts = std::vector<std::string>;

TEST(DecisionRules, MergesConditionsOnOneFeature) {
  TreeMaker tree({kIncome});
  tree.split(0, 30, 1, 2, kMissing).split(0, 10, 3, 4).split(0, 50, 5, 6);
  for (int i = 0; i < 4; ++i) tree.leaf(0.5);
  EXPECT_EQ(tree.texts(), (Texts{"income <= 10", "income > 10 AND income <= 30 (or missing)",
                                 "income > 30 AND income <= 50", "income > 50"}));
}

TEST(DecisionRules, ListsCategories) {
  TreeMaker tree({kPurpose, kIncome});
  tree.split_set(0, 0b101, 1, 2).split(1, 7, 3, 4, kMissing).split_set(0, 0b010, 5, 6, kMissing);
  for (int i = 0; i < 4; ++i) tree.leaf(0.5);
  EXPECT_EQ(tree.texts(), (Texts{"\"Purpose\" IN ('car', 'home') AND income <= 7 (or missing)",
                                 "\"Purpose\" IN ('car', 'home') AND income > 7",
                                 "\"Purpose\" = 'it''s' (or missing)",
                                 "\"Purpose\" NOT IN ('car', 'it''s', 'home')"}));
}

TEST(DecisionRules, UnrecognizedCategoriesComeWhereTheyAreNotListed) {
  TreeMaker tree({kPurpose});
  tree.split_set(0, 0b001, 1, 2, kUnseen | kMissing).leaf(0.1).leaf(0.2);
  EXPECT_EQ(tree.texts(), (Texts{"\"Purpose\" NOT IN ('it''s', 'home') (or missing)",
                                 "\"Purpose\" IN ('it''s', 'home')"}));
  TreeMaker one({kPurpose});
  one.split_set(0, 0b011, 1, 2, kUnseen).leaf(0.1).leaf(0.2);
  EXPECT_EQ(one.texts(), (Texts{"\"Purpose\" <> 'home'", "\"Purpose\" = 'home' (or missing)"}));
}

TEST(DecisionRules, MissingAlone) {
  TreeMaker tree({kIncome});
  tree.split(0, std::numeric_limits<double>::max(), 1, 2).leaf(0.1).leaf(0.2);
  EXPECT_EQ(tree.texts(), (Texts{"income IS NOT NULL", "income IS NULL"}));
}

TEST(DecisionRules, AllRowsAndNone) {
  EXPECT_EQ(TreeMaker({kIncome}).leaf(0.5).texts(), (Texts{"TRUE"}));
  TreeMaker tree({kIncome});
  tree.split(0, 5, 1, 2, kMissing).split(0, 9, 3, 4, kMissing).leaf(0.1).leaf(0.2).leaf(0.3);
  EXPECT_EQ(tree.texts(), (Texts{"income <= 5 (or missing)", "FALSE", "income > 5"}));
}

TEST(DecisionRules, ShowsTheRounderNumber) {
  TreeMaker tree({kIncome});
  tree.split(0, std::nextafter(25000.0, 0.0), 1, 2).leaf(0.1).leaf(0.2);
  EXPECT_EQ(tree.texts(), (Texts{"income < 25000", "income >= 25000 (or missing)"}));
  Model narrow = tree.model();
  narrow.float32_inputs = true;
  narrow.trees.threshold[0] = 0.1f;
  EXPECT_EQ(decision_rules(narrow)[0].conditions, "income <= 0.1");
  narrow.trees.threshold[0] = std::nextafterf(1e6f, 0.0f);
  EXPECT_EQ(decision_rules(narrow)[0].conditions, "income < 1000000");
}

TEST(DecisionRules, TellsZerosThatCountAsMissing) {
  TreeMaker tree({{"income", FeatureKind::kNumeric, {}, true}});
  tree.split(0, 5, 1, 2, 0).leaf(0.1).leaf(0.2);
  EXPECT_EQ(tree.texts(), (Texts{"income <= 5 AND income <> 0", "income > 5 (or missing or 0)"}));
}

TEST(DecisionRules, CountsRowsAndEvents) {
  TreeMaker tree({kIncome});
  tree.split(0, 5, 1, 2).leaf(0.25, 12).leaf(0.5, 4);
  Model model = tree.model();
  model.trees.cover[0] = 16;
  auto rules = decision_rules(model);
  EXPECT_EQ(rules[0].probability, 0.25);
  EXPECT_EQ(rules[0].share, 0.75);
  EXPECT_EQ(rules[0].events, 3);
  EXPECT_EQ(rules[1].events, 2);
  model.calibration = Calibration{};
  model.calibration->odds_ratio = 3;
  EXPECT_DOUBLE_EQ(decision_rules(model)[0].probability, 0.5);
  model.calibration.reset();
  model.link = Link::kLogit;
  rules = decision_rules(model);
  EXPECT_DOUBLE_EQ(rules[0].probability, 1 / (1 + std::exp(-0.25)));
  EXPECT_EQ(rules[0].share, 0.75);
  EXPECT_TRUE(std::isnan(rules[0].events)) << "a log-odds tells no events";
}

TEST(DecisionRules, WithoutCoversSharesAreNotKnown) {
  const auto rules = decision_rules(TreeMaker({kIncome}).split(0, 5, 1, 2).leaf(0).leaf(1).model());
  EXPECT_TRUE(std::isnan(rules[0].share));
  EXPECT_TRUE(std::isnan(rules[0].events));
}

TEST(DecisionRules, RefusesModelsOfManyTreesOrNone) {
  test::ModelShape shape;
  shape.trees = 2;
  Model additive;
  additive.algorithm = "logistic_regression";
  for (const Model& model : {test::ModelMaker(shape, 1).make(), additive}) {
    try {
      decision_rules(model);
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInvalidInput);
      EXPECT_STREQ(error.what(), "the model is not one tree");
      EXPECT_NE(error.hint(), "");
    }
  }
}

}  // namespace
}  // namespace credit_risk
