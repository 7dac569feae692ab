// Scores rows by the members of an ensemble.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/model/model.hpp"
#include "core/model/predict/predict.hpp"

namespace credit_risk {

class Voting {
 public:
  explicit Voting(const Model& ensemble, const TopKernel* kernel);

  // The weighted mean of the members' probabilities, added up in their order. `row` holds the
  // ensemble's features; a category that a member does not know is unrecognized there.
  double mean(const double* row) const;
  void means(const double* rows, std::size_t count, double* out) const;

  std::size_t byte_size() const noexcept;

 private:
  struct Source {
    std::size_t place;            // in a row of the ensemble
    std::vector<double> code_of;  // by code of the ensemble; empty for a number
  };
  struct Voter {
    Predictor predictor;
    double weight;
    std::vector<Source> sources;  // of each feature of the member
  };
  static Voter voter_of(const Member& member, const Model& ensemble, const TopKernel* kernel);
  static void fill(const Voter& voter, const double* row, double* out) noexcept;

  std::vector<Voter> voters_;
  double weight_ = 0.0;  // of all
  std::size_t width_;    // of a row of the ensemble
};

}  // namespace credit_risk
