// Aggregates over (label, score) whose result is a table: the ROC curve, calibration, lift and
// gain. They keep their rows and sort them at the end, so that serial and parallel plans give the
// same bits.
#include "core/metrics/calibration.hpp"
#include "core/metrics/scored_rows.hpp"
#include "core/metrics/tables/calibration_table.hpp"
#include "core/metrics/tables/lift_table.hpp"
#include "core/metrics/tables/roc_curve.hpp"
#include "pg/any_args.hpp"
#include "pg/metrics/gathered_rows.hpp"
#include "pg/row_arrays.hpp"

namespace credit_risk::pg {
namespace {

constexpr int kCustomaryBins = 10;
constexpr std::size_t kRowBytes = 64;  // at most, while arrays grow or while they are sorted

struct TableOptions {
  static constexpr const char* kNames = "bins, spacing and in_sample";
  int bins;
  BinSpacing spacing;
  bool in_sample;
  bool operator==(const TableOptions& other) const {
    return bins == other.bins && spacing == other.spacing && in_sample == other.in_sample;
  }
};

using TableRows = Gathered<TableOptions, ScoredRows>;

int bins_arg(FunctionCallInfo fcinfo, int arg) {
  const int bins = PG_GETARG_INT32(arg);
  if (bins >= 1 && bins <= kMostTableBins) return bins;
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                  errmsg("bins must be between 1 and %d", kMostTableBins),
                  errdetail("The value is %d.", bins), errhint("10 are customary.")));
  pg_unreachable();
}

BinSpacing spacing_arg(FunctionCallInfo fcinfo, int arg) {
  char* const spacing = text_to_cstring(PG_GETARG_TEXT_PP(arg));
  if (std::strcmp(spacing, "quantile") == 0) return BinSpacing::kQuantile;
  if (std::strcmp(spacing, "width") == 0) return BinSpacing::kWidth;
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                  errmsg("spacing \"%s\" does not exist", spacing),
                  errhint("The spacings are: quantile (equal numbers of rows), width (equal parts "
                          "of 0 to 1).")));
  pg_unreachable();
}

// The arguments of one call: (state, label, score [, bins [, spacing or in_sample]] [, weight]).
struct TableArgs {
  int bins = 0;  // their numbers; 0 = not there
  int spacing = 0;
  int in_sample = 0;
  int weight = 0;
};

Datum add_row(FunctionCallInfo fcinfo, const TableArgs& args, ScoreRange range) {
  TableRows* const state = TableRows::of(fcinfo);
  for (int i = 1; i < PG_NARGS(); ++i) {
    if (PG_ARGISNULL(i)) PG_RETURN_POINTER(state);
  }
  const bool label = any_label_arg(fcinfo, 1, "label");
  const double score = PG_GETARG_FLOAT8(2);
  check_score(score, range);
  const double weight = args.weight > 0 ? PG_GETARG_FLOAT8(args.weight) : 1.0;
  check_weight(weight, "weight");
  state->set({args.bins > 0 ? bins_arg(fcinfo, args.bins) : kCustomaryBins,
              args.spacing > 0 ? spacing_arg(fcinfo, args.spacing) : BinSpacing::kQuantile,
              args.in_sample == 0 || PG_GETARG_BOOL(args.in_sample)});
  if (weight == 0) PG_RETURN_POINTER(state);
  guard([&] {
    check_rows_fit(state->rows.span().count + 1, kRowBytes);
    state->rows.add(label, score, weight);
  });
  PG_RETURN_POINTER(state);
}

// The table that `make(state, &rows)` makes, row by row through `fill(entry, &row)`; NULL where it
// is empty. The state stays as it is: windows go on.
template <class Entry, class Make, class Fill>
Datum table_of_rows(FunctionCallInfo fcinfo, Make&& make, Fill&& fill) {
  const auto* const state = state_arg<TableRows>(fcinfo, 0);
  if (state == nullptr) PG_RETURN_NULL();
  auto* const table = make_in_context<std::vector<Entry>>(CurrentMemoryContext);
  guard([&] { *table = make(*state); });
  if (table->empty()) PG_RETURN_NULL();
  return row_array(fcinfo, table->size(),
                   [&](std::size_t i, RowValues* row) { fill((*table)[i], row); });
}

}  // namespace

CR_FUNCTION(cr_table_rows_add) {
  TableArgs args;
  args.weight = PG_NARGS() > 3 ? 3 : 0;
  return add_row(fcinfo, args, ScoreRange::kFinite);
}

CR_FUNCTION(cr_lift_rows_add) {
  TableArgs args;
  args.bins = PG_NARGS() > 3 ? 3 : 0;
  args.weight = PG_NARGS() > 4 ? 4 : 0;
  return add_row(fcinfo, args, ScoreRange::kFinite);
}

CR_FUNCTION(cr_calibration_rows_add) {
  TableArgs args;
  args.bins = PG_NARGS() > 3 ? 3 : 0;
  args.spacing = PG_NARGS() > 4 ? 4 : 0;
  args.weight = PG_NARGS() > 5 ? 5 : 0;
  return add_row(fcinfo, args, ScoreRange::kProbability);
}

CR_FUNCTION(cr_calibration_test_rows_add) {
  TableArgs args;
  args.bins = PG_NARGS() > 3 ? 3 : 0;
  args.in_sample = PG_NARGS() > 4 ? 4 : 0;
  return add_row(fcinfo, args, ScoreRange::kProbability);
}

CR_FUNCTION(cr_table_rows_combine) {
  return combine_gathered<TableRows>(fcinfo, [](const ScoredRows& one, const ScoredRows& other) {
    check_rows_fit(one.span().count + other.span().count, kRowBytes);
  });
}

CR_FUNCTION(cr_table_rows_serialize) { return serialize_gathered<TableRows>(fcinfo); }

CR_FUNCTION(cr_table_rows_deserialize) { return deserialize_gathered<TableRows>(fcinfo); }

CR_FUNCTION(cr_roc_curve_of_rows) {
  return table_of_rows<RocPoint>(
      fcinfo,
      [](const TableRows& state) {
        return roc_curve(state.rows.span(), CurvePoints::kCorners, interrupt_flag());
      },
      [](const RocPoint& point, RowValues* row) {
        row->add(Float8GetDatum(point.threshold));
        row->add_figure(point.false_positive_rate);
        row->add_figure(point.true_positive_rate);
      });
}

CR_FUNCTION(cr_calibration_table_of_rows) {
  return table_of_rows<CalibrationBin>(
      fcinfo,
      [](const TableRows& state) {
        return calibration_table(state.rows.span(), state.options.bins, state.options.spacing,
                                 interrupt_flag());
      },
      [](const CalibrationBin& bin, RowValues* row) {
        row->add_int(bin.bin);
        row->add_figure(bin.lower);
        row->add_figure(bin.upper);
        row->add_count(bin.rows);
        row->add_figure(bin.events);
        row->add_figure(bin.mean_predicted);
        row->add_figure(bin.observed);
        row->add_figure(bin.interval.low);
        row->add_figure(bin.interval.high);
      });
}

CR_FUNCTION(cr_hosmer_lemeshow_of_rows) {
  const auto* const state = state_arg<TableRows>(fcinfo, 0);
  if (state == nullptr) PG_RETURN_NULL();
  HosmerLemeshow test{};
  bool defined = false;
  guard([&] {
    const std::optional<HosmerLemeshow> found = hosmer_lemeshow(
        state->rows.span(), state->options.bins, state->options.in_sample, interrupt_flag());
    defined = found.has_value();
    if (defined) test = *found;
  });
  if (!defined) PG_RETURN_NULL();
  RowValues row;
  row.add_figure(test.statistic);
  row.add_int(static_cast<int>(test.degrees_of_freedom));
  row.add_figure(test.p_value);
  return row_datum(fcinfo, &row);
}

CR_FUNCTION(cr_lift_table_of_rows) {
  return table_of_rows<LiftBin>(
      fcinfo,
      [](const TableRows& state) {
        return lift_table(state.rows.span(), state.options.bins, interrupt_flag());
      },
      [](const LiftBin& bin, RowValues* row) {
        row->add_int(bin.bin);
        row->add_figure(bin.highest);
        row->add_figure(bin.lowest);
        row->add_count(bin.rows);
        for (const double figure : {bin.events, bin.event_rate, bin.lift, bin.cumulative_share,
                                    bin.gain, bin.cumulative_lift, bin.ks}) {
          row->add_figure(figure);
        }
      });
}

}  // namespace credit_risk::pg
