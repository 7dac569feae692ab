#include "pg/explain/background.hpp"

#include "pg/arrays.hpp"
#include "pg/call_site.hpp"
#include "pg/guard.hpp"

namespace credit_risk::pg {
namespace {

constexpr const char* kNumberQuery =
    "SELECT b.background FROM credit_risk.model_background b "
    "WHERE b.version OPERATOR(pg_catalog.=) $1";
constexpr const char* kRowsQuery =
    "SELECT b.rows, b.\"values\" FROM credit_risk.model_background b "
    "WHERE b.background OPERATOR(pg_catalog.=) $1";

// The background that was used last. Numbers are never given twice, so it cannot be stale.
struct Kept {
  std::int64_t background = 0;
  ContentHash model{};
  std::shared_ptr<const BackgroundExplainer> explainer;
};
Kept* kept = nullptr;

bool run(const char* query, std::int64_t key) {
  Oid type = INT8OID;
  Datum argument = Int64GetDatum(key);
  const int code = SPI_execute_with_args(query, 1, &type, &argument, nullptr, true, 1);
  if (code != SPI_OK_SELECT)
    elog(ERROR, "SPI_execute_with_args returned %s", SPI_result_code_string(code));
  return SPI_processed > 0;
}

Datum column(int place) {
  bool null;
  return SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, place, &null);
}

std::int64_t number_of_background(std::int64_t version) {
  if (!run(kNumberQuery, version)) {
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("model version " INT64_FORMAT " has no background", version),
                    errdetail("An interventional explanation compares with the rows of one."),
                    errhint("Call credit_risk.add_background(" INT64_FORMAT
                            ", query) first, or leave method out.",
                            version)));
  }
  return DatumGetInt64(column(1));
}

void refuse_size(std::int64_t background) {
  ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
                  errmsg("background " INT64_FORMAT " does not fit its model", background)));
}

std::shared_ptr<const BackgroundExplainer>* load(std::int64_t background,
                                                 const LoadedModel& model) {
  if (!run(kRowsQuery, background)) refuse_size(background);
  const std::int32_t rows = DatumGetInt32(column(1));
  const Float8Span values = float8_array(column(2));
  if (rows < 1 || values.size != static_cast<std::size_t>(rows) * model.features().size())
    refuse_size(background);
  auto* const made =
      make_in_context<std::shared_ptr<const BackgroundExplainer>>(CurrentMemoryContext);
  guard([&] {
    *made = std::make_shared<const BackgroundExplainer>(
        model.model(), values.data, static_cast<std::size_t>(rows), interrupt_flag());
  });
  return made;
}

}  // namespace

std::shared_ptr<const BackgroundExplainer> background_of(std::int64_t version,
                                                         const LoadedModel& model) {
  SPI_connect();
  const std::int64_t background = number_of_background(version);
  const bool held =
      kept != nullptr && kept->background == background && kept->model == model.hash();
  if (!held) {
    const std::shared_ptr<const BackgroundExplainer>* const made = load(background, model);
    guard([&] {
      if (kept == nullptr) kept = new Kept;
      *kept = {background, model.hash(), *made};
    });
  }
  SPI_finish();
  return kept->explainer;
}

// (version, features) -> the features in the model's order
CR_FUNCTION(cr_feature_values) {
  if (PG_ARGISNULL(0) || PG_ARGISNULL(1)) PG_RETURN_NULL();
  CallSite& site = CallSite::of(fcinfo, 1);
  site.use_version(PG_GETARG_INT64(0));
  const FeatureRow& row = site.read(fcinfo);
  guard([&] { site.model().predictor().probability(row.values); });
  return float8_array_datum(row.values, site.model().features().size());
}

}  // namespace credit_risk::pg
