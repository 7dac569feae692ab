#include "core/metrics/confusion.hpp"

#include <limits>

namespace credit_risk {
namespace {

double ratio(std::int64_t part, std::int64_t whole) noexcept {
  if (whole == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

void Confusion::add(bool event, double score, double threshold) noexcept {
  const bool predicted = score > threshold;
  if (event) {
    ++(predicted ? true_positives : false_negatives);
  } else {
    ++(predicted ? false_positives : true_negatives);
  }
}

void Confusion::append(const Confusion& others) noexcept {
  true_positives += others.true_positives;
  false_positives += others.false_positives;
  true_negatives += others.true_negatives;
  false_negatives += others.false_negatives;
}

double Confusion::accuracy() const noexcept {
  return ratio(true_positives + true_negatives,
               true_positives + true_negatives + false_positives + false_negatives);
}

double Confusion::precision() const noexcept {
  return ratio(true_positives, true_positives + false_positives);
}

double Confusion::recall() const noexcept {
  return ratio(true_positives, true_positives + false_negatives);
}

double Confusion::f1() const noexcept {
  return ratio(2 * true_positives, 2 * true_positives + false_positives + false_negatives);
}

Confusion confusion_at(const Scored& rows, double threshold) {
  Confusion counts;
  for (std::size_t i = 0; i < rows.count; ++i) {
    counts.add(rows.label[i] != 0, rows.score[i], threshold);
  }
  return counts;
}

}  // namespace credit_risk
