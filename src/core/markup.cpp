#include "core/markup.hpp"

#include <algorithm>
#include <charconv>

namespace credit_risk {
namespace {

constexpr const char* kEllipsis = "\u2026";
constexpr const char* kReplacement = "\uFFFD";
constexpr std::size_t kNumberBuffer = 400;  // of 1e308 with decimals

// The bytes of the UTF-8 sequence that begins at `at`; 0 where none does. Surrogates, U+FFFE and
// U+FFFF, which XML forbids, count as none.
std::size_t sequence_size(const std::string& text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4) return 0;
  unsigned long code = first & (0xFFu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    code = code << 6 | (byte(i) & 0x3F);
  }
  constexpr unsigned long kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < kLeast[size] || code > 0x10FFFF || surrogate || (code & ~1ul) == 0xFFFE) return 0;
  return size;
}

bool is_control(const std::string& text, std::size_t at, std::size_t size) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (size == 1) return byte < 0x20 || byte == 0x7F;
  return size == 2 && byte == 0xC2 && static_cast<unsigned char>(text[at + 1]) < 0xA0;
}

}  // namespace

std::string escape_markup(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '&') {
      safe += "&amp;";
    } else if (c == '<') {
      safe += "&lt;";
    } else if (c == '>') {
      safe += "&gt;";
    } else if (c == '"') {
      safe += "&quot;";
    } else {
      safe += c;
    }
  }
  return safe;
}

std::string fixed_number(double value, int decimals) {
  char buffer[kNumberBuffer];
  const std::to_chars_result end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, decimals);
  const std::string text(buffer, end.ptr);
  const bool is_zero = text.find_first_not_of("-0.") == std::string::npos;
  return is_zero && text[0] == '-' ? text.substr(1) : text;
}

std::size_t text_width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
  }));
}

std::string fit_text(const std::string& text, std::size_t width) {
  std::string fitted;
  std::size_t count = 0, last = 0;  // `last`: where the last code point that fits begins
  for (std::size_t at = 0; at < text.size(); ++count) {
    if (count == width) return fitted.substr(0, last) + kEllipsis;
    last = fitted.size();
    const std::size_t size = sequence_size(text, at);
    if (size == 0) {
      fitted += kReplacement;
    } else if (is_control(text, at, size)) {
      fitted += ' ';
    } else {
      fitted.append(text, at, size);
    }
    at += std::max<std::size_t>(size, 1);
  }
  return fitted;
}

}  // namespace credit_risk
