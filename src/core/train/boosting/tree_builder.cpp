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
                         const std::vector<Feature>& features, Team& team, const StopFlag& stop)
    : matrix_(matrix),
      params_(params),
      directions_(monotone_directions(params, features)),
      interactions_(interaction_groups(params, features)),
      team_(team),
      stop_(stop),
      histograms_(matrix, stop),
      search_(rules_of(params)),
      rules_(rules_of(params)),
      features_(matrix.features()),
      overflow_(matrix.rows()) {
  std::iota(features_.begin(), features_.end(), 0u);
  choose_own_features();
}

void TreeBuilder::grow(std::uint32_t number, std::vector<std::uint32_t> rows,
                       const std::vector<RowGradient>& gradients) {
  choose_features(number);
  rows_ = std::move(rows);
  nodes_.clear();
  candidates_.clear();
  nodes_.push_back(root(gradients));
  if (may_split(nodes_[0])) {
    std::vector<Candidate> open;
    open.push_back({0, histogram_of(nodes_[0], gradients)});
    search(std::move(open));
  }
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
  choose_own_features();
}

void TreeBuilder::choose_own_features() {
  looked_at_.clear();
  is_looked_at_.assign(matrix_.features(), false);
  for (std::size_t i = 0; i < features_.size(); ++i) {
    if (!team_.looks_at(i)) continue;
    looked_at_.push_back(features_[i]);
    is_looked_at_[features_[i]] = true;
  }
}

TreeBuilder::Node TreeBuilder::root(const std::vector<RowGradient>& gradients) const {
  std::int64_t sums[] = {0, 0, static_cast<std::int64_t>(rows_.size())};
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (i % kPollRows == 0) stop_.poll();
    sums[0] += gradients[rows_[i]].gradient;
    sums[1] += gradients[rows_[i]].hessian;
  }
  team_.sum(sums, std::size(sums));
  Node root;
  root.sum = {sums[0], sums[1]};
  root.rows = sums[2];
  root.end = static_cast<std::uint32_t>(rows_.size());
  return root;
}

Histogram TreeBuilder::histogram_of(const Node& node, const std::vector<RowGradient>& gradients) {
  GradientSum* const others = team_.bins_to_share();
  Histogram result = histograms_.make(rows_.data() + node.begin, node.end - node.begin, gradients,
                                      is_looked_at_, others);
  team_.share_bins();
  for (const std::uint32_t f : looked_at_)
    team_.add_bins(histograms_.begin(f), histograms_.begin(f + 1), result);
  return result;
}

bool TreeBuilder::may_split(const Node& node) const noexcept {
  return node.depth < params_.max_depth && node.rows >= 2 &&
         node.sum.h() >= 2 * params_.min_child_weight;
}

// Of the features that this member looks at.
GainSplit TreeBuilder::best_split(const Node& node, const Histogram& histogram) {
  search_.start(node.sum, node.bounds);
  for (const std::uint32_t f : looked_at_) {
    stop_.poll();
    if (!interactions_.allows(f, node.used)) continue;
    search_.look_at(f, matrix_.feature(f), histogram.data() + histograms_.begin(f), directions_[f]);
  }
  return search_.best();
}

void TreeBuilder::search(std::vector<Candidate> open) {
  std::vector<GainSplit> splits;
  for (const Candidate& candidate : open)
    splits.push_back(best_split(at(candidate.node), candidate.histogram));
  team_.agree(splits);
  for (std::size_t i = 0; i < open.size(); ++i) {
    if (!splits[i].found()) continue;
    at(open[i].node).split = std::move(splits[i]);
    const bool may_wait = (candidates_.size() + 1) * histograms_.bytes() <= kWaitingBytes;
    if (!may_wait) open[i].histogram = {};
    candidates_.push_back(std::move(open[i]));
  }
}

// With a bound on the leaves the one of most gain, of equal ones the oldest; else the newest, so
// that few histograms wait.
TreeBuilder::Candidate TreeBuilder::take_candidate() {
  if (params_.max_leaves > 0) {
    const auto gain = [&](const Candidate& c) { return at(c.node).split.gain; };
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
  search_children(at(candidate.node), std::move(candidate.histogram), gradients);
}

void TreeBuilder::add_children(std::int32_t node) {
  const Node& parent = at(node);
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
  left.rows = left.end - left.begin;
  team_.sum(&left.rows, 1);
  right.rows = parent.rows - left.rows;
  const auto first = static_cast<std::int32_t>(nodes_.size());
  at(node).left = first;
  at(node).right = first + 1;
  nodes_.push_back(std::move(left));
  nodes_.push_back(std::move(right));
}

// One histogram is made of the rows of the smaller child, the other is what the parent's leaves.
void TreeBuilder::search_children(const Node& parent, Histogram histogram,
                                  const std::vector<RowGradient>& gradients) {
  std::int32_t small = parent.left, large = parent.right;
  if (at(small).rows > at(large).rows) std::swap(small, large);
  const bool small_open = may_split(at(small)), large_open = may_split(at(large));
  if (!small_open && !large_open) return;
  const bool subtract = large_open && !histogram.empty();
  Histogram of_small;
  if (small_open || subtract) of_small = histogram_of(at(small), gradients);
  if (subtract) histograms_.subtract(histogram, of_small, looked_at_);
  if (large_open && !subtract) histogram = histogram_of(at(large), gradients);
  std::vector<Candidate> open;
  if (large_open) open.push_back({large, std::move(histogram)});
  if (small_open) open.push_back({small, std::move(of_small)});
  search(std::move(open));
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
