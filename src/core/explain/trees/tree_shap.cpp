#include "core/explain/trees/tree_shap.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/error.hpp"
#include "core/explain/additivity.hpp"
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

// What a core has near it from one row to the next; a larger forest is read ahead.
constexpr std::size_t kBytesInCaches = std::size_t{4} << 20;

template <class T>
void grow(std::vector<T>& room, std::size_t size) {
  if (room.size() < size) room.resize(size);
}

}  // namespace

TreeShap::TreeShap(const Model& model, const ShapKernel* kernel)
    : average_(model.average),
      tree_count_(static_cast<double>(model.trees.tree_count())),
      model_base_value_(model.base_value),
      reach_(greatest_margin(model)),
      slots_(with_cover(model),
             model.float32_inputs ? Slots::Rounding::kNearest : Slots::Rounding::kNone),
      forest_(build_shap_forest(model, slots_)) {
  std::size_t count;
  kernel_ = kernel == nullptr ? shap_kernels(&count) : kernel;
  for (const ShapGroup& group : forest_.groups) {
    for (const ShapBlock& block : group.blocks) {
      node_count_ += block.nodes.size();
      largest_block_ = std::max(largest_block_, block.nodes.size());
    }
  }
  read_ahead_ = byte_size() > kBytesInCaches;
  base_value_ =
      model.base_value + (average_ ? forest_.expectation / tree_count_ : forest_.expectation);
}

double TreeShap::explain(const double* row, double* phi) const {
  Scratch scratch;
  return explain(row, phi, scratch);
}

double TreeShap::explain(const double* row, double* phi, Scratch& scratch) const {
  const ShapRowRoom room = prepare_row(row, phi, scratch);
  for (std::size_t group = 0; group < forest_.groups.size(); ++group) explain_group(group, room);
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

double* TreeShap::Scratch::aligned(std::vector<double>& room) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(room.data());
  return room.data() +
         (kShapAlignment - address % kShapAlignment) % kShapAlignment / sizeof(double);
}

void TreeShap::explain_group(std::size_t group, const ShapRowRoom& room) const {
  const std::vector<ShapBlock>& blocks = forest_.groups[group].blocks;
  const ShapRule rule = rule_of(forest_.groups[group]);
  ShapBlockView view = view_of(blocks[0], forest_.words);
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    const std::size_t next_group = (group + 1) % forest_.groups.size();
    const ShapBlock& next =
        b + 1 < blocks.size() ? blocks[b + 1] : forest_.groups[next_group].blocks[0];
    const ShapBlockView next_view = view_of(next, forest_.words);
    kernel_->explain_row(view, read_ahead_ ? &next_view : nullptr, rule, room);
    view = next_view;
  }
}

ShapRowRoom TreeShap::prepare_row(const double* row, double* phi, Scratch& scratch) const {
  const std::size_t nodes = largest_block_ + kSplitsAtOnce;
  grow(scratch.values, std::max(slots_.count(), std::size_t{32}));
  grow(scratch.leaves, forest_.constants.size());
  grow(scratch.goes_to_a, nodes);
  grow(scratch.satisfied, 2 * nodes);
  grow(scratch.lanes, (nodes + 1) * kMaxPoints);
  if (slots_.has_categories()) {
    scratch.categories.assign(slots_.count(), CategorySlot{0, 0, 0});
  }
  slots_.fill(row, scratch.values.data(), scratch.categories.data(), 1);
  std::copy(forest_.constants.begin(), forest_.constants.end(), scratch.leaves.begin());
  std::fill_n(phi, feature_count(), 0.0);
  return {scratch.values.data(),
          slots_.count(),
          scratch.categories.data(),
          scratch.goes_to_a.data(),
          scratch.satisfied.data(),
          Scratch::aligned(scratch.lanes),
          phi,
          scratch.leaves.data()};
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
