// The background of a model version: the rows that interventional explanations compare with.
#pragma once
#include <memory>

#include "core/explain/background/background_explainer.hpp"
#include "pg/models/model_cache.hpp"
#include "pg/postgres.hpp"

namespace credit_risk::pg {

// Read under the statement's snapshot and the caller's privileges; the one made last is kept.
// Error: 55000 the version has none.
std::shared_ptr<const BackgroundExplainer> background_of(std::int64_t version,
                                                         const LoadedModel& model);

}  // namespace credit_risk::pg
