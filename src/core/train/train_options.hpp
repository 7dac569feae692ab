// What a caller may ask of training: the params argument of train and cross_validate.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/train/calibration/fit_calibration.hpp"

namespace credit_risk {

class Trainer;

struct TrainOptions {
  std::shared_ptr<const Trainer> trainer;  // with its parameters; null where nothing is trained
  std::uint64_t seed = 42;                 // of the split, the folds, and what the trainer draws
  double test_share = 0.2;                 // held out to measure the model on; 0 = none
  std::uint16_t folds = 5;                 // of the cross-validation on all rows; 0 = none
  std::uint16_t repeats = 1;               // of the cross-validation, with other folds each time
  // Store a model of all rows; the held-out figures stay those of the split.
  bool refit_on_all = false;
  CalibrationRule calibrate = CalibrationRule::kAuto;
  bool verbose = false;
  bool allow_protected = false;
  bool guard_rails = true;            // warnings of guard_rails.hpp
  std::vector<std::string> features;  // the features on purpose; empty = all columns but the target
  std::vector<std::string> exclude;
  // The column that orders the rows: the latest are held out, and folds are measured by what came
  // before; empty = rows are drawn.
  std::string time_column;
  std::string weight;  // the column that tells what each row weighs; empty = every row weighs 1
  bool has_positive = false;
  std::string positive;  // the target's text that counts as 1
};

// Reads a JSON object; refuses names that do not exist for the algorithm and values out of range,
// naming the parameter; refuses an algorithm that does not exist.
TrainOptions parse_train_options(const char* json, std::size_t size,
                                 const std::string& algorithm = "random_forest");

// All parameters with their values in force, as JSON text.
std::string to_json(const TrainOptions& options);

}  // namespace credit_risk
