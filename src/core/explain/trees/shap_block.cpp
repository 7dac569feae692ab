#include "core/explain/trees/shap_block.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>

namespace credit_risk {
namespace {

constexpr std::size_t kNodesInBlock =
    600;  // what keeps a block's lanes within the caches next to the core

struct Ratios {
  double left, right;
};

// Shares of the training weight; of a node that no weight reached, one half each.
Ratios ratios_of(const TreeEnsemble& trees, std::size_t node) noexcept {
  const double left = trees.cover[trees.left[node]], right = trees.cover[trees.right[node]];
  const double sum = left + right;
  if (sum == 0) return {0.5, 0.5};
  return {left / sum, right / sum};
}

// An inner node on its way into a block.
struct Draft {
  std::int32_t node;  // in the model
  std::int32_t depth;
  std::int32_t above;      // 2 * draft + side, -1 at the first occurrence of the feature
  std::int32_t a, b;       // drafts of the children, -1 for leaves
  double share_above;      // "z_a": product of the shares of the edges above with the same feature
  std::int32_t place = 0;  // within its block
  std::int32_t turn = 0;   // among the nodes of its depth, kind and feature
  ShapKind kind;
  bool flip;
};

struct DraftTree {
  std::int32_t tree;
  std::vector<Draft> drafts;         // the root first
  std::size_t features_on_path = 0;  // "u": the greatest number of distinct ones
};

// Walks one tree depth first, with an explicit stack: trees may be as deep as they have nodes.
class Drafter {
 public:
  explicit Drafter(const Model& model)
      : trees_(model.trees),
        above_(model.features.size(), -1),
        share_(model.features.size(), 1.0) {}

  DraftTree draft(std::size_t tree) {
    result_ = DraftTree();
    result_.tree = static_cast<std::int32_t>(tree);
    enter(trees_.root[tree], 0);
    while (!stack_.empty()) {
      Frame& frame = stack_.back();
      if (frame.side < 2)
        descend(frame);
      else
        leave(frame);
    }
    return std::move(result_);
  }

 private:
  struct Frame {
    std::int32_t draft;
    std::int32_t side;         // of the child to visit next: 0 A, 1 B, 2 none
    std::int32_t saved_above;  // of the feature, before this node
    double saved_share;
  };

  bool is_leaf(std::int32_t node) const noexcept {
    return trees_.feature[node] == TreeEnsemble::kLeaf;
  }

  std::int32_t enter(std::int32_t node, std::int32_t depth) {
    const std::int32_t f = trees_.feature[node];
    const bool left_leaf = is_leaf(trees_.left[node]), right_leaf = is_leaf(trees_.right[node]);
    Draft draft{};
    draft.node = node;
    draft.depth = depth;
    draft.above = above_[f];
    draft.a = draft.b = -1;
    draft.share_above = share_[f];
    draft.flip = right_leaf && !left_leaf;
    const int kind = left_leaf && right_leaf ? kLeaves : left_leaf || right_leaf ? kLeaf : kInner;
    draft.kind = static_cast<ShapKind>(kind + (draft.above >= 0 ? 1 : 0));
    if (draft.above < 0) ++distinct_;
    result_.features_on_path = std::max(result_.features_on_path, distinct_);
    const std::int32_t index = static_cast<std::int32_t>(result_.drafts.size());
    stack_.push_back({index, 0, above_[f], share_[f]});
    result_.drafts.push_back(draft);
    return index;
  }

  void descend(Frame& frame) {
    const std::int32_t index = frame.draft, side = frame.side++;
    const Draft& draft = result_.drafts[index];
    const std::int32_t node = draft.node, f = trees_.feature[node];
    const bool to_left = (side == 0) != draft.flip;
    const Ratios ratios = ratios_of(trees_, static_cast<std::size_t>(node));
    above_[f] = 2 * index + side;
    share_[f] = frame.saved_share * (to_left ? ratios.left : ratios.right);
    const std::int32_t child = to_left ? trees_.left[node] : trees_.right[node];
    if (is_leaf(child)) return;
    const std::int32_t child_index =
        enter(child, draft.depth + 1);  // invalidates `frame` and `draft`
    (side == 0 ? result_.drafts[index].a : result_.drafts[index].b) = child_index;
  }

  void leave(const Frame& frame) {
    const std::int32_t f = trees_.feature[result_.drafts[frame.draft].node];
    above_[f] = frame.saved_above;
    share_[f] = frame.saved_share;
    if (frame.saved_above < 0) --distinct_;
    stack_.pop_back();
  }

  const TreeEnsemble& trees_;
  std::vector<std::int32_t> above_;
  std::vector<double> share_;
  std::size_t distinct_ = 0;
  std::vector<Frame> stack_;
  DraftTree result_;
};

// Turns drafts of some trees into a block.
class BlockBuilder {
 public:
  BlockBuilder(const Model& model, const Slots& slots, const ShapGroup& group,
               std::vector<std::uint32_t>& words)
      : model_(model), trees_(model.trees), slots_(slots), group_(group), words_(words) {}

  ShapBlock build(const std::vector<DraftTree>& trees) {
    for (const DraftTree& tree : trees) append(tree);
    const std::vector<std::int32_t> order = arrange();
    for (const DraftTree& tree : trees) {
      block_.trees.push_back(
          {tree.tree, drafts_[static_cast<std::size_t>(root_of_.at(tree.tree))].place});
    }
    reserve_tables();
    for (const std::int32_t index : order) emit(drafts_[static_cast<std::size_t>(index)]);
    const std::size_t room = (order.size() + kSplitsAtOnce - 1) / kSplitsAtOnce * kSplitsAtOnce;
    block_.splits.keys.resize(room);
    block_.splits.slots.resize(room);
    return std::move(block_);
  }

 private:
  void append(const DraftTree& tree) {
    const std::int32_t offset = static_cast<std::int32_t>(drafts_.size());
    root_of_[tree.tree] = offset;
    for (Draft draft : tree.drafts) {
      if (draft.above >= 0) draft.above += 2 * offset;
      if (draft.a >= 0) draft.a += offset;
      if (draft.b >= 0) draft.b += offset;
      drafts_.push_back(draft);
    }
  }

  std::int32_t feature(const Draft& draft) const noexcept { return trees_.feature[draft.node]; }

  // By depth, then kind; features take turns, as two in a row with the same one would wait for each
  // other's sum.
  std::vector<std::int32_t> arrange() {
    std::vector<std::int32_t> order(drafts_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int32_t>(i);
    const auto sort_by = [&](auto key) {
      std::stable_sort(order.begin(), order.end(), [&](std::int32_t x, std::int32_t y) {
        return key(drafts_[x]) < key(drafts_[y]);
      });
    };
    const auto group = [this](const Draft& d) {
      return std::make_tuple(d.depth, d.kind, feature(d));
    };
    sort_by(group);
    for (std::size_t i = 1; i < order.size(); ++i) {
      Draft& draft = drafts_[order[i]];
      const Draft& before = drafts_[order[i - 1]];
      draft.turn = group(draft) == group(before) ? before.turn + 1 : 0;
    }
    sort_by([](const Draft& d) { return std::make_tuple(d.depth, d.kind, d.turn); });
    for (std::size_t i = 0; i < order.size(); ++i)
      drafts_[order[i]].place = static_cast<std::int32_t>(i);
    return order;
  }

  std::size_t room() const noexcept { return group_.lanes * kPointsInLane; }

  void reserve_tables() {
    block_.table_count = 2;
    for (const Draft& draft : drafts_) block_.table_count += draft.above >= 0;
    block_.tables.resize(group_.passes * block_.table_count * 2 * room());
    put_table(kOffPathTable, [](double) { return std::make_pair(1.0, 0.0); });
    put_table(kFirstTable, [](double t) { return std::make_pair(1 - t, 1.0); });
    next_table_ = 2;
  }

  // `of`: t -> (U, C)
  template <class Of>
  void put_table(std::size_t table, Of of) {
    for (std::size_t i = 0; i < group_.rule.node.size(); ++i) {
      const std::size_t pass = i / room(), point = i % room();
      double* to = block_.tables.data() + (pass * block_.table_count + table) * 2 * room() + point;
      const std::pair<double, double> pair = of(group_.rule.node[i]);
      to[0] = pair.first;
      to[room()] = pair.second;
    }
  }

  void emit(const Draft& draft) {
    const std::size_t from = static_cast<std::size_t>(draft.node);
    emit_split(draft, from);
    const Ratios ratios = ratios_of(trees_, from);
    const double za = draft.flip ? ratios.right : ratios.left,
                 zb = draft.flip ? ratios.left : ratios.right;
    const std::int32_t child_a = draft.flip ? trees_.right[from] : trees_.left[from];
    const std::int32_t child_b = draft.flip ? trees_.left[from] : trees_.right[from];
    ShapNode node{};
    node.value[0] = trees_.value[child_b];
    node.value[1] = trees_.value[child_a];
    const bool leaves = draft.kind == kLeaves || draft.kind == kLeavesRepeat;
    const double difference = leaves ? node.value[0] - node.value[1] : 1;
    node.edge[0] = -za * difference;
    node.edge[1] = zb * difference;
    node.a = draft.a >= 0 ? drafts_[draft.a].place : -1;
    node.b = draft.b >= 0 ? drafts_[draft.b].place : -1;
    node.feature = feature(draft);
    node.table = kFirstTable;
    if (draft.above >= 0) {
      node.above = 2 * drafts_[draft.above / 2].place + draft.above % 2;
      node.table = static_cast<std::int32_t>(next_table_);
      const double share = draft.share_above;
      put_table(next_table_++, [share](double t) {
        const double f = t + share * (1 - t);
        return std::make_pair(share * (1 - t) / f, share / (f * f));
      });
    }
    block_.nodes.push_back(node);
    if (block_.levels.size() <= static_cast<std::size_t>(draft.depth)) {
      block_.levels.push_back({draft.place, {}});
    }
    ++block_.levels.back().count[draft.kind];
  }

  void emit_split(const Draft& draft, std::size_t from) {
    ShapSplits& splits = block_.splits;
    double key = trees_.threshold[from];
    if (trees_.category_begin[from] >= 0) {
      const std::uint64_t set = Slots::append_set(model_, from, words_);
      std::memcpy(&key, &set, sizeof set);
      block_.category_splits.push_back(static_cast<std::int32_t>(splits.keys.size()));
    }
    splits.keys.push_back(key);
    splits.slots.push_back(2 * slots_.slot(model_, from) + (draft.flip ? 1 : 0));
  }

  const Model& model_;
  const TreeEnsemble& trees_;
  const Slots& slots_;
  const ShapGroup& group_;
  std::vector<std::uint32_t>& words_;
  std::vector<Draft> drafts_;
  std::map<std::int32_t, std::int32_t> root_of_;
  std::size_t next_table_ = 0;
  ShapBlock block_;
};

// ceil(u / 2) points make the integral exact.
std::size_t points_for(const DraftTree& tree) noexcept { return (tree.features_on_path + 1) / 2; }

// Points without weight fill the lanes: they add nothing to any sum.
ShapGroup make_group(std::size_t points) {
  ShapGroup group;
  group.passes = (points + kMaxPoints - 1) / kMaxPoints;
  group.points = group.passes == 1 ? points : kMaxPoints;
  group.lanes = (group.points + kPointsInLane - 1) / kPointsInLane;
  group.rule = gauss_legendre(points);
  group.rule.node.resize(group.passes * group.lanes * kPointsInLane, 1.0);
  group.rule.weight.resize(group.rule.node.size(), 0.0);
  return group;
}

// The mean of one tree, weighted by cover; children lie behind their parents.
double mean_of(const TreeEnsemble& trees, std::size_t begin, std::size_t end,
               std::vector<double>& means) {
  means.resize(end - begin);
  for (std::size_t node = end; node-- > begin;) {
    if (trees.feature[node] == TreeEnsemble::kLeaf) {
      means[node - begin] = trees.value[node];
      continue;
    }
    const Ratios ratios = ratios_of(trees, node);
    means[node - begin] = ratios.left * means[trees.left[node] - begin] +
                          ratios.right * means[trees.right[node] - begin];
  }
  return means[0];
}

// Collects trees by the points they need, and closes a block when it is full.
class ForestBuilder {
 public:
  ForestBuilder(const Model& model, const Slots& slots) : model_(model), slots_(slots) {
    forest_.words.push_back(0);
    forest_.constants.resize(model.trees.tree_count());
  }

  ShapForest build() {
    Drafter drafter(model_);
    for (std::size_t tree = 0; tree < model_.trees.tree_count(); ++tree) {
      add_mean(tree);
      const std::size_t root = static_cast<std::size_t>(model_.trees.root[tree]);
      if (model_.trees.feature[root] == TreeEnsemble::kLeaf)
        forest_.constants[tree] = model_.trees.value[root];
      else
        add(drafter.draft(tree));
    }
    for (auto& entry : open_) {
      close(entry.second);
      forest_.groups.push_back(std::move(entry.second.group));
    }
    return std::move(forest_);
  }

 private:
  struct Open {
    ShapGroup group;
    std::vector<DraftTree> trees;
    std::size_t nodes = 0;
  };

  void add_mean(std::size_t tree) {
    const TreeEnsemble& trees = model_.trees;
    const std::size_t begin = static_cast<std::size_t>(trees.root[tree]);
    const bool last = tree + 1 == trees.tree_count();
    const std::size_t end =
        last ? trees.node_count() : static_cast<std::size_t>(trees.root[tree + 1]);
    forest_.expectation += mean_of(trees, begin, end, means_);
  }

  void add(DraftTree tree) {
    const std::size_t points = points_for(tree);
    auto found = open_.find(points);
    if (found == open_.end()) found = open_.emplace(points, Open{make_group(points), {}, 0}).first;
    Open& open = found->second;
    if (open.nodes != 0 && open.nodes + tree.drafts.size() > kNodesInBlock) close(open);
    open.nodes += tree.drafts.size();
    open.trees.push_back(std::move(tree));
  }

  void close(Open& open) {
    open.group.blocks.push_back(
        BlockBuilder(model_, slots_, open.group, forest_.words).build(open.trees));
    open.trees.clear();
    open.nodes = 0;
  }

  const Model& model_;
  const Slots& slots_;
  ShapForest forest_;
  std::map<std::size_t, Open> open_;
  std::vector<double> means_;
};

}  // namespace

std::size_t ShapBlock::byte_size() const noexcept {
  return nodes.size() * sizeof(ShapNode) + splits.keys.size() * sizeof(double) +
         splits.slots.size() * sizeof(std::uint32_t) +
         category_splits.size() * sizeof(std::int32_t) + tables.size() * sizeof(double) +
         levels.size() * sizeof(ShapLevel) + trees.size() * sizeof(ShapTree);
}

ShapForest build_shap_forest(const Model& model, const Slots& slots) {
  return ForestBuilder(model, slots).build();
}

}  // namespace credit_risk
