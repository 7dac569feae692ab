// The state of aggregates that keep their rows, and options that are the same in every row.
#pragma once
#include "pg/guard.hpp"
#include "pg/metrics/metric_rows.hpp"

namespace credit_risk::pg {

// Options: plain bytes with kNames, what their arguments are called, and an operator==. Rows:
// append, packed_size, pack and unpack.
template <class Options, class Rows>
struct Gathered {
  Options options{};
  bool has_options = false;
  Rows rows;

  static Gathered* of(FunctionCallInfo fcinfo) {
    const MemoryContext context = aggregate_context(fcinfo);
    if (PG_ARGISNULL(0)) return make_in_context<Gathered>(context);
    return reinterpret_cast<Gathered*>(PG_GETARG_POINTER(0));
  }

  // Takes the options of the first row, and refuses other ones in the next.
  void set(const Options& given) {
    if (has_options && !(options == given)) {
      ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                      errmsg("%s must be the same in every row", Options::kNames),
                      errhint("Pass constants, and GROUP BY what the rows differ in.")));
    }
    options = given;
    has_options = true;
  }
};

template <class State, class CheckRoom>
Datum combine_gathered(FunctionCallInfo fcinfo, CheckRoom&& check_room) {
  State* const state = State::of(fcinfo);
  const auto* const others = state_arg<State>(fcinfo, 1);
  if (others == nullptr) PG_RETURN_POINTER(state);
  if (others->has_options) state->set(others->options);
  guard([&] {
    check_room(state->rows, others->rows);
    state->rows.append(others->rows);
  });
  PG_RETURN_POINTER(state);
}

template <class State>
Datum serialize_gathered(FunctionCallInfo fcinfo) {
  using Options = decltype(State::options);
  static_assert(std::is_trivially_copyable_v<Options>);
  aggregate_context(fcinfo);
  const auto* const state = state_arg<State>(fcinfo, 0);
  const std::size_t head = VARHDRSZ + 1 + sizeof(Options);
  const std::size_t size = head + state->rows.packed_size();
  if (!AllocSizeIsValid(size)) refuse_large_state();
  auto* const bytes = static_cast<char*>(palloc(size));
  SET_VARSIZE(bytes, size);
  bytes[VARHDRSZ] = state->has_options ? 1 : 0;
  std::memcpy(bytes + VARHDRSZ + 1, &state->options, sizeof(Options));
  state->rows.pack(bytes + head);
  PG_RETURN_BYTEA_P(bytes);
}

template <class State>
Datum deserialize_gathered(FunctionCallInfo fcinfo) {
  using Options = decltype(State::options);
  using Rows = decltype(State::rows);
  aggregate_context(fcinfo);
  const bytea* const bytes = PG_GETARG_BYTEA_PP(0);
  const std::size_t size = VARSIZE_ANY_EXHDR(bytes);
  if (size < 1 + sizeof(Options)) elog(ERROR, "aggregate state has the wrong size");
  const char* const data = VARDATA_ANY(bytes);
  // Dies with the call's memory, after combine has copied it.
  auto* const state = make_in_context<State>(CurrentMemoryContext);
  state->has_options = data[0] != 0;
  std::memcpy(&state->options, data + 1, sizeof(Options));
  guard(
      [&] { state->rows = Rows::unpack(data + 1 + sizeof(Options), size - 1 - sizeof(Options)); });
  PG_RETURN_POINTER(state);
}

}  // namespace credit_risk::pg
