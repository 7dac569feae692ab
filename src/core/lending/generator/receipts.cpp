#include "core/lending/generator/receipts.hpp"

#include <algorithm>

#include "core/lending/generator/distributions.hpp"

namespace credit_risk::generator {
namespace {

enum Habit : std::size_t { kOnTime, kEarly, kLate, kBounced, kPartial, kMissed };

constexpr QuantilePoint kDaysLate[] = {{0, 1}, {0.5, 4}, {0.9, 18}, {1, 28}};
constexpr QuantilePoint kDaysToRepresent[] = {{0, 2}, {0.7, 8}, {1, 20}};
constexpr QuantilePoint kDaysMissed[] = {{0, 24}, {0.5, 40}, {1, 84}};
constexpr QuantilePoint kDaysOfRemainder[] = {{0, 5}, {0.6, 16}, {1, 40}};
constexpr Day kGraceDays = 5;
constexpr Day kWarningDays = 120;
constexpr std::size_t kPresentationsAfterStop = 3;
constexpr Day kMostDaysEarly = 5;
constexpr Day kDaysInTransit = 2;
constexpr std::uint16_t kMethodWeights[] = {62, 7, 5, 22, 4};

Paise late_fee_of(Paise emi) noexcept {
  return emi < 1000000 ? 30000 : emi < 3000000 ? 50000 : 75000;
}

// Walks through the instalments of one loan and writes down what happens to each.
class Borrower {
 public:
  Borrower(std::uint64_t seed, const Loan& loan, const Means& means, std::vector<Receipt>& receipts)
      : random_(stream_of(seed, Stream::kReceipts, loan.application)),
        means_(means),
        end_(std::min(means.trouble, means.as_of + 1)),
        late_fee_(late_fee_of(loan.emi)),
        slack_((1.0 - means.discipline) * (1.0 - means.discipline)),
        habitual_(static_cast<Method>(pick(kMethodWeights, random_))),
        receipts_(receipts) {}

  Day pay_all(const std::vector<Instalment>& schedule, int closes_after) {
    std::size_t next = 0;
    for (; next < schedule.size(); ++next) {
      const Instalment& instalment = schedule[next];
      if (instalment.due_date - kMostDaysEarly >= end_ || !pay(instalment)) break;
      if (instalment.number == closes_after && repay_rest(instalment)) return last_paid_;
    }
    bounce_after_trouble(schedule, next);
    return kNever;
  }

 private:
  // False when the instalment is not paid in full in time to be seen.
  bool pay(const Instalment& instalment) {
    const Habit habit = draw_habit(instalment.due_date);
    const Day paid = postponed(std::max(instalment.due_date + lag_of(habit), last_paid_));
    if (habit == kBounced && instalment.due_date < end_) fail(instalment);
    if (paid >= end_) return false;
    if (habit == kPartial) return pay_in_two(instalment, paid);
    write(instalment.due_date, paid, instalment.interest, instalment.principal);
    last_paid_ = paid;
    return true;
  }

  // Interest comes first, as in any allocation.
  bool pay_in_two(const Instalment& instalment, Day paid) {
    const double share =
        static_cast<double>(instalment.amount()) * (0.35 + 0.45 * random_.uniform());
    const Paise first = round_to(share, 1000);
    const Paise interest = std::min(first, instalment.interest);
    const Paise principal = std::min(first - interest, instalment.principal);
    const Day later = postponed(paid + static_cast<Day>(draw(kDaysOfRemainder, random_)));
    if (first > 0) write(instalment.due_date, paid, interest, principal);
    if (later >= end_) return false;
    write(instalment.due_date, later, instalment.interest - interest,
          instalment.principal - principal);
    last_paid_ = later;
    return true;
  }

  // All the rest, a few days after an instalment; it falls due on that day.
  bool repay_rest(const Instalment& instalment) {
    const Day paid = std::max(instalment.due_date, last_paid_) + between(random_, 0, 9);
    if (paid >= end_ || instalment.balance == 0) return false;
    write(paid, paid, 0, instalment.balance);
    last_paid_ = paid;
    return true;
  }

  // The bank presents the next instalments a few more times, in vain.
  void bounce_after_trouble(const std::vector<Instalment>& schedule, std::size_t next) {
    const std::size_t end = std::min(schedule.size(), next + kPresentationsAfterStop);
    for (; next < end && schedule[next].due_date <= means_.as_of; ++next) {
      if (schedule[next].due_date >= means_.trouble && chance(random_, 0.8)) fail(schedule[next]);
    }
  }

  Habit draw_habit(Day due) noexcept {
    const bool strained = means_.trouble != kNever && due > means_.trouble - kWarningDays;
    const double u = random_.uniform();
    if (strained) return u < 0.45 ? kLate : u < 0.6 ? kBounced : u < 0.72 ? kPartial : kOnTime;
    double from = 0.008 + 0.05 * slack_;
    if (u < from) return kBounced;
    if (u < (from += 0.004 + 0.025 * slack_)) return kPartial;
    if (u < (from += 0.002 + 0.06 * slack_)) return kMissed;
    if (u < (from += 0.015 + 0.10 * slack_)) return kLate;
    if (u < from + 0.16 * means_.discipline) return kEarly;
    return kOnTime;
  }

  Day lag_of(Habit habit) noexcept {
    switch (habit) {
      case kOnTime:
        return 0;
      case kEarly:
        return -between(random_, 1, kMostDaysEarly);
      case kLate:
      case kPartial:
        return static_cast<Day>(draw(kDaysLate, random_));
      case kBounced:
        return static_cast<Day>(draw(kDaysToRepresent, random_));
      case kMissed:
        return static_cast<Day>(draw(kDaysMissed, random_));
    }
    return 0;
  }

  Day postponed(Day paid) const noexcept {
    return paid >= means_.lean_from && paid < means_.lean_until ? means_.lean_until : paid;
  }

  Method draw_method() noexcept {
    return chance(random_, 0.85) ? habitual_ : static_cast<Method>(pick(kMethodWeights, random_));
  }

  void write(Day due, Day paid, Paise interest, Paise principal) {
    in_transit_ = in_transit_ || (means_.as_of - paid < kDaysInTransit && chance(random_, 0.5));
    const Paise fee = paid - due > kGraceDays ? late_fee_ : 0;
    receipts_.push_back({paid, due, interest + principal, principal, interest, fee, draw_method(),
                         in_transit_ ? Payment::kPending : Payment::kSuccess});
  }

  void fail(const Instalment& instalment) {
    const Day due = instalment.due_date;
    receipts_.push_back({due, due, instalment.amount(), 0, 0, 0, habitual_, Payment::kFailed});
  }

  Random random_;
  const Means& means_;
  const Day end_;  // nothing is paid on or after it
  const Paise late_fee_;
  const double slack_;
  const Method habitual_;
  std::vector<Receipt>& receipts_;
  Day last_paid_ = kFirstDay;
  bool in_transit_ = false;  // then what is paid later is too
};

}  // namespace

const char* name_of(Method method) noexcept {
  constexpr const char* kNames[] = {"Bank Transfer", "Cheque", "Cash", "UPI", "Card"};
  return kNames[static_cast<std::size_t>(method)];
}

const char* name_of(Payment payment) noexcept {
  constexpr const char* kNames[] = {"Success", "Failed", "Pending"};
  return kNames[static_cast<std::size_t>(payment)];
}

Day make_receipts(std::uint64_t seed, const Loan& loan, const std::vector<Instalment>& schedule,
                  const Means& means, std::vector<Receipt>& receipts) {
  return Borrower(seed, loan, means, receipts).pay_all(schedule, loan.closes_after);
}

}  // namespace credit_risk::generator
