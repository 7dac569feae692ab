// One tree that a person can read: grown on all rows, every split looking at all features (CART,
// Breiman et al. 1984), with missing values and categories taken as they are.
#pragma once
#include <cstdint>

#include "core/model/model.hpp"
#include "core/stop_flag.hpp"
#include "core/train/data/binned_matrix.hpp"
#include "core/train/data/columns.hpp"

namespace credit_risk {

struct DecisionTreeParams {
  std::int32_t max_depth = 5;  // 1 .. 64
  double min_leaf = 0.01;      // rows in a leaf at least; below 1 their share of all rows; not 0
  double prune = 0.0;          // what a leaf has to be worth (pruning.hpp); 0 or greater
  bool balanced = false;       // the two classes weigh the same in total
  // What a row of class 0 and one of class 1 weigh besides the weight of the row; not with
  // balanced.
  double class_weights[2] = {1.0, 1.0};
};

// Refuses values out of range, naming the parameter.
void check(const DecisionTreeParams& params);

// Checks both arguments. The margin of the model is the leaf's weighted share of class 1. Of splits
// that are worth the same, that of the earlier feature is taken: nothing is drawn.
Model train_decision_tree(const TrainingData& data, const DecisionTreeParams& params,
                          const StopFlag& stop);

// The same on a matrix of rows with these features.
Model grow_decision_tree(const BinnedMatrix& matrix, const std::vector<Feature>& features,
                         const DecisionTreeParams& params, const StopFlag& stop);

}  // namespace credit_risk
