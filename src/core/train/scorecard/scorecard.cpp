#include "core/train/scorecard/scorecard.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.hpp"
#include "core/metrics/tables/weight_of_evidence.hpp"
#include "core/model/natural_log.hpp"
#include "core/model/term_table.hpp"
#include "core/train/scorecard/bin_term.hpp"
#include "core/train/scorecard/evidence_fit.hpp"

namespace credit_risk {
namespace {

constexpr std::size_t kRowsPerPoll = 0xFFFF;
constexpr const char* kFates[] = {"chosen",    "little_information", "wrong_sign",
                                  "uncertain", "no_weight",          "collinear"};  // by Fate

class ScorecardBuilder {
 public:
  ScorecardBuilder(const TrainingData& data, const std::vector<std::uint32_t>& rows,
                   const ScorecardParams& params, const StopFlag& stop)
      : data_(data), rows_(rows), params_(params), stop_(stop), evidence_(data.columns.size()) {
    for (const std::uint32_t row : rows) target_.push_back(data.target[row]);
  }

  Scorecard build();

 private:
  void bin_features();
  void rank();
  void fill_evidence();
  void select_by_penalty();
  bool drop_worst();
  void drop(std::size_t place, Fate fate);
  void fit(double l1);
  void keep_weights();
  Model make_model() const;
  std::vector<double> points_of(std::size_t column) const;
  [[noreturn]] void refuse_empty() const;
  [[noreturn]] void refuse_fit() const;

  const TrainingData& data_;
  const std::vector<std::uint32_t>& rows_;
  const ScorecardParams& params_;
  const StopFlag& stop_;
  std::vector<std::uint8_t> target_;           // of rows_
  std::vector<std::vector<double>> evidence_;  // of the columns that are candidates
  std::vector<double> weights_;                // of rows_; empty: 1 for each
  std::vector<std::size_t> chosen_;            // columns, the most informative first
  EvidenceFit fit_;                            // of those
  Scorecard result_;
};

void ScorecardBuilder::bin_features() {
  for (std::size_t c = 0; c < data_.columns.size(); ++c) {
    const Column& column = data_.columns[c];
    ScorecardFeature feature;
    feature.bins =
        bin_feature(column, data_.target, rows_, binning_of(params_, column.feature), stop_);
    const double iv = feature.bins.information_value;
    if (iv >= params_.min_iv && iv > 0) {
      feature.fate = Fate::kChosen;
      chosen_.push_back(c);
    }
    result_.features.push_back(std::move(feature));
  }
}

void ScorecardBuilder::rank() {
  const auto information = [this](std::size_t column) {
    return result_.features[column].bins.information_value;
  };
  std::stable_sort(chosen_.begin(), chosen_.end(),
                   [&](std::size_t a, std::size_t b) { return information(a) > information(b); });
}

// By the same table that scores: one term of weights for each candidate.
void ScorecardBuilder::fill_evidence() {
  Model weights;
  weights.features = data_.features();
  for (const std::size_t column : chosen_) {
    const FeatureBins& bins = result_.features[column].bins;
    evidence_[column].reserve(rows_.size());
    std::vector<double> values;
    for (const FeatureBin& bin : bins.bins) values.push_back(bin.woe);
    weights.terms.push_back(term_of(bins, static_cast<std::int32_t>(column),
                                    weights.features[column].categories.size(), values));
  }
  const TermTable table(weights);
  std::vector<double> row(data_.columns.size()), parts(data_.columns.size());
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if ((i & kRowsPerPoll) == 0) stop_.poll();
    copy_row(data_, rows_[i], row.data());
    table.sum(row.data(), parts.data());
    for (const std::size_t column : chosen_) evidence_[column].push_back(parts[column]);
  }
}

// Of the features of a collinear set the least informative comes last, and goes.
void ScorecardBuilder::fit(double l1) {
  for (;;) {
    if (chosen_.empty()) refuse_empty();
    EvidenceRows rows{{}, target_, weights_};
    for (const std::size_t column : chosen_) rows.columns.push_back(&evidence_[column]);
    fit_ = fit_evidence(rows, l1, stop_);
    if (fit_.outcome == LogisticFit::Outcome::kConverged) return;
    if (fit_.outcome != LogisticFit::Outcome::kCollinear) refuse_fit();
    drop(fit_.column, Fate::kCollinear);
  }
}

void ScorecardBuilder::drop(std::size_t place, Fate fate) {
  result_.features[chosen_[place]].fate = fate;
  chosen_.erase(chosen_.begin() + static_cast<std::ptrdiff_t>(place));
}

void ScorecardBuilder::select_by_penalty() {
  fit(params_.l1);
  for (std::size_t place = chosen_.size(); place-- > 0;) {
    if (fit_.coefficients[place] == 0) drop(place, Fate::kNoWeight);
  }
}

// Safer bins have the greater weight of evidence, so that its coefficient in the log-odds of the
// event is negative. False where all chosen ones are that, and certain enough.
bool ScorecardBuilder::drop_worst() {
  const std::vector<double>& weight = fit_.coefficients;
  const auto wrong = std::max_element(weight.begin(), weight.end());
  if (*wrong >= 0) {
    drop(static_cast<std::size_t>(wrong - weight.begin()), Fate::kWrongSign);
    return true;
  }
  if (params_.selection != FeatureSelection::kBackward) return false;
  std::size_t uncertain = 0;
  for (std::size_t i = 1; i < weight.size(); ++i)
    if (fit_.z(i) < fit_.z(uncertain)) uncertain = i;
  if (!(fit_.p_values[uncertain] > params_.max_p_value)) return false;
  drop(uncertain, Fate::kUncertain);
  return true;
}

void ScorecardBuilder::keep_weights() {
  result_.intercept = fit_.intercept;
  for (std::size_t place = 0; place < chosen_.size(); ++place) {
    ScorecardFeature& feature = result_.features[chosen_[place]];
    feature.coefficient = fit_.coefficients[place];
    feature.standard_error = fit_.standard_errors[place];
    feature.p_value = fit_.p_values[place];
  }
  std::sort(chosen_.begin(), chosen_.end());
}

PointsScale scale_of(const ScorecardParams& params) {
  const double factor = params.pdo / natural_log(2.0);
  return {params.base_score - factor * natural_log(params.base_odds), factor};
}

std::vector<double> ScorecardBuilder::points_of(std::size_t column) const {
  const PointsScale scale = scale_of(params_);
  const ScorecardFeature& feature = result_.features[column];
  const auto count = static_cast<double>(chosen_.size());
  std::vector<double> points;
  for (const FeatureBin& bin : feature.bins.bins) {
    const double exact =
        -(feature.coefficient * bin.woe + result_.intercept / count) * scale.factor +
        scale.offset / count;
    points.push_back(params_.round_points ? std::round(exact) + 0.0 : exact);
  }
  return points;
}

Model ScorecardBuilder::make_model() const {
  Model model;
  model.algorithm = "scorecard";
  model.features = data_.features();
  model.link = Link::kLogit;
  model.points = scale_of(params_);
  for (const std::size_t column : chosen_) {
    model.terms.push_back(term_of(result_.features[column].bins, static_cast<std::int32_t>(column),
                                  model.features[column].categories.size(), points_of(column)));
  }
  return model;
}

void ScorecardBuilder::refuse_empty() const {
  double most = 0;
  for (const ScorecardFeature& feature : result_.features)
    most = std::max(most, feature.bins.information_value);
  throw Error(
      ErrorKind::kInvalidInput, "no feature is worth a place in the scorecard",
      "The greatest information value is " + number_label(std::round(most * 1e4) / 1e4) + ".",
      "Lower params.min_iv, raise params.max_p_value, or bring more rows.");
}

void ScorecardBuilder::refuse_fit() const {
  if (fit_.outcome == LogisticFit::Outcome::kSeparated) {
    throw Error(ErrorKind::kInvalidInput,
                "the features of the scorecard tell the classes apart without error",
                "The weights of the regression grow without end, most of all that of feature \"" +
                    data_.columns[chosen_[fit_.column]].feature.name + "\".",
                "Leave out what tells of the outcome, or bring more rows.");
  }
  throw Error(ErrorKind::kInvalidInput, "the regression of the scorecard did not converge", "",
              "Leave out features that say nearly the same, or bring more rows.");
}

Scorecard ScorecardBuilder::build() {
  bin_features();
  if (chosen_.empty()) refuse_empty();
  fill_evidence();
  rank();
  if (params_.selection == FeatureSelection::kL1) select_by_penalty();
  do {
    fit(0);
  } while (params_.selection != FeatureSelection::kNone && drop_worst());
  keep_weights();
  result_.model = make_model();
  return std::move(result_);
}

}  // namespace

const char* fate_name(Fate fate) noexcept { return kFates[static_cast<std::size_t>(fate)]; }

Scorecard train_scorecard(const TrainingData& data, const std::vector<std::uint32_t>& rows,
                          const ScorecardParams& params, const StopFlag& stop) {
  return ScorecardBuilder(data, rows, params, stop).build();
}

}  // namespace credit_risk
