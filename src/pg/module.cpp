// The module's entry: magic block, settings.
#include "pg/postgres.hpp"

extern "C" {
PG_MODULE_MAGIC;

CR_EXPORT void _PG_init(void);

void _PG_init(void) { MarkGUCPrefixReserved("credit_risk"); }
}
