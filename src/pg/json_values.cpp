#include "pg/json_values.hpp"

#include <cmath>

namespace credit_risk::pg {

JsonbValue json_number(double number) {
  char buffer[kTextBuffer];
  const TextSpan text = number_text(number, buffer);
  if (!std::isfinite(number)) return json_text(text);
  JsonbValue value{};
  value.type = jbvNumeric;
  value.val.numeric = DatumGetNumeric(DirectFunctionCall3(
      numeric_in, CStringGetDatum(text.data), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
  return value;
}

JsonbValue json_integer(std::int64_t number) {
  JsonbValue value{};
  value.type = jbvNumeric;
  value.val.numeric = int64_to_numeric(number);
  return value;
}

JsonbValue json_null() {
  JsonbValue value{};
  value.type = jbvNull;
  return value;
}

JsonbValue json_text(TextSpan text) {
  JsonbValue value{};
  value.type = jbvString;
  value.val.string.val = const_cast<char*>(text.data);
  value.val.string.len = static_cast<int>(text.size);
  return value;
}

JsonbValue json_text(const char* text) { return json_text({text, std::strlen(text)}); }

JsonbValue json_datum(ValueKind kind, Datum value) {
  JsonbValue result{};
  switch (kind) {
    case ValueKind::kInt2:
      return json_integer(DatumGetInt16(value));
    case ValueKind::kInt4:
      return json_integer(DatumGetInt32(value));
    case ValueKind::kInt8:
      return json_integer(DatumGetInt64(value));
    case ValueKind::kFloat4:
    case ValueKind::kFloat8:
      return json_number(number_of(kind, value));
    case ValueKind::kNumeric:
      result.type = jbvNumeric;
      result.val.numeric = DatumGetNumeric(value);
      return result;
    case ValueKind::kBool:
      result.type = jbvBool;
      result.val.boolean = DatumGetBool(value);
      return result;
    case ValueKind::kUnsupported:
      ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                      errmsg("a feature must be a number, boolean, date or text")));
    default: {
      char buffer[kTextBuffer];
      const TextSpan text = text_of(kind, value, buffer);
      return json_text({pnstrdup(text.data, text.size), text.size});
    }
  }
}

void push_key(JsonbParseState** state, TextSpan name) {
  JsonbValue key = json_text(name);
  pushJsonbValue(state, WJB_KEY, &key);
}

void push_field(JsonbParseState** state, const char* name, JsonbValue value) {
  push_key(state, {name, std::strlen(name)});
  pushJsonbValue(state, WJB_VALUE, &value);
}

}  // namespace credit_risk::pg
