// Rule sets as the core reads them, from the tables of 80_irac.
#pragma once
#include "core/lending/irac.hpp"
#include "pg/postgres.hpp"

namespace credit_risk::pg {

// The rule set that a call site used last, and when it was read. Zeroed memory is an empty cache.
struct RuleSetCache {
  bool filled;
  TimestampTz transaction_start;
  SubTransactionId subtransaction;
  CommandId command;
  RuleSet rules;
};

// The rule set of that name, read under the calling user; read again in another transaction and
// after a change made by this one. Raises, listing the names that exist, when there is none.
const RuleSet* rule_set_named(RuleSetCache* cache, const text* name);

// The cache of a function that keeps nothing else at its call site.
RuleSetCache* rule_set_cache(FunctionCallInfo fcinfo);

}  // namespace credit_risk::pg
