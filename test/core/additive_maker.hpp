// Random additive models and rows for the tests of the core, and their total, word by word from
// model.hpp. Seeded, so that a failure repeats.
#pragma once
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "core/model/model.hpp"
#include "core/random.hpp"

namespace credit_risk::test {

class AdditiveMaker {
 public:
  explicit AdditiveMaker(std::uint64_t seed) : random_(seed) {}

  // Every kind of term, features without one, with points every other time. No term refuses.
  Model make() {
    model_ = Model();
    model_.algorithm = "scorecard";
    model_.link = Link::kLogit;
    model_.base_value = grid();
    if (random_.below(2) == 0) model_.points = PointsScale{487.1228762045055, 28.85390081777927};
    const std::size_t features = 2 + random_.below(12);
    for (std::size_t f = 0; f < features; ++f) add_feature(f);
    if (model_.terms.empty()) add_term(0);
    return model_;
  }

  // Meets edges and special numbers, misses values, names categories that the model does not have.
  std::vector<double> row() {
    std::vector<double> values;
    for (const Feature& feature : model_.features) values.push_back(value_of(feature));
    return values;
  }

 private:
  double grid() { return static_cast<double>(random_.below(41)) / 4 - 5; }
  double any() { return random_.below(2) == 0 ? grid() : random_.uniform() * 10 - 5; }

  double value_of(const Feature& feature) {
    if (random_.below(6) == 0) return std::numeric_limits<double>::quiet_NaN();
    if (feature.kind == FeatureKind::kNumeric) return random_.below(5) == 0 ? -999 : any();
    return static_cast<double>(
               random_.below(static_cast<std::uint32_t>(feature.categories.size()) + 1)) -
           1;
  }

  void add_feature(std::size_t f) {
    Feature feature{"f" + std::to_string(f), FeatureKind::kNumeric, {}};
    if (random_.below(3) == 0) {
      feature.kind = FeatureKind::kCategorical;
      const std::uint32_t count = random_.below(70);
      for (std::uint32_t k = 0; k < count; ++k)
        feature.categories.push_back("k" + std::to_string(k));
    } else {
      feature.zero_is_missing = random_.below(4) == 0;
    }
    model_.features.push_back(feature);
    if (random_.below(5) != 0) add_term(f);
  }

  std::vector<double> ascending(std::uint32_t count) {
    std::vector<double> numbers;
    double at = grid();
    for (std::uint32_t i = 0; i < count; ++i) {
      numbers.push_back(at);
      at += 0.25 + (random_.below(2) == 0 ? random_.uniform() : 0);
    }
    return numbers;
  }

  std::vector<double> several(std::size_t count) {
    std::vector<double> numbers;
    for (std::size_t i = 0; i < count; ++i)
      numbers.push_back(random_.below(2) == 0 ? static_cast<double>(random_.below(60)) : any());
    return numbers;
  }

  void add_term(std::size_t f) {
    const Feature& feature = model_.features[f];
    Term term;
    term.feature = static_cast<std::int32_t>(f);
    if (feature.kind == FeatureKind::kCategorical) {
      term.kind = TermKind::kCategories;
      term.values = several(feature.categories.size());
      term.unrecognized = any();
    } else if (random_.below(2) == 0) {
      term.slope = any();
      term.center = any();
    } else {
      term.kind = TermKind::kBins;
      term.edges = ascending(random_.below(20));
      term.values = several(term.edges.size() + 1);
    }
    if (feature.kind == FeatureKind::kNumeric && random_.below(2) == 0) {
      term.specials = {-1000, -999};
      term.special_values = several(2);
    }
    term.missing = any();
    term.mean = any();
    model_.terms.push_back(term);
  }

  Random random_;
  Model model_;
};

inline double reference_term(const Feature& feature, const Term& term, double x) {
  if (std::isnan(x) || (feature.zero_is_missing && std::fabs(x) <= kZeroThreshold))
    return *term.missing;
  if (term.kind == TermKind::kCategories)
    return x == kUnrecognized ? *term.unrecognized : term.values[static_cast<std::size_t>(x)];
  for (std::size_t s = 0; s < term.specials.size(); ++s) {
    if (term.specials[s] == x) return term.special_values[s];
  }
  if (term.kind == TermKind::kSlope) return term.slope * (x - term.center);
  std::size_t bin = 0;
  while (bin < term.edges.size() && x > term.edges[bin]) ++bin;
  return term.values[bin];
}

inline double reference_total(const Model& model, const double* row) {
  double sum = 0;
  for (const Term& term : model.terms)
    sum += reference_term(model.features[term.feature], term, row[term.feature]);
  return model.base_value + sum;
}

}  // namespace credit_risk::test
