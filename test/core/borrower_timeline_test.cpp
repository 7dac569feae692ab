#include "core/lending/borrower_timeline.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "core/error.hpp"
#include "core/random.hpp"
#include "rule_sets.hpp"

namespace credit_risk {
namespace {

Facility explicit_loan(std::int64_t id, std::vector<CashFlow> dues,
                       std::vector<CashFlow> receipts) {
  Facility facility{};
  facility.loan_id = id;
  for (const CashFlow& due : dues) facility.terms.loan.principal += due.amount;
  facility.terms.loan.months = static_cast<int>(dues.size());
  facility.terms.first_due_date = dues.front().date;
  facility.dues = std::move(dues);
  facility.receipts = std::move(receipts);
  return facility;
}

std::vector<FacilityStatus> classify(std::vector<Facility> facilities, Day as_of,
                                     const RuleSet& rules = rbi_rules()) {
  std::vector<FacilityStatus> statuses;
  classify_borrower(facilities, rules, as_of, statuses);
  return statuses;
}

// The dues of V3: 10,000 at each month end from 31 March to 30 June 2021.
std::vector<CashFlow> dues_of_v3() {
  return {{day_of({2021, 3, 31}), 1000000},
          {day_of({2021, 4, 30}), 1000000},
          {day_of({2021, 5, 31}), 1000000},
          {day_of({2021, 6, 30}), 1000000}};
}

TEST(BorrowerTimeline, V3PartPaymentDoesNotUpgrade) {
  const Day first_july = day_of({2021, 7, 1});
  const auto status =
      classify({explicit_loan(1, dues_of_v3(), {{first_july, 3000000}})}, first_july)[0];
  EXPECT_EQ(status.days_past_due, 1);
  EXPECT_EQ(status.position.overdue_amount, 1000000);
  EXPECT_TRUE(status.is_npa);
  EXPECT_EQ(status.asset_band, 0);
  EXPECT_EQ(status.sma_band, kNoClass);
  EXPECT_EQ(status.npa_since, day_of({2021, 6, 29}));
}

TEST(BorrowerTimeline, V3FullPaymentUpgradesOnTheSameDayEnd) {
  const Day first_july = day_of({2021, 7, 1});
  std::vector<CashFlow> dues = dues_of_v3();
  dues.push_back({day_of({2021, 7, 31}), 1000000});
  const auto status = classify({explicit_loan(1, dues, {{first_july, 4000000}})}, first_july)[0];
  EXPECT_FALSE(status.is_npa);
  EXPECT_EQ(status.asset_band, kNoClass);
  ASSERT_EQ(status.episodes.size(), 1u);
  EXPECT_EQ(status.episodes[0].from, day_of({2021, 6, 29}));
  EXPECT_EQ(status.episodes[0].to, first_july);
  EXPECT_FALSE(status.is_closed);
}

// V4: the second loan pays its own dues to the day, but for the last one.
std::vector<Facility> borrower_of_v4(Day tl2_last_due, std::vector<CashFlow> tl1_receipts) {
  std::vector<CashFlow> dues2{{day_of({2021, 4, 28}), 500000}, {tl2_last_due, 500000}};
  std::vector<CashFlow> dues1 = dues_of_v3();
  dues1.push_back({day_of({2022, 6, 30}), 1000000});
  return {explicit_loan(1, dues1, std::move(tl1_receipts)),
          explicit_loan(2, dues2, {{day_of({2021, 4, 28}), 500000}})};
}

TEST(BorrowerTimeline, V4OneNpaFacilityMakesAllNpa) {
  const Day npa_day = day_of({2021, 6, 29});
  const auto before = classify(borrower_of_v4(day_of({2021, 12, 28}), {}), npa_day - 1);
  EXPECT_FALSE(before[0].is_npa);
  EXPECT_FALSE(before[1].is_npa);
  EXPECT_STREQ(rbi_rules().sma[before[0].sma_band].name, "SMA-2");
  const auto on_day = classify(borrower_of_v4(day_of({2021, 12, 28}), {}), npa_day);
  EXPECT_EQ(on_day[0].npa_since, npa_day);
  EXPECT_EQ(on_day[1].npa_since, npa_day);
  EXPECT_EQ(on_day[1].asset_band, 0);
  EXPECT_EQ(on_day[1].days_past_due, kNotOverdue);
}

TEST(BorrowerTimeline, V4ClearingOneLoanIsNotEnough) {
  const Day paid_on = day_of({2021, 7, 10});
  const auto still = classify(borrower_of_v4(paid_on - 3, {{paid_on, 4000000}}), paid_on);
  EXPECT_EQ(still[0].days_past_due, kNotOverdue);
  EXPECT_EQ(still[1].days_past_due, 3);
  EXPECT_TRUE(still[0].is_npa);
  EXPECT_TRUE(still[1].is_npa);
  const auto clear = classify(borrower_of_v4(paid_on + 60, {{paid_on, 4000000}}), paid_on);
  EXPECT_FALSE(clear[0].is_npa);
  EXPECT_FALSE(clear[1].is_npa);
}

// One loan is cleared on the very day on which a due of the other stays unpaid: no day-end is
// clear.
TEST(BorrowerTimeline, ArrearsThatTouchLeaveNoClearDayEnd) {
  const Day paid_on = day_of({2021, 7, 10});
  const auto statuses = classify(borrower_of_v4(paid_on, {{paid_on, 4000000}}), paid_on + 1);
  EXPECT_EQ(statuses[0].npa_since, day_of({2021, 6, 29}));
  EXPECT_TRUE(statuses[0].is_npa);
  EXPECT_TRUE(statuses[1].is_npa);
}

TEST(BorrowerTimeline, SeedRulesLookAtEachLoanAndTodayOnly) {
  const Day first_july = day_of({2021, 7, 1});
  const auto statuses =
      classify(borrower_of_v4(first_july - 3, {{first_july, 3000000}}), first_july, seed_rules());
  EXPECT_FALSE(statuses[0].is_npa);
  EXPECT_EQ(statuses[0].days_past_due, 1);
  EXPECT_TRUE(statuses[1].episodes.empty());
  ASSERT_EQ(statuses[0].episodes.size(), 1u);
  EXPECT_EQ(statuses[0].episodes[0].to, first_july);
}

// Two dues of 20 interest and 200 principal; 250 clears the first and
// 20 + 10 of the second.
TEST(BorrowerTimeline, InterestIsPaidBeforePrincipalWithinAnInstalment) {
  Facility loan{};
  loan.loan_id = 1;
  // 20 on 400 is 60 % a year; the second instalment's interest is then 10 on 200.
  loan.terms.loan = {40000, 60 * kRateUnitsPerPercent, 2};
  loan.terms.emi = 22000;
  loan.terms.first_due_date = day_of({2025, 1, 1});
  loan.receipts = {{day_of({2025, 1, 15}), 25000}};
  const Day as_of = day_of({2025, 2, 10});
  const auto status = classify({loan}, as_of)[0];
  EXPECT_EQ(status.outstanding_principal,
            40000 - 20000 - 2000);  // 30 left: 10 interest, 20 principal
  EXPECT_EQ(status.position.overdue_amount, 18000);
  EXPECT_EQ(status.days_past_due, 9);
  loan.receipts = {{day_of({2025, 1, 15}), 1500}};
  EXPECT_EQ(classify({loan}, as_of)[0].outstanding_principal, 40000);
}

TEST(BorrowerTimeline, PrepaidCreditWaitsForItsDue) {
  Facility loan{};
  loan.terms.loan = {120000, 0, 12};
  loan.terms.first_due_date = day_of({2025, 1, 1});
  loan.receipts = {{day_of({2025, 1, 1}), 30000}};
  auto status = classify({loan}, day_of({2025, 1, 31}))[0];
  EXPECT_EQ(status.outstanding_principal, 110000);
  EXPECT_EQ(status.position.advance_credit, 20000);
  status = classify({loan}, day_of({2025, 3, 31}))[0];
  EXPECT_EQ(status.outstanding_principal, 90000);
  EXPECT_EQ(status.days_past_due, kNotOverdue);
}

TEST(BorrowerTimeline, ClosesWhenReceiptsCoverAllDues) {
  Facility loan{};
  loan.terms.loan = {120000, 0, 12};
  loan.terms.first_due_date = day_of({2025, 1, 1});
  loan.receipts = {{day_of({2025, 1, 1}), 119999}, {day_of({2025, 2, 3}), 1}};
  EXPECT_FALSE(classify({loan}, day_of({2025, 2, 2}))[0].is_closed);
  loan.receipts.push_back({day_of({2025, 2, 9}), 500});
  const auto status = classify({loan}, day_of({2025, 3, 1}))[0];
  EXPECT_TRUE(status.is_closed);
  EXPECT_EQ(status.closed_on, day_of({2025, 2, 3}));
  EXPECT_EQ(status.last_receipt, day_of({2025, 2, 9}));
  EXPECT_EQ(status.outstanding_principal, 0);
  EXPECT_EQ(status.position.advance_credit, 500);
}

TEST(BorrowerTimeline, ErrorsNameTheLoan) {
  Facility loan{};
  loan.loan_id = 77;
  loan.terms.loan = {10'000'000, 12 * kRateUnitsPerPercent, 12};
  loan.terms.emi = 100;
  try {
    classify({loan}, 0);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(error.detail().find("Loan 77"), std::string::npos) << error.detail();
  }
  loan.terms.emi = kComputeEmi;
  loan.receipts = {{0, -5}};
  EXPECT_THROW(classify({loan}, 0), Error);
  loan.receipts = {{INT32_MIN, 5}};
  EXPECT_THROW(classify({loan}, 0), Error);
  loan.receipts.clear();
  EXPECT_THROW(classify({loan}, INT32_MAX), Error);
}

// ---- The same by walking through every single day, with money moved from hand to hand ----

struct OpenDue {
  Day date;
  Paise interest;
  Paise principal;
};

class NaiveLoan {
 public:
  explicit NaiveLoan(const Facility& facility) : facility_(facility) {
    std::vector<Instalment> rows;
    if (facility.dues.empty()) build_schedule(facility.terms, rows);
    for (const CashFlow& due : facility.dues) future_.push_back({due.date, 0, due.amount});
    for (const Instalment& row : rows)
      future_.push_back({row.due_date, row.interest, row.principal});
    outstanding_ = facility.terms.loan.principal;
    const Day first = facility.dues.empty() ? facility.terms.first_due_date : facility.dues[0].date;
    opened_ = facility.terms.has_disbursed_on ? facility.terms.disbursed_on : add_months(first, -1);
  }

  void live_through(Day day) {
    for (const CashFlow& receipt : facility_.receipts) {
      if (receipt.date == day) credit_ += receipt.amount;
    }
    for (; !future_.empty() && future_.front().date <= day; future_.erase(future_.begin())) {
      open_.push_back(future_.front());
    }
    for (OpenDue& due : open_) {
      pay(due.interest);
      outstanding_ -= pay(due.principal);
    }
    while (!open_.empty() && open_.front().interest + open_.front().principal == 0) {
      open_.erase(open_.begin());
    }
    Paise ahead = 0;
    for (const OpenDue& due : future_) ahead += due.interest + due.principal;
    if (closed_on_ == kStillOpen && open_.empty() && credit_ >= ahead) closed_on_ = day;
  }

  bool overdue() const { return !open_.empty(); }
  int days(Day day) const { return overdue() ? day - open_.front().date : kNotOverdue; }
  bool lives(Day day) const { return day >= opened_ && day < closed_on_; }
  Day closed_on() const { return closed_on_; }
  Paise outstanding() const { return closed_on_ == kStillOpen ? outstanding_ : 0; }
  Paise overdue_amount() const {
    Paise sum = 0;
    for (const OpenDue& due : open_) sum += due.interest + due.principal;
    return sum;
  }

 private:
  Paise pay(Paise& owed) {
    const Paise paid = std::min(owed, credit_);
    owed -= paid;
    credit_ -= paid;
    return paid;
  }

  const Facility& facility_;
  std::vector<OpenDue> future_, open_;
  Paise outstanding_ = 0, credit_ = 0;
  Day opened_ = 0, closed_on_ = kStillOpen;
};

struct NaiveClass {
  bool npa = false;
  std::vector<Episode> episodes;
};

// `group`: the loans that are classified together.
bool next_state(bool npa, const std::vector<const NaiveLoan*>& group, Day day,
                const RuleSet& rules) {
  bool any_late = false, any_overdue = false;
  for (const NaiveLoan* loan : group) {
    any_late = any_late || loan->days(day) >= rules.npa_after_days;
    any_overdue = any_overdue || loan->overdue();
  }
  return any_late || (rules.upgrade_when_clear && npa && any_overdue);
}

void note(NaiveClass& of, bool npa, Day day) {
  if (npa && !of.npa) of.episodes.push_back({day, kStillOpen});
  if (!npa && of.npa) of.episodes.back().to = day;
  of.npa = npa;
}

std::vector<NaiveClass> simulate(std::vector<NaiveLoan>& loans, const RuleSet& rules, Day from,
                                 Day as_of) {
  std::vector<NaiveClass> classes(loans.size());
  std::vector<bool> group_npa(loans.size(), false);
  for (Day day = from; day <= as_of; ++day) {
    for (NaiveLoan& loan : loans) loan.live_through(day);
    for (std::size_t i = 0; i < loans.size(); ++i) {
      std::vector<const NaiveLoan*> group;
      if (rules.borrower_wise) {
        for (const NaiveLoan& loan : loans) group.push_back(&loan);
      } else {
        group.push_back(&loans[i]);
      }
      group_npa[i] = next_state(group_npa[i], group, day, rules);
      note(classes[i], group_npa[i] && loans[i].lives(day), day);
    }
  }
  return classes;
}

// Schedule amounts of a loan with receipts that are on time, early, late, partial, doubled or
// missing.
Facility random_loan(Random& random, std::int64_t id) {
  Facility facility{};
  facility.loan_id = id;
  ScheduleTerms& terms = facility.terms;
  terms.loan = {100'000 + random.below(10'000'000),
                static_cast<Rate>(random.below(30)) * kRateUnitsPerPercent,
                1 + static_cast<int>(random.below(14))};
  terms.first_due_date = 9000 + static_cast<Day>(random.below(200));
  terms.has_disbursed_on = random.below(2) == 0;
  terms.disbursed_on = terms.first_due_date - static_cast<Day>(random.below(60));
  std::vector<Instalment> rows;
  build_schedule(terms, rows);
  const unsigned mood = random.below(5);
  for (const Instalment& row : rows) {
    const unsigned luck = random.below(10);
    const Day late = static_cast<Day>(random.below(mood == 0 ? 3 : 30u * (mood + 1)));
    if (luck < mood) continue;
    Paise amount = row.amount();
    if (luck == 8) amount -= static_cast<Paise>(random.below(static_cast<std::uint32_t>(amount)));
    if (luck == 9) amount *= 1 + random.below(4);
    facility.receipts.push_back({row.due_date + late - (luck == 7 ? 20 : 0), amount});
  }
  return facility;
}

// Dues without interest at any distance, some on one day, some of nothing; receipts that follow no
// plan.
Facility random_restructured_loan(Random& random, std::int64_t id) {
  Facility facility{};
  facility.loan_id = id;
  facility.terms.loan.months = 12;
  facility.terms.first_due_date = 9000;
  Day day = 8950;
  for (unsigned k = 0, count = 1 + random.below(8); k < count; ++k) {
    day += static_cast<Day>(random.below(5) == 0 ? 0 : random.below(120));
    facility.dues.push_back({day, k > 0 && random.below(6) == 0 ? 0 : 1 + random.below(1000)});
    facility.terms.loan.principal += facility.dues.back().amount;
  }
  for (unsigned k = random.below(8); k > 0; --k) {
    facility.receipts.push_back({8950 + static_cast<Day>(random.below(800)), random.below(1500)});
  }
  return facility;
}

std::string show(const std::vector<Episode>& episodes) {
  std::string text;
  for (const Episode& e : episodes)
    text += std::to_string(e.from) + "-" + std::to_string(e.to) + " ";
  return text;
}

void compare(const std::vector<Facility>& borrower, const RuleSet& rules, Day as_of,
             int* episodes) {
  std::vector<NaiveLoan> loans(borrower.begin(), borrower.end());
  const auto expected = simulate(loans, rules, 8900, as_of);
  const auto actual = classify(borrower, as_of, rules);
  for (std::size_t i = 0; i < loans.size(); ++i) {
    ASSERT_EQ(actual[i].days_past_due, loans[i].days(as_of));
    ASSERT_EQ(actual[i].position.overdue_amount, loans[i].overdue_amount());
    ASSERT_EQ(actual[i].outstanding_principal, loans[i].outstanding());
    ASSERT_EQ(actual[i].is_closed, loans[i].closed_on() != kStillOpen);
    if (actual[i].is_closed) {
      ASSERT_EQ(actual[i].closed_on, loans[i].closed_on());
    }
    ASSERT_EQ(actual[i].is_npa, expected[i].npa);
    ASSERT_EQ(show(actual[i].episodes), show(expected[i].episodes));
    if (actual[i].is_npa) {
      ASSERT_EQ(actual[i].npa_since, expected[i].episodes.back().from);
    }
    *episodes += static_cast<int>(expected[i].episodes.size());
  }
}

class AgainstNaive : public testing::TestWithParam<std::pair<bool, bool>> {};

TEST_P(AgainstNaive, EveryDayOfRandomBorrowersAgrees) {
  RuleSet rules = rbi_rules();
  rules.borrower_wise = GetParam().first;
  rules.upgrade_when_clear = GetParam().second;
  Random random(20261124, GetParam().first * 2u + GetParam().second);
  int episodes = 0;
  for (int i = 0; i < 1500; ++i) {
    std::vector<Facility> borrower;
    const unsigned count = 1 + random.below(4);
    for (unsigned k = 0; k < count; ++k) {
      borrower.push_back(random.below(4) == 0 ? random_restructured_loan(random, k)
                                              : random_loan(random, k));
    }
    const Day as_of = 8950 + static_cast<Day>(random.below(900));
    compare(borrower, rules, as_of, &episodes);
    if (HasFatalFailure()) FAIL() << "borrower " << i;
  }
  EXPECT_GT(episodes, 500);  // the borrowers are bad enough to mean something
}

INSTANTIATE_TEST_SUITE_P(Rules, AgainstNaive,
                         testing::Values(std::pair(true, true), std::pair(false, false),
                                         std::pair(true, false), std::pair(false, true)));

// Half a million dues and receipts over 2,000 facilities: a quadratic step would take minutes.
TEST(BorrowerTimeline, ManyFacilitiesTakeNoQuadraticTime) {
  Random random(5);
  std::vector<Facility> borrower;
  for (int k = 0; k < 2000; ++k) {
    Facility loan{};
    loan.loan_id = k;
    loan.terms.loan = {100'000'000, 9 * kRateUnitsPerPercent, 240};
    loan.terms.first_due_date = static_cast<Day>(random.below(28));
    for (int m = 0; m < 12; ++m) loan.receipts.push_back({m * 31, 1'000'000});
    borrower.push_back(loan);
  }
  const auto start = std::chrono::steady_clock::now();
  const auto statuses = classify(borrower, 7000);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  EXPECT_TRUE(statuses[0].is_npa);
  EXPECT_LT(took.count(), 20.0);
}

}  // namespace
}  // namespace credit_risk
