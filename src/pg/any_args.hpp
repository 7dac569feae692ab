// Arguments of type "any": a label of any type that has two values, and values of any type that a
// model can use.
#pragma once
#include "pg/tuples.hpp"

namespace credit_risk::pg {

// What the type of argument `arg` is to a model; remembered at the call site.
ValueKind arg_kind(FunctionCallInfo fcinfo, int arg);

// Boolean, or 0 and 1 in a numeric type; refuses others. `name` is the argument's.
bool any_label_arg(FunctionCallInfo fcinfo, int arg, const char* name);

}  // namespace credit_risk::pg
