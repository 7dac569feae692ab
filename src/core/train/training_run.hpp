// One training from data to report: the split, the folds, a model for each, and what they measure.
// Whoever drives it grows the trees, here or in parallel workers:
//   for each fit: begin_fit, then grow_trees (of a forest or after add_tree for trees grown
//   elsewhere; of boosted trees or grow_in_team), then finish_fit; or add_fit, with what pack_fit
//   tells of a run of the same data and options elsewhere.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/metrics/confusion.hpp"
#include "core/stop_flag.hpp"
#include "core/train/boosting/boosting_params.hpp"
#include "core/train/data/columns.hpp"
#include "core/train/fitted_model.hpp"
#include "core/train/folds.hpp"
#include "core/train/forest/forest_params.hpp"
#include "core/train/guard_rails.hpp"
#include "core/train/train_options.hpp"

namespace credit_risk {

// Measured on rows that the model has not seen; a row counts as predicted positive above a
// probability of 0.5.
struct FitReport {
  std::size_t train_rows = 0;
  std::size_t test_rows = 0;
  Confusion counts;    // of the test rows
  DecisionRates test;  // by what rows weigh, as all that follows
  DecisionRates train;
  double auc = 0.0;
  double ks = 0.0;
  double brier = 0.0;
};

class BinnedMatrix;
class Team;

// Those of the trainer of boosted trees; null where the options are another one's.
const BoostingParams* boosting_params(const TrainOptions& options);

class TrainingRun {
 public:
  // What to fit: the model to store with its held-out part, and the folds; or the folds alone.
  enum class Goal { kModel, kFolds };
  // What a fit is for: the held-out part, one of the folds, or the model of all rows.
  enum class Part { kSplit, kFold, kAll };

  // Checks data and options.
  TrainingRun(TrainingData data, TrainOptions options, Goal goal,
              const StopFlag& stop = StopFlag());

  const TrainingData& data() const noexcept { return data_; }
  const TrainOptions& options() const noexcept { return options_; }
  std::size_t fit_count() const noexcept { return fits_.size(); }

  const char* product() const;  // what is made, such as "forest"
  // How to grow trees that may grow apart, in parallel workers; null where none may.
  const ForestParams* forest() const;
  // How to boost trees, which a team may do together; null for other models.
  const BoostingParams* boosting() const { return boosting_params(options_); }

  void begin_fit(std::size_t fit, const StopFlag& stop);
  // Of the fit begun, for BinnedMatrix; of forests and boosted trees.
  const std::vector<std::uint64_t>& block() const noexcept { return block_; }
  void drop_block() { block_ = {}; }  // when all trees grow on a copy of it
  void add_tree(std::uint32_t number, TreeEnsemble tree);
  void grow_trees(const StopFlag& stop);  // those not added yet; of other models, the whole
  // As this member of a team, on its copy of the block.
  void grow_in_team(const BinnedMatrix& matrix, Team& team, const StopFlag& stop);
  void finish_fit(const StopFlag& stop);

  // What the fit just finished has found, as bytes for the run in another process that adds it.
  std::string pack_fit() const;
  void add_fit(const char* bytes, std::size_t size);
  bool has_finished(std::size_t fit) const { return reports_[fit].train_rows > 0; }

  const FitReport& report(std::size_t fit) const { return reports_[fit]; }
  std::string fit_name(std::size_t fit) const;
  Part part(std::size_t fit) const { return fits_[fit].part; }
  std::uint16_t fold(std::size_t fit) const { return fits_[fit].fold; }  // from 0

  // After the last fit, for Goal::kModel.
  bool calibrated_by_itself() const;  // since classes were weighted
  const Model& model() const noexcept { return kept_.model; }
  // All figures as a JSON object; what was not measured is null.
  std::string metrics_json(std::uint64_t skipped_rows,
                           const std::vector<TrainingWarning>& warnings = {}) const;

 private:
  struct Fit {
    Part part;
    std::uint16_t fold;
    std::uint16_t repeat = 0;
  };
  bool by_time() const noexcept { return !data_.time.empty(); }
  void draw_folds(std::uint16_t repeat, const StopFlag& stop);
  RowSplit rows_of(const Fit& fit, const StopFlag& stop) const;
  void keep(std::size_t fit, FittedModel fitted);
  void measure(const Model& model, FitReport& report, const StopFlag& stop) const;

  TrainingData data_;
  TrainOptions options_;
  std::vector<Fit> fits_;
  std::vector<FitReport> reports_;
  std::vector<std::uint16_t> fold_of_;  // in this repeat; by time, the block
  std::uint16_t repeat_ = 0;
  RowSplit rows_;  // of the fit begun
  std::size_t current_ = 0;
  std::vector<std::uint64_t> block_;
  std::vector<TreeEnsemble> grown_;  // of a forest
  FittedModel fitted_;               // of the fit begun
  FittedModel kept_;                 // to be stored
  std::size_t kept_fit_ = 0;
};

}  // namespace credit_risk
