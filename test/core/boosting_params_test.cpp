#include "core/train/boosting/boosting_params.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "core/error.hpp"

namespace credit_risk {
namespace {

TEST(BoostingParams, RefusesValuesOutOfRange) {
  const auto refuse = [](auto&& change) {
    BoostingParams params;
    change(params);
    try {
      check(params);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  using P = BoostingParams;
  EXPECT_EQ(refuse([](P&) {}), "no error");
  EXPECT_EQ(refuse([](P& p) { p.trees = 0; }), "parameter \"trees\" must be between 1 and 10000");
  EXPECT_EQ(refuse([](P& p) { p.max_depth = 65; }),
            "parameter \"max_depth\" must be between 1 and 64");
  EXPECT_EQ(refuse([](P& p) { p.max_leaves = 1; }),
            "parameter \"max_leaves\" must be 0 or between 2 and 65536");
  EXPECT_EQ(refuse([](P& p) { p.learning_rate = 0; }),
            "parameter \"learning_rate\" must be greater than 0 and at most 1");
  EXPECT_EQ(refuse([](P& p) { p.lambda = -1; }), "parameter \"lambda\" must be 0 or greater");
  EXPECT_EQ(refuse([](P& p) { p.min_child_weight = NAN; }),
            "parameter \"min_child_weight\" must be 0 or greater");
  EXPECT_EQ(refuse([](P& p) { p.min_gain = INFINITY; }),
            "parameter \"min_gain\" must be 0 or greater");
  EXPECT_EQ(refuse([](P& p) { p.row_share = 1.1; }),
            "parameter \"row_share\" must be greater than 0 and at most 1");
  EXPECT_EQ(refuse([](P& p) { p.column_share = 0; }),
            "parameter \"column_share\" must be greater than 0 and at most 1");
  EXPECT_EQ(refuse([](P& p) { p.early_stopping = -1; }),
            "parameter \"early_stopping\" must be between 0 and 10000");
  EXPECT_EQ(refuse([](P& p) { p.validation_share = 1; }),
            "parameter \"validation_share\" must be between 0 and 1");
}

}  // namespace
}  // namespace credit_risk
