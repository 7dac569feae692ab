#include "core/model/predict/predict.hpp"

#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include "core/model/credit_score.hpp"
#include "core/model/logistic.hpp"
#include "core/model/predict/round_down.hpp"
#include "core/model/voting.hpp"

namespace credit_risk {
namespace {

bool is_numeric_split(const TreeEnsemble& trees, std::size_t node) noexcept {
  return trees.feature[node] != TreeEnsemble::kLeaf && trees.category_begin[node] < 0;
}

bool has_float32_thresholds(const TreeEnsemble& trees) noexcept {
  for (std::size_t node = 0; node < trees.node_count(); ++node) {
    const double t = trees.threshold[node];
    if (std::fabs(t) > std::numeric_limits<float>::max() ||
        static_cast<double>(static_cast<float>(t)) != t) {
      return false;
    }
  }
  return true;
}

Slots::Rounding rounding_of(const Model& model) noexcept {
  if (model.float32_inputs) return Slots::Rounding::kNearest;
  return has_float32_thresholds(model.trees) ? Slots::Rounding::kUp : Slots::Rounding::kNone;
}

Slots::Rounding rounding_to_rank(const Model& model) noexcept {
  return model.float32_inputs ? Slots::Rounding::kNearest : Slots::Rounding::kNone;
}

float threshold_of(const NarrowNode*, double t) noexcept { return round_down(t); }
double threshold_of(const WideNode*, double t) noexcept { return t; }

// Lays out one tree after another.
template <class Node>
class Packer {
 public:
  Packer(const Model& model, const Slots& slots)
      : model_(model), trees_(model.trees), slots_(slots) {
    forest_.words.push_back(0);
    forest_.nodes.resize(trees_.node_count());
    forest_.values.resize(trees_.node_count());
  }

  Forest<Node> pack() {
    forest_.float32_sum = model_.float32_sum;
    for (const std::int32_t root : trees_.root) pack_tree(root);
    if constexpr (Node::kHasTop) {
      if (!slots_.has_categories()) {
        for (const std::uint32_t root : forest_.roots) forest_.tops.push_back(top_of(root));
      }
    }
    return std::move(forest_);
  }

 private:
  struct Place {
    std::int32_t from;
    std::uint32_t to;
    std::uint32_t depth;
  };

  void pack_tree(std::int32_t root) {
    forest_.roots.push_back(next_);
    forest_.depths.push_back(0);
    pending_.assign(1, {root, next_++, 0});
    while (!pending_.empty()) {
      const Place place = pending_.back();
      pending_.pop_back();
      if (trees_.feature[place.from] == TreeEnsemble::kLeaf)
        pack_leaf(place);
      else
        pack_split(place);
    }
  }

  void pack_leaf(Place place) {
    forest_.nodes[place.to] =
        Node::make(std::numeric_limits<typename Node::Real>::infinity(), place.to, 0);
    forest_.values[place.to] = trees_.value[place.from];
    forest_.depths.back() = std::max(forest_.depths.back(), place.depth);
  }

  void pack_split(Place place) {
    const std::size_t from = static_cast<std::size_t>(place.from);
    const Node* type = nullptr;
    Node node =
        Node::make(threshold_of(type, trees_.threshold[from]), next_, slots_.slot(model_, from));
    if (!is_numeric_split(trees_, from)) node.key = Slots::append_set(model_, from, forest_.words);
    forest_.nodes[place.to] = node;
    const Place left{trees_.left[from], next_, place.depth + 1};
    const Place right{trees_.right[from], next_ + 1, place.depth + 1};
    next_ += 2;
    const bool left_first = trees_.cover[left.from] >= trees_.cover[right.from];
    pending_.push_back(left_first ? right : left);
    pending_.push_back(left_first ? left : right);
  }

  TreeTop top_of(std::uint32_t root) const {
    TreeTop top;
    std::uint32_t ids[2 * TreeTop::kNodes + 1] = {root};
    for (std::size_t i = 0; i < TreeTop::kNodes; ++i) {
      const Node& node = forest_.nodes[ids[i]];
      const bool leaf = node.left() == ids[i];
      top.threshold[i] = node.threshold();
      top.slot[i] = node.slot();
      ids[2 * i + 1] = node.left();
      ids[2 * i + 2] = leaf ? ids[i] : node.left() + 1;
    }
    std::copy(ids + TreeTop::kNodes, std::end(ids), top.below);
    return top;
  }

  const Model& model_;
  const TreeEnsemble& trees_;
  const Slots& slots_;
  Forest<Node> forest_;
  std::uint32_t next_ = 0;
  std::vector<Place> pending_;
};

// Room for the slots of `rows` rows, on the stack where it is enough.
template <class Real>
class SlotRoom {
 public:
  SlotRoom(const Slots& slots, std::size_t rows) {
    const std::size_t size = slots.count() * rows;
    if (size > kOnStack) {
      more_values_.resize(size);
      values = more_values_.data();
    }
    if (!slots.has_categories()) return;
    more_categories_.resize(size > kOnStack ? size : 0);
    categories = size > kOnStack ? more_categories_.data() : categories_;
    std::fill_n(categories, size, CategorySlot{0, 0, 0});
  }
  SlotRoom(const SlotRoom&) = delete;
  SlotRoom& operator=(const SlotRoom&) = delete;

  Real* values = values_;
  CategorySlot* categories = nullptr;

 private:
  static constexpr std::size_t kOnStack = 512;
  Real values_[kOnStack];
  CategorySlot categories_[kOnStack];
  std::vector<Real> more_values_;
  std::vector<CategorySlot> more_categories_;
};

template <class Node>
std::size_t byte_size_of(const Forest<Node>& forest) noexcept {
  return forest.nodes.size() * (sizeof forest.nodes[0] + sizeof(double)) +
         forest.roots.size() * 2 * sizeof(std::uint32_t) +
         forest.words.size() * sizeof(std::uint32_t) + forest.tops.size() * sizeof(TreeTop);
}

Forest<NarrowNode> with_kernel(Forest<NarrowNode> forest, const TopKernel& kernel) noexcept {
  forest.enter = kernel.enter;
  return forest;
}

std::size_t byte_size_of(const RankedForest& forest) noexcept { return forest.byte_size(); }
std::size_t byte_size_of(const TermTable& terms) noexcept { return terms.byte_size(); }
std::size_t byte_size_of(const std::shared_ptr<const Voting>& voting) noexcept {
  return voting->byte_size();
}

const TopKernel& fastest_kernel() noexcept {
  std::size_t count;
  return *top_kernels(&count);
}

}  // namespace

double probability_of_margin(Link link, double margin, double link_scale, bool float32) noexcept {
  if (link == Link::kLogit && float32)
    return logistic_float32(static_cast<float>(link_scale * margin));
  if (link == Link::kLogit) return logistic(link_scale * margin);
  return margin < 0 ? 0.0 : margin > 1 ? 1.0 : margin;
}

Predictor::Predictor(const Model& model, const TopKernel* kernel)
    : link_(model.link),
      average_(model.average),
      float32_sum_(model.float32_sum),
      link_scale_(model.link_scale),
      base_value_(model.base_value),
      tree_count_(static_cast<double>(model.trees.tree_count())),
      points_(model.points),
      calibration_(model.calibration),
      slots_(model, rounding_to_rank(model)) {
  if (!model.terms.empty()) {
    kernel_ = TermTable(model);
    return;
  }
  if (!model.members.empty()) {
    kernel_ = std::make_shared<const Voting>(model, kernel);
    return;
  }
  const TopKernel& chosen = kernel == nullptr ? fastest_kernel() : *kernel;
  if (chosen.sum_ranked != nullptr && RankedForest::fits(model, slots_)) {
    kernel_ = RankedForest(model, slots_, chosen);
    return;
  }
  slots_ = Slots(model, rounding_of(model));
  const bool narrow = rounding_of(model) != Slots::Rounding::kNone &&
                      slots_.count() <= NarrowNode::kMaxSlots &&
                      model.trees.node_count() <= NarrowNode::kMaxNodes;
  if (narrow)
    kernel_ = with_kernel(Packer<NarrowNode>(model, slots_).pack(), chosen);
  else
    kernel_ = Packer<WideNode>(model, slots_).pack();
}

template <class Node>
double Predictor::sum_of(const Forest<Node>& forest, const double* row) const {
  SlotRoom<typename Node::Real> room(slots_, 1);
  slots_.fill(row, room.values, room.categories, 1);
  const typename Forest<Node>::Row slots{room.values, room.categories};
  return slots_.has_categories() ? forest.template sum<true>(slots, start_of_sum())
                                 : forest.template sum<false>(slots, start_of_sum());
}

template <class Node>
void Predictor::sums_of(const Forest<Node>& forest, const double* rows, std::size_t count,
                        double* sums) const {
  constexpr std::size_t kTile = Forest<Node>::kTileRows;
  SlotRoom<typename Node::Real> room(slots_, kTile);
  const typename Forest<Node>::Row tile{room.values, room.categories};
  for (std::size_t begin = 0; begin < count; begin += kTile) {
    const std::size_t size = std::min(kTile, count - begin);
    for (std::size_t r = 0; r < size; ++r) {
      slots_.fill(rows + (begin + r) * feature_count(), room.values + r,
                  room.categories == nullptr ? nullptr : room.categories + r, kTile);
    }
    std::fill_n(sums + begin, size, start_of_sum());
    if (slots_.has_categories()) {
      forest.template sum_tile<true>(tile, size, sums + begin);
    } else if (size == kTile && !forest.tops.empty()) {
      if constexpr (Node::kHasTop) forest.sum_full_tile(tile, sums + begin);
    } else {
      forest.template sum_tile<false>(tile, size, sums + begin);
    }
  }
}

double Predictor::sum_of(const RankedForest& forest, const double* row) const {
  double values[RankedTrees::kMaxRanks];
  slots_.fill<double>(row, values, nullptr, 1);
  double sum = start_of_sum();
  forest.add(values, 1, &sum);
  return sum;
}

void Predictor::sums_of_tile(const RankedForest& forest, const double* rows, double* sums) const {
  constexpr std::size_t kRows = RankTile::kRows;
  double values[kRows * RankedTrees::kMaxRanks];
  for (std::size_t r = 0; r < kRows; ++r)
    slots_.fill<double>(rows + r * feature_count(), values + r, nullptr, kRows);
  RankTile tile;
  forest.rank(values, tile);
  std::fill_n(sums, kRows, start_of_sum());
  forest.add(tile, sums);
}

void Predictor::sums_of(const RankedForest& forest, const double* rows, std::size_t count,
                        double* sums) const {
  constexpr std::size_t kRows = RankedForest::kRows;
  std::size_t begin = 0;
  if (forest.has_tiles()) {
    for (; begin + RankTile::kRows <= count; begin += RankTile::kRows)
      sums_of_tile(forest, rows + begin * feature_count(), sums + begin);
  }
  double values[kRows * RankedTrees::kMaxRanks];
  for (; begin < count; begin += kRows) {
    const std::size_t size = std::min(kRows, count - begin);
    for (std::size_t r = 0; r < size; ++r) {
      slots_.fill<double>(rows + (begin + r) * feature_count(), values + r * RankedTrees::kMaxRanks,
                          nullptr, 1);
      sums[begin + r] = start_of_sum();
    }
    forest.add(values, size, sums + begin);
  }
}

void Predictor::sums_of(const TermTable& terms, const double* rows, std::size_t count,
                        double* sums) const {
  for (std::size_t r = 0; r < count; ++r) sums[r] = terms.sum(rows + r * feature_count());
}

double Predictor::sum_of(const std::shared_ptr<const Voting>& voting, const double* row) const {
  return voting->mean(row);
}

void Predictor::sums_of(const std::shared_ptr<const Voting>& voting, const double* rows,
                        std::size_t count, double* sums) const {
  voting->means(rows, count, sums);
}

double Predictor::sum_of(const double* row) const {
  return std::visit([&](const auto& kernel) { return sum_of(kernel, row); }, kernel_);
}

double Predictor::margin(const double* row) const { return margin_of_sum(sum_of(row)); }

double Predictor::probability(const double* row) const { return probability_of(margin(row)); }

Score Predictor::score(const double* row) const { return score_of_sum(sum_of(row)); }

void Predictor::probabilities(const double* rows, std::size_t count, double* out) const {
  std::visit([&](const auto& kernel) { sums_of(kernel, rows, count, out); }, kernel_);
  for (std::size_t r = 0; r < count; ++r) out[r] = probability_of(margin_of_sum(out[r]));
}

void Predictor::scores(const double* rows, std::size_t count, Score* out) const {
  constexpr std::size_t kRoom = 256;
  double sums[kRoom];
  for (std::size_t begin = 0; begin < count; begin += kRoom) {
    const std::size_t size = std::min(kRoom, count - begin);
    const double* part = rows + begin * feature_count();
    std::visit([&](const auto& kernel) { sums_of(kernel, part, size, sums); }, kernel_);
    for (std::size_t r = 0; r < size; ++r) out[begin + r] = score_of_sum(sums[r]);
  }
}

Score Predictor::score_of_sum(double sum) const noexcept {
  const double probability = probability_of(margin_of_sum(sum));
  return {probability,
          points_ ? credit_score_of_points(base_value_ + sum) : credit_score(probability)};
}

std::size_t Predictor::byte_size() const noexcept {
  return sizeof *this + slots_.byte_size() + (calibration_ ? calibration_->byte_size() : 0) +
         std::visit([](const auto& kernel) { return byte_size_of(kernel); }, kernel_);
}

}  // namespace credit_risk
