#include "core/lending/irac.hpp"

#include <gtest/gtest.h>

#include <string>

#include "core/error.hpp"
#include "core/lending/days_past_due.hpp"
#include "rule_sets.hpp"

namespace credit_risk {
namespace {

std::string sma_at(Day due, Day as_of) {
  const RuleSet rules = rbi_rules();
  const int band = sma_band(rules, as_of - due);
  return band == kNoClass ? "" : rules.sma[band].name;
}

// V1: RBI's own illustration, due 31 March 2021, nothing paid.
TEST(Irac, V1SpecialMentionClasses) {
  const Day due = day_of({2021, 3, 31});
  EXPECT_EQ(sma_at(due, due - 1), "");
  EXPECT_EQ(sma_at(due, day_of({2021, 3, 31})), "SMA-0");
  EXPECT_EQ(sma_at(due, day_of({2021, 4, 29})), "SMA-0");
  EXPECT_EQ(sma_at(due, day_of({2021, 4, 30})), "SMA-1");
  EXPECT_EQ(sma_at(due, day_of({2021, 5, 29})), "SMA-1");
  EXPECT_EQ(sma_at(due, day_of({2021, 5, 30})), "SMA-2");
  EXPECT_EQ(sma_at(due, day_of({2021, 6, 28})), "SMA-2");
  EXPECT_EQ(sma_at(due, day_of({2021, 6, 29})), "");
}

TEST(Irac, V1AndV2NpaOnTheNinetiethDay) {
  const RuleSet rules = rbi_rules();
  const auto is_npa = [&](CivilDate due, CivilDate as_of) {
    return npa_band_by_days(rules, day_of(as_of) - day_of(due)) == 0;
  };
  EXPECT_FALSE(is_npa({2021, 3, 31}, {2021, 6, 28}));
  EXPECT_TRUE(is_npa({2021, 3, 31}, {2021, 6, 29}));
  EXPECT_FALSE(is_npa({2024, 1, 31}, {2024, 4, 29}));
  EXPECT_TRUE(is_npa({2024, 1, 31}, {2024, 4, 30}));
  EXPECT_FALSE(is_npa({2023, 1, 31}, {2023, 4, 30}));
  EXPECT_TRUE(is_npa({2023, 1, 31}, {2023, 5, 1}));
}

TEST(Irac, V5AgeingByCalendarMonths) {
  const RuleSet rules = rbi_rules();
  const auto band = [&](CivilDate as_of) {
    return npa_band_by_date(rules, day_of({2021, 6, 29}), day_of(as_of));
  };
  EXPECT_EQ(band({2021, 6, 28}), kNoClass);
  EXPECT_EQ(band({2021, 6, 29}), 0);
  EXPECT_EQ(band({2022, 6, 28}), 0);
  EXPECT_EQ(band({2022, 6, 29}), 1);
  EXPECT_EQ(band({2023, 6, 28}), 1);
  EXPECT_EQ(band({2023, 6, 29}), 2);
  EXPECT_EQ(band({2025, 6, 28}), 2);
  EXPECT_EQ(band({2025, 6, 29}), 3);
  EXPECT_EQ(band({2099, 1, 1}), 3);
}

// A published example: NPA on 1 August 2023.
TEST(Irac, AgeingOfThePublishedExample) {
  const RuleSet rules = rbi_rules();
  const auto band = [&](CivilDate as_of) {
    return npa_band_by_date(rules, day_of({2023, 8, 1}), day_of(as_of));
  };
  EXPECT_EQ(band({2024, 7, 31}), 0);
  EXPECT_EQ(band({2024, 8, 1}), 1);
  EXPECT_EQ(band({2025, 7, 31}), 1);
  EXPECT_EQ(band({2027, 7, 31}), 2);
  EXPECT_EQ(band({2027, 8, 1}), 3);
}

TEST(Irac, AgeingFromALeapDayClamps) {
  const RuleSet rules = rbi_rules();
  EXPECT_EQ(npa_band_by_date(rules, day_of({2024, 2, 29}), day_of({2025, 2, 27})), 0);
  EXPECT_EQ(npa_band_by_date(rules, day_of({2024, 2, 29}), day_of({2025, 2, 28})), 1);
}

TEST(Irac, V10SeedClasses) {
  const RuleSet rules = seed_rules();
  const int days[] = {89, 90, 179, 180, 364, 365};
  const int bands[] = {kNoClass, 0, 0, 1, 1, 2};
  for (int i = 0; i < 6; ++i) EXPECT_EQ(npa_band_by_days(rules, days[i]), bands[i]) << days[i];
  EXPECT_EQ(npa_band_by_date(rules, 1000, 1000 + 89), 0);  // 179 days past due
  EXPECT_EQ(npa_band_by_date(rules, 1000, 1000 + 90), 1);
}

TEST(Irac, DaysAloneDoNotTellALaterClassUnderTheRbiRules) {
  const RuleSet rules = rbi_rules();
  EXPECT_EQ(npa_band_by_days(rules, 454), 0);
  EXPECT_THROW(npa_band_by_days(rules, 455), Error);
}

TEST(Irac, RulesThatContradictThemselvesAreRefused) {
  EXPECT_NO_THROW(require_rules(rbi_rules()));
  EXPECT_NO_THROW(require_rules(seed_rules()));
  RuleSet rules = rbi_rules();
  rules.npa[1].from = 30;
  EXPECT_THROW(require_rules(rules), Error);
  rules = rbi_rules();
  rules.npa_count = 0;
  EXPECT_THROW(require_rules(rules), Error);
  rules = seed_rules();
  rules.npa_after_days = 60;
  EXPECT_THROW(require_rules(rules), Error);
  rules = rbi_rules();
  rules.sma_count = kMaxBands + 1;
  EXPECT_THROW(require_rules(rules), Error);
}

struct Expected {
  CivilDate as_of;
  bool overdue;
  CivilDate oldest;
  int days;
  Paise amount;
};

// V28: 10,000 due on the fifth of four months; three receipts.
TEST(DaysPastDue, V28) {
  const Expected expected[] = {{{2025, 1, 9}, true, {2025, 1, 5}, 4, 1000000},
                               {{2025, 1, 10}, false, {}, kNotOverdue, 0},
                               {{2025, 2, 20}, true, {2025, 2, 5}, 15, 400000},
                               {{2025, 3, 24}, true, {2025, 2, 5}, 47, 1400000},
                               {{2025, 3, 25}, true, {2025, 3, 5}, 20, 700000},
                               {{2025, 4, 30}, true, {2025, 3, 5}, 56, 1700000},
                               {{2025, 5, 4}, true, {2025, 3, 5}, 60, 1700000},
                               {{2025, 6, 2}, true, {2025, 3, 5}, 89, 1700000},
                               {{2025, 6, 3}, true, {2025, 3, 5}, 90, 1700000}};
  for (const Expected& e : expected) {
    std::vector<CashFlow> dues;
    for (int month = 4; month >= 1; --month) dues.push_back({day_of({2025, month, 5}), 1000000});
    std::vector<CashFlow> receipts{{day_of({2025, 3, 25}), 700000},
                                   {day_of({2025, 1, 10}), 1000000},
                                   {day_of({2025, 2, 20}), 600000}};
    const Position position = position_at(dues, receipts, day_of(e.as_of));
    EXPECT_EQ(position.overdue, e.overdue);
    if (e.overdue) {
      EXPECT_EQ(position.oldest_unpaid, day_of(e.oldest));
    }
    EXPECT_EQ(days_past_due(position, day_of(e.as_of)), e.days);
    EXPECT_EQ(position.overdue_amount, e.amount);
  }
}

TEST(DaysPastDue, AdvanceCreditAndBadFlows) {
  std::vector<CashFlow> dues{{100, 500}, {130, 500}};
  std::vector<CashFlow> receipts{{90, 700}};
  const Position position = position_at(dues, receipts, 110);
  EXPECT_FALSE(position.overdue);
  EXPECT_EQ(position.advance_credit, 200);
  dues[0].amount = -1;
  EXPECT_THROW(position_at(dues, receipts, 110), Error);
  dues[0] = {INT32_MAX, 1};
  EXPECT_THROW(position_at(dues, receipts, 110), Error);
}

}  // namespace
}  // namespace credit_risk
