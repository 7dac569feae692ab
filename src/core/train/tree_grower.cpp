#include "core/train/tree_grower.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/random.hpp"
#include "core/train/split_search.hpp"

namespace credit_risk {
namespace {

constexpr std::uint32_t kPollRows = 32768;

// sklearn's rule: the middle of the two neighbouring values, but always below the upper one.
double threshold_between(double below, double above) noexcept {
  const double middle = below / 2 + above / 2;
  return middle >= below && middle < above ? middle : below;
}

template <class Cell, class Word>
class HistogramGrower final : public TreeGrower {
 public:
  HistogramGrower(const BinnedMatrix& matrix, const ForestParams& params, ClassWeights weights,
                  const StopFlag& stop)
      : matrix_(matrix),
        params_(params),
        stop_(stop),
        per_split_(features_per_split(params.max_features, matrix.features())),
        search_(weights, static_cast<std::uint64_t>(params.min_leaf)),
        tally_(matrix.rows()),
        overflow_(matrix.rows()),
        features_(matrix.features()),
        histogram_(matrix.most_bins() + 1u),
        occupied_(matrix.most_bins() / 64 + 1) {
    rows_.reserve(matrix.rows());
  }

  TreeEnsemble grow(std::uint32_t number) override {
    Random random(params_.seed, number);
    for (std::uint32_t f = 0; f < features_.size(); ++f) features_[f] = f;
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
  struct Job {
    std::uint32_t begin, end;  // the node's rows in rows_
    std::int32_t depth;
    std::int32_t parent;
    bool is_right;
    Word total;
  };

  // The bootstrap sample: as many draws as rows. Returns its tally.
  Word draw_rows(Random& random) {
    const std::uint32_t count = matrix_.rows();
    std::fill(tally_.begin(), tally_.end(), Word{0});
    for (std::uint32_t i = 0; i < count; ++i) {
      if (i % kPollRows == 0) stop_.poll();
      const std::uint32_t row = random.below(count);
      tally_[row] += Tally<Word>::draw(matrix_.target()[row] != 0);
    }
    rows_.clear();
    Word total = 0;
    for (std::uint32_t row = 0; row < count; ++row) {
      if (tally_[row] == 0) continue;
      tally_[row] += Tally<Word>::kRow;
      total += tally_[row];
      rows_.push_back(row);
    }
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
    for (std::uint32_t seen = 0; remaining > 0 && (seen < per_split_ || !varies); ++seen) {
      const std::uint32_t pick = random.below(remaining--);
      std::swap(features_[pick], features_[remaining]);
      const std::uint32_t number = features_[remaining];
      const BinnedFeature& feature = matrix_.feature(number);
      const Word missing = fill_histogram(job, number, feature);
      varies = search_.look_at(static_cast<std::int32_t>(number), feature, histogram_.data(),
                               present_, missing) ||
               varies;
    }
  }

  // Fills histogram_ and present_; returns the tally of the missing values.
  Word fill_histogram(const Job& job, std::uint32_t number, const BinnedFeature& feature) {
    present_.clear();
    // Clearing and reading all bins costs more than marking the few that a small node touches.
    return job.end - job.begin >= feature.bins / 2 ? fill_dense(job, number, feature)
                                                   : fill_sparse(job, number, feature);
  }

  Word fill_dense(const Job& job, std::uint32_t number, const BinnedFeature& feature) {
    Word* const histogram = histogram_.data();
    std::fill(histogram, histogram + feature.bins + 1, Word{0});
    const Cell* const cells = matrix_.template cells<Cell>() + number;
    const std::size_t stride = matrix_.row_stride();
    for (std::uint32_t begin = job.begin; begin < job.end;
         begin += std::min(kPollRows, job.end - begin)) {
      stop_.poll();
      const std::uint32_t end = begin + std::min(kPollRows, job.end - begin);
      for (std::uint32_t i = begin; i < end; ++i) {
        const std::uint32_t row = rows_[i];
        histogram[cells[row * stride]] += tally_[row];
      }
    }
    for (std::uint32_t bin = 0; bin < feature.bins; ++bin) {
      if (histogram[bin] != 0) present_.push_back(bin);
    }
    return histogram[feature.bins];
  }

  Word fill_sparse(const Job& job, std::uint32_t number, const BinnedFeature& feature) {
    const Cell* const cells = matrix_.template cells<Cell>() + number;
    const std::size_t stride = matrix_.row_stride();
    histogram_[feature.bins] = 0;
    occupied_[feature.bins / 64] |= std::uint64_t{1} << (feature.bins % 64);
    for (std::uint32_t i = job.begin; i < job.end; ++i) {
      const std::uint32_t row = rows_[i];
      const std::uint32_t bin = cells[row * stride];
      const std::uint64_t bit = std::uint64_t{1} << (bin % 64);
      if ((occupied_[bin / 64] & bit) == 0) {
        occupied_[bin / 64] |= bit;
        histogram_[bin] = tally_[row];
      } else {
        histogram_[bin] += tally_[row];
      }
    }
    for (std::uint32_t word = 0; word <= feature.bins / 64; ++word) {
      for (std::uint64_t bits = std::exchange(occupied_[word], 0); bits != 0; bits &= bits - 1) {
        present_.push_back(word * 64 + static_cast<std::uint32_t>(__builtin_ctzll(bits)));
      }
    }
    present_.pop_back();  // the bin of the missing values, always marked, always last
    return histogram_[feature.bins];
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
      tree_.threshold[node] =
          threshold_between(matrix_.high()[feature.first_edge + best.last_left],
                            matrix_.low()[feature.first_edge + best.first_right]);
    }
    const std::uint32_t middle = partition(job, feature);
    jobs.push_back({middle, job.end, job.depth + 1, node, true, job.total - best.left});
    jobs.push_back({job.begin, middle, job.depth + 1, node, false, best.left});
  }

  // Moves the rows that go left before those that go right, keeping their order; returns where the
  // right ones begin.
  std::uint32_t partition(const Job& job, const BinnedFeature& feature) {
    const Split<Word>& best = search_.best();
    const Cell* const cells = matrix_.template cells<Cell>() + best.feature;
    const std::size_t stride = matrix_.row_stride();
    std::uint32_t left = job.begin, right = 0;
    for (std::uint32_t i = job.begin; i < job.end; ++i) {
      if (i % kPollRows == 0) stop_.poll();
      const std::uint32_t row = rows_[i];
      const bool goes_left = goes_to_left(best, feature, cells[row * stride]);
      rows_[left] = row;
      overflow_[right] = row;
      left += goes_left;
      right += !goes_left;
    }
    std::copy(overflow_.begin(), overflow_.begin() + right, rows_.begin() + left);
    return left;
  }

  static bool goes_to_left(const Split<Word>& split, const BinnedFeature& feature,
                           std::uint32_t bin) {
    if (bin == feature.bins) return split.missing_left;
    if (!feature.categorical) return bin <= split.last_left;
    return ((split.left_categories[bin / 64] >> (bin % 64)) & 1) != 0;
  }

  const BinnedMatrix matrix_;
  const ForestParams params_;
  const StopFlag stop_;
  const std::uint32_t per_split_;
  SplitSearch<Word> search_;
  std::vector<Word> tally_;  // of each row in the bootstrap sample; 0 = not drawn
  std::vector<std::uint32_t> rows_, overflow_, features_, present_;
  std::vector<Word> histogram_;
  std::vector<std::uint64_t> occupied_;
  TreeEnsemble tree_;
};

}  // namespace

std::unique_ptr<TreeGrower> make_tree_grower(const BinnedMatrix& matrix, const ForestParams& params,
                                             const StopFlag& stop) {
  std::uint64_t ones = 0;
  for (std::uint32_t row = 0; row < matrix.rows(); ++row) ones += matrix.target()[row];
  const ClassWeights weights = class_weights(matrix.rows() - ones, ones, params.balanced);
  const bool narrow_tally = matrix.rows() <= Tally<std::uint64_t>::kMostRows;
  if (matrix.wide()) {
    if (narrow_tally) {
      return std::make_unique<HistogramGrower<std::uint16_t, std::uint64_t>>(matrix, params,
                                                                             weights, stop);
    }
    return std::make_unique<HistogramGrower<std::uint16_t, WideWord>>(matrix, params, weights,
                                                                      stop);
  }
  if (narrow_tally) {
    return std::make_unique<HistogramGrower<std::uint8_t, std::uint64_t>>(matrix, params, weights,
                                                                          stop);
  }
  return std::make_unique<HistogramGrower<std::uint8_t, WideWord>>(matrix, params, weights, stop);
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
