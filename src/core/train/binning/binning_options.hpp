// What a caller may ask of binning, as JSON.
#pragma once
#include <cstddef>
#include <string>

#include "core/train/binning/binning_params.hpp"

namespace credit_risk {

// Of bin_feature: BinningParams, and the target's text that counts as 1.
struct BinningOptions {
  BinningParams params;
  bool has_positive = false;
  std::string positive;
};

// Refuses names that do not exist and values out of range, naming the parameter.
BinningOptions parse_binning_options(const char* json, std::size_t size);

}  // namespace credit_risk
