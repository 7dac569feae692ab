#include "core/json_value.hpp"

#include <limits>
#include <utility>

#include "core/error.hpp"
#include "core/json.hpp"

namespace credit_risk {
namespace {

// nlohmann's reader calls this for each token. What it builds has destructors that do not allocate.
class Builder {
 public:
  using number_integer_t = nlohmann::json::number_integer_t;
  using number_unsigned_t = nlohmann::json::number_unsigned_t;
  using number_float_t = nlohmann::json::number_float_t;
  using string_t = nlohmann::json::string_t;
  using binary_t = nlohmann::json::binary_t;

  Builder(std::size_t max_depth, const char* what) : max_depth_(max_depth), what_(what) {}

  JsonValue take() { return std::move(root_); }

  bool null() { return put(JsonValue()); }
  bool boolean(bool value) { return put(JsonValue(value)); }
  bool number_integer(number_integer_t value) { return put(JsonValue(std::int64_t{value})); }
  bool number_unsigned(number_unsigned_t value) {
    constexpr auto kMax = static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max());
    return put(value <= kMax ? JsonValue(static_cast<std::int64_t>(value))
                             : JsonValue(static_cast<double>(value)));
  }
  bool number_float(number_float_t value, const string_t&) { return put(JsonValue(value)); }
  bool string(string_t& value) { return put(JsonValue(std::move(value))); }
  bool binary(binary_t&) { return false; }  // not in JSON text
  bool key(string_t& value) {
    key_ = std::move(value);
    return true;
  }
  bool start_object(std::size_t) { return open(JsonValue(JsonValue::Object{})); }
  bool start_array(std::size_t) { return open(JsonValue(JsonValue::Array{})); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool parse_error(std::size_t byte, const std::string&, const nlohmann::json::exception& error) {
    if (dynamic_cast<const nlohmann::json::out_of_range*>(&error) != nullptr) {
      refuse("At byte " + std::to_string(byte) + ": a number is out of range.");
    }
    refuse("At byte " + std::to_string(byte) + ": the text is not JSON.");
  }

 private:
  [[noreturn]] void refuse(const std::string& detail) const {
    throw Error(ErrorKind::kBadModel, std::string(what_) + " is not valid", detail);
  }

  JsonValue* place(JsonValue value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    JsonValue& parent = *open_.back();
    if (parent.is_object()) return &(parent.object()[key_] = std::move(value));
    parent.array().push_back(std::move(value));
    return &parent.array().back();
  }

  bool put(JsonValue value) {
    place(std::move(value));
    return true;
  }

  // A pointer into a parent stays good while the child is open: the parent grows only afterwards.
  bool open(JsonValue value) {
    if (open_.size() == max_depth_) refuse("Values are nested too deeply.");
    JsonValue* child = place(std::move(value));
    open_.push_back(child);
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  std::size_t max_depth_;
  const char* what_;
  JsonValue root_;
  std::vector<JsonValue*> open_;
  std::string key_;
};

}  // namespace

JsonValue parse_json(const char* text, std::size_t size, std::size_t max_depth, const char* what) {
  Builder builder(max_depth, what);
  nlohmann::json::sax_parse(text, text + size, &builder);
  return builder.take();
}

std::string json_quoted(const std::string& text) { return nlohmann::json(text).dump(); }

}  // namespace credit_risk
