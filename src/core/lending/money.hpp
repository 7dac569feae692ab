// Money and rates as exact integers, and the roundings that lead back to them.
#pragma once
#include <cfloat>
#include <cstdint>
#include <string>
#include <string_view>

namespace credit_risk {

using Paise = std::int64_t;  // one hundredth of the currency unit
using Int128 = __int128;

// IEEE binary128 on every machine; + - * / are correctly rounded, so the bits are the same
// everywhere.
#if LDBL_MANT_DIG == 113
using Quad = long double;
#else
using Quad = __float128;
#endif

// An annual rate in units of 1e-10 percent: 9.5 % is 95'000'000'000. Never negative.
using Rate = std::int64_t;
constexpr Rate kRateUnitsPerPercent = 10'000'000'000;
constexpr Rate kMaxRate = 10'000 * kRateUnitsPerPercent;

enum class Rounding {
  kHalfUp,     // to the paisa, ties up
  kHalfEven,   // to the paisa, ties to the even paisa
  kCeil,       // up to the paisa
  kRupee,      // to the rupee, ties up
  kCeilRupee,  // up to the rupee
};

// 'half_up', 'half_even', 'ceil', 'rupee' or 'ceil_rupee'; anything else throws.
Rounding rounding_named(std::string_view name);

// amount / divisor, both in paise and not negative, divisor > 0; exact, ties included.
Paise round_quotient(Int128 amount, Int128 divisor, Rounding rounding);

// `paise` not negative. A value nearer to a tie (or, rounding up, to a whole unit) than the error
// of the few binary128 operations behind it counts as being there.
Paise round_paise(Quad paise, Rounding rounding);

// Sums that must not wrap; throws kLimit.
Paise add_paise(Paise a, Paise b);

// "1234.50", for messages.
std::string money_text(Paise amount);

// Throws unless 0 <= amount; `what` names it: "principal".
void require_not_negative(Paise amount, const char* what);
// Throws unless 0 <= rate <= kMaxRate.
void require_rate(Rate annual_rate);

}  // namespace credit_risk
