// The two sweeps of tree_shap.hpp over one block for several rows at once, a lane for each row. For
// each row they do what shap_kernel.hpp does, in the same order: the same bits, on every
// instruction set.
#pragma once
#include <cstddef>
#include <cstdint>

#include "core/explain/shap_block.hpp"
#include "core/model/slots.hpp"

namespace credit_risk {

inline constexpr std::size_t kMostShapRows = 8;  // of any kernel

// A ShapBlock in plain pointers: files that hold instructions which not every machine has must not
// call the inline functions of others.
struct ShapRowsBlock {
  const ShapNode* nodes;
  const ShapSplit* splits;
  std::size_t node_count;
  const ShapLevel* levels;
  std::size_t level_count;
  const ShapTree* trees;
  std::size_t tree_count;
  const std::int32_t* category_splits;
  std::size_t category_split_count;
  const double* tables;
  std::size_t table_count;
  const std::uint32_t* words;  // category sets
};

struct ShapRowsRule {
  const double* weights;
  std::size_t points;  // of one pass: 1 .. kMaxPoints
  std::size_t passes;
};

// Where [x] stands for the rows of the kernel, side by side. The doubles are aligned to 64 bytes.
struct ShapRowsRoom {
  const double* values;            // [slot][row]
  const CategorySlot* categories;  // [slot][row]; null without categories
  std::uint8_t* goes_to_a;         // [node]: a bit for each row
  std::uint8_t* satisfied;         // [2 * node + side]: a bit for each row
  double* lanes;                   // [node][point, and one more][row]
  double* phi;                     // [feature][row]: added to
  double* leaves;                  // [tree][row]: of the trees of the block
};

using ExplainRows = void (*)(const ShapRowsBlock& block, const ShapRowsRule& rule,
                             const ShapRowsRoom& room);

struct ShapRowsKernel {
  const char* name;
  std::size_t rows;  // at once
  ExplainRows explain;
};

// The kernels that this machine can run, the fastest first; `*count` is at least 1.
const ShapRowsKernel* shap_rows_kernels(std::size_t* count) noexcept;

}  // namespace credit_risk
