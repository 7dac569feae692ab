// Values of JSON documents that are put together piece by piece.
#pragma once
#include "pg/tuples.hpp"

namespace credit_risk::pg {

// All digits: the cast from float8 to numeric would keep 15. As to_jsonb does, a number that JSON
// has not is its name as a text.
JsonbValue json_number(double number);
JsonbValue json_integer(std::int64_t number);
JsonbValue json_null();

// The bytes stay where they are.
JsonbValue json_text(TextSpan text);
JsonbValue json_text(const char* text);

// A column's value: a number, a boolean, or its text form. The datum is not NULL.
JsonbValue json_datum(ValueKind kind, Datum value);

void push_key(JsonbParseState** state, TextSpan name);
void push_field(JsonbParseState** state, const char* name, JsonbValue value);

}  // namespace credit_risk::pg
