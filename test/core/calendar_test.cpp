#include "core/lending/calendar.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace credit_risk {
namespace {

TEST(Calendar, CountsFromTheFirstDayOf2000) {
  EXPECT_EQ(day_of({2000, 1, 1}), 0);
  EXPECT_EQ(day_of({2000, 3, 1}), 60);
  EXPECT_EQ(day_of({1999, 12, 31}), -1);
  EXPECT_EQ(day_of({1970, 1, 1}), -10957);
  EXPECT_EQ(day_of({1, 1, 1}), kFirstDay);
  EXPECT_EQ(day_of({9999, 12, 31}), kLastDay);
}

TEST(Calendar, BothConversionsAgreeOverEightCenturies) {
  CivilDate previous = civil_of(-146097);
  for (Day day = -146096; day <= 146097; ++day) {
    const CivilDate date = civil_of(day);
    ASSERT_EQ(day_of(date), day);
    const bool next_day =
        date.year == previous.year && date.month == previous.month && date.day == previous.day + 1;
    const bool next_month =
        date.year == previous.year && date.month == previous.month + 1 && date.day == 1;
    const bool next_year = date.year == previous.year + 1 && date.month == 1 && date.day == 1;
    ASSERT_TRUE(next_day || next_month || next_year) << day;
    previous = date;
  }
}

TEST(Calendar, KnowsTheLeapYears) {
  EXPECT_EQ(day_of({2024, 3, 1}) - day_of({2024, 2, 1}), 29);
  EXPECT_EQ(day_of({2023, 3, 1}) - day_of({2023, 2, 1}), 28);
  EXPECT_EQ(day_of({1900, 3, 1}) - day_of({1900, 2, 1}), 28);
  EXPECT_EQ(day_of({2000, 3, 1}) - day_of({2000, 2, 1}), 29);
}

TEST(Calendar, MonthsClampToTheEndOfShorterMonths) {
  EXPECT_EQ(add_months(day_of({2025, 1, 31}), 1), day_of({2025, 2, 28}));
  EXPECT_EQ(add_months(day_of({2024, 1, 31}), 1), day_of({2024, 2, 29}));
  EXPECT_EQ(add_months(day_of({2025, 1, 31}), 2), day_of({2025, 3, 31}));
  EXPECT_EQ(add_months(day_of({2025, 1, 31}), -2), day_of({2024, 11, 30}));
  EXPECT_EQ(add_months(day_of({2024, 2, 29}), 12), day_of({2025, 2, 28}));
  EXPECT_EQ(add_months(day_of({2025, 12, 15}), 1), day_of({2026, 1, 15}));
  EXPECT_EQ(add_months(day_of({2025, 1, 15}), -1), day_of({2024, 12, 15}));
}

TEST(Calendar, RefusesDatesOutOfRange) {
  EXPECT_NO_THROW(require_day(kFirstDay, "date"));
  EXPECT_NO_THROW(require_day(kLastDay, "date"));
  EXPECT_THROW(require_day(kFirstDay - 1, "date"), Error);
  EXPECT_THROW(require_day(INT32_MAX, "date"), Error);
}

}  // namespace
}  // namespace credit_risk
