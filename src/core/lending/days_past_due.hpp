// What is overdue: receipts consume dues in the order of their dates (FIFO).
#pragma once
#include <vector>

#include "core/lending/calendar.hpp"
#include "core/lending/irac.hpp"
#include "core/lending/money.hpp"

namespace credit_risk {

struct CashFlow {
  Day date;
  Paise amount;  // not negative
};

struct Position {
  bool overdue;          // something due on or before the day is unpaid, however little
  Day oldest_unpaid;     // its due date
  Paise overdue_amount;  // all that is due and unpaid
  Paise advance_credit;  // received and not yet used by a due
};

// Days elapsed since the oldest unpaid due date, 0 on that date itself; kNotOverdue where nothing
// is overdue. RBI's inclusive count is one more.
int days_past_due(const Position& position, Day as_of) noexcept;

// At the day-end of `as_of`; flows after it are ignored. Sorts both lists by date.
Position position_at(std::vector<CashFlow>& dues, std::vector<CashFlow>& receipts, Day as_of);

}  // namespace credit_risk
