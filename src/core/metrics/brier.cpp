#include "core/metrics/brier.hpp"

#include <limits>

namespace credit_risk {

double brier_score(const Scored& rows) {
  if (rows.count == 0) return std::numeric_limits<double>::quiet_NaN();
  double sum = 0.0;
  for (std::size_t i = 0; i < rows.count; ++i) {
    const double distance = rows.score[i] - rows.label[i];
    sum += distance * distance;
  }
  return sum / static_cast<double>(rows.count);
}

}  // namespace credit_risk
