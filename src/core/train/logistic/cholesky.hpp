// The Cholesky decomposition of a symmetric matrix, which names the row that depends on those
// before it. Row by row, by triangular systems of one right side, whose sums Eigen takes in one
// order; Eigen::LLT blocks for the machine's caches, and does not say where it failed.
#pragma once
#include "core/eigen.hpp"
#include "core/stop_flag.hpp"

namespace credit_risk {

class Cholesky {
 public:
  // Reads the lower triangle. A row counts as dependent on those before when less than `least` of
  // its diagonal is left of it.
  Cholesky(Matrix matrix, double least, const StopFlag& stop);

  // The first dependent row; size() if there is none, and only then may the rest be called.
  Eigen::Index dependent() const noexcept { return dependent_; }
  Eigen::Index size() const noexcept { return lower_.rows(); }

  Vector solve(Vector right) const;
  Matrix inverse() const;

 private:
  Matrix lower_;
  Eigen::Index dependent_;
  StopFlag stop_;
};

}  // namespace credit_risk
