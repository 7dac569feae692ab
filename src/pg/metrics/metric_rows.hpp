// The arguments of aggregates over (label, score [, weight or threshold]), and states that are
// plain bytes.
#pragma once
#include <new>
#include <type_traits>

#include "pg/postgres.hpp"

namespace credit_risk::pg {

enum class LabelType { kBoolean, kNumber };
enum class ScoreRange { kFinite, kProbability };

struct MetricRow {
  bool given;  // false where an argument is NULL: the row is left out
  bool label;
  double score;
  double fourth;  // weight or threshold; 1 where the aggregate has none
};

// Arguments 1 to 3 of a transition function; refuses what no row may hold.
MetricRow metric_row(FunctionCallInfo fcinfo, LabelType label_type, ScoreRange range);

// Refuses a score that is NaN or infinite, or no probability where it must be one.
void check_score(double score, ScoreRange range);

// Throws (core Error) where `rows` rows of `row_bytes` are more than credit_risk.training_memory
// holds.
void check_rows_fit(std::size_t rows, std::size_t row_bytes);

void check_weight(double weight, const char* name);
void check_threshold(double threshold);

MemoryContext aggregate_context(FunctionCallInfo fcinfo);

// A state of plain bytes, all made of zeros at first: no destructor, nothing that can throw.
template <class State>
State* plain_state(FunctionCallInfo fcinfo) {
  static_assert(std::is_trivially_copyable_v<State> &&
                std::is_nothrow_default_constructible_v<State>);
  const MemoryContext context = aggregate_context(fcinfo);
  if (!PG_ARGISNULL(0)) return reinterpret_cast<State*>(PG_GETARG_POINTER(0));
  return new (MemoryContextAlloc(context, sizeof(State))) State();
}

template <class State>
const State* state_arg(FunctionCallInfo fcinfo, int arg) {
  return PG_ARGISNULL(arg) ? nullptr : reinterpret_cast<const State*>(PG_GETARG_POINTER(arg));
}

template <class State>
Datum combine_plain_states(FunctionCallInfo fcinfo) {
  auto* const state = plain_state<State>(fcinfo);
  const auto* const others = state_arg<State>(fcinfo, 1);
  if (others != nullptr) state->append(*others);
  PG_RETURN_POINTER(state);
}

template <class State>
Datum serialize_plain_state(FunctionCallInfo fcinfo) {
  aggregate_context(fcinfo);
  auto* const bytes = static_cast<bytea*>(palloc(VARHDRSZ + sizeof(State)));
  SET_VARSIZE(bytes, VARHDRSZ + sizeof(State));
  std::memcpy(VARDATA(bytes), PG_GETARG_POINTER(0), sizeof(State));
  PG_RETURN_BYTEA_P(bytes);
}

template <class State>
Datum deserialize_plain_state(FunctionCallInfo fcinfo) {
  aggregate_context(fcinfo);
  const bytea* const bytes = PG_GETARG_BYTEA_PP(0);
  if (VARSIZE_ANY_EXHDR(bytes) != sizeof(State)) elog(ERROR, "aggregate state has the wrong size");
  void* const state = palloc(sizeof(State));
  std::memcpy(state, VARDATA_ANY(bytes), sizeof(State));
  PG_RETURN_POINTER(state);
}

// A state that a parallel worker cannot hand over.
[[noreturn]] void refuse_large_state();

// An undefined figure is NULL.
Datum figure_or_null(FunctionCallInfo fcinfo, double figure);

}  // namespace credit_risk::pg
