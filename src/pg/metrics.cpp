// Aggregates over (label, score): one state, gathered in any number of workers, several results.
#include "core/metrics/brier.hpp"
#include "core/metrics/ranking.hpp"
#include "core/metrics/scored_rows.hpp"

#include <cmath>

#include "core/error.hpp"
#include "pg/guard.hpp"
#include "pg/postgres.hpp"
#include "pg/settings.hpp"

namespace credit_risk::pg {
namespace {

MemoryContext aggregate_context(FunctionCallInfo fcinfo) {
  MemoryContext context;
  if (!AggCheckCallContext(fcinfo, &context))
    elog(ERROR, "aggregate function called outside an aggregate");
  return context;
}

ScoredRows* rows_arg(FunctionCallInfo fcinfo, int arg) {
  return PG_ARGISNULL(arg) ? nullptr : reinterpret_cast<ScoredRows*>(PG_GETARG_POINTER(arg));
}

void check_room(const ScoredRows& rows) {
  constexpr std::size_t kRowBytes = 64;  // gathered, and sorted at the end
  const auto limit = static_cast<std::size_t>(training_megabytes) * 1024 * 1024;
  if (rows.span().count <= limit / kRowBytes) return;
  throw Error(ErrorKind::kLimit, "too many rows to rank",
              "More than " + std::to_string(limit / kRowBytes) + " rows need more than " +
                  std::to_string(training_megabytes) + " MB.",
              "Raise credit_risk.training_memory, or take a sample of the rows.");
}

// NULL where the figure is undefined: no rows, or (for rankings) one class only.
template <class Figure>
Datum figure_of(FunctionCallInfo fcinfo, Figure&& figure) {
  const ScoredRows* const rows = rows_arg(fcinfo, 0);
  double value = NAN;
  if (rows != nullptr) guard([&] { value = figure(*rows); });
  if (std::isnan(value)) PG_RETURN_NULL();
  PG_RETURN_FLOAT8(value);
}

double area(const ScoredRows& rows) { return roc_auc(rows.span(), interrupt_flag()); }

}  // namespace

CR_FUNCTION(cr_scored_rows_add) {
  const MemoryContext context = aggregate_context(fcinfo);
  ScoredRows* rows = rows_arg(fcinfo, 0);
  if (rows == nullptr) rows = make_in_context<ScoredRows>(context);
  if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || std::isnan(PG_GETARG_FLOAT8(2)))
    PG_RETURN_POINTER(rows);
  const bool label = PG_GETARG_BOOL(1);
  const double score = PG_GETARG_FLOAT8(2);
  guard([&] {
    rows->add(label, score);
    check_room(*rows);
  });
  PG_RETURN_POINTER(rows);
}

CR_FUNCTION(cr_scored_rows_combine) {
  const MemoryContext context = aggregate_context(fcinfo);
  ScoredRows* rows = rows_arg(fcinfo, 0);
  const ScoredRows* const others = rows_arg(fcinfo, 1);
  if (rows == nullptr) rows = make_in_context<ScoredRows>(context);
  if (others != nullptr) {
    guard([&] {
      rows->append(*others);
      check_room(*rows);
    });
  }
  PG_RETURN_POINTER(rows);
}

CR_FUNCTION(cr_scored_rows_serialize) {
  aggregate_context(fcinfo);
  const ScoredRows* const rows = rows_arg(fcinfo, 0);
  auto* const bytes = make_in_context<std::string>(CurrentMemoryContext);
  guard([&] { *bytes = rows->pack(); });
  auto* const result = static_cast<bytea*>(palloc(bytes->size() + VARHDRSZ));
  SET_VARSIZE(result, bytes->size() + VARHDRSZ);
  std::memcpy(VARDATA(result), bytes->data(), bytes->size());
  PG_RETURN_BYTEA_P(result);
}

CR_FUNCTION(cr_scored_rows_deserialize) {
  aggregate_context(fcinfo);
  const bytea* const bytes = PG_GETARG_BYTEA_PP(0);
  // Dies with the call's memory, after combine has copied it.
  auto* const rows = make_in_context<ScoredRows>(CurrentMemoryContext);
  guard([&] { *rows = ScoredRows::unpack(VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes)); });
  PG_RETURN_POINTER(rows);
}

CR_FUNCTION(cr_roc_auc) { return figure_of(fcinfo, area); }

CR_FUNCTION(cr_gini) {
  return figure_of(fcinfo, [](const ScoredRows& rows) { return 2 * area(rows) - 1; });
}

CR_FUNCTION(cr_ks_statistic) {
  return figure_of(
      fcinfo, [](const ScoredRows& rows) { return ks_statistic(rows.span(), interrupt_flag()); });
}

CR_FUNCTION(cr_brier_score) {
  return figure_of(fcinfo, [](const ScoredRows& rows) {
    return brier_score(rows.sorted(interrupt_flag()).span());
  });
}

}  // namespace credit_risk::pg
