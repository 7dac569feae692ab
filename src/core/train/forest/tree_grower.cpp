#include "core/train/forest/tree_grower.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/random.hpp"
#include "core/train/forest/node_histograms.hpp"
#include "core/train/forest/sampled_row.hpp"
#include "core/train/row_weights.hpp"
#include "core/train/forest/split_search.hpp"

namespace credit_risk {
namespace {

constexpr std::uint32_t kPollRows = 32768;

template <class Word>
class HistogramGrower final : public TreeGrower {
 public:
  // `units`: what each row weighs, in units of which `weights` tells the weight; empty: 1 for each.
  HistogramGrower(const BinnedMatrix& matrix, const ForestParams& params, ClassWeights weights,
                  std::vector<std::uint32_t> units, const StopFlag& stop)
      : matrix_(matrix),
        params_(params),
        stop_(stop),
        per_split_(features_per_split(params.max_features, matrix.features())),
        search_(weights, static_cast<std::uint64_t>(params.min_leaf),
                static_cast<std::uint64_t>(params.min_category)),
        units_(std::move(units)),
        histograms_(matrix, stop),
        draws_(matrix.rows()),
        features_(matrix.features()) {}

  TreeEnsemble grow(std::uint32_t number) override {
    Random random(params_.seed, number);
    for (std::uint32_t f = 0; f < features_.size(); ++f) features_[place_of(f)] = f;
    tree_ = TreeEnsemble{};
    tree_.root.push_back(0);
    std::vector<Job> jobs{{0, 0, 0, -1, false, draw_rows(random)}};
    jobs.back().end = static_cast<std::uint32_t>(rows_.size());
    while (!jobs.empty()) {
      const Job job = jobs.back();
      jobs.pop_back();
      const std::int32_t node = add_leaf(job);
      if (!may_split(job)) continue;
      search(job, random);
      if (search_.best().found()) split(job, node, jobs);
    }
    return std::move(tree_);
  }

 private:
  using Histograms = NodeHistograms<Word>;

  struct Job {
    std::uint32_t begin, end;  // the node's rows in rows_
    std::int32_t depth;
    std::int32_t parent;
    bool is_right;
    Word total;
  };

  // Features are taken from the end: where none is drawn, the first one lies there.
  std::uint32_t place_of(std::uint32_t feature) const {
    return params_.bootstrap ? feature : matrix_.features() - 1 - feature;
  }

  // The bootstrap sample, as many draws as rows; or all rows. Returns its tally.
  Word draw_rows(Random& random) {
    const std::uint32_t count = matrix_.rows();
    std::fill(draws_.begin(), draws_.end(), std::uint8_t{0});
    for (std::uint32_t i = 0; i < count; ++i) {
      if (i % kPollRows == 0) stop_.poll();
      ++draws_[params_.bootstrap ? random.below(count) : i];
    }
    const auto drawn = count - std::count(draws_.begin(), draws_.end(), std::uint8_t{0});
    rows_.resize(static_cast<std::size_t>(drawn) + 1);  // one is written ahead
    overflow_.resize(rows_.size());
    Word total = 0;
    SampledRow* to = rows_.data();
    for (std::uint32_t row = 0; row < count; ++row) {
      const std::uint64_t unit = units_.empty() ? 1 : units_[row];
      *to = SampledRow(row, matrix_.target()[row] != 0, draws_[row] * unit);
      const bool is_drawn = draws_[row] != 0;
      total += is_drawn ? to->template tally<Word>() : Word{0};
      to += is_drawn;
    }
    rows_.pop_back();
    return total;
  }

  std::int32_t add_leaf(const Job& job) {
    const auto node = static_cast<std::int32_t>(tree_.node_count());
    const double cover = search_.weight_of(job.total);
    tree_.feature.push_back(TreeEnsemble::kLeaf);
    tree_.left.push_back(TreeEnsemble::kLeaf);
    tree_.right.push_back(TreeEnsemble::kLeaf);
    tree_.threshold.push_back(0.0);
    tree_.flags.push_back(0);
    tree_.category_begin.push_back(-1);
    tree_.value.push_back(search_.weight_of_ones(job.total) / cover);
    tree_.cover.push_back(cover);
    if (job.parent >= 0) (job.is_right ? tree_.right : tree_.left)[job.parent] = node;
    return node;
  }

  bool may_split(const Job& job) const {
    const std::uint32_t rows = job.end - job.begin;
    return job.depth < params_.max_depth && rows >= static_cast<std::uint32_t>(params_.min_split) &&
           rows / 2 >= static_cast<std::uint32_t>(params_.min_leaf) &&
           Tally<Word>::zeros(job.total) > 0 && Tally<Word>::ones(job.total) > 0;
  }

  // Draws features until enough are seen and one of them varies, as scikit-learn does.
  void search(const Job& job, Random& random) {
    search_.start(job.total);
    bool varies = false;
    auto remaining = static_cast<std::uint32_t>(features_.size());
    for (std::uint32_t seen = 0; remaining > 0 && (seen < per_split_ || !varies);) {
      const std::uint32_t wanted = seen < per_split_ ? per_split_ - seen : 1;
      const std::uint32_t width = std::min<std::uint32_t>(
          {wanted, remaining, static_cast<std::uint32_t>(Histograms::kMost)});
      std::uint32_t drawn[Histograms::kMost];
      for (std::uint32_t i = 0; i < width; ++i) {
        const std::uint32_t pick = params_.bootstrap ? random.below(remaining) : remaining - 1;
        --remaining;
        std::swap(features_[pick], features_[remaining]);
        drawn[i] = features_[remaining];
      }
      varies = look_at(job, drawn, width, random) || varies;
      seen += width;
    }
  }

  // Returns whether one of the features varies within the node.
  bool look_at(const Job& job, const std::uint32_t* features, std::uint32_t width, Random& random) {
    histograms_.fill(rows_.data() + job.begin, job.end - job.begin, features, width);
    bool varies = false;
    for (std::uint32_t i = 0; i < width; ++i) {
      const Word missing = histograms_.take(i, present_);
      const BinnedFeature& feature = matrix_.feature(features[i]);
      const auto number = static_cast<std::int32_t>(features[i]);
      const Word* const sums = histograms_.sums();
      varies = (params_.extra_trees
                    ? search_.look_at_random_cut(number, feature, sums, present_, missing,
                                                 matrix_.low() + feature.first_edge,
                                                 matrix_.high() + feature.first_edge, random)
                    : search_.look_at(number, feature, sums, present_, missing)) ||
               varies;
    }
    return varies;
  }

  // sklearn's rule: the middle of the two neighbouring values, but always below the upper one; of
  // extra trees the value that was drawn, where it lies between the two.
  double threshold(const Split<Word>& best, const BinnedFeature& feature) const {
    const double below = matrix_.high()[feature.first_edge + best.last_left];
    const double above = matrix_.low()[feature.first_edge + best.first_right];
    if (best.drawn >= below && best.drawn < above) return best.drawn;
    const double middle = below / 2 + above / 2;
    return middle >= below && middle < above ? middle : below;
  }

  void split(const Job& job, std::int32_t node, std::vector<Job>& jobs) {
    const Split<Word>& best = search_.best();
    const BinnedFeature& feature = matrix_.feature(static_cast<std::uint32_t>(best.feature));
    const bool left_is_larger = 2 * search_.weight_of(best.left) >= tree_.cover[node];
    tree_.feature[node] = best.feature;
    tree_.value[node] = 0.0;
    tree_.flags[node] = static_cast<std::uint8_t>(
        (best.missing_left ? TreeEnsemble::kMissingLeft : 0) |
        (feature.categorical && left_is_larger ? TreeEnsemble::kUnrecognizedLeft : 0));
    if (feature.categorical) {
      tree_.category_begin[node] = static_cast<std::int32_t>(tree_.category_words.size());
      tree_.category_words.insert(tree_.category_words.end(), best.left_categories.begin(),
                                  best.left_categories.end());
    } else if (best.first_right == feature.bins) {
      // Every value goes left, only the missing ones go right.
      tree_.threshold[node] = std::numeric_limits<double>::max();
    } else {
      tree_.threshold[node] = threshold(best, feature);
    }
    const std::uint32_t middle = partition(job, feature);
    jobs.push_back({middle, job.end, job.depth + 1, node, true, job.total - best.left});
    jobs.push_back({job.begin, middle, job.depth + 1, node, false, best.left});
  }

  // Moves the rows that go left before those that go right, keeping their order; returns where the
  // right ones begin.
  std::uint32_t partition(const Job& job, const BinnedFeature& feature) {
    const Split<Word>& best = search_.best();
    const CellPlace place = feature.place;
    if (feature.categorical) {
      return partition(job, [&](const std::uint8_t* row) {
        const std::uint32_t bin = place.bin(row);
        if (bin == feature.bins) return best.missing_left;
        return ((best.left_categories[bin / 64] >> (bin % 64)) & 1) != 0;
      });
    }
    const std::uint32_t last_left = best.last_left << place.shift;
    const std::uint32_t also_left = best.missing_left ? feature.bins << place.shift : last_left;
    return partition(job, [=](const std::uint8_t* row) {
      const std::uint32_t cell = place.masked(row);
      return (cell <= last_left) | (cell == also_left);
    });
  }

  // Without branches, which nobody could foresee.
  template <class GoesLeft>
  std::uint32_t partition(const Job& job, GoesLeft goes_left) {
    const std::uint8_t* const cells = matrix_.cells();
    const std::size_t row_bytes = matrix_.row_bytes();
    SampledRow *left = rows_.data() + job.begin, *right = overflow_.data();
    for (std::uint32_t begin = job.begin; begin < job.end;) {
      stop_.poll();
      const std::uint32_t end = begin + std::min(kPollRows, job.end - begin);
      for (; begin < end; ++begin) {
        const SampledRow row = rows_[begin];
        const bool goes = goes_left(cells + row.row() * row_bytes);
        *left = row;
        *right = row;
        left += goes;
        right += !goes;
      }
    }
    std::copy(overflow_.data(), right, left);
    return static_cast<std::uint32_t>(left - rows_.data());
  }

  const BinnedMatrix matrix_;
  const ForestParams params_;
  const StopFlag stop_;
  const std::uint32_t per_split_;
  SplitSearch<Word> search_;
  const std::vector<std::uint32_t> units_;
  Histograms histograms_;
  // How often the bootstrap drew each row. More than 255 times would be once in 10^500 forests.
  std::vector<std::uint8_t> draws_;
  std::vector<SampledRow> rows_, overflow_;
  std::vector<std::uint32_t> features_, present_;
  TreeEnsemble tree_;
};

}  // namespace

std::unique_ptr<TreeGrower> make_tree_grower(const BinnedMatrix& matrix, const ForestParams& params,
                                             const StopFlag& stop) {
  ClassWeights weights = class_weights(params.balanced, params.class_weights, matrix.weights(),
                                       matrix.target(), matrix.rows());
  RowWeights own;
  if (matrix.weights() != nullptr) {
    own = row_weights(matrix.weights(), matrix.target(), matrix.rows(), weights);
    weights = {own.unit, own.unit};
  }
  const bool narrow_tally = own.units.empty() && matrix.rows() <= Tally<std::uint64_t>::kMostRows;
  if (narrow_tally)
    return std::make_unique<HistogramGrower<std::uint64_t>>(matrix, params, weights, own.units,
                                                            stop);
  return std::make_unique<HistogramGrower<WideWord>>(matrix, params, weights, std::move(own.units),
                                                     stop);
}

void append_tree(TreeEnsemble& forest, const TreeEnsemble& tree) {
  constexpr auto kMost = static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max());
  if (forest.node_count() + tree.node_count() > kMost ||
      forest.category_words.size() + tree.category_words.size() > kMost) {
    throw Error(ErrorKind::kLimit, "the forest has too many nodes",
                "Its trees have more than " + std::to_string(kMost) + " nodes together.",
                "Grow fewer or shallower trees, or raise min_leaf.");
  }
  const auto nodes = static_cast<std::int32_t>(forest.node_count());
  const auto words = static_cast<std::int32_t>(forest.category_words.size());
  const auto shifted = [](std::int32_t index, std::int32_t by) {
    return index < 0 ? index : index + by;
  };
  const auto append = [](auto& to, const auto& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  forest.root.push_back(nodes);
  append(forest.feature, tree.feature);
  append(forest.threshold, tree.threshold);
  append(forest.flags, tree.flags);
  append(forest.category_words, tree.category_words);
  append(forest.value, tree.value);
  append(forest.cover, tree.cover);
  for (std::size_t i = 0; i < tree.node_count(); ++i) {
    forest.left.push_back(shifted(tree.left[i], nodes));
    forest.right.push_back(shifted(tree.right[i], nodes));
    forest.category_begin.push_back(shifted(tree.category_begin[i], words));
  }
}

}  // namespace credit_risk
