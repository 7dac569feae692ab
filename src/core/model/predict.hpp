// Scores rows. Built once from a model, then read only: any number of calls, no allocation per row.
//
// Every way of calling adds the leaf values of a row in tree order, so that one row and a batch
// give the same bits.
#pragma once
#include <cstddef>
#include <vector>

#include "core/model/model.hpp"

namespace credit_risk {

// Throws kInvalidInput naming the feature where a value is infinite, or is not the code of a
// category, kUnrecognized or NaN.
void check_row(const std::vector<Feature>& features, const double* row);

// margin -> probability, within [0, 1].
double probability_of_margin(Link link, double margin) noexcept;

class Predictor {
 public:
  explicit Predictor(const Model& model);  // of a validated model

  double margin(const double* row) const;
  double probability(const double* row) const;

  // `rows`: count rows of feature_count values each.
  void probabilities(const double* rows, std::size_t count, double* out) const;

  std::size_t feature_count() const noexcept { return model_.features.size(); }
  std::size_t byte_size() const noexcept;

 private:
  bool goes_left(std::size_t node, double x) const noexcept;
  Model model_;
};

}  // namespace credit_risk
