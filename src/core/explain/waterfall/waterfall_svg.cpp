// The waterfall as an SVG document.
#include <algorithm>
#include <cmath>

#include "core/explain/waterfall/waterfall_layout.hpp"

namespace credit_risk {
namespace {

constexpr double kWidth = 800, kLabelEnd = 262, kPlotBegin = 340, kPlotEnd = 720;
constexpr double kFirstRow = 76, kRowHeight = 27, kBarHeight = 17;
constexpr std::size_t kLabelWidth = 32, kNameWidth = 70, kDescribedWidth = 200;
constexpr const char* kRaises = "#b8322a";
constexpr const char* kLowers = "#1f6fa8";
constexpr const char* kInk = "#222222";
constexpr const char* kGrey = "#6b6b6b";

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
    const std::string size = svg_number(kWidth) + "\" height=\"" + svg_number(height_);
    svg_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"" + size +
           "\" viewBox=\"0 0 " + svg_number(kWidth) + " " + svg_number(height_) +
           "\" font-family=\"Arial, Helvetica, sans-serif\" font-size=\"13\">\n";
    svg_ += "<title>" +
            escape_markup("What made the " + name() + " " + form_.number(waterfall_.output)) +
            "</title>\n<desc>" + escape_markup(description()) + "</desc>\n";
    svg_ += "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n";
  }

  void write(const Words& words, const std::string& text) {
    svg_ += "<text x=\"" + svg_number(words.x) + "\" y=\"" + svg_number(words.y) +
            "\" text-anchor=\"" + words.anchor + "\" fill=\"" + words.fill + "\"" + words.more +
            ">" + escape_markup(text) + "</text>\n";
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
    svg_ += "<line x1=\"" + svg_number(x) + "\" x2=\"" + svg_number(x) + "\" y1=\"" +
            svg_number(kFirstRow - kRowHeight / 2 + 4) + "\" y2=\"" +
            svg_number(last_row_ + kRowHeight / 2) + "\" stroke=\"" + stroke + "\"" + more + "/>\n";
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
      svg_ += "<rect x=\"" + svg_number(first) + "\" y=\"" + svg_number(y - kBarHeight / 2) +
              "\" width=\"" + svg_number(std::max(end - first, 1.0)) + "\" height=\"" +
              svg_number(kBarHeight) + "\" fill=\"" + fill + "\"" +
              (bar.is_rest ? " fill-opacity=\"0.6\"" : "") + "/>\n";
    }
    svg_ += "<line x1=\"" + svg_number(x_of(bar.to)) + "\" x2=\"" + svg_number(x_of(bar.to)) +
            "\" y1=\"" + svg_number(y + kBarHeight / 2) + "\" y2=\"" +
            svg_number(y + kRowHeight - kBarHeight / 2) + "\" stroke=\"#b0b0b0\"/>\n";
    write_impact(bar, bar.impact < 0 ? first - 5 : end + 5, y);
  }

  // On white, so that no line runs through the number.
  void write_impact(const WaterfallBar& bar, double x, double y) {
    constexpr double kDigitWidth = 7.3;
    const std::string number = form_.with_sign(bar.impact);
    const bool leftward = bar.impact < 0;
    const double width = kDigitWidth * static_cast<double>(number.size());
    svg_ += "<rect x=\"" + svg_number(leftward ? x - width : x) + "\" y=\"" +
            svg_number(y - kBarHeight / 2) + "\" width=\"" + svg_number(width) + "\" height=\"" +
            svg_number(kBarHeight) + "\" fill=\"#ffffff\"/>\n";
    const char* const fill = bar.raises_risk ? kRaises : kLowers;
    write({x, y + 5, leftward ? "end" : "start", bar.impact == 0 ? kGrey : fill, ""}, number);
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
