#include "pg/row_query.hpp"

#include <cctype>
#include <initializer_list>

#include "pg/tuples.hpp"

namespace credit_risk::pg {
namespace {

constexpr long kBatchRows = 1000;

bool starts_with_word(const char* text, const char* word) {
  const std::size_t size = std::strlen(word);
  const unsigned char next = static_cast<unsigned char>(text[size < std::strlen(text) ? size : 0]);
  return pg_strncasecmp(text, word, size) == 0 &&
         !(std::isalnum(next) || next == '_' || next == '.');
}

bool is_statement(const char* query) {
  query += std::strspn(query, " \t\r\n\f");
  for (const char* word : {"select", "with", "values", "table"}) {
    if (starts_with_word(query, word)) return true;
  }
  return *query == '(' || std::strncmp(query, "--", 2) == 0 || std::strncmp(query, "/*", 2) == 0;
}

[[noreturn]] void refuse_query() {
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                  errmsg("query must be one SELECT statement"), errdetail("It may read only."),
                  errhint("Pass a SELECT statement, or the name of a table or view.")));
  pg_unreachable();
}

// The statement that reads all columns of the table or view of this name.
const char* select_from(const char* name) {
  if (name[std::strspn(name, " \t\r\n\f")] == '\0') refuse_query();
  // Whitespace belongs to names in quotes only.
  if (std::strchr(name, '"') == nullptr && std::strpbrk(name, " \t\r\n\f") != nullptr)
    refuse_query();
#if PG_VERSION_NUM >= 160000
  List* const names = stringToQualifiedNameList(name, nullptr);
#else
  List* const names = stringToQualifiedNameList(name);
#endif
  const Oid relation = RangeVarGetRelid(makeRangeVarFromNameList(names), NoLock, true);
  if (!OidIsValid(relation)) {
    ereport(ERROR,
            (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("relation \"%s\" does not exist", name),
             errhint("Pass a SELECT statement, or the name of a table or view.")));
  }
  return psprintf("SELECT * FROM %s",
                  quote_qualified_identifier(get_namespace_name(get_rel_namespace(relation)),
                                             get_rel_name(relation)));
}

// Whether the plan is one plain SELECT: no EXPLAIN, no INSERT ... RETURNING, no WITH that writes.
bool is_plain_select(SPIPlanPtr plan) {
  if (plan == nullptr || !SPI_is_cursor_plan(plan)) return false;
  List* const sources = SPI_plan_get_plan_sources(plan);
  if (list_length(sources) != 1) return false;
  List* const queries = static_cast<CachedPlanSource*>(linitial(sources))->query_list;
  if (list_length(queries) != 1) return false;
  const Query* const query = linitial_node(Query, queries);
  return query->commandType == CMD_SELECT && !query->hasModifyingCTE;
}

const char* statement_of(const char* query) {
  return is_statement(query) ? query : select_from(query);
}

SPIPlanPtr plan_of(const char* statement) {
  SPIPlanPtr plan = SPI_prepare_cursor(statement, 0, nullptr, CURSOR_OPT_NO_SCROLL);
  if (!is_plain_select(plan)) refuse_query();
  return plan;
}

// Whether the columns have the types that the function declares, so that rows can be passed on.
bool fits(TupleDesc columns, TupleDesc declared) {
  if (columns == nullptr || columns->natts != declared->natts) return false;
  for (int i = 0; i < declared->natts; ++i) {
    if (TupleDescAttr(columns, i)->atttypid != TupleDescAttr(declared, i)->atttypid) return false;
  }
  return true;
}

// Moves the next rows of the cursor to the result; false at the end.
bool pass_rows(Portal portal, const ReturnSetInfo* result) {
  fetch_rows(portal, kBatchRows);
  const std::uint64_t count = SPI_processed;
  for (std::uint64_t row = 0; row < count; ++row)
    tuplestore_puttuple(result->setResult, SPI_tuptable->vals[row]);
  SPI_freetuptable(SPI_tuptable);
  return count > 0;
}

CachedPlanSource* source_of(SPIPlanPtr plan) {
  return static_cast<CachedPlanSource*>(linitial(SPI_plan_get_plan_sources(plan)));
}

// Without the semicolon and what follows it.
TextSpan without_end(const char* statement, SPIPlanPtr plan) {
  const RawStmt* const parsed = source_of(plan)->raw_parse_tree;
  const char* const begin = statement + (parsed->stmt_location > 0 ? parsed->stmt_location : 0);
  return {begin,
          parsed->stmt_len > 0 ? static_cast<std::size_t>(parsed->stmt_len) : std::strlen(begin)};
}

[[noreturn]] void refuse_column(const char* name, const char* role, TupleDesc columns) {
  StringInfoData names;
  initStringInfo(&names);
  for (int i = 0; i < columns->natts; ++i)
    appendStringInfo(&names, "%s%s", i == 0 ? "" : ", ",
                     NameStr(TupleDescAttr(columns, i)->attname));
  ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                  errmsg("%s \"%s\" is not a column of the query", role, name),
                  errdetail("The columns are %s.", names.data)));
  pg_unreachable();
}

}  // namespace

Portal open_row_cursor(const char* query) {
  return SPI_cursor_open(nullptr, plan_of(statement_of(query)), nullptr, nullptr, true);
}

// An error leaves it to the end of the transaction or subtransaction to restore the mode.
void fetch_rows(Portal portal, long count) {
  const bool read_only = XactReadOnly;
  XactReadOnly = true;
  SPI_cursor_fetch(portal, true, count);
  XactReadOnly = read_only;
}

// (query)
CR_FUNCTION(cr_row_query) {
  const char* const statement = statement_of(text_to_cstring(PG_GETARG_TEXT_PP(0)));
  SPI_connect();
  const TextSpan alone = without_end(statement, plan_of(statement));
  SPI_finish();
  PG_RETURN_TEXT_P(cstring_to_text_with_len(alone.data, static_cast<int>(alone.size)));
}

// (query, column, role)
CR_FUNCTION(cr_row_query_with_column) {
  const char* const statement = statement_of(text_to_cstring(PG_GETARG_TEXT_PP(0)));
  const char* const name = text_to_cstring(PG_GETARG_TEXT_PP(1));
  SPI_connect();
  SPIPlanPtr plan = plan_of(statement);
  if (SPI_fnumber(source_of(plan)->resultDesc, name) <= 0)
    refuse_column(name, text_to_cstring(PG_GETARG_TEXT_PP(2)), source_of(plan)->resultDesc);
  const TextSpan alone = without_end(statement, plan);
  SPI_finish();
  PG_RETURN_TEXT_P(cstring_to_text_with_len(alone.data, static_cast<int>(alone.size)));
}

// (statement)
CR_FUNCTION(cr_statement_rows) {
  const char* const statement = text_to_cstring(PG_GETARG_TEXT_PP(0));
  InitMaterializedSRF(fcinfo, 0);
  const auto* const result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  SPI_connect();
  Portal portal = open_row_cursor(statement);
  if (!fits(portal->tupDesc, result->setDesc)) {
    ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                    errmsg("the statement does not return the columns of the function")));
  }
  while (pass_rows(portal, result)) CHECK_FOR_INTERRUPTS();
  SPI_cursor_close(portal);
  SPI_finish();
  PG_RETURN_NULL();
}

}  // namespace credit_risk::pg
