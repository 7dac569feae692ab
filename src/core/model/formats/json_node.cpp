#include "core/model/formats/json_node.hpp"

#include <charconv>
#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "core/model/category_text.hpp"
#include "core/model/formats/json_room.hpp"

namespace credit_risk {
namespace {

using nlohmann::json;

// Replaces what Python and C++ writers add to JSON, outside of texts.
std::string without_extensions(std::string_view text) {
  std::string result;
  result.reserve(text.size() + 64);
  bool in_text = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!in_text && c == 'I' && text.substr(i, 8) == "Infinity") {
      result += "1e300";
      i += 7;
    } else if (!in_text && c == 'N' && text.substr(i, 3) == "NaN") {
      result += "null";
      i += 2;
    } else {
      result += c;
      if (c == '"') in_text = !in_text;
      if (in_text && c == '\\' && i + 1 < text.size()) result += text[++i];
    }
  }
  return result;
}

// Counts what a text would take as values; what is no JSON is for the parser to say.
class RoomCounter final : public nlohmann::json_sax<json> {
 public:
  bool null() override { return scalar(); }
  bool boolean(bool) override { return scalar(); }
  bool number_integer(number_integer_t) override { return scalar(); }
  bool number_unsigned(number_unsigned_t) override { return scalar(); }
  bool number_float(number_float_t, const string_t&) override { return scalar(); }
  bool binary(binary_t&) override { return scalar(); }
  bool string(string_t& text) override {
    room_.take_text(text.size());
    return true;
  }
  bool key(string_t& text) override {
    room_.take_key(text.size());
    return true;
  }
  bool start_object(std::size_t) override { return container(); }
  bool start_array(std::size_t) override { return container(); }
  bool end_object() override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t, const std::string&, const json::exception&) override {
    return false;
  }

 private:
  bool scalar() {
    room_.take_scalar();
    return true;
  }
  bool container() {
    room_.take_container();
    return true;
  }

  JsonRoom room_;
};

json parse_within_room(std::string_view text) {
  RoomCounter counter;
  json::sax_parse(text.begin(), text.end(), &counter);
  return json::parse(text.begin(), text.end());
}

}  // namespace

void refuse_broken(const char* library, const std::string& place, const std::string& what) {
  throw Error(ErrorKind::kBadModel, std::string(library) + " model is not valid",
              "At " + place + ": " + what + ".", "Save the model again with the library.");
}

void refuse_unsupported(const char* library, const std::string& reason, const std::string& hint) {
  throw Error(ErrorKind::kBadModel, std::string(library) + " model cannot be imported", reason,
              hint);
}

json parse_json(const char* library, std::string_view text) {
  try {
    if (text.find("Infinity") == text.npos && text.find("NaN") == text.npos)
      return parse_within_room(text);
    return parse_within_room(without_extensions(text));
  } catch (const json::parse_error& error) {
    refuse_broken(library, "byte " + std::to_string(error.byte), "the text is not JSON");
  } catch (const json::exception&) {
    refuse_broken(library, "$", "a number is out of range");
  }
}

bool parse_number(std::string_view text, double* value) {
  const std::from_chars_result result =
      std::from_chars(text.data(), text.data() + text.size(), *value);
  return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

std::string shortest_text(double value) {
  char buffer[32];
  const bool whole = std::fabs(value) < 1e15 && value == std::floor(value);
  const std::to_chars_result result =
      whole ? std::to_chars(buffer, buffer + sizeof buffer, static_cast<std::int64_t>(value))
            : std::to_chars(buffer, buffer + sizeof buffer, value);
  return std::string(buffer, result.ptr);
}

void JsonNode::fail(const std::string& what) const { refuse_broken(library_, path_, what); }

bool JsonNode::has(const char* key) const { return value_->is_object() && value_->contains(key); }

JsonNode JsonNode::at(const char* key) const {
  if (!value_->is_object()) fail("an object is expected");
  const auto found = value_->find(key);
  if (found == value_->end()) fail(std::string("\"") + key + "\" is absent");
  return JsonNode(library_, *found, path_ + "." + key);
}

JsonNode JsonNode::at(std::size_t index) const {
  if (index >= size()) fail("there is no element " + std::to_string(index));
  return JsonNode(library_, (*value_)[index], path_ + "[" + std::to_string(index) + "]");
}

std::size_t JsonNode::size() const {
  if (!value_->is_array()) fail("an array is expected");
  return value_->size();
}

const std::string& JsonNode::text() const {
  if (!value_->is_string()) fail("a text is expected");
  return value_->get_ref<const std::string&>();
}

double JsonNode::number() const {
  double value = 0;
  if (value_->is_null()) return std::numeric_limits<double>::quiet_NaN();
  if (value_->is_number()) return value_->get<double>();
  if (!value_->is_string() || !parse_number(text(), &value)) fail("a number is expected");
  return value;
}

std::int64_t JsonNode::integer(std::int64_t least, std::int64_t greatest) const {
  const double value = number();
  if (!(value >= static_cast<double>(least) && value <= static_cast<double>(greatest)) ||
      value != std::floor(value)) {
    fail("a whole number from " + std::to_string(least) + " to " + std::to_string(greatest) +
         " is expected");
  }
  return static_cast<std::int64_t>(value);
}

bool JsonNode::flag() const {
  return value_->is_boolean() ? value_->get<bool>() : integer(0, 1) == 1;
}

const json& JsonNode::checked_array(std::size_t count) const {
  if (size() != count) {
    fail("an array of " + std::to_string(count) + " elements is expected; it has " +
         std::to_string(size()));
  }
  return *value_;
}

std::vector<double> JsonNode::numbers(std::size_t count) const {
  const json& array = checked_array(count);
  std::vector<double> result(count);
  for (std::size_t i = 0; i < count; ++i)
    result[i] = array[i].is_number() ? array[i].get<double>() : at(i).number();
  return result;
}

std::vector<std::int64_t> JsonNode::integers(std::size_t count, std::int64_t least,
                                             std::int64_t greatest) const {
  const json& array = checked_array(count);
  std::vector<std::int64_t> result(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (array[i].is_number_unsigned() &&
        array[i].get<std::uint64_t>() <= static_cast<std::uint64_t>(greatest)) {
      result[i] = array[i].get<std::int64_t>();
      if (result[i] >= least) continue;
    }
    result[i] = array[i].is_boolean() ? array[i].get<bool>() : at(i).integer(least, greatest);
  }
  return result;
}

std::string JsonNode::category() const {
  if (value_->is_string()) return text();
  if (value_->is_boolean()) return value_->get<bool>() ? "true" : "false";
  if (value_->is_number_integer()) return value_->dump();  // more digits than a double has
  return category_text(number());
}

}  // namespace credit_risk
