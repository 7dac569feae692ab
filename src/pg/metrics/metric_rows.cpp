#include "pg/metrics/metric_rows.hpp"

#include <cmath>

#include "core/error.hpp"
#include "core/metrics/scored.hpp"
#include "pg/settings.hpp"

namespace credit_risk::pg {
namespace {

bool label_arg(FunctionCallInfo fcinfo, LabelType type) {
  if (type == LabelType::kBoolean) return PG_GETARG_BOOL(1);
  const double label = PG_GETARG_FLOAT8(1);
  if (label != 0 && label != 1) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("label must be 0 or 1"),
                    errdetail("The label is %.15g.", label),
                    errhint("The label comes first, then the score; 1 or true is the event.")));
  }
  return label == 1;
}

}  // namespace

MemoryContext aggregate_context(FunctionCallInfo fcinfo) {
  MemoryContext context;
  if (!AggCheckCallContext(fcinfo, &context))
    elog(ERROR, "aggregate function called outside an aggregate");
  return context;
}

MetricRow metric_row(FunctionCallInfo fcinfo, LabelType label_type, ScoreRange range) {
  const bool has_fourth = PG_NARGS() > 3;
  if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || (has_fourth && PG_ARGISNULL(3))) return {};
  const double score = PG_GETARG_FLOAT8(2);
  const bool label = label_arg(fcinfo, label_type);
  check_score(score, range);
  return {true, label, score, has_fourth ? PG_GETARG_FLOAT8(3) : 1.0};
}

void check_score(double score, ScoreRange range) {
  if (!std::isfinite(score)) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("score must be finite"),
                    errdetail("The score is %.15g.", score),
                    errhint("A row whose score is NULL is left out.")));
  }
  if (range == ScoreRange::kProbability && !(score >= 0 && score <= 1)) {
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("score must be between 0 and 1"),
             errdetail("The score is %.15g.", score),
             errhint("This measure compares probabilities with outcomes; roc_auc, ks_statistic "
                     "and average_precision take any score.")));
  }
}

void check_rows_fit(std::size_t rows, std::size_t row_bytes) {
  const std::size_t limit = static_cast<std::size_t>(training_megabytes) * 1024 * 1024 / row_bytes;
  if (rows <= limit) return;
  throw Error(ErrorKind::kLimit, "too many rows to rank",
              "More than " + std::to_string(limit) + " rows need more than " +
                  std::to_string(training_megabytes) + " MB.",
              "Raise credit_risk.training_memory, or take a sample of the rows.");
}

void check_weight(double weight, const char* name) {
  if (weight == 0 || (weight >= kLeastWeight && weight <= kGreatestWeight)) return;
  const bool negative = weight < 0;
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                  negative ? errmsg("%s must not be negative", name)
                           : errmsg("%s must be 0 or between %g and %g", name, kLeastWeight,
                                    kGreatestWeight),
                  errdetail("The %s is %.15g.", name, weight),
                  errhint("A row whose %s is NULL is left out.", name)));
}

void check_threshold(double threshold) {
  if (std::isfinite(threshold)) return;
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("threshold must be finite"),
                  errdetail("The threshold is %.15g.", threshold),
                  errhint("An event is predicted where the score lies above the threshold.")));
}

void refuse_large_state() {
  ereport(ERROR,
          (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("too many rows for one parallel worker"),
           errdetail("Its rows need more than 1 GB on their way to the leader."),
           errhint("Set max_parallel_workers_per_gather to 0 for this query.")));
  pg_unreachable();
}

Datum figure_or_null(FunctionCallInfo fcinfo, double figure) {
  if (std::isnan(figure)) PG_RETURN_NULL();
  PG_RETURN_FLOAT8(figure);
}

}  // namespace credit_risk::pg
