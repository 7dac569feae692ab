#include <gtest/gtest.h>

#include <limits>
#include <string_view>
#include <vector>

#include "core/model/category_text.hpp"

namespace credit_risk {
namespace {

TEST(CategoryText, HasNeitherExponentNorZerosAtTheEnd) {
  EXPECT_EQ(category_text(7), "7");
  EXPECT_EQ(category_text(-0.0), "0");
  EXPECT_EQ(category_text(-12.5), "-12.5");
  EXPECT_EQ(category_text(0.00001), "0.00001");
  EXPECT_EQ(category_text(1e15), "1000000000000000");
  EXPECT_EQ(category_text(0.1), "0.1");
  EXPECT_EQ(category_text(std::numeric_limits<double>::max()).size(), 309u);
  EXPECT_EQ(category_text(-std::numeric_limits<double>::denorm_min()).size(), 327u);
}

TEST(CategoryText, TruthGoesByTheFirstSpellingThatIsKnown) {
  const auto code_in = [](const std::vector<std::string_view>& known, bool value) {
    return truth_code(value, -1, [&](std::string_view spelling) {
      for (std::size_t k = 0; k < known.size(); ++k)
        if (known[k] == spelling) return static_cast<int>(k);
      return -1;
    });
  };
  EXPECT_EQ(code_in({"False", "True"}, true), 1);
  EXPECT_EQ(code_in({"1", "0", "true"}, true), 2);
  EXPECT_EQ(code_in({"1", "0", "true"}, false), 1);
  EXPECT_EQ(code_in({"TRUE", "FALSE"}, false), 1);
  EXPECT_EQ(code_in({"yes", "no"}, true), -1);
}

TEST(CategoryText, WholeNumbersGoByPythonsSpellingToo) {
  const auto code_in = [](const std::vector<std::string_view>& known, std::string_view text) {
    return number_code(text, -1, [&](std::string_view spelling) {
      for (std::size_t k = 0; k < known.size(); ++k)
        if (known[k] == spelling) return static_cast<int>(k);
      return -1;
    });
  };
  EXPECT_EQ(code_in({"7.0"}, "7"), 0);
  EXPECT_EQ(code_in({"7.0", "7"}, "7"), 1);
  EXPECT_EQ(code_in({"-36.0"}, "-36"), 0);
  EXPECT_EQ(code_in({"7.5.0", "x.0"}, "7.5"), -1);
  EXPECT_EQ(code_in({"100000000000000000000.0"}, "100000000000000000000"), -1);  // no double then
}

}  // namespace
}  // namespace credit_risk
