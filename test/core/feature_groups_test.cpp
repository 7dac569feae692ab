#include "core/explain/feature_groups.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace credit_risk {
namespace {

std::vector<Feature> features() {
  std::vector<Feature> made;
  for (const char* name : {"age", "purpose_home", "income", "purpose_car"}) {
    made.push_back({name, FeatureKind::kNumeric, {}, false});
  }
  return made;
}

std::string refusal(const char* json) {
  try {
    FeatureGroups(features(), json);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(FeatureGroups, SumMembersInTheOrderOfTheirFirstFeature) {
  const FeatureGroups groups(features(), R"({"purpose": ["purpose_car", "purpose_home"]})");
  ASSERT_EQ(groups.lines().size(), 3u);
  EXPECT_EQ(groups.lines()[0].name, "age");
  EXPECT_EQ(groups.lines()[1].name, "purpose");
  EXPECT_TRUE(groups.lines()[1].is_group);
  EXPECT_EQ(groups.lines()[1].members, (std::vector<std::int32_t>{1, 3}));
  EXPECT_EQ(groups.lines()[2].name, "income");
  EXPECT_FALSE(groups.lines()[2].is_group);
  const double impacts[] = {1, 2, 4, 8};
  double sums[3];
  groups.sum(impacts, sums);
  EXPECT_EQ(sums[0], 1);
  EXPECT_EQ(sums[1], 10);
  EXPECT_EQ(sums[2], 4);
}

TEST(FeatureGroups, LeaveEveryFeatureAloneWithoutGroups) {
  const FeatureGroups groups(features(), "{}");
  EXPECT_EQ(groups.lines().size(), 4u);
  EXPECT_EQ(groups.lines()[3].name, "purpose_car");
}

TEST(FeatureGroups, AllowTheNameOfAMember) {
  const FeatureGroups groups(features(), R"({"age": ["age", "income"]})");
  EXPECT_EQ(groups.lines()[0].name, "age");
  EXPECT_TRUE(groups.lines()[0].is_group);
}

TEST(FeatureGroups, RefuseWhatHasNoMeaning) {
  EXPECT_EQ(refusal("[]"), "groups must be a JSON object");
  EXPECT_EQ(refusal("null"), "groups must be a JSON object");
  EXPECT_EQ(refusal(R"({"": ["age"]})"), "a group must have a name");
  EXPECT_EQ(refusal(R"({"g": []})"), "group \"g\" must be an array of features");
  EXPECT_EQ(refusal(R"({"g": "age"})"), "group \"g\" must be an array of features");
  EXPECT_EQ(refusal(R"({"g": [1]})"), "group \"g\" must be an array of features");
  EXPECT_EQ(refusal(R"({"g": ["boat"]})"), "feature \"boat\" of group \"g\" does not exist");
  EXPECT_EQ(refusal(R"({"g": ["age"], "h": ["age"]})"), "feature \"age\" is named twice in groups");
  EXPECT_EQ(refusal(R"({"g": ["age", "age"]})"), "feature \"age\" is named twice in groups");
  EXPECT_EQ(refusal(R"({"income": ["age"]})"),
            "group \"income\" has the name of a feature outside it");
}

}  // namespace
}  // namespace credit_risk
