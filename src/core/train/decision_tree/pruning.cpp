#include "core/train/decision_tree/pruning.hpp"

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace credit_risk {
namespace {

// Rounding may leave a split that gains nothing a gain of this size.
constexpr double kNoGain = 1e-14;

class Pruner {
 public:
  Pruner(const TreeEnsemble& tree, double alpha)
      : tree_(tree),
        alpha_(alpha),
        ones_(tree.node_count()),
        cost_(tree.node_count()),
        becomes_leaf_(tree.node_count()) {}

  TreeEnsemble run() {
    weigh();
    result_.root.push_back(0);
    std::vector<Copy> copies{{0, -1, false}};
    while (!copies.empty()) {
      const Copy copy = copies.back();
      copies.pop_back();
      const std::size_t to = append(copy);
      if (becomes_leaf_[copy.from]) continue;
      copies.push_back({index(tree_.right[copy.from]), static_cast<std::int32_t>(to), true});
      copies.push_back({index(tree_.left[copy.from]), static_cast<std::int32_t>(to), false});
    }
    return std::move(result_);
  }

 private:
  struct Copy {
    std::size_t from;
    std::int32_t parent;  // in result_
    bool is_right;
  };

  static std::size_t index(std::int32_t node) noexcept { return static_cast<std::size_t>(node); }

  bool is_leaf(std::size_t node) const noexcept {
    return tree_.feature[node] == TreeEnsemble::kLeaf;
  }

  // Children lie behind their parent: going backwards, both are weighed before it. The cost of a
  // node is that of the best subtree under it, so that one pass finds what cutting link by link
  // does.
  void weigh() {
    constexpr double kSteps = 1048576.0;  // of a cover
    for (std::size_t node = tree_.node_count(); node-- > 0;) {
      if (is_leaf(node)) {
        ones_[node] = std::round(tree_.value[node] * tree_.cover[node] * kSteps) / kSteps;
        cost_[node] = impurity(node) + alpha_;
        becomes_leaf_[node] = true;
        continue;
      }
      const std::size_t left = index(tree_.left[node]), right = index(tree_.right[node]);
      ones_[node] = ones_[left] + ones_[right];
      const double as_leaf = impurity(node) + alpha_, split = cost_[left] + cost_[right];
      becomes_leaf_[node] = as_leaf <= split + kNoGain;
      cost_[node] = becomes_leaf_[node] ? as_leaf : split;
    }
  }

  // Share of the training weight times Gini impurity.
  double impurity(std::size_t node) const noexcept {
    const double cover = tree_.cover[node];
    return 2.0 * ones_[node] * (cover - ones_[node]) / cover / tree_.cover[0];
  }

  std::size_t append(const Copy& copy) {
    const std::size_t from = copy.from, to = result_.node_count();
    const bool leaf = becomes_leaf_[from];
    result_.feature.push_back(leaf ? TreeEnsemble::kLeaf : tree_.feature[from]);
    result_.left.push_back(TreeEnsemble::kLeaf);
    result_.right.push_back(TreeEnsemble::kLeaf);
    result_.threshold.push_back(leaf ? 0.0 : tree_.threshold[from]);
    result_.flags.push_back(leaf ? 0 : tree_.flags[from]);
    result_.category_begin.push_back(leaf ? -1 : copied_categories(from));
    result_.value.push_back(leaf ? ones_[from] / tree_.cover[from] : 0.0);
    result_.cover.push_back(tree_.cover[from]);
    if (copy.parent >= 0)
      (copy.is_right ? result_.right : result_.left)[index(copy.parent)] =
          static_cast<std::int32_t>(to);
    return to;
  }

  // The sets of a grown tree lie in the order of its nodes: the next one's begin ends this one.
  std::int32_t copied_categories(std::size_t node) {
    const std::int32_t begin = tree_.category_begin[node];
    if (begin < 0) return -1;
    auto end = static_cast<std::int32_t>(tree_.category_words.size());
    for (std::size_t other = node + 1; other < tree_.node_count(); ++other) {
      if (tree_.category_begin[other] < 0) continue;
      end = tree_.category_begin[other];
      break;
    }
    const auto to = static_cast<std::int32_t>(result_.category_words.size());
    result_.category_words.insert(result_.category_words.end(),
                                  tree_.category_words.begin() + begin,
                                  tree_.category_words.begin() + end);
    return to;
  }

  const TreeEnsemble& tree_;
  const double alpha_;
  std::vector<double> ones_;  // weight of class 1
  std::vector<double> cost_;  // R + alpha * leaves of the best subtree
  std::vector<bool> becomes_leaf_;
  TreeEnsemble result_;
};

}  // namespace

TreeEnsemble pruned(const TreeEnsemble& tree, double alpha) { return Pruner(tree, alpha).run(); }

}  // namespace credit_risk
