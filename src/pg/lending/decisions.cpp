// The triggers of a lending schema: one decides an application, one records what was decided.
#include "pg/lending/assessment.hpp"
#include "pg/lending/lending_table.hpp"

namespace credit_risk::pg {
namespace {

// What decides a row, as read under the rights of the table's owner; lives until SPI_finish.
struct Facts {
  const text* model;  // null where settings has none
  bool deployed;
  ModelVersion version;
  const char* hash_hex;
  bool limited[2];
  Limits limits;
  HeapTupleHeader features;  // null where the customer does not exist
};

Datum fact(Fact column, bool* null) {
  return SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column, null);
}

void take_version(Facts* facts) {
  bool null;
  facts->version.version = DatumGetInt64(fact(kVersion, &null));
  facts->deployed = !null;
  if (null) return;
  facts->version.model = text_to_cstring(facts->model);
  const bytea* hash = DatumGetByteaPP(fact(kContentSha256, &null));
  constexpr std::size_t kBytes = sizeof facts->version.content_sha256;
  if (VARSIZE_ANY_EXHDR(hash) != kBytes) {
    ereport(ERROR,
            (errcode(ERRCODE_DATA_CORRUPTED),
             errmsg("model version " INT64_FORMAT " has no valid hash", facts->version.version)));
  }
  std::memcpy(facts->version.content_sha256, VARDATA_ANY(hash), kBytes);
  auto* hex = static_cast<char*>(palloc(2 * kBytes + 1));
  hex[hex_encode(VARDATA_ANY(hash), kBytes, hex)] = '\0';
  facts->hash_hex = hex;
}

Facts take_facts() {
  Facts facts{};
  bool null;
  const Datum model = fact(kModel, &null);
  if (!null) facts.model = DatumGetTextPP(model);
  take_version(&facts);
  facts.limits.approve_below = DatumGetFloat8(fact(kApproveBelow, &null));
  facts.limited[0] = !null;
  facts.limits.review_below = DatumGetFloat8(fact(kReviewBelow, &null));
  facts.limited[1] = !null;
  const Datum features = fact(kFeatures, &null);
  if (!null) facts.features = DatumGetHeapTupleHeader(features);
  return facts;
}

// Why the row cannot be scored; null if it can.
const char* obstacle_of(const Facts& facts, const LendingTable& table, HeapTuple row) {
  bool unknown_income = true, unknown_age = true;
  Datum age{};
  if (facts.features != nullptr) {
    GetAttributeByName(facts.features, "monthly_income", &unknown_income);
    age = GetAttributeByName(facts.features, "age", &unknown_age);
  }
  if (unknown_income) {
    const char* currency = SPI_getvalue(row, table.definition, table.currency);
    return psprintf("Not scored: the customer has no employment row with an income in %s.",
                    currency == nullptr ? "" : currency);
  }
  if (facts.model == nullptr) return "Not scored: settings has no row \"model\".";
  if (!facts.deployed) {
    return psprintf("Not scored: no version of model \"%s\" is deployed.",
                    text_to_cstring(facts.model));
  }
  if (!facts.limited[0] || !facts.limited[1])
    return "Not scored: thresholds lacks \"approve_below\" or \"review_below\".";
  if (!unknown_age && DatumGetInt32(age) < 0)
    return "Not scored: the application is dated before the customer was born.";
  return nullptr;
}

// ---- the document that applications.assessment holds

void push_inputs(JsonbParseState** state, HeapTupleHeader features) {
  push_key(state, {"inputs", std::strlen("inputs")});
  pushJsonbValue(state, WJB_BEGIN_OBJECT, nullptr);
  if (features != nullptr) {
    const TupleDesc columns = lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(features),
                                                     HeapTupleHeaderGetTypMod(features));
    HeapTupleData tuple{};
    tuple.t_len = HeapTupleHeaderGetDatumLength(features);
    tuple.t_data = features;
    const auto count = static_cast<Size>(columns->natts);
    auto* values = static_cast<Datum*>(palloc(sizeof(Datum) * count));
    auto* nulls = static_cast<bool*>(palloc(count));
    heap_deform_tuple(&tuple, columns, values, nulls);
    for (int i = 0; i < columns->natts; ++i) {
      const Form_pg_attribute column = TupleDescAttr(columns, i);
      push_field(state, NameStr(column->attname),
                 nulls[i] ? json_null() : json_datum(value_kind(column->atttypid), values[i]));
    }
    ReleaseTupleDesc(columns);
  }
  pushJsonbValue(state, WJB_END_OBJECT, nullptr);
}

void push_thresholds(JsonbParseState** state, const Facts& facts) {
  push_key(state, {"thresholds", std::strlen("thresholds")});
  pushJsonbValue(state, WJB_BEGIN_OBJECT, nullptr);
  push_field(state, "approve_below",
             facts.limited[0] ? json_number(facts.limits.approve_below) : json_null());
  push_field(state, "review_below",
             facts.limited[1] ? json_number(facts.limits.review_below) : json_null());
  pushJsonbValue(state, WJB_END_OBJECT, nullptr);
}

void push_assessment(JsonbParseState** state, ExplainSite& site, const FeatureRow& row,
                     const Assessment& assessment) {
  push_field(state, "probability_of_default", json_number(assessment.probability));
  push_field(state, "credit_score", json_integer(assessment.credit_score));
  push_field(state, "risk_level", json_text(assessment.risk_level));
  push_field(state, "decision", json_text(assessment.decision));
  push_field(state, "recommendation", json_text(span_of(assessment.recommendation)));
  push_field(state, "confidence", json_number(assessment.confidence));
  push_field(state, "missing", json_integer(row.missing));
  push_field(state, "unrecognized", json_integer(row.unrecognized));
  if (!site.model().explainable()) {
    push_field(state, "reasons", json_null());
    return;
  }
  push_key(state, {"reasons", std::strlen("reasons")});
  push_reasons(state, site, row);
}

void push_circumstances(JsonbParseState** state, const Facts& facts, const char* obstacle) {
  const bool scored = obstacle == nullptr;
  push_field(state, "model",
             facts.model == nullptr ? json_null() : json_text(span_of(facts.model)));
  push_field(state, "model_version", scored ? json_integer(facts.version.version) : json_null());
  push_field(state, "model_sha256", scored ? json_text(facts.hash_hex) : json_null());
  push_field(state, "obstacle", scored ? json_null() : json_text(obstacle));
  auto* now = static_cast<char*>(palloc(MAXDATELEN + 1));
  JsonEncodeDateTime(now, TimestampTzGetDatum(GetCurrentTimestamp()), TIMESTAMPTZOID, nullptr);
  push_field(state, "assessed_at", json_text(now));
  push_inputs(state, facts.features);
  push_thresholds(state, facts);
}

// ---- the row as decided

const char* status_of(const char* decision) {
  if (std::strcmp(decision, "approve") == 0) return "Approved";
  return std::strcmp(decision, "refuse") == 0 ? "Rejected" : "Pending";
}

// The columns that score_application writes, in the order of LendingTable's numbers below.
constexpr int kWritten = 7;

HeapTuple decided(const LendingTable& table, HeapTuple row, const Facts& facts) {
  int columns[kWritten] = {table.application_status, table.remarks,    table.credit_score,
                           table.risk_probability,   table.risk_level, table.model_version,
                           table.assessment};
  Datum values[kWritten] = {};
  bool nulls[kWritten] = {false, false, true, true, true, true, false};
  const char* const obstacle = obstacle_of(facts, table, row);
  JsonbParseState* state = nullptr;
  pushJsonbValue(&state, WJB_BEGIN_OBJECT, nullptr);
  if (obstacle == nullptr) {
    check_limits(facts.limits);
    table.site->use_found(facts.version);
    const FeatureRow& inputs = table.site->read(PointerGetDatum(facts.features));
    const Assessment assessment = assess(*table.site, inputs, facts.limits);
    push_assessment(&state, *table.site, inputs, assessment);
    values[0] = CStringGetTextDatum(status_of(assessment.decision));
    values[1] = PointerGetDatum(assessment.recommendation);
    values[2] = Int32GetDatum(assessment.credit_score);
    values[3] = Float8GetDatum(assessment.probability);
    values[4] = CStringGetTextDatum(assessment.risk_level);
    values[5] = Int64GetDatum(facts.version.version);
    for (int i = 2; i <= 5; ++i) nulls[i] = false;
  } else {
    values[0] = CStringGetTextDatum("Pending");
    values[1] = CStringGetTextDatum(obstacle);
  }
  push_circumstances(&state, facts, obstacle);
  values[6] = PointerGetDatum(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, nullptr)));
  return heap_modify_tuple_by_cols(row, table.definition, kWritten, columns, values, nulls);
}

// ---- the record

// The fields of an assessment as columns; NULL where one is absent, null or of another type.
class Record {
 public:
  explicit Record(Jsonb* assessment) : assessment_(assessment) {}

  void put(Datum value) { values_[count_++] = value; }
  void put_null() { marks_[count_++] = 'n'; }
  void put_or_null(Datum value, bool null) { null ? put_null() : put(value); }
  void put_text(const char* name) {
    if (!find(name) || value_.type != jbvString) return put_null();
    put(PointerGetDatum(cstring_to_text_with_len(value_.val.string.val, value_.val.string.len)));
  }
  void put_number(const char* name, PGFunction type) {
    if (!find(name) || value_.type != jbvNumeric) return put_null();
    put(DirectFunctionCall1(type, NumericGetDatum(value_.val.numeric)));
  }
  void put_json(const char* name) {
    if (!find(name) || value_.type == jbvNull) return put_null();
    put(PointerGetDatum(JsonbValueToJsonb(&value_)));
  }
  bool has_number(const char* name) { return find(name) && value_.type == jbvNumeric; }

  void write(SPIPlanPtr plan) {
    const int code = SPI_execute_plan(plan, values_, marks_, false, 0);
    if (code != SPI_OK_INSERT)
      elog(ERROR, "SPI_execute_plan returned %s", SPI_result_code_string(code));
  }

 private:
  bool find(const char* name) {
    return JB_ROOT_IS_OBJECT(assessment_) &&
           getKeyJsonValueFromContainer(&assessment_->root, name,
                                        static_cast<int>(std::strlen(name)), &value_) != nullptr;
  }

  Jsonb* assessment_;
  JsonbValue value_{};
  int count_ = 0;
  Datum values_[17] = {};
  char marks_[18] = "                 ";
};

// The role set, or that of the session: the current user is the table's owner.
const char* actor() {
  const char* const role = GetConfigOption("role", false, false);
  return std::strcmp(role, "none") == 0 ? GetUserNameFromId(GetSessionUserId(), false) : role;
}

Datum column(HeapTuple row, const LendingTable& table, AttrNumber number, bool* null) {
  return heap_getattr(row, number, table.definition, null);
}

void put_column(Record* record, HeapTuple row, const LendingTable& table, AttrNumber number) {
  bool null;
  const Datum value = column(row, table, number, &null);
  record->put_or_null(value, null);
}

const char* kind_of(Record* record, HeapTuple before, const LendingTable& table) {
  if (!record->has_number("model_version")) return "unscored";
  if (before == nullptr) return "scored";
  bool never_scored;
  column(before, table, table.model_version, &never_scored);
  return never_scored ? "scored" : "rescored";
}

// In the order of the parameters of LendingTable::record.
void record_decision(const LendingTable& table, HeapTuple before, HeapTuple row,
                     Jsonb* assessment) {
  Record record(assessment);
  put_column(&record, row, table, table.application_id);
  put_column(&record, row, table, table.customer_id);
  record.put(CStringGetTextDatum(kind_of(&record, before, table)));
  if (before == nullptr) {
    record.put_null();
  } else {
    put_column(&record, before, table, table.application_status);
  }
  put_column(&record, row, table, table.application_status);
  record.put_text("decision");
  record.put_number("probability_of_default", numeric_float8);
  record.put_number("credit_score", numeric_int4);
  record.put_text("risk_level");
  put_column(&record, row, table, table.remarks);
  record.put_text("model");
  record.put_number("model_version", numeric_int8);
  record.put_text("model_sha256");
  record.put_json("inputs");
  record.put_json("reasons");
  record.put_json("thresholds");
  record.put(CStringGetTextDatum(actor()));
  record.write(table.record);
}

}  // namespace

// BEFORE INSERT OR UPDATE of applications, for each row
CR_FUNCTION(cr_score_application) {
  const TriggerData* const trigger = row_trigger(fcinfo, TRIGGER_EVENT_BEFORE);
  const HeapTuple row =
      TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? trigger->tg_newtuple : trigger->tg_trigtuple;
  const LendingTable& table = lending_table(trigger->tg_relation);
  const MemoryContext upper = CurrentMemoryContext;
  const Rights before = act_as_owner(trigger->tg_relation);
  SPI_connect();
  read_facts(table, row);
  MemoryContextSwitchTo(upper);
  const HeapTuple result = decided(table, row, take_facts());
  SPI_finish();
  act_again_as(before);
  PG_RETURN_POINTER(result);
}

// AFTER INSERT OR UPDATE of applications, for each row whose assessment is not NULL
CR_FUNCTION(cr_log_assessment) {
  const TriggerData* const trigger = row_trigger(fcinfo, TRIGGER_EVENT_AFTER);
  const bool update = TRIGGER_FIRED_BY_UPDATE(trigger->tg_event);
  const HeapTuple row = update ? trigger->tg_newtuple : trigger->tg_trigtuple;
  const LendingTable& table = lending_table(trigger->tg_relation);
  bool null;
  const Datum assessment = column(row, table, table.assessment, &null);
  if (null) PG_RETURN_POINTER(nullptr);
  const Rights before = act_as_owner(trigger->tg_relation);
  SPI_connect();
  record_decision(table, update ? trigger->tg_trigtuple : nullptr, row, DatumGetJsonbP(assessment));
  SPI_finish();
  act_again_as(before);
  PG_RETURN_POINTER(nullptr);
}

}  // namespace credit_risk::pg
