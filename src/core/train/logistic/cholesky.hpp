// The Cholesky decomposition of a symmetric matrix, in a fixed order of plain sums: the same bits
// on every machine, which a library that blocks for the machine's caches does not give.
#pragma once
#include <cstddef>
#include <vector>

namespace credit_risk {

class Cholesky {
 public:
  // Of the lower triangle of `size` rows, one after another. A row counts as dependent on those
  // before when less than `least` of its diagonal is left of it.
  Cholesky(std::vector<double> matrix, std::size_t size, double least);

  // The first dependent row; size() if there is none, and only then may the rest be called.
  std::size_t dependent() const noexcept { return dependent_; }
  std::size_t size() const noexcept { return size_; }

  std::vector<double> solve(std::vector<double> right) const;
  std::vector<double> inverse() const;  // all of it, row by row

 private:
  std::size_t size_, dependent_;
  std::vector<double> lower_;
};

}  // namespace credit_risk
