#include "core/explain/waterfall_layout.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace credit_risk {
namespace {

constexpr const char* kEllipsis = "\u2026";
constexpr const char* kReplacement = "\uFFFD";
constexpr std::size_t kLongestValue = 16;
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

double greatest_size(const Waterfall& waterfall, const std::vector<WaterfallBar>& bars) {
  double greatest = std::max(std::fabs(waterfall.base_value), std::fabs(waterfall.output));
  for (const WaterfallBar& bar : bars) greatest = std::max(greatest, std::fabs(bar.impact));
  return greatest;
}

int decimals_for(double greatest) {
  constexpr int kSignificant = -1;
  if (greatest == 0) return 4;
  if (greatest >= 1e7 || greatest < 1e-4) return kSignificant;
  if (greatest < 0.01) return 6;
  if (greatest >= 1000) return greatest >= 1e5 ? 0 : 1;
  return greatest >= 100 ? 2 : greatest >= 10 ? 3 : 4;
}

}  // namespace

std::vector<WaterfallBar> waterfall_bars(const Waterfall& waterfall) {
  std::vector<WaterfallBar> bars;
  double reached = waterfall.base_value;
  const auto add = [&](const std::string& name, const std::string& value, double impact,
                       bool is_rest) {
    const double to = reached + impact;
    bars.push_back({name, value, impact, reached, to, is_rest,
                    waterfall.rising_is_risk ? impact > 0 : impact < 0});
    reached = to;
  };
  for (const WaterfallStep& step : waterfall.steps) add(step.name, step.value, step.impact, false);
  if (waterfall.other_features > 0) {
    const char* const noun = waterfall.other_features == 1 ? " other feature" : " other features";
    add(std::to_string(waterfall.other_features) + noun, {}, waterfall.other_impact, true);
  }
  if (!bars.empty()) bars.back().to = waterfall.output;  // the sum, but for the last bits
  return bars;
}

WaterfallAxis::WaterfallAxis(const Waterfall& waterfall, const std::vector<WaterfallBar>& bars)
    : low_(std::min(waterfall.base_value, waterfall.output)),
      high_(std::max(waterfall.base_value, waterfall.output)) {
  for (const WaterfallBar& bar : bars) {
    low_ = std::min(low_, bar.to);
    high_ = std::max(high_, bar.to);
  }
}

double WaterfallAxis::place(double value) const {
  // Halves, since the span of two doubles need not be one.
  const double span = high_ / 2 - low_ / 2;
  return span > 0 ? std::clamp((value / 2 - low_ / 2) / span, 0.0, 1.0) : 0.5;
}

NumberForm::NumberForm(const Waterfall& waterfall, const std::vector<WaterfallBar>& bars)
    : decimals_(decimals_for(greatest_size(waterfall, bars))) {}

std::string NumberForm::number(double value) const {
  char buffer[kNumberBuffer];
  const std::to_chars_result end =
      decimals_ < 0
          ? std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, 5)
          : std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed,
                          decimals_);
  const std::string text(buffer, end.ptr);
  const bool is_zero = text.find_first_not_of("-0.") == std::string::npos;
  return is_zero && text[0] == '-' ? text.substr(1) : text;
}

std::string NumberForm::with_sign(double value) const {
  const std::string text = number(value);
  const bool is_zero = text.find_first_not_of("0.") == std::string::npos;
  return is_zero || text[0] == '-' ? text : "+" + text;
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

std::string bar_label(const WaterfallBar& bar, std::size_t width) {
  if (bar.value.empty()) return fit_text(bar.name, width);
  const std::string value = fit_text(bar.value, kLongestValue);
  return fit_text(bar.name, width - 3 - text_width(value)) + " = " + value;
}

}  // namespace credit_risk
