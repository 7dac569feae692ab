#include "core/lending/schedule.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/random.hpp"

namespace credit_risk {
namespace {

constexpr Paise kRupees = 100;
const Day kDue = day_of({2025, 1, 31});

ScheduleTerms terms(Paise principal, std::int64_t rate_1e4, int months, Paise emi = kComputeEmi) {
  ScheduleTerms result{};
  result.loan = {principal, rate_1e4 * (kRateUnitsPerPercent / 10'000), months};
  result.first_due_date = kDue;
  result.emi = emi;
  return result;
}

std::vector<Instalment> schedule(const ScheduleTerms& of) {
  std::vector<Instalment> rows;
  build_schedule(of, rows);
  return rows;
}

Paise total_interest(const std::vector<Instalment>& rows) {
  Paise sum = 0;
  for (const Instalment& row : rows) sum += row.interest;
  return sum;
}

void expect_row(const Instalment& row, Paise interest, Paise principal, Paise balance) {
  EXPECT_EQ(row.interest, interest);
  EXPECT_EQ(row.principal, principal);
  EXPECT_EQ(row.balance, balance);
}

TEST(Schedule, V19) {
  const auto rows = schedule(terms(100'000 * kRupees, 120'000, 12));
  ASSERT_EQ(rows.size(), 12u);
  expect_row(rows[0], 100000, 788488, 9211512);
  expect_row(rows[1], 92115, 796373, 8415139);
  expect_row(rows[11], 8797, 879688, 0);
  EXPECT_EQ(rows[11].amount(), 888485);
  EXPECT_EQ(total_interest(rows), 661853);
}

TEST(Schedule, V20WithAnEmiInWholeRupees) {
  const auto rows = schedule(terms(100'000 * kRupees, 120'000, 12, 8885 * kRupees));
  EXPECT_EQ(rows.back().amount(), 888346);
  EXPECT_EQ(total_interest(rows), 661846);
}

TEST(Schedule, V21) {
  const auto rows = schedule(terms(1'000'000 * kRupees, 95'000, 12));
  expect_row(rows[0], 791667, 7976684, 92023316);
  EXPECT_EQ(rows.back().amount(), 8768354);
  EXPECT_EQ(total_interest(rows), 5220215);
}

TEST(Schedule, V22WithoutInterest) {
  const auto rows = schedule(terms(100'000 * kRupees, 0, 7));
  ASSERT_EQ(rows.size(), 7u);
  for (int k = 0; k < 6; ++k) EXPECT_EQ(rows[k].amount(), 1428571);
  EXPECT_EQ(rows[6].amount(), 1428574);
  EXPECT_EQ(total_interest(rows), 0);
}

TEST(Schedule, DueDatesKeepTheDayOfTheFirst) {
  const auto rows = schedule(terms(100'000 * kRupees, 0, 4));
  EXPECT_EQ(rows[1].due_date, day_of({2025, 2, 28}));
  EXPECT_EQ(rows[2].due_date, day_of({2025, 3, 31}));
  EXPECT_EQ(rows[3].due_date, day_of({2025, 4, 30}));
  EXPECT_EQ(rows[3].number, 4);
}

// numpy-financial's ppmt and ipmt(0.1/12, 1..4, 24, 2000), in unrounded numbers.
TEST(Schedule, SplitsLikeNumpyFinancial) {
  const auto rows = schedule(terms(2'000 * kRupees, 100'000, 24));
  const Paise interest[] = {1667, 1604, 1540, 1476};
  const Paise principal[] = {7562, 7625, 7689, 7753};
  for (int k = 0; k < 4; ++k) {
    EXPECT_EQ(rows[k].interest, interest[k]);
    EXPECT_EQ(rows[k].principal, principal[k]);
  }
}

ScheduleTerms fineract_loan() {
  ScheduleTerms loan = terms(5'000 * kRupees, 120'000, 18);
  loan.first_due_date = day_of({2022, 12, 1});
  loan.emi_rounding = Rounding::kRupee;
  loan.interest_rounding = Rounding::kHalfEven;
  return loan;
}

// Apache Fineract, LoanRepayment.feature, scenario RS02.
TEST(Schedule, FineractRs02DecliningBalance) {
  const auto rows = schedule(fineract_loan());
  EXPECT_EQ(rows[0].amount(), 30500);
  EXPECT_EQ(rows.back().amount(), 30322);
  EXPECT_EQ(total_interest(rows), 48822);
}

// Scenario RS03: interest by days over 365.
TEST(Schedule, FineractRs03ActualDays) {
  ScheduleTerms loan = fineract_loan();
  loan.day_count = DayCount::kActual365;
  const auto rows = schedule(loan);
  EXPECT_EQ(rows[0].amount(), 30500);
  EXPECT_EQ(rows[0].interest, 4932);
  EXPECT_EQ(rows[1].interest, 4835);
  EXPECT_EQ(rows.back().amount(), 30233);
  EXPECT_EQ(total_interest(rows), 48733);
}

// ProgressiveEMICalculatorTest: 100 at 9.4822 %, 30/360, six months.
TEST(Schedule, FineractProgressiveMonthly) {
  ScheduleTerms loan = terms(100 * kRupees, 94'822, 6);
  const auto rows = schedule(loan);
  const Paise balances[] = {8366, 6719, 5059, 3386, 1700, 0};
  for (int k = 0; k < 6; ++k) {
    EXPECT_EQ(rows[k].amount(), 1713);
    EXPECT_EQ(rows[k].balance, balances[k]);
  }
}

// The same test class: 100 at 15.678 %, ACT/365, monthly from 2024-01-01; the level payment of
// unequal periods.
TEST(Schedule, FineractProgressiveActualDays) {
  ScheduleTerms loan = terms(100 * kRupees, 156'780, 6);
  loan.first_due_date = day_of({2024, 2, 1});
  loan.day_count = DayCount::kActual365;
  const auto rows = schedule(loan);
  for (int k = 0; k < 5; ++k) EXPECT_EQ(rows[k].amount(), 1743);
  EXPECT_EQ(rows[5].amount(), 1747);
}

// domain.md 2.3: 5,000 at 12 % for 30 days is 49.32; 31 days on 4,744.32 is 48.35; the disbursement
// starts the first period.
TEST(Schedule, FirstPeriodBeginsAtDisbursement) {
  ScheduleTerms loan = fineract_loan();
  loan.day_count = DayCount::kActual365;
  loan.has_disbursed_on = true;
  loan.disbursed_on = day_of({2022, 11, 21});
  EXPECT_EQ(schedule(loan)[0].interest, 1644);  // 10 days: 16.438...
  loan.disbursed_on = day_of({2022, 12, 2});
  EXPECT_THROW(schedule(loan), Error);
}

TEST(Schedule, RefusesNegativeAmortization) {
  EXPECT_THROW(schedule(terms(100'000 * kRupees, 120'000, 12, 1000 * kRupees)), Error);
  EXPECT_NO_THROW(schedule(terms(100'000 * kRupees, 120'000, 12, 1000 * kRupees + 1)));
  EXPECT_THROW(schedule(terms(5, 0, 12)), Error);  // the instalment rounds to nothing
  EXPECT_THROW(schedule(terms(100, 0, 12, -1)), Error);
}

TEST(Schedule, LargeEmiEndsEarly) {
  const auto rows = schedule(terms(100'000 * kRupees, 0, 12, 30'000 * kRupees));
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows.back().amount(), 10'000 * kRupees);
  EXPECT_EQ(rows.back().balance, 0);
}

TEST(Schedule, NothingLentNothingDue) {
  const auto rows = schedule(terms(0, 120'000, 12));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].amount(), 0);
}

// Principal adds up exactly and the last instalment leaves zero, whatever the terms.
TEST(Schedule, AlwaysPaysOutExactly) {
  Random random(11);
  for (int i = 0; i < 3000; ++i) {
    ScheduleTerms loan = terms(1'000'000 + random.below(2'000'000'000), random.below(240'000),
                               1 + static_cast<int>(random.below(120)));
    loan.day_count = random.below(2) == 0 ? DayCount::k30_360 : DayCount::kActual365;
    loan.emi_rounding = random.below(2) == 0 ? Rounding::kHalfUp : Rounding::kCeilRupee;
    loan.first_due_date = static_cast<Day>(random.below(10'000));
    const auto rows = schedule(loan);
    Paise balance = loan.loan.principal;
    for (const Instalment& row : rows) {
      ASSERT_GE(row.principal, 0);
      ASSERT_GE(row.interest, 0);
      balance -= row.principal;
      ASSERT_EQ(row.balance, balance);
    }
    ASSERT_EQ(balance, 0);
    ASSERT_LE(rows.size(), static_cast<std::size_t>(loan.loan.months));
  }
}

TEST(Schedule, DayCountsByName) {
  EXPECT_EQ(day_count_named("30/360"), DayCount::k30_360);
  EXPECT_EQ(day_count_named("actual/365"), DayCount::kActual365);
  EXPECT_THROW(day_count_named("actual/360"), Error);
}

}  // namespace
}  // namespace credit_risk
