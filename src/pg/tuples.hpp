// Values of columns as the numbers and texts that models know. Training and scoring both read
// through here, so that a column means the same to both.
#pragma once
#include "pg/postgres.hpp"

namespace credit_risk::pg {

// What a column type is to a model.
enum class ValueKind : std::uint8_t {
  kInt2,
  kInt4,
  kInt8,
  kFloat4,
  kFloat8,
  kNumeric,
  kBool,  // 0 or 1; text form true or false
  kDate,  // days since 1970-01-01; text form yyyy-mm-dd
  kText,
  kChar,  // char(n); text form without the padding
  kName,
  kEnum,
  kUnknown,  // an untyped literal inside a row
  kUnsupported,
};

struct TextSpan {
  const char* data;
  std::size_t size;
};

// Looks through domains.
ValueKind value_kind(Oid type);

// Whether number_of applies; the other kinds have a text form only.
inline bool is_number(ValueKind kind) { return kind <= ValueKind::kDate; }

// The value of a non-null datum of a numeric kind; an infinite numeric or date becomes an infinity.
double number_of(ValueKind kind, Datum value);

double numeric_to_double(const void* numeric);

constexpr std::size_t kTextBuffer = NAMEDATALEN + 1;

// The text form of a non-null datum of any supported kind: points into the datum, into `buffer`, or
// (numerics, floats with an exponent and compressed text) into fresh memory of the current context.
// char(n) loses its padding. A number has one form, whatever its type: 7, 7.00 and 7e0 are "7".
TextSpan text_of(ValueKind kind, Datum value, char (&buffer)[kTextBuffer]);

// The shortest decimal form that reads back to the same number.
TextSpan number_text(double value, char (&buffer)[kTextBuffer]);

}  // namespace credit_risk::pg
