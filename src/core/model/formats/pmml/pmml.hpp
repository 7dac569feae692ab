#pragma once
#include <string_view>

#include "core/model/formats/foreign_model.hpp"

namespace credit_risk {

// Not yet validated.
Model import_pmml(std::string_view content, const ImportOptions& options);

}  // namespace credit_risk
