// The only door to Eigen. Its own vector instructions are off, so that a sum has one order on every
// machine; products of two matrices still block for the machine's caches and are not used. A failed
// assertion throws instead of aborting the server.
#pragma once
#include <cstddef>
#include <stdexcept>

#ifdef EIGEN_CORE_H
#error "include core/eigen.hpp, never <Eigen/...> directly"
#endif
namespace credit_risk {
[[noreturn]] inline void fail_eigen_assertion(const char* condition) {
  throw std::logic_error(condition);
}
}  // namespace credit_risk
#define EIGEN_DONT_VECTORIZE
#define EIGEN_MPL2_ONLY
#define eigen_assert(condition)                                                                 \
  do {                                                                                          \
    if (!(condition)) credit_risk::fail_eigen_assertion("Eigen assertion failed: " #condition); \
  } while (false)
#include <Eigen/Core>

namespace credit_risk {

using Vector = Eigen::VectorXd;
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr Eigen::Index index(std::size_t place) { return static_cast<Eigen::Index>(place); }

}  // namespace credit_risk
