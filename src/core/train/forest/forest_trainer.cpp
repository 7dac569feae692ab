#include "core/train/forest/forest_trainer.hpp"

#include "core/train/forest/gini_importance.hpp"
#include "core/train/option_values.hpp"
#include "core/train/row_weights.hpp"
#include "core/train/forest/random_forest.hpp"
#include "core/train/forest/tree_grower.hpp"

namespace credit_risk {
namespace {

using namespace option_values;

MaxFeatures max_features(const std::string& name, const Json& value) {
  if (value == "sqrt") return {MaxFeatures::kSqrt, 0};
  if (value == "log2") return {MaxFeatures::kLog2, 0};
  if (value == "all") return {MaxFeatures::kAll, 0};
  if (value.is_number_integer()) return {MaxFeatures::kCount, value.get<double>()};
  if (value.is_number()) return {MaxFeatures::kShare, value.get<double>()};
  refuse(name, "'sqrt', 'log2', 'all', a whole number from 1 or a share between 0 and 1", value);
}

Json max_features_json(const MaxFeatures& rule) {
  switch (rule.rule) {
    case MaxFeatures::kSqrt:
      return "sqrt";
    case MaxFeatures::kLog2:
      return "log2";
    case MaxFeatures::kAll:
      return "all";
    case MaxFeatures::kCount:
      return static_cast<std::int64_t>(rule.value);
    case MaxFeatures::kShare:
      return rule.value;
  }
  return nullptr;
}

}  // namespace

bool ForestTrainer::set(const std::string& name, const Json& value) {
  if (name == "trees") {
    params_.trees = whole_int(name, value);
  } else if (name == "max_depth") {
    params_.max_depth = whole_int(name, value);
  } else if (name == "min_split") {
    params_.min_split = whole_int(name, value);
  } else if (name == "min_leaf") {
    params_.min_leaf = whole_int(name, value);
  } else if (name == "min_category") {
    params_.min_category = whole_int(name, value);
  } else if (name == "max_features") {
    params_.max_features = max_features(name, value);
  } else if (name == "extra_trees") {
    params_.extra_trees = yes_or_no(name, value);
  } else {
    return set_class_weights(name, value, params_.balanced, params_.class_weights);
  }
  return true;
}

const char* ForestTrainer::parameter_names() const {
  return "trees, max_depth, min_split, min_leaf, min_category, max_features, "
         "extra_trees, balanced, class_weights";
}

Json ForestTrainer::parameters() const {
  Json object = {{"trees", params_.trees},
                 {"max_depth", params_.max_depth},
                 {"min_split", params_.min_split},
                 {"min_leaf", params_.min_leaf},
                 {"min_category", params_.min_category},
                 {"max_features", max_features_json(params_.max_features)},
                 {"extra_trees", params_.extra_trees},
                 {"balanced", params_.balanced}};
  put_class_weights(object, params_.class_weights);
  return object;
}

FittedModel ForestTrainer::assemble(const TrainingData& data,
                                    std::vector<TreeEnsemble>& trees) const {
  FittedModel fitted;
  fitted.model = empty_forest(data);
  for (TreeEnsemble& tree : trees) {
    append_tree(fitted.model.trees, tree);
    tree = {};
  }
  fitted.importance = gini_importance(fitted.model);
  return fitted;
}

FittedModel ForestTrainer::fit(const TrainingData& data, const std::vector<std::uint32_t>& rows,
                               const StopFlag& stop) const {
  const std::vector<std::uint64_t> block = bin_rows(data, rows, stop);
  const auto grower = make_tree_grower(BinnedMatrix(block.data()), params_, stop);
  std::vector<TreeEnsemble> trees;
  for (std::int32_t tree = 0; tree < params_.trees; ++tree)
    trees.push_back(grower->grow(static_cast<std::uint32_t>(tree)));
  return assemble(data, trees);
}

double ForestTrainer::event_weight(const TrainingData& data,
                                   const std::vector<std::uint32_t>& rows) const {
  return credit_risk::event_weight(params_.balanced, params_.class_weights, data, rows);
}

}  // namespace credit_risk
