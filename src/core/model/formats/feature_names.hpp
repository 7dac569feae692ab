// What the caller says about features, laid over what the file says.
#pragma once
#include <cstddef>

#include "core/model/formats/foreign_model.hpp"

namespace credit_risk {

// Throws kInvalidInput where the number of features differs.
void apply_names(const ImportOptions& options, Model& model);

// The categories told for feature `f`, or none.
std::vector<std::string> told_categories(const ImportOptions& options, std::size_t f);

// "0", "1", ..., as many as `count`.
std::vector<std::string> numbered_categories(std::size_t count);

// How many of `trees` to take. Throws kInvalidInput where the caller asks for more.
std::size_t limited_trees(const ImportOptions& options, std::size_t trees);

}  // namespace credit_risk
