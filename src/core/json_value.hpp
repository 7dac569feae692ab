// A parsed JSON document, read only. Not nlohmann's own: the destructor of that one allocates, so
// that running out of memory while a large document is read would end the process instead of
// throwing.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace credit_risk {

class JsonValue {
 public:
  using Array = std::vector<JsonValue>;
  using Object = std::map<std::string, JsonValue, std::less<>>;

  JsonValue() = default;  // null
  explicit JsonValue(bool value) : value_(value) {}
  explicit JsonValue(std::int64_t value) : value_(value) {}
  explicit JsonValue(double value) : value_(value) {}
  explicit JsonValue(std::string value) : value_(std::make_unique<std::string>(std::move(value))) {}
  explicit JsonValue(Array value) : value_(std::make_unique<Array>(std::move(value))) {}
  explicit JsonValue(Object value) : value_(std::make_unique<Object>(std::move(value))) {}

  bool is_null() const noexcept { return std::holds_alternative<std::nullptr_t>(value_); }
  bool is_boolean() const noexcept { return std::holds_alternative<bool>(value_); }
  bool is_integer() const noexcept { return std::holds_alternative<std::int64_t>(value_); }
  bool is_number() const noexcept { return is_integer() || std::holds_alternative<double>(value_); }
  bool is_string() const noexcept {
    return std::holds_alternative<std::unique_ptr<std::string>>(value_);
  }
  bool is_array() const noexcept { return std::holds_alternative<std::unique_ptr<Array>>(value_); }
  bool is_object() const noexcept {
    return std::holds_alternative<std::unique_ptr<Object>>(value_);
  }

  // Of a value of that kind only.
  bool boolean() const { return std::get<bool>(value_); }
  std::int64_t integer() const { return std::get<std::int64_t>(value_); }
  double number() const {
    return is_integer() ? static_cast<double>(integer()) : std::get<double>(value_);
  }
  const std::string& string() const { return *std::get<std::unique_ptr<std::string>>(value_); }
  const Array& array() const { return *std::get<std::unique_ptr<Array>>(value_); }
  const Object& object() const { return *std::get<std::unique_ptr<Object>>(value_); }
  Array& array() { return *std::get<std::unique_ptr<Array>>(value_); }
  Object& object() { return *std::get<std::unique_ptr<Object>>(value_); }

  std::size_t size() const { return array().size(); }
  const JsonValue& operator[](std::size_t index) const { return array()[index]; }

  bool contains(const char* key) const { return find(key) != nullptr; }
  // Of a member that is there.
  const JsonValue& operator[](const std::string& key) const { return *find(key.c_str()); }

  // The member of an object, or null.
  const JsonValue* find(const char* key) const {
    const auto found = object().find(key);
    return found == object().end() ? nullptr : &found->second;
  }

 private:
  std::variant<std::nullptr_t, bool, std::int64_t, double, std::unique_ptr<std::string>,
               std::unique_ptr<Array>, std::unique_ptr<Object>>
      value_ = nullptr;
};

// Whole numbers beyond 64 bits come as doubles; of a key given twice the last one counts. Throws
// kBadModel: `what` is not JSON, nested deeper than `max_depth`, or holds a number out of range.
JsonValue parse_json(const char* text, std::size_t size, std::size_t max_depth, const char* what);

// The text as a JSON string, quotes included. `text` is UTF-8.
std::string json_quoted(const std::string& text);

}  // namespace credit_risk
