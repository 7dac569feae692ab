// Stability, concentration and calibration of a book: figures over bins, amounts and groups.
#include "core/metrics/stability.hpp"

#include "core/metrics/calibration.hpp"
#include "core/metrics/concentration.hpp"
#include "pg/arrays.hpp"
#include "pg/guard.hpp"
#include "pg/metrics/metric_rows.hpp"

namespace credit_risk::pg {
namespace {

void check_same_size(Float8Span left, Float8Span right, const char* names) {
  if (left.size == right.size && left.size > 0) return;
  ereport(ERROR,
          (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
           left.size == right.size ? errmsg("%s must not be empty", names)
                                   : errmsg("%s must have the same number of elements", names),
           errdetail("They have %zu and %zu elements.", left.size, right.size),
           errhint("Pass one element for each bin or group, in the same order.")));
}

}  // namespace

CR_FUNCTION(cr_psi) {
  const Float8Span expected = float8_array_arg(fcinfo, 0);
  const Float8Span actual = float8_array_arg(fcinfo, 1);
  const double epsilon = PG_GETARG_FLOAT8(2);
  check_same_size(expected, actual, "expected and actual");
  double index = 0;
  guard([&] {
    index = population_stability_index({expected.data, actual.data, expected.size}, epsilon);
  });
  PG_RETURN_FLOAT8(index);
}

CR_FUNCTION(cr_hosmer_lemeshow) {
  const Float8Span observed = float8_array_arg(fcinfo, 0);
  const Float8Span expected = float8_array_arg(fcinfo, 1);
  const Float8Span sizes = float8_array_arg(fcinfo, 2);
  const bool in_sample = PG_GETARG_BOOL(3);
  check_same_size(observed, expected, "observed and expected");
  check_same_size(expected, sizes, "expected and sizes");
  HosmerLemeshow test{};
  guard([&] {
    test = hosmer_lemeshow({observed.data, expected.data, sizes.data, observed.size}, in_sample);
  });
  TupleDesc columns;
  if (get_call_result_type(fcinfo, nullptr, &columns) != TYPEFUNC_COMPOSITE)
    elog(ERROR, "result type is not composite");
  Datum values[] = {Float8GetDatum(test.statistic),
                    Int32GetDatum(static_cast<int32>(test.degrees_of_freedom)),
                    Float8GetDatum(test.p_value)};
  bool nulls[] = {false, false, false};
  PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(columns), values, nulls)));
}

CR_FUNCTION(cr_concentration_add) {
  auto* const amounts = plain_state<Concentration>(fcinfo);
  if (PG_ARGISNULL(1)) PG_RETURN_POINTER(amounts);
  const double amount = PG_GETARG_FLOAT8(1);
  check_weight(amount, "amount");
  amounts->add(amount);
  PG_RETURN_POINTER(amounts);
}

CR_FUNCTION(cr_concentration_combine) { return combine_plain_states<Concentration>(fcinfo); }

CR_FUNCTION(cr_concentration_serialize) { return serialize_plain_state<Concentration>(fcinfo); }

CR_FUNCTION(cr_concentration_deserialize) { return deserialize_plain_state<Concentration>(fcinfo); }

CR_FUNCTION(cr_herfindahl_of_amounts) {
  const auto* const amounts = state_arg<Concentration>(fcinfo, 0);
  if (amounts == nullptr) PG_RETURN_NULL();
  return figure_or_null(fcinfo, amounts->herfindahl());
}

}  // namespace credit_risk::pg
