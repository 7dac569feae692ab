// The module's entry: magic block, settings.
#include "pg/settings.hpp"

namespace credit_risk::pg {

char* default_model = nullptr;
int model_cache_megabytes = 256;
bool require_independent_approval = false;

namespace {

void define_settings() {
  DefineCustomStringVariable(
      "credit_risk.default_model", "Model that scoring functions use when none is passed.",
      "Set it once for the database: ALTER DATABASE ... SET credit_risk.default_model = 'retail'.",
      &default_model, "", PGC_USERSET, 0, nullptr, nullptr, nullptr);
  DefineCustomIntVariable(
      "credit_risk.model_cache_size", "Memory for decoded models in each backend.",
      "The model in use stays whatever its size; others leave, the longest unused first.",
      &model_cache_megabytes, 256, 1, 1024 * 1024, PGC_SUSET, GUC_UNIT_MB, nullptr, nullptr,
      nullptr);
  DefineCustomBoolVariable("credit_risk.require_independent_approval",
                           "Refuses approval of a model version by the role that made it.", nullptr,
                           &require_independent_approval, false, PGC_SUSET, 0, nullptr, nullptr,
                           nullptr);
  MarkGUCPrefixReserved("credit_risk");
}

}  // namespace
}  // namespace credit_risk::pg

extern "C" {
PG_MODULE_MAGIC;

CR_EXPORT void _PG_init(void);

void _PG_init(void) { credit_risk::pg::define_settings(); }
}
