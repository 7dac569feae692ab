// How a scorecard is built.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/train/binning/binning_params.hpp"
#include "core/train/data/columns.hpp"
#include "core/train/scorecard/reject_inference.hpp"

namespace credit_risk {

// Which of the features of enough information value stay in the scorecard. Those that say nothing
// beside the others (collinear) never do.
enum class FeatureSelection : std::uint8_t {
  kNone,      // all, whatever the sign of their weight
  kBackward,  // step by step without the one whose weight points the wrong way or is least certain
  kL1,        // those that an L1 penalty leaves a weight, without those that point the wrong way
};

// What is asked of one feature, over what holds for all.
struct FeatureBinning {
  std::string feature;
  bool has_trend = false;
  Trend trend = Trend::kAuto;
  bool has_specials = false;
  std::vector<double> specials;
};

struct ScorecardParams {
  BinningParams binning;
  std::vector<FeatureBinning> by_feature;
  double min_iv = 0.02;  // a feature of less information value is left out; 0 or greater
  FeatureSelection selection = FeatureSelection::kBackward;
  double max_p_value = 0.1;   // of kBackward; (0, 1]
  double l1 = 0.001;          // penalty of kL1 for each row; greater than 0
  double pdo = 20.0;          // points that double the odds; greater than 0
  double base_score = 600.0;  // points at base_odds
  double base_odds = 50.0;    // good loans to a bad one; greater than 0
  RejectInference reject_inference;
  bool round_points = true;  // each attribute to whole points
};

// Refuses values out of range, naming the parameter.
void check(const ScorecardParams& params);

// Refuses what is asked of a feature that is not there, or of a text in numbers.
void check_features(const ScorecardParams& params, const std::vector<Feature>& features);

// What holds for one feature.
BinningParams binning_of(const ScorecardParams& params, const Feature& feature);

FeatureSelection selection_by_name(const std::string& name);
const char* selection_name(FeatureSelection selection) noexcept;

}  // namespace credit_risk
