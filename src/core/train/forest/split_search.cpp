#include "core/train/forest/split_search.hpp"

#include <algorithm>

namespace credit_risk {

template <class Word>
void SplitSearch<Word>::order_by_share(const Word* histogram,
                                       std::vector<std::uint32_t>& present) const {
  Word small = 0;
  for (const std::uint32_t category : present)
    if (is_small(histogram[category])) small += histogram[category];
  std::sort(present.begin(), present.end(), [&](std::uint32_t a, std::uint32_t b) {
    const bool a_small = is_small(histogram[a]), b_small = is_small(histogram[b]);
    const Word of_a = a_small ? small : histogram[a], of_b = b_small ? small : histogram[b];
    // ones / (zeros + ones), compared exactly; class weights do not change the order.
    const WideWord left = WideWord{Tally<Word>::ones(of_a)} * Tally<Word>::zeros(of_b);
    const WideWord right = WideWord{Tally<Word>::ones(of_b)} * Tally<Word>::zeros(of_a);
    if (left != right) return left < right;
    return a_small != b_small ? a_small : a < b;
  });
}

template <class Word>
std::size_t SplitSearch<Word>::draw_category_cut(const Word* histogram,
                                                 const std::vector<std::uint32_t>& present,
                                                 Random& random) const {
  const auto may_cut = [&](std::size_t i) {
    return min_category_ <= 1 || !is_small(histogram[present[i]]) ||
           !is_small(histogram[present[i + 1]]);
  };
  std::uint32_t cuts = 0;
  for (std::size_t i = 0; i + 1 < present.size(); ++i) cuts += may_cut(i);
  if (cuts == 0) return present.size();
  std::uint32_t left = random.below(cuts);
  std::size_t i = 0;
  while (!may_cut(i) || left-- > 0) ++i;
  return i;
}

template <class Word>
bool SplitSearch<Word>::look_at_random_cut(std::int32_t number, const BinnedFeature& feature,
                                           const Word* histogram,
                                           std::vector<std::uint32_t>& present, Word missing,
                                           const double* low, const double* high, Random& random) {
  if (present.empty() || (present.size() == 1 && missing == 0)) return false;
  std::size_t cut = 0;
  double drawn = std::numeric_limits<double>::quiet_NaN();
  if (present.size() > 1 && feature.categorical) {
    order_by_share(histogram, present);
    cut = draw_category_cut(histogram, present, random);
    if (cut == present.size()) return true;
  } else if (present.size() > 1) {
    const double share = random.uniform();
    drawn = low[present.front()] * (1 - share) + high[present.back()] * share;
    const auto above =
        std::upper_bound(present.begin() + 1, present.end() - 1, drawn,
                         [&](double value, std::uint32_t bin) { return value < low[bin]; });
    cut = static_cast<std::size_t>(above - present.begin()) - 1;
  }
  Word left = 0;
  for (std::size_t i = 0; i <= cut; ++i) left += histogram[present[i]];
  bool better = consider(left, false);
  if (missing != 0 && present.size() > 1) better = consider(left + missing, true) || better;
  if (!better) return true;
  keep(number, feature, present, cut, missing != 0);
  best_.drawn = drawn;
  return true;
}

template <class Word>
void SplitSearch<Word>::keep(std::int32_t number, const BinnedFeature& feature,
                             const std::vector<std::uint32_t>& present, std::size_t cut,
                             bool missing_seen) {
  best_.feature = number;
  best_.missing_seen = missing_seen;
  const bool left_is_larger = 2 * weight_of(best_.left) >= weight_of(total_);
  if (!missing_seen) best_.missing_left = left_is_larger;
  if (!feature.categorical) {
    best_.last_left = present[cut];
    best_.first_right = cut + 1 < present.size() ? present[cut + 1] : feature.bins;
    return;
  }
  // A category without rows in the node follows the larger child.
  best_.left_categories.assign((feature.bins + 63) / 64, 0);
  const auto put = [&](std::uint32_t category, bool left) {
    const std::uint64_t bit = std::uint64_t{1} << (category % 64);
    auto& word = best_.left_categories[category / 64];
    word = left ? word | bit : word & ~bit;
  };
  for (std::uint32_t category = 0; category < feature.bins; ++category)
    put(category, left_is_larger);
  for (std::size_t i = 0; i < present.size(); ++i) put(present[i], i <= cut);
}

template class SplitSearch<std::uint64_t>;
template class SplitSearch<WideWord>;

}  // namespace credit_risk
