#include "pg/lending/money.hpp"

namespace credit_risk::pg {
namespace {

struct Scaled {
  std::int64_t value;  // rounded half up in size
  bool finite, exact, fits;
};

// The text form holds every digit and reads fast; the layout of numeric itself is private to the
// server.
Scaled scaled(Numeric value, int decimals) {
  char* text = DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value)));
  const char* at = text;
  const bool negative = *at == '-';
  at += negative;
  Scaled result{0, *at >= '0' && *at <= '9', true, true};
  bool after_point = false;
  bool up = false;
  int taken = 0;
  const auto push = [&result](int digit) {
    result.fits = result.fits && !__builtin_mul_overflow(result.value, 10, &result.value) &&
                  !__builtin_add_overflow(result.value, digit, &result.value);
  };
  for (; result.finite && *at != '\0'; ++at) {
    if (*at == '.') {
      after_point = true;
    } else if (!after_point || taken < decimals) {
      push(*at - '0');
      taken += after_point;
    } else {
      up = up || (taken == decimals && *at >= '5');
      result.exact = result.exact && *at == '0';
      ++taken;
    }
  }
  for (; taken < decimals; ++taken) push(0);
  if (up) result.fits = result.fits && !__builtin_add_overflow(result.value, 1, &result.value);
  if (negative) result.value = -result.value;
  pfree(text);
  return result;
}

char* text_of_numeric(Numeric value) {
  return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value)));
}

// The argument as a plain array of elements of `type`; NULL for a NULL argument.
ArrayType* array_arg(FunctionCallInfo fcinfo, int arg, const char* name) {
  if (PG_ARGISNULL(arg)) return nullptr;
  ArrayType* array = PG_GETARG_ARRAYTYPE_P(arg);
  if (ARR_NDIM(array) > 1) {
    ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                    errmsg("array \"%s\" must be one-dimensional", name),
                    errdetail("It has %d dimensions.", ARR_NDIM(array))));
  }
  return array;
}

[[noreturn]] void raise_null_element(const char* name) {
  ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                  errmsg("array \"%s\" must not contain NULL", name)));
  pg_unreachable();
}

// The elements of a fixed-width type without NULLs lie in the array as they are.
template <class T>
Span<T> plain_array_arg(FunctionCallInfo fcinfo, int arg, const char* name) {
  ArrayType* array = array_arg(fcinfo, arg, name);
  if (array == nullptr) return {nullptr, 0};
  if (array_contains_nulls(array)) raise_null_element(name);
  const int size = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
  return {reinterpret_cast<const T*>(ARR_DATA_PTR(array)), static_cast<std::size_t>(size)};
}

template <class Convert>
Span<std::int64_t> numeric_array_arg(FunctionCallInfo fcinfo, int arg, const char* name,
                                     std::int64_t null_as, Convert convert) {
  ArrayType* array = array_arg(fcinfo, arg, name);
  if (array == nullptr) return {nullptr, 0};
  Datum* elements;
  bool* nulls;
  int size;
  deconstruct_array(array, NUMERICOID, -1, false, TYPALIGN_INT, &elements, &nulls, &size);
  auto* values =
      static_cast<std::int64_t*>(palloc(static_cast<std::size_t>(size + 1) * sizeof(std::int64_t)));
  for (int i = 0; i < size; ++i) {
    if (nulls[i] && null_as == kRefuseNull) raise_null_element(name);
    values[i] = nulls[i] ? null_as : convert(DatumGetNumeric(elements[i]));
  }
  return {values, static_cast<std::size_t>(size)};
}

}  // namespace

Paise paise_of(Numeric value, const char* what) {
  const Scaled amount = scaled(value, 2);
  if (!amount.finite) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s must be a number", what),
                    errdetail("It is %s.", text_of_numeric(value))));
  }
  if (!amount.fits) {
    ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("%s is out of range", what),
                    errdetail("The largest amount is 92233720368547758.07.")));
  }
  if (!amount.exact) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("%s must not have more than two decimals", what),
                    errdetail("It is %s.", text_of_numeric(value)),
                    errhint("Round it first: round(amount, 2).")));
  }
  return amount.value;
}

Rate rate_of(Numeric percent) {
  const Scaled rate = scaled(percent, 10);
  if (!rate.finite) {
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("annual rate must be a number"),
             errdetail("It is %s.", text_of_numeric(percent))));
  }
  return rate.fits ? rate.value : kMaxRate + 1;
}

Datum numeric_of_paise(Paise amount) {
  return NumericGetDatum(int64_div_fast_to_numeric(amount, 2));
}

Datum numeric_of_1e16(Int128 value) {
  constexpr Int128 kScale = 10'000'000'000'000'000;
  char text[64];
  std::snprintf(text, sizeof text, "%lld.%016lld", static_cast<long long>(value / kScale),
                static_cast<long long>(value % kScale));
  return DirectFunctionCall3(numeric_in, CStringGetDatum(text), ObjectIdGetDatum(InvalidOid),
                             Int32GetDatum(-1));
}

Span<std::int64_t> bigint_array_arg(FunctionCallInfo fcinfo, int arg, const char* name) {
  return plain_array_arg<std::int64_t>(fcinfo, arg, name);
}

Span<std::int32_t> int_array_arg(FunctionCallInfo fcinfo, int arg, const char* name) {
  return plain_array_arg<std::int32_t>(fcinfo, arg, name);
}

Span<Day> date_array_arg(FunctionCallInfo fcinfo, int arg, const char* name) {
  return plain_array_arg<Day>(fcinfo, arg, name);
}

Span<Rate> rate_array_arg(FunctionCallInfo fcinfo, int arg, const char* name) {
  return numeric_array_arg(fcinfo, arg, name, kRefuseNull, rate_of);
}

Span<Paise> money_array_arg(FunctionCallInfo fcinfo, int arg, const char* name, Paise null_as) {
  return numeric_array_arg(fcinfo, arg, name, null_as,
                           [name](Numeric value) { return paise_of(value, name); });
}

void require_same_length(std::size_t size, const char* name, std::size_t other_size,
                         const char* other_name) {
  if (size == other_size) return;
  ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                  errmsg("arrays \"%s\" and \"%s\" must have the same length", name, other_name),
                  errdetail("They have %zu and %zu elements.", size, other_size)));
}

}  // namespace credit_risk::pg
