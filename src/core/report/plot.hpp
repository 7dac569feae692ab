// A picture with a plot area, axes and a legend: what all charts have in common.
#pragma once
#include <string>
#include <vector>

#include "core/report/document.hpp"

namespace credit_risk {

// With so many decimals, or one of thousands, millions or a power of ten, as large and tiny numbers
// are told.
std::string short_number(double value, int decimals);

// The colours of series, in their order, that colour-blind readers can tell apart.
const char* series_colour(std::size_t index);

constexpr const char* kInk = "#222222";
constexpr const char* kGrey = "#6b6b6b";
constexpr const char* kPale = "#e4e4e4";

// A range of numbers on a line of the picture, with round numbers to mark.
class Scale {
 public:
  // From `begin` to `end` in the picture; a range without length is widened.
  Scale(double low, double high, double begin, double end);
  double place(double value) const;
  std::vector<double> ticks() const;
  std::string tick_label(double tick) const;
  double low() const { return low_; }
  double high() const { return high_; }

 private:
  double low_, high_, begin_, end_, step_, unit_;
  std::string suffix_;
  int decimals_;
};

// Where words stand and how they look.
struct Placed {
  double x, y;
  const char* anchor;  // start, middle or end
  const char* fill = kInk;
  const char* more = "";  // further attributes
};

// Writes one SVG element. Coordinates are checked by nobody: pass finite numbers.
class Picture {
 public:
  Picture(double width, double height, const std::string& title);

  void text(const Placed& at, const std::string& words);
  void line(double x1, double y1, double x2, double y2, const char* stroke, const char* more = "");
  void rectangle(double x, double y, double width, double height, const char* fill,
                 const char* more = "");
  void circle(double x, double y, double radius, const char* fill, const char* more = "");
  void polyline(const std::string& points, const char* stroke, const char* more = "");

  // Grid lines with their numbers and the axis' name, below or left of the plot area.
  void x_axis(const Scale& scale, double top, double bottom, const std::string& label);
  void y_axis(const Scale& scale, double left, double right, const std::string& label);

  // Names of series with their colours, in a line from the left.
  void legend(double x, double y, const std::vector<std::string>& names);

  std::string finish() const { return svg_ + "</svg>\n"; }

 private:
  std::string svg_;
};

}  // namespace credit_risk
