// Rows that the tests of the trainers share.
#pragma once
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "core/random.hpp"
#include "core/train/data/columns.hpp"

namespace credit_risk {

inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

inline Column numeric(const std::string& name, std::vector<double> values) {
  return {{name, FeatureKind::kNumeric, {}}, std::move(values)};
}

inline Column categorical(const std::string& name, std::vector<std::string> categories,
                          std::vector<double> codes) {
  return {{name, FeatureKind::kCategorical, std::move(categories)}, std::move(codes)};
}

// The same rows as rows() in test/data/train/make_reference.py.
inline TrainingData reference_rows(std::uint64_t seed, int count) {
  Random random(seed);
  TrainingData data;
  for (int f = 0; f < 6; ++f) data.columns.push_back(numeric("x" + std::to_string(f), {}));
  const auto at = [&](int f) { return data.columns[f].values.back(); };
  for (int i = 0; i < count; ++i) {
    for (int f = 0; f < 4; ++f) data.columns[f].values.push_back(random.uniform());
    data.columns[4].values.push_back(std::floor(random.uniform() * 10));
    const double noise = random.uniform();
    data.columns[5].values.push_back(random.uniform() < 0.2 ? kMissing : noise);
    const double risk = at(0) * at(1) + 0.5 * (at(2) - 0.5) + (at(3) > 0.7 ? 0.2 : 0.0);
    data.target.push_back(random.uniform() < risk);
  }
  return data;
}

}  // namespace credit_risk
