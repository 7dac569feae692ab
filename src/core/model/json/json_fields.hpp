// Fields of the JSON form: written without loss, read with checks whose errors name the JSON path.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <string>

#include "core/json_value.hpp"

namespace credit_risk::json_fields {

inline constexpr char kHint[] =
    "The format \"credit_risk.model.v1\" is described in doc/model-format.md.";

// The shortest text that reads as the same double.
void append_number(std::string& out, double x);
void append_number(std::string& out, std::int64_t x);

// "key":[of(begin),...,of(end - 1)]
template <class Of>
void append_array(std::string& out, const char* key, std::size_t begin, std::size_t end, Of of) {
  out += '"';
  out += key;
  out += "\":[";
  for (std::size_t i = begin; i < end; ++i) {
    if (i != begin) out += ',';
    append_number(out, of(i));
  }
  out += ']';
}

// Throws kBadModel: "At PATH: WHAT."
[[noreturn]] void fail(const std::string& path, const std::string& what);

// path[index]
std::string item(const std::string& path, std::size_t index);

// Each throws kBadModel where the value is absent or of another kind.
void expect_object(const JsonValue& value, const std::string& path,
                   std::initializer_list<const char*> keys);
const JsonValue& member(const JsonValue& object, const std::string& path, const char* key);
const JsonValue& array_member(const JsonValue& object, const std::string& path, const char* key);
std::string as_text(const JsonValue& value, const std::string& path);
bool as_bool(const JsonValue& value, const std::string& path);
double as_number(const JsonValue& value, const std::string& path);

// A whole number from -1 to 2^31 - 1.
bool is_index(const JsonValue& value);
std::int32_t as_index(const JsonValue& value, const std::string& path);

// One of `names`, as its position.
std::size_t as_choice(const JsonValue& value, const std::string& path,
                      std::initializer_list<const char*> names);

}  // namespace credit_risk::json_fields
