// How boosted trees are grown.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/model/model.hpp"

namespace credit_risk {

// A promise of the whole model: with everything else equal and known, a greater value never moves
// the margin against `direction` (1: never down, -1: never up). Margin and probability are of the
// event (default).
struct MonotoneConstraint {
  std::string feature;
  int direction;
};

// Defaults and meaning as XGBoost's, where it has the parameter; its name is in parentheses.
struct BoostingParams {
  std::int32_t trees = 300;       // at most (n_estimators); 1 .. 10000
  std::int32_t max_depth = 6;     // 1 .. 64
  std::int32_t max_leaves = 0;    // 0 = no bound, else 2 or more: the split of most gain goes first
  double learning_rate = 0.1;     // (0, 1]
  double lambda = 1.0;            // L2 penalty of leaf values; 0 or greater
  double category_lambda = 10.0;  // added to it where a split is by a category (LightGBM's cat_l2)
  double min_child_weight = 1.0;  // no child has a smaller sum of hessians
  // Of more than 16 categories: the least sum of hessians before, between and behind the cuts of
  // their order (in rows, LightGBM's min_data_per_group).
  double min_category_weight = 100.0;
  double min_gain = 0.0;             // a split gains more than this (gamma)
  double row_share = 1.0;            // rows drawn for each tree (subsample); (0, 1]
  double column_share = 1.0;         // features drawn for each tree (colsample_bytree); (0, 1]
  std::int32_t early_stopping = 30;  // trees without a lower validation loss; 0 = never stop early
  double validation_share = 0.1;     // rows that early stopping watches; (0, 1)
  bool balanced = false;             // the two classes weigh the same in total
  // What a row of class 0 and one of class 1 weigh besides the weight of the row; not with
  // balanced.
  double class_weights[2] = {1.0, 1.0};
  std::vector<MonotoneConstraint> monotone;
  // Features of one path from root to leaf all stand in one of these groups; a feature in no group
  // is a group of its own. Empty = no bound.
  std::vector<std::vector<std::string>> interactions;
  std::uint64_t seed = 42;
};

// Refuses values out of range, naming the parameter.
void check(const BoostingParams& params);

// Refuses constraints on what is not a feature, twice on the same one, or on an order of
// categories.
void check_constraints(const BoostingParams& params, const std::vector<Feature>& features);

// The direction of each feature, 0 where nothing is promised. The constraints have been checked.
std::vector<std::int8_t> monotone_directions(const BoostingParams& params,
                                             const std::vector<Feature>& features);

// The groups by feature number. The constraints have been checked.
std::vector<std::vector<std::uint32_t>> interaction_groups(const BoostingParams& params,
                                                           const std::vector<Feature>& features);

}  // namespace credit_risk
