#pragma once
#include <vector>

#include "core/stop_flag.hpp"

namespace credit_risk {

// Sorts numbers, none of them NaN, ascending, by their digits; makes 0 of -0.
void sort_numbers(std::vector<double>& numbers, const StopFlag& stop);

}  // namespace credit_risk
