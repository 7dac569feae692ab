#include "core/metrics/stability.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/metrics/calibration.hpp"
#include "core/metrics/chi_square.hpp"
#include "core/metrics/concentration.hpp"

namespace credit_risk {
namespace {

using Values = std::vector<double>;

const Values kBaseline{.10, .20, .30, .25, .15};

double psi(const Values& expected, const Values& actual, double epsilon) {
  return population_stability_index({expected.data(), actual.data(), expected.size()}, epsilon);
}

HosmerLemeshow test_groups(const Values& observed, const Values& expected, bool in_sample) {
  const Values size(observed.size(), 100);
  return hosmer_lemeshow({observed.data(), expected.data(), size.data(), size.size()}, in_sample);
}

template <class Body>
std::string message_of(Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Stability, HandMadeVectors) {
  EXPECT_NEAR(psi(kBaseline, {.08, .17, .28, .29, .18}, 0), 0.022125, 5e-7);
  EXPECT_NEAR(psi(kBaseline, {.05, .10, .25, .30, .30}, 0), 0.226176, 5e-7);
  EXPECT_NEAR(psi(kBaseline, {0, .2, .3, .3, .2}, 1e-4), 0.713585, 5e-7);
  EXPECT_EQ(psi(kBaseline, kBaseline, 0), 0.0);
  EXPECT_EQ(psi({.5, .5, 0}, {.5, .5, 0}, 0), 0.0);
}

TEST(Stability, IsSymmetric) {
  const Values moved{.05, .10, .25, .30, .30};
  EXPECT_NEAR(psi(kBaseline, moved, 0), psi(moved, kBaseline, 0), 1e-16);
}

TEST(Stability, RefusesWhatAreNoShares) {
  EXPECT_EQ(message_of([] {
              psi(kBaseline, {0, .2, .3, .3, .2}, 0);
            }),
            "an empty bin makes the index infinite");
  EXPECT_EQ(message_of([] { psi({.5, .5}, {.5, .4}, 0); }), "shares in actual must sum to 1");
  EXPECT_EQ(message_of([] {
              psi({50, 50}, {.5, .5}, 0);
            }),
            "expected must hold shares between 0 and 1");
  EXPECT_EQ(message_of([] {
              psi({.5, .5}, {.5, .5}, 1);
            }),
            "epsilon must be at least 0 and less than 1");
}

TEST(Calibration, HandMadeVector) {
  const Values observed{1, 7, 9, 24, 43}, expected{2, 5, 10, 20, 40};
  const HosmerLemeshow in_sample = test_groups(observed, expected, true);
  EXPECT_NEAR(in_sample.statistic, 2.838420, 5e-7);
  EXPECT_EQ(in_sample.degrees_of_freedom, 3u);
  EXPECT_NEAR(in_sample.p_value, 0.417214, 5e-7);
  const HosmerLemeshow elsewhere = test_groups(observed, expected, false);
  EXPECT_EQ(elsewhere.degrees_of_freedom, 5u);
  EXPECT_NEAR(elsewhere.p_value, 0.724880, 5e-7);
}

TEST(Calibration, RefusesCountsThatDoNotFit) {
  EXPECT_EQ(message_of([] { test_groups({1, 2}, {1, 2}, true); }), "too few groups");
  EXPECT_EQ(message_of([] { test_groups({101}, {1}, false); }),
            "observed must lie between 0 and the size of its group");
  EXPECT_EQ(message_of([] { test_groups({0}, {0}, false); }),
            "expected must be greater than 0 and less than the size of its group");
  EXPECT_EQ(message_of([] { test_groups({1}, {1e-320}, false); }),
            "the statistic is beyond the range of double precision");
}

TEST(ChiSquare, PerfectFitIsCertain) {
  EXPECT_EQ(chi_square_above(0, 1), 1.0);
  EXPECT_EQ(chi_square_above(0, 8), 1.0);
}

TEST(Concentration, HandMadeVector) {
  Concentration shares;
  for (double share : {.4, .3, .2, .1}) shares.add(share);
  const double index = shares.herfindahl();
  EXPECT_NEAR(index, 0.30, 1e-15);
  EXPECT_NEAR((index - 1. / 4) / (1 - 1. / 4), 0.066667, 5e-7);
  EXPECT_NEAR(1 / index, 3.3333, 5e-5);
}

TEST(Concentration, HoldsAtTheEndsOfTheRange) {
  for (double amount : {1e-100, 1e100}) {
    Concentration amounts;
    for (int i = 0; i < 4; ++i) amounts.add(amount);
    EXPECT_NEAR(amounts.herfindahl(), 0.25, 1e-15);
  }
}

}  // namespace
}  // namespace credit_risk
