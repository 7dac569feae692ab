#include "core/explain/trees/tree_interactions.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/explain/additivity.hpp"
#include "core/explain/trees/interaction_kernel.hpp"
#include "core/model/validate.hpp"

namespace credit_risk {
namespace {

const Model& with_cover(const Model& model) {
  if (has_cover(model)) return model;
  throw Error(ErrorKind::kInvalidInput, "model has no cover",
              "Exact SHAP interaction values need the training weight that reached each node.",
              "Train the model here, or import it in a format that keeps the cover of its nodes.");
}

template <int kLanes>
void run_kernel(const InteractionWork& work, const Quadrature& rule, std::size_t pass) {
  const std::size_t first = pass * kLanes * kPointsInLane;
  InteractionKernel<kLanes>(work, rule.node.data() + first, rule.weight.data() + first).run();
}

}  // namespace

TreeInteractions::TreeInteractions(const Model& model, const StopFlag& stop)
    : average_(model.average),
      model_base_value_(model.base_value),
      slots_(with_cover(model),
             model.float32_inputs ? Slots::Rounding::kNearest : Slots::Rounding::kNone),
      paths_(build_tree_paths(model, slots_, TreePaths::To::kSplits, kMaxInteractionBytes, stop)) {
  find_places();
  multiply_shares();
  make_rule();
  reach_ = std::fabs(model_base_value_) + paths_.greatest_sum() / parts();
  base_value_ = model_base_value_ + mean_of_leaves() / parts();
}

void TreeInteractions::find_places() {
  Place place{0, 0, 0};
  for (std::size_t tree = 0; tree < paths_.roots.size(); ++tree) {
    places_.push_back(place);
    const bool last = tree + 1 == paths_.roots.size();
    const std::size_t nodes = (last ? paths_.node_count() : paths_.roots[tree + 1]) - place.node;
    largest_ = std::max(largest_, nodes);
    place.node += nodes;
    for (const std::size_t end = place.split + nodes / 2; place.split < end; ++place.split)
      place.path += paths_.ends[place.split].length;
  }
  places_.push_back(place);
}

void TreeInteractions::multiply_shares() {
  z_.assign(paths_.node_count(), 1.0);
  for (const PathSplit& split : paths_.splits) {
    for (const std::uint32_t child : {split.left, split.left + 1})
      z_[child] = z_[split.above] * paths_.shares[child];
  }
}

// The sum over the trees; each from its leaves up.
double TreeInteractions::mean_of_leaves() const {
  std::vector<double> mean = paths_.values;
  for (std::size_t s = paths_.splits.size(); s-- > 0;) {
    const std::uint32_t left = paths_.splits[s].left;
    mean[paths_.ends[s].node] =
        paths_.shares[left] * mean[left] + paths_.shares[left + 1] * mean[left + 1];
  }
  double sum = 0;
  for (const std::uint32_t root : paths_.roots) sum += mean[root];
  return sum;
}

void TreeInteractions::make_rule() {
  const std::size_t points = std::max<std::size_t>((paths_.longest + 1) / 2, 1);
  const std::size_t lanes = (points + kPointsInLane - 1) / kPointsInLane;
  passes_ = (lanes + kMaxLanes - 1) / kMaxLanes;
  lanes_ = passes_ == 1 ? lanes : kMaxLanes;
  rule_ = gauss_legendre(passes_ * lanes_ * kPointsInLane);
}

void TreeInteractions::prepare(Scratch& scratch) const {
  const auto grow = [](auto& room, std::size_t to) {
    if (room.size() < to) room.resize(to);
  };
  grow(scratch.values, slots_.count());
  if (slots_.has_categories()) {
    scratch.categories.assign(slots_.count(), CategorySlot{0, 0, 0});
  }
  grow(scratch.satisfied, paths_.node_count());
  grow(scratch.reached, largest_);
  grow(scratch.lanes, kInteractionArrays * largest_ * lanes_ * kPointsInLane);
}

double TreeInteractions::explain(const double* row, double* matrix, Scratch& scratch,
                                 const StopFlag& stop) const {
  prepare(scratch);
  CategorySlot* const categories = slots_.has_categories() ? scratch.categories.data() : nullptr;
  slots_.fill(row, scratch.values.data(), categories, 1);
  paths_.find_satisfied(scratch.values.data(), categories, scratch.satisfied.data());
  std::fill_n(matrix, feature_count() * feature_count(), 0.0);
  double sum = 0;
  for (std::size_t tree = 0; tree < paths_.roots.size(); ++tree) {
    stop.poll();
    sum += find_leaf(tree, scratch);
    add_tree(tree, scratch, scratch.lanes.data(), matrix);
  }
  finish(matrix);
  const double margin = model_base_value_ + sum / parts();
  check_additivity(base_value_, matrix, feature_count() * feature_count(), margin, reach_);
  return margin;
}

// The value of the leaf that the row reaches: where it satisfies every split on the way.
double TreeInteractions::find_leaf(std::size_t tree, Scratch& scratch) const {
  const Place& begin = places_[tree];
  std::uint8_t* const reached = scratch.reached.data();
  reached[0] = 1;
  double value = paths_.values[begin.node];
  for (std::size_t s = begin.split; s < places_[tree + 1].split; ++s) {
    const std::uint8_t here = reached[paths_.ends[s].node - begin.node];
    const std::uint32_t left = paths_.splits[s].left;
    for (const std::uint32_t child : {left, left + 1}) {
      reached[child - begin.node] = here & scratch.satisfied[child];
      value += reached[child - begin.node] * paths_.values[child];
    }
  }
  return value;
}

void TreeInteractions::add_tree(std::size_t tree, const Scratch& scratch, double* lanes,
                                double* matrix) const {
  const Place &begin = places_[tree], &end = places_[tree + 1];
  const InteractionWork work{static_cast<std::uint32_t>(begin.node),
                             end.node - begin.node,
                             paths_.splits.data() + begin.split,
                             paths_.ends.data() + begin.split,
                             end.split - begin.split,
                             paths_.nodes.data() + end.path,
                             paths_.values.data(),
                             paths_.shares.data(),
                             z_.data(),
                             paths_.feature.data(),
                             scratch.satisfied.data(),
                             lanes,
                             matrix,
                             feature_count()};
  for (std::size_t pass = 0; pass < passes_; ++pass) {
    if (lanes_ == 1) run_kernel<1>(work, rule_, pass);
    if (lanes_ == 2) run_kernel<2>(work, rule_, pass);
    if (lanes_ == 3) run_kernel<3>(work, rule_, pass);
    if (lanes_ == 4) run_kernel<4>(work, rule_, pass);
  }
}

// From the two parts of each index, and the SHAP values on the diagonal.
void TreeInteractions::finish(double* matrix) const {
  const std::size_t n = feature_count();
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const double half = (matrix[i * n + j] + matrix[j * n + i]) / 2 / parts();
      matrix[i * n + j] = matrix[j * n + i] = half;
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    double rest = 0;
    for (std::size_t j = 0; j < n; ++j) rest += j == i ? 0 : matrix[i * n + j];
    matrix[i * n + i] = matrix[i * n + i] / parts() - rest;
  }
}

std::size_t TreeInteractions::byte_size() const noexcept {
  return sizeof *this + slots_.byte_size() + paths_.byte_size() + places_.size() * sizeof(Place) +
         (z_.size() + 2 * rule_.node.size()) * sizeof(double);
}

}  // namespace credit_risk
