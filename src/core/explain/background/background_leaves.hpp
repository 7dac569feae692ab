// What one row's leaves add to its interventional SHAP values against 128 background rows: see
// interventional_shap.hpp. Several instruction sets, the same bits.
#pragma once
#include <cstddef>
#include <cstdint>

#include "core/explain/trees/tree_paths.hpp"

namespace credit_risk {

inline constexpr std::size_t kRowsInSet = 128;

// A set of background rows.
struct RowSet {
  std::uint64_t low, high;
};

struct LeafPass {
  const PathEnd* begin;  // some leaves of the model
  const PathEnd* end;
  const std::uint32_t* nodes;     // their paths
  const double* values;           // by node
  const std::int32_t* feature;    // by node
  const std::uint8_t* satisfied;  // by node: by the row
  const RowSet* sets;             // by node: the background rows that satisfy it
  RowSet all;                     // the background rows
  // [q][p] = p! q! / (p + q + 1)!; eight more may be read behind the last.
  const double* const* weights;
};

// Arrays of kRoomBehind more than the features on the longest path.
inline constexpr std::size_t kRoomBehind = 16;
struct LeafRoom {
  std::uint32_t* hot;
  std::uint32_t* cold;
  std::uint32_t* feature;
  std::uint64_t* fail_low;
  std::uint64_t* fail_high;
  std::uint64_t* class_low;
  std::uint64_t* class_high;
};

// Adds to `phi`, by feature, and returns `sum` and the values of the leaves that the row itself
// reaches, in order.
using AddLeaves = double (*)(const LeafPass& pass, const LeafRoom& room, double sum, double* phi);

struct LeafKernel {
  const char* name;
  AddLeaves add;
};

// The kernels that this machine can run, the fastest first; `*count` is at least 1.
const LeafKernel* leaf_kernels(std::size_t* count) noexcept;

}  // namespace credit_risk
