#include "pg/models/deployment.hpp"

namespace credit_risk::pg {
namespace {

constexpr const char* kDeployedQuery =
    "SELECT v.version, v.content_sha256, v.model FROM credit_risk.deployment d "
    "JOIN credit_risk.model_version v ON v.version OPERATOR(pg_catalog.=) d.version "
    "WHERE d.model OPERATOR(pg_catalog.=) $1";
constexpr const char* kVersionQuery =
    "SELECT v.version, v.content_sha256, v.model FROM credit_risk.model_version v "
    "WHERE v.version OPERATOR(pg_catalog.=) $1";
constexpr const char* kContentQuery =
    "SELECT v.content FROM credit_risk.model_version v WHERE v.version OPERATOR(pg_catalog.=) $1";
constexpr const char* kCountQuery =
    "SELECT pg_catalog.count(*) FROM credit_risk.model_version v "
    "WHERE v.model OPERATOR(pg_catalog.=) $1";

// Plans stay for the life of the backend; the server checks privileges at each execution and plans
// anew after DDL.
SPIPlanPtr deployed_plan = nullptr;
SPIPlanPtr version_plan = nullptr;
SPIPlanPtr content_plan = nullptr;
SPIPlanPtr count_plan = nullptr;

SPIPlanPtr prepared(SPIPlanPtr* plan, const char* query, Oid type) {
  if (*plan == nullptr) {
    SPIPlanPtr made = SPI_prepare(query, 1, &type);
    if (made == nullptr) elog(ERROR, "SPI_prepare returned %s", SPI_result_code_string(SPI_result));
    SPI_keepplan(made);
    *plan = made;
  }
  return *plan;
}

// Read only: under the active snapshot, as the calling query sees the tables.
void run(SPIPlanPtr* plan, const char* query, Oid type, Datum argument) {
  const int code = SPI_execute_plan(prepared(plan, query, type), &argument, nullptr, true, 1);
  if (code != SPI_OK_SELECT)
    elog(ERROR, "SPI_execute_plan returned %s", SPI_result_code_string(code));
}

Datum result_column(int column) {
  bool null;
  return SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column, &null);
}

// Fills `found` from the query's only row and ends the SPI connection; false when there is none.
bool take_version(ModelVersion* found) {
  if (SPI_processed == 0) return false;
  found->version = DatumGetInt64(result_column(1));
  bytea* hash = DatumGetByteaPP(result_column(2));
  if (VARSIZE_ANY_EXHDR(hash) != sizeof found->content_sha256) {
    ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
                    errmsg("model version " INT64_FORMAT " has no valid hash", found->version)));
  }
  std::memcpy(found->content_sha256, VARDATA_ANY(hash), sizeof found->content_sha256);
  const char* name = TextDatumGetCString(result_column(3));
  found->model = static_cast<char*>(SPI_palloc(std::strlen(name) + 1));
  std::strcpy(found->model, name);
  return true;
}

[[noreturn]] void refuse_model(const char* model, int64 versions) {
  if (versions == 0) {
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("model \"%s\" does not exist", model),
                    errhint("View credit_risk.models lists the models.")));
  }
  ereport(ERROR,
          (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
           errmsg("model \"%s\" has no deployed version", model),
           errdetail("It has " INT64_FORMAT " version(s), none of them deployed.", versions),
           errhint("Approve and deploy a version: credit_risk.approve, credit_risk.deploy.")));
  pg_unreachable();
}

}  // namespace

StatementKey current_statement() {
  if (!ActiveSnapshotSet()) elog(ERROR, "scoring needs an active snapshot");
  const Snapshot snapshot = GetActiveSnapshot();
  return {snapshot->xmin,
          snapshot->xmax,
          snapshot->xcnt,
          snapshot->subxcnt,
          snapshot->curcid,
          GetCurrentSubTransactionId(),
          snapshot->snapXactCompletionCount,
          GetUserId()};
}

ModelVersion deployed_version(const char* model) {
  ModelVersion found{};
  const Datum name = CStringGetTextDatum(model);
  SPI_connect();
  run(&deployed_plan, kDeployedQuery, TEXTOID, name);
  if (!take_version(&found)) {
    run(&count_plan, kCountQuery, TEXTOID, name);
    refuse_model(model, DatumGetInt64(result_column(1)));
  }
  SPI_finish();
  return found;
}

ModelVersion find_version(int64 version) {
  ModelVersion found{};
  SPI_connect();
  run(&version_plan, kVersionQuery, INT8OID, Int64GetDatum(version));
  if (!take_version(&found)) {
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
                    errmsg("model version " INT64_FORMAT " does not exist", version),
                    errhint("View credit_risk.model_versions lists the versions.")));
  }
  SPI_finish();
  return found;
}

bytea* version_content(int64 version) {
  SPI_connect();
  run(&content_plan, kContentQuery, INT8OID, Int64GetDatum(version));
  if (SPI_processed == 0) {
    elog(ERROR, "content of model version " INT64_FORMAT " disappeared", version);
  }
  const bytea* stored = DatumGetByteaPP(result_column(1));
  const Size size = VARSIZE_ANY_EXHDR(stored);
  auto* content = static_cast<bytea*>(SPI_palloc(size + VARHDRSZ));
  SET_VARSIZE(content, size + VARHDRSZ);
  std::memcpy(VARDATA(content), VARDATA_ANY(stored), size);
  SPI_finish();
  return content;
}

}  // namespace credit_risk::pg
