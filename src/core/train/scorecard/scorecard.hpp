// A scorecard (Siddiqi 2006): bins of each feature, their weights of evidence in a logistic
// regression, and points on a scale of odds.
#pragma once
#include <cstdint>
#include <limits>
#include <vector>

#include "core/model/model.hpp"
#include "core/stop_flag.hpp"
#include "core/train/binning/feature_bins.hpp"
#include "core/train/data/columns.hpp"
#include "core/train/scorecard/scorecard_params.hpp"

namespace credit_risk {

enum class Fate : std::uint8_t {
  kChosen,
  kLittleInformation,  // below min_iv
  kOneBin,             // min_events and min_others allow no two bins, of which one would hold only
                       // one class, as of a column that tells of the outcome
  kWrongSign,          // its weight would call the safer bins the riskier ones
  kUncertain,          // p-value above max_p_value
  kNoWeight,           // the L1 penalty left none
  kCollinear,          // says what those of more information say together
  kFewEvents,          // the rows are too few for it beside those of more information
};

const char* fate_name(Fate fate) noexcept;

struct ScorecardFeature {
  FeatureBins bins;
  Fate fate = Fate::kLittleInformation;
  // Of the weight of evidence in the log-odds of the event, below 0; NaN where it is not chosen or
  // (error and p-value) the fit is penalised.
  double coefficient = std::numeric_limits<double>::quiet_NaN();
  double standard_error = std::numeric_limits<double>::quiet_NaN();
  double p_value = std::numeric_limits<double>::quiet_NaN();
};

struct Scorecard {
  Model model;
  std::vector<ScorecardFeature> features;  // of each column
  double intercept = 0.0;                  // log-odds of the event where all weights are 0
  // With reject inference: the refused rows, and how many of them count as events (kParcelling).
  std::size_t refused_rows = 0;
  double inferred_events = 0.0;
};

// Points of a bin with weight of evidence w: -(coefficient w + intercept / k) factor + offset / k,
// with k features, factor = pdo / ln 2 and offset = base_score - factor ln(base_odds), rounded to
// whole points where params say so. A bin without rows counts as one that says nothing, w = 0.
// With reject inference bins and weights of evidence are those of the accepted rows, and the
// regression is made of the others besides, so that errors and p-values take what is inferred for
// what was seen. Where the regression of all candidates has no finite fit, a selection begins with
// the most informative ones, as many as there are rows of the rarer class for, 10 each (Peduzzi et
// al. 1996, "A simulation study of the number of events per variable in logistic regression
// analysis"). Data and params have been checked. Refuses data of which no feature is chosen.
Scorecard train_scorecard(const TrainingData& data, const std::vector<std::uint32_t>& rows,
                          const ScorecardParams& params, const StopFlag& stop);

}  // namespace credit_risk
