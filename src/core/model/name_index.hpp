// Finds a name's position in a list of distinct names: for features and categories, one look-up per
// value of a row, without allocation. Open addressing with linear probing, at most half full.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace credit_risk {

class NameIndex {
 public:
  static constexpr std::int32_t kNone = -1;

  NameIndex() = default;

  // `names` must outlive the index.
  explicit NameIndex(const std::vector<std::string>& names) {
    std::size_t size = 2;
    while (size < 2 * names.size()) size *= 2;
    slots_.assign(size, Slot{nullptr, kNone});
    for (std::size_t i = 0; i < names.size(); ++i) {
      Slot& slot = slots_[place(names[i].data(), names[i].size())];
      slot = {&names[i], static_cast<std::int32_t>(i)};
    }
  }

  std::int32_t find(const char* name, std::size_t size) const noexcept {
    return slots_.empty() ? kNone : slots_[place(name, size)].position;
  }

  std::size_t byte_size() const noexcept { return slots_.size() * sizeof(Slot); }

 private:
  struct Slot {
    const std::string* name;
    std::int32_t position;
  };

  // FNV-1a, 64 bit.
  static std::uint64_t hash(const char* name, std::size_t size) noexcept {
    std::uint64_t h = 0xCBF29CE484222325ull;
    for (std::size_t i = 0; i < size; ++i) {
      h = (h ^ static_cast<unsigned char>(name[i])) * 0x100000001B3ull;
    }
    return h ^ (h >> 32);
  }

  // The slot that holds the name, or the free one where it would go.
  std::size_t place(const char* name, std::size_t size) const noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash(name, size) & mask;
    while (slots_[at].name != nullptr &&
           (slots_[at].name->size() != size ||
            (size != 0 && std::memcmp(slots_[at].name->data(), name, size) != 0))) {
      at = (at + 1) & mask;
    }
    return at;
  }

  std::vector<Slot> slots_;
};

}  // namespace credit_risk
