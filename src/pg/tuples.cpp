#include "pg/tuples.hpp"

#include <cmath>
#include <limits>

namespace credit_risk::pg {
namespace {

constexpr double kExactPowersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                        1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                        1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr int kMaxExactPower = 22;

// The on-disk form of numeric (numeric.c, NumericChoice): stable since 9.1, pg_upgrade relies on
// it.
struct NumericParts {
  bool special;
  bool negative;
  int weight;
  int digit_count;
  const char* digits;  // unaligned uint16, base 10000
};

NumericParts numeric_parts(const void* numeric) {
  const char* data = VARDATA_ANY(numeric);
  const auto bytes = static_cast<int>(VARSIZE_ANY_EXHDR(numeric));
  std::uint16_t header;
  std::memcpy(&header, data, sizeof header);
  NumericParts parts{};
  parts.special = (header & 0xC000) == 0xC000;
  if (header & 0x8000) {
    parts.negative = header & 0x2000;
    parts.weight = (header & 0x0040 ? ~0x003F : 0) | (header & 0x003F);
    parts.digits = data + 2;
  } else {
    std::int16_t weight;
    std::memcpy(&weight, data + 2, sizeof weight);
    parts.negative = (header & 0xC000) == 0x4000;
    parts.weight = weight;
    parts.digits = data + 4;
  }
  parts.digit_count = (bytes - static_cast<int>(parts.digits - data)) / 2;
  return parts;
}

// Integer and power of ten both exact in a double, so that one rounding remains, as in strtod: the
// same bits as the cast to float8. Returns NaN when that does not hold.
double small_numeric_to_double(const NumericParts& parts) {
  constexpr double kGiveUp = std::numeric_limits<double>::quiet_NaN();
  if (parts.special || parts.digit_count > 4) return kGiveUp;
  std::uint64_t integer = 0;
  for (int i = 0; i < parts.digit_count; ++i) {
    std::uint16_t digit;
    std::memcpy(&digit, parts.digits + 2 * i, sizeof digit);
    integer = integer * 10000 + digit;
  }
  const int exponent = 4 * (parts.weight - parts.digit_count + 1);
  if (integer == 0) return 0.0;
  if (integer > (std::uint64_t{1} << 53) || std::abs(exponent) > kMaxExactPower) return kGiveUp;
  double value = static_cast<double>(integer);
  value =
      exponent >= 0 ? value * kExactPowersOfTen[exponent] : value / kExactPowersOfTen[-exponent];
  return parts.negative ? -value : value;
}

double date_to_double(DateADT date) {
  if (DATE_NOT_FINITE(date)) return DATE_IS_NOBEGIN(date) ? -HUGE_VAL : HUGE_VAL;
  return static_cast<double>(date) + (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE);
}

TextSpan date_text(DateADT date, char (&buffer)[kTextBuffer]) {
  if (DATE_NOT_FINITE(date)) {
    const char* text = DATE_IS_NOBEGIN(date) ? "-infinity" : "infinity";
    return {text, std::strlen(text)};
  }
  int year, month, day;
  j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
  const int size = pg_snprintf(buffer, kTextBuffer, "%04d-%02d-%02d", year, month, day);
  return {buffer, static_cast<std::size_t>(size)};
}

TextSpan enum_text(Oid label, char (&buffer)[kTextBuffer]) {
  HeapTuple tuple = SearchSysCache1(ENUMOID, ObjectIdGetDatum(label));
  if (!HeapTupleIsValid(tuple)) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
                    errmsg("enum value %u does not exist", label)));
  }
  strlcpy(buffer, NameStr(((Form_pg_enum)GETSTRUCT(tuple))->enumlabel), kTextBuffer);
  ReleaseSysCache(tuple);
  return {buffer, std::strlen(buffer)};
}

TextSpan varlena_text(Datum value) {
  struct varlena* text = PG_DETOAST_DATUM_PACKED(value);
  return {VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text)};
}

TextSpan unpadded(TextSpan text) {
  while (text.size > 0 && text.data[text.size - 1] == ' ') --text.size;
  return text;
}

TextSpan c_text(const char* text) { return {text, std::strlen(text)}; }

// All digits, no exponent, no zeros at the end: 7.00 is 7, 1e+20 has 21 digits.
TextSpan plain_text(Datum numeric) { return c_text(numeric_normalize(DatumGetNumeric(numeric))); }

// The shortest decimal of a float, in `buffer`, written as the same numeric would be.
TextSpan plain_text(TextSpan shortest, char (&buffer)[kTextBuffer]) {
  if (std::memchr(shortest.data, 'e', shortest.size) == nullptr) return shortest;
  buffer[shortest.size] = '\0';
  return plain_text(DirectFunctionCall3(numeric_in, CStringGetDatum(buffer),
                                        ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

// `value` + 0 is 0 for -0.
TextSpan float4_text(float value, char (&buffer)[kTextBuffer]) {
  const int size = float_to_shortest_decimal_buf(value + 0.0f, buffer);
  return plain_text(TextSpan{buffer, static_cast<std::size_t>(size)}, buffer);
}

}  // namespace

ValueKind value_kind(Oid type) {
  const Oid base = getBaseType(type);
  switch (base) {
    case INT2OID:
      return ValueKind::kInt2;
    case INT4OID:
      return ValueKind::kInt4;
    case INT8OID:
      return ValueKind::kInt8;
    case FLOAT4OID:
      return ValueKind::kFloat4;
    case FLOAT8OID:
      return ValueKind::kFloat8;
    case NUMERICOID:
      return ValueKind::kNumeric;
    case BOOLOID:
      return ValueKind::kBool;
    case DATEOID:
      return ValueKind::kDate;
    case TEXTOID:
    case VARCHAROID:
      return ValueKind::kText;
    case BPCHAROID:
      return ValueKind::kChar;
    case NAMEOID:
      return ValueKind::kName;
    case UNKNOWNOID:
      return ValueKind::kUnknown;
    default:
      return type_is_enum(base) ? ValueKind::kEnum : ValueKind::kUnsupported;
  }
}

double numeric_to_double(const void* numeric) {
  const double value = small_numeric_to_double(numeric_parts(numeric));
  if (!std::isnan(value)) return value;
  // Beyond the range of double it becomes infinite, which the core refuses by the feature's name.
  return DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, PointerGetDatum(numeric)));
}

double number_of(ValueKind kind, Datum value) {
  switch (kind) {
    case ValueKind::kInt2:
      return DatumGetInt16(value);
    case ValueKind::kInt4:
      return DatumGetInt32(value);
    case ValueKind::kInt8:
      return static_cast<double>(DatumGetInt64(value));
    case ValueKind::kFloat4:
      return DatumGetFloat4(value);
    case ValueKind::kFloat8:
      return DatumGetFloat8(value);
    case ValueKind::kNumeric:
      return numeric_to_double(PG_DETOAST_DATUM_PACKED(value));
    case ValueKind::kBool:
      return DatumGetBool(value) ? 1.0 : 0.0;
    case ValueKind::kDate:
      return date_to_double(DatumGetDateADT(value));
    default:
      elog(ERROR, "value kind %d is not a number", static_cast<int>(kind));
  }
}

TextSpan number_text(double value, char (&buffer)[kTextBuffer]) {
  if (std::isinf(value)) return c_text(value < 0 ? "-Infinity" : "Infinity");
  if (std::isnan(value)) return c_text("NaN");
  const int size = double_to_shortest_decimal_buf(value, buffer);
  return {buffer, static_cast<std::size_t>(size)};
}

TextSpan text_of(ValueKind kind, Datum value, char (&buffer)[kTextBuffer]) {
  switch (kind) {
    case ValueKind::kText:
      return varlena_text(value);
    case ValueKind::kChar:
      return unpadded(varlena_text(value));
    case ValueKind::kName:
      return c_text(NameStr(*DatumGetName(value)));
    case ValueKind::kEnum:
      return enum_text(DatumGetObjectId(value), buffer);
    case ValueKind::kUnknown:
      return c_text(DatumGetCString(value));
    case ValueKind::kBool:
      return c_text(DatumGetBool(value) ? "true" : "false");
    case ValueKind::kDate:
      return date_text(DatumGetDateADT(value), buffer);
    case ValueKind::kNumeric:
      return plain_text(value);
    case ValueKind::kFloat4:
      return float4_text(DatumGetFloat4(value), buffer);
    case ValueKind::kFloat8:
      return plain_text(number_text(DatumGetFloat8(value) + 0.0, buffer), buffer);
    default:
      pg_snprintf(buffer, kTextBuffer, INT64_FORMAT,
                  kind == ValueKind::kInt2   ? static_cast<int64>(DatumGetInt16(value))
                  : kind == ValueKind::kInt4 ? static_cast<int64>(DatumGetInt32(value))
                                             : DatumGetInt64(value));
      return c_text(buffer);
  }
}

}  // namespace credit_risk::pg
