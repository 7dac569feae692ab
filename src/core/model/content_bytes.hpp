// The bytes that the binary form of a model is made of (codec.hpp): numbers in their shortest form,
// texts, counts that are not believed before the content is that long.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"

namespace credit_risk::content_bytes {

inline constexpr char kMagic[8] = {'C', 'R', 'M', 'O', 'D', 'E', 'L', 1};

enum NumberKind : unsigned {
  kNothing = 0,
  kWhole = 1,
  kFloat32 = 2,
  kFloat64 = 3,
  kSumOfChildren = 4
};
inline constexpr double kWholeEnd = 1 << 21;  // three bytes of varint, one less than a float32

inline std::uint64_t bits_of(double x) noexcept {
  std::uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

inline bool fits_float32(double x) noexcept {
  return std::fabs(x) <= 3.4028234663852886e38 && bits_of(static_cast<float>(x)) == bits_of(x);
}

inline NumberKind kind_of(double x) noexcept {
  if (bits_of(x) == 0) return kNothing;
  if (x > 0 && x < kWholeEnd && x == std::floor(x)) return kWhole;
  return fits_float32(x) ? kFloat32 : kFloat64;
}

class Writer {
 public:
  void byte(unsigned value) { out_.push_back(static_cast<char>(value)); }

  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) byte((value & 0x7F) | 0x80);
    byte(value);
  }

  void text(const std::string& value) {
    varint(value.size());
    out_ += value;
  }

  void word(std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) byte((value >> (8 * i)) & 0xFF);
  }

  void number(double x, NumberKind kind) {
    if (kind == kWhole) varint(static_cast<std::uint64_t>(x));
    if (kind == kFloat64) word(bits_of(x), 8);
    if (kind == kFloat32) {
      const float narrow = static_cast<float>(x);
      std::uint32_t bits;
      std::memcpy(&bits, &narrow, sizeof bits);
      word(bits, 4);
    }
  }

  void tagged(double x) {
    byte(kind_of(x));
    number(x, kind_of(x));
  }

  void all_tagged(const std::vector<double>& numbers) {
    for (const double x : numbers) tagged(x);
  }

  void list(const std::vector<double>& numbers) {
    varint(numbers.size());
    all_tagged(numbers);
  }

  void magic() { out_.append(kMagic, sizeof kMagic); }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

// Throws kBadModel with the byte offset.
class Reader {
 public:
  Reader(const char* data, std::size_t size) : data_(data), size_(size) {}

  std::size_t left() const noexcept { return size_ - at_; }

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorKind::kBadModel, "model content is damaged",
                "At byte " + std::to_string(at_) + ": " + what + ".",
                "Import or train the model again, or restore the version from a backup.");
  }

  unsigned byte() {
    need(1);
    return static_cast<unsigned char>(data_[at_++]);
  }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      const unsigned next = byte();
      value |= std::uint64_t{next & 0x7F} << shift;
      if (next < 0x80) {
        if (next == 0 && shift != 0) fail("a number is not in its shortest form");
        return value;
      }
    }
    fail("a number is too long");
  }

  // A count of things that take at least one byte each.
  std::size_t count(const char* what, std::size_t cap) {
    const std::uint64_t value = varint();
    if (value > cap) {
      throw Error(ErrorKind::kLimit, std::string("model has too many ") + what,
                  "At byte " + std::to_string(at_) + ": there are " + std::to_string(value) +
                      "; at most " + std::to_string(cap) + " are possible.");
    }
    if (value > left()) fail(std::string("the content ends before all ") + what);
    return static_cast<std::size_t>(value);
  }

  std::string text(std::size_t cap) {
    const std::size_t length = count("bytes in a name", cap);
    at_ += length;
    return std::string(data_ + at_ - length, length);
  }

  std::uint64_t word(int bytes) {
    need(static_cast<std::size_t>(bytes));
    std::uint64_t value = 0;
    for (int i = 0; i < bytes; ++i)
      value |= std::uint64_t{static_cast<unsigned char>(data_[at_ + i])} << (8 * i);
    at_ += static_cast<std::size_t>(bytes);
    return value;
  }

  double number(unsigned kind) {
    double value = 0;
    if (kind == kWhole) value = static_cast<double>(varint());
    if (kind == kFloat32) {
      const std::uint32_t bits = static_cast<std::uint32_t>(word(4));
      float narrow;
      std::memcpy(&narrow, &bits, sizeof narrow);
      value = narrow;
    }
    if (kind == kFloat64) {
      const std::uint64_t bits = word(8);
      std::memcpy(&value, &bits, sizeof value);
    }
    if (!std::isfinite(value)) fail("a number is not finite");
    if (kind_of(value) != kind) fail("a number is not in its shortest form");
    return value;
  }

  double tagged() {
    const unsigned kind = byte();
    return number(kind);
  }

  double link_scale() {
    const std::uint64_t bits = word(8);
    double value;
    std::memcpy(&value, &bits, sizeof value);
    if (value == 1) fail("a scale of 1 is not written");
    return value;
  }

  void magic() {
    if (size_ < sizeof kMagic || std::memcmp(data_, kMagic, sizeof kMagic - 1) != 0) {
      throw Error(ErrorKind::kBadModel, "content is not a model",
                  "It does not begin with the mark of a credit_risk model.");
    }
    if (data_[7] != kMagic[7]) {
      throw Error(ErrorKind::kBadModel, "model content has a version that is not supported",
                  "It has version " + std::to_string(static_cast<unsigned char>(data_[7])) +
                      "; this is version 1.",
                  "Update the extension.");
    }
    at_ = sizeof kMagic;
  }

 private:
  void need(std::size_t bytes) const {
    if (bytes > left()) fail("the content ends early");
  }

  const char* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

}  // namespace credit_risk::content_bytes
