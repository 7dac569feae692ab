#include "core/explain/trees/tree_paths.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <utility>

#include "core/error.hpp"
#include "core/model/validate.hpp"

namespace credit_risk {
namespace {

constexpr std::int32_t kNowhere = -1;
constexpr std::size_t kNodesBetweenPolls = 4096;

// Walks depth first with a stack of its own: trees may be as deep as they have nodes.
class PathBuilder {
 public:
  PathBuilder(const Model& model, const Slots& slots, TreePaths::To to, std::size_t max_bytes,
              const StopFlag& stop)
      : model_(model),
        trees_(model.trees),
        slots_(slots),
        to_(to),
        max_entries_(max_bytes / sizeof(std::uint32_t)),
        stop_(stop),
        place_(model.features.size(), kNowhere) {
    paths_.words.push_back(0);
    paths_.values.resize(trees_.node_count());
    paths_.feature.resize(trees_.node_count());
    paths_.splits.reserve((trees_.node_count() - trees_.tree_count()) / 2);
    if (has_cover(model)) paths_.shares.resize(trees_.node_count(), 1.0);
  }

  TreePaths build() {
    for (const std::int32_t root : trees_.root) {
      root_ = next_++;
      paths_.roots.push_back(root_);
      enter(root, root_);
      while (!stack_.empty()) {
        if (stack_.back().side < 2)
          descend();
        else
          leave();
      }
    }
    paths_.nodes.shrink_to_fit();
    return std::move(paths_);
  }

 private:
  struct Frame {
    std::int32_t from;    // the split in the model
    std::uint32_t left;   // its left child here
    std::uint32_t above;  // what stood in the feature's place before
    std::int32_t side;    // of the child to visit next: 0 left, 1 right, 2 none
    bool first;           // no split on the same feature above
  };

  void enter(std::int32_t from, std::uint32_t node) {
    if (node % kNodesBetweenPolls == 0) stop_.poll();
    const std::int32_t f = trees_.feature[from];
    if (f == TreeEnsemble::kLeaf) {
      paths_.values[node] = trees_.value[from];
      paths_.longest = std::max(paths_.longest, path_.size());
      if (to_ == TreePaths::To::kLeaves) end_path(node, kNowhere);
      return;
    }
    const bool first = place_[f] == kNowhere;
    const std::uint32_t above = first ? root_ : path_[place_[f]];
    append_split(from, above);
    if (to_ == TreePaths::To::kSplits) end_path(node, place_[f]);
    if (first) {
      place_[f] = static_cast<std::int32_t>(path_.size());
      path_.push_back(root_);
    }
    stack_.push_back({from, next_, above, 0, first});
    describe_children(from);
    next_ += 2;
  }

  void append_split(std::int32_t from, std::uint32_t above) {
    const std::size_t node = static_cast<std::size_t>(from);
    PathSplit split{trees_.threshold[node], slots_.slot(model_, node), next_, above,
                    trees_.feature[node]};
    if (trees_.category_begin[node] >= 0) {
      const std::uint64_t set = Slots::append_set(model_, node, paths_.words);
      std::memcpy(&split.key, &set, sizeof set);
    }
    paths_.splits.push_back(split);
  }

  void describe_children(std::int32_t from) {
    paths_.feature[next_] = paths_.feature[next_ + 1] = trees_.feature[from];
    if (paths_.shares.empty()) return;
    const double left = trees_.cover[trees_.left[from]], right = trees_.cover[trees_.right[from]];
    const double sum = left + right;
    // Of a node that no weight reached, one half each.
    paths_.shares[next_] = sum == 0 ? 0.5 : left / sum;
    paths_.shares[next_ + 1] = sum == 0 ? 0.5 : right / sum;
  }

  void end_path(std::uint32_t node, std::int32_t without) {
    const std::size_t length = path_.size() - (without == kNowhere ? 0 : 1);
    if (length > max_entries_ - paths_.nodes.size()) {
      throw Error(ErrorKind::kLimit, "trees of the model are too deep for this explanation",
                  "The features on the paths would take more than " +
                      std::to_string(max_entries_ * sizeof(std::uint32_t) >> 20) + " MB.",
                  "Ask for path-dependent SHAP values without interactions.");
    }
    paths_.ends.push_back({node, static_cast<std::uint32_t>(length)});
    for (std::size_t i = 0; i < path_.size(); ++i) {
      if (static_cast<std::int32_t>(i) != without) paths_.nodes.push_back(path_[i]);
    }
  }

  void descend() {
    Frame& frame = stack_.back();
    const std::int32_t side = frame.side++;
    const std::uint32_t child = frame.left + static_cast<std::uint32_t>(side);
    path_[place_[trees_.feature[frame.from]]] = child;
    enter(side == 0 ? trees_.left[frame.from] : trees_.right[frame.from], child);
  }

  void leave() {
    const Frame frame = stack_.back();
    stack_.pop_back();
    std::int32_t& place = place_[trees_.feature[frame.from]];
    if (!frame.first) {
      path_[place] = frame.above;
      return;
    }
    place = kNowhere;
    path_.pop_back();  // it came last, as everything below it has left
  }

  const Model& model_;
  const TreeEnsemble& trees_;
  const Slots& slots_;
  TreePaths::To to_;
  std::size_t max_entries_;
  const StopFlag stop_;
  std::vector<std::int32_t> place_;  // by feature: in path_
  std::vector<std::uint32_t> path_;  // of each distinct feature the lowest node
  std::vector<Frame> stack_;
  std::uint32_t root_ = 0, next_ = 0;
  TreePaths paths_;
};

}  // namespace

std::size_t TreePaths::byte_size() const noexcept {
  return roots.size() * sizeof(std::uint32_t) + splits.size() * sizeof(PathSplit) +
         values.size() * (sizeof(double) + sizeof(std::int32_t)) + shares.size() * sizeof(double) +
         words.size() * sizeof(std::uint32_t) + ends.size() * sizeof(PathEnd) +
         nodes.size() * sizeof(std::uint32_t);
}

double TreePaths::greatest_sum() const noexcept {
  double sum = 0;
  for (std::size_t tree = 0; tree < roots.size(); ++tree) {
    const std::size_t end = tree + 1 < roots.size() ? roots[tree + 1] : node_count();
    double greatest = 0;
    for (std::size_t node = roots[tree]; node < end; ++node)
      greatest = std::max(greatest, std::fabs(values[node]));
    sum += greatest;
  }
  return sum;
}

void TreePaths::find_satisfied(const double* slots, const CategorySlot* categories,
                               std::uint8_t* satisfied) const noexcept {
  for (const std::uint32_t root : roots) satisfied[root] = 1;
  for (const PathSplit& split : splits) {
    unsigned left = slots[split.slot] <= split.key;
    if (categories != nullptr) left |= in_category_set(split, categories[split.slot]);
    const unsigned before = satisfied[split.above];
    satisfied[split.left] = static_cast<std::uint8_t>(before & left);
    satisfied[split.left + 1] = static_cast<std::uint8_t>(before & (left ^ 1));
  }
}

TreePaths build_tree_paths(const Model& model, const Slots& slots, TreePaths::To to,
                           std::size_t max_bytes, const StopFlag& stop) {
  return PathBuilder(model, slots, to, max_bytes, stop).build();
}

}  // namespace credit_risk
