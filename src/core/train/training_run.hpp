// One training from data to report: the split, the folds, a model for each, and what they measure.
// Whoever drives it grows the trees, those of a forest here or in parallel workers:
//   for each fit: begin_fit, then add_tree for every tree in any order (or grow_trees), then
//   finish_fit.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/metrics/confusion.hpp"
#include "core/model/model.hpp"
#include "core/stop_flag.hpp"
#include "core/train/columns.hpp"
#include "core/train/folds.hpp"
#include "core/train/gradient_boosting.hpp"
#include "core/train/train_options.hpp"

namespace credit_risk {

// Measured on rows that the model has not seen; a row counts as predicted positive above a
// probability of 0.5.
struct FitReport {
  std::size_t train_rows = 0;
  std::size_t test_rows = 0;
  Confusion test;
  Confusion train;
  double auc = 0.0;
  double ks = 0.0;
  double brier = 0.0;
};

class TrainingRun {
 public:
  // What to fit: the model to store with its held-out part, and the folds; or the folds alone.
  enum class Goal { kModel, kFolds };

  // Checks data and options.
  TrainingRun(TrainingData data, TrainOptions options, Goal goal);

  const TrainingData& data() const noexcept { return data_; }
  const TrainOptions& options() const noexcept { return options_; }
  std::size_t fit_count() const noexcept { return fits_.size(); }

  void begin_fit(std::size_t fit, const StopFlag& stop);
  const std::vector<std::uint64_t>& block() const noexcept {
    return block_;
  }                                                        // of the fit begun, for BinnedMatrix
  void add_tree(std::uint32_t number, TreeEnsemble tree);  // of a forest
  void grow_trees(const StopFlag& stop);                   // those not added yet
  void finish_fit(const StopFlag& stop);

  const FitReport& report(std::size_t fit) const { return reports_[fit]; }
  std::string fit_name(std::size_t fit) const;

  // After the last fit, for Goal::kModel.
  const Model& model() const noexcept { return model_; }
  // All figures as a JSON object; what was not measured is null.
  std::string metrics_json(std::uint64_t skipped_rows) const;

 private:
  enum class Part { kSplit, kFold, kAll };
  struct Fit {
    Part part;
    std::uint16_t fold;
  };
  RowSplit rows_of(const Fit& fit) const;
  bool boosts() const noexcept { return options_.algorithm == Algorithm::kGradientBoosting; }
  Model take_forest();
  void keep_model(Model model);

  TrainingData data_;
  TrainOptions options_;
  std::vector<Fit> fits_;
  std::vector<FitReport> reports_;
  std::vector<std::uint16_t> fold_of_;
  RowSplit rows_;  // of the fit begun
  std::size_t current_ = 0;
  std::vector<std::uint64_t> block_;
  std::vector<TreeEnsemble> grown_;
  BoostedModel boosted_;  // of the fit begun, for gradient boosting
  Model model_;
  std::vector<double> importance_;   // of each feature in model_, in all 1
  std::size_t validation_rows_ = 0;  // of model_
};

}  // namespace credit_risk
