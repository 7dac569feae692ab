// The trees of a model by their paths, for explanations that look at each leaf, or at each split,
// together with the distinct features on the way to it.
//
// Nodes are numbered anew: the children of a split lie side by side, behind it. A feature's place
// on a path is told by the lowest node that a split on it leads to: whoever satisfies that node's
// splits on the feature satisfies all of them on the path.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "core/model/model.hpp"
#include "core/model/slots.hpp"
#include "core/stop_flag.hpp"

namespace credit_risk {

struct PathSplit {
  double key;  // threshold, or the bits of the place of the category set
  std::uint32_t slot;
  std::uint32_t left;   // the right child is the next node
  std::uint32_t above;  // the lowest node that a split on the same feature above leads to, else the
                        // root
  std::int32_t feature;
};

// Where a path ends.
struct PathEnd {
  std::uint32_t node;
  std::uint32_t length;  // distinct features on it: so many entries of TreePaths::nodes
};

struct TreePaths {
  enum class To : std::uint8_t { kLeaves, kSplits };

  std::vector<std::uint32_t> roots;
  std::vector<PathSplit> splits;      // depth first, tree by tree
  std::vector<double> values;         // by node: of a leaf, else 0
  std::vector<double> shares;         // by node: of its parent's cover; empty without cover
  std::vector<std::int32_t> feature;  // by node: of the split that leads to it; 0 for a root
  std::vector<std::uint32_t> words;   // category sets
  // To each leaf, depth first; or to each split, in the order of `splits`, without the split's own
  // feature.
  std::vector<PathEnd> ends;
  std::vector<std::uint32_t> nodes;  // path after path: of each feature the lowest node
  std::size_t longest = 0;           // the greatest number of distinct features from root to leaf

  std::size_t node_count() const noexcept { return values.size(); }
  std::size_t byte_size() const noexcept;

  // The greatest |leaf value| of each tree, added up.
  double greatest_sum() const noexcept;

  bool in_category_set(const PathSplit& split, CategorySlot category) const noexcept {
    std::uint64_t set;
    std::memcpy(&set, &split.key, sizeof set);
    return (words[(set & category.keep) + category.word] & category.bit) != 0;
  }

  // For each node, whether the row satisfies all splits on the path to it that are on the feature
  // of the last one. `categories` may be null where there are none.
  void find_satisfied(const double* values, const CategorySlot* categories,
                      std::uint8_t* satisfied) const noexcept;
};

// Of a validated model. Throws kLimit where the paths would take more than `max_bytes`.
TreePaths build_tree_paths(const Model& model, const Slots& slots, TreePaths::To to,
                           std::size_t max_bytes, const StopFlag& stop);

}  // namespace credit_risk
