// What both pictures of a waterfall have in common: bars, the axis, numbers and labels as text.
#pragma once
#include <string>
#include <vector>

#include "core/explain/waterfall/waterfall.hpp"
#include "core/markup.hpp"

namespace credit_risk {

struct WaterfallBar {
  std::string name, value;
  double impact;
  double from, to;  // on the scale of the output
  bool is_rest;     // of all other features together
  bool raises_risk;
};

std::vector<WaterfallBar> waterfall_bars(const Waterfall& waterfall);

// Maps the span of base value, output and all bars to 0 .. 1. The middle where it has no length.
class WaterfallAxis {
 public:
  WaterfallAxis(const Waterfall& waterfall, const std::vector<WaterfallBar>& bars);
  double place(double value) const;
  double low() const { return low_; }
  double high() const { return high_; }

 private:
  double low_, high_;
};

// All numbers of a picture with as many decimals as the greatest of them leaves room for.
class NumberForm {
 public:
  NumberForm(const Waterfall& waterfall, const std::vector<WaterfallBar>& bars);
  std::string number(double value) const;
  std::string with_sign(double value) const;  // zero has none

 private:
  int decimals_;  // -1: five significant digits
};

// "name = value", the name cut first.
std::string bar_label(const WaterfallBar& bar, std::size_t width);

}  // namespace credit_risk
