#include "core/train/row_weights.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.hpp"
#include "core/metrics/tables/weight_of_evidence.hpp"

namespace credit_risk {
namespace {

constexpr double kMostUnits = 1048576.0;        // of one row: 2^20
constexpr double kMostInAll = 4398046511104.0;  // 2^42
constexpr double kLeastClassWeight = 1e-6;
constexpr double kGreatestClassWeight = 1e6;

// The greatest power of two by which the greatest weight stays within the units that it may have.
double units_per_weight(double greatest, std::uint32_t rows) {
  const double most = std::min(kMostUnits, std::floor((kMostInAll - 1) / rows));
  int exponent = 0;
  std::frexp(most / greatest, &exponent);
  return std::ldexp(1.0, exponent - 1);
}

}  // namespace

RowWeights row_weights(const double* weights, const std::uint8_t* target, std::uint32_t rows,
                       ClassWeights classes) {
  const auto weight = [&](std::uint32_t row) {
    return weights[row] * (target[row] != 0 ? classes.one : classes.zero);
  };
  double greatest = 0;
  for (std::uint32_t row = 0; row < rows; ++row) greatest = std::max(greatest, weight(row));
  const double scale = units_per_weight(greatest, rows);
  RowWeights result;
  result.unit = 1.0 / scale;
  result.units.resize(rows);
  for (std::uint32_t row = 0; row < rows; ++row) {
    result.units[row] =
        static_cast<std::uint32_t>(std::max(1.0, std::floor(weight(row) * scale + 0.5)));
  }
  return result;
}

ClassWeights class_weights(bool balanced, const double (&given)[2], const double* weights,
                           const std::uint8_t* target, std::size_t rows) {
  if (!balanced) return {rounded_class_weight(given[0]), rounded_class_weight(given[1])};
  double sums[2] = {0.0, 0.0};
  for (std::size_t row = 0; row < rows; ++row)
    sums[target[row] != 0] += weights == nullptr ? 1.0 : weights[row];
  if (sums[0] == 0 || sums[1] == 0) return {};
  return balanced_weights(sums[0], sums[1]);
}

double event_weight(bool balanced, const double (&given)[2], const TrainingData& data,
                    const std::vector<std::uint32_t>& rows) {
  const std::vector<double> weights = weights_of(data, rows);
  std::vector<std::uint8_t> target;
  target.reserve(rows.size());
  for (const std::uint32_t row : rows) target.push_back(data.target[row]);
  const ClassWeights of_class = class_weights(
      balanced, given, weights.empty() ? nullptr : weights.data(), target.data(), target.size());
  return of_class.one / of_class.zero;
}

void check_class_weights(const double (&given)[2]) {
  for (const double weight : given) {
    if (weight >= kLeastClassWeight && weight <= kGreatestClassWeight) continue;
    throw Error(ErrorKind::kInvalidInput, "a class weight must be between 1e-6 and 1e6",
                "The weight is " + number_label(weight) + ".");
  }
}

}  // namespace credit_risk
