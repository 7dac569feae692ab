#include "core/train/scorecard/scorecard.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "core/error.hpp"
#include "core/metrics/tables/weight_of_evidence.hpp"
#include "core/model/natural_log.hpp"
#include "core/model/predict/predict.hpp"
#include "core/model/term_table.hpp"
#include "core/train/scorecard/bin_term.hpp"
#include "core/train/scorecard/evidence_fit.hpp"

namespace credit_risk {
namespace {

constexpr std::size_t kRowsPerPoll = 0xFFFF;
constexpr std::uint64_t kEventsPerFeature = 10;
constexpr const char* kFates[] = {"chosen",     "little_information", "one_bin",
                                  "wrong_sign", "uncertain",          "no_weight",
                                  "collinear",  "few_events"};  // by Fate

std::string iv_text(double iv) { return number_label(std::round(iv * 1e4) / 1e4); }

class ScorecardBuilder {
 public:
  ScorecardBuilder(const TrainingData& data, const std::vector<std::uint32_t>& rows,
                   const ScorecardParams& params, const StopFlag& stop)
      : data_(data),
        rows_(rows),
        params_(params),
        stop_(stop),
        evidence_(data.columns.size()),
        parts_(data.columns.size()) {}

  Scorecard build();

 private:
  bool is_informative(double iv) const noexcept { return iv >= params_.min_iv && iv > 0; }
  void bin_features();
  void rank();
  TermTable evidence_table() const;
  void add_evidence(const TermTable& table, const double* row);
  void add_accepted();
  void weigh_accepted();
  void add_refused();
  std::vector<double> margins_of(std::size_t begin, std::size_t end, std::size_t step) const;
  void select();
  void select_by_penalty(EvidenceFits& fits);
  bool drop_worst();
  std::size_t most_features() const;
  bool begin_with_fewer();
  void drop(std::size_t place, Fate fate);
  void fit(EvidenceFits& fits, double l1);
  void keep_weights();
  Model make_model() const;
  std::vector<double> points_of(std::size_t column) const;
  const ScorecardFeature* most_barred() const;
  [[noreturn]] void refuse_barred(const ScorecardFeature& feature) const;
  [[noreturn]] void refuse_empty() const;
  [[noreturn]] void refuse_fit() const;

  const TrainingData& data_;
  const std::vector<std::uint32_t>& rows_;
  const ScorecardParams& params_;
  const StopFlag& stop_;
  std::vector<std::uint8_t> target_;      // of rows_, and of refused rows behind them
  std::vector<EvidenceColumn> evidence_;  // of the columns that are candidates, likewise
  std::vector<double> weights_;           // likewise; empty: 1 for each
  std::vector<double> parts_;             // of one row, by column
  std::vector<std::size_t> candidates_;   // columns, the most informative first
  std::vector<std::size_t> chosen_;       // of those
  EvidenceFit fit_;                       // of those
  Scorecard result_;
};

void ScorecardBuilder::bin_features() {
  for (std::size_t c = 0; c < data_.columns.size(); ++c) {
    const Column& column = data_.columns[c];
    ScorecardFeature feature;
    feature.bins = bin_feature({column, data_.target, rows_, data_.weights},
                               binning_of(params_, column.feature), stop_);
    const bool informative = is_informative(feature.bins.information_value);
    const bool barred = is_informative(feature.bins.barred_information);
    if (barred && (feature.bins.apart || !informative)) {
      feature.fate = Fate::kOneBin;
    } else if (informative) {
      candidates_.push_back(c);
    }
    result_.features.push_back(std::move(feature));
  }
}

void ScorecardBuilder::rank() {
  const auto information = [this](std::size_t column) {
    return result_.features[column].bins.information_value;
  };
  std::stable_sort(candidates_.begin(), candidates_.end(),
                   [&](std::size_t a, std::size_t b) { return information(a) > information(b); });
}

// By the same table that scores: one term of weights for each candidate.
TermTable ScorecardBuilder::evidence_table() const {
  Model weights;
  weights.features = data_.features();
  for (std::size_t column = 0; column < data_.columns.size(); ++column) {
    if (std::find(candidates_.begin(), candidates_.end(), column) == candidates_.end()) continue;
    const FeatureBins& bins = result_.features[column].bins;
    std::vector<double> values;
    for (const FeatureBin& bin : bins.bins) values.push_back(bin.woe);
    weights.terms.push_back(term_of(bins, static_cast<std::int32_t>(column),
                                    weights.features[column].categories.size(), values));
  }
  return TermTable(weights);
}

void ScorecardBuilder::add_evidence(const TermTable& table, const double* row) {
  table.sum(row, parts_.data());
  for (const std::size_t column : candidates_) evidence_[column].push_back(parts_[column]);
}

void ScorecardBuilder::add_accepted() {
  const TermTable table = evidence_table();
  for (const std::size_t column : candidates_) evidence_[column].reserve(rows_.size());
  std::vector<double> row(data_.columns.size());
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if ((i & kRowsPerPoll) == 0) stop_.poll();
    copy_row(data_, rows_[i], row.data());
    add_evidence(table, row.data());
    target_.push_back(data_.target[rows_[i]]);
  }
}

// The model of who is accepted is a scorecard, too, of the same parameters.
void ScorecardBuilder::weigh_accepted() {
  ScorecardParams params = params_;
  params.reject_inference.method = RejectMethod::kNone;
  params.round_points = false;
  const TrainingData all = accepted_and_refused(data_, rows_, stop_);
  std::vector<std::uint32_t> numbers(all.rows());
  std::iota(numbers.begin(), numbers.end(), 0u);
  std::vector<double> chances;
  try {
    const Predictor refusal(train_scorecard(all, numbers, params, stop_).model);
    std::vector<double> row(all.columns.size());
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if ((i & kRowsPerPoll) == 0) stop_.poll();
      copy_row(all, i, row.data());
      chances.push_back(1 - refusal.probability(row.data()));
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kInvalidInput) throw;
    throw Error(ErrorKind::kInvalidInput, "no model tells who was accepted from who was refused",
                std::string("Of that model: ") + error.what() + ".",
                "Take method parcelling, or leave reject_inference out.");
  }
  weights_ = acceptance_weights(chances);
}

// Each refused row twice, as an event and as none, by the chance that the fit so far gives it.
void ScorecardBuilder::add_refused() {
  const TermTable table = evidence_table();
  const std::size_t accepted = rows_.size(), refused = data_.refused_rows();
  std::vector<double> row(data_.columns.size()), margins;
  for (std::size_t i = 0; i < refused; ++i) {
    if ((i & kRowsPerPoll) == 0) stop_.poll();
    for (std::size_t c = 0; c < row.size(); ++c) row[c] = data_.refused[c][i];
    for (const std::uint8_t event : {1, 0}) {
      add_evidence(table, row.data());
      target_.push_back(event);
    }
  }
  const std::vector<double> chances =
      parcelled_chances(margins_of(0, accepted, 1), target_,
                        margins_of(accepted, target_.size(), 2), params_.reject_inference);
  weights_.assign(accepted, 1.0);
  for (const double chance : chances) {
    weights_.push_back(chance);
    weights_.push_back(1 - chance);
    result_.inferred_events += chance;
  }
}

// Of every `step`-th row, by the fit.
std::vector<double> ScorecardBuilder::margins_of(std::size_t begin, std::size_t end,
                                                 std::size_t step) const {
  std::vector<double> margins;
  for (std::size_t row = begin; row < end; row += step) {
    double margin = fit_.intercept;
    for (std::size_t place = 0; place < chosen_.size(); ++place)
      margin += fit_.coefficients[place] * evidence_[chosen_[place]][row];
    margins.push_back(margin);
  }
  return margins;
}

// Of the features of a collinear set the least informative comes last, and goes.
void ScorecardBuilder::fit(EvidenceFits& fits, double l1) {
  for (;;) {
    if (chosen_.empty()) refuse_empty();
    std::vector<std::size_t> places;
    for (std::size_t place = 0; place < candidates_.size(); ++place) {
      if (std::find(chosen_.begin(), chosen_.end(), candidates_[place]) != chosen_.end())
        places.push_back(place);
    }
    fit_ = fits.fit(places, l1);
    if (fit_.outcome == LogisticFit::Outcome::kConverged) return;
    if (fit_.outcome == LogisticFit::Outcome::kCollinear) {
      drop(fit_.column, Fate::kCollinear);
    } else if (!begin_with_fewer()) {
      refuse_fit();
    }
  }
}

// That the accepted rows are enough for.
std::size_t ScorecardBuilder::most_features() const {
  const ClassCount& total = result_.features[0].bins.total;
  return std::max<std::uint64_t>(std::min(total.events, total.others) / kEventsPerFeature, 1);
}

// False where there are no fewer, or none may be left out.
bool ScorecardBuilder::begin_with_fewer() {
  const std::size_t most = most_features();
  if (params_.selection == FeatureSelection::kNone || chosen_.size() <= most) return false;
  while (chosen_.size() > most) drop(chosen_.size() - 1, Fate::kFewEvents);
  return true;
}

void ScorecardBuilder::drop(std::size_t place, Fate fate) {
  result_.features[chosen_[place]].fate = fate;
  chosen_.erase(chosen_.begin() + static_cast<std::ptrdiff_t>(place));
}

void ScorecardBuilder::select_by_penalty(EvidenceFits& fits) {
  fit(fits, params_.l1);
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

// Null where none has one bin for the rules.
const ScorecardFeature* ScorecardBuilder::most_barred() const {
  const ScorecardFeature* most = nullptr;
  for (const ScorecardFeature& feature : result_.features) {
    if (feature.fate != Fate::kOneBin) continue;
    if (most == nullptr || feature.bins.barred_information > most->bins.barred_information)
      most = &feature;
  }
  return most;
}

void ScorecardBuilder::refuse_barred(const ScorecardFeature& feature) const {
  const std::size_t column = static_cast<std::size_t>(&feature - result_.features.data());
  const std::string name = "\"" + data_.columns[column].feature.name + "\"";
  const std::string value = iv_text(feature.bins.barred_information);
  if (feature.bins.apart) {
    throw Error(ErrorKind::kInvalidInput,
                "feature " + name + " tells the classes apart without error",
                "Its information value is " + value + "; no other feature has a place.",
                "Leave out what tells of the outcome.");
  }
  throw Error(ErrorKind::kInvalidInput, "no feature is worth a place in the scorecard",
              "Feature " + name + " has one bin; without params.min_events and params.min_others " +
                  "its information value is " + value + ".",
              "Leave out what tells of the outcome, or lower params.min_events and "
              "params.min_others.");
}

void ScorecardBuilder::refuse_empty() const {
  const ScorecardFeature* const barred = most_barred();
  if (barred != nullptr) refuse_barred(*barred);
  double most = 0;
  for (const ScorecardFeature& feature : result_.features)
    most = std::max(most, feature.bins.information_value);
  throw Error(ErrorKind::kInvalidInput, "no feature is worth a place in the scorecard",
              "The greatest information value is " + iv_text(most) + ".",
              "Lower params.min_iv, raise params.max_p_value, or bring more rows.");
}

void ScorecardBuilder::refuse_fit() const {
  if (fit_.outcome == LogisticFit::Outcome::kSeparated) {
    throw Error(ErrorKind::kInvalidInput,
                "the features of the scorecard tell the classes apart without error",
                "The weights of the regression grow without end, most of all that of feature \"" +
                    data_.columns[chosen_[fit_.column]].feature.name + "\".",
                chosen_.size() > most_features()
                    ? "Take selection backward, which begins with fewer features, raise "
                      "params.min_iv, or bring more rows."
                    : "Leave out what tells of the outcome, or bring more rows.");
  }
  throw Error(ErrorKind::kInvalidInput, "the regression of the scorecard did not converge", "",
              "Leave out features that say nearly the same, or bring more rows.");
}

void ScorecardBuilder::select() {
  chosen_ = candidates_;
  for (const std::size_t column : chosen_) result_.features[column].fate = Fate::kChosen;
  EvidenceRows rows{{}, target_, weights_};
  for (const std::size_t column : candidates_) rows.columns.push_back(&evidence_[column]);
  EvidenceFits fits(rows, stop_);
  if (params_.selection == FeatureSelection::kL1) select_by_penalty(fits);
  do {
    fit(fits, 0);
  } while (params_.selection != FeatureSelection::kNone && drop_worst());
}

Scorecard ScorecardBuilder::build() {
  const RejectMethod inference = params_.reject_inference.method;
  bin_features();
  if (candidates_.empty()) refuse_empty();
  rank();
  add_accepted();
  weights_ = weights_of(data_, rows_);
  if (inference == RejectMethod::kAugmentation) weigh_accepted();
  select();
  if (inference == RejectMethod::kParcelling) {
    add_refused();
    select();
  }
  if (inference != RejectMethod::kNone) result_.refused_rows = data_.refused_rows();
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
