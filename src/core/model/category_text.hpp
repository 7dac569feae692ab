// How a category is spelled, so that a number or a truth value finds the one that a model means.
#pragma once
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace credit_risk {

// All digits, no exponent, no zeros at the end: 7, 0.00001, 100000000000000000000. What the
// database writes for a number of the same value, whatever its type.
std::string category_text(double value);

// The code of a number by its category_text, or as Python writes a whole double: 7.0.
template <class CodeOf, class Code>
Code number_code(std::string_view text, Code unknown, CodeOf code_of) {
  constexpr std::size_t kMostDigits = 20;
  const Code code = code_of(text);
  if (code != unknown || text.size() > kMostDigits ||
      text.find_first_not_of("-0123456789") != text.npos)
    return code;
  char spelled[kMostDigits + 2];
  std::memcpy(spelled, text.data(), text.size());
  std::memcpy(spelled + text.size(), ".0", 2);
  return code_of(std::string_view(spelled, text.size() + 2));
}

// The spellings of a truth value that models know it by: SQL's own, those of Python and R, the
// number.
inline constexpr std::size_t kTruthSpellings = 4;
inline constexpr std::string_view kTrueSpellings[kTruthSpellings] = {"true", "True", "TRUE", "1"};
inline constexpr std::string_view kFalseSpellings[kTruthSpellings] = {"false", "False", "FALSE",
                                                                      "0"};

// The code of the first spelling that `code_of(std::string_view)` knows, `unknown` if none is.
template <class CodeOf, class Code>
Code truth_code(bool value, Code unknown, CodeOf code_of) {
  for (const std::string_view spelling : value ? kTrueSpellings : kFalseSpellings) {
    const Code code = code_of(spelling);
    if (code != unknown) return code;
  }
  return unknown;
}

}  // namespace credit_risk
