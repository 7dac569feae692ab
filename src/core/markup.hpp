// Text for HTML and SVG documents, without locale.
#pragma once
#include <cstddef>
#include <string>

namespace credit_risk {

// For content and for attributes in double quotes.
std::string escape_markup(const std::string& text);

// With so many decimals; what rounds to zero has no sign.
std::string fixed_number(double value, int decimals);

// A coordinate or length, to a tenth of a unit.
inline std::string svg_number(double value) { return fixed_number(value, 1); }

// Code points, which are columns but for wide and combining characters.
std::size_t text_width(const std::string& text);

// The text in at most `width` code points, the last an ellipsis where it was cut; control
// characters become spaces, what is not UTF-8 becomes U+FFFD.
std::string fit_text(const std::string& text, std::size_t width);

}  // namespace credit_risk
