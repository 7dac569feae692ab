// Charts as SVG elements for a page.
#pragma once
#include <string>

#include "core/report/document.hpp"

namespace credit_risk {

std::string chart_svg(const CurveChart& chart);
std::string chart_svg(const BarChart& chart);
std::string chart_svg(const ColumnChart& chart);
std::string chart_svg(const SwarmChart& chart);

}  // namespace credit_risk
