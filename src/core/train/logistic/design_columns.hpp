// The columns of a logistic regression, made of the features of a training set.
#pragma once
#include <cstdint>
#include <vector>

#include "core/stop_flag.hpp"
#include "core/train/data/columns.hpp"

namespace credit_risk {

enum class CoefficientKind : std::uint8_t { kIntercept, kSlope, kCategory, kMissing };

// One number for each row: the standardised number, or 1 where the feature is of the category or is
// missing, else 0.
struct DesignColumn {
  CoefficientKind kind;
  std::size_t feature;
  std::size_t category;  // code, of kCategory
  std::vector<double> values;
};

// Of the known numbers of a feature: x stands as (x - center) / deviation.
struct NumberScale {
  double center = 0.0;
  double deviation = 1.0;
};

struct DesignColumns {
  std::vector<DesignColumn> columns;  // in feature order
  std::vector<NumberScale> scales;    // of each feature
};

inline constexpr std::size_t kMaxDesignValues = std::size_t{1} << 28;

// Of the rows named, in their order. Throws kLimit beyond kMaxDesignValues.
DesignColumns design_columns(const TrainingData& data, const std::vector<std::uint32_t>& rows,
                             bool standardize, const StopFlag& stop);

}  // namespace credit_risk
