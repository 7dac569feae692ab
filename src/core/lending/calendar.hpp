// Dates as whole days since 2000-01-01, in the proleptic Gregorian calendar.
#pragma once
#include <cstdint>

namespace credit_risk {

using Day = std::int32_t;

struct CivilDate {
  int year, month, day;
};

// The dates that the lending code takes: years 1 to 9999.
constexpr Day kFirstDay = -730'119;  // 0001-01-01
constexpr Day kLastDay = 2'921'939;  // 9999-12-31

Day day_of(CivilDate date) noexcept;
CivilDate civil_of(Day day) noexcept;

// The same day of the month, `months` later or (negative) earlier; the last day where that month is
// shorter.
Day add_months(Day from, int months) noexcept;
Day add_months(CivilDate from, int months) noexcept;

// Throws unless kFirstDay <= day <= kLastDay; `what` names it: "first due date".
void require_day(Day day, const char* what);

}  // namespace credit_risk
