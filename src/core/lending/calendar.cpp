#include "core/lending/calendar.hpp"

#include <string>

#include "core/error.hpp"

namespace credit_risk {
namespace {

// Days from 0000-03-01 to 2000-01-01.
constexpr int kEpoch = 730'425;

bool is_leap(int year) noexcept { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int days_in_month(int year, int month) noexcept {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}

int floor_div(int a, int b) noexcept { return a / b - (a % b < 0); }

}  // namespace

// Both conversions count years from 1 March, so that the leap day comes last, in eras of 400 years
// (Hinnant, "chrono-Compatible Low-Level Date Algorithms").
Day day_of(CivilDate date) noexcept {
  const int year = date.year - (date.month <= 2);
  const int era = floor_div(year, 400);
  const int year_of_era = year - era * 400;
  const int day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - kEpoch;
}

CivilDate civil_of(Day day) noexcept {
  const int shifted = day + kEpoch;
  const int era = floor_div(shifted, 146'097);
  const int day_of_era = shifted - era * 146'097;
  const int year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int shifted_month = (5 * day_of_year + 2) / 153;
  const int month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  return {year_of_era + era * 400 + (month <= 2), month,
          day_of_year - (153 * shifted_month + 2) / 5 + 1};
}

Day add_months(CivilDate from, int months) noexcept {
  const int count = from.year * 12 + from.month - 1 + months;
  const int year = floor_div(count, 12);
  const int month = count - year * 12 + 1;
  const int last = days_in_month(year, month);
  return day_of({year, month, from.day < last ? from.day : last});
}

Day add_months(Day from, int months) noexcept { return add_months(civil_of(from), months); }

void require_day(Day day, const char* what) {
  if (day >= kFirstDay && day <= kLastDay) return;
  throw Error(ErrorKind::kInvalidInput, std::string(what) + " is out of range",
              "Dates run from 0001-01-01 to 9999-12-31.");
}

}  // namespace credit_risk
