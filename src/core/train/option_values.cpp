#include "core/train/option_values.hpp"

#include <algorithm>
#include <limits>

#include "core/error.hpp"

namespace credit_risk::option_values {

[[noreturn]] void refuse(const std::string& name, const std::string& rule, const Json& value) {
  throw Error(ErrorKind::kInvalidInput, "parameter \"" + name + "\" must be " + rule,
              "The value is " + value.dump() + ".");
}

std::int64_t whole_number(const std::string& name, const Json& value) {
  if (!value.is_number_integer()) refuse(name, "a whole number", value);
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{kMost}) {
    throw Error(ErrorKind::kInvalidInput, "parameter \"" + name + "\" is too large",
                "The value is " + value.dump() + ".");
  }
  return value.get<std::int64_t>();
}

std::int32_t whole_int(const std::string& name, const Json& value) {
  using Limits = std::numeric_limits<std::int32_t>;
  return static_cast<std::int32_t>(
      std::clamp<std::int64_t>(whole_number(name, value), Limits::min(), Limits::max()));
}

std::uint64_t seed(const std::string& name, const Json& value) {
  const std::int64_t number = whole_number(name, value);
  if (number < 0) refuse(name, "0 or greater", value);
  return static_cast<std::uint64_t>(number);
}

bool yes_or_no(const std::string& name, const Json& value) {
  if (!value.is_boolean()) refuse(name, "true or false", value);
  return value.get<bool>();
}

std::vector<std::string> names(const std::string& name, const Json& value) {
  std::vector<std::string> result;
  if (!value.is_array()) refuse(name, "an array of column names", value);
  for (const Json& element : value) {
    if (!element.is_string()) refuse(name, "an array of column names", value);
    result.push_back(element.get<std::string>());
  }
  return result;
}

double share(const std::string& name, const Json& value) {
  const double number = value.is_number() ? value.get<double>() : -1.0;
  if (!(number >= 0 && number < 1)) refuse(name, "a number from 0 to below 1", value);
  return number;
}

double any_number(const std::string& name, const Json& value) {
  if (!value.is_number()) refuse(name, "a number", value);
  return value.get<double>();
}

std::vector<double> numbers(const std::string& name, const Json& value) {
  std::vector<double> result;
  if (!value.is_array()) refuse(name, "an array of numbers", value);
  for (const Json& element : value) {
    if (!element.is_number()) refuse(name, "an array of numbers", value);
    result.push_back(element.get<double>());
  }
  return result;
}

std::string one_text(const std::string& name, const Json& value) {
  if (!value.is_string()) refuse(name, "a text", value);
  return value.get<std::string>();
}

bool set_class_weights(const std::string& name, const Json& value, bool& balanced,
                       double (&weights)[2]) {
  constexpr const char* kRule = "an object such as {\"0\": 1, \"1\": 5}";
  if (name == "balanced") {
    balanced = yes_or_no(name, value);
    return true;
  }
  if (name != "class_weights") return false;
  if (!value.is_object()) refuse(name, kRule, value);
  for (const auto& [label, weight] : value.items()) {
    if ((label != "0" && label != "1") || !weight.is_number()) refuse(name, kRule, value);
    weights[label == "1"] = weight.get<double>();
  }
  balanced = false;
  return true;
}

void put_class_weights(Json& object, const double (&weights)[2]) {
  if (weights[0] == 1 && weights[1] == 1) return;
  object["class_weights"] = {{"0", weights[0]}, {"1", weights[1]}};
}

std::string value_text(const std::string& name, const Json& value) {
  if (value.is_structured() || value.is_null()) refuse(name, "one value of the target", value);
  return value.is_string() ? value.get<std::string>() : value.dump();
}

Json parse_object(const char* json, std::size_t size, const char* what, const char* example) {
  Json object;
  try {
    object = Json::parse(json, json + size);
  } catch (const Json::exception&) {
    // The server has parsed it already: what is left are numbers beyond double.
    throw Error(ErrorKind::kInvalidInput, std::string(what) + " holds a number that is too large");
  }
  if (object.is_object()) return object;
  throw Error(ErrorKind::kInvalidInput, std::string(what) + " must be a JSON object", "",
              std::string("For instance '") + example + "'.");
}

}  // namespace credit_risk::option_values
