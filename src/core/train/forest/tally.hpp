// Three counts in one integer, so that a histogram adds a row with a single addition: the different
// rows, and how often the bootstrap drew rows of each class, each times what it weighs
// (row_weights.hpp). Integer sums are exact in any order: the same forest on every machine.
#pragma once
#include <cstdint>

namespace credit_risk {

__extension__ typedef unsigned __int128 WideWord;

template <class Word>
struct Tally {
  static constexpr int kBits = sizeof(Word) * 8 / 3;
  static constexpr Word kMask = (Word{1} << kBits) - 1;
  static constexpr std::uint64_t kMostRows = static_cast<std::uint64_t>(kMask);

  // What one bootstrap draw of a row of class `label` adds; the row itself is counted once, by
  // kRow.
  static Word draw(bool label) noexcept { return label ? Word{1} << kBits : Word{1}; }
  static constexpr Word kRow = Word{1} << (2 * kBits);

  static std::uint64_t zeros(Word tally) noexcept {
    return static_cast<std::uint64_t>(tally & kMask);
  }
  static std::uint64_t ones(Word tally) noexcept {
    return static_cast<std::uint64_t>((tally >> kBits) & kMask);
  }
  static std::uint64_t rows(Word tally) noexcept {
    return static_cast<std::uint64_t>(tally >> (2 * kBits));
  }
};

}  // namespace credit_risk
