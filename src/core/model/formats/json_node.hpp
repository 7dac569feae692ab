// A parsed file that knows where it stands, so that every complaint names the place.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"

namespace credit_risk {

// `library`: "XGBoost", ... The file breaks its own format.
[[noreturn]] void refuse_broken(const char* library, const std::string& place,
                                const std::string& what);

// The file is well formed, but holds what the canonical form cannot carry exactly.
[[noreturn]] void refuse_unsupported(const char* library, const std::string& reason,
                                     const std::string& hint = {});

// JSON text; "Infinity" is read as 1e300, "NaN" as null.
nlohmann::json parse_json(const char* library, std::string_view text);

class JsonNode {
 public:
  JsonNode(const char* library, const nlohmann::json& value, std::string path = "$")
      : library_(library), value_(&value), path_(std::move(path)) {}

  // The same value under a shorter name, where values nest deeply.
  JsonNode called(std::string path) const { return JsonNode(library_, *value_, std::move(path)); }

  bool has(const char* key) const;
  JsonNode at(const char* key) const;    // the value of an object
  JsonNode at(std::size_t index) const;  // the value of an array
  std::size_t size() const;              // of an array
  bool is_array() const { return value_->is_array(); }
  bool is_object() const { return value_->is_object(); }
  bool is_text() const { return value_->is_string(); }
  bool is_number() const { return value_->is_number(); }

  const std::string& text() const;
  double number() const;  // also from a text that holds one; null is NaN
  std::int64_t integer(std::int64_t least, std::int64_t greatest) const;  // likewise
  bool flag() const;

  // An array of `count` numbers.
  std::vector<double> numbers(std::size_t count) const;
  std::vector<std::int64_t> integers(std::size_t count, std::int64_t least,
                                     std::int64_t greatest) const;

  // A text, or a number or truth value as the database writes it.
  std::string category() const;

  [[noreturn]] void fail(const std::string& what) const;

 private:
  const nlohmann::json& checked_array(std::size_t count) const;

  const char* library_;
  const nlohmann::json* value_;
  std::string path_;
};

// The whole of `text` as a number; false where it is not one.
bool parse_number(std::string_view text, double* value);

// The shortest text that reads back as `value`; whole numbers without a point.
std::string shortest_text(double value);

}  // namespace credit_risk
