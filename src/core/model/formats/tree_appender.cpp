#include "core/model/formats/tree_appender.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "core/model/formats/json_node.hpp"
#include "core/model/validate.hpp"

namespace credit_risk {
namespace {

constexpr std::size_t kMaxCategoryWords = std::size_t{1} << 26;  // 512 MB

[[noreturn]] void refuse_size(const char* what) {
  throw Error(ErrorKind::kLimit, std::string("model has too many ") + what, {},
              "Train fewer or smaller trees.");
}

}  // namespace

double at_most(float strict_threshold) {
  return std::nextafterf(strict_threshold, -std::numeric_limits<float>::infinity());
}

void TreeAppender::fail(std::size_t node, const std::string& what) const {
  refuse_broken(library_, place_ + ", node " + std::to_string(node), what);
}

std::int64_t TreeAppender::add_set(SourceTree& tree, std::int32_t feature) const {
  const std::size_t words = category_word_count(model_.features[feature]);
  if (model_.trees.category_words.size() + tree.sets.size() + words > kMaxCategoryWords)
    refuse_size("category sets");
  const std::size_t begin = tree.sets.size();
  tree.sets.resize(begin + words);
  return static_cast<std::int64_t>(begin);
}

void TreeAppender::check_split(const SourceTree& tree, const SourceNode& node,
                               std::size_t at) const {
  const auto is_place = [&](std::int64_t child) {
    return child >= 0 && static_cast<std::uint64_t>(child) < tree.nodes.size();
  };
  if (!is_place(node.left) || !is_place(node.right)) fail(at, "a child is out of range");
  if (std::isnan(node.threshold)) fail(at, "the threshold is not a number");
  if (node.feature < 0 || static_cast<std::size_t>(node.feature) >= model_.features.size())
    fail(at, "feature " + std::to_string(node.feature) + " does not exist");
  const bool categorical = model_.features[node.feature].kind == FeatureKind::kCategorical;
  if (categorical != (node.set >= 0)) {
    refuse_unsupported(library_,
                       "Feature \"" + model_.features[node.feature].name +
                           "\" is split both as a number and as a category.",
                       "Train the model with one kind for each feature.");
  }
}

void TreeAppender::append(const SourceTree& tree, const std::string& place) {
  place_ = place;
  if (tree.nodes.empty()) refuse_broken(library_, place, "the tree is empty");
  if (tree.nodes.size() > kMaxNodes - model_.trees.node_count()) refuse_size("nodes");
  if (model_.trees.tree_count() == kMaxTrees) refuse_size("trees");
  TreeEnsemble& trees = model_.trees;
  const std::size_t begin = trees.node_count();
  trees.root.push_back(static_cast<std::int32_t>(begin));
  struct Link {
    std::size_t from;
    std::int32_t parent;  // whose right child this is; -1 for the root
  };
  std::vector<Link> pending{{0, -1}};
  std::vector<bool> seen(tree.nodes.size());
  while (!pending.empty()) {
    const Link link = pending.back();
    pending.pop_back();
    if (link.parent >= 0) trees.right[link.parent] = static_cast<std::int32_t>(trees.node_count());
    // Down the left side; the right children wait.
    for (std::size_t from = link.from;;) {
      if (seen[from]) fail(from, "two nodes lead here");
      seen[from] = true;
      const SourceNode& node = tree.nodes[from];
      if (node.feature != TreeEnsemble::kLeaf) check_split(tree, node, from);
      const std::int32_t at = append_node(tree, node);
      if (node.feature == TreeEnsemble::kLeaf) break;
      // A threshold of -infinity sends every number right; the other way round it is the greatest.
      const bool reversed = node.set < 0 && node.threshold < std::numeric_limits<double>::lowest();
      trees.left[at] = at + 1;
      pending.push_back({static_cast<std::size_t>(reversed ? node.left : node.right), at});
      from = static_cast<std::size_t>(reversed ? node.right : node.left);
    }
  }
  for (std::size_t node = trees.node_count(); node-- > begin;) {
    if (trees.feature[node] != TreeEnsemble::kLeaf)
      trees.cover[node] = trees.cover[trees.left[node]] + trees.cover[trees.right[node]];
  }
}

std::int32_t TreeAppender::append_node(const SourceTree& tree, const SourceNode& node) {
  TreeEnsemble& trees = model_.trees;
  const bool leaf = node.feature == TreeEnsemble::kLeaf;
  const std::size_t at = trees.node_count();
  trees.feature.push_back(node.feature);
  trees.left.push_back(TreeEnsemble::kLeaf);
  trees.right.push_back(TreeEnsemble::kLeaf);
  trees.threshold.push_back(0);
  trees.flags.push_back(0);
  trees.category_begin.push_back(-1);
  trees.value.push_back(leaf ? node.value : 0);
  trees.cover.push_back(leaf ? node.cover : 0);
  if (!leaf) append_split(tree, node);
  return static_cast<std::int32_t>(at);
}

void TreeAppender::append_split(const SourceTree& tree, const SourceNode& node) {
  TreeEnsemble& trees = model_.trees;
  constexpr double kGreatest = std::numeric_limits<double>::max();
  trees.flags.back() = node.flags;
  if (node.set >= 0) {
    const auto first = tree.sets.begin() + node.set;
    const std::size_t words = category_word_count(model_.features[node.feature]);
    trees.category_begin.back() = static_cast<std::int32_t>(trees.category_words.size());
    trees.category_words.insert(trees.category_words.end(), first,
                                first + static_cast<std::ptrdiff_t>(words));
    return;
  }
  if (node.threshold < -kGreatest) trees.flags.back() ^= TreeEnsemble::kMissingLeft;
  trees.threshold.back() = std::fabs(node.threshold) > kGreatest ? kGreatest : node.threshold;
}

void TreeAppender::finish() {
  TreeEnsemble& trees = model_.trees;
  const auto is_leaf = [&](std::int32_t root) {
    return trees.feature[root] == TreeEnsemble::kLeaf;
  };
  const bool known = std::all_of(trees.root.begin(), trees.root.end(), [&](std::int32_t root) {
    return is_leaf(root) || trees.cover[root] != 0;
  });
  if (!known) trees.cover.assign(trees.node_count(), 0.0);
  if (!known) return;
  for (const std::int32_t root : trees.root) {
    // LightGBM counts nothing in a tree of one leaf; any weight says the same.
    if (is_leaf(root) && trees.cover[root] == 0) trees.cover[root] = 1;
  }
}

void check_probability(const char* library, const Model& model) {
  constexpr double kTolerance = 1e-5;
  if (model.link != Link::kIdentity) return;
  const TreeEnsemble& trees = model.trees;
  double least = model.base_value, greatest = model.base_value;
  const double divisor = model.average ? static_cast<double>(trees.tree_count()) : 1;
  for (std::size_t t = 0; t < trees.tree_count(); ++t) {
    const std::size_t begin = static_cast<std::size_t>(trees.root[t]);
    const std::size_t end = t + 1 < trees.tree_count() ? static_cast<std::size_t>(trees.root[t + 1])
                                                       : trees.node_count();
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (std::size_t node = begin; node < end; ++node) {
      if (trees.feature[node] != TreeEnsemble::kLeaf) continue;
      low = std::min(low, trees.value[node]);
      high = std::max(high, trees.value[node]);
    }
    least += low / divisor;
    greatest += high / divisor;
  }
  if (least >= -kTolerance && greatest <= 1 + kTolerance) return;
  refuse_unsupported(library,
                     "Its output is no probability: without a link it may lie between " +
                         shortest_text(least) + " and " + shortest_text(greatest) + ".",
                     "Convert a classifier for two classes.");
}

}  // namespace credit_risk
