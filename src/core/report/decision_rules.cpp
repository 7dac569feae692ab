#include "core/report/decision_rules.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

#include "core/error.hpp"
#include "core/model/predict/predict.hpp"
#include "core/report/path_conditions.hpp"

namespace credit_risk {
namespace {

constexpr double kNotKnown = std::numeric_limits<double>::quiet_NaN();

void refuse_unless_one_tree(const Model& model) {
  const std::size_t count = model.trees.tree_count();
  if (count == 1) return;
  throw Error(
      ErrorKind::kInvalidInput, "the model is not one tree",
      "Its algorithm is " + model.algorithm + ", and it has " + std::to_string(count) + " trees.",
      "Train one with the algorithm 'decision_tree'; shap_explain explains what any model "
      "says of a row.");
}

class RuleWriter {
 public:
  explicit RuleWriter(const Model& model) : model_(model), parent_(model.trees.node_count(), -1) {
    for (std::size_t node = 0; node < parent_.size(); ++node) {
      if (is_leaf(node)) continue;
      parent_[index(trees().left[node])] = static_cast<std::int32_t>(node);
      parent_[index(trees().right[node])] = static_cast<std::int32_t>(node);
    }
  }

  std::vector<DecisionRule> write(const StopFlag& stop) const {
    std::vector<DecisionRule> rules;
    std::vector<std::int32_t> open{trees().root[0]};
    while (!open.empty()) {
      const std::size_t node = index(open.back());
      open.pop_back();
      if (!is_leaf(node)) {
        open.push_back(trees().right[node]);
        open.push_back(trees().left[node]);
        continue;
      }
      stop.poll();
      rules.push_back(rule(node));
    }
    return rules;
  }

 private:
  const TreeEnsemble& trees() const { return model_.trees; }
  static std::size_t index(std::int32_t node) { return static_cast<std::size_t>(node); }
  bool is_leaf(std::size_t node) const { return trees().feature[node] == TreeEnsemble::kLeaf; }

  DecisionRule rule(std::size_t leaf) const {
    const double value = trees().value[leaf], cover = trees().cover[leaf];
    const double all = trees().cover[index(trees().root[0])];
    const double margin = model_.base_value + value;
    double probability =
        probability_of_margin(model_.link, margin, model_.link_scale, model_.float32_sum);
    if (model_.calibration) probability = model_.calibration->apply(margin, probability);
    const bool shares = model_.link == Link::kIdentity && model_.base_value == 0;
    return {conditions(leaf), probability, all > 0 ? cover / all : kNotKnown,
            all > 0 && shares ? value * cover : kNotKnown};
  }

  std::string conditions(std::size_t leaf) const {
    std::vector<std::size_t> path{leaf};
    while (parent_[path.back()] >= 0) path.push_back(index(parent_[path.back()]));
    std::reverse(path.begin(), path.end());
    std::vector<std::int32_t> features;  // in the order of the path
    std::vector<PathCondition> asked;
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
      const std::int32_t feature = trees().feature[path[i]];
      const auto known = std::find(features.begin(), features.end(), feature);
      const auto place = static_cast<std::size_t>(known - features.begin());
      if (known == features.end()) {
        features.push_back(feature);
        asked.emplace_back(model_.features[index(feature)], model_.float32_inputs);
      }
      asked[place].follow(trees(), path[i], index(trees().left[path[i]]) == path[i + 1]);
    }
    return joined(asked);
  }

  static std::string joined(const std::vector<PathCondition>& asked) {
    std::string text;
    for (const PathCondition& condition : asked) {
      if (condition.holds_never()) return "FALSE";
      if (condition.holds_always()) continue;
      text += (text.empty() ? "" : " AND ") + condition.text();
    }
    return text.empty() ? "TRUE" : text;
  }

  const Model& model_;
  std::vector<std::int32_t> parent_;  // of each node; -1: the root
};

}  // namespace

std::vector<DecisionRule> decision_rules(const Model& model, const StopFlag& stop) {
  refuse_unless_one_tree(model);
  return RuleWriter(model).write(stop);
}

}  // namespace credit_risk
