#include "core/model/json/json_fields.hpp"

#include <charconv>
#include <cmath>
#include <limits>

#include "core/error.hpp"

namespace credit_risk::json_fields {

void append_number(std::string& out, double x) {
  // "-0" would be read as an integer, which has no sign.
  if (x == 0 && std::signbit(x)) {
    out += "-0.0";
    return;
  }
  char buffer[32];
  const std::to_chars_result result = std::to_chars(buffer, buffer + sizeof buffer, x);
  out.append(buffer, result.ptr);
}

void append_number(std::string& out, std::int64_t x) { out += std::to_string(x); }

void fail(const std::string& path, const std::string& what) {
  throw Error(ErrorKind::kBadModel, "model JSON is not valid", "At " + path + ": " + what + ".",
              kHint);
}

std::string item(const std::string& path, std::size_t index) {
  return path + "[" + std::to_string(index) + "]";
}

const JsonValue& member(const JsonValue& object, const std::string& path, const char* key) {
  const JsonValue* found = object.find(key);
  if (found == nullptr) fail(path, std::string("\"") + key + "\" is absent");
  return *found;
}

void expect_object(const JsonValue& value, const std::string& path,
                   std::initializer_list<const char*> keys) {
  if (!value.is_object()) fail(path, "an object is expected");
  for (const auto& entry : value.object()) {
    bool known = false;
    for (const char* key : keys) known = known || entry.first == key;
    if (!known) fail(path, "\"" + entry.first + "\" is not a field");
  }
}

const JsonValue& array_member(const JsonValue& object, const std::string& path, const char* key) {
  const JsonValue& value = member(object, path, key);
  if (!value.is_array()) fail(path + "." + key, "an array is expected");
  return value;
}

std::string as_text(const JsonValue& value, const std::string& path) {
  if (!value.is_string()) fail(path, "a text is expected");
  return value.string();
}

bool as_bool(const JsonValue& value, const std::string& path) {
  if (!value.is_boolean()) fail(path, "true or false is expected");
  return value.boolean();
}

double as_number(const JsonValue& value, const std::string& path) {
  if (!value.is_number()) fail(path, "a number is expected");
  return value.number();
}

bool is_index(const JsonValue& value) {
  return value.is_integer() && value.integer() >= -1 &&
         value.integer() <= std::numeric_limits<std::int32_t>::max();
}

std::int32_t as_index(const JsonValue& value, const std::string& path) {
  if (!is_index(value)) fail(path, "a whole number of at least -1 is expected");
  return static_cast<std::int32_t>(value.integer());
}

std::size_t as_choice(const JsonValue& value, const std::string& path,
                      std::initializer_list<const char*> names) {
  const std::string text = as_text(value, path);
  std::string all;
  std::size_t position = 0;
  for (const char* name : names) {
    if (text == name) return position;
    all += std::string(position++ == 0 ? "" : ", ") + "\"" + name + "\"";
  }
  fail(path, "one of " + all + " is expected");
}

}  // namespace credit_risk::json_fields
