// Values of options that come as JSON. What does not fit is refused, naming the parameter.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/json.hpp"

namespace credit_risk::option_values {

using Json = nlohmann::json;

[[noreturn]] void refuse(const std::string& name, const std::string& rule, const Json& value);

std::int64_t whole_number(const std::string& name, const Json& value);
// Values beyond 32 bits end at the nearest one, which a check of the range refuses.
std::int32_t whole_int(const std::string& name, const Json& value);
std::uint64_t seed(const std::string& name, const Json& value);
bool yes_or_no(const std::string& name, const Json& value);
std::vector<std::string> names(const std::string& name, const Json& value);
double share(const std::string& name, const Json& value);  // from 0 to below 1
double any_number(const std::string& name, const Json& value);
std::vector<double> numbers(const std::string& name, const Json& value);
std::string one_text(const std::string& name, const Json& value);
// The options "balanced" and "class_weights", of which the later one holds; {"0": w, "1": w} is
// what a row of each class weighs, 1 where it is not named. Returns false for any other name.
bool set_class_weights(const std::string& name, const Json& value, bool& balanced,
                       double (&weights)[2]);
// As a member of `object`, unless both are 1.
void put_class_weights(Json& object, const double (&weights)[2]);
// The text form of a value of the target.
std::string value_text(const std::string& name, const Json& value);

// Refuses what is no object; `what` names it, `example` shows one.
Json parse_object(const char* json, std::size_t size, const char* what, const char* example);

}  // namespace credit_risk::option_values
