#include "core/train/calibration/isotonic_regression.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "core/error.hpp"

namespace credit_risk {
namespace {

// Neighbouring probabilities that get the same output: their first and last, weight and mean.
struct Pool {
  double first, last;
  double weight;
  double mean;
};

std::vector<std::size_t> ascending_rows(const CalibrationRows& rows) {
  std::vector<std::size_t> order(rows.count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  // The order of ties is that of the rows, so that sums have the same bits everywhere.
  std::stable_sort(order.begin(), order.end(), [&rows](std::size_t a, std::size_t b) {
    return rows.probabilities[a] < rows.probabilities[b];
  });
  return order;
}

// One for each distinct probability; rows without weight say nothing.
std::vector<Pool> distinct(const CalibrationRows& rows) {
  std::vector<Pool> pools;
  double ones = 0;
  const auto settle = [&] {
    if (!pools.empty()) pools.back().mean = ones / pools.back().weight;
  };
  for (const std::size_t row : ascending_rows(rows)) {
    const double p = rows.probabilities[row], weight = rows.weight(row);
    if (weight == 0) continue;
    if (pools.empty() || pools.back().last != p) {
      settle();
      ones = 0;
      pools.push_back({p, p, 0, 0});
    }
    pools.back().weight += weight;
    ones += rows.labels[row] != 0 ? weight : 0;
  }
  settle();
  return pools;
}

std::vector<Pool> pool_violators(const std::vector<Pool>& points) {
  std::vector<Pool> pools;
  for (Pool next : points) {
    while (!pools.empty() && pools.back().mean >= next.mean) {
      const Pool& before = pools.back();
      const double weight = before.weight + next.weight;
      next.mean += (before.mean - next.mean) * (before.weight / weight);
      next.weight = weight;
      next.first = before.first;
      pools.pop_back();
    }
    pools.push_back(next);
  }
  return pools;
}

}  // namespace

Calibration fit_isotonic_regression(const CalibrationRows& rows, const StopFlag& stop) {
  checked_weights(rows);
  stop.poll();
  Calibration map;
  map.kind = CalibrationKind::kIsotonic;
  const std::vector<Pool> points = distinct(rows);
  stop.poll();
  for (const Pool& pool : pool_violators(points)) {
    const double output = std::min(std::max(pool.mean, 0.0), 1.0);
    map.inputs.push_back(pool.first);
    map.outputs.push_back(output);
    if (pool.last == pool.first) continue;
    map.inputs.push_back(pool.last);
    map.outputs.push_back(output);
  }
  validate(map);
  return map;
}

}  // namespace credit_risk
