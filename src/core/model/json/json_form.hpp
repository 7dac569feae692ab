// The JSON form of a model, "credit_risk.model.v1": what export writes, import reads, and people
// write by hand. Every field is described in doc/model-format.md.
#pragma once
#include <cstddef>
#include <string>

#include "core/model/model.hpp"

namespace credit_risk {

// Lossless: encode(from_json(to_json(model))) == encode(model). Validates the model first.
std::string to_json(const Model& model);

// Throws kBadModel with the JSON path, or what validate() finds.
Model from_json(const char* text, std::size_t size);

}  // namespace credit_risk
