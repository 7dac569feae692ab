#include "core/model/name_index.hpp"

#include <gtest/gtest.h>

namespace credit_risk {
namespace {

std::int32_t find(const NameIndex& index, const std::string& name) {
  return index.find(name.data(), name.size());
}

TEST(NameIndex, FindsEveryNameAndNoOther) {
  std::vector<std::string> names;
  for (int i = 0; i < 1000; ++i) names.push_back("feature_" + std::to_string(i));
  const NameIndex index(names);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(find(index, names[i]), i);
  EXPECT_EQ(find(index, "feature_1000"), NameIndex::kNone);
  EXPECT_EQ(find(index, "feature_"), NameIndex::kNone);
}

TEST(NameIndex, TellsTheEmptyTextFromAnAbsentOne) {
  const std::vector<std::string> names = {"a", ""};
  EXPECT_EQ(find(NameIndex(names), ""), 1);
  EXPECT_EQ(find(NameIndex(std::vector<std::string>{}), ""), NameIndex::kNone);
  EXPECT_EQ(find(NameIndex(), "a"), NameIndex::kNone);
}

TEST(NameIndex, ComparesBytesNotLetters) {
  const std::vector<std::string> names = {"Rent", "rent", "rent "};
  const NameIndex index(names);
  EXPECT_EQ(find(index, "Rent"), 0);
  EXPECT_EQ(find(index, "rent"), 1);
  EXPECT_EQ(find(index, "rent "), 2);
  EXPECT_EQ(find(index, "RENT"), NameIndex::kNone);
}

}  // namespace
}  // namespace credit_risk
