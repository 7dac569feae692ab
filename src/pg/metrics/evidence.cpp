// Aggregates over (label, value): weights of evidence, information value, characteristic stability.
#include "core/metrics/tables/weight_of_evidence.hpp"

#include <cmath>

#include "pg/any_args.hpp"
#include "pg/arrays.hpp"
#include "pg/metrics/gathered_rows.hpp"
#include "pg/row_arrays.hpp"
#include "pg/train/woe_rows.hpp"

namespace credit_risk::pg {
namespace {

struct CountOptions {
  static constexpr const char* kNames = "edges and epsilon";
  bool has_edges;
  double epsilon;
  bool operator==(const CountOptions& other) const {
    return has_edges == other.has_edges && epsilon == other.epsilon;
  }
};

// Makes the counts with the edges of the first row, and refuses other edges in the next.
using CountedRows = Gathered<CountOptions, BinCounts>;

void set_edges(CountedRows* state, Float8Span edges) {
  if (!state->has_options) {
    guard([&] { state->rows = BinCounts({edges.data, edges.data + edges.size}); });
    return;
  }
  const std::vector<double>& known = state->rows.edges();
  if (known.size() != edges.size ||
      std::memcmp(known.data(), edges.data, edges.size * sizeof(double)) != 0) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("edges must be the same in every row"),
                    errhint("Pass constants, and GROUP BY what the rows differ in.")));
  }
}

void add_number(CountedRows* state, double value, bool event, double weight) {
  if (std::isinf(value)) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("value must be finite"),
                    errdetail("It is %.15g.", value),
                    errhint("A value that is NULL or NaN is missing, which is a bin of its own.")));
  }
  guard([&] { state->rows.add_number(value, event, weight); });
}

[[noreturn]] void refuse_type(FunctionCallInfo fcinfo, bool has_edges) {
  const char* const type = format_type_be(get_fn_expr_argtype(fcinfo->flinfo, 2));
  ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                  has_edges ? errmsg("edges need a number, but value has type %s", type)
                            : errmsg("value has type %s, which has no bins", type),
                  errhint("Values are numbers, booleans, dates, texts and enums; cast others.")));
  pg_unreachable();
}

void add_value(FunctionCallInfo fcinfo, CountedRows* state, bool event, double weight) {
  const bool has_edges = state->options.has_edges;
  const ValueKind kind = arg_kind(fcinfo, 2);
  if (PG_ARGISNULL(2)) {
    state->rows.add_missing(event, weight);
    return;
  }
  const Datum value = PG_GETARG_DATUM(2);
  const bool named = kind == ValueKind::kBool || kind == ValueKind::kDate || !is_number(kind);
  if (kind == ValueKind::kUnsupported || (has_edges && !is_number(kind)))
    refuse_type(fcinfo, has_edges);
  if (has_edges || !named) {
    add_number(state, number_of(kind, value), event, weight);
    return;
  }
  char buffer[kTextBuffer];
  const TextSpan text = text_of(kind, value, buffer);
  guard([&] { state->rows.add_text(text.data, text.size, event, weight); });
}

// (state, label, value [, edges [, weight or epsilon]])
Datum add_row(FunctionCallInfo fcinfo, const char* label_name, double weight, double epsilon) {
  CountedRows* const state = CountedRows::of(fcinfo);
  if (PG_ARGISNULL(1)) PG_RETURN_POINTER(state);
  check_weight(weight, "weight");
  const bool event = any_label_arg(fcinfo, 1, label_name);
  const bool has_edges = PG_NARGS() > 3 && !PG_ARGISNULL(3);
  if (has_edges) set_edges(state, float8_array_arg(fcinfo, 3));
  state->set({has_edges, epsilon});
  if (weight > 0) add_value(fcinfo, state, event, weight);
  PG_RETURN_POINTER(state);
}

// Bins with what they say, as plain arrays of the current context's memory.
struct EvidenceTable {
  std::vector<CountedBin> bins;
  std::vector<Evidence> evidence;
  std::vector<std::string> labels;
  double weight = 0;
};

EvidenceTable* evidence_of(const CountedRows* state) {
  auto* const table = make_in_context<EvidenceTable>(CurrentMemoryContext);
  guard([&] {
    table->bins = state->rows.bins();
    table->evidence = weights_of_evidence(table->bins);
    for (const CountedBin& bin : table->bins) {
      table->labels.push_back(bin_label(bin));
      table->weight += bin.events + bin.others;
    }
  });
  return table;
}

}  // namespace

CR_FUNCTION(cr_bin_counts_add) {
  if (PG_NARGS() > 4 && PG_ARGISNULL(4)) PG_RETURN_POINTER(CountedRows::of(fcinfo));
  return add_row(fcinfo, "label", PG_NARGS() > 4 ? PG_GETARG_FLOAT8(4) : 1.0, 0.0);
}

CR_FUNCTION(cr_shift_counts_add) {
  if (PG_NARGS() > 4 && PG_ARGISNULL(4)) PG_RETURN_POINTER(CountedRows::of(fcinfo));
  return add_row(fcinfo, "current", 1.0, PG_NARGS() > 4 ? PG_GETARG_FLOAT8(4) : 0.0);
}

CR_FUNCTION(cr_bin_counts_combine) {
  CountedRows* const state = CountedRows::of(fcinfo);
  const auto* const others = state_arg<CountedRows>(fcinfo, 1);
  if (others == nullptr || !others->has_options) PG_RETURN_POINTER(state);
  if (others->options.has_edges) {
    const std::vector<double>& edges = others->rows.edges();
    set_edges(state, {edges.data(), edges.size()});
  }
  state->set(others->options);
  guard([&] { state->rows.append(others->rows); });
  PG_RETURN_POINTER(state);
}

CR_FUNCTION(cr_bin_counts_serialize) { return serialize_gathered<CountedRows>(fcinfo); }

CR_FUNCTION(cr_bin_counts_deserialize) { return deserialize_gathered<CountedRows>(fcinfo); }

CR_FUNCTION(cr_woe_table_of_counts) {
  const auto* const state = state_arg<CountedRows>(fcinfo, 0);
  if (state == nullptr) PG_RETURN_NULL();
  const EvidenceTable* const table = evidence_of(state);
  if (table->evidence.empty()) PG_RETURN_NULL();
  return row_array(fcinfo, table->bins.size(), [&](std::size_t i, RowValues* row) {
    const CountedBin& bin = table->bins[i];
    const double share = (bin.events + bin.others) / table->weight;
    fill_woe_row(static_cast<int>(i) + 1,
                 {&bin, &table->evidence[i], nullptr, 0, share, table->labels[i].c_str()}, row);
  });
}

CR_FUNCTION(cr_information_value_of_counts) {
  const auto* const state = state_arg<CountedRows>(fcinfo, 0);
  if (state == nullptr) PG_RETURN_NULL();
  double value = 0;
  guard([&] { value = information_value(weights_of_evidence(state->rows.bins())); });
  return figure_or_null(fcinfo, value);
}

CR_FUNCTION(cr_csi_of_counts) {
  const auto* const state = state_arg<CountedRows>(fcinfo, 0);
  if (state == nullptr) PG_RETURN_NULL();
  double index = 0;
  guard([&] { index = stability_of(state->rows.bins(), state->options.epsilon); });
  return figure_or_null(fcinfo, index);
}

}  // namespace credit_risk::pg
