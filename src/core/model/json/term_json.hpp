// The terms and points of an additive model in the JSON form.
#pragma once
#include <string>

#include "core/json_value.hpp"
#include "core/model/model.hpp"

namespace credit_risk {

// Of a validated model of terms: the fields "points", where it has them, "op" and "terms".
void append_terms(std::string& out, const Model& model);

// Reads "terms" of the document, in whatever order, and "points", into a model whose features are
// read. `below`: a number on an edge belongs to the bin above it. Throws kBadModel with the JSON
// path; validate() finds what is wrong with the numbers.
void read_terms(const JsonValue& document, bool below, Model& model);

}  // namespace credit_risk
