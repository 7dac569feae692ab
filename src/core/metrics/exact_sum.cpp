#include "core/metrics/exact_sum.hpp"

#include <cmath>
#include <cstring>

namespace credit_risk {
namespace {

constexpr std::uint64_t kLow = 0xFFFFFFFF;
constexpr int kUnitExponent = -1074;

}  // namespace

void ExactSum::add(double term) noexcept {
  std::uint64_t bits;
  std::memcpy(&bits, &term, sizeof bits);
  const auto exponent = static_cast<int>(bits >> 52 & 0x7FF);
  std::uint64_t mantissa = bits & 0xFFFFFFFFFFFFF;
  if (exponent > 0) mantissa |= std::uint64_t{1} << 52;
  const int shift = exponent > 0 ? exponent - 1 : 0;
  const std::uint64_t low = (mantissa & kLow) << shift % 32;
  const std::uint64_t high = (mantissa >> 32) << shift % 32;
  std::uint64_t* const limb = limb_ + shift / 32;
  limb[0] += low & kLow;
  limb[1] += (low >> 32) + (high & kLow);
  limb[2] += high >> 32;
  // A term adds less than 2^33 to a limb, which holds 2^31 such.
  if (++uncarried_ >= 1u << 30) carry();
}

void ExactSum::append(const ExactSum& others) noexcept {
  ExactSum carried = others;
  carried.carry();
  carry();
  for (int i = 0; i < kLimbs; ++i) limb_[i] += carried.limb_[i];
  uncarried_ = 1;
}

void ExactSum::carry() noexcept {
  for (int i = 0; i + 1 < kLimbs; ++i) {
    limb_[i + 1] += limb_[i] >> 32;
    limb_[i] &= kLow;
  }
  uncarried_ = 0;
}

double ExactSum::value() const noexcept {
  ExactSum carried = *this;
  carried.carry();
  int top = kLimbs - 1;
  while (top >= 0 && carried.limb_[top] == 0) --top;
  if (top < 0) return 0.0;
  // The highest 65 to 96 bits; what lies below can only break a tie, for which one bit stands.
  unsigned __int128 leading = 0;
  for (int i = top; i > top - 3; --i) leading = leading << 32 | (i >= 0 ? carried.limb_[i] : 0);
  bool below = false;
  for (int i = top - 3; i >= 0; --i) below |= carried.limb_[i] != 0;
  int shift = 0;
  while (leading >> shift > UINT64_MAX) ++shift;
  auto rounded = static_cast<std::uint64_t>(leading >> shift);
  if (below || (leading >> shift) << shift != leading) rounded |= 1;
  return std::ldexp(static_cast<double>(rounded), shift + 32 * (top - 2) + kUnitExponent);
}

}  // namespace credit_risk
