// What a caller may ask of training: the params argument of train and cross_validate.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/train/boosting_params.hpp"
#include "core/train/forest_params.hpp"

namespace credit_risk {

enum class Algorithm : std::uint8_t { kRandomForest, kGradientBoosting };

// Refuses a name that is no algorithm.
Algorithm algorithm_by_name(const std::string& name);

struct TrainOptions {
  Algorithm algorithm = Algorithm::kRandomForest;
  // Those of the algorithm count; the seed stands in both.
  ForestParams forest;
  BoostingParams boosting;
  double test_share = 0.2;  // held out to measure the model on; 0 = none
  std::uint16_t folds = 5;  // of the cross-validation on all rows; 0 = none
  bool refit_on_all =
      false;  // store a forest of all rows; the held-out figures stay those of the split
  bool verbose = false;
  bool allow_protected = false;
  std::vector<std::string> features;  // the features on purpose; empty = all columns but the target
  std::vector<std::string> exclude;
  bool has_positive = false;
  std::string positive;  // the target's text that counts as 1
};

// Reads a JSON object; refuses names that do not exist for the algorithm and values out of range,
// naming the parameter.
TrainOptions parse_train_options(const char* json, std::size_t size,
                                 Algorithm algorithm = Algorithm::kRandomForest);

// All parameters with their values in force, as JSON text.
std::string to_json(const TrainOptions& options);

}  // namespace credit_risk
