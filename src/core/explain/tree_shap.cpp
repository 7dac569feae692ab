#include "core/explain/tree_shap.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/error.hpp"
#include "core/explain/additivity.hpp"
#include "core/explain/shap_kernel.hpp"
#include "core/model/validate.hpp"

namespace credit_risk {
namespace {

const Model& with_cover(const Model& model) {
  if (has_cover(model)) return model;
  throw Error(ErrorKind::kInvalidInput, "model has no cover",
              "Exact SHAP values need the training weight that reached each node.",
              "Train the model here, or import it in a format that keeps the cover of its nodes.");
}

double greatest_margin(const Model& model) {
  double sum = 0;
  for (std::size_t tree = 0; tree < model.trees.tree_count(); ++tree) {
    const bool last = tree + 1 == model.trees.tree_count();
    const std::size_t end =
        last ? model.trees.node_count() : static_cast<std::size_t>(model.trees.root[tree + 1]);
    double greatest = 0;
    for (std::size_t node = static_cast<std::size_t>(model.trees.root[tree]); node < end; ++node) {
      greatest = std::max(greatest, std::fabs(model.trees.value[node]));
    }
    sum += greatest;
  }
  const double count = model.average ? static_cast<double>(model.trees.tree_count()) : 1.0;
  return std::fabs(model.base_value) + sum / count;
}

template <class T>
void grow(std::vector<T>& room, std::size_t size) {
  if (room.size() < size) room.resize(size);
}

template <int kLanes>
void run_passes(const ShapBlock& block, const ShapGroup& group, ShapWork work) {
  for (std::size_t pass = 0; pass < group.passes; ++pass) {
    const double* weights = group.rule.weight.data() + pass * kLanes * kPointsInLane;
    ShapKernel<kLanes>(block, pass, work).run(weights);
  }
}

}  // namespace

TreeShap::TreeShap(const Model& model, const ShapRowsKernel* kernel)
    : average_(model.average),
      tree_count_(static_cast<double>(model.trees.tree_count())),
      model_base_value_(model.base_value),
      reach_(greatest_margin(model)),
      slots_(with_cover(model),
             model.float32_inputs ? Slots::Rounding::kNearest : Slots::Rounding::kNone),
      forest_(build_shap_forest(model, slots_)) {
  std::size_t count;
  kernel_ = kernel == nullptr ? shap_rows_kernels(&count) : kernel;
  for (const ShapGroup& group : forest_.groups) {
    for (const ShapBlock& block : group.blocks) {
      node_count_ += block.nodes.size();
      largest_block_ = std::max(largest_block_, block.nodes.size());
    }
  }
  base_value_ =
      model.base_value + (average_ ? forest_.expectation / tree_count_ : forest_.expectation);
}

double TreeShap::explain(const double* row, double* phi) const {
  Scratch scratch;
  return explain(row, phi, scratch);
}

double TreeShap::explain(const double* row, double* phi, Scratch& scratch) const {
  prepare(scratch);
  slots_.fill(row, scratch.values.data(), scratch.categories.data(), 1);
  std::copy(forest_.constants.begin(), forest_.constants.end(), scratch.leaves.begin());
  std::fill_n(phi, feature_count(), 0.0);
  for (const ShapGroup& group : forest_.groups) add_group(group, scratch, phi);
  double sum = 0;
  for (std::size_t tree = 0; tree < forest_.constants.size(); ++tree) sum += scratch.leaves[tree];
  if (average_) {
    sum /= tree_count_;
    for (std::size_t f = 0; f < feature_count(); ++f) phi[f] /= tree_count_;
  }
  const double margin = model_base_value_ + sum;
  check_additivity(base_value_, phi, feature_count(), margin, reach_);
  return margin;
}

void TreeShap::prepare(Scratch& scratch) const {
  grow(scratch.values, slots_.count());
  grow(scratch.leaves, forest_.constants.size());
  if (slots_.has_categories()) {
    scratch.categories.assign(slots_.count(), CategorySlot{0, 0, 0});
  }
  for (const ShapGroup& group : forest_.groups) {
    const std::size_t points = group.lanes * kPointsInLane;
    for (const ShapBlock& block : group.blocks) {
      grow(scratch.goes_to_a, block.nodes.size());
      grow(scratch.satisfied, 2 * block.nodes.size());
      grow(scratch.lanes, block.nodes.size() * points);
    }
  }
}

void TreeShap::add_group(const ShapGroup& group, Scratch& scratch, double* phi) const {
  for (const ShapBlock& block : group.blocks) {
    find_sides(block, scratch);
    find_leaves(block, scratch);
    const ShapWork work{scratch.goes_to_a.data(), scratch.satisfied.data(), scratch.lanes.data(),
                        phi};
    if (group.lanes == 1) run_passes<1>(block, group, work);
    if (group.lanes == 2) run_passes<2>(block, group, work);
    if (group.lanes == 3) run_passes<3>(block, group, work);
    if (group.lanes == 4) run_passes<4>(block, group, work);
  }
}

// All splits of the block at once, of whatever kind: the sweeps see only the sides.
void TreeShap::find_sides(const ShapBlock& block, Scratch& scratch) const {
  const double* values = scratch.values.data();
  std::uint8_t* sides = scratch.goes_to_a.data();
  const ShapSplit* splits = block.splits.data();
  const std::size_t count = block.splits.size();
  for (std::size_t i = 0; i < count; ++i) {
    sides[i] =
        static_cast<std::uint8_t>((values[splits[i].slot] <= splits[i].key) ^ splits[i].flip);
  }
  for (const std::int32_t i : block.category_splits) {
    const CategorySlot category = scratch.categories[splits[i].slot];
    std::uint64_t set;
    std::memcpy(&set, &splits[i].key, sizeof set);
    // A category's slot is below no threshold, so this bit alone decides there.
    sides[i] ^= (forest_.words[(set & category.keep) + category.word] & category.bit) != 0;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const ShapNode& node = block.nodes[i];
    const std::uint8_t before = node.table == 0 ? 1 : scratch.satisfied[node.above];
    scratch.satisfied[2 * i] = before & sides[i];
    scratch.satisfied[2 * i + 1] = before & (sides[i] ^ 1);
  }
}

void TreeShap::find_leaves(const ShapBlock& block, Scratch& scratch) const {
  for (const ShapTree& tree : block.trees) {
    for (std::int32_t id = tree.root;;) {
      const ShapNode& node = block.nodes[id];
      const bool to_a = scratch.goes_to_a[id] != 0;
      id = to_a ? node.a : node.b;
      if (id >= 0) continue;
      scratch.leaves[tree.tree] = node.value[to_a ? 1 : 0];
      break;
    }
  }
}

std::size_t TreeShap::byte_size() const noexcept {
  std::size_t size = sizeof *this + slots_.byte_size() +
                     forest_.words.size() * sizeof(std::uint32_t) +
                     forest_.constants.size() * sizeof(double);
  for (const ShapGroup& group : forest_.groups) {
    for (const ShapBlock& block : group.blocks) size += block.byte_size();
  }
  return size;
}

}  // namespace credit_risk
