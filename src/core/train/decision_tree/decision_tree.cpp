#include "core/train/decision_tree/decision_tree.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/train/decision_tree/pruning.hpp"
#include "core/train/row_weights.hpp"
#include "core/train/forest/tree_grower.hpp"

namespace credit_risk {
namespace {

ForestParams growth(const DecisionTreeParams& params, std::uint32_t rows) {
  ForestParams growth;
  growth.trees = 1;
  growth.max_depth = params.max_depth;
  growth.min_split = 2;
  const double least = params.min_leaf < 1 ? std::ceil(params.min_leaf * rows) : params.min_leaf;
  growth.min_leaf = static_cast<std::int32_t>(least);
  // With no other tree to vote against it, a single tree believes each small category that it
  // finds.
  growth.min_category = growth.min_leaf;
  growth.max_features.rule = MaxFeatures::kAll;
  growth.balanced = params.balanced;
  std::copy(std::begin(params.class_weights), std::end(params.class_weights), growth.class_weights);
  growth.bootstrap = false;
  return growth;
}

[[noreturn]] void refuse(const char* name, const char* rule) {
  throw Error(ErrorKind::kInvalidInput, std::string("parameter \"") + name + "\" must be " + rule);
}

}  // namespace

void check(const DecisionTreeParams& params) {
  if (params.max_depth < 1 || params.max_depth > 64) refuse("max_depth", "between 1 and 64");
  const double least = params.min_leaf;
  const bool counts = least >= 1 && least <= 1e9 && least == std::floor(least);
  if (!(least > 0 && least <= 0.5) && !counts)
    refuse("min_leaf", "a whole number of rows from 1, or a share up to 0.5");
  check_class_weights(params.class_weights);
  if (!(params.prune >= 0) || std::isinf(params.prune)) refuse("prune", "0 or greater");
}

Model grow_decision_tree(const BinnedMatrix& matrix, const std::vector<Feature>& features,
                         const DecisionTreeParams& params, const StopFlag& stop) {
  Model model;
  model.algorithm = "decision_tree";
  model.features = features;
  model.link = Link::kIdentity;
  model.average = true;
  const auto grower = make_tree_grower(matrix, growth(params, matrix.rows()), stop);
  model.trees = pruned(grower->grow(0), params.prune);
  return model;
}

Model train_decision_tree(const TrainingData& data, const DecisionTreeParams& params,
                          const StopFlag& stop) {
  check(data);
  check(params);
  std::vector<std::uint32_t> rows(data.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  const std::vector<std::uint64_t> block = bin_rows(data, rows, stop);
  return grow_decision_tree(BinnedMatrix(block.data()), data.features(), params, stop);
}

}  // namespace credit_risk
