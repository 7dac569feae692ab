#include "pg/arrays.hpp"

#include <limits>

namespace credit_risk::pg {
namespace {

Float8Span with_nulls_as_nan(ArrayType* array, std::size_t size) {
  Datum* elements;
  bool* nulls;
  int count;
  deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &elements,
                    &nulls, &count);
  auto* values = static_cast<double*>(palloc(size * sizeof(double)));
  for (std::size_t i = 0; i < size; ++i) {
    values[i] = nulls[i] ? std::numeric_limits<double>::quiet_NaN() : DatumGetFloat8(elements[i]);
  }
  return {values, size};
}

}  // namespace

Float8Span float8_array(Datum value) {
  ArrayType* array = DatumGetArrayTypeP(value);
  if (ARR_NDIM(array) > 1) {
    ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR), errmsg("array must be one-dimensional"),
                    errdetail("The array has %d dimensions.", ARR_NDIM(array)),
                    errhint("Pass the values of one row.")));
  }
  const auto size = static_cast<std::size_t>(ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)));
  if (ARR_HASNULL(array)) return with_nulls_as_nan(array, size);
  return {reinterpret_cast<const double*>(ARR_DATA_PTR(array)), size};
}

Datum float8_array_datum(const double* data, std::size_t size) {
  auto* elements = static_cast<Datum*>(palloc(size * sizeof(Datum)));
  for (std::size_t i = 0; i < size; ++i) elements[i] = Float8GetDatum(data[i]);
  return PointerGetDatum(construct_array(elements, static_cast<int>(size), FLOAT8OID,
                                         sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

}  // namespace credit_risk::pg
