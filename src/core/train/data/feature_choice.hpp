// Which columns of a query become features.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/train/train_options.hpp"

namespace credit_risk {

struct ColumnChoice {
  std::size_t target;
  std::optional<std::size_t> weight;  // options.weight, where it is not empty
  std::optional<std::size_t> time;    // options.time_column, likewise
  std::vector<std::size_t> features;  // ascending, or in the order of options.features
  // Those features that the law protects (gender, religion, caste, race) and that nobody chose on
  // purpose, by options.features or options.allow_protected.
  std::vector<std::size_t> protected_features;
};

// All columns but the target, options.weight, options.time_column and options.exclude, or those
// that options.features names. Refuses names that are not columns, columns that appear twice and an
// empty choice.
ColumnChoice choose_columns(const std::vector<std::string>& columns, const std::string& target,
                            const TrainOptions& options);

}  // namespace credit_risk
