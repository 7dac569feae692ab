// What each column of a training set is worth alone, and what is odd about it.
#pragma once
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "core/stop_flag.hpp"
#include "core/train/binning/feature_bins.hpp"
#include "core/train/data/columns.hpp"

namespace credit_risk {

enum class Finding : std::uint8_t {
  kEmpty,       // no value in any row
  kConstant,    // one value in all rows
  kIdentifier,  // texts that hardly ever come twice, or whole numbers that number the rows
  kSuspicious,  // so good alone that it may tell of the outcome: a leak
  kStrong,      // information value from 0.3 (Siddiqi 2006)
  kMedium,      // from 0.1
  kWeak,        // from 0.02
  kUnpredictive,
};

const char* finding_name(Finding finding) noexcept;

// Suspicious above either.
inline constexpr double kSuspiciousInformation = 0.5;  // Siddiqi 2006
inline constexpr double kSuspiciousAuc = 0.98;

struct ScreenedFeature {
  std::size_t column;
  Finding finding;
  double missing_share;
  std::uint64_t distinct_values;  // NULL and NaN are none
  std::size_t bins = 0;           // that have rows
  double information_value = 0.0;
  double auc = std::numeric_limits<double>::quiet_NaN();  // of its bins alone, the riskiest first
};

// Of columns in the order of the data. Refuses what check() of columns.hpp does, but for columns
// without any value.
std::vector<ScreenedFeature> screen_features(const TrainingData& data, const BinningParams& params,
                                             const StopFlag& stop);

// kEmpty, kConstant or kIdentifier, where the column is one of these.
std::optional<Finding> oddity_of(const Column& column, const StopFlag& stop);

// Area under the ROC curve where the share of events in its bin is the score of a row.
double auc_of_bins(const FeatureBins& bins);

}  // namespace credit_risk
