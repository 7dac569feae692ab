// protobuf.dev/programming-guides/encoding
#include "core/model/formats/onnx/wire.hpp"

#include <cstring>

#include "core/error.hpp"
#include "core/model/formats/json_node.hpp"
#include "core/model/validate.hpp"

namespace credit_risk {
namespace {

constexpr char kLibrary[] = "ONNX";

template <class Value>
void push(std::vector<Value>& values, Value value) {
  if (values.size() >= kMaxNodes)
    throw Error(ErrorKind::kLimit, "model has too many nodes", {}, "Train fewer or smaller trees.");
  values.push_back(value);
}

// Little endian.
std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;)
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

template <class Real, class Word>
Real real_of_bits(std::uint64_t bits) {
  const Word word = static_cast<Word>(bits);
  Real value;
  std::memcpy(&value, &word, sizeof value);
  return value;
}

}  // namespace

void WireField::fail(const std::string& what) const {
  refuse_broken(kLibrary, "byte " + std::to_string(at), what);
}

std::int64_t WireField::integer() const {
  if (type != Type::kVarint) fail("a whole number is expected");
  return static_cast<std::int64_t>(value);
}

float WireField::real() const {
  if (type != Type::kFixed32) fail("a float32 number is expected");
  return real_of_bits<float, std::uint32_t>(value);
}

std::string_view WireField::text() const {
  if (type != Type::kBytes) fail("bytes are expected");
  return bytes;
}

void WireField::append_to(std::vector<std::int64_t>& values) const {
  if (type != Type::kBytes) {
    push(values, integer());
    return;
  }
  WireReader packed(bytes, at);
  while (!packed.done()) push(values, static_cast<std::int64_t>(packed.varint()));
}

template <class Real, class Word>
void WireField::append_reals(std::vector<Real>& values, Type single) const {
  if (type == single) {
    push(values, real_of_bits<Real, Word>(value));
    return;
  }
  if (type != Type::kBytes || bytes.size() % sizeof(Word) != 0)
    fail("numbers of " + std::to_string(sizeof(Word)) + " bytes are expected");
  for (std::size_t i = 0; i < bytes.size(); i += sizeof(Word))
    push(values, real_of_bits<Real, Word>(little_endian(bytes.substr(i, sizeof(Word)))));
}

void WireField::append_to(std::vector<float>& values) const {
  append_reals<float, std::uint32_t>(values, Type::kFixed32);
}

void WireField::append_to(std::vector<double>& values) const {
  append_reals<double, std::uint64_t>(values, Type::kFixed64);
}

void WireReader::fail(const std::string& what) const {
  refuse_broken(kLibrary, "byte " + std::to_string(offset_ + at_), what);
}

std::uint64_t WireReader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 70; shift += 7) {
    if (left() == 0) fail("the content ends early");
    const unsigned char byte = static_cast<unsigned char>(message_[at_++]);
    if (shift == 63 && byte > 1) break;
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
  fail("a number has more than 64 bits");
}

std::uint64_t WireReader::fixed(std::size_t bytes) {
  if (left() < bytes) fail("the content ends early");
  at_ += bytes;
  return little_endian(message_.substr(at_ - bytes, bytes));
}

bool WireReader::next(WireField& field) {
  if (done()) return false;
  const std::uint64_t key = varint();
  field.number = static_cast<std::uint32_t>(key >> 3);
  if (key >> 3 == 0 || key >> 32 != 0) fail("a field has no valid number");
  field.type = static_cast<WireField::Type>(key & 7);
  field.at = offset_ + at_;
  field.value = 0;
  field.bytes = {};
  switch (field.type) {
    case WireField::Type::kVarint:
      field.value = varint();
      return true;
    case WireField::Type::kFixed64:
      field.value = fixed(8);
      return true;
    case WireField::Type::kFixed32:
      field.value = fixed(4);
      return true;
    case WireField::Type::kBytes: {
      const std::uint64_t size = varint();
      if (size > left()) fail("a length is larger than the content");
      field.at = offset_ + at_;
      field.bytes = message_.substr(at_, static_cast<std::size_t>(size));
      at_ += static_cast<std::size_t>(size);
      return true;
    }
  }
  fail("the content is not a protocol buffer");
}

}  // namespace credit_risk
