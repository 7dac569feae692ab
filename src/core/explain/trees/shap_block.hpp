// The trees of a model as the SHAP kernel runs over them: blocks of about 600 inner nodes, in each
// the nodes of all its trees by depth, so that neighbours do not depend on each other.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/explain/trees/gauss_legendre.hpp"
#include "core/model/model.hpp"
#include "core/model/slots.hpp"

namespace credit_risk {

// Two quadrature points side by side: what every x86-64 and arm64 machine computes at once.
// A view of doubles, which stand where they stand.
typedef double Lane __attribute__((vector_size(16), aligned(8), may_alias));
inline constexpr std::size_t kPointsInLane = 2;
inline constexpr std::size_t kMaxLanes = 4;
inline constexpr std::size_t kMaxPoints = kMaxLanes * kPointsInLane;  // more run in passes

// Nodes whose children are both leaves, one leaf (named A), none; each without and with the same
// feature above it.
enum ShapKind : std::uint8_t { kLeaves, kLeavesRepeat, kLeaf, kLeafRepeat, kInner, kInnerRepeat };
inline constexpr std::size_t kShapKinds = 6;

struct ShapNode {
  // {-z_A, z_B}: the weight of B is 1 + edge[0] U where the row goes to B, edge[1] U where to A.
  // Where both children are leaves, times (value of B - value of A).
  double edge[2];
  double value[2];    // of children that are leaves: of B, of A
  std::int32_t a, b;  // children within the block; -1 for a leaf
  std::int32_t feature;
  // 2 * (the last node above with the same feature) + (0 where this one is on its side A, 1 on B).
  std::int32_t above;
  // Of U and C while the row satisfies the splits above; kFirstTable if there are none.
  std::int32_t table;
};

// The tables of U and C that every block has: where the row has left the path above, and where the
// feature occurs for the first time.
inline constexpr std::int32_t kOffPathTable = 0, kFirstTable = 1;

// The splits of a block, in the order of its nodes; those behind the last, up to a multiple of
// kSplitsAtOnce, are of no use but as room.
struct ShapSplits {
  std::vector<double> keys;          // threshold, or the bits of the place of the category set
  std::vector<std::uint32_t> slots;  // 2 * slot + (1 where A is the right child)
};
inline constexpr std::size_t kSplitsAtOnce = 8;

struct ShapLevel {
  std::int32_t first = 0;
  std::int32_t count[kShapKinds] = {};
};

struct ShapTree {
  std::int32_t tree;  // in the model
  std::int32_t root;  // in the block
};

struct ShapBlock {
  std::vector<ShapTree> trees;
  std::vector<ShapLevel> levels;
  std::vector<ShapNode> nodes;
  ShapSplits splits;
  std::vector<std::int32_t> category_splits;  // those by categories
  // For each pass, table and of U then C: the lanes.
  std::vector<double> tables;
  std::size_t table_count = 0;

  std::size_t byte_size() const noexcept;
};

// Blocks whose trees need the same number of quadrature points.
struct ShapGroup {
  std::size_t points = 0;  // of one pass: 1 .. kMaxPoints
  std::size_t lanes = 0;   // that hold them
  std::size_t passes = 0;
  Quadrature rule;  // lanes * passes * kPointsInLane points, those behind the last without weight
  std::vector<ShapBlock> blocks;
};

struct ShapForest {
  std::vector<ShapGroup> groups;     // by number of points
  std::vector<std::uint32_t> words;  // category sets
  std::vector<double> constants;     // by tree: the value of a tree that is one leaf, else 0
  double expectation = 0;            // sum of the trees' means, weighted by cover
};

// Of a validated model with cover.
ShapForest build_shap_forest(const Model& model, const Slots& slots);

}  // namespace credit_risk
