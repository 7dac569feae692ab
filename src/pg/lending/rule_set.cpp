#include "pg/lending/rule_set.hpp"

#include "pg/guard.hpp"

namespace credit_risk::pg {
namespace {

// One row per class, the columns of the rule set repeated; no class: one row with NULLs.
constexpr char kReadRules[] =
    "SELECT s.npa_after_days, s.borrower_wise, s.upgrade_when_clear, r.kind, r.class, r.starts_at "
    "FROM credit_risk.rule_set s LEFT JOIN credit_risk.rule_set_row r "
    "ON r.rule_set OPERATOR(pg_catalog.=) s.rule_set "
    "WHERE s.rule_set OPERATOR(pg_catalog.=) $1 ORDER BY r.kind, r.starts_at";

constexpr char kListNames[] =
    "SELECT pg_catalog.string_agg(rule_set, ', ' ORDER BY rule_set) FROM credit_risk.rule_set";

Datum column(uint64 row, int number, bool* is_null) {
  return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, number, is_null);
}

[[noreturn]] void raise_no_rule_set(const char* name) {
  const char* names = "none";
  if (SPI_execute(kListNames, true, 1) == SPI_OK_SELECT && SPI_processed == 1) {
    const char* found = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
    if (found != nullptr) names = found;
  }
  ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("rule set \"%s\" does not exist", name),
                  errdetail("The rule sets are %s.", names),
                  errhint("See the tables credit_risk.rule_set and credit_risk.rule_set_row.")));
  pg_unreachable();
}

[[noreturn]] void raise_both_ageings(const char* name) {
  ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
                  errmsg("rule set \"%s\" ages non-performing assets in two ways", name),
                  errdetail("It has rows of kind npa_by_days and of kind npa_by_months."),
                  errhint("Keep the rows of one kind.")));
  pg_unreachable();
}

void add_band(Band* bands, int* count, const char* name, int from) {
  // One too many is counted but not stored; the core then refuses the set.
  if (*count < kMaxBands) {
    bands[*count].from = from;
    strlcpy(bands[*count].name, name, kNameBytes);
  }
  if (*count <= kMaxBands) ++*count;
}

void read_row(uint64 row, RuleSet* rules) {
  bool is_null;
  rules->npa_after_days = DatumGetInt32(column(row, 1, &is_null));
  rules->borrower_wise = DatumGetBool(column(row, 2, &is_null));
  rules->upgrade_when_clear = DatumGetBool(column(row, 3, &is_null));
  const char* kind = SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, 4);
  if (kind == nullptr) return;
  const char* name = SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, 5);
  const int from = DatumGetInt32(column(row, 6, &is_null));
  if (std::strcmp(kind, "sma_by_days") == 0) {
    add_band(rules->sma, &rules->sma_count, name, from);
    return;
  }
  const bool by_months = std::strcmp(kind, "npa_by_months") == 0;
  if (rules->npa_count > 0 && rules->ages_by_months != by_months) raise_both_ageings(rules->name);
  rules->ages_by_months = by_months;
  add_band(rules->npa, &rules->npa_count, name, from);
}

void read_rules(const text* name, RuleSet* rules) {
  std::memset(rules, 0, sizeof *rules);
  char* wanted = text_to_cstring(name);
  SPI_connect();
  Oid types[] = {TEXTOID};
  Datum values[] = {PointerGetDatum(name)};
  const int code = SPI_execute_with_args(kReadRules, 1, types, values, nullptr, true, 0);
  if (code != SPI_OK_SELECT) elog(ERROR, "could not read the rule sets: %d", code);
  if (SPI_processed == 0) raise_no_rule_set(wanted);
  strlcpy(rules->name, wanted, kNameBytes);
  for (uint64 row = 0; row < SPI_processed; ++row) read_row(row, rules);
  SPI_finish();
  guard([&] { require_rules(*rules); });
}

bool holds(const RuleSetCache* cache, const text* name) {
  const std::size_t size = VARSIZE_ANY_EXHDR(name);
  return cache->filled && cache->transaction_start == GetCurrentTransactionStartTimestamp() &&
         cache->subtransaction == GetCurrentSubTransactionId() &&
         cache->command == GetCurrentCommandId(false) && size == std::strlen(cache->rules.name) &&
         std::memcmp(cache->rules.name, VARDATA_ANY(name), size) == 0;
}

}  // namespace

const RuleSet* rule_set_named(RuleSetCache* cache, const text* name) {
  if (holds(cache, name)) return &cache->rules;
  cache->filled = false;
  read_rules(name, &cache->rules);
  cache->transaction_start = GetCurrentTransactionStartTimestamp();
  cache->subtransaction = GetCurrentSubTransactionId();
  cache->command = GetCurrentCommandId(false);
  cache->filled = true;
  return &cache->rules;
}

RuleSetCache* rule_set_cache(FunctionCallInfo fcinfo) {
  if (fcinfo->flinfo->fn_extra == nullptr) {
    fcinfo->flinfo->fn_extra =
        MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(RuleSetCache));
  }
  return static_cast<RuleSetCache*>(fcinfo->flinfo->fn_extra);
}

}  // namespace credit_risk::pg
