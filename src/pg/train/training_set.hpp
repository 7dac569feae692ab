// Reads the rows of a query for training.
#pragma once
#include "pg/postgres.hpp"

namespace credit_risk {
class RowCollector;
struct TrainOptions;
}  // namespace credit_risk

namespace credit_risk::pg {

class TrainProgress;

// A text argument; refuses NULL, naming it.
char* required_text(FunctionCallInfo fcinfo, int arg, const char* name);

// `query` is a SELECT statement or the name of a table or view; it runs as the caller, with the
// caller's search_path and snapshot, and may only read. Reads by a cursor, so that only the columns
// themselves are held. The result lives in the current memory context.
// `progress` is told how many rows are read.
RowCollector* read_training_set(const char* query, const char* target, const TrainOptions* options,
                                TrainProgress* progress = nullptr);

}  // namespace credit_risk::pg
