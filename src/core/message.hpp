// Plain values as bytes on their way between processes of one machine; never stored.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace credit_risk {

// Writes from `to` on, or only counts the bytes where that is null.
class MessageWriter {
 public:
  explicit MessageWriter(char* to) : to_(to) {}

  template <class T>
  void value(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    bytes(&value, sizeof value);
  }
  template <class T>
  void array(const std::vector<T>& values) {
    static_assert(std::is_trivially_copyable_v<T>);
    value(std::uint64_t{values.size()});
    bytes(values.data(), values.size() * sizeof(T));
  }
  void text(const std::string& text) {
    value(std::uint64_t{text.size()});
    bytes(text.data(), text.size());
  }

  std::size_t size() const noexcept { return size_; }

 private:
  void bytes(const void* from, std::size_t count) {
    if (to_ != nullptr && count > 0) std::memcpy(to_ + size_, from, count);
    size_ += count;
  }

  char* to_;
  std::size_t size_ = 0;
};

// Reads them back in the same order; throws where they end too early.
class MessageReader {
 public:
  MessageReader(const char* from, std::size_t size) : from_(from), left_(size) {}

  template <class T>
  T value() {
    static_assert(std::is_trivially_copyable_v<T>);
    T value;
    bytes(&value, sizeof value);
    return value;
  }
  template <class T>
  void array(std::vector<T>& values) {
    const std::size_t count = counted(sizeof(T));
    values.resize(count);
    bytes(values.data(), count * sizeof(T));
  }
  void text(std::string& text) {
    text.resize(counted(1));
    bytes(text.data(), text.size());
  }

  // Throws unless everything has been read.
  void end() const {
    if (left_ != 0) throw std::length_error("message is too long");
  }

 private:
  std::size_t counted(std::size_t width) {
    const auto count = value<std::uint64_t>();
    if (count > left_ / width) throw std::length_error("message is cut short");
    return static_cast<std::size_t>(count);
  }
  void bytes(void* to, std::size_t count) {
    if (count > left_) throw std::length_error("message is cut short");
    if (count > 0) std::memcpy(to, from_, count);
    from_ += count;
    left_ -= count;
  }

  const char* from_;
  std::size_t left_;
};

// The bytes that `write` writes, which is called twice: to count them first.
template <class Write>
std::string write_message(Write&& write) {
  MessageWriter count(nullptr);
  write(count);
  std::string bytes(count.size(), '\0');
  MessageWriter writer(bytes.data());
  write(writer);
  return bytes;
}

}  // namespace credit_risk
