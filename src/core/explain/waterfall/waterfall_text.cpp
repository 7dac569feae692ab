// The waterfall as lines of a terminal.
#include <algorithm>
#include <cmath>

#include "core/explain/waterfall/waterfall_layout.hpp"

namespace credit_risk {
namespace {

// Columns of a line; with three blanks between them they make 100.
constexpr std::size_t kLabel = 34, kNumber = 10, kChart = 43;
constexpr const char* kMark = "\u2502";    // a thin line: a value, or an impact too small to draw
constexpr const char* kRaises = "\u2588";  // full
constexpr const char* kLowers = "\u2592";  // shaded

std::string spaces(std::size_t count) { return std::string(count, ' '); }

std::string left(const std::string& text, std::size_t width) {
  const std::size_t used = text_width(text);
  return used < width ? text + spaces(width - used) : text;
}

std::string right(const std::string& text, std::size_t width) {
  const std::size_t used = text_width(text);
  return used < width ? spaces(width - used) + text : text;
}

class TextPicture {
 public:
  explicit TextPicture(const Waterfall& waterfall)
      : waterfall_(waterfall),
        bars_(waterfall_bars(waterfall)),
        axis_(waterfall, bars_),
        form_(waterfall, bars_) {}

  std::string draw() const {
    std::string text = head();
    text += line("base value", {}, mark(waterfall_.base_value), waterfall_.base_value);
    for (const WaterfallBar& bar : bars_) {
      text += line(bar_label(bar, kLabel), form_.with_sign(bar.impact), chart(bar), bar.to);
    }
    text += line("output", {}, mark(waterfall_.output), waterfall_.output);
    return text + kRaises + " raises the risk   " + kLowers + " lowers it";
  }

 private:
  // What the numbers are, and the ends of the axis.
  std::string head() const {
    const std::string low = form_.number(axis_.low()), high = form_.number(axis_.high());
    std::string text =
        left(fit_text(waterfall_.output_name, kLabel + 1 + kNumber), kLabel + 1 + kNumber) + " ";
    if (axis_.low() < axis_.high()) text += low + right(high, kChart - text_width(low));
    return text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
  }

  std::string line(const std::string& label, const std::string& impact, const std::string& drawn,
                   double reached) const {
    return left(label, kLabel) + " " + right(impact, kNumber) + " " + drawn + " " +
           right(form_.number(reached), kNumber) + "\n";
  }

  std::size_t edge(double value) const {
    return static_cast<std::size_t>(std::lround(axis_.place(value) * kChart));
  }

  static std::string mark_at(std::size_t cell) {
    cell = std::min(cell, kChart - 1);
    return spaces(cell) + kMark + spaces(kChart - 1 - cell);
  }
  std::string mark(double value) const { return mark_at(edge(value)); }

  std::string chart(const WaterfallBar& bar) const {
    const auto [first, end] = std::minmax({edge(bar.from), edge(bar.to)});
    if (first == end) return mark_at(first);
    std::string drawn = spaces(first);
    for (std::size_t i = first; i < end; ++i) drawn += bar.raises_risk ? kRaises : kLowers;
    return drawn + spaces(kChart - end);
  }

  const Waterfall& waterfall_;
  const std::vector<WaterfallBar> bars_;
  const WaterfallAxis axis_;
  const NumberForm form_;
};

}  // namespace

std::string waterfall_text(const Waterfall& waterfall) { return TextPicture(waterfall).draw(); }

}  // namespace credit_risk
