// The arguments of import_model, as JSON texts.
#pragma once
#include <string_view>

#include "core/model/formats/foreign_model.hpp"

namespace credit_risk {

// An array with one entry for each feature: its name, or {"name": ..., "categories": [...]}, both
// optional. Throws kInvalidInput.
std::vector<ForeignFeature> parse_features(std::string_view text);

// An array of {"features": {name: value, ...} or [value, ...], "probability": p}: inputs with the
// library's outputs. Throws kBadModel naming the first row that the model scores differently, by
// more than 1e-9, or 1e-6 where the library computes in float32; kInvalidInput for a row that
// does not fit the model.
void check_rows(const Model& model, std::string_view text);

}  // namespace credit_risk
