// Keeps a model of numeric splits as the kernels of ranked_trees.hpp read it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/model/model.hpp"
#include "core/model/predict/ranked_trees.hpp"
#include "core/model/slots.hpp"

namespace credit_risk {

class RankedForest {
 public:
  // Whether a validated model is one of numeric splits, within the kernels' limits, and of enough
  // trees that ranking a row's values pays.
  static bool fits(const Model& model, const Slots& slots);

  RankedForest(const Model& model, const Slots& slots, SumRanked kernel);

  // Adds what up to kRows rows reach to `sums`. `values` as for SumRanked.
  void add(const double* values, std::size_t rows, double* sums) const {
    kernel_(view(), values, rows, sums);
  }
  static constexpr std::size_t kRows = 2;

  std::size_t byte_size() const noexcept;

 private:
  class Packer;
  RankedForest() = default;
  RankedTrees view() const noexcept;

  SumRanked kernel_ = nullptr;
  std::vector<double> thresholds_;
  std::vector<RankSearch> searches_;
  std::vector<RankLine> tops_;
  std::size_t ranks_ = 0;
  std::size_t levels_ = 0;
  std::size_t trees_ = 0;
  bool float32_sum_ = false;
  std::vector<float> float_numbers_;  // one of the two is empty
  std::vector<double> numbers_;
  std::vector<std::uint32_t> below_;
  std::vector<std::uint32_t> depths_below_;
  std::vector<RankedNode> nodes_;
};

}  // namespace credit_risk
