// The settings of the module, defined in module.cpp.
#pragma once
#include "pg/postgres.hpp"

namespace credit_risk::pg {

extern char* default_model;        // credit_risk.default_model; empty = none
extern int model_cache_megabytes;  // credit_risk.model_cache_size
extern bool require_independent_approval;
// credit_risk.protected_attributes: what training does with a protected attribute that nobody chose
// on purpose.
enum ProtectedAttributes : int { kAllowProtected, kWarnOfProtected, kRefuseProtected };
extern int protected_attributes;
extern int training_megabytes;  // credit_risk.training_memory
extern int training_workers;  // credit_risk.training_workers; -1 = max_parallel_maintenance_workers

}  // namespace credit_risk::pg
