#include "core/model/validate.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "core/error.hpp"
#include "model_maker.hpp"

namespace credit_risk {
namespace {

using test::ModelMaker;
using test::ModelShape;

// Two trees: amount_0 <= 1 ? 0.25 : (purpose_0 in {k0, k2} ? 0.5 : 0.75), and a single leaf.
Model valid_model() {
  Model model;
  model.algorithm = "random_forest";
  model.average = true;
  model.features = {{"amount_0", FeatureKind::kNumeric, {}},
                    {"purpose_0", FeatureKind::kCategorical, {"k0", "k1", "k2"}}};
  TreeEnsemble& trees = model.trees;
  trees.root = {0, 5};
  trees.feature = {0, -1, 1, -1, -1, -1};
  trees.left = {1, -1, 3, -1, -1, -1};
  trees.right = {2, -1, 4, -1, -1, -1};
  trees.threshold = {1, 0, 0, 0, 0, 0};
  trees.flags = {1, 0, 2, 0, 0, 0};
  trees.category_begin = {-1, -1, 0, -1, -1, -1};
  trees.category_words = {5};
  trees.value = {0, 0.25, 0, 0.5, 0.75, 0.5};
  trees.cover = {10, 4, 6, 6, 0, 10};
  return model;
}

struct Breach {
  const char* name;
  std::function<void(Model&)> apply;
  const char* message;  // begins the message
};

class ValidateBreach : public testing::TestWithParam<Breach> {};

TEST_P(ValidateBreach, IsRefusedAndLocated) {
  Model model = valid_model();
  GetParam().apply(model);
  try {
    validate(model);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()), GetParam().message);
  }
}

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

const Breach kBreaches[] = {
    {"no_algorithm", [](Model& m) { m.algorithm.clear(); }, "algorithm: name is empty"},
    {"no_features", [](Model& m) { m.features.clear(); }, "model: there are no features"},
    {"same_names", [](Model& m) { m.features[1].name = "amount_0"; },
     "feature 1: name \"amount_0\" occurs twice"},
    {"long_name", [](Model& m) { m.features[0].name.assign(256, 'x'); },
     "feature 0: name is too long"},
    {"invalid_utf8", [](Model& m) { m.features[0].name = "\xC0\x80"; },
     "feature 0: name is not valid UTF-8"},
    {"same_categories", [](Model& m) { m.features[1].categories[2] = "k0"; },
     "feature 1: category \"k0\" occurs twice"},
    {"numeric_categories", [](Model& m) { m.features[0].categories = {"a"}; },
     "feature 0: a numeric feature cannot have categories"},
    {"too_many_categories", [](Model& m) { m.features[1].categories.resize(65536); },
     "model has too many categories in one feature"},
    {"base_nan", [](Model& m) { m.base_value = kNaN; }, "model: base value is not finite"},
    {"no_trees", [](Model& m) { m.trees.root.clear(); }, "model: there are no trees"},
    {"short_array", [](Model& m) { m.trees.cover.pop_back(); },
     "model: arrays of the nodes differ in length"},
    {"first_root", [](Model& m) { m.trees.root[0] = 1; }, "tree 0: root is not the first node"},
    {"root_order", [](Model& m) { m.trees.root[1] = 0; },
     "tree 1: root is not behind the tree before"},
    {"root_range", [](Model& m) { m.trees.root[1] = 6; }, "tree 1: root is behind the last node"},
    {"feature_range", [](Model& m) { m.trees.feature[2] = 2; },
     "tree 0, node 2: feature index 2 is out of range"},
    {"feature_negative", [](Model& m) { m.trees.feature[2] = -2; },
     "tree 0, node 2: feature index -2 is out of range"},
    {"threshold", [](Model& m) { m.trees.threshold[0] = kInfinity; },
     "tree 0, node 0: threshold is not finite"},
    {"leaf_nan", [](Model& m) { m.trees.value[4] = kNaN; },
     "tree 0, node 4: leaf value is not finite"},
    {"leaf_probability", [](Model& m) { m.trees.value[5] = 1.5; },
     "tree 1, node 0: leaf value is not a probability"},
    {"leaf_huge",
     [](Model& m) {
       m.link = Link::kLogit;
       m.trees.value[5] = 1e305;
     },
     "model: leaf values are too large"},
    {"cycle", [](Model& m) { m.trees.left[2] = 0; }, "tree 0, node 2: left child is out of range"},
    {"self", [](Model& m) { m.trees.right[2] = 2; }, "tree 0, node 2: right child is out of range"},
    {"other_tree", [](Model& m) { m.trees.right[2] = 5; },
     "tree 0, node 2: right child is out of range"},
    {"shared_child", [](Model& m) { m.trees.right[2] = 3; },
     "tree 0, node 2: right child has another parent"},
    {"orphan",
     [](Model& m) {
       m.trees.feature[2] = m.trees.left[2] = m.trees.right[2] = -1;
       m.trees.flags[2] = 0;
       m.trees.category_begin[2] = -1;
       m.trees.category_words.clear();
     },
     "tree 0, node 3: no node leads here"},
    {"leaf_with_child", [](Model& m) { m.trees.left[1] = 3; },
     "tree 0, node 1: a leaf cannot have children"},
    {"leaf_with_split", [](Model& m) { m.trees.threshold[1] = 3; },
     "tree 0, node 1: a leaf cannot have a split"},
    {"inner_value", [](Model& m) { m.trees.value[0] = 1; },
     "tree 0, node 0: an inner node cannot have a leaf value"},
    {"numeric_flags", [](Model& m) { m.trees.flags[0] = 2; },
     "tree 0, node 0: flags do not fit a numeric split"},
    {"categorical_flags", [](Model& m) { m.trees.flags[2] = 4; },
     "tree 0, node 2: flags do not fit a categorical split"},
    {"set_begin", [](Model& m) { m.trees.category_begin[2] = 1; },
     "tree 0, node 2: category set is not behind the one before"},
    {"set_incomplete", [](Model& m) { m.trees.category_words.clear(); },
     "tree 0, node 2: category set is incomplete"},
    {"set_unused", [](Model& m) { m.trees.category_words.push_back(0); },
     "model: there are category sets that no node uses"},
    {"set_bits", [](Model& m) { m.trees.category_words[0] = 8; },
     "tree 0, node 2: category set names a category that does not exist"},
    {"cover_negative", [](Model& m) { m.trees.cover[5] = -1; },
     "tree 1, node 0: cover is not a finite number of at least 0"},
    {"cover_sum", [](Model& m) { m.trees.cover[3] = 6.00001; },
     "tree 0, node 2: cover of the children does not add up to that of the node"},
    {"cover_root", [](Model& m) { m.trees.cover[5] = 0; },
     "tree 1, node 0: cover of the root is 0 in a model with cover"},
};

INSTANTIATE_TEST_SUITE_P(All, ValidateBreach, testing::ValuesIn(kBreaches),
                         [](const auto& info) { return info.param.name; });

TEST(Validate, AcceptsTheModelThatTheBreachesBreak) {
  EXPECT_NO_THROW(validate(valid_model()));
  EXPECT_TRUE(has_cover(valid_model()));
}

TEST(Validate, AcceptsRandomModels) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    ModelShape shape;
    shape.categories = {1, 64, 65};
    shape.cover = seed % 2 == 0;
    EXPECT_NO_THROW(validate(ModelMaker(shape, seed).make()));
  }
}

TEST(Validate, AcceptsCoverThatIsSlightlyOff) {
  Model model = valid_model();
  model.trees.cover[0] = 10 * (1 + 5e-10);
  EXPECT_NO_THROW(validate(model));
}

// A tree of 200,000 nodes, one below the other: no recursion may be needed.
TEST(Validate, AcceptsAChain) {
  Model model = valid_model();
  TreeEnsemble& trees = model.trees;
  trees = TreeEnsemble();
  trees.root = {0};
  const std::int32_t n = 200001;
  for (std::int32_t i = 0; i < n; ++i) {
    const bool leaf = i % 2 == 1 || i == n - 1;
    trees.feature.push_back(leaf ? -1 : 0);
    trees.left.push_back(leaf ? -1 : i + 1);
    trees.right.push_back(leaf ? -1 : i + 2);
    trees.threshold.push_back(0);
    trees.flags.push_back(0);
    trees.category_begin.push_back(-1);
    trees.value.push_back(0);
    trees.cover.push_back(0);
  }
  EXPECT_NO_THROW(validate(model));
}

TEST(ValidText, FollowsTheServersRules) {
  EXPECT_TRUE(is_valid_text(""));
  EXPECT_TRUE(is_valid_text("\xE0\xA4\x8B\xE0\xA4\xA3"));    // Devanagari
  EXPECT_TRUE(is_valid_text("\xF4\x8F\xBF\xBF"));            // U+10FFFF
  EXPECT_FALSE(is_valid_text("\xF4\x90\x80\x80"));           // above
  EXPECT_FALSE(is_valid_text("\xED\xA0\x80"));               // surrogate
  EXPECT_FALSE(is_valid_text("\xE0\x80\x80"));               // overlong
  EXPECT_FALSE(is_valid_text("\xF0\x80\x80\x80"));           // overlong
  EXPECT_FALSE(is_valid_text("\xC3"));                       // cut
  EXPECT_FALSE(is_valid_text("\x80"));                       // stray
  EXPECT_FALSE(is_valid_text(std::string_view("a\0b", 3)));  // NUL
}

}  // namespace
}  // namespace credit_risk
