#include "core/lending/days_past_due.hpp"

#include <algorithm>

namespace credit_risk {
namespace {

void sort_by_date(std::vector<CashFlow>& flows, const char* amount_name, const char* date_name) {
  for (const CashFlow& flow : flows) {
    require_not_negative(flow.amount, amount_name);
    require_day(flow.date, date_name);
  }
  const auto earlier = [](const CashFlow& a, const CashFlow& b) { return a.date < b.date; };
  if (!std::is_sorted(flows.begin(), flows.end(), earlier)) {
    std::sort(flows.begin(), flows.end(), earlier);
  }
}

}  // namespace

int days_past_due(const Position& position, Day as_of) noexcept {
  return position.overdue ? as_of - position.oldest_unpaid : kNotOverdue;
}

Position position_at(std::vector<CashFlow>& dues, std::vector<CashFlow>& receipts, Day as_of) {
  sort_by_date(dues, "due amount", "due date");
  sort_by_date(receipts, "receipt amount", "receipt date");
  Paise received = 0;
  for (const CashFlow& receipt : receipts) {
    if (receipt.date <= as_of) received = add_paise(received, receipt.amount);
  }
  Position position{};
  Paise due = 0;
  for (const CashFlow& flow : dues) {
    if (flow.date > as_of) break;
    due = add_paise(due, flow.amount);
    if (due > received && !position.overdue) {
      position.overdue = true;
      position.oldest_unpaid = flow.date;
    }
  }
  position.overdue_amount = std::max<Paise>(0, due - received);
  position.advance_credit = std::max<Paise>(0, received - due);
  return position;
}

}  // namespace credit_risk
