// Finds the split of a node that lowers the loss most (Chen and Guestrin 2016, "XGBoost: A Scalable
// Tree Boosting System", equations 5 to 7; G and H are the sums of gradients and hessians).
#pragma once
#include <cstdint>
#include <limits>
#include <vector>

#include "core/train/data/binned_matrix.hpp"
#include "core/train/boosting/gradients.hpp"

namespace credit_risk {

// Within which the leaf values below a node lie, before the learning rate.
struct ValueBounds {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

struct GainRules {
  double lambda, category_lambda, min_child_weight, min_category_weight, min_gain;
  bool monotone;  // some feature has a direction
};

// The leaf value of least loss: -G / (H + lambda), within the bounds.
double best_value(const GainRules& rules, const GradientSum& sum,
                  const ValueBounds& bounds) noexcept;

struct GainSplit {
  double gain = 0.0;
  std::int32_t feature = -1;
  std::uint32_t last_left = 0;    // numeric: the last bin that goes left
  std::uint32_t first_right = 0;  // numeric: the next bin with rows; the feature's bins when none
  std::vector<std::uint64_t> left_categories;
  bool missing_left = false;
  bool unrecognized_left = false;
  GradientSum left;

  bool found() const noexcept { return feature >= 0; }
  bool goes_left(const BinnedFeature& feature, std::uint32_t bin) const noexcept {
    if (bin == feature.bins) return missing_left;
    if (!feature.categorical) return bin <= last_left;
    return ((left_categories[bin / 64] >> (bin % 64)) & 1) != 0;
  }
};

// Looks at one feature after another and keeps the best split; of equal ones the first. Numeric
// bins are cut in their order; categories are first ordered by their best value, in which the best
// subset without penalty is a cut (Fisher 1958). Many categories offer many cuts, of which one
// looks good by chance: category_lambda is added to the penalty of both sides and in the order.
// Missing values are tried on both sides.
class GainSearch {
 public:
  explicit GainSearch(const GainRules& rules) : rules_(rules) {}

  void start(const GradientSum& total, const ValueBounds& bounds);

  // `sums` of the feature's bins, the bin of the missing values last.
  void look_at(std::uint32_t number, const BinnedFeature& feature, const GradientSum* sums,
               std::int8_t direction);

  const GainSplit& best() const noexcept { return best_; }

 private:
  double score(const GradientSum& sum, double lambda) const noexcept;
  bool consider(const GradientSum& left, bool missing_left, std::int8_t direction);
  void order_categories(const GradientSum* sums);
  void keep(std::uint32_t number, const BinnedFeature& feature, std::size_t cut, bool missing_seen);

  const GainRules rules_;
  GradientSum total_;
  ValueBounds bounds_;
  double own_score_ = 0.0;
  double lambda_ = 0.0;  // of the sides of the feature looked at
  GainSplit best_;
  std::vector<std::uint32_t> present_;  // the bins with rows, in the order of the cuts
};

}  // namespace credit_risk
