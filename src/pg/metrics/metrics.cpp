// Aggregates over (label, score). Three states, each gathered in any number of workers: rows, for
// what must see them in order; sums of losses; counts of right and wrong decisions. All results
// have the same bits in serial and parallel plans: rows are sorted, sums are exact, counts are
// integers.
#include "core/metrics/confusion.hpp"
#include "core/metrics/probability_loss.hpp"
#include "core/metrics/ranking.hpp"
#include "core/metrics/scored_rows.hpp"
#include "pg/guard.hpp"
#include "pg/metrics/metric_rows.hpp"

namespace credit_risk::pg {
namespace {

// --- rows ---

constexpr std::size_t kRowBytes = 64;  // at most, while arrays grow or while they are sorted

ScoredRows* gathered_rows(FunctionCallInfo fcinfo) {
  const MemoryContext context = aggregate_context(fcinfo);
  if (PG_ARGISNULL(0)) return make_in_context<ScoredRows>(context);
  return reinterpret_cast<ScoredRows*>(PG_GETARG_POINTER(0));
}

Datum add_row(FunctionCallInfo fcinfo, LabelType label_type) {
  ScoredRows* const rows = gathered_rows(fcinfo);
  const MetricRow row = metric_row(fcinfo, label_type, ScoreRange::kFinite);
  if (!row.given) PG_RETURN_POINTER(rows);
  check_weight(row.fourth, "weight");
  if (row.fourth == 0) PG_RETURN_POINTER(rows);
  guard([&] {
    check_rows_fit(rows->span().count + 1, kRowBytes);
    rows->add(row.label, row.score, row.fourth);
  });
  PG_RETURN_POINTER(rows);
}

// The state stays as it is: other aggregates over the same arguments share it, and windows go on.
Datum figure_of_rows(FunctionCallInfo fcinfo, double (*figure)(const Scored&, const StopFlag&)) {
  const auto* const rows = state_arg<ScoredRows>(fcinfo, 0);
  if (rows == nullptr) PG_RETURN_NULL();
  double value = 0;
  guard([&] { value = figure(rows->span(), interrupt_flag()); });
  return figure_or_null(fcinfo, value);
}

// --- sums ---

using Loss = double (*)(bool, double);

Datum add_loss(FunctionCallInfo fcinfo, LabelType label_type, Loss loss) {
  auto* const losses = plain_state<MeanLoss>(fcinfo);
  const MetricRow row = metric_row(fcinfo, label_type, ScoreRange::kProbability);
  if (!row.given) PG_RETURN_POINTER(losses);
  check_weight(row.fourth, "weight");
  losses->add(loss(row.label, row.score), row.fourth);
  PG_RETURN_POINTER(losses);
}

// --- counts ---

Datum add_decision(FunctionCallInfo fcinfo, LabelType label_type) {
  constexpr double kThreshold = 0.5;
  auto* const counts = plain_state<Confusion>(fcinfo);
  const MetricRow row = metric_row(fcinfo, label_type, ScoreRange::kFinite);
  if (!row.given) PG_RETURN_POINTER(counts);
  const double threshold = PG_NARGS() > 3 ? row.fourth : kThreshold;
  check_threshold(threshold);
  counts->add(row.label, row.score, threshold);
  PG_RETURN_POINTER(counts);
}

Datum add_weighted_decision(FunctionCallInfo fcinfo, LabelType label_type) {
  auto* const sums = plain_state<WeightedConfusion>(fcinfo);
  const MetricRow row = metric_row(fcinfo, label_type, ScoreRange::kFinite);
  if (!row.given || PG_ARGISNULL(4)) PG_RETURN_POINTER(sums);
  const double weight = PG_GETARG_FLOAT8(4);
  check_threshold(row.fourth);
  check_weight(weight, "weight");
  sums->add(row.label, row.score, row.fourth, weight);
  PG_RETURN_POINTER(sums);
}

template <class Counts>
Datum figure_of_counts(FunctionCallInfo fcinfo, double (Counts::*figure)() const noexcept) {
  const auto* const counts = state_arg<Counts>(fcinfo, 0);
  if (counts == nullptr) PG_RETURN_NULL();
  return figure_or_null(fcinfo, (counts->*figure)());
}

}  // namespace

CR_FUNCTION(cr_scored_rows_add) { return add_row(fcinfo, LabelType::kBoolean); }

CR_FUNCTION(cr_scored_rows_add_number) { return add_row(fcinfo, LabelType::kNumber); }

CR_FUNCTION(cr_scored_rows_combine) {
  ScoredRows* const rows = gathered_rows(fcinfo);
  const auto* const others = state_arg<ScoredRows>(fcinfo, 1);
  if (others == nullptr) PG_RETURN_POINTER(rows);
  guard([&] {
    check_rows_fit(rows->span().count + others->span().count, kRowBytes);
    rows->append(*others);
  });
  PG_RETURN_POINTER(rows);
}

CR_FUNCTION(cr_scored_rows_serialize) {
  aggregate_context(fcinfo);
  const auto* const rows = state_arg<ScoredRows>(fcinfo, 0);
  const std::size_t size = rows->packed_size();
  if (!AllocSizeIsValid(size + VARHDRSZ)) refuse_large_state();
  auto* const bytes = static_cast<bytea*>(palloc(size + VARHDRSZ));
  SET_VARSIZE(bytes, size + VARHDRSZ);
  rows->pack(VARDATA(bytes));
  PG_RETURN_BYTEA_P(bytes);
}

CR_FUNCTION(cr_scored_rows_deserialize) {
  aggregate_context(fcinfo);
  const bytea* const bytes = PG_GETARG_BYTEA_PP(0);
  // Dies with the call's memory, after combine has copied it.
  auto* const rows = make_in_context<ScoredRows>(CurrentMemoryContext);
  guard([&] { *rows = ScoredRows::unpack(VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes)); });
  PG_RETURN_POINTER(rows);
}

CR_FUNCTION(cr_roc_auc_of_rows) { return figure_of_rows(fcinfo, roc_auc); }

CR_FUNCTION(cr_gini_of_rows) {
  return figure_of_rows(
      fcinfo, [](const Scored& rows, const StopFlag& stop) { return 2 * roc_auc(rows, stop) - 1; });
}

CR_FUNCTION(cr_ks_statistic_of_rows) { return figure_of_rows(fcinfo, ks_statistic); }

CR_FUNCTION(cr_average_precision_of_rows) { return figure_of_rows(fcinfo, average_precision); }

CR_FUNCTION(cr_squared_loss_add) { return add_loss(fcinfo, LabelType::kBoolean, squared_loss); }

CR_FUNCTION(cr_squared_loss_add_number) {
  return add_loss(fcinfo, LabelType::kNumber, squared_loss);
}

CR_FUNCTION(cr_logarithmic_loss_add) {
  return add_loss(fcinfo, LabelType::kBoolean, logarithmic_loss);
}

CR_FUNCTION(cr_logarithmic_loss_add_number) {
  return add_loss(fcinfo, LabelType::kNumber, logarithmic_loss);
}

CR_FUNCTION(cr_loss_combine) { return combine_plain_states<MeanLoss>(fcinfo); }

CR_FUNCTION(cr_loss_serialize) { return serialize_plain_state<MeanLoss>(fcinfo); }

CR_FUNCTION(cr_loss_deserialize) { return deserialize_plain_state<MeanLoss>(fcinfo); }

CR_FUNCTION(cr_mean_of_losses) {
  const auto* const losses = state_arg<MeanLoss>(fcinfo, 0);
  if (losses == nullptr) PG_RETURN_NULL();
  return figure_or_null(fcinfo, losses->mean());
}

CR_FUNCTION(cr_confusion_add) { return add_decision(fcinfo, LabelType::kBoolean); }

CR_FUNCTION(cr_confusion_add_number) { return add_decision(fcinfo, LabelType::kNumber); }

CR_FUNCTION(cr_confusion_combine) { return combine_plain_states<Confusion>(fcinfo); }

CR_FUNCTION(cr_confusion_serialize) { return serialize_plain_state<Confusion>(fcinfo); }

CR_FUNCTION(cr_confusion_deserialize) { return deserialize_plain_state<Confusion>(fcinfo); }

CR_FUNCTION(cr_accuracy_of_counts) { return figure_of_counts(fcinfo, &Confusion::accuracy); }

CR_FUNCTION(cr_precision_of_counts) { return figure_of_counts(fcinfo, &Confusion::precision); }

CR_FUNCTION(cr_recall_of_counts) { return figure_of_counts(fcinfo, &Confusion::recall); }

CR_FUNCTION(cr_f1_of_counts) { return figure_of_counts(fcinfo, &Confusion::f1); }

CR_FUNCTION(cr_weighted_confusion_add) {
  return add_weighted_decision(fcinfo, LabelType::kBoolean);
}

CR_FUNCTION(cr_weighted_confusion_add_number) {
  return add_weighted_decision(fcinfo, LabelType::kNumber);
}

CR_FUNCTION(cr_weighted_confusion_combine) {
  return combine_plain_states<WeightedConfusion>(fcinfo);
}

CR_FUNCTION(cr_weighted_confusion_serialize) {
  return serialize_plain_state<WeightedConfusion>(fcinfo);
}

CR_FUNCTION(cr_weighted_confusion_deserialize) {
  return deserialize_plain_state<WeightedConfusion>(fcinfo);
}

CR_FUNCTION(cr_accuracy_of_weights) {
  return figure_of_counts(fcinfo, &WeightedConfusion::accuracy);
}

CR_FUNCTION(cr_precision_of_weights) {
  return figure_of_counts(fcinfo, &WeightedConfusion::precision);
}

CR_FUNCTION(cr_recall_of_weights) { return figure_of_counts(fcinfo, &WeightedConfusion::recall); }

CR_FUNCTION(cr_f1_of_weights) { return figure_of_counts(fcinfo, &WeightedConfusion::f1); }

}  // namespace credit_risk::pg
