#include "core/model/category_text.hpp"

#include <charconv>

namespace credit_risk {

std::string category_text(double value) {
  char buffer[350];  // 17 digits behind up to 323 zeros
  const std::to_chars_result result =
      std::to_chars(buffer, buffer + sizeof buffer, value + 0.0, std::chars_format::fixed);
  return std::string(buffer, result.ptr);
}

}  // namespace credit_risk
