#include "core/train/forest/gini_importance.hpp"

#include <numeric>

namespace credit_risk {
namespace {

void normalise(std::vector<double>& shares) {
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  if (sum > 0) {
    for (double& share : shares) share /= sum;
  }
}

// Weight times Gini impurity of a node with this much weight in all and of class 1.
double weighted_impurity(double cover, double ones) {
  return cover > 0 ? 2.0 * ones * (cover - ones) / cover : 0.0;
}

}  // namespace

std::vector<double> gini_importance(const Model& model) {
  const TreeEnsemble& trees = model.trees;
  std::vector<double> ones(trees.node_count(), 0.0);
  std::vector<double> total(model.features.size(), 0.0), of_tree(model.features.size());
  for (std::size_t tree = trees.tree_count(); tree-- > 0;) {
    const auto begin = static_cast<std::size_t>(trees.root[tree]);
    const auto end = tree + 1 < trees.tree_count() ? static_cast<std::size_t>(trees.root[tree + 1])
                                                   : trees.node_count();
    std::fill(of_tree.begin(), of_tree.end(), 0.0);
    // Children lie behind their parent: going backwards visits them first.
    for (std::size_t node = end; node-- > begin;) {
      if (trees.feature[node] == TreeEnsemble::kLeaf) {
        ones[node] = trees.value[node] * trees.cover[node];
        continue;
      }
      const auto left = static_cast<std::size_t>(trees.left[node]),
                 right = static_cast<std::size_t>(trees.right[node]);
      ones[node] = ones[left] + ones[right];
      of_tree[static_cast<std::size_t>(trees.feature[node])] +=
          weighted_impurity(trees.cover[node], ones[node]) -
          weighted_impurity(trees.cover[left], ones[left]) -
          weighted_impurity(trees.cover[right], ones[right]);
    }
    normalise(of_tree);
    for (std::size_t f = 0; f < total.size(); ++f) total[f] += of_tree[f];
  }
  normalise(total);
  return total;
}

}  // namespace credit_risk
