// fit_model: from a query to the bytes of a model and its figures. Storing them is the SQL side's
// part.
#include <cmath>

#include "core/model/codec.hpp"
#include "core/train/data/row_collector.hpp"
#include "core/train/training_run.hpp"
#include "pg/guard.hpp"
#include "pg/train/parallel_boosting.hpp"
#include "pg/train/parallel_fits.hpp"
#include "pg/train/parallel_forest.hpp"
#include "pg/postgres.hpp"
#include "pg/train/train_progress.hpp"
#include "pg/train/training_set.hpp"

namespace credit_risk::pg {
namespace {

struct Arguments {
  const char* model;
  const char* query;
  const char* target;
  const char* algorithm;
  const char* params;  // JSON
  const TrainOptions* options;
};

const TrainOptions* parse_options(const char* json, const char* algorithm) {
  auto* const options = make_in_context<TrainOptions>(CurrentMemoryContext);
  guard([&] { *options = parse_train_options(json, std::strlen(json), algorithm); });
  return options;
}

// As register_version would, once all the work is done.
void check_name(const char* model) {
  if (*model != '\0' && pg_mbstrlen(model) <= 200) return;
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                  errmsg("model must have a name of 1 to 200 characters"),
                  errhint("Pass model, for instance 'retail'.")));
}

void check_goal(const TrainOptions& options, TrainingRun::Goal goal) {
  if (goal == TrainingRun::Goal::kModel) {
    PreventCommandIfReadOnly("train()");
  } else if (options.folds == 0) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("parameter \"folds\" must not be 0 in a cross-validation"),
                    errhint("Leave it out for 5 folds, or pass 2 or more.")));
  }
}

// Of a search, which of its combinations.
void tell_params(void* params) {
  errcontext("cross-validation with params %s", static_cast<const char*>(params));
}

Arguments read_arguments(FunctionCallInfo fcinfo) {
  Arguments arguments{};
  arguments.model = required_text(fcinfo, 0, "model");
  check_name(arguments.model);
  arguments.query = required_text(fcinfo, 1, "query");
  arguments.target = required_text(fcinfo, 2, "target");
  arguments.algorithm = required_text(fcinfo, 3, "algorithm");
  arguments.params =
      PG_ARGISNULL(4) ? "{}" : DatumGetCString(DirectFunctionCall1(jsonb_out, PG_GETARG_DATUM(4)));
  arguments.options = parse_options(arguments.params, arguments.algorithm);
  return arguments;
}

// Plain data: lives across server calls.
struct Hash {
  pg_cryptohash_ctx* state;
};

void hash_bytes(Hash hash, const void* bytes, std::size_t size) {
  constexpr std::size_t kPiece = 1 << 20;
  for (std::size_t begin = 0; begin < size; begin += kPiece) {
    CHECK_FOR_INTERRUPTS();
    const std::size_t piece = size - begin < kPiece ? size - begin : kPiece;
    if (pg_cryptohash_update(hash.state, static_cast<const uint8*>(bytes) + begin, piece) < 0) {
      elog(ERROR, "could not compute a hash: %s", pg_cryptohash_error(hash.state));
    }
  }
}

void hash_values(Hash hash, const ColumnValues* values) {
  constexpr std::size_t kRows = 8192;
  double piece[kRows];
  for (std::size_t row = 0; row < values->size(); row += kRows) {
    const std::size_t count = values->size() - row < kRows ? values->size() - row : kRows;
    values->copy(row, count, piece);
    hash_bytes(hash, piece, count * sizeof *piece);
  }
}

// SHA-256 in hexadecimal over the target, the weights and, column by column, name, categories and
// values: the same rows in the same order have the same fingerprint.
char* fingerprint(const TrainingData* data) {
  const Hash hash{pg_cryptohash_create(PG_SHA256)};
  if (hash.state == nullptr || pg_cryptohash_init(hash.state) < 0)
    elog(ERROR, "could not start a hash");
  hash_bytes(hash, data->target.data(), data->target.size());
  if (data->weighted())
    hash_bytes(hash, data->weights.data(), data->weights.size() * sizeof(double));
  for (std::size_t c = 0; c < data->columns.size(); ++c) {
    const Column* const column = &data->columns[c];
    hash_bytes(hash, column->feature.name.c_str(), column->feature.name.size() + 1);
    for (std::size_t k = 0; k < column->feature.categories.size(); ++k) {
      hash_bytes(hash, column->feature.categories[k].c_str(),
                 column->feature.categories[k].size() + 1);
    }
    hash_values(hash, &column->values);
  }
  for (std::size_t c = 0; c < data->refused.size(); ++c)
    hash_bytes(hash, data->refused[c].data(), data->refused[c].size() * sizeof(double));
  uint8 digest[PG_SHA256_DIGEST_LENGTH];
  if (pg_cryptohash_final(hash.state, digest, sizeof digest) < 0)
    elog(ERROR, "could not finish a hash");
  pg_cryptohash_free(hash.state);
  auto* const text = static_cast<char*>(palloc0(2 * sizeof digest + 1));
  hex_encode(reinterpret_cast<const char*>(digest), sizeof digest, text);
  return text;
}

void report_fit(const TrainingRun* run, std::size_t fit, int workers) {
  if (!run->options().verbose) return;
  char name[64];
  guard([&] { std::snprintf(name, sizeof name, "%s", run->fit_name(fit).c_str()); });
  const FitReport* const report = &run->report(fit);
  char figures[64] = "";
  if (report->test_rows > 0) {
    pg_snprintf(figures, sizeof figures, ": accuracy %.4f, AUC %.4f", report->test.accuracy,
                report->auc);
  }
  ereport(NOTICE, (errmsg("%s: %s of %zu rows made, parallel workers %d%s", name, run->product(),
                          report->train_rows, workers, figures)));
}

void begin_fit(TrainingRun* run, std::size_t fit, TrainProgress* progress) {
  constexpr TrainPart kParts[] = {TrainPart::kHeldOut, TrainPart::kFold, TrainPart::kAllRows};
  const TrainingRun::Part part = run->part(fit);
  const std::size_t fold = part == TrainingRun::Part::kFold ? run->fold(fit) + 1u : 0;
  progress->begin_fit(fit + 1, run->fit_count(), kParts[static_cast<int>(part)], fold);
  guard([&] { run->begin_fit(fit, interrupt_flag()); });
}

// In the order of the fits, whoever made them.
void report_fits(const TrainingRun* run, int workers, std::size_t* reported) {
  for (; *reported < run->fit_count() && run->has_finished(*reported); ++*reported)
    report_fit(run, *reported, workers);
}

void run_fits(TrainingRun* run, const FitArguments& arguments, TrainProgress* progress) {
  const int team = team_workers(run);
  SharedFits fits;
  if (team == 0) fits.begin(run, arguments);
  std::size_t fit = 0, reported = 0;
  int workers = fits.workers();
  while (fits.take(run, &fit)) {
    begin_fit(run, fit, progress);
    if (run->forest() != nullptr) {
      workers = grow_forest(run, progress);
    } else if (team > 0) {
      workers = grow_boosted(run, arguments, team, progress);
    } else {
      guard([&] { run->grow_trees(progress->stop_flag()); });
    }
    progress->phase(TrainPhase::kMeasuring);
    guard([&] { run->finish_fit(interrupt_flag()); });
    fits.collect(run, false);
    report_fits(run, workers, &reported);
    CHECK_FOR_INTERRUPTS();
  }
  fits.collect(run, true);
  fits.end();
  report_fits(run, workers, &reported);
}

void report_calibration(const TrainingRun* run) {
  if (!run->calibrated_by_itself()) return;
  ereport(NOTICE, (errmsg("probabilities are calibrated, since classes were weighted"),
                   errhint("Set params.calibrate to \"none\" for those of the weighted classes.")));
}

Datum jsonb_datum(const std::string* json) {
  return DirectFunctionCall1(jsonb_in, CStringGetDatum(json->c_str()));
}

Datum bytea_datum(const std::string* bytes) {
  auto* const result = static_cast<bytea*>(palloc(bytes->size() + VARHDRSZ));
  SET_VARSIZE(result, bytes->size() + VARHDRSZ);
  std::memcpy(VARDATA(result), bytes->data(), bytes->size());
  return PointerGetDatum(result);
}

struct Results {
  std::string content, metrics, params;
};

using Warnings = std::vector<TrainingWarning>;

const Warnings* warn(const TrainingRun* run, const char* target, const RowCollector* rows) {
  auto* const warnings = make_in_context<Warnings>(CurrentMemoryContext);
  if (!run->options().guard_rails) return warnings;
  guard([&] { *warnings = guard_rails(run->data(), target, rows->labels(), interrupt_flag()); });
  for (std::size_t i = 0; i < warnings->size(); ++i) {
    const TrainingWarning* const warning = &(*warnings)[i];
    ereport(WARNING, (errmsg_internal("%s", warning->message.c_str()),
                      errdetail_internal("%s", warning->detail.c_str()),
                      errhint("%s", warning->hint.c_str())));
  }
  return warnings;
}

TrainingRun* train(const Arguments& arguments, TrainingRun::Goal goal, Results* results,
                   char** data_sha256) {
  TrainProgress progress;
  progress.begin(arguments.model, arguments.algorithm);
  RowCollector* const rows =
      read_training_set(arguments.query, arguments.target, arguments.options, &progress);
  const std::uint64_t skipped = rows->skipped();
  auto* const data = make_in_context<TrainingData>(CurrentMemoryContext);
  guard([&] { *data = rows->finish(interrupt_flag()); });
  *data_sha256 = fingerprint(data);
  auto* const run = make_in_context<TrainingRun>(CurrentMemoryContext, std::move(*data),
                                                 *arguments.options, goal, interrupt_flag());
  const Warnings* const warnings =
      goal == TrainingRun::Goal::kModel ? warn(run, arguments.target, rows) : nullptr;
  run_fits(run, {arguments.algorithm, arguments.params, goal}, &progress);
  report_calibration(run);
  progress.phase(TrainPhase::kStoring);
  guard([&] {
    if (goal == TrainingRun::Goal::kModel) results->content = encode(run->model());
    results->metrics =
        warnings == nullptr ? run->metrics_json(skipped) : run->metrics_json(skipped, *warnings);
    results->params = to_json(run->options());
  });
  progress.end();
  return run;
}

}  // namespace

CR_FUNCTION(cr_fit_model) {
  TupleDesc columns;
  if (get_call_result_type(fcinfo, nullptr, &columns) != TYPEFUNC_COMPOSITE) {
    elog(ERROR, "fit_model must return a row");
  }
  const TimestampTz start = GetCurrentTimestamp();
  const Arguments arguments = read_arguments(fcinfo);
  const auto goal =
      !PG_ARGISNULL(5) && PG_GETARG_BOOL(5) ? TrainingRun::Goal::kFolds : TrainingRun::Goal::kModel;
  check_goal(*arguments.options, goal);
  ErrorContextCallback told{error_context_stack, tell_params, const_cast<char*>(arguments.params)};
  if (goal == TrainingRun::Goal::kFolds) error_context_stack = &told;
  // A context of its own frees the training set at the end of the call, not of the statement.
  const MemoryContext outer = CurrentMemoryContext;
  const MemoryContext context =
      AllocSetContextCreate(outer, "credit_risk training", ALLOCSET_DEFAULT_SIZES);
  MemoryContextSwitchTo(context);
  auto* const results = make_in_context<Results>(context);
  char* data_sha256 = nullptr;
  train(arguments, goal, results, &data_sha256);
  error_context_stack = told.previous;
  MemoryContextSwitchTo(outer);

  bool nulls[5] = {goal == TrainingRun::Goal::kFolds, false, false, false, false};
  const Datum values[5] = {
      nulls[0] ? Datum{0} : bytea_datum(&results->content), jsonb_datum(&results->metrics),
      jsonb_datum(&results->params), CStringGetTextDatum(data_sha256),
      Float8GetDatum(static_cast<double>(GetCurrentTimestamp() - start) / USECS_PER_SEC)};
  MemoryContextDelete(context);
  return HeapTupleGetDatum(
      heap_form_tuple(BlessTupleDesc(columns), const_cast<Datum*>(values), nulls));
}

}  // namespace credit_risk::pg
