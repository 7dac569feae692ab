// The wire form of protocol buffers, as far as ONNX needs it. Own code rather than protozero: what
// is read comes from anybody, protozero's checks of how it is called are assertions, which end a
// server process, and it cannot say at which byte a file is broken.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace credit_risk {

struct WireField {
  enum class Type : std::uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

  std::uint32_t number = 0;
  Type type = Type::kVarint;
  std::uint64_t value = 0;  // but for kBytes
  std::string_view bytes;   // of kBytes
  std::size_t at = 0;       // where the value begins in the file

  // Each throws kBadModel with the place where the field has another type, or a value out of range.
  std::int64_t integer() const;
  float real() const;
  std::string_view text() const;

  // Append one value, or all of a packed field; at most kMaxNodes in all.
  void append_to(std::vector<std::int64_t>& values) const;
  void append_to(std::vector<float>& values) const;
  void append_to(std::vector<double>& values) const;

  [[noreturn]] void fail(const std::string& what) const;

 private:
  template <class Real, class Word>
  void append_reals(std::vector<Real>& values, Type single) const;
};

// The fields of one message, in the order of the file.
class WireReader {
 public:
  // `offset`: where the message begins in the file.
  explicit WireReader(std::string_view message, std::size_t offset = 0)
      : message_(message), offset_(offset) {}
  explicit WireReader(const WireField& field) : WireReader(field.text(), field.at) {}

  bool next(WireField& field);  // false behind the last field

  bool done() const { return at_ == message_.size(); }
  std::uint64_t varint();

 private:
  [[noreturn]] void fail(const std::string& what) const;
  std::uint64_t fixed(std::size_t bytes);
  std::size_t left() const { return message_.size() - at_; }

  std::string_view message_;
  std::size_t offset_;
  std::size_t at_ = 0;
};

}  // namespace credit_risk
