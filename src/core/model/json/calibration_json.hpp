// The calibration of a model in the JSON form.
#pragma once
#include <string>

#include "core/json_value.hpp"
#include "core/model/calibration.hpp"

namespace credit_risk {

// Of a validated one: the field "calibration", with a comma before it.
void append_calibration(std::string& out, const Calibration& calibration);

// Throws kBadModel with the JSON path; validate() finds what is wrong with the numbers.
Calibration read_calibration(const JsonValue& value);

}  // namespace credit_risk
