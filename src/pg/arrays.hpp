// float8[] arguments and results as plain spans.
#pragma once
#include "pg/postgres.hpp"

namespace credit_risk::pg {

struct Float8Span {
  const double* data;
  std::size_t size;
};

// The elements of a float8[]: one dimension (or empty), NULL elements as NaN. Lives as long as the
// current memory context.
Float8Span float8_array(Datum value);
inline Float8Span float8_array_arg(FunctionCallInfo fcinfo, int arg) {
  return float8_array(PG_GETARG_DATUM(arg));
}

Datum float8_array_datum(const double* data, std::size_t size);

}  // namespace credit_risk::pg
