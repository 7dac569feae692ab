// Aggregates over (label, score) and (label, score_1, score_2): how sure a figure is, and which
// score is better. Rows are put in order first, so that serial and parallel plans give the same
// bits.
#include "core/metrics/comparison/bootstrap.hpp"
#include "core/metrics/comparison/delong.hpp"
#include "pg/any_args.hpp"
#include "pg/metrics/gathered_rows.hpp"
#include "pg/row_arrays.hpp"

namespace credit_risk::pg {
namespace {

constexpr std::size_t kRowBytes = 160;  // at most, while rows are sorted and ranked

struct ResampleOptions {
  static constexpr const char* kNames = "metric, resamples and seed";
  BootstrapOptions bootstrap;
  bool operator==(const ResampleOptions& other) const {
    return bootstrap.metric == other.bootstrap.metric &&
           bootstrap.resamples == other.bootstrap.resamples &&
           bootstrap.seed == other.bootstrap.seed;
  }
};

using ComparedRows = Gathered<ResampleOptions, PairedRows>;

// Arguments `first`, `first + 1` and `first + 2`: metric, resamples, seed.
ResampleOptions resample_args(FunctionCallInfo fcinfo, int first) {
  const char* const name = text_to_cstring(PG_GETARG_TEXT_PP(first));
  const int64 seed = PG_GETARG_INT64(first + 2);
  if (seed < 0) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("seed must not be negative"),
                    errdetail("The seed is %lld.", static_cast<long long>(seed))));
  }
  ResampleOptions options{
      {Metric::kRocAuc, PG_GETARG_INT32(first + 1), static_cast<std::uint64_t>(seed)}};
  guard([&] {
    options.bootstrap.metric = metric_by_name(name);
    check(options.bootstrap);
  });
  return options;
}

// (state, label, score [, score] [, metric, resamples, seed])
Datum add_row(FunctionCallInfo fcinfo, int scores, bool resampled) {
  ComparedRows* const state = ComparedRows::of(fcinfo);
  for (int i = 1; i < PG_NARGS(); ++i) {
    if (PG_ARGISNULL(i)) PG_RETURN_POINTER(state);
  }
  const bool label = any_label_arg(fcinfo, 1, "label");
  if (resampled) state->set(resample_args(fcinfo, 2 + scores));
  const auto range = resampled && needs_probability(state->options.bootstrap.metric)
                         ? ScoreRange::kProbability
                         : ScoreRange::kFinite;
  const double first = PG_GETARG_FLOAT8(2);
  const double second = scores == 2 ? PG_GETARG_FLOAT8(3) : 0.0;
  check_score(first, range);
  check_score(second, range);
  guard([&] {
    check_rows_fit(state->rows.size() + 1, kRowBytes);
    if (scores == 2) {
      state->rows.add(label, first, second);
    } else {
      state->rows.add(label, first);
    }
  });
  PG_RETURN_POINTER(state);
}

void add_interval(const Interval& interval, RowValues* row) {
  row->add_figure(interval.low);
  row->add_figure(interval.high);
}

}  // namespace

CR_FUNCTION(cr_compared_rows_add) { return add_row(fcinfo, PG_NARGS() > 3 ? 2 : 1, false); }

CR_FUNCTION(cr_resampled_rows_add) { return add_row(fcinfo, PG_NARGS() > 6 ? 2 : 1, true); }

CR_FUNCTION(cr_compared_rows_combine) {
  return combine_gathered<ComparedRows>(fcinfo, [](const PairedRows& one, const PairedRows& other) {
    check_rows_fit(one.size() + other.size(), kRowBytes);
  });
}

CR_FUNCTION(cr_compared_rows_serialize) { return serialize_gathered<ComparedRows>(fcinfo); }

CR_FUNCTION(cr_compared_rows_deserialize) { return deserialize_gathered<ComparedRows>(fcinfo); }

CR_FUNCTION(cr_auc_interval_of_rows) {
  const auto* const state = state_arg<ComparedRows>(fcinfo, 0);
  if (state == nullptr) PG_RETURN_NULL();
  AucEstimate estimate{};
  guard([&] { estimate = auc_estimate(state->rows, interrupt_flag()); });
  if (std::isnan(estimate.auc)) PG_RETURN_NULL();
  RowValues row;
  row.add_figure(estimate.auc);
  row.add_figure(estimate.standard_error);
  add_interval(estimate.interval, &row);
  row.add_null();
  return row_datum(fcinfo, &row);
}

CR_FUNCTION(cr_auc_difference_of_rows) {
  const auto* const state = state_arg<ComparedRows>(fcinfo, 0);
  if (state == nullptr) PG_RETURN_NULL();
  AucComparison found{};
  guard([&] { found = auc_comparison(state->rows, interrupt_flag()); });
  if (std::isnan(found.difference)) PG_RETURN_NULL();
  RowValues row;
  row.add_figure(found.first);
  row.add_figure(found.second);
  row.add_figure(found.difference);
  row.add_figure(found.standard_error);
  row.add_figure(found.z);
  row.add_figure(found.p_value);
  add_interval(found.interval, &row);
  return row_datum(fcinfo, &row);
}

CR_FUNCTION(cr_bootstrap_of_rows) {
  const auto* const state = state_arg<ComparedRows>(fcinfo, 0);
  if (state == nullptr || !state->has_options) PG_RETURN_NULL();
  BootstrapEstimate estimate{};
  guard([&] { estimate = bootstrap(state->rows, state->options.bootstrap, interrupt_flag()); });
  if (std::isnan(estimate.estimate)) PG_RETURN_NULL();
  RowValues row;
  row.add_figure(estimate.estimate);
  row.add_figure(estimate.standard_error);
  add_interval(estimate.interval, &row);
  row.add_int(estimate.resamples);
  return row_datum(fcinfo, &row);
}

}  // namespace credit_risk::pg
