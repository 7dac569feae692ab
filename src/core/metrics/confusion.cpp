#include "core/metrics/confusion.hpp"

#include <limits>

namespace credit_risk {
namespace {

double ratio(std::int64_t part, std::int64_t whole) noexcept {
  if (whole == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(part) / static_cast<double>(whole);
}

double ratio(const ExactSum& part, const ExactSum& whole) noexcept {
  const double all = whole.value();
  return all == 0 ? std::numeric_limits<double>::quiet_NaN() : part.value() / all;
}

ExactSum operator+(ExactSum sum, const ExactSum& other) noexcept {
  sum.append(other);
  return sum;
}

template <class Counts>
DecisionRates rates_of(const Counts& counts) noexcept {
  return {counts.accuracy(), counts.precision(), counts.recall(), counts.f1()};
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

void WeightedConfusion::add(bool event, double score, double threshold, double weight) noexcept {
  const bool predicted = score > threshold;
  if (event) {
    (predicted ? true_positives_ : false_negatives_).add(weight);
  } else {
    (predicted ? false_positives_ : true_negatives_).add(weight);
  }
}

void WeightedConfusion::append(const WeightedConfusion& others) noexcept {
  true_positives_.append(others.true_positives_);
  false_positives_.append(others.false_positives_);
  true_negatives_.append(others.true_negatives_);
  false_negatives_.append(others.false_negatives_);
}

double WeightedConfusion::accuracy() const noexcept {
  const ExactSum right = true_positives_ + true_negatives_;
  return ratio(right, right + false_positives_ + false_negatives_);
}

double WeightedConfusion::precision() const noexcept {
  return ratio(true_positives_, true_positives_ + false_positives_);
}

double WeightedConfusion::recall() const noexcept {
  return ratio(true_positives_, true_positives_ + false_negatives_);
}

double WeightedConfusion::f1() const noexcept {
  const ExactSum twice = true_positives_ + true_positives_;
  return ratio(twice, twice + false_positives_ + false_negatives_);
}

Confusion confusion_at(const Scored& rows, double threshold) {
  Confusion counts;
  for (std::size_t i = 0; i < rows.count; ++i) {
    counts.add(rows.label[i] != 0, rows.score[i], threshold);
  }
  return counts;
}

DecisionRates decision_rates(const Scored& rows, double threshold) {
  if (rows.weight == nullptr) return rates_of(confusion_at(rows, threshold));
  WeightedConfusion sums;
  for (std::size_t i = 0; i < rows.count; ++i)
    sums.add(rows.label[i] != 0, rows.score[i], threshold, rows.weight[i]);
  return rates_of(sums);
}

}  // namespace credit_risk
