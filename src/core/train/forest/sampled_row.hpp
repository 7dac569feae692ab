// A row of a tree's sample in one integer: its number in the matrix, its class, and what it counts.
#pragma once
#include <cstdint>

#include "core/train/data/columns.hpp"
#include "core/train/forest/tally.hpp"

namespace credit_risk {

class SampledRow {
 public:
  SampledRow() = default;
  // `amount`: how often it was drawn, times the units that it weighs; below 2^33.
  SampledRow(std::uint32_t row, bool label, std::uint64_t amount) noexcept
      : bits_(amount << (kRowBits + 1) | std::uint64_t{label} << kRowBits | row) {}

  std::uint32_t row() const noexcept { return static_cast<std::uint32_t>(bits_ & kRowMask); }

  template <class Word>
  Word tally() const noexcept {
    const Word amount = bits_ >> (kRowBits + 1);
    const bool label = ((bits_ >> kRowBits) & 1) != 0;
    return (amount << (label ? Tally<Word>::kBits : 0)) + Tally<Word>::kRow;
  }

 private:
  static constexpr int kRowBits = 30;
  static constexpr std::uint64_t kRowMask = (std::uint64_t{1} << kRowBits) - 1;
  static_assert(kMaxTrainingRows <= kRowMask, "every row has a number");
  std::uint64_t bits_ = 0;
};

}  // namespace credit_risk
