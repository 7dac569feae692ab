#include "core/model/predict/ranked_forest.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "core/model/predict/round_down.hpp"

namespace credit_risk {
namespace {

constexpr std::size_t kLeastTrees = 16;
constexpr std::size_t kMostNodes = 65535;  // of a tree: RankedNode::ahead
constexpr std::uint8_t kEverybody = 255;   // no rank is above

bool is_leaf(const TreeEnsemble& trees, std::int32_t node) noexcept {
  return trees.feature[node] == TreeEnsemble::kLeaf;
}

// The distinct thresholds of each slot, ascending.
std::vector<std::vector<double>> thresholds_of(const Model& model, const Slots& slots) {
  std::vector<std::vector<double>> all(slots.count());
  for (std::size_t node = 0; node < model.trees.node_count(); ++node) {
    if (model.trees.feature[node] != TreeEnsemble::kLeaf)
      all[slots.slot(model, node)].push_back(model.trees.threshold[node]);
  }
  for (std::vector<double>& own : all) {
    std::sort(own.begin(), own.end());
    own.erase(std::unique(own.begin(), own.end()), own.end());
  }
  return all;
}

std::size_t ranks_for(std::size_t thresholds) noexcept {
  return (thresholds + RankSearch::kMostOfRank - 1) / RankSearch::kMostOfRank;
}

// Appends the levels of a search among `own`.
RankSearch append_search(std::vector<double> level, std::vector<double>& thresholds) {
  constexpr std::size_t kBlock = RankSearch::kBlock;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::vector<std::vector<double>> levels;
  while (true) {
    const std::size_t blocks = std::max<std::size_t>((level.size() + kBlock - 1) / kBlock, 1);
    level.resize(blocks * kBlock, kInfinity);
    levels.push_back(level);
    if (blocks == 1) break;
    // Nothing is above the last block.
    std::vector<double> closing;
    for (std::size_t b = 0; b + 1 < blocks; ++b) closing.push_back(level[b * kBlock + kBlock - 1]);
    closing.push_back(kInfinity);
    level = std::move(closing);
  }
  RankSearch search{static_cast<std::uint32_t>(levels.size()), {}, 0, 0, 0};
  for (std::size_t k = 0; k < levels.size(); ++k) {
    const std::vector<double>& from = levels[levels.size() - 1 - k];
    search.begin[k] = static_cast<std::uint32_t>(thresholds.size());
    thresholds.insert(thresholds.end(), from.begin(), from.end());
  }
  return search;
}

}  // namespace

class RankedForest::Packer {
 public:
  Packer(const Model& model, const Slots& slots)
      : model_(model),
        trees_(model.trees),
        slots_(slots),
        thresholds_(thresholds_of(model, slots)) {}

  RankedForest pack() {
    pack_searches();
    if (model_.float32_inputs) {
      for (const double t : forest_.thresholds_) forest_.float_thresholds_.push_back(round_down(t));
      forest_.thresholds_ = {};
    }
    forest_.trees_ = trees_.tree_count();
    forest_.float32_sum_ = model_.float32_sum;
    choose_levels();
    const std::size_t groups = (forest_.trees_ + RankedTrees::kGroup - 1) / RankedTrees::kGroup;
    forest_.tops_.resize(groups * lines(), RankLine{});
    for (std::size_t tree = 0; tree < forest_.trees_; ++tree) pack_tree(tree);
    if (deep_ && most_leaves() <= TiledTrees::kMostLeaves) pack_tiled();
    forest_.float_numbers_.shrink_to_fit();
    forest_.numbers_.shrink_to_fit();
    forest_.nodes_.shrink_to_fit();
    forest_.thresholds_.shrink_to_fit();
    return std::move(forest_);
  }

 private:
  struct Place {
    std::int32_t from;
    std::uint32_t to;
  };

  std::size_t exits() const noexcept { return std::size_t{1} << forest_.levels_; }
  std::size_t lines() const noexcept { return 2 * (exits() - 1); }

  void pack_searches() {
    forest_.ranks_ = 1;
    for (std::size_t s = 1; s < slots_.count(); ++s) {
      RankSearch search = append_search(thresholds_[s], forest_.thresholds_);
      search.place = static_cast<std::uint32_t>(forest_.ranks_);
      search.ranks = static_cast<std::uint32_t>(ranks_for(thresholds_[s].size()));
      search.thresholds = static_cast<std::uint32_t>(thresholds_[s].size());
      forest_.ranks_ += search.ranks;
      forest_.searches_.push_back(search);
    }
  }

  void choose_levels() {
    depths_.resize(trees_.node_count());
    std::uint32_t deepest = 0;
    for (std::size_t node = trees_.node_count(); node-- > 0;) {
      if (is_leaf(trees_, static_cast<std::int32_t>(node))) continue;
      depths_[node] = 1 + std::max(depths_[trees_.left[node]], depths_[trees_.right[node]]);
    }
    for (const std::int32_t root : trees_.root) deepest = std::max(deepest, depths_[root]);
    forest_.levels_ =
        deepest <= RankedTrees::kFewLevels ? RankedTrees::kFewLevels : RankedTrees::kLevels;
    deep_ = deepest > forest_.levels_;
  }

  void pack_tree(std::size_t tree) {
    RankLine* const lines = forest_.tops_.data() + tree / RankedTrees::kGroup * this->lines();
    const std::size_t lane = tree % RankedTrees::kGroup;
    std::vector<std::int32_t> ids(2 * exits() - 1);
    ids[0] = trees_.root[tree];
    for (std::size_t i = 0; i + 1 < exits(); ++i) {
      const std::int32_t node = ids[i];
      const bool leaf = is_leaf(trees_, node);
      ids[2 * i + 1] = leaf ? node : trees_.left[node];
      ids[2 * i + 2] = leaf ? node : trees_.right[node];
      const RankedNode packed = leaf ? RankedNode{0, kEverybody, 0} : split(node);
      lines[2 * place_of(i)].bytes[lane] = packed.place;
      lines[2 * place_of(i) + 1].bytes[lane] = packed.rank;
    }
    if (deep_)
      pack_below(ids.data() + exits() - 1, depths_[ids[0]]);
    else
      for (std::size_t e = 0; e < exits(); ++e) append_number(trees_.value[ids[exits() - 1 + e]]);
  }

  // Node i, counted level by level, in post-order.
  std::size_t place_of(std::size_t i) const noexcept {
    std::size_t size = exits() - 1;  // of the subtree on the way down to the node
    std::size_t begin = 0;
    std::size_t level = 0;
    while ((std::size_t{2} << level) <= i + 1) ++level;
    for (std::size_t bit = level; bit-- > 0;) {
      size /= 2;
      if (((i + 1) >> bit & 1) != 0) begin += size;
    }
    return begin + size - 1;
  }

  RankedNode split(std::int32_t node) const {
    const std::uint32_t slot = slots_.slot(model_, node);
    const std::vector<double>& own = thresholds_[slot];
    const std::size_t place = static_cast<std::size_t>(
        std::lower_bound(own.begin(), own.end(), trees_.threshold[node]) - own.begin());
    constexpr std::size_t kMost = RankSearch::kMostOfRank;
    return {static_cast<std::uint8_t>(forest_.searches_[slot - 1].place + place / kMost),
            static_cast<std::uint8_t>(place % kMost), 0};
  }

  void append_number(double number) {
    if (forest_.float32_sum_)
      forest_.float_numbers_.push_back(static_cast<float>(number));
    else
      forest_.numbers_.push_back(number);
  }

  void set_number(std::uint32_t at, double number) {
    if (forest_.float32_sum_)
      forest_.float_numbers_[at] = static_cast<float>(number);
    else
      forest_.numbers_[at] = number;
  }

  std::uint32_t append_nodes(std::size_t count) {
    const std::size_t first = forest_.nodes_.size();
    forest_.nodes_.resize(first + count);
    for (std::size_t k = 0; k < count; ++k) append_number(0);
    return static_cast<std::uint32_t>(first);
  }

  void pack_below(const std::int32_t* exits_ids, std::uint32_t depth) {
    forest_.depths_below_.push_back(
        depth > forest_.levels_ ? depth - static_cast<std::uint32_t>(forest_.levels_) : 0);
    for (std::size_t e = 0; e < exits(); ++e) {
      const bool again = e > 0 && exits_ids[e] == exits_ids[e - 1];
      forest_.below_.push_back(again ? forest_.below_.back() : pack_subtree(exits_ids[e]));
    }
  }

  // As predict.cpp lays out a tree.
  std::uint32_t pack_subtree(std::int32_t root) {
    const std::uint32_t first = append_nodes(1);
    pending_.assign(1, {root, first});
    while (!pending_.empty()) {
      const Place place = pending_.back();
      pending_.pop_back();
      if (is_leaf(trees_, place.from)) {
        forest_.nodes_[place.to] = {0, kEverybody, 0};
        set_number(place.to, trees_.value[place.from]);
      } else {
        pack_split(place);
      }
    }
    return first;
  }

  void pack_split(Place place) {
    const std::uint32_t next = append_nodes(2);
    RankedNode node = split(place.from);
    node.ahead = static_cast<std::uint16_t>(next - place.to);
    forest_.nodes_[place.to] = node;
    const Place left{trees_.left[place.from], next};
    const Place right{trees_.right[place.from], next + 1};
    const bool left_first = trees_.cover[left.from] >= trees_.cover[right.from];
    pending_.push_back(left_first ? right : left);
    pending_.push_back(left_first ? left : right);
  }

  std::size_t most_leaves() const {
    std::size_t most = 0, leaves = 0;
    for (std::size_t node = 0, tree = 0; node < trees_.node_count(); ++node) {
      if (tree < trees_.tree_count() && static_cast<std::size_t>(trees_.root[tree]) == node) {
        ++tree;
        leaves = 0;
      }
      leaves += is_leaf(trees_, static_cast<std::int32_t>(node));
      most = std::max(most, leaves);
    }
    return most;
  }

  void pack_tiled() {
    for (std::size_t tree = 0; tree < forest_.trees_; ++tree) {
      TileTree tiled{0, 0};
      tiled.root = pack_line(trees_.root[tree], tiled);
      forest_.tile_trees_.push_back(tiled);
      forest_.most_leaves_ = std::max<std::size_t>(forest_.most_leaves_, tiled.leaves);
      if ((tree + 1) % TileGroup::kTrees == 0 || tree + 1 == forest_.trees_) close_group();
    }
  }

  // Returns the line of a node: a leaf's own, by its number from left to right, or that which its
  // split writes: a new one for a twig, else that of a child which nobody else reads.
  std::uint16_t pack_line(std::int32_t node, TileTree& tree) {
    if (is_leaf(trees_, node)) {
      if (forest_.float32_sum_)
        forest_.float_leaves_.push_back(static_cast<float>(trees_.value[node]));
      else
        forest_.leaves_.push_back(trees_.value[node]);
      return line(tree.leaves++);
    }
    const RankedNode packed = split(node);
    TileSplit made{};
    made.place = packed.place;
    made.rank = packed.rank;
    made.left = pack_line(trees_.left[node], tree);
    made.right = pack_line(trees_.right[node], tree);
    made.to = std::max(made.left, made.right);
    const std::uint32_t height = depths_[static_cast<std::size_t>(node)];
    if (height == 1) {
      made.left = static_cast<std::uint16_t>(tree.leaves - 2);
      made.to = line(TiledTrees::kMostLeaves + twigs_++);
    }
    tiled_.push_back({made, height});
    return made.to;
  }

  static std::uint16_t line(std::size_t number) noexcept {
    static_assert(TiledTrees::kMostLines * sizeof(RankLine) <= 65536);
    return static_cast<std::uint16_t>(number * sizeof(RankLine));
  }

  void close_group() {
    std::stable_sort(tiled_.begin(), tiled_.end(),
                     [](const Tiled& a, const Tiled& b) { return a.height < b.height; });
    for (const Tiled& one : tiled_) forest_.tile_splits_.push_back(one.split);
    forest_.tile_groups_.push_back({twigs_, static_cast<std::uint32_t>(tiled_.size())});
    tiled_.clear();
    twigs_ = 0;
  }

  struct Tiled {
    TileSplit split;
    std::uint32_t height;
  };

  const Model& model_;
  const TreeEnsemble& trees_;
  const Slots& slots_;
  std::vector<Tiled> tiled_;  // of the group begun
  std::uint32_t twigs_ = 0;
  std::vector<std::vector<double>> thresholds_;  // by slot
  std::vector<std::uint32_t> depths_;            // of the subtree below each node
  std::vector<Place> pending_;
  bool deep_ = false;
  RankedForest forest_;
};

bool RankedForest::fits(const Model& model, const Slots& slots) {
  const TreeEnsemble& trees = model.trees;
  if (slots.has_categories() || trees.tree_count() < kLeastTrees) return false;
  for (std::size_t t = 0; t < trees.tree_count(); ++t) {
    const std::size_t end = t + 1 < trees.tree_count() ? static_cast<std::size_t>(trees.root[t + 1])
                                                       : trees.node_count();
    if (end - static_cast<std::size_t>(trees.root[t]) > kMostNodes) return false;
  }
  std::size_t ranks = 1;
  for (const std::vector<double>& own : thresholds_of(model, slots)) ranks += ranks_for(own.size());
  return ranks <= RankedTrees::kMaxRanks;
}

RankedForest::RankedForest(const Model& model, const Slots& slots, const TopKernel& kernel)
    : RankedForest(Packer(model, slots).pack()) {
  kernel_ = kernel;
}

RankedTrees RankedForest::view() const noexcept {
  RankedTrees view;
  view.thresholds = thresholds_.empty() ? nullptr : thresholds_.data();
  view.float_thresholds = float_thresholds_.data();
  view.searches = searches_.data();
  view.slots = searches_.size() + 1;
  view.ranks = ranks_;
  view.tops = tops_.data();
  view.levels = levels_;
  view.trees = trees_;
  view.float32_sum = float32_sum_;
  view.numbers = float32_sum_ ? static_cast<const void*>(float_numbers_.data()) : numbers_.data();
  view.below = below_.data();
  view.depths_below = depths_below_.data();
  view.nodes = nodes_.empty() ? nullptr : nodes_.data();
  return view;
}

TiledTrees RankedForest::tiled_view() const noexcept {
  TiledTrees view;
  view.groups = tile_groups_.data();
  view.trees = tile_trees_.data();
  view.count = tile_trees_.size();
  view.most_leaves = most_leaves_;
  view.splits = tile_splits_.data();
  view.numbers = float32_sum_ ? static_cast<const void*>(float_leaves_.data()) : leaves_.data();
  view.float32_sum = float32_sum_;
  return view;
}

std::size_t RankedForest::byte_size() const noexcept {
  return thresholds_.size() * sizeof(double) + float_thresholds_.size() * sizeof(float) +
         searches_.size() * sizeof(RankSearch) + tops_.size() * sizeof(RankLine) +
         float_numbers_.size() * sizeof(float) + numbers_.size() * sizeof(double) +
         (below_.size() + depths_below_.size()) * 4 + nodes_.size() * sizeof(RankedNode) +
         tile_trees_.size() * sizeof(TileTree) + tile_groups_.size() * sizeof(TileGroup) +
         tile_splits_.size() * sizeof(TileSplit) + float_leaves_.size() * sizeof(float) +
         leaves_.size() * sizeof(double);
}

}  // namespace credit_risk
