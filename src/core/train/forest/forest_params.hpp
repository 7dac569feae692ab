// How a random forest is grown. Plain data without pointers: it travels to parallel workers as it
// is.
#pragma once
#include <cstddef>
#include <cstdint>

namespace credit_risk {

// How many features each split looks at.
struct MaxFeatures {
  enum Rule : std::uint8_t { kSqrt, kLog2, kAll, kCount, kShare };
  Rule rule = kSqrt;
  double value = 0.0;  // kCount: how many; kShare: which part, in (0, 1]
};

struct ForestParams {
  std::int32_t trees = 100;     // 1 .. 10000
  std::int32_t max_depth = 10;  // 1 .. 64
  std::int32_t min_split = 10;  // a node of fewer rows is a leaf; 2 or more
  std::int32_t min_leaf = 5;    // no split leaves a child of fewer rows; 1 or more
  // Categories of fewer rows in a node stay together there; 1 or more.
  std::int32_t min_category = 10;
  MaxFeatures max_features;
  // Of each feature a split looks at one cut drawn at random, not at all of them (Geurts, Ernst &
  // Wehenkel 2006); rows are drawn as without it, so that there are rows out of bag.
  bool extra_trees = false;
  bool balanced = true;  // the two classes weigh the same in total
  // What a row of class 0 and one of class 1 weigh besides the weight of the row; not with
  // balanced.
  double class_weights[2] = {1.0, 1.0};
  // Off: every tree grows on all rows and looks at the features in their order, drawing nothing.
  bool bootstrap = true;
  std::uint64_t seed = 42;
};

// Refuses values out of range, naming the parameter.
void check(const ForestParams& params);

// The number of features that each split looks at, of `features` in all; at least 1.
std::uint32_t features_per_split(const MaxFeatures& rule, std::uint32_t features);

}  // namespace credit_risk
