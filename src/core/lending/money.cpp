#include "core/lending/money.hpp"

#include <cstdio>
#include <limits>

#include "core/error.hpp"

namespace credit_risk {
namespace {

constexpr Paise kMaxPaise = std::numeric_limits<Paise>::max();
// Wider than the accumulated error of an instalment (below 1e-13 paisa at the largest amounts),
// narrower than any difference that two decimal terms can make by accident.
constexpr double kTieWidth = 1e-12;

int unit_of(Rounding rounding) {
  return rounding == Rounding::kRupee || rounding == Rounding::kCeilRupee ? 100 : 1;
}

// How the part below one whole unit decides: -1 below the tie, 0 the tie, 1 above it.
bool goes_up(Rounding rounding, int side_of_tie, bool whole, bool odd) {
  switch (rounding) {
    case Rounding::kCeil:
    case Rounding::kCeilRupee:
      return !whole;
    case Rounding::kHalfEven:
      return side_of_tie > 0 || (side_of_tie == 0 && odd);
    default:
      return side_of_tie >= 0;
  }
}

[[noreturn]] void throw_too_large() {
  throw Error(ErrorKind::kLimit, "amount is out of range",
              "The largest amount is " + money_text(kMaxPaise) + ".");
}

Paise scaled(Int128 units, int unit) {
  if (units > kMaxPaise / unit) throw_too_large();
  return static_cast<Paise>(units) * unit;
}

}  // namespace

Rounding rounding_named(std::string_view name) {
  if (name == "half_up") return Rounding::kHalfUp;
  if (name == "half_even") return Rounding::kHalfEven;
  if (name == "ceil") return Rounding::kCeil;
  if (name == "rupee") return Rounding::kRupee;
  if (name == "ceil_rupee") return Rounding::kCeilRupee;
  throw Error(ErrorKind::kInvalidInput, "rounding \"" + std::string(name) + "\" does not exist",
              "The roundings are half_up, half_even, ceil (to the paisa), rupee and ceil_rupee.");
}

Paise round_quotient(Int128 amount, Int128 divisor, Rounding rounding) {
  const int unit = unit_of(rounding);
  const Int128 step = divisor * unit;
  const Int128 whole = amount / step;
  const Int128 rest = amount - whole * step;
  const int side = rest * 2 < step ? -1 : rest * 2 > step;
  const bool up = goes_up(rounding, side, rest == 0, (whole & 1) != 0);
  return scaled(whole + up, unit);
}

Paise round_paise(Quad paise, Rounding rounding) {
  const int unit = unit_of(rounding);
  const Quad units = paise / unit;
  if (!(units < static_cast<Quad>(kMaxPaise))) throw_too_large();
  Paise whole = static_cast<Paise>(units);
  Quad rest = units - static_cast<Quad>(whole);
  if (rest > 1 - static_cast<Quad>(kTieWidth)) {
    ++whole;
    rest = 0;
  }
  const Quad from_tie = rest - static_cast<Quad>(0.5);
  const Quad width = static_cast<Quad>(kTieWidth);
  const int side = from_tie < -width ? -1 : from_tie > width;
  const bool up = goes_up(rounding, side, rest <= width, (whole & 1) != 0);
  return scaled(Int128{whole} + up, unit);
}

Paise add_paise(Paise a, Paise b) {
  Paise sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) throw_too_large();
  return sum;
}

std::string money_text(Paise amount) {
  const std::uint64_t size =
      amount < 0 ? 0 - static_cast<std::uint64_t>(amount) : static_cast<std::uint64_t>(amount);
  char text[32];
  std::snprintf(text, sizeof text, "%s%llu.%02llu", amount < 0 ? "-" : "",
                static_cast<unsigned long long>(size / 100),
                static_cast<unsigned long long>(size % 100));
  return text;
}

void require_not_negative(Paise amount, const char* what) {
  if (amount >= 0) return;
  throw Error(ErrorKind::kInvalidInput, std::string(what) + " must not be negative",
              "It is " + money_text(amount) + ".");
}

void require_rate(Rate annual_rate) {
  if (annual_rate >= 0 && annual_rate <= kMaxRate) return;
  throw Error(ErrorKind::kInvalidInput, "annual rate must be between 0 and 10000 percent", {},
              "Give the rate in percent a year: 9.5 means 9.5 % a year.");
}

}  // namespace credit_risk
