#include "core/train/training_run.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <utility>

#include "core/error.hpp"
#include "core/json.hpp"
#include "core/message.hpp"
#include "core/metrics/probability_loss.hpp"
#include "core/metrics/ranking.hpp"
#include "core/model/codec.hpp"
#include "core/model/predict/predict.hpp"
#include "core/train/boosting/boosting_trainer.hpp"
#include "core/train/boosting/gradient_boosting.hpp"
#include "core/train/forest/forest_trainer.hpp"
#include "core/train/forest/tree_grower.hpp"

namespace credit_risk {
namespace {

using Json = nlohmann::json;

constexpr double kThreshold = 0.5;
constexpr std::size_t kBatchRows = 1024;

struct Predicted {
  std::vector<std::uint8_t> label;
  std::vector<double> score, weight;  // no weights: 1 for each row
  Scored span() const {
    return {label.data(), score.data(), label.size(), weight.empty() ? nullptr : weight.data()};
  }
};

Predicted predict(const Predictor& predictor, const TrainingData& data,
                  const std::vector<std::uint32_t>& rows, const StopFlag& stop) {
  Predicted result;
  result.score.resize(rows.size());
  for (const std::uint32_t row : rows) result.label.push_back(data.target[row]);
  result.weight = weights_of(data, rows);
  const std::size_t width = data.columns.size();
  std::vector<double> batch(kBatchRows * width);
  for (std::size_t begin = 0; begin < rows.size(); begin += kBatchRows) {
    stop.poll();
    const std::size_t count = std::min(kBatchRows, rows.size() - begin);
    for (std::size_t i = 0; i < count; ++i)
      copy_row(data, rows[begin + i], batch.data() + i * width);
    predictor.probabilities(batch.data(), count, result.score.data() + begin);
  }
  return result;
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Over the folds as they are: divided by their number.
double standard_deviation(const std::vector<double>& values) {
  const double middle = mean(values);
  double sum = 0.0;
  for (const double value : values) sum += (value - middle) * (value - middle);
  return std::sqrt(sum / static_cast<double>(values.size()));
}

void put_decisions(Json& object, const DecisionRates& rates, const Confusion& counts) {
  object["accuracy"] = rates.accuracy;
  object["precision"] = rates.precision;
  object["recall"] = rates.recall;
  object["f1"] = rates.f1;
  object["true_positives"] = counts.true_positives;
  object["false_positives"] = counts.false_positives;
  object["true_negatives"] = counts.true_negatives;
  object["false_negatives"] = counts.false_negatives;
}

void put_test(Json& object, const FitReport& report) {
  object["train_rows"] = report.train_rows;
  object["test_rows"] = report.test_rows;
  put_decisions(object, report.test, report.counts);
  object["auc"] = report.auc;
  object["gini"] = 2 * report.auc - 1;
  object["ks"] = report.ks;
  object["brier"] = report.brier;
  object["train_accuracy"] = report.train.accuracy;
  object["train_test_gap"] = report.train.accuracy - report.test.accuracy;
}

// `per_repeat` folds of the first repeat, then those of the next.
void put_folds(Json& object, const std::vector<FitReport>& folds, std::size_t per_repeat) {
  std::vector<double> accuracy, auc;
  Json rows = Json::array();
  for (const FitReport& fold : folds) {
    accuracy.push_back(fold.test.accuracy);
    auc.push_back(fold.auc);
    Json row = {{"repeat", rows.size() / per_repeat + 1}, {"fold", rows.size() % per_repeat + 1}};
    put_test(row, fold);
    rows.push_back(std::move(row));
  }
  object["folds"] = std::move(rows);
  object["cv_accuracy_mean"] = mean(accuracy);
  object["cv_accuracy_sd"] = standard_deviation(accuracy);
  object["cv_auc_mean"] = mean(auc);
  object["cv_auc_sd"] = standard_deviation(auc);
}

void put_warnings(Json& object, const std::vector<TrainingWarning>& warnings) {
  Json list = Json::array();
  for (const TrainingWarning& warning : warnings) {
    list.push_back({{"kind", warning.kind},
                    {"columns", warning.columns},
                    {"message", warning.message},
                    {"detail", warning.detail}});
  }
  if (!list.empty()) object["warnings"] = std::move(list);
}

}  // namespace

const BoostingParams* boosting_params(const TrainOptions& options) {
  const BoostingTrainer* const trainer = options.trainer->as_boosting();
  return trainer == nullptr ? nullptr : &trainer->params();
}

TrainingRun::TrainingRun(TrainingData data, TrainOptions options, Goal goal, const StopFlag& stop)
    : data_(std::move(data)), options_(std::move(options)) {
  check(data_, stop);
  options_.trainer->check_parameters();
  options_.trainer->check_columns(data_);
  if (goal == Goal::kModel && options_.test_share > 0) {
    fits_.push_back({Part::kSplit, 0});
    rows_of(fits_.back(), stop);  // refuses a split that cannot be made before any tree is grown
  }
  if (options_.folds > 0) {
    draw_folds(0, stop);
    for (std::uint16_t repeat = 0; repeat < options_.repeats; ++repeat)
      for (std::uint16_t fold = 0; fold < options_.folds; ++fold)
        fits_.push_back({Part::kFold, fold, repeat});
  }
  const bool all_rows = options_.refit_on_all || options_.test_share == 0;
  if (goal == Goal::kModel && all_rows) fits_.push_back({Part::kAll, 0});
  reports_.resize(fits_.size());
}

bool TrainingRun::calibrated_by_itself() const {
  return options_.calibrate == CalibrationRule::kAuto && kept_.model.calibration.has_value();
}

const char* TrainingRun::product() const { return options_.trainer->product(); }

const ForestParams* TrainingRun::forest() const {
  const ForestTrainer* const trainer = options_.trainer->as_forest();
  return trainer == nullptr ? nullptr : &trainer->params();
}

// By time every fold is checked at once, before any model is fitted.
void TrainingRun::draw_folds(std::uint16_t repeat, const StopFlag& stop) {
  repeat_ = repeat;
  if (!by_time()) {
    fold_of_ = stratified_folds(data_.target, options_.folds, options_.seed, repeat, stop);
    return;
  }
  fold_of_ = time_blocks(data_.time, options_.folds, stop);
  for (std::uint16_t fold = 0; fold < options_.folds; ++fold)
    hold_out_block(fold_of_, fold, data_.target);
}

RowSplit TrainingRun::rows_of(const Fit& fit, const StopFlag& stop) const {
  if (fit.part == Part::kSplit) {
    return by_time() ? latest_split(data_.time, data_.target, options_.test_share)
                     : stratified_split(data_.target, options_.test_share, options_.seed, stop);
  }
  if (fit.part == Part::kFold) {
    return by_time() ? hold_out_block(fold_of_, fit.fold, data_.target)
                     : hold_out(fold_of_, fit.fold);
  }
  RowSplit all;
  all.train.resize(data_.rows());
  std::iota(all.train.begin(), all.train.end(), 0u);
  return all;
}

std::string TrainingRun::fit_name(std::size_t fit) const {
  switch (fits_[fit].part) {
    case Part::kSplit:
      return "held-out part";
    case Part::kFold:
      return (options_.repeats > 1 ? "repeat " + std::to_string(fits_[fit].repeat + 1) + ", "
                                   : "") +
             "fold " + std::to_string(fits_[fit].fold + 1) + " of " +
             std::to_string(options_.folds);
    case Part::kAll:
      return "all rows";
  }
  return {};
}

void TrainingRun::begin_fit(std::size_t fit, const StopFlag& stop) {
  current_ = fit;
  if (fits_[fit].part == Part::kFold && fits_[fit].repeat != repeat_)
    draw_folds(fits_[fit].repeat, stop);
  rows_ = rows_of(fits_[fit], stop);
  if (boosting() != nullptr) block_ = bin_rows(data_, rows_.train, stop, kBoostingBins);
  if (forest() == nullptr) return;
  block_ = bin_rows(data_, rows_.train, stop,
                    data_.rows() < kCompactRows ? kMaxExactBins : kQuantileBins);
  grown_.assign(static_cast<std::size_t>(forest()->trees), TreeEnsemble{});
}

void TrainingRun::add_tree(std::uint32_t number, TreeEnsemble tree) {
  grown_.at(number) = std::move(tree);
}

void TrainingRun::grow_in_team(const BinnedMatrix& matrix, Team& team, const StopFlag& stop) {
  fitted_ = options_.trainer->as_boosting()->fit(matrix, data_.features(), team, stop);
}

void TrainingRun::grow_trees(const StopFlag& stop) {
  if (boosting() != nullptr) {
    Team alone;
    return grow_in_team(BinnedMatrix(block_.data()), alone, stop);
  }
  if (forest() == nullptr) {
    fitted_ = options_.trainer->fit(data_, rows_.train, stop);
    return;
  }
  std::unique_ptr<TreeGrower> grower;
  for (std::uint32_t number = 0; number < grown_.size(); ++number) {
    if (grown_[number].tree_count() > 0) continue;
    if (!grower) grower = make_tree_grower(BinnedMatrix(block_.data()), *forest(), stop);
    add_tree(number, grower->grow(number));
    stop.count(number + 1, grown_.size());
  }
}

void TrainingRun::measure(const Model& model, FitReport& report, const StopFlag& stop) const {
  const Predictor predictor(model);
  const Predicted test = predict(predictor, data_, rows_.test, stop);
  report.counts = confusion_at(test.span(), kThreshold);
  report.test = decision_rates(test.span(), kThreshold);
  report.auc = roc_auc(test.span(), stop);
  report.ks = ks_statistic(test.span(), stop);
  report.brier = brier_score(test.span());
  report.train = decision_rates(predict(predictor, data_, rows_.train, stop).span(), kThreshold);
}

void TrainingRun::finish_fit(const StopFlag& stop) {
  block_ = {};
  if (forest() != nullptr) fitted_ = options_.trainer->as_forest()->assemble(data_, grown_);
  calibrate_fit(fitted_, *options_.trainer, data_, rows_.train, options_.calibrate, stop);
  FitReport& report = reports_[current_];
  report.train_rows = rows_.train.size();
  report.test_rows = rows_.test.size();
  if (!rows_.test.empty()) measure(fitted_.model, report, stop);
  if (fits_[current_].part != Part::kFold) keep(current_, std::move(fitted_));
}

// The model of all rows, which is the last fit, takes the place of that of the split.
void TrainingRun::keep(std::size_t fit, FittedModel fitted) {
  if (fit < kept_fit_) return;
  kept_ = std::move(fitted);
  kept_fit_ = fit;
}

std::string TrainingRun::pack_fit() const {
  const bool has_model = fits_[current_].part != Part::kFold;
  const std::string content = has_model ? encode(kept_.model) : "";
  return write_message([&](MessageWriter& message) {
    message.value(std::uint64_t{current_});
    message.value(reports_[current_]);
    message.text(content);
    message.array(has_model ? kept_.importance : std::vector<double>());
    message.text(has_model ? kept_.figures : "");
  });
}

void TrainingRun::add_fit(const char* bytes, std::size_t size) {
  MessageReader message(bytes, size);
  const auto fit = static_cast<std::size_t>(message.value<std::uint64_t>());
  reports_.at(fit) = message.value<FitReport>();
  std::string content;
  message.text(content);
  FittedModel fitted;
  message.array(fitted.importance);
  message.text(fitted.figures);
  message.end();
  if (content.empty()) return;
  fitted.model = decode(content.data(), content.size());
  keep(fit, std::move(fitted));
}

std::string TrainingRun::metrics_json(std::uint64_t skipped_rows,
                                      const std::vector<TrainingWarning>& warnings) const {
  Json object = {{"rows", data_.rows()},
                 {"skipped_rows", skipped_rows},
                 {"features", data_.columns.size()},
                 {"positives", data_.positives()}};
  std::vector<FitReport> folds;
  for (std::size_t fit = 0; fit < fits_.size(); ++fit) {
    if (fits_[fit].part == Part::kSplit) put_test(object, reports_[fit]);
    if (fits_[fit].part == Part::kFold) folds.push_back(reports_[fit]);
  }
  if (!folds.empty()) put_folds(object, folds, options_.folds);
  if (!kept_.importance.empty()) {
    object["trained_on"] =
        reports_[fits_.back().part == Part::kAll ? fits_.size() - 1 : 0].train_rows;
    Json importance = Json::object();
    for (std::size_t f = 0; f < kept_.importance.size(); ++f)
      importance[data_.columns[f].feature.name] = kept_.importance[f];
    object[options_.trainer->importance_name()] = std::move(importance);
    object.update(Json::parse(kept_.figures));
  }
  put_warnings(object, warnings);
  return object.dump();
}

}  // namespace credit_risk
