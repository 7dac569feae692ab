// A picture of one explanation: from the base value, feature by feature, to the output.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace credit_risk {

struct WaterfallStep {
  std::string name;
  std::string value;  // as text, UTF-8; empty where there is none to tell
  double impact = 0;  // finite
};

struct Waterfall {
  std::string output_name;     // what the numbers are: "probability of default"
  bool rising_is_risk = true;  // false where a greater output is a lower risk: points
  double base_value = 0;
  double output = 0;  // base_value + the sum of all impacts
  std::vector<WaterfallStep> steps;
  std::size_t other_features = 0;  // how many are not among the steps
  double other_impact = 0;         // the sum of theirs
};

// Lines of at most 100 columns (counted in code points), each ended by a line feed but the last:
// name and value, impact, bar, running total. For a terminal with a font of one width.
std::string waterfall_text(const Waterfall& waterfall);

// A self-contained SVG document, 800 wide: no fonts, scripts or files from elsewhere.
std::string waterfall_svg(const Waterfall& waterfall);

}  // namespace credit_risk
