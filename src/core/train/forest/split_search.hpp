// Finds the best split of a node from the histograms of its features.
#pragma once
#include <cstdint>
#include <limits>
#include <vector>

#include "core/random.hpp"
#include "core/train/data/binned_matrix.hpp"
#include "core/train/class_weights.hpp"
#include "core/train/forest/tally.hpp"

namespace credit_risk {

template <class Word>
struct Split {
  double score = -1.0;
  std::int32_t feature = -1;
  std::uint32_t last_left = 0;  // numeric: the last bin that goes left
  std::uint32_t first_right =
      0;  // numeric: the next bin with rows in the node; the feature's bins when there is none
  std::vector<std::uint64_t> left_categories;
  bool missing_seen = false;
  bool missing_left = false;
  // The value that was drawn to cut at; NaN where none was.
  double drawn = std::numeric_limits<double>::quiet_NaN();
  Word left = 0;

  bool found() const noexcept { return feature >= 0; }
};

// Scores the cuts of one feature after another and keeps the best. Numeric bins are cut in their
// order; categories are first ordered by their share of class 1 in the node, which makes the best
// cut the best of all subsets for two classes (Breiman et al. 1984, theorem 4.5). Missing values
// are tried on both sides. Categories of fewer than min_category rows go the same way.
template <class Word>
class SplitSearch {
 public:
  SplitSearch(ClassWeights weights, std::uint64_t min_leaf, std::uint64_t min_category)
      : weights_(weights), min_leaf_(min_leaf), min_category_(min_category) {}

  void start(Word total) {
    total_ = total;
    best_.score = -1.0;
    best_.feature = -1;
  }

  // `present` lists the bins with rows in the node in ascending order, without the bin of the
  // missing values; it comes back in the order of the cuts. Returns false when the feature does not
  // vary within the node.
  bool look_at(std::int32_t number, const BinnedFeature& feature, const Word* histogram,
               std::vector<std::uint32_t>& present, Word missing) {
    if (present.empty() || (present.size() == 1 && missing == 0)) return false;
    if (feature.categorical) order_by_share(histogram, present);
    const bool lumps = feature.categorical && min_category_ > 1;
    Word left = 0;
    std::size_t best_cut = present.size();
    for (std::size_t i = 0; i < present.size(); ++i) {
      left += histogram[present[i]];
      const bool last = i + 1 == present.size();
      if (last && missing == 0) break;
      if (lumps && !last && is_small(histogram[present[i]]) && is_small(histogram[present[i + 1]]))
        continue;
      bool better = consider(left, false);
      if (missing != 0 && !last) better = consider(left + missing, true) || better;
      if (better) best_cut = i;
    }
    if (best_cut < present.size()) keep(number, feature, present, best_cut, missing != 0);
    return true;
  }

  // The same with a single cut that chance makes, as in extremely randomised trees (Geurts, Ernst &
  // Wehenkel 2006): at a value drawn between the smallest and the largest of the node, or at one of
  // the cuts of the categories in their order. `low` and `high` are the ends of the feature's bins.
  bool look_at_random_cut(std::int32_t number, const BinnedFeature& feature, const Word* histogram,
                          std::vector<std::uint32_t>& present, Word missing, const double* low,
                          const double* high, Random& random);

  const Split<Word>& best() const noexcept { return best_; }

  double weight_of(Word tally) const noexcept {
    return static_cast<double>(Tally<Word>::zeros(tally)) * weights_.zero +
           static_cast<double>(Tally<Word>::ones(tally)) * weights_.one;
  }
  double weight_of_ones(Word tally) const noexcept {
    return static_cast<double>(Tally<Word>::ones(tally)) * weights_.one;
  }

 private:
  // Of the ordered categories, the number of one before a cut that may be made; their number when
  // none may.
  std::size_t draw_category_cut(const Word* histogram, const std::vector<std::uint32_t>& present,
                                Random& random) const;

  bool is_small(Word tally) const noexcept { return Tally<Word>::rows(tally) < min_category_; }
  // Small categories stand together, at the share of them all.
  void order_by_share(const Word* histogram, std::vector<std::uint32_t>& present) const;

  // Maximising the weighted sum of squared class shares minimises the weighted Gini impurity of the
  // children.
  double purity(Word tally) const noexcept {
    const double zeros = static_cast<double>(Tally<Word>::zeros(tally)) * weights_.zero;
    const double ones = weight_of_ones(tally);
    return (zeros * zeros + ones * ones) / (zeros + ones);
  }

  bool consider(Word left, bool missing_left) {
    const Word right = total_ - left;
    if (Tally<Word>::rows(left) < min_leaf_ || Tally<Word>::rows(right) < min_leaf_) return false;
    const double score = purity(left) + purity(right);
    if (!(score > best_.score)) return false;
    best_.score = score;
    best_.left = left;
    best_.missing_left = missing_left;
    return true;
  }

  void keep(std::int32_t number, const BinnedFeature& feature,
            const std::vector<std::uint32_t>& present, std::size_t cut, bool missing_seen);

  ClassWeights weights_;
  std::uint64_t min_leaf_, min_category_;
  Word total_ = 0;
  Split<Word> best_;
};

}  // namespace credit_risk
