// What a forest says of the rows that it was grown on, each by the trees alone whose bootstrap did
// not draw it (Breiman 1996, Out-of-bag estimation): as honest as on rows kept apart, without any.
#pragma once
#include <cstdint>
#include <vector>

#include "core/model/model.hpp"
#include "core/stop_flag.hpp"
#include "core/train/data/columns.hpp"
#include "core/train/forest/forest_params.hpp"

namespace credit_risk {

// The margin of each of `rows`, on which `forest` was grown as `params` say: the mean of the leaves
// of the trees that did not draw the row, NaN where all of them did. A tree's sample is drawn again
// from its own stream, so that it does not matter who grew which tree.
std::vector<double> out_of_bag_margins(const Model& forest, const ForestParams& params,
                                       const TrainingData& data,
                                       const std::vector<std::uint32_t>& rows,
                                       const StopFlag& stop);

}  // namespace credit_risk
