// Gradient boosting with the logistic loss (Friedman 2001; Chen and Guestrin 2016), on histograms,
// with missing values and categories taken as they are.
//
// The same rows and parameters give the same bits on every machine: gradients are integers
// (boosting/gradients.hpp), and no libm function lies on the path.
#pragma once
#include <cstddef>
#include <vector>

#include "core/model/model.hpp"
#include "core/stop_flag.hpp"
#include "core/train/data/binned_matrix.hpp"
#include "core/train/boosting/boosting_params.hpp"
#include "core/train/boosting/team.hpp"
#include "core/train/data/columns.hpp"

namespace credit_risk {

// Bins of a numeric feature for boosting: a byte holds them and the missing values.
inline constexpr std::size_t kBoostingBins = 255;

struct BoostedModel {
  Model model;                          // margin = log-odds
  std::vector<double> gain;             // of each feature: its splits' share of the gain, in all 1
  std::size_t trained_rows = 0;         // those that trees were grown on
  std::size_t validation_rows = 0;      // those that early stopping watched; 0 when it was off
  std::vector<double> validation_loss;  // mean logistic loss after each tree grown
};

// Checks the arguments. With early stopping a stratified share of the rows is set aside and trees
// behind the one of least loss on them are dropped; where that share would hold no row of one
// class, all rows are trained on and all trees are kept.
BoostedModel train_gradient_boosting(const TrainingData& data, const BoostingParams& params,
                                     const StopFlag& stop);

// The same on a matrix whose numeric features have at most 255 bins, together with the other
// members of the team: each of them calls this with the same arguments and gets the same model.
BoostedModel boost(const BinnedMatrix& matrix, const std::vector<Feature>& features,
                   const BoostingParams& params, Team& team, const StopFlag& stop);

}  // namespace credit_risk
