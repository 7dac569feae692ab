#include "core/train/logistic/cholesky.hpp"

#include <cmath>
#include <utility>

namespace credit_risk {

Cholesky::Cholesky(Matrix matrix, double least, const StopFlag& stop)
    : lower_(std::move(matrix)), dependent_(lower_.rows()), stop_(stop) {
  for (Eigen::Index i = 0; i < size(); ++i) {
    stop_.poll();
    Vector row = lower_.row(i).head(i);
    lower_.topLeftCorner(i, i).triangularView<Eigen::Lower>().solveInPlace(row);
    const double left = lower_(i, i) - row.squaredNorm();
    if (!(left > least * lower_(i, i))) {
      dependent_ = i;
      return;
    }
    lower_.row(i).head(i) = row;
    lower_(i, i) = std::sqrt(left);
  }
}

Vector Cholesky::solve(Vector right) const {
  const auto lower = lower_.triangularView<Eigen::Lower>();
  lower.solveInPlace(right);
  lower.transpose().solveInPlace(right);
  return right;
}

Matrix Cholesky::inverse() const {
  Matrix inverse(size(), size());
  for (Eigen::Index i = 0; i < size(); ++i) {
    stop_.poll();
    inverse.col(i) = solve(Vector::Unit(size(), i));
  }
  return inverse;
}

}  // namespace credit_risk
