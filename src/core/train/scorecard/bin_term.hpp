// Bins of features as terms of a model.
#pragma once
#include <vector>

#include "core/model/model.hpp"
#include "core/train/binning/feature_bins.hpp"

namespace credit_risk {

// `values[i]` is what bins.bins[i] adds; its mean is that over the rows of the bins.
Term term_of(const FeatureBins& bins, std::int32_t feature, std::size_t categories,
             const std::vector<double>& values);

}  // namespace credit_risk
