// The equated monthly instalment.
#pragma once
#include "core/lending/money.hpp"

namespace credit_risk {

constexpr int kMaxMonths = 1200;

struct LoanTerms {
  Paise principal;
  Rate annual_rate;
  int months;
};

// E = P r (1+r)^n / ((1+r)^n - 1) with r = annual rate / 12, in paise; P / n when r = 0.
// Throws for a negative principal or rate and for months outside 1 .. kMaxMonths.
Quad unrounded_emi(const LoanTerms& terms);
Paise emi(const LoanTerms& terms, Rounding rounding = Rounding::kHalfUp);

// The unrounded instalment in units of 1e-16 of the currency, rounded half up.
Int128 emi_in_1e16(const LoanTerms& terms);

void require_terms(const LoanTerms& terms);

}  // namespace credit_risk
