// Takes trees as a library stores them, in any order of nodes, and appends them to the canonical
// arrays in depth-first order. Never follows an index that it has not checked.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/model/model.hpp"

namespace credit_risk {

struct SourceNode {
  std::int32_t feature = TreeEnsemble::kLeaf;
  std::int64_t left = 0;  // places in SourceTree::nodes
  std::int64_t right = 0;
  double threshold = 0;    // may be infinite
  std::uint8_t flags = 0;  // of TreeEnsemble
  std::int64_t set = -1;   // of a categorical split: first word in SourceTree::sets
  double value = 0;
  double cover = 0;  // of a leaf; that of a split follows
};

struct SourceTree {
  std::vector<SourceNode> nodes;  // the first is the root; some may be dead
  std::vector<std::uint64_t> sets;

  void clear() {
    nodes.clear();
    sets.clear();
  }
};

class TreeAppender {
 public:
  TreeAppender(const char* library, Model& model) : library_(library), model_(model) {}

  // Appends an empty set for a split on `feature` and returns its place.
  std::int64_t add_set(SourceTree& tree, std::int32_t feature) const;

  // `place` names the tree in the file.
  void append(const SourceTree& tree, const std::string& place);

  // After the last tree: cover is known for all trees or for none.
  void finish();

 private:
  std::int32_t append_node(const SourceTree& tree, const SourceNode& node);
  void append_split(const SourceTree& tree, const SourceNode& node);
  void check_split(const SourceTree& tree, const SourceNode& node, std::size_t at) const;
  [[noreturn]] void fail(std::size_t node, const std::string& what) const;

  const char* library_;
  Model& model_;
  std::string place_;
};

// The numeric split "x < threshold" of float32 numbers as "x <= the result".
double at_most(float strict_threshold);

// Throws kBadModel unless every row gets a probability: where there is no link, the sum of leaves
// cannot leave [0, 1] by more than the rounding of float32 shares.
void check_probability(const char* library, const Model& model);

}  // namespace credit_risk
