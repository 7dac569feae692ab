#include "core/explain/waterfall/waterfall_layout.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace credit_risk {
namespace {

constexpr std::size_t kLongestValue = 16;  // beside a name that needs the rest of the room

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
  if (decimals_ >= 0) return fixed_number(value, decimals_);
  char buffer[32];
  const std::to_chars_result end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, 5);
  return std::string(buffer, end.ptr);
}

std::string NumberForm::with_sign(double value) const {
  const std::string text = number(value);
  const bool is_zero = text.find_first_not_of("0.") == std::string::npos;
  return is_zero || text[0] == '-' ? text : "+" + text;
}

std::string bar_label(const WaterfallBar& bar, std::size_t width) {
  if (bar.value.empty()) return fit_text(bar.name, width);
  const std::size_t name_width = text_width(bar.name) + 3;
  const std::size_t left = width > name_width ? width - name_width : 0;
  const std::string value = fit_text(bar.value, std::max(kLongestValue, left));
  return fit_text(bar.name, width - 3 - text_width(value)) + " = " + value;
}

}  // namespace credit_risk
