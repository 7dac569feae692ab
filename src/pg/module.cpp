// The module's entry: magic block, settings.
#include "pg/settings.hpp"

namespace credit_risk::pg {

char* default_model = nullptr;
int model_cache_megabytes = 256;
bool require_independent_approval = false;
int protected_attributes = kRefuseProtected;
int training_megabytes = 1024;
int training_workers = -1;

namespace {

const config_enum_entry kProtectedAttributes[] = {{"allow", kAllowProtected, false},
                                                  {"warn", kWarnOfProtected, false},
                                                  {"refuse", kRefuseProtected, false},
                                                  {nullptr, 0, false}};

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
  DefineCustomEnumVariable(
      "credit_risk.protected_attributes",
      "What training does with a feature that names gender, religion, caste or race.",
      "Params.features and params.allow_protected of train choose such features on purpose.",
      &protected_attributes, kRefuseProtected, kProtectedAttributes, PGC_SUSET, 0, nullptr, nullptr,
      nullptr);
  DefineCustomIntVariable("credit_risk.training_memory", "Memory that one training may use.",
                          "A training set that needs more is refused while it is read.",
                          &training_megabytes, 1024, 16, 1024 * 1024, PGC_SUSET, GUC_UNIT_MB,
                          nullptr, nullptr, nullptr);
  DefineCustomIntVariable("credit_risk.training_workers", "Parallel workers of a training.",
                          "They grow the trees of a forest, or make the fits of other models. 0 "
                          "takes none, -1 as many as "
                          "max_parallel_maintenance_workers. The model is the same.",
                          &training_workers, -1, -1, 64, PGC_USERSET, 0, nullptr, nullptr, nullptr);
  MarkGUCPrefixReserved("credit_risk");
}

}  // namespace
}  // namespace credit_risk::pg

extern "C" {
PG_MODULE_MAGIC;

CR_EXPORT void _PG_init(void);

void _PG_init(void) { credit_risk::pg::define_settings(); }
}
