#include "pg/any_args.hpp"

namespace credit_risk::pg {
namespace {

constexpr int kMostArgs = 8;

struct CallSiteKinds {
  bool known[kMostArgs];
  ValueKind kind[kMostArgs];
};

}  // namespace

ValueKind arg_kind(FunctionCallInfo fcinfo, int arg) {
  if (fcinfo->flinfo->fn_extra == nullptr) {
    fcinfo->flinfo->fn_extra =
        MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(CallSiteKinds));
  }
  auto* const kinds = static_cast<CallSiteKinds*>(fcinfo->flinfo->fn_extra);
  if (!kinds->known[arg]) {
    const Oid type = get_fn_expr_argtype(fcinfo->flinfo, arg);
    if (!OidIsValid(type)) elog(ERROR, "could not determine the type of an argument");
    kinds->kind[arg] = value_kind(type);
    kinds->known[arg] = true;
  }
  return kinds->kind[arg];
}

bool any_label_arg(FunctionCallInfo fcinfo, int arg, const char* name) {
  const ValueKind kind = arg_kind(fcinfo, arg);
  if (kind == ValueKind::kBool) return PG_GETARG_BOOL(arg);
  if (!is_number(kind) || kind == ValueKind::kDate) {
    ereport(ERROR,
            (errcode(ERRCODE_DATATYPE_MISMATCH),
             errmsg("%s must be boolean, or 0 and 1 in a numeric type", name),
             errdetail("Its type is %s.", format_type_be(get_fn_expr_argtype(fcinfo->flinfo, arg))),
             errhint("Compare in the query, for instance status = 'default'.")));
  }
  const double label = number_of(kind, PG_GETARG_DATUM(arg));
  if (label != 0 && label != 1) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s must be 0 or 1", name),
                    errdetail("It is %.15g.", label), errhint("1 or true is the event.")));
  }
  return label == 1;
}

// (label)
CR_FUNCTION(cr_is_event) {
  if (PG_ARGISNULL(0)) PG_RETURN_NULL();
  PG_RETURN_BOOL(any_label_arg(fcinfo, 0, "target"));
}

}  // namespace credit_risk::pg
