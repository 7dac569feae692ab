#include "core/model/ranked_forest.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

namespace credit_risk {
namespace {

constexpr std::size_t kLeastTrees = 16;
constexpr std::size_t kMost8Bits = 255, kMost16Bits = 65535;  // thresholds of a slot

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

std::size_t most_thresholds(const std::vector<std::vector<double>>& all) noexcept {
  std::size_t most = 0;
  for (const std::vector<double>& own : all) most = std::max(most, own.size());
  return most;
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
  RankSearch search{static_cast<std::uint32_t>(levels.size()), {}};
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
    for (std::size_t s = 1; s < slots_.count(); ++s)
      forest_.searches_.push_back(append_search(thresholds_[s], forest_.thresholds_));
    forest_.trees_ = trees_.tree_count();
    forest_.float32_sum_ = model_.float32_sum;
    forest_.wide_ = most_thresholds(thresholds_) > kMost8Bits;
    choose_levels();
    const std::size_t group = forest_.wide_ ? 32 : 64;
    const std::size_t groups = (forest_.trees_ + group - 1) / group;
    forest_.tops_.resize(groups * lines(), RankLine{});
    for (std::size_t tree = 0; tree < forest_.trees_; ++tree) {
      if (forest_.wide_)
        pack_tree<std::uint16_t>(tree);
      else
        pack_tree<std::uint8_t>(tree);
    }
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

  void choose_levels() {
    depths_.resize(trees_.node_count());
    std::uint32_t deepest = 0;
    for (std::size_t node = trees_.node_count(); node-- > 0;) {
      if (is_leaf(trees_, static_cast<std::int32_t>(node))) continue;
      depths_[node] = 1 + std::max(depths_[trees_.left[node]], depths_[trees_.right[node]]);
    }
    for (const std::int32_t root : trees_.root) deepest = std::max(deepest, depths_[root]);
    // A line holds fewer trees of wide ranks, so that two more levels are not worth it.
    const bool few =
        deepest <= RankedTrees::kFewLevels || (forest_.wide_ && deepest > RankedTrees::kLevels);
    forest_.levels_ = few ? RankedTrees::kFewLevels : RankedTrees::kLevels;
    deep_ = deepest > forest_.levels_;
  }

  template <class Rank>
  void pack_tree(std::size_t tree) {
    constexpr std::size_t kTrees = sizeof(RankLine) / sizeof(Rank);
    RankLine* const lines = forest_.tops_.data() + tree / kTrees * this->lines();
    std::vector<std::int32_t> ids(2 * exits() - 1);
    ids[0] = trees_.root[tree];
    for (std::size_t i = 0; i + 1 < exits(); ++i) {
      const std::int32_t node = ids[i];
      const bool leaf = is_leaf(trees_, node);
      ids[2 * i + 1] = leaf ? node : trees_.left[node];
      ids[2 * i + 2] = leaf ? node : trees_.right[node];
      RankLine* const line = lines + 2 * place_of(i);
      put<Rank>(line[0], tree % kTrees, leaf ? 0 : slots_.slot(model_, node));
      put<Rank>(line[1], tree % kTrees, leaf ? std::numeric_limits<Rank>::max() : rank_of(node));
    }
    if (deep_)
      pack_below(ids.data() + exits() - 1, depths_[ids[0]]);
    else
      for (std::size_t e = 0; e < exits(); ++e) append_number(trees_.value[ids[exits() - 1 + e]]);
  }

  template <class Rank>
  static void put(RankLine& line, std::size_t lane, std::size_t number) noexcept {
    const Rank rank = static_cast<Rank>(number);
    std::memcpy(line.bytes + lane * sizeof rank, &rank, sizeof rank);
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

  std::size_t rank_of(std::int32_t node) const {
    const std::vector<double>& own = thresholds_[slots_.slot(model_, node)];
    return static_cast<std::size_t>(
        std::lower_bound(own.begin(), own.end(), trees_.threshold[node]) - own.begin());
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
        forest_.nodes_[place.to] = {std::numeric_limits<std::uint16_t>::max(), 0, place.to};
        set_number(place.to, trees_.value[place.from]);
      } else {
        pack_split(place);
      }
    }
    return first;
  }

  void pack_split(Place place) {
    const std::uint32_t next = append_nodes(2);
    forest_.nodes_[place.to] = {static_cast<std::uint16_t>(rank_of(place.from)),
                                static_cast<std::uint16_t>(slots_.slot(model_, place.from)), next};
    const Place left{trees_.left[place.from], next};
    const Place right{trees_.right[place.from], next + 1};
    const bool left_first = trees_.cover[left.from] >= trees_.cover[right.from];
    pending_.push_back(left_first ? right : left);
    pending_.push_back(left_first ? left : right);
  }

  const Model& model_;
  const TreeEnsemble& trees_;
  const Slots& slots_;
  std::vector<std::vector<double>> thresholds_;  // by slot
  std::vector<std::uint32_t> depths_;            // of the subtree below each node
  std::vector<Place> pending_;
  bool deep_ = false;
  RankedForest forest_;
};

bool RankedForest::fits(const Model& model, const Slots& slots) {
  return !slots.has_categories() && slots.count() <= RankedTrees::kMaxSlots &&
         model.trees.tree_count() >= kLeastTrees &&
         most_thresholds(thresholds_of(model, slots)) <= kMost16Bits;
}

RankedForest::RankedForest(const Model& model, const Slots& slots, SumRanked kernel)
    : RankedForest(Packer(model, slots).pack()) {
  kernel_ = kernel;
}

RankedTrees RankedForest::view() const noexcept {
  RankedTrees view;
  view.thresholds = thresholds_.data();
  view.searches = searches_.data();
  view.slots = searches_.size() + 1;
  view.tops = tops_.data();
  view.levels = levels_;
  view.trees = trees_;
  view.wide = wide_;
  view.float32_sum = float32_sum_;
  view.numbers = float32_sum_ ? static_cast<const void*>(float_numbers_.data()) : numbers_.data();
  view.below = below_.data();
  view.depths_below = depths_below_.data();
  view.nodes = nodes_.empty() ? nullptr : nodes_.data();
  return view;
}

std::size_t RankedForest::byte_size() const noexcept {
  return thresholds_.size() * sizeof(double) + searches_.size() * sizeof(RankSearch) +
         tops_.size() * sizeof(RankLine) + float_numbers_.size() * sizeof(float) +
         numbers_.size() * sizeof(double) + (below_.size() + depths_below_.size()) * 4 +
         nodes_.size() * sizeof(RankedNode);
}

}  // namespace credit_risk
