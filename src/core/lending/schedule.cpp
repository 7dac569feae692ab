#include "core/lending/schedule.hpp"

#include <string>

#include "core/error.hpp"

namespace credit_risk {
namespace {

// Hands out the due dates and the interest of one period after the other, in integers only.
class Periods {
 public:
  explicit Periods(const ScheduleTerms& terms)
      : terms_(terms),
        first_(civil_of(terms.first_due_date)),
        start_(terms.has_disbursed_on ? terms.disbursed_on : add_months(first_, -1)),
        due_(terms.first_due_date) {}

  Day due() const noexcept { return due_; }
  int days() const noexcept { return due_ - start_; }

  void advance(int months_after_first) noexcept {
    start_ = due_;
    due_ = add_months(first_, months_after_first);
  }

  Paise interest(Paise balance) const {
    const Int128 yearly = Int128{balance} * terms_.loan.annual_rate;
    if (terms_.day_count == DayCount::k30_360) {
      return round_quotient(yearly, Int128{1200} * kRateUnitsPerPercent, terms_.interest_rounding);
    }
    return round_quotient(yearly * days(), Int128{36'500} * kRateUnitsPerPercent,
                          terms_.interest_rounding);
  }

 private:
  const ScheduleTerms& terms_;
  CivilDate first_;
  Day start_;
  Day due_;
};

void require_schedule_terms(const ScheduleTerms& terms) {
  require_terms(terms.loan);
  require_day(terms.first_due_date, "first due date");
  if (!terms.has_disbursed_on) return;
  require_day(terms.disbursed_on, "disbursement date");
  // A century keeps yearly * days within 128 bits.
  if (terms.disbursed_on <= terms.first_due_date &&
      terms.first_due_date - terms.disbursed_on <= 36'525) {
    return;
  }
  throw Error(ErrorKind::kInvalidInput,
              "disbursement date must be at most a century before the first due date");
}

Paise agreed_emi(const ScheduleTerms& terms) {
  if (terms.emi != kComputeEmi) {
    require_not_negative(terms.emi, "emi");
    return terms.emi;
  }
  if (terms.day_count == DayCount::k30_360) return emi(terms.loan, terms.emi_rounding);
  return round_paise(unrounded_emi_actual_365(terms), terms.emi_rounding);
}

[[noreturn]] void throw_negative_amortization(int period, Paise instalment, Paise interest) {
  throw Error(ErrorKind::kInvalidInput, "emi does not repay the loan: negative amortization",
              "The emi is " + money_text(instalment) + ", the interest of period " +
                  std::to_string(period) + " is " + money_text(interest) + ".",
              "Give a larger emi, or round it up.");
}

}  // namespace

DayCount day_count_named(std::string_view name) {
  if (name == "30/360") return DayCount::k30_360;
  if (name == "actual/365") return DayCount::kActual365;
  throw Error(ErrorKind::kInvalidInput, "day count \"" + std::string(name) + "\" does not exist",
              "The day counts are 30/360 and actual/365.");
}

Quad unrounded_emi_actual_365(const ScheduleTerms& terms) {
  Periods periods(terms);
  Quad growth = 1;
  Quad sum = 0;
  for (int k = 1; k <= terms.loan.months; ++k) {
    const Int128 yearly = Int128{terms.loan.annual_rate} * periods.days();
    const Quad factor =
        static_cast<Quad>(yearly) / static_cast<Quad>(Int128{36'500} * kRateUnitsPerPercent);
    sum = sum * (1 + factor) + 1;
    growth = growth * (1 + factor);
    periods.advance(k);
  }
  return static_cast<Quad>(terms.loan.principal) * growth / sum;
}

void build_schedule(const ScheduleTerms& terms, std::vector<Instalment>& rows) {
  require_schedule_terms(terms);
  rows.clear();
  rows.reserve(static_cast<std::size_t>(terms.loan.months));
  const Paise instalment = agreed_emi(terms);
  Periods periods(terms);
  Paise balance = terms.loan.principal;
  for (int k = 1; k <= terms.loan.months; ++k) {
    const Paise interest = periods.interest(balance);
    const bool last = k == terms.loan.months || balance <= instalment - interest;
    if (!last && instalment <= interest) throw_negative_amortization(k, instalment, interest);
    const Paise principal = last ? balance : instalment - interest;
    add_paise(interest, principal);
    balance -= principal;
    rows.push_back({k, periods.due(), interest, principal, balance});
    if (last) break;
    periods.advance(k);
  }
}

}  // namespace credit_risk
