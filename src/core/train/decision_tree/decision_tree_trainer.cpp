#include "core/train/decision_tree/decision_tree_trainer.hpp"

#include <algorithm>

#include "core/train/forest/gini_importance.hpp"
#include "core/train/option_values.hpp"
#include "core/train/row_weights.hpp"

namespace credit_risk {
namespace {

using namespace option_values;

// The number of splits above the deepest leaf; children lie behind their parent.
std::int32_t depth_of(const TreeEnsemble& tree) {
  std::vector<std::int32_t> depth(tree.node_count(), 0);
  for (std::size_t node = 0; node < tree.node_count(); ++node) {
    if (tree.feature[node] == TreeEnsemble::kLeaf) continue;
    for (const std::int32_t child : {tree.left[node], tree.right[node]})
      depth[static_cast<std::size_t>(child)] = depth[node] + 1;
  }
  return *std::max_element(depth.begin(), depth.end());
}

}  // namespace

bool DecisionTreeTrainer::set(const std::string& name, const Json& value) {
  if (name == "max_depth") {
    params_.max_depth = whole_int(name, value);
  } else if (name == "min_leaf") {
    params_.min_leaf = any_number(name, value);
  } else if (name == "prune") {
    params_.prune = any_number(name, value);
  } else {
    return set_class_weights(name, value, params_.balanced, params_.class_weights);
  }
  return true;
}

const char* DecisionTreeTrainer::parameter_names() const {
  return "max_depth, min_leaf, prune, balanced, class_weights";
}

Json DecisionTreeTrainer::parameters() const {
  Json object = {{"max_depth", params_.max_depth},
                 {"min_leaf", params_.min_leaf},
                 {"prune", params_.prune},
                 {"balanced", params_.balanced}};
  put_class_weights(object, params_.class_weights);
  return object;
}

FittedModel DecisionTreeTrainer::fit(const TrainingData& data,
                                     const std::vector<std::uint32_t>& rows,
                                     const StopFlag& stop) const {
  const std::vector<std::uint64_t> block = bin_rows(data, rows, stop);
  FittedModel fitted;
  fitted.model = grow_decision_tree(BinnedMatrix(block.data()), data.features(), params_, stop);
  fitted.importance = gini_importance(fitted.model);
  const Json figures = {{"leaves", (fitted.model.trees.node_count() + 1) / 2},
                        {"depth", depth_of(fitted.model.trees)}};
  fitted.figures = figures.dump();
  return fitted;
}

double DecisionTreeTrainer::event_weight(const TrainingData& data,
                                         const std::vector<std::uint32_t>& rows) const {
  return credit_risk::event_weight(params_.balanced, params_.class_weights, data, rows);
}

}  // namespace credit_risk
