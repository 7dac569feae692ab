// The amortization schedule: what falls due, when, and how it splits into interest and principal.
#pragma once
#include <string_view>
#include <vector>

#include "core/lending/calendar.hpp"
#include "core/lending/instalment.hpp"

namespace credit_risk {

enum class DayCount {
  k30_360,     // every month is a twelfth of a year
  kActual365,  // days of the period over 365, leap years too (ACT/365F)
};

// '30/360' or 'actual/365'; anything else throws.
DayCount day_count_named(std::string_view name);

constexpr Paise kComputeEmi = INT64_MIN;  // no amount

struct ScheduleTerms {
  LoanTerms loan;
  Day first_due_date;
  Paise emi = kComputeEmi;                         // or what the contract says
  Rounding emi_rounding = Rounding::kHalfUp;       // of a computed instalment
  Rounding interest_rounding = Rounding::kHalfUp;  // of each period's interest
  DayCount day_count = DayCount::k30_360;
  Day disbursed_on = 0;           // start of the first period; read only where has_disbursed_on
  bool has_disbursed_on = false;  // else one month before the first due date
};

struct Instalment {
  int number;  // from 1
  Day due_date;
  Paise interest;
  Paise principal;
  Paise balance;  // principal still outstanding once this instalment is paid

  Paise amount() const noexcept { return interest + principal; }
};

// Instalment k falls due k - 1 months after the first due date. The last one pays the remaining
// balance exactly; an instalment larger than needed ends the schedule early. Throws where the
// instalment does not exceed the interest of a period before the last (negative amortization).
// Replaces the content of `rows`.
void build_schedule(const ScheduleTerms& terms, std::vector<Instalment>& rows);

// The level instalment for periods of unequal length: P prod(1 + f_i) / fn_n with fn_1 = 1,
// fn_k = fn_(k-1) (1 + f_k) + 1, where f_i is the interest factor of period i (ACT/365: rate days /
// 36500).
Quad unrounded_emi_actual_365(const ScheduleTerms& terms);

}  // namespace credit_risk
