// The waterfall as an SVG document.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/explain/waterfall_layout.hpp"

namespace credit_risk {
namespace {

constexpr double kWidth = 800, kLabelEnd = 262, kPlotBegin = 340, kPlotEnd = 720;
constexpr double kFirstRow = 76, kRowHeight = 27, kBarHeight = 17;
constexpr std::size_t kLabelWidth = 36, kNameWidth = 70, kDescribedWidth = 200;
constexpr const char* kRaises = "#b8322a";
constexpr const char* kLowers = "#1f6fa8";
constexpr const char* kInk = "#222222";
constexpr const char* kGrey = "#6b6b6b";

std::string coordinate(double value) {
  char buffer[64];
  const std::to_chars_result end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, 1);
  return std::string(buffer, end.ptr);
}

// For content and for attributes in double quotes.
std::string escaped(const std::string& text) {
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

// Places a word, and how it looks.
struct Words {
  double x, y;
  const char* anchor;  // start, middle, end
  const char* fill;
  const char* more;  // further attributes
};

class SvgPicture {
 public:
  explicit SvgPicture(const Waterfall& waterfall)
      : waterfall_(waterfall),
        bars_(waterfall_bars(waterfall)),
        axis_(waterfall, bars_),
        form_(waterfall, bars_),
        last_row_(kFirstRow + kRowHeight * static_cast<double>(bars_.size() + 1)),
        height_(last_row_ + kRowHeight + 18) {}

  std::string draw() {
    open();
    write_head();
    draw_lines();
    write_row(kFirstRow, "base value", form_.number(waterfall_.base_value));
    for (std::size_t i = 0; i < bars_.size(); ++i) {
      draw_bar(bars_[i], kFirstRow + kRowHeight * static_cast<double>(i + 1));
    }
    write_row(last_row_, "output", form_.number(waterfall_.output));
    return svg_ + "</svg>\n";
  }

 private:
  double x_of(double value) const {
    return kPlotBegin + axis_.place(value) * (kPlotEnd - kPlotBegin);
  }

  std::string name() const { return fit_text(waterfall_.output_name, kNameWidth); }

  // The same for those who do not see it.
  std::string description() const {
    std::string text = "Base value " + form_.number(waterfall_.base_value);
    for (const WaterfallBar& bar : bars_) {
      text += "; " + bar_label(bar, kDescribedWidth) + ": " + form_.with_sign(bar.impact);
    }
    return text + "; output " + form_.number(waterfall_.output) + ".";
  }

  void open() {
    const std::string size = coordinate(kWidth) + "\" height=\"" + coordinate(height_);
    svg_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"" + size +
           "\" viewBox=\"0 0 " + coordinate(kWidth) + " " + coordinate(height_) +
           "\" font-family=\"Arial, Helvetica, sans-serif\" font-size=\"13\">\n";
    svg_ += "<title>" + escaped("What made the " + name() + " " + form_.number(waterfall_.output)) +
            "</title>\n<desc>" + escaped(description()) + "</desc>\n";
    svg_ += "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n";
  }

  void write(const Words& words, const std::string& text) {
    svg_ += "<text x=\"" + coordinate(words.x) + "\" y=\"" + coordinate(words.y) +
            "\" text-anchor=\"" + words.anchor + "\" fill=\"" + words.fill + "\"" + words.more +
            ">" + escaped(text) + "</text>\n";
  }

  void write_head() {
    write({20, 28, "start", kInk, " font-size=\"16\" font-weight=\"bold\""},
          name() + ": " + form_.number(waterfall_.output));
    write({20, 49, "start", kGrey, ""},
          "from the base value " + form_.number(waterfall_.base_value));
    svg_ += "<rect x=\"560\" y=\"40\" width=\"10\" height=\"10\" fill=\"" + std::string(kRaises) +
            "\"/>\n";
    write({575, 49, "start", kInk, ""}, "raises the risk");
    svg_ += "<rect x=\"690\" y=\"40\" width=\"10\" height=\"10\" fill=\"" + std::string(kLowers) +
            "\"/>\n";
    write({705, 49, "start", kInk, ""}, "lowers it");
  }

  void vertical(double x, const char* stroke, const char* more) {
    svg_ += "<line x1=\"" + coordinate(x) + "\" x2=\"" + coordinate(x) + "\" y1=\"" +
            coordinate(kFirstRow - kRowHeight / 2 + 4) + "\" y2=\"" +
            coordinate(last_row_ + kRowHeight / 2) + "\" stroke=\"" + stroke + "\"" + more + "/>\n";
  }

  void draw_lines() {
    vertical(x_of(waterfall_.base_value), kGrey, " stroke-dasharray=\"4 3\"");
    vertical(x_of(waterfall_.output), kInk, "");
    const double y = last_row_ + kRowHeight / 2 + 16;
    write({x_of(waterfall_.base_value), y, "middle", kGrey, " font-size=\"11\""}, "base value");
    // Side by side they would cover each other.
    if (std::fabs(x_of(waterfall_.base_value) - x_of(waterfall_.output)) < 60) return;
    write({x_of(waterfall_.output), y, "middle", kInk, " font-size=\"11\""}, "output");
  }

  void write_row(double y, const std::string& label, const std::string& number) {
    write({kLabelEnd, y + 5, "end", kInk, " font-weight=\"bold\""}, label + " " + number);
  }

  void draw_bar(const WaterfallBar& bar, double y) {
    const char* const fill = bar.raises_risk ? kRaises : kLowers;
    const auto [first, end] = std::minmax({x_of(bar.from), x_of(bar.to)});
    write({kLabelEnd, y + 5, "end", bar.is_rest ? kGrey : kInk, ""}, bar_label(bar, kLabelWidth));
    if (bar.impact != 0) {
      svg_ += "<rect x=\"" + coordinate(first) + "\" y=\"" + coordinate(y - kBarHeight / 2) +
              "\" width=\"" + coordinate(std::max(end - first, 1.0)) + "\" height=\"" +
              coordinate(kBarHeight) + "\" fill=\"" + fill + "\"" +
              (bar.is_rest ? " fill-opacity=\"0.6\"" : "") + "/>\n";
    }
    svg_ += "<line x1=\"" + coordinate(x_of(bar.to)) + "\" x2=\"" + coordinate(x_of(bar.to)) +
            "\" y1=\"" + coordinate(y + kBarHeight / 2) + "\" y2=\"" +
            coordinate(y + kRowHeight - kBarHeight / 2) + "\" stroke=\"#b0b0b0\"/>\n";
    // A white rim keeps the number legible where a line crosses it.
    constexpr const char* kRim = " paint-order=\"stroke\" stroke=\"#ffffff\" stroke-width=\"3\"";
    const bool leftward = bar.impact < 0;
    write({leftward ? first - 5 : end + 5, y + 5, leftward ? "end" : "start",
           bar.impact == 0 ? kGrey : fill, kRim},
          form_.with_sign(bar.impact));
  }

  const Waterfall& waterfall_;
  const std::vector<WaterfallBar> bars_;
  const WaterfallAxis axis_;
  const NumberForm form_;
  const double last_row_, height_;
  std::string svg_;
};

}  // namespace

std::string waterfall_svg(const Waterfall& waterfall) { return SvgPicture(waterfall).draw(); }

}  // namespace credit_risk
