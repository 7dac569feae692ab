// The settings of the module, defined in module.cpp.
#pragma once
#include "pg/postgres.hpp"

namespace credit_risk::pg {

extern char* default_model;        // credit_risk.default_model; empty = none
extern int model_cache_megabytes;  // credit_risk.model_cache_size
extern bool require_independent_approval;
extern int training_megabytes;  // credit_risk.training_memory
extern int training_workers;    // credit_risk.training_workers; -1 = max_parallel_maintenance_workers

}  // namespace credit_risk::pg
