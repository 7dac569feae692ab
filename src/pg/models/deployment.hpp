// Which version of a model scores, read under the statement's snapshot and the caller's privileges.
#pragma once
#include "pg/postgres.hpp"

namespace credit_risk::pg {

// What a look-up of the registry depends on. Two equal keys within one transaction see the same
// registry: a commit, an own change, a rollback to a savepoint and a change of role all make
// another key.
struct StatementKey {
  TransactionId xmin;
  TransactionId xmax;
  std::uint32_t running;
  std::int32_t running_subtransactions;
  CommandId command;
  SubTransactionId subtransaction;
  std::uint64_t completions;
  Oid user;

  bool operator==(const StatementKey& other) const {
    return xmin == other.xmin && xmax == other.xmax && running == other.running &&
           running_subtransactions == other.running_subtransactions && command == other.command &&
           subtransaction == other.subtransaction && completions == other.completions &&
           user == other.user;
  }
};

StatementKey current_statement();

// A row of credit_risk.model_version.
struct ModelVersion {
  int64 version;
  unsigned char content_sha256[32];
  char* model;  // in the current context of the caller
};

// Errors: 42704 no such model, 55000 none of its versions is deployed, 42501.
ModelVersion deployed_version(const char* model);

// Errors: 42704 no such version, 42501.
ModelVersion find_version(int64 version);

// The content of a version that exists, in the caller's context.
bytea* version_content(int64 version);

}  // namespace credit_risk::pg
