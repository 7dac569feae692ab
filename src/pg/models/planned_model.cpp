#include "pg/models/planned_model.hpp"

#include "pg/models/deployment.hpp"
#include "pg/models/model_cache.hpp"

namespace credit_risk::pg {
namespace {

constexpr const char* kSchema = "credit_risk";
// Of models that this backend has not decoded: typical of forests in canonical form.
constexpr double kBytesPerNode = 9, kNodesPerLevel = 15;

struct Registry {
  Oid deployment, deployment_key, version, version_key;
};

Registry find_registry() {
  const Oid schema = get_namespace_oid(kSchema, true);
  if (!OidIsValid(schema)) return {};
  return {get_relname_relid("deployment", schema), get_relname_relid("deployment_pkey", schema),
          get_relname_relid("model_version", schema),
          get_relname_relid("model_version_pkey", schema)};
}

// Null where the table cannot be read at once.
Relation open_readable(Oid table) {
  if (!OidIsValid(table)) return nullptr;
  if (pg_class_aclcheck(table, GetUserId(), ACL_SELECT) != ACLCHECK_OK) return nullptr;
  if (!ConditionalLockRelationOid(table, AccessShareLock)) return nullptr;
  const Relation relation = try_table_open(table, NoLock);
  if (relation == nullptr) UnlockRelationOid(table, AccessShareLock);
  return relation;
}

// The row of a unique key that the statement sees, and what it holds, until close().
class RowByKey {
 public:
  // `column`: the key's place in the table.
  bool open(Oid table, Oid index, AttrNumber column, Oid collation, RegProcedure equal, Datum key) {
    relation_ = OidIsValid(index) ? open_readable(table) : nullptr;
    if (relation_ == nullptr) return false;
    ScanKeyData wanted;
    ScanKeyEntryInitialize(&wanted, 0, column, BTEqualStrategyNumber, InvalidOid, collation, equal,
                           key);
    scan_ = systable_beginscan(relation_, index, true, GetActiveSnapshot(), 1, &wanted);
    row_ = systable_getnext(scan_);
    if (HeapTupleIsValid(row_)) return true;
    close();
    return false;
  }

  Datum value(const char* column) const {
    bool null = true;
    const AttrNumber place = get_attnum(RelationGetRelid(relation_), column);
    const Datum found = place == InvalidAttrNumber
                            ? Datum{0}
                            : heap_getattr(row_, place, RelationGetDescr(relation_), &null);
    return null ? Datum{0} : found;
  }

  void close() {
    systable_endscan(scan_);
    table_close(relation_, AccessShareLock);
  }

 private:
  Relation relation_ = nullptr;
  SysScanDesc scan_ = nullptr;
  HeapTuple row_ = nullptr;
};

ModelWork exact_work(const LoadedModel& model) {
  return {model.levels(), static_cast<double>(model.model().trees.node_count()),
          static_cast<std::int32_t>(model.features().size())};
}

ModelWork guess_work(Datum content, Datum features) {
  const double nodes = static_cast<double>(toast_raw_datum_size(content)) / kBytesPerNode;
  const Jsonb* const listed = DatumGetJsonbP(features);
  return {nodes / kNodesPerLevel, nodes, static_cast<std::int32_t>(JB_ROOT_COUNT(listed))};
}

bool read_work(const Registry& registry, int64 version, ModelWork* work) {
  RowByKey row;
  if (!row.open(registry.version, registry.version_key, 1, InvalidOid, F_INT8EQ,
                Int64GetDatum(version))) {
    return false;
  }
  const Datum hash = row.value("content_sha256"), content = row.value("content"),
              features = row.value("features");
  bool found = hash != 0 && content != 0 && features != 0;
  if (found) {
    const bytea* const bytes = DatumGetByteaPP(hash);
    ContentHash key{};
    found = VARSIZE_ANY_EXHDR(bytes) == key.size();
    if (found) std::memcpy(key.data(), VARDATA_ANY(bytes), key.size());
    const LoadedModel* const loaded = found ? peek_model(key) : nullptr;
    *work = loaded != nullptr ? exact_work(*loaded) : guess_work(content, features);
  }
  row.close();
  return found;
}

// The planner asks again and again: the last answer, which holds while the registry looks the same.
struct Answer {
  StatementKey statement;
  char name[NAMEDATALEN];
  bool found;
  ModelWork work;
};
Answer last_answer{};

}  // namespace

bool work_of_version(int64 version, ModelWork* work) {
  return ActiveSnapshotSet() && read_work(find_registry(), version, work);
}

bool work_of_model(const char* name, ModelWork* work) {
  if (!ActiveSnapshotSet() || std::strlen(name) >= sizeof last_answer.name) return false;
  const StatementKey now = current_statement();
  if (!(last_answer.statement == now) || std::strcmp(last_answer.name, name) != 0) {
    last_answer.found = false;
    const Registry registry = find_registry();
    RowByKey pointer;
    if (pointer.open(registry.deployment, registry.deployment_key, 1, DEFAULT_COLLATION_OID,
                     F_TEXTEQ, CStringGetTextDatum(name))) {
      const int64 version = DatumGetInt64(pointer.value("version"));
      pointer.close();
      last_answer.found = read_work(registry, version, &last_answer.work);
    }
    last_answer.statement = now;
    strlcpy(last_answer.name, name, sizeof last_answer.name);
  }
  *work = last_answer.work;
  return last_answer.found;
}

}  // namespace credit_risk::pg
