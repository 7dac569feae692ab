// What the two sweeps of tree_shap.hpp need of a block and of a row, or of several rows at once;
// and the kernels that run them, each for one set of instructions. All give the same bits.
#pragma once
#include <cstddef>
#include <cstdint>

#include "core/explain/trees/shap_block.hpp"
#include "core/model/slots.hpp"

namespace credit_risk {

inline constexpr std::size_t kMostShapRows = 8;  // of any kernel

// A ShapBlock in plain pointers: files that hold instructions which not every machine has must not
// call the inline functions of others.
struct ShapBlockView {
  const ShapNode* nodes;
  const double* keys;          // of the splits
  const std::uint32_t* slots;  // of the splits
  std::size_t node_count;
  const ShapLevel* levels;
  std::size_t level_count;
  const ShapTree* trees;
  std::size_t tree_count;
  const std::int32_t* category_splits;
  std::size_t category_split_count;
  const double* tables;
  std::size_t table_count;
  std::size_t tables_size;     // in doubles, of all passes
  const std::uint32_t* words;  // category sets
};

struct ShapRule {
  const double* weights;
  std::size_t points;  // of one pass: 1 .. kMaxPoints
  std::size_t lanes;   // that hold them
  std::size_t passes;
};

ShapBlockView view_of(const ShapBlock& block, const std::vector<std::uint32_t>& words) noexcept;
ShapRule rule_of(const ShapGroup& group) noexcept;

inline constexpr std::size_t kShapAlignment = 64;  // of a vector of any kernel

// Of one row. What goes by node has room for a multiple of kSplitsAtOnce nodes; the lanes are
// aligned.
struct ShapRowRoom {
  const double* values;  // by slot; room for 32
  std::size_t value_count;
  const CategorySlot* categories;  // by slot; null without categories
  std::uint8_t* goes_to_a;         // by node: 0 or 1
  std::uint8_t* satisfied;         // by node and side: 0 or 1
  double* lanes;                   // by node: kMaxPoints doubles
  double* phi;                     // by feature: added to
  double* leaves;                  // by tree: of the trees of the block
};

// Of the rows of a kernel: [x] stands for them, side by side. The doubles are aligned.
struct ShapRowsRoom {
  const double* values;            // [slot][row]
  const CategorySlot* categories;  // [slot][row]; null without categories
  std::uint8_t* goes_to_a;         // [node]: a bit for each row
  std::uint8_t* satisfied;         // [2 * node + side]: a bit for each row
  double* lanes;                   // [node][point, and one more][row]
  double* phi;                     // [feature][row]: added to
  double* leaves;                  // [tree][row]: of the trees of the block
};

// `next`: the block whose turn is next, to be brought into the caches meanwhile; null for none.
using ExplainRow = void (*)(const ShapBlockView& block, const ShapBlockView* next,
                            const ShapRule& rule, const ShapRowRoom& room);
using ExplainRows = void (*)(const ShapBlockView& block, const ShapRule& rule,
                             const ShapRowsRoom& room);

struct ShapKernel {
  const char* name;
  ExplainRow explain_row;  // lanes of quadrature points
  ExplainRows explain_rows;
  std::size_t rows;  // that explain_rows takes at once, a lane for each
};

// The kernels that this machine can run, the fastest first; `*count` is at least 1.
const ShapKernel* shap_kernels(std::size_t* count) noexcept;

}  // namespace credit_risk
