#include "core/report/plot.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/markup.hpp"

namespace credit_risk {
namespace {

constexpr double kTitleSize = 22;

std::string attribute(const char* name, double value) {
  return std::string(" ") + name + "=\"" + svg_number(value) + "\"";
}

std::string attribute(const char* name, const char* value) {
  return std::string(" ") + name + "=\"" + value + "\"";
}

// 1, 2 or 5 times a power of ten, so that four to eight of them make the span.
double round_step(double span) {
  const double power = std::pow(10.0, std::floor(std::log10(span)));
  const double parts = span / power;  // 1 to 10
  return power * (parts < 2 ? 0.25 : parts < 4 ? 0.5 : parts < 8 ? 1 : 2);
}

// The fewest that write the step in full.
int decimals_of(double step) {
  constexpr int kMost = 9;
  int decimals = 0;
  for (; decimals < kMost && std::fabs(step - std::round(step)) > 1e-6 * step; step *= 10)
    ++decimals;
  return decimals;
}

// What numbers up to `greatest` are told in, so that few characters do: 250k, 12M, 2.5e-6.
struct Unit {
  double value;
  std::string suffix;
};

Unit unit_of(double greatest) {
  constexpr std::pair<double, const char*> kLarge[] = {{1e9, "bn"}, {1e6, "M"}, {1e3, "k"}};
  constexpr double kLong = 1e5, kHuge = 1e12, kTiny = 1e-3;
  if (!(greatest > 0) || (greatest >= kTiny && greatest < kLong)) return {1, ""};
  if (greatest >= kLong && greatest < kHuge) {
    for (const auto& [value, suffix] : kLarge)
      if (greatest >= value) return {value, suffix};
  }
  int exponent = 0;
  double value = 1;
  for (; greatest >= 10 * value; ++exponent) value *= 10;
  for (; greatest < value; --exponent) value /= 10;
  return {value, "e" + std::to_string(exponent)};
}

}  // namespace

std::string short_number(double value, int decimals) {
  const Unit unit = unit_of(std::fabs(value));
  return fixed_number(value / unit.value, unit.value == 1 ? decimals : 1) + unit.suffix;
}

const char* series_colour(std::size_t index) {
  constexpr const char* kColours[] = {"#1f6fa8", "#b8322a", "#4d8b31", "#8a5a9e", "#b07a1a"};
  return kColours[index % (sizeof kColours / sizeof kColours[0])];
}

Scale::Scale(double low, double high, double begin, double end)
    : low_(low), high_(high), begin_(begin), end_(end) {
  if (!(low_ < high_)) {
    const double margin = low_ == 0 ? 1 : std::fabs(low_) / 2;
    high_ = low_ + margin;
    low_ -= margin;
  }
  step_ = round_step(high_ - low_);
  const Unit unit = unit_of(std::max(std::fabs(low_), std::fabs(high_)));
  unit_ = unit.value;
  suffix_ = unit.suffix;
  decimals_ = decimals_of(step_ / unit_);
}

double Scale::place(double value) const {
  const double share = std::clamp((value - low_) / (high_ - low_), 0.0, 1.0);
  return begin_ + share * (end_ - begin_);
}

std::vector<double> Scale::ticks() const {
  std::vector<double> ticks;
  const double first = std::ceil(low_ / step_ - 1e-9);
  for (int i = 0; (first + i) * step_ <= high_ + step_ * 1e-9; ++i)
    ticks.push_back((first + i) * step_);
  return ticks;
}

std::string Scale::tick_label(double tick) const {
  return fixed_number(tick / unit_, decimals_) + (tick == 0 ? "" : suffix_);
}

Picture::Picture(double width, double height, const std::string& title)
    : svg_("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 " +
           svg_number(width) + " " + svg_number(height) + "\"" + attribute("width", width) +
           " font-size=\"12\">\n<title>" + escape_markup(title) + "</title>\n") {
  text({0, kTitleSize - 8, "start", kInk, " font-size=\"13\" font-weight=\"600\""}, title);
}

void Picture::text(const Placed& at, const std::string& words) {
  svg_ += "<text" + attribute("x", at.x) + attribute("y", at.y) +
          attribute("text-anchor", at.anchor) + attribute("fill", at.fill) + at.more + ">" +
          escape_markup(words) + "</text>\n";
}

void Picture::line(double x1, double y1, double x2, double y2, const char* stroke,
                   const char* more) {
  svg_ += "<line" + attribute("x1", x1) + attribute("y1", y1) + attribute("x2", x2) +
          attribute("y2", y2) + attribute("stroke", stroke) + more + "/>\n";
}

void Picture::rectangle(double x, double y, double width, double height, const char* fill,
                        const char* more) {
  svg_ += "<rect" + attribute("x", x) + attribute("y", y) + attribute("width", width) +
          attribute("height", height) + attribute("fill", fill) + more + "/>\n";
}

void Picture::circle(double x, double y, double radius, const char* fill, const char* more) {
  svg_ += "<circle" + attribute("cx", x) + attribute("cy", y) + attribute("r", radius) +
          attribute("fill", fill) + more + "/>\n";
}

void Picture::polyline(const std::string& points, const char* stroke, const char* more) {
  svg_ += "<polyline points=\"" + points + "\" fill=\"none\" stroke-width=\"2\"" +
          attribute("stroke", stroke) + more + "/>\n";
}

void Picture::x_axis(const Scale& scale, double top, double bottom, const std::string& label) {
  for (const double tick : scale.ticks()) {
    const double x = scale.place(tick);
    line(x, top, x, bottom, kPale);
    text({x, bottom + 16, "middle", kGrey}, scale.tick_label(tick));
  }
  line(scale.place(scale.low()), bottom, scale.place(scale.high()), bottom, kGrey);
  text({scale.place(scale.low() / 2 + scale.high() / 2), bottom + 34, "middle"}, label);
}

void Picture::y_axis(const Scale& scale, double left, double right, const std::string& label) {
  for (const double tick : scale.ticks()) {
    const double y = scale.place(tick);
    line(left, y, right, y, kPale);
    text({left - 6, y + 4, "end", kGrey}, scale.tick_label(tick));
  }
  // Above the numbers, in reading direction.
  text({left - 6, scale.place(scale.high()) - 10, "start"}, label);
}

void Picture::legend(double x, double y, const std::vector<std::string>& names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    rectangle(x, y - 9, 10, 10, series_colour(i));
    text({x + 15, y, "start"}, names[i]);
    x += 35 + 7.2 * static_cast<double>(text_width(names[i]));
  }
}

}  // namespace credit_risk
