#pragma once
#include <string_view>

#include "core/json.hpp"

namespace credit_risk {

// Universal Binary JSON (ubjson.org, draft 12) as XGBoost writes it. Counts are checked against the
// bytes that are left, nesting is capped. Throws kBadModel with the byte.
nlohmann::json parse_ubjson(const char* library, std::string_view content);

}  // namespace credit_risk
