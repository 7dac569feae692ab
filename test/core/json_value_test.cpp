#include "core/json_value.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace credit_risk {
namespace {

JsonValue parsed(const std::string& text, std::size_t depth = 5) {
  return parse_json(text.data(), text.size(), depth, "document");
}

std::string detail_of(const std::string& text, std::size_t depth = 5) {
  try {
    parsed(text, depth);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kBadModel);
    EXPECT_STREQ(error.what(), "document is not valid");
    return error.detail();
  }
  return "no error";
}

TEST(JsonValue, HoldsEveryKind) {
  const JsonValue value =
      parsed(R"({"a": [1, -2, 2.5, 1e2], "b": true, "c": null, "d": "x\u00e9"})");
  ASSERT_TRUE(value.is_object());
  EXPECT_EQ(value["a"].size(), 4u);
  EXPECT_EQ(value["a"][0].integer(), 1);
  EXPECT_EQ(value["a"][1].integer(), -2);
  EXPECT_FALSE(value["a"][2].is_integer());
  EXPECT_EQ(value["a"][2].number(), 2.5);
  EXPECT_EQ(value["a"][0].number(), 1.0);
  EXPECT_TRUE(value["b"].boolean());
  EXPECT_FALSE(value["c"].is_number() || value["c"].is_string() || value["c"].is_boolean());
  EXPECT_EQ(value["d"].string(), "x\xC3\xA9");
  EXPECT_FALSE(value.contains("e"));
  EXPECT_EQ(value.find("e"), nullptr);
}

TEST(JsonValue, KeepsWholeNumbersOf64Bits) {
  EXPECT_EQ(parsed("9223372036854775807").integer(), INT64_MAX);
  EXPECT_EQ(parsed("-9223372036854775808").integer(), INT64_MIN);
  EXPECT_FALSE(parsed("9223372036854775808").is_integer());
  EXPECT_EQ(parsed("9223372036854775808").number(), 0x1p63);
}

TEST(JsonValue, TakesTheLastOfEqualKeys) {
  EXPECT_EQ(parsed(R"({"a": 1, "a": {"b": 2}})")["a"]["b"].integer(), 2);
}

TEST(JsonValue, SaysWhatIsWrong) {
  EXPECT_EQ(detail_of(""), "At byte 1: the text is not JSON.");
  EXPECT_EQ(detail_of("[1,]"), "At byte 4: the text is not JSON.");
  EXPECT_EQ(detail_of("[1] 2"), "At byte 5: the text is not JSON.");
  EXPECT_EQ(detail_of("\"\xFF\""), "At byte 2: the text is not JSON.");
  EXPECT_EQ(detail_of("1e999"), "At byte 5: a number is out of range.");
  EXPECT_EQ(detail_of("[[1]]", 2), "no error");
  EXPECT_EQ(detail_of("[[[1]]]", 2), "Values are nested too deeply.");
  EXPECT_EQ(detail_of(std::string(1000000, '[')), "Values are nested too deeply.");
}

TEST(JsonQuoted, EscapesWhatJsonMust) {
  EXPECT_EQ(json_quoted("a\"\\\n\x01\xC3\xA9"), "\"a\\\"\\\\\\n\\u0001\xC3\xA9\"");
}

}  // namespace
}  // namespace credit_risk
