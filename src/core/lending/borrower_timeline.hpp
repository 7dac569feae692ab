// The life of all facilities of one borrower, from their dues and receipts alone: what is overdue
// at the end of a day, and which class every facility then has. Nothing depends on an earlier run,
// so a back-dated receipt needs no repair.
#pragma once
#include <cstdint>
#include <vector>

#include "core/lending/days_past_due.hpp"
#include "core/lending/irac.hpp"
#include "core/lending/schedule.hpp"

namespace credit_risk {

struct Facility {
  std::int64_t loan_id;
  ScheduleTerms terms;             // without explicit dues: the dues are its schedule
  std::vector<CashFlow> dues;      // explicit dues (a restructured loan), or empty
  std::vector<CashFlow> receipts;  // successful ones only
};

// `to` is the day-end at which the account was upgraded or closed: the account was NPA on [from,
// to).
struct Episode {
  Day from;
  Day to;
};
constexpr Day kStillOpen = INT32_MAX;

struct FacilityStatus {
  std::int64_t loan_id;
  Position position;
  int days_past_due;  // kNotOverdue where nothing is overdue
  Paise outstanding_principal;
  int asset_band;  // index into RuleSet::npa, kNoClass = standard
  int sma_band;    // index into RuleSet::sma, or kNoClass
  bool is_npa, is_closed, has_receipt;
  Day npa_since, closed_on, last_receipt;
  std::vector<Episode> episodes;  // oldest first, those that touch the life of this facility
};

// Status of every facility at the day-end of `as_of`, in the order given. Receipts after `as_of`
// are ignored. Allocation: oldest instalment first, within it interest before principal; what is
// left over is credit that later instalments consume. A facility is closed on the day its receipts
// cover all of its dues. Where the rules are borrower-wise, an NPA facility makes all of them NPA
// on the same day, and they stay so until nothing at all is overdue at a day-end. O(n log n) in the
// number of dues and receipts. Sorts the flows of the facilities; replaces the content of
// `statuses`.
void classify_borrower(std::vector<Facility>& facilities, const RuleSet& rules, Day as_of,
                       std::vector<FacilityStatus>& statuses);

}  // namespace credit_risk
