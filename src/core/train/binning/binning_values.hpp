// Parameters of binning from and to JSON.
#pragma once
#include <string>

#include "core/json.hpp"
#include "core/train/binning/binning_params.hpp"

namespace credit_risk {

// Returns false when there is no parameter of binning of this name.
bool set_binning(BinningParams& params, const std::string& name, const nlohmann::json& value);

// All parameters with their values in force.
void put_binning(nlohmann::json& object, const BinningParams& params);

extern const char kBinningNames[];

}  // namespace credit_risk
