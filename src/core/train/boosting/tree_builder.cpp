#include "core/train/boosting/tree_builder.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "core/random.hpp"

namespace credit_risk {
namespace {

constexpr std::uint32_t kPollRows = 32768;
// Histograms that wait for their split; beyond, they are made again when its turn comes.
constexpr std::size_t kWaitingBytes = std::size_t{64} << 20;
// Beyond the streams of the trees, of the split and of the folds.
constexpr std::uint64_t kFeatureStream = std::uint64_t{1} << 41;

// The middle of two neighbouring values, but always below the upper one.
double threshold_between(double below, double above) noexcept {
  const double middle = below / 2 + above / 2;
  return middle >= below && middle < above ? middle : below;
}

double threshold_of(const BinnedMatrix& matrix, const BinnedFeature& feature,
                    const GainSplit& split) noexcept {
  // Every value goes left, only the missing ones go right.
  if (split.first_right == feature.bins) return std::numeric_limits<double>::max();
  return threshold_between(matrix.high()[feature.first_edge + split.last_left],
                           matrix.low()[feature.first_edge + split.first_right]);
}

GainRules rules_of(const BoostingParams& params) {
  return {params.lambda,           params.category_lambda,
          params.min_child_weight, params.min_category_weight,
          params.min_gain,         !params.monotone.empty()};
}

}  // namespace

TreeBuilder::TreeBuilder(const BinnedMatrix& matrix, const BoostingParams& params,
                         const std::vector<Feature>& features, const StopFlag& stop)
    : matrix_(matrix),
      params_(params),
      directions_(monotone_directions(params, features)),
      interactions_(interaction_groups(params, features)),
      stop_(stop),
      histograms_(matrix, stop),
      search_(rules_of(params)),
      rules_(rules_of(params)),
      features_(matrix.features()),
      overflow_(matrix.rows()) {
  std::iota(features_.begin(), features_.end(), 0u);
}

void TreeBuilder::grow(std::uint32_t number, std::vector<std::uint32_t> rows,
                       const std::vector<RowGradient>& gradients) {
  choose_features(number);
  rows_ = std::move(rows);
  nodes_.clear();
  candidates_.clear();
  Node root;
  root.end = static_cast<std::uint32_t>(rows_.size());
  root.sum = sum_of(gradients);
  nodes_.push_back(std::move(root));
  if (may_split(nodes_[0])) search(0, histogram_of(nodes_[0], gradients));
  std::int32_t leaves = 1;
  while (!candidates_.empty() && (params_.max_leaves == 0 || leaves < params_.max_leaves)) {
    expand(take_candidate(), gradients);
    ++leaves;
  }
}

void TreeBuilder::choose_features(std::uint32_t number) {
  if (params_.column_share >= 1) return;
  const std::uint32_t count = matrix_.features();
  features_.resize(count);
  std::iota(features_.begin(), features_.end(), 0u);
  Random random(params_.seed, kFeatureStream + number);
  const auto wanted = static_cast<std::uint32_t>(std::ceil(params_.column_share * count));
  for (std::uint32_t i = 0; i < wanted; ++i)
    std::swap(features_[i], features_[i + random.below(count - i)]);
  features_.resize(wanted);
  std::sort(features_.begin(), features_.end());
  histograms_.choose(features_);
}

GradientSum TreeBuilder::sum_of(const std::vector<RowGradient>& gradients) const {
  GradientSum sum;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (i % kPollRows == 0) stop_.poll();
    sum.gradient += gradients[rows_[i]].gradient;
    sum.hessian += gradients[rows_[i]].hessian;
  }
  return sum;
}

Histogram TreeBuilder::histogram_of(const Node& node,
                                    const std::vector<RowGradient>& gradients) const {
  return histograms_.make(rows_.data() + node.begin, node.end - node.begin, gradients);
}

bool TreeBuilder::may_split(const Node& node) const noexcept {
  return node.depth < params_.max_depth && node.end - node.begin >= 2 &&
         node.sum.h() >= 2 * params_.min_child_weight;
}

void TreeBuilder::search(std::int32_t node, Histogram histogram) {
  Node& at = nodes_[static_cast<std::size_t>(node)];
  search_.start(at.sum, at.bounds);
  for (const std::uint32_t f : features_) {
    stop_.poll();
    if (!interactions_.allows(f, at.used)) continue;
    search_.look_at(f, matrix_.feature(f), histogram.data() + histograms_.begin(f), directions_[f]);
  }
  if (!search_.best().found()) return;
  at.split = search_.best();
  const bool may_wait = (candidates_.size() + 1) * histograms_.bytes() <= kWaitingBytes;
  candidates_.push_back({node, may_wait ? std::move(histogram) : Histogram{}});
}

// With a bound on the leaves the one of most gain, of equal ones the oldest; else the newest, so
// that few histograms wait.
TreeBuilder::Candidate TreeBuilder::take_candidate() {
  if (params_.max_leaves > 0) {
    const auto gain = [&](const Candidate& c) {
      return nodes_[static_cast<std::size_t>(c.node)].split.gain;
    };
    const auto most = std::max_element(
        candidates_.begin(), candidates_.end(), [&](const Candidate& a, const Candidate& b) {
          return gain(a) != gain(b) ? gain(a) < gain(b) : a.node > b.node;
        });
    std::iter_swap(most, candidates_.end() - 1);
  }
  Candidate result = std::move(candidates_.back());
  candidates_.pop_back();
  return result;
}

void TreeBuilder::expand(Candidate candidate, const std::vector<RowGradient>& gradients) {
  add_children(candidate.node);
  search_children(nodes_[static_cast<std::size_t>(candidate.node)], std::move(candidate.histogram),
                  gradients);
}

void TreeBuilder::add_children(std::int32_t node) {
  const Node& parent = nodes_[static_cast<std::size_t>(node)];
  const GainSplit& split = parent.split;
  const auto feature = static_cast<std::uint32_t>(split.feature);
  Node left, right;
  left.depth = right.depth = parent.depth + 1;
  left.bounds = right.bounds = parent.bounds;
  left.sum = split.left;
  right.sum = parent.sum - split.left;
  if (directions_[feature] != 0) {
    // Whatever grows below, the two sides stay on their side of the middle.
    const double middle = best_value(rules_, left.sum, parent.bounds) / 2 +
                          best_value(rules_, right.sum, parent.bounds) / 2;
    (directions_[feature] > 0 ? left : right).bounds.high = middle;
    (directions_[feature] > 0 ? right : left).bounds.low = middle;
  }
  if (interactions_.any()) {
    left.used = parent.used;
    left.used.push_back(feature);
    right.used = left.used;
  }
  left.begin = parent.begin;
  right.end = parent.end;
  left.end = right.begin = partition(parent);
  const auto first = static_cast<std::int32_t>(nodes_.size());
  nodes_[static_cast<std::size_t>(node)].left = first;
  nodes_[static_cast<std::size_t>(node)].right = first + 1;
  nodes_.push_back(std::move(left));
  nodes_.push_back(std::move(right));
}

// One histogram is made of the rows of the smaller child, the other is what the parent's leaves.
void TreeBuilder::search_children(const Node& parent, Histogram histogram,
                                  const std::vector<RowGradient>& gradients) {
  std::int32_t small = parent.left, large = parent.right;
  const auto rows = [&](std::int32_t n) {
    const Node& node = nodes_[static_cast<std::size_t>(n)];
    return node.end - node.begin;
  };
  if (rows(small) > rows(large)) std::swap(small, large);
  const Node& small_node = nodes_[static_cast<std::size_t>(small)];
  const Node& large_node = nodes_[static_cast<std::size_t>(large)];
  const bool small_open = may_split(small_node), large_open = may_split(large_node);
  if (!small_open && !large_open) return;
  const bool subtract = large_open && !histogram.empty();
  Histogram of_small;
  if (small_open || subtract) of_small = histogram_of(small_node, gradients);
  if (subtract) histograms_.subtract(histogram, of_small);
  if (large_open)
    search(large, subtract ? std::move(histogram) : histogram_of(large_node, gradients));
  if (small_open) search(small, std::move(of_small));
}

// Moves the rows that go left before those that go right, keeping their order; returns where the
// right ones begin.
std::uint32_t TreeBuilder::partition(const Node& node) {
  const GainSplit& split = node.split;
  const BinnedFeature feature = matrix_.feature(static_cast<std::uint32_t>(split.feature));
  const CellPlace place = feature.place;
  if (feature.categorical) {
    return partition(
        node, [&](const std::uint8_t* row) { return split.goes_left(feature, place.bin(row)); });
  }
  const std::uint32_t last_left = split.last_left << place.shift;
  const std::uint32_t also_left = split.missing_left ? feature.bins << place.shift : last_left;
  return partition(node, [=](const std::uint8_t* row) {
    const std::uint32_t cell = place.masked(row);
    return (cell <= last_left) | (cell == also_left);
  });
}

template <class GoesLeft>
std::uint32_t TreeBuilder::partition(const Node& node, GoesLeft goes_left) {
  const std::uint8_t* const cells = matrix_.cells();
  const std::size_t row_bytes = matrix_.row_bytes();
  std::uint32_t *left = rows_.data() + node.begin, *right = overflow_.data();
  for (std::uint32_t begin = node.begin; begin < node.end;) {
    stop_.poll();
    const std::uint32_t end = begin + std::min(kPollRows, node.end - begin);
    for (; begin < end; ++begin) {
      const std::uint32_t row = rows_[begin];
      const bool goes = goes_left(cells + row * row_bytes);
      *left = row;
      *right = row;
      left += goes;
      right += !goes;
    }
  }
  std::copy(overflow_.data(), right, left);
  return static_cast<std::uint32_t>(left - rows_.data());
}

double TreeBuilder::leaf_value(const Node& node) const noexcept {
  return best_value(rules_, node.sum, node.bounds) * params_.learning_rate;
}

double TreeBuilder::value_of(std::uint32_t row) const noexcept {
  const std::uint8_t* const cells = matrix_.cells() + std::size_t{row} * matrix_.row_bytes();
  const Node* node = nodes_.data();
  while (node->left >= 0) {
    const BinnedFeature& feature = matrix_.feature(static_cast<std::uint32_t>(node->split.feature));
    const bool left = node->split.goes_left(feature, feature.place.bin(cells));
    node = nodes_.data() + (left ? node->left : node->right);
  }
  return leaf_value(*node);
}

void TreeBuilder::add_values(std::vector<double>& sums) const {
  for (const Node& node : nodes_) {
    if (node.left >= 0) continue;
    const double value = leaf_value(node);
    for (std::uint32_t i = node.begin; i < node.end; ++i) {
      if (i % kPollRows == 0) stop_.poll();
      sums[rows_[i]] += value;
    }
  }
}

TreeEnsemble TreeBuilder::tree() const {
  TreeEnsemble tree;
  tree.root.push_back(0);
  for (const Node& node : nodes_) {
    const bool is_leaf = node.left < 0;
    const GainSplit& split = node.split;
    const bool categorical =
        !is_leaf && matrix_.feature(static_cast<std::uint32_t>(split.feature)).categorical;
    tree.feature.push_back(is_leaf ? TreeEnsemble::kLeaf : split.feature);
    tree.left.push_back(node.left);
    tree.right.push_back(node.right);
    tree.value.push_back(is_leaf ? leaf_value(node) : 0.0);
    tree.cover.push_back(node.sum.h());
    tree.threshold.push_back(
        is_leaf || categorical
            ? 0.0
            : threshold_of(matrix_, matrix_.feature(static_cast<std::uint32_t>(split.feature)),
                           split));
    tree.flags.push_back(static_cast<std::uint8_t>(
        (!is_leaf && split.missing_left ? TreeEnsemble::kMissingLeft : 0) |
        (categorical && split.unrecognized_left ? TreeEnsemble::kUnrecognizedLeft : 0)));
    tree.category_begin.push_back(
        categorical ? static_cast<std::int32_t>(tree.category_words.size()) : -1);
    if (categorical) {
      tree.category_words.insert(tree.category_words.end(), split.left_categories.begin(),
                                 split.left_categories.end());
    }
  }
  return tree;
}

void TreeBuilder::add_gains(std::vector<double>& gains) const {
  for (const Node& node : nodes_) {
    if (node.left >= 0) gains[static_cast<std::size_t>(node.split.feature)] += node.split.gain;
  }
}

}  // namespace credit_risk
