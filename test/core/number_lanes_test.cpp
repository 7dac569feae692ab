// logistic() and natural_log() of many values: every kernel has the bits of the function of one
// value.
#include "core/model/number_lanes.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "core/model/logistic.hpp"
#include "core/model/natural_log.hpp"
#include "core/random.hpp"

namespace credit_risk {
namespace {

void expect_bits_of_one(const std::vector<double>& values, double (*function)(double),
                        NumberKernel::Function NumberKernel::*member) {
  std::size_t kernels = 0;
  const NumberKernel* const kernel = number_kernels(&kernels);
  ASSERT_GE(kernels, 1u);
  EXPECT_STREQ(kernel[kernels - 1].name, "plain");
  for (std::size_t k = 0; k < kernels; ++k) {
    std::vector<double> results(values.size(), -1.0);
    (kernel[k].*member)(values.data(), values.size(), results.data());
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double one = function(values[i]);
      ASSERT_EQ(std::memcmp(&results[i], &one, sizeof one), 0)
          << kernel[k].name << ": " << values[i] << " " << results[i] << " " << one;
    }
  }
}

void expect_bits_of_one(const std::vector<double>& margins) {
  expect_bits_of_one(margins, logistic, &NumberKernel::logistic);
}

TEST(NaturalLogLanes, HaveTheBitsOfOneValue) {
  Random random(5, 0);
  std::vector<double> values = {1.0,
                                0.5,
                                2.0,
                                std::sqrt(2.0),
                                std::sqrt(0.5),
                                2.2250738585072014e-308,
                                std::nextafter(1.0, 0.0),
                                std::nextafter(1.0, 2.0),
                                std::numeric_limits<double>::max()};
  for (int i = 0; i < 20000; ++i) {
    const double mantissa = 1 + random.below(1000000007) / 1e9;
    values.push_back(std::ldexp(mantissa, static_cast<int>(random.below(i % 2 == 0 ? 60 : 2040)) -
                                              (i % 2 == 0 ? 50 : 1020)));
  }
  expect_bits_of_one(values, natural_log, &NumberKernel::natural_log);
  for (std::size_t count = 0; count < 20; ++count)
    expect_bits_of_one({values.begin(), values.begin() + count}, natural_log,
                       &NumberKernel::natural_log);
}

TEST(LogisticLanes, HaveTheBitsOfOneValue) {
  Random random(3, 0);
  for (const double range : {0.01, 1.0, 8.0, 50.0, 800.0}) {
    std::vector<double> margins;
    for (int i = 0; i < 20000; ++i) margins.push_back((random.below(2000000001) / 1e9 - 1) * range);
    expect_bits_of_one(margins);
  }
}

TEST(LogisticLanes, TakeTheEdges) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::vector<double> margins = {0.0,       -0.0,       1e-300, -1e-300, 5e-324,
                                 kInfinity, -kInfinity, 1e308,  -1e308};
  for (const double edge : {40.0, -40.0, -690.0, -746.0, -745.1, -708.0, std::log(2.0) / 2}) {
    for (const double sign : {1.0, -1.0}) {
      margins.push_back(sign * edge);
      margins.push_back(std::nextafter(sign * edge, kInfinity));
      margins.push_back(std::nextafter(sign * edge, -kInfinity));
    }
  }
  expect_bits_of_one(margins);
  for (const double margin : margins) expect_bits_of_one(std::vector<double>(9, margin));
}

TEST(LogisticLanes, TakeAnyNumberOfValues) {
  std::vector<double> margins;
  expect_bits_of_one(margins);
  for (int i = 0; i < 37; ++i) {
    margins.push_back(i * 0.37 - 5);
    expect_bits_of_one(margins);
  }
}

}  // namespace
}  // namespace credit_risk
