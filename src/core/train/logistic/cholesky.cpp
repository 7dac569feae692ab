#include "core/train/logistic/cholesky.hpp"

#include <cmath>
#include <utility>

namespace credit_risk {

Cholesky::Cholesky(std::vector<double> matrix, std::size_t size, double least)
    : size_(size), dependent_(size), lower_(std::move(matrix)) {
  for (std::size_t i = 0; i < size_; ++i) {
    double* row = &lower_[i * size_];
    const double whole = row[i];
    for (std::size_t j = 0; j <= i; ++j) {
      const double* other = &lower_[j * size_];
      for (std::size_t k = 0; k < j; ++k) row[j] -= row[k] * other[k];
      if (j < i) row[j] /= other[j];
    }
    if (!(row[i] > least * whole)) {
      dependent_ = i;
      return;
    }
    row[i] = std::sqrt(row[i]);
  }
}

std::vector<double> Cholesky::solve(std::vector<double> right) const {
  for (std::size_t i = 0; i < size_; ++i) {
    for (std::size_t k = 0; k < i; ++k) right[i] -= lower_[i * size_ + k] * right[k];
    right[i] /= lower_[i * size_ + i];
  }
  for (std::size_t i = size_; i-- > 0;) {
    for (std::size_t k = i + 1; k < size_; ++k) right[i] -= lower_[k * size_ + i] * right[k];
    right[i] /= lower_[i * size_ + i];
  }
  return right;
}

std::vector<double> Cholesky::inverse() const {
  std::vector<double> result(size_ * size_);
  for (std::size_t i = 0; i < size_; ++i) {
    std::vector<double> unit(size_, 0.0);
    unit[i] = 1.0;
    const std::vector<double> row = solve(std::move(unit));
    for (std::size_t j = 0; j < size_; ++j) result[i * size_ + j] = row[j];
  }
  return result;
}

}  // namespace credit_risk
