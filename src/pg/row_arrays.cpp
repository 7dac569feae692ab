#include "pg/row_arrays.hpp"

namespace credit_risk::pg {

RowArray begin_row_array(FunctionCallInfo fcinfo, std::size_t count) {
  if (count > kMostArrayRows) {
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("too many rows for one array"),
                    errdetail("There are %zu, more than %zu.", count, kMostArrayRows),
                    errhint("Round the scores, so that fewer of them differ.")));
  }
  const Oid type = get_element_type(get_fn_expr_rettype(fcinfo->flinfo));
  if (!OidIsValid(type)) elog(ERROR, "result type is not an array");
  return {type, lookup_rowtype_tupdesc_copy(type, -1),
          static_cast<Datum*>(palloc(sizeof(Datum) * (count + 1))), count};
}

Datum finish_row_array(const RowArray& array) {
  return PointerGetDatum(construct_array(array.elements, static_cast<int>(array.count), array.type,
                                         -1, false, TYPALIGN_DOUBLE));
}

Datum row_datum(FunctionCallInfo fcinfo, RowValues* row) {
  TupleDesc shape;
  if (get_call_result_type(fcinfo, nullptr, &shape) != TYPEFUNC_COMPOSITE)
    elog(ERROR, "result type is not composite");
  return row->tuple(BlessTupleDesc(shape));
}

}  // namespace credit_risk::pg
