#include "core/model/formats/ubjson.hpp"

#include <cstdint>
#include <cstring>
#include <limits>

#include "core/model/formats/json_node.hpp"
#include "core/model/formats/json_room.hpp"

namespace credit_risk {
namespace {

using nlohmann::json;

constexpr int kMaxDepth = 32;

class UbjsonReader {
 public:
  UbjsonReader(const char* library, std::string_view content)
      : library_(library), content_(content) {}

  json read() {
    json value = value_of(next(), 0);
    if (at_ != content_.size()) fail("there is more content than one value");
    return value;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    refuse_broken(library_, "byte " + std::to_string(at_), what);
  }

  std::size_t left() const { return content_.size() - at_; }

  char peek() const {
    if (left() == 0) fail("the content ends early");
    return content_[at_];
  }

  char next() {
    const char c = peek();
    ++at_;
    return c;
  }

  // Big endian.
  template <class Word>
  Word word() {
    if (left() < sizeof(Word)) fail("the content ends early");
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(Word); ++i)
      value = value << 8 | static_cast<unsigned char>(content_[at_++]);
    return static_cast<Word>(value);
  }

  template <class Real, class Word>
  double real() {
    const Word bits = word<Word>();
    Real value;
    std::memcpy(&value, &bits, sizeof value);
    return static_cast<double>(value);
  }

  // Payload bytes of a value; 0 where it depends on the content.
  static std::size_t width(char type) {
    switch (type) {
      case 'i':
      case 'U':
      case 'C':
        return 1;
      case 'I':
        return 2;
      case 'l':
      case 'd':
        return 4;
      case 'L':
      case 'D':
        return 8;
      default:
        return 0;
    }
  }

  std::int64_t integer(char type) {
    switch (type) {
      case 'i':
        return word<std::int8_t>();
      case 'U':
        return word<std::uint8_t>();
      case 'I':
        return word<std::int16_t>();
      case 'l':
        return word<std::int32_t>();
      case 'L':
        return word<std::int64_t>();
      default:
        fail("a whole number is expected");
    }
  }

  // A count of things of at least `bytes` bytes each.
  std::size_t count(std::size_t bytes) {
    const std::int64_t value = integer(next());
    if (value < 0 || static_cast<std::uint64_t>(value) > left() / bytes)
      fail("a count is larger than the content");
    return static_cast<std::size_t>(value);
  }

  std::string text() {
    const std::size_t length = count(1);
    std::string value(content_.substr(at_, length));
    at_ += length;
    room_.take_text(length);
    return value;
  }

  json value_of(char type, int depth) {
    room_.take_scalar();
    switch (type) {
      case 'Z':
        return nullptr;
      case 'T':
        return true;
      case 'F':
        return false;
      case 'd':
        return real<float, std::uint32_t>();
      case 'D':
        return real<double, std::uint64_t>();
      case 'C':
        return std::string(1, next());
      case 'S':
        return text();
      case '[':
        return array(depth + 1);
      case '{':
        return object(depth + 1);
      default:
        return integer(type);
    }
  }

  void check_depth(int depth) const {
    if (depth > kMaxDepth) fail("values are nested deeper than in any model");
  }

  char element_type() {
    if (peek() != '$') return 0;
    ++at_;
    const char type = next();
    if (width(type) == 0) fail("an array of such elements is not expected");
    if (peek() != '#') fail("a typed array has no count");
    return type;
  }

  json array(int depth) {
    check_depth(depth);
    room_.take_container();
    json result = json::array();
    const char type = element_type();
    if (peek() != '#') {
      while (peek() != ']') result.push_back(value_of(next(), depth));
      ++at_;
      return result;
    }
    ++at_;
    const std::size_t size = count(type == 0 ? 1 : width(type));
    room_.need(size);
    for (std::size_t i = 0; i < size; ++i)
      result.push_back(value_of(type == 0 ? next() : type, depth));
    return result;
  }

  json object(int depth) {
    check_depth(depth);
    room_.take_container();
    json result = json::object();
    if (peek() == '$') fail("a typed object is not expected");
    if (peek() == '#') {
      ++at_;
      const std::size_t size = count(2);
      for (std::size_t i = 0; i < size; ++i) member(result, depth);
      return result;
    }
    while (peek() != '}') member(result, depth);
    ++at_;
    return result;
  }

  void member(json& object, int depth) {
    std::string key = text();
    room_.take_key(0);
    object[std::move(key)] = value_of(next(), depth);
  }

  const char* library_;
  std::string_view content_;
  std::size_t at_ = 0;
  JsonRoom room_;
};

}  // namespace

json parse_ubjson(const char* library, std::string_view content) {
  return UbjsonReader(library, content).read();
}

}  // namespace credit_risk
