// The only file that includes server headers.
#pragma once
#if defined(EIGEN_CORE_H) || defined(INCLUDE_NLOHMANN_JSON_HPP_)
#error "src/pg files must not see Eigen or nlohmann_json: call src/core instead"
#endif
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <type_traits>

// PostgreSQL 15 leaves PGDLLEXPORT empty and PG_FUNCTION_INFO_V1 relies on default visibility; we
// hide by default.
#define CR_EXPORT __attribute__((visibility("default")))
#define PGDLLEXPORT __attribute__((visibility("default")))

extern "C" {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wregister"
#include "postgres.h"

#include "access/detoast.h"
#include "access/genam.h"
#include "access/htup_details.h"
#include "access/parallel.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "common/cryptohash.h"
#include "common/sha2.h"
#include "common/shortest_dec.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "pgstat.h"
#include "port/atomics.h"
#include "storage/lmgr.h"
#include "storage/proc.h"
#include "storage/shm_mq.h"
#include "storage/shm_toc.h"
#include "tcop/tcopprot.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/backend_progress.h"
#include "utils/backend_status.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/plancache.h"
#include "utils/regproc.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"
#include "windowapi.h"
#pragma GCC diagnostic pop
}
// Macros of the server headers that collide with C++ names.
#undef Abs
#undef Max
#undef Min
#undef _
#undef printf
#undef fprintf
#undef sprintf
#undef snprintf
#undef vprintf
#undef vfprintf
#undef vsprintf
#undef vsnprintf

// Defines a SQL-callable function: CR_FUNCTION(cr_name) { ... }.
#define CR_FUNCTION(name)                                                   \
  extern "C" {                                                              \
  CR_EXPORT Datum name(PG_FUNCTION_ARGS);                                   \
  extern CR_EXPORT const Pg_finfo_record* CppConcat(pg_finfo_, name)(void); \
  const Pg_finfo_record* CppConcat(pg_finfo_, name)(void) {                 \
    static const Pg_finfo_record info = {1};                                \
    return &info;                                                           \
  }                                                                         \
  }                                                                         \
  Datum name([[maybe_unused]] PG_FUNCTION_ARGS)
