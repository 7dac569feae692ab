// Random forest (Breiman 2001) for two classes, as scikit-learn's RandomForestClassifier grows it,
// with missing values and categories taken as they are.
#pragma once
#include "core/model/model.hpp"
#include "core/stop_flag.hpp"
#include "core/train/data/columns.hpp"
#include "core/train/forest/forest_params.hpp"

namespace credit_risk {

// Checks both arguments. The margin of the model is the mean over the trees of the leaf's weighted
// share of class 1.
Model train_random_forest(const TrainingData& data, const ForestParams& params,
                          const StopFlag& stop);

// The forest without its trees; append_tree adds them in the order of their numbers.
Model empty_forest(const TrainingData& data);

}  // namespace credit_risk
