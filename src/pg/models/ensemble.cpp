// Ensembles of stored models.
#include <algorithm>

#include "core/model/codec.hpp"
#include "core/model/ensemble.hpp"
#include "pg/arrays.hpp"
#include "pg/guard.hpp"
#include "pg/postgres.hpp"

namespace credit_risk::pg {
namespace {

struct Contents {
  Datum* values;
  int count;
};

Contents contents_arg(FunctionCallInfo fcinfo, int arg) {
  ArrayType* const array = PG_GETARG_ARRAYTYPE_P(arg);
  Contents contents{};
  bool* nulls;
  deconstruct_array(array, BYTEAOID, -1, false, TYPALIGN_INT, &contents.values, &nulls,
                    &contents.count);
  for (int i = 0; i < contents.count; ++i) {
    if (nulls[i])
      ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("a model must not be NULL")));
    contents.values[i] = PointerGetDatum(PG_DETOAST_DATUM(contents.values[i]));
  }
  return contents;
}

}  // namespace

// (contents, weights) -> content
CR_FUNCTION(cr_ensemble_content) {
  const Contents contents = contents_arg(fcinfo, 0);
  const Float8Span weights = float8_array_arg(fcinfo, 1);
  if (static_cast<std::size_t>(contents.count) != weights.size) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("contents and weights must be of the same length")));
  }
  auto* const result = make_in_context<std::string>(CurrentMemoryContext);
  guard([&] {
    std::vector<Member> members;
    for (std::size_t i = 0; i < weights.size; ++i) {
      const auto* content = reinterpret_cast<const bytea*>(DatumGetPointer(contents.values[i]));
      members.push_back(
          {weights.data[i], decode(VARDATA_ANY(content), VARSIZE_ANY_EXHDR(content))});
    }
    *result = encode(ensemble_of(std::move(members)));
  });
  auto* const bytes = static_cast<bytea*>(palloc(result->size() + VARHDRSZ));
  SET_VARSIZE(bytes, result->size() + VARHDRSZ);
  std::memcpy(VARDATA(bytes), result->data(), result->size());
  return PointerGetDatum(bytes);
}

}  // namespace credit_risk::pg
