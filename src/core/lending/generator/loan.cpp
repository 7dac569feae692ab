#include "core/lending/generator/loan.hpp"

#include <algorithm>

#include "core/lending/generator/distributions.hpp"

namespace credit_risk::generator {
namespace {

constexpr double kDefaultOfProne = 0.93;
// Of the others, by risk points: losing work or health can happen to anyone.
constexpr QuantilePoint kDefaultByPoints[] = {
    {0, 0.004}, {0.2, 0.006}, {0.4, 0.02}, {0.6, 0.10}, {1, 0.5}};
// The instalment at which the means give out.
constexpr QuantilePoint kInstalmentsBeforeStop[] = {{0, 1}, {0.5, 5}, {0.85, 9}, {1, 16}};
constexpr double kClosesEarly = 0.10;
constexpr QuantilePoint kShareBeforeClosing[] = {{0, 0.25}, {0.5, 0.5}, {1, 0.9}};
constexpr int kDueDays[] = {1, 5, 7, 10, 15};

void pay_out(const Application& application, Random& random, Loan& loan) noexcept {
  const bool in_stages = application.purpose == Purpose::kHomePurchase && chance(random, 0.7);
  loan.tranche_count = in_stages ? between(random, 2, 3) : 1;
  std::int64_t left = loan.amount;
  Day day = application.answered;
  for (int i = 0; i < loan.tranche_count; ++i) {
    const bool last = i + 1 == loan.tranche_count;
    const std::int64_t amount =
        last ? left
             : round_to(static_cast<double>(loan.amount) * (0.25 + 0.2 * random.uniform()), 10000);
    loan.tranches[static_cast<std::size_t>(i)] = {day, amount};
    left -= amount;
    day += between(random, 20, 60);
  }
}

// The customer's salary day or so, at least three weeks after the last payment.
Day first_due_after(Day last_paid_out, Random& random) noexcept {
  const Day earliest = last_paid_out + 21;
  if (chance(random, 0.15)) return add_months(last_paid_out, 1);
  const int wanted = kDueDays[random.below(5)];
  const CivilDate date = civil_of(earliest);
  const Day in_this_month = day_of({date.year, date.month, wanted});
  return in_this_month >= earliest ? in_this_month : add_months(in_this_month, 1);
}

LoanTerms terms_of(const Loan& loan) noexcept {
  return {loan.amount * 100, loan.rate_thousandths * (kRateUnitsPerPercent / 1000),
          loan.tenure_months};
}

double chance_of_default(const Application& application) noexcept {
  if (application.default_prone) return kDefaultOfProne;
  return quantile(kDefaultByPoints, static_cast<double>(application.risk_points) / 100.0);
}

}  // namespace

Loan make_loan(std::uint64_t seed, const Application& application) {
  Random random = stream_of(seed, Stream::kLoan, application.ordinal);
  Loan loan{};
  loan.application = application.ordinal;
  loan.purpose = application.purpose;
  loan.amount = application.amount;
  loan.rate_thousandths = application.rate_thousandths;
  loan.tenure_months = application.tenure_months;
  loan.emi = emi(terms_of(loan));
  pay_out(application, random, loan);
  loan.first_due = first_due_after(
      loan.tranches[static_cast<std::size_t>(loan.tranche_count - 1)].paid_out, random);
  const bool defaults = chance(random, chance_of_default(application));
  const int paid = static_cast<int>(draw(kInstalmentsBeforeStop, random));
  loan.stops = defaults && paid < loan.tenure_months ? add_months(loan.first_due, paid) : kNever;
  const bool closes = chance(random, kClosesEarly);
  const int closing = static_cast<int>(draw(kShareBeforeClosing, random) * loan.tenure_months);
  loan.closes_after = closes && !application.default_prone ? std::max(closing, 3) : 0;
  return loan;
}

const char* pay_out_method_of(const Loan& loan) noexcept {
  if (loan.purpose == Purpose::kHomePurchase) return "Demand Draft";
  return loan.application % 9 == 0 ? "Cheque" : "Bank Transfer";
}

void make_schedule(const Loan& loan, std::vector<Instalment>& schedule) {
  ScheduleTerms terms{};
  terms.loan = terms_of(loan);
  terms.first_due_date = loan.first_due;
  terms.emi = loan.emi;
  build_schedule(terms, schedule);
}

}  // namespace credit_risk::generator
