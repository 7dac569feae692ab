#include "core/lending/instalment.hpp"

#include "core/error.hpp"

namespace credit_risk {
namespace {

// s = ((1+r)^n - 1) / r = 1 + (1+r) + ... + (1+r)^(n-1), from the binary digits of n: s(2m) = s(m)
// (2 + r s(m)), s(m+1) = s(m) (1 + r) + 1. Only sums of positive terms, so nothing cancels however
// small r is.
Quad annuity_sum(Quad r, int n) {
  Quad s = 0;
  for (int bit = 30; bit >= 0; --bit) {
    s = s * (2 + r * s);
    if ((n >> bit) & 1) s = s * (1 + r) + 1;
  }
  return s;
}

constexpr Int128 kMonthlyDivisor = Int128{1200} * kRateUnitsPerPercent;

}  // namespace

void require_terms(const LoanTerms& terms) {
  require_not_negative(terms.principal, "principal");
  require_rate(terms.annual_rate);
  if (terms.months >= 1 && terms.months <= kMaxMonths) return;
  throw Error(ErrorKind::kInvalidInput, "months must be between 1 and 1200",
              "It is " + std::to_string(terms.months) + ".");
}

// (1+r)^n = 1 + r s, hence E = P / s + P r.
Quad unrounded_emi(const LoanTerms& terms) {
  require_terms(terms);
  const Quad principal = static_cast<Quad>(terms.principal);
  const Quad r = static_cast<Quad>(terms.annual_rate) / static_cast<Quad>(kMonthlyDivisor);
  return principal / annuity_sum(r, terms.months) + principal * r;
}

Paise emi(const LoanTerms& terms, Rounding rounding) {
  require_terms(terms);
  if (terms.annual_rate == 0) return round_quotient(terms.principal, terms.months, rounding);
  if (terms.months == 1) {
    return round_quotient(terms.principal * (kMonthlyDivisor + terms.annual_rate), kMonthlyDivisor,
                          rounding);
  }
  return round_paise(unrounded_emi(terms), rounding);
}

Int128 emi_in_1e16(const LoanTerms& terms) {
  const Quad scaled = unrounded_emi(terms) * static_cast<Quad>(100'000'000'000'000);
  return static_cast<Int128>(scaled + static_cast<Quad>(0.5));
}

}  // namespace credit_risk
