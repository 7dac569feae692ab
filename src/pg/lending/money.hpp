// Money, rates and dates of SQL as the exact integers of the core, and back: the only place where
// they are converted.
#pragma once
#include "core/lending/calendar.hpp"
#include "core/lending/money.hpp"
#include "pg/postgres.hpp"

namespace credit_risk::pg {

// An amount in paise; raises for NaN, infinities, more than two decimals and amounts beyond 64
// bits. `what` names it.
Paise paise_of(Numeric value, const char* what);

// Percent a year, rounded half up to ten decimals; the core checks the range.
Rate rate_of(Numeric percent);

Datum numeric_of_paise(Paise amount);

// value / 1e16; `value` not negative.
Datum numeric_of_1e16(Int128 value);

// The elements of an array argument; lives as long as the call's memory. NULL arguments are empty
// spans.
template <class T>
struct Span {
  const T* data;
  std::size_t size;
};

// One-dimensional arrays without NULL elements, else an error that names the argument.
Span<std::int64_t> bigint_array_arg(FunctionCallInfo fcinfo, int arg, const char* name);
Span<std::int32_t> int_array_arg(FunctionCallInfo fcinfo, int arg, const char* name);
Span<Day> date_array_arg(FunctionCallInfo fcinfo, int arg, const char* name);
Span<Rate> rate_array_arg(FunctionCallInfo fcinfo, int arg, const char* name);
// NULL elements become `null_as`; when that is kRefuseNull they are an error.
constexpr Paise kRefuseNull = INT64_MAX;
Span<Paise> money_array_arg(FunctionCallInfo fcinfo, int arg, const char* name,
                            Paise null_as = kRefuseNull);

// Raises unless both lengths are the same.
void require_same_length(std::size_t size, const char* name, std::size_t other_size,
                         const char* other_name);

}  // namespace credit_risk::pg
