// A query that is an argument: one SELECT statement, or the name of a table or view.
#pragma once
#include "pg/postgres.hpp"

namespace credit_risk::pg {

// A cursor over its rows, inside the caller's SPI connection. It runs as the caller, with the
// caller's search_path and snapshot, and may only read; other statements are refused.
Portal open_row_cursor(const char* query);

// The next rows, in SPI_tuptable; functions that the query calls may only read, too.
void fetch_rows(Portal portal, long count);

}  // namespace credit_risk::pg
