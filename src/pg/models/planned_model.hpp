// What the planner may know of a model: how much work its rows are. Never raises an error.
#pragma once
#include "pg/postgres.hpp"

namespace credit_risk::pg {

struct ModelWork {
  double levels;  // steps from the roots to the leaves, over all trees
  double nodes;
  std::int32_t features;
};

// Of the version deployed for a name, of a version. False where the registry cannot be read right
// now: no such model, no privilege, no snapshot, a lock.
bool work_of_model(const char* name, ModelWork* work);
bool work_of_version(int64 version, ModelWork* work);

}  // namespace credit_risk::pg
