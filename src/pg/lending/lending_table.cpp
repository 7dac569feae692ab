#include "pg/lending/lending_table.hpp"

namespace credit_risk::pg {
namespace {

constexpr const char* kApplications = "applications";

HTAB* tables = nullptr;

// ---- changes of a definition

void suspect_table(Datum, Oid relation) {
  if (OidIsValid(relation)) {
    auto* table = static_cast<LendingTable*>(hash_search(tables, &relation, HASH_FIND, nullptr));
    if (table != nullptr) table->current = false;
    return;
  }
  HASH_SEQ_STATUS scan;
  hash_seq_init(&scan, tables);
  while (auto* table = static_cast<LendingTable*>(hash_seq_search(&scan))) table->current = false;
}

void suspect_schema(Datum, int, std::uint32_t) { suspect_table(Datum{0}, InvalidOid); }

void open_tables() {
  HASHCTL control{};
  control.keysize = sizeof(Oid);
  control.entrysize = sizeof(LendingTable);
  tables = hash_create("credit_risk lending tables", 8, &control, HASH_ELEM | HASH_BLOBS);
  CacheRegisterRelcacheCallback(suspect_table, Datum{0});
  CacheRegisterSyscacheCallback(NAMESPACEOID, suspect_schema, Datum{0});
}

bool is_unchanged(const LendingTable& table, Relation relation, const char* schema) {
  return table.schema != nullptr && std::strcmp(table.schema, schema) == 0 &&
         equalTupleDescs(table.definition, RelationGetDescr(relation));
}

// ---- columns

AttrNumber column_of(Relation relation, const char* name, Oid type) {
  const int column = SPI_fnumber(RelationGetDescr(relation), name);
  if (column <= 0) {
    ereport(ERROR,
            (errcode(ERRCODE_UNDEFINED_COLUMN),
             errmsg("table \"%s\" has no column \"%s\"", RelationGetRelationName(relation), name),
             errhint("The triggers that decide applications need it.")));
  }
  const Oid given = SPI_gettypeid(RelationGetDescr(relation), column);
  if (given != type) {
    ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                    errmsg("column \"%s\" of table \"%s\" must be of type %s, not %s", name,
                           RelationGetRelationName(relation), format_type_be(type),
                           format_type_be(given))));
  }
  return static_cast<AttrNumber>(column);
}

void find_columns(LendingTable* table, Relation relation) {
  table->application_id = column_of(relation, "application_id", INT8OID);
  table->customer_id = column_of(relation, "customer_id", INT8OID);
  table->application_status = column_of(relation, "application_status", TEXTOID);
  table->currency = column_of(relation, "currency", BPCHAROID);
  table->remarks = column_of(relation, "remarks", TEXTOID);
  table->credit_score = column_of(relation, "credit_score", INT4OID);
  table->risk_probability = column_of(relation, "risk_probability", FLOAT8OID);
  table->risk_level = column_of(relation, "risk_level", TEXTOID);
  table->model_version = column_of(relation, "model_version", INT8OID);
  table->assessment = column_of(relation, "assessment", JSONBOID);
}

// ---- plans

// Generic: the values of one row say nothing about the next. Operators are qualified, because the
// server plans again under the search_path of whoever runs the statement.
SPIPlanPtr keep_plan(const char* query, int count, Oid* types) {
  SPIPlanPtr plan = SPI_prepare_cursor(query, count, types, CURSOR_OPT_GENERIC_PLAN);
  if (plan == nullptr)
    elog(ERROR, "SPI_prepare_cursor returned %s", SPI_result_code_string(SPI_result));
  SPI_keepplan(plan);
  return plan;
}

// A row of single columns: the planner sees through it to the parameter that a feature reads.
SPIPlanPtr plan_facts(const char* schema, TupleDesc definition) {
  auto* types = static_cast<Oid*>(palloc(sizeof(Oid) * static_cast<Size>(definition->natts)));
  int count = 0;
  StringInfoData row, query;
  initStringInfo(&row);
  initStringInfo(&query);
  for (int i = 0; i < definition->natts; ++i) {
    const Form_pg_attribute column = TupleDescAttr(definition, i);
    if (column->attisdropped) continue;
    types[count++] = column->atttypid;
    appendStringInfo(&row, "%s$%d", count == 1 ? "" : ", ", count);
  }
  appendStringInfo(
      &query,
      "SELECT s.value, d.version, v.content_sha256, a.value::pg_catalog.float8, "
      "r.value::pg_catalog.float8, application_features "
      "FROM (VALUES ('model')) k(name) "
      "LEFT JOIN %1$s.settings s ON s.name OPERATOR(pg_catalog.=) k.name "
      "LEFT JOIN credit_risk.deployment d ON d.model OPERATOR(pg_catalog.=) s.value "
      "LEFT JOIN credit_risk.model_version v ON v.version OPERATOR(pg_catalog.=) d.version "
      "LEFT JOIN %1$s.thresholds a ON a.name OPERATOR(pg_catalog.=) 'approve_below' "
      "LEFT JOIN %1$s.thresholds r ON r.name OPERATOR(pg_catalog.=) 'review_below' "
      "LEFT JOIN LATERAL %1$s.application_features_of(ROW(%2$s)::%1$s.applications) "
      "application_features ON true",
      schema, row.data);
  return keep_plan(query.data, count, types);
}

SPIPlanPtr plan_record(const char* schema) {
  Oid types[] = {INT8OID,   INT8OID,  TEXTOID,  TEXTOID,  TEXTOID, TEXTOID,
                 FLOAT8OID, INT4OID,  TEXTOID,  TEXTOID,  TEXTOID, INT8OID,
                 TEXTOID,   JSONBOID, JSONBOID, JSONBOID, TEXTOID};
  return keep_plan(
      psprintf("INSERT INTO %s.decisions (application_id, customer_id, kind, previous_status, "
               "application_status, decision, probability_of_default, credit_score, risk_level, "
               "recommendation, model, model_version, model_sha256, inputs, reasons, thresholds, "
               "actor) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, "
               "$16, $17)",
               schema),
      lengthof(types), types);
}

// Whoever may hang a trigger on another table of the schema shall not decide and record as its
// owner.
void check_name(Relation relation) {
  if (std::strcmp(RelationGetRelationName(relation), kApplications) != 0) {
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("table \"%s\" cannot be decided by this trigger",
                           RelationGetRelationName(relation)),
                    errdetail("It is for table \"%s\" of a lending schema.", kApplications)));
  }
}

void learn(LendingTable* table, Relation relation, const char* schema) {
  // Plans of the definition before stay: one of them may be running further up.
  table->schema = nullptr;
  find_columns(table, relation);
  const Rights before = act_as_owner(relation);
  SPI_connect();
  const char* quoted = quote_identifier(schema);
  table->facts = plan_facts(quoted, RelationGetDescr(relation));
  table->record = plan_record(quoted);
  SPI_finish();
  act_again_as(before);
  MemoryContext upper = MemoryContextSwitchTo(TopMemoryContext);
  if (table->site == nullptr) table->site = CallSite::make_kept<ExplainSite>(TopMemoryContext);
  table->definition = CreateTupleDescCopyConstr(RelationGetDescr(relation));
  table->schema = pstrdup(schema);
  MemoryContextSwitchTo(upper);
}

}  // namespace

const TriggerData* row_trigger(FunctionCallInfo fcinfo, std::uint32_t timing) {
  const auto* trigger = reinterpret_cast<const TriggerData*>(fcinfo->context);
  if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_FOR_ROW(trigger->tg_event) ||
      (trigger->tg_event & TRIGGER_EVENT_TIMINGMASK) != timing ||
      TRIGGER_FIRED_BY_DELETE(trigger->tg_event)) {
    ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                    errmsg("function must be called by a trigger %s INSERT or UPDATE, for each row",
                           timing == TRIGGER_EVENT_BEFORE ? "before" : "after")));
  }
  return trigger;
}

LendingTable& lending_table(Relation relation) {
  if (tables == nullptr) open_tables();
  const Oid key = RelationGetRelid(relation);
  bool found;
  auto* table = static_cast<LendingTable*>(hash_search(tables, &key, HASH_ENTER, &found));
  if (!found) {
    *table = {};
    table->relation = key;
  }
  if (table->current) return *table;
  check_name(relation);
  // Before the look: a change that comes in meanwhile makes it false again.
  table->current = true;
  const char* schema = get_namespace_name(RelationGetNamespace(relation));
  if (is_unchanged(*table, relation, schema)) return *table;
  table->current = false;
  learn(table, relation, schema);
  return *table;
}

void read_facts(const LendingTable& table, HeapTuple row) {
  const int columns = table.definition->natts;
  auto* values = static_cast<Datum*>(palloc(sizeof(Datum) * static_cast<Size>(columns)));
  auto* nulls = static_cast<bool*>(palloc(static_cast<Size>(columns)));
  auto* marks = static_cast<char*>(palloc(static_cast<Size>(columns)));
  heap_deform_tuple(row, table.definition, values, nulls);
  int count = 0;
  for (int i = 0; i < columns; ++i) {
    if (TupleDescAttr(table.definition, i)->attisdropped) continue;
    values[count] = values[i];
    marks[count++] = nulls[i] ? 'n' : ' ';
  }
  // Not read only: what this statement itself wrote before, as a customer in a WITH, is seen.
  const int code = SPI_execute_plan(table.facts, values, marks, false, 1);
  if (code != SPI_OK_SELECT || SPI_processed != 1)
    elog(ERROR, "SPI_execute_plan returned %s", SPI_result_code_string(code));
}

Rights act_as_owner(Relation relation) {
  Rights before;
  GetUserIdAndSecContext(&before.user, &before.context);
  SetUserIdAndSecContext(relation->rd_rel->relowner, before.context | SECURITY_LOCAL_USERID_CHANGE);
  return before;
}

void act_again_as(const Rights& rights) { SetUserIdAndSecContext(rights.user, rights.context); }

}  // namespace credit_risk::pg
