#include "core/explain/background/interventional_shap.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.hpp"
#include "core/explain/additivity.hpp"

namespace credit_risk {
namespace {

constexpr std::size_t kSplitsBetweenPolls = 256;
constexpr std::size_t kWorkOfBatch = std::size_t{1} << 22;  // a few milliseconds

std::size_t checked_rows(std::size_t rows) {
  check_background_rows(rows);
  return rows;
}

std::size_t set_count(std::size_t rows) noexcept { return (rows + kRowsInSet - 1) / kRowsInSet; }

// What is left for the paths, when the sets are taken.
std::size_t bytes_for_paths(const Model& model, std::size_t rows) {
  const std::size_t sets = set_count(rows) * model.trees.node_count() * sizeof(RowSet);
  if (sets < kMaxBackgroundBytes) return kMaxBackgroundBytes - sets;
  throw Error(ErrorKind::kLimit, "background is too large for the model",
              "The model has " + std::to_string(model.trees.node_count()) +
                  " nodes, the background " + std::to_string(rows) + " rows; they would take " +
                  std::to_string(sets >> 20) + " MB, at most " +
                  std::to_string(kMaxBackgroundBytes >> 20) + " are possible.",
              "Take fewer background rows.");
}

RowSet intersection(RowSet a, RowSet b) noexcept { return {a.low & b.low, a.high & b.high}; }

int count_of(RowSet set) noexcept {
  return __builtin_popcountll(set.low) + __builtin_popcountll(set.high);
}

}  // namespace

void check_background_rows(std::size_t rows) {
  if (rows == 0) {
    throw Error(ErrorKind::kInvalidInput, "background has no rows", {},
                "Give the background at least one row.");
  }
  if (rows <= kMaxBackgroundRows) return;
  throw Error(ErrorKind::kLimit, "background has too many rows",
              "There are " + std::to_string(rows) + "; at most " +
                  std::to_string(kMaxBackgroundRows) + " are possible.",
              "Take a sample: some hundred rows tell the mean well.");
}

InterventionalShap::InterventionalShap(const Model& model, const double* background,
                                       std::size_t rows, const StopFlag& stop,
                                       const LeafKernel* kernel)
    : average_(model.average),
      tree_count_(static_cast<double>(model.trees.tree_count())),
      model_base_value_(model.base_value),
      rows_(checked_rows(rows)),
      slots_(model, model.float32_inputs ? Slots::Rounding::kNearest : Slots::Rounding::kNone),
      paths_(build_tree_paths(model, slots_, TreePaths::To::kLeaves, bytes_for_paths(model, rows),
                              stop)) {
  reach_ = std::fabs(model_base_value_) + paths_.greatest_sum() / parts();
  std::size_t count;
  add_leaves_ = (kernel == nullptr ? leaf_kernels(&count) : kernel)->add;
  make_weights();
  make_batches();
  make_sets(background, stop);
  base_value_ = model_base_value_ + mean_of_leaves(stop);
}

// By p: W(0, q) = 1 / (q + 1), W(p, q) = W(p - 1, q) p / (p + q + 1).
void InterventionalShap::make_weights() {
  constexpr std::size_t kReadBehind = 8;
  const std::size_t players = paths_.longest;
  weights_.resize(players * (players + 1) / 2 + kReadBehind);
  double* row = weights_.data();
  for (std::size_t q = 0; q <= players; ++q) {
    weight_of_.push_back(row);
    for (std::size_t p = 0; p + q < players; ++p) {
      const double sum = static_cast<double>(p + q + 1);
      row[p] = p == 0 ? 1 / sum : row[p - 1] * static_cast<double>(p) / sum;
    }
    row += players - q;
  }
}

void InterventionalShap::make_batches() {
  std::size_t node = 0, work = kWorkOfBatch;
  for (std::size_t leaf = 0; leaf < paths_.ends.size(); ++leaf) {
    if (work >= kWorkOfBatch) {
      batches_.push_back({leaf, node});
      work = 0;
    }
    const std::size_t length = paths_.ends[leaf].length;
    node += length;
    work += 64 + 8 * length + length * length;
  }
  batches_.push_back({paths_.ends.size(), node});
}

RowSet InterventionalShap::all_of_set(std::size_t set) const noexcept {
  const std::size_t count = std::min(rows_ - set * kRowsInSet, kRowsInSet);
  const auto ones = [](std::size_t bits) {
    return bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
  };
  return {ones(count), count > 64 ? ones(count - 64) : 0};
}

void InterventionalShap::make_sets(const double* background, const StopFlag& stop) {
  sets_.resize(set_count(rows_) * paths_.node_count());
  std::vector<double> values(slots_.count() * kRowsInSet);
  std::vector<CategorySlot> categories;
  if (slots_.has_categories()) categories.assign(values.size(), CategorySlot{0, 0, 0});
  CategorySlot* const first_category = categories.empty() ? nullptr : categories.data();
  for (std::size_t set = 0; set < set_count(rows_); ++set) {
    const std::size_t count = std::min(rows_ - set * kRowsInSet, kRowsInSet);
    for (std::size_t r = 0; r < count; ++r) {
      slots_.fill(background + (set * kRowsInSet + r) * feature_count(), values.data() + r,
                  first_category == nullptr ? nullptr : first_category + r, kRowsInSet);
    }
    RowSet* const sets = sets_.data() + set * paths_.node_count();
    for (const std::uint32_t root : paths_.roots) sets[root] = all_of_set(set);
    for (std::size_t s = 0; s < paths_.splits.size(); ++s) {
      if (s % kSplitsBetweenPolls == 0) stop.poll();
      make_set(paths_.splits[s], values.data(), first_category, count, sets);
    }
  }
}

void InterventionalShap::make_set(const PathSplit& split, const double* values,
                                  const CategorySlot* categories, std::size_t count,
                                  RowSet* sets) const {
  std::uint64_t left[2] = {};
  values += split.slot * kRowsInSet;
  for (std::size_t r = 0; r < count; ++r) {
    left[r / 64] |= static_cast<std::uint64_t>(values[r] <= split.key) << r % 64;
  }
  for (std::size_t r = 0; categories != nullptr && r < count; ++r) {
    if (paths_.in_category_set(split, categories[split.slot * kRowsInSet + r]))
      left[r / 64] |= std::uint64_t{1} << r % 64;
  }
  const RowSet before = sets[split.above];
  sets[split.left] = intersection(before, {left[0], left[1]});
  sets[split.left + 1] = intersection(before, {~left[0], ~left[1]});
}

double InterventionalShap::mean_of_leaves(const StopFlag& stop) const {
  double sum = 0;
  for (std::size_t set = 0; set < set_count(rows_); ++set) {
    const RowSet* const sets = sets_.data() + set * paths_.node_count();
    const std::uint32_t* path = paths_.nodes.data();
    for (std::size_t batch = 0; batch + 1 < batches_.size(); ++batch) {
      stop.poll();
      for (std::size_t leaf = batches_[batch].leaf; leaf < batches_[batch + 1].leaf; ++leaf) {
        RowSet reach = all_of_set(set);
        const PathEnd end = paths_.ends[leaf];
        for (std::size_t i = 0; i < end.length; ++i) reach = intersection(reach, sets[path[i]]);
        path += end.length;
        sum += paths_.values[end.node] * count_of(reach);
      }
    }
  }
  return sum / static_cast<double>(rows_) / parts();
}

double InterventionalShap::explain(const double* row, double* phi) const {
  Scratch scratch;
  return explain(row, phi, scratch);
}

double InterventionalShap::explain(const double* row, double* phi, Scratch& scratch,
                                   const StopFlag& stop) const {
  const LeafRoom room = prepare(scratch);
  CategorySlot* const categories = slots_.has_categories() ? scratch.categories.data() : nullptr;
  slots_.fill(row, scratch.values.data(), categories, 1);
  paths_.find_satisfied(scratch.values.data(), categories, scratch.satisfied.data());
  std::fill_n(phi, feature_count(), 0.0);
  double sum = 0;
  for (std::size_t set = 0; set < set_count(rows_); ++set) {
    double sum_again = 0;
    for (std::size_t batch = 0; batch + 1 < batches_.size(); ++batch) {
      stop.poll();
      const Batch begin = batches_[batch];
      const LeafPass pass{paths_.ends.data() + begin.leaf,
                          paths_.ends.data() + batches_[batch + 1].leaf,
                          paths_.nodes.data() + begin.node,
                          paths_.values.data(),
                          paths_.feature.data(),
                          scratch.satisfied.data(),
                          sets_.data() + set * paths_.node_count(),
                          all_of_set(set),
                          weight_of_.data()};
      sum_again = add_leaves_(pass, room, sum_again, phi);
    }
    sum = sum_again;
  }
  const double count = static_cast<double>(rows_) * parts();
  for (std::size_t f = 0; f < feature_count(); ++f) phi[f] /= count;
  const double margin = model_base_value_ + sum / parts();
  check_additivity(base_value_, phi, feature_count(), margin, reach_);
  return margin;
}

LeafRoom InterventionalShap::prepare(Scratch& scratch) const {
  const std::size_t size = paths_.longest + kRoomBehind;
  const auto grow = [](auto& room, std::size_t to) {
    if (room.size() < to) room.resize(to);
  };
  grow(scratch.values, slots_.count());
  if (slots_.has_categories()) {
    scratch.categories.assign(slots_.count(), CategorySlot{0, 0, 0});
  }
  grow(scratch.satisfied, paths_.node_count());
  grow(scratch.indexes, 3 * size);
  grow(scratch.words, 4 * size);
  std::uint32_t* const indexes = scratch.indexes.data();
  std::uint64_t* const words = scratch.words.data();
  return {indexes,      indexes + size,   indexes + 2 * size, words,
          words + size, words + 2 * size, words + 3 * size};
}

std::size_t InterventionalShap::byte_size() const noexcept {
  return sizeof *this + slots_.byte_size() + paths_.byte_size() + sets_.size() * sizeof(RowSet) +
         weights_.size() * sizeof(double) + weight_of_.size() * sizeof(const double*) +
         batches_.size() * sizeof(Batch);
}

}  // namespace credit_risk
