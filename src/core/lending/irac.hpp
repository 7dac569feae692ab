// Asset classification: special mention accounts, recognition and ageing of non-performing assets
// (NPA). Source of the RBI rules: Master Circular on IRACP, paragraphs 2.1.2, 4.1, 4.2.5, 4.2.7,
// and circular DOR.STR.REC.68/21.04.048/2021-22 of 12 November 2021.
#pragma once
#include "core/lending/calendar.hpp"

namespace credit_risk {

constexpr int kMaxBands = 8;
constexpr int kNameBytes = 64;

// The class that holds from `from` (days past due, or months as NPA) up to the next band.
struct Band {
  int from;
  char name[kNameBytes];
};

// One regulator's rules. Plain data: may lie on the stack while ereport jumps over it. Bands ascend
// by `from`.
struct RuleSet {
  char name[kNameBytes];
  int npa_after_days;  // NPA at the day-end when so many days have elapsed since the oldest unpaid
                       // due date
  bool borrower_wise;  // one NPA facility makes all of the borrower's facilities NPA
  bool upgrade_when_clear;  // NPA until all arrears are paid; else NPA only while the days say so
  bool ages_by_months;  // npa bands count calendar months since the NPA date; else days past due
  int sma_count;
  Band sma[kMaxBands];  // by days past due, for accounts that are not NPA
  int npa_count;
  Band npa[kMaxBands];
};

constexpr int kNoClass = -1;
constexpr int kNotOverdue =
    -1;  // as days past due: nothing is overdue; 0 means due today and unpaid

// Throws kBadModel when bands are missing, unordered or out of range.
void require_rules(const RuleSet& rules);

// Index into rules.sma, or kNoClass (nothing overdue, or late enough to be NPA).
int sma_band(const RuleSet& rules, int days_past_due) noexcept;

// Index into rules.npa by days past due, or kNoClass for a standard account. Rules that age by
// months can tell only the first band, within its shortest length in days, and throw beyond: the
// class then depends on the NPA date.
int npa_band_by_days(const RuleSet& rules, int days_past_due);

// Index into rules.npa at `as_of` of an account that is NPA since `npa_since`, or kNoClass before
// that day.
int npa_band_by_date(const RuleSet& rules, Day npa_since, Day as_of);

}  // namespace credit_risk
