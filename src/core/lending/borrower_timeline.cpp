#include "core/lending/borrower_timeline.hpp"

#include <algorithm>
#include <string>

#include "core/error.hpp"

namespace credit_risk {
namespace {

struct Due {
  Day date;
  Paise amount;
  Paise principal;
};

// Day-ends at which something is overdue: [from, to).
struct Arrears {
  Day from;
  Day to;
  Day first_late;  // first day-end with the oldest unpaid due npa_after_days old, or kStillOpen
};

struct Trace {
  std::vector<Arrears> arrears;
  std::vector<Episode> late;  // the parts of arrears in which the oldest unpaid due is so old
};

void sort_flows(std::vector<CashFlow>& flows) {
  const auto earlier = [](const CashFlow& a, const CashFlow& b) { return a.date < b.date; };
  if (!std::is_sorted(flows.begin(), flows.end(), earlier)) {
    std::sort(flows.begin(), flows.end(), earlier);
  }
}

void require_flows(const Facility& facility) {
  for (const CashFlow& due : facility.dues) {
    require_not_negative(due.amount, "due amount");
    require_day(due.date, "due date");
  }
  for (const CashFlow& receipt : facility.receipts) {
    require_not_negative(receipt.amount, "receipt amount");
    require_day(receipt.date, "receipt date");
  }
}

// Explicit dues name amounts only: the interest of each is a twelfth of the annual rate on the
// principal then outstanding, as far as the amount covers it; the last due carries the principal
// that is left.
void split_explicit_dues(const Facility& facility, std::vector<Due>& dues) {
  const LoanTerms& loan = facility.terms.loan;
  require_terms(loan);
  Paise balance = loan.principal;
  for (std::size_t i = 0; i < facility.dues.size(); ++i) {
    const CashFlow& due = facility.dues[i];
    const Paise interest =
        round_quotient(Int128{balance} * loan.annual_rate, Int128{1200} * kRateUnitsPerPercent,
                       facility.terms.interest_rounding);
    const bool last = i + 1 == facility.dues.size();
    const Paise for_principal = last ? due.amount : std::max<Paise>(0, due.amount - interest);
    const Paise principal = std::min(balance, for_principal);
    balance -= principal;
    dues.push_back({due.date, due.amount, principal});
  }
}

void list_dues(Facility& facility, std::vector<Instalment>& rows, std::vector<Due>& dues) {
  dues.clear();
  if (!facility.dues.empty()) {
    sort_flows(facility.dues);
    split_explicit_dues(facility, dues);
    return;
  }
  build_schedule(facility.terms, rows);
  for (const Instalment& row : rows) dues.push_back({row.due_date, row.amount(), row.principal});
}

// Walks the dues and receipts of one facility day by day of those on which something happens.
class Walk {
 public:
  Walk(const std::vector<Due>& dues, const std::vector<CashFlow>& receipts, Day as_of)
      : dues_(dues), receipts_(receipts), as_of_(as_of) {}

  // Takes in all flows of the next day that has any; false when none is left up to as_of.
  bool step() {
    const Day day = std::min(next_due_day(), next_receipt_day());
    if (day > as_of_) return false;
    for (; next_due_day() == day; ++due_count_) due_ = add_paise(due_, dues_[due_count_].amount);
    for (; next_receipt_day() == day; ++receipt_count_) {
      received_ = add_paise(received_, receipts_[receipt_count_].amount);
    }
    while (paid_count_ < due_count_ && covered_ + dues_[paid_count_].amount <= received_) {
      covered_ += dues_[paid_count_++].amount;
    }
    day_ = day;
    return true;
  }

  Day day() const noexcept { return day_; }
  Day next_day() const noexcept { return std::min(next_due_day(), next_receipt_day()); }
  bool overdue() const noexcept { return paid_count_ < due_count_; }
  Day oldest_unpaid() const noexcept { return dues_[paid_count_].date; }
  Paise due() const noexcept { return due_; }
  Paise received() const noexcept { return received_; }

 private:
  Day next_due_day() const noexcept {
    return due_count_ < dues_.size() ? dues_[due_count_].date : kStillOpen;
  }
  Day next_receipt_day() const noexcept {
    return receipt_count_ < receipts_.size() ? receipts_[receipt_count_].date : kStillOpen;
  }

  const std::vector<Due>& dues_;
  const std::vector<CashFlow>& receipts_;
  Day as_of_;
  Day day_ = 0;
  std::size_t due_count_ = 0, receipt_count_ = 0, paid_count_ = 0;
  Paise due_ = 0, received_ = 0, covered_ = 0;
};

void note_late(Trace& trace, Day from, Day to) {
  Arrears& arrears = trace.arrears.back();
  arrears.first_late = std::min(arrears.first_late, from);
  if (!trace.late.empty() && trace.late.back().to == from) {
    trace.late.back().to = to;
  } else {
    trace.late.push_back({from, to});
  }
}

// Between two days on which something happens the oldest unpaid due stays the same, so the only
// other date that matters is npa_after_days past it.
Position trace_facility(Walk& walk, int npa_after_days, Day as_of, Trace& trace) {
  bool open = false;
  while (walk.step()) {
    if (walk.overdue() != open) {
      open = !open;
      if (open) {
        trace.arrears.push_back({walk.day(), kStillOpen, kStillOpen});
      } else {
        trace.arrears.back().to = walk.day();
      }
    }
    if (!open) continue;
    const Day late = std::max(walk.day(), walk.oldest_unpaid() + npa_after_days);
    const Day next = walk.next_day();
    if (late <= as_of && late < next) note_late(trace, late, next > as_of ? kStillOpen : next);
  }
  Position position{};
  position.overdue = open;
  position.oldest_unpaid = open ? walk.oldest_unpaid() : 0;
  position.overdue_amount = std::max<Paise>(0, walk.due() - walk.received());
  position.advance_credit = std::max<Paise>(0, walk.received() - walk.due());
  return position;
}

// `principal` less the part of it in the dues that `received` covers, the last of them perhaps in
// part, interest first.
Paise outstanding(const std::vector<Due>& dues, Paise principal, Paise received, Day as_of) {
  Paise left = received;
  Paise paid = 0;
  for (const Due& due : dues) {
    if (due.date > as_of || left <= 0) break;
    const Paise interest = due.amount - due.principal;
    paid += std::clamp<Paise>(left - interest, 0, due.principal);
    left -= std::min(left, due.amount);
  }
  return principal - paid;
}

void note_closing(const std::vector<Due>& dues, const Facility& facility, Day as_of,
                  FacilityStatus& status) {
  Paise total = 0;
  for (const Due& due : dues) total = add_paise(total, due.amount);
  Paise received = 0;
  for (const CashFlow& receipt : facility.receipts) {
    if (receipt.date > as_of) break;
    if (receipt.amount > 0) {
      status.has_receipt = true;
      status.last_receipt = receipt.date;
    }
    received += receipt.amount;
    if (!status.is_closed && received >= total) {
      status.is_closed = true;
      status.closed_on = receipt.date;
    }
  }
  status.outstanding_principal =
      status.is_closed ? 0 : outstanding(dues, facility.terms.loan.principal, received, as_of);
  if (status.is_closed) status.position.advance_credit = received - total;
}

// Episodes of accounts that stay NPA until nothing is overdue: overlapping and touching arrears of
// all facilities are one stretch without a clear day-end; NPA begins with the first facility in it
// that gets late, and lasts to its end.
void sticky_episodes(std::vector<Arrears>& arrears, std::vector<Episode>& episodes) {
  std::sort(arrears.begin(), arrears.end(),
            [](const Arrears& a, const Arrears& b) { return a.from < b.from; });
  for (std::size_t i = 0; i < arrears.size();) {
    Arrears stretch = arrears[i];
    for (++i; i < arrears.size() && arrears[i].from <= stretch.to; ++i) {
      stretch.to = std::max(stretch.to, arrears[i].to);
      stretch.first_late = std::min(stretch.first_late, arrears[i].first_late);
    }
    if (stretch.first_late != kStillOpen) episodes.push_back({stretch.first_late, stretch.to});
  }
}

// Episodes of accounts that are NPA only while a facility is late: the union of the late parts.
void loose_episodes(std::vector<Episode>& late, std::vector<Episode>& episodes) {
  std::sort(late.begin(), late.end(),
            [](const Episode& a, const Episode& b) { return a.from < b.from; });
  for (const Episode& part : late) {
    if (episodes.empty() || part.from > episodes.back().to) {
      episodes.push_back(part);
    } else {
      episodes.back().to = std::max(episodes.back().to, part.to);
    }
  }
}

void find_episodes(Trace& trace, const RuleSet& rules, std::vector<Episode>& episodes) {
  episodes.clear();
  if (rules.upgrade_when_clear) {
    sticky_episodes(trace.arrears, episodes);
  } else {
    loose_episodes(trace.late, episodes);
  }
}

// The borrower's episodes as far as this facility lived through them by `as_of`.
void keep_own_episodes(const std::vector<Episode>& episodes, Day opened, Day as_of,
                       FacilityStatus& status) {
  for (Episode episode : episodes) {
    episode.from = std::max(episode.from, opened);
    if (status.is_closed) episode.to = std::min(episode.to, status.closed_on);
    if (episode.from < episode.to && episode.from <= as_of) status.episodes.push_back(episode);
  }
}

void set_class(const RuleSet& rules, Day as_of, FacilityStatus& status) {
  status.asset_band = status.sma_band = kNoClass;
  if (status.is_closed) return;
  status.is_npa = !status.episodes.empty() && status.episodes.back().to == kStillOpen;
  if (!status.is_npa) {
    status.sma_band = sma_band(rules, status.days_past_due);
    return;
  }
  status.npa_since = status.episodes.back().from;
  status.asset_band =
      rules.ages_by_months
          ? npa_band_by_date(rules, status.npa_since, as_of)
          : npa_band_by_days(rules, std::max(status.days_past_due, rules.npa_after_days));
}

Day opened_on(const Facility& facility) {
  const ScheduleTerms& terms = facility.terms;
  if (terms.has_disbursed_on) return terms.disbursed_on;
  const Day first = facility.dues.empty() ? terms.first_due_date : facility.dues.front().date;
  return add_months(first, -1);
}

void append(Trace& all, const Trace& one) {
  all.arrears.insert(all.arrears.end(), one.arrears.begin(), one.arrears.end());
  all.late.insert(all.late.end(), one.late.begin(), one.late.end());
}

[[noreturn]] void throw_of_loan(const Error& error, std::int64_t loan_id) {
  throw Error(
      error.kind(), error.what(),
      "Loan " + std::to_string(loan_id) + (error.detail().empty() ? "." : ": ") + error.detail(),
      error.hint());
}

// Fills the status of one facility but for its class, and its trace.
void trace_status(Facility& facility, const RuleSet& rules, Day as_of, FacilityStatus& status,
                  Trace& trace) try {
  std::vector<Instalment> rows;
  std::vector<Due> dues;
  require_flows(facility);
  sort_flows(facility.receipts);
  list_dues(facility, rows, dues);
  Walk walk(dues, facility.receipts, as_of);
  status.loan_id = facility.loan_id;
  status.position = trace_facility(walk, rules.npa_after_days, as_of, trace);
  status.days_past_due = days_past_due(status.position, as_of);
  note_closing(dues, facility, as_of, status);
} catch (const Error& error) {
  throw_of_loan(error, facility.loan_id);
}

}  // namespace

void classify_borrower(std::vector<Facility>& facilities, const RuleSet& rules, Day as_of,
                       std::vector<FacilityStatus>& statuses) {
  require_day(as_of, "as_of");
  require_rules(rules);
  statuses.assign(facilities.size(), FacilityStatus{});
  std::vector<Trace> traces(facilities.size());
  Trace all;
  for (std::size_t i = 0; i < facilities.size(); ++i) {
    trace_status(facilities[i], rules, as_of, statuses[i], traces[i]);
    if (rules.borrower_wise) append(all, traces[i]);
  }
  std::vector<Episode> episodes;
  if (rules.borrower_wise) find_episodes(all, rules, episodes);
  for (std::size_t i = 0; i < facilities.size(); ++i) {
    if (!rules.borrower_wise) find_episodes(traces[i], rules, episodes);
    keep_own_episodes(episodes, opened_on(facilities[i]), as_of, statuses[i]);
    set_class(rules, as_of, statuses[i]);
  }
}

}  // namespace credit_risk
