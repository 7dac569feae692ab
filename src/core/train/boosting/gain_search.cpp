#include "core/train/boosting/gain_search.hpp"

#include <algorithm>
#include <utility>

namespace credit_risk {
namespace {

constexpr std::uint32_t kFewCategories = 16;  // whose order chance does not rule
constexpr double kLeastGain = 1e-6;           // XGBoost's kRtEps: below, rounding decides

}  // namespace

double best_value(const GainRules& rules, const GradientSum& sum,
                  const ValueBounds& bounds) noexcept {
  return std::clamp(-sum.g() / (sum.h() + rules.lambda), bounds.low, bounds.high);
}

void GainSearch::start(const GradientSum& total, const ValueBounds& bounds) {
  total_ = total;
  bounds_ = bounds;
  own_score_ = score(total, rules_.lambda);
  best_ = GainSplit{};
  best_.gain = std::max(rules_.min_gain, kLeastGain);
}

// Twice the loss that the best value takes away; G^2 / (H + lambda) where the bounds leave it free.
double GainSearch::score(const GradientSum& sum, double lambda) const noexcept {
  const double g = sum.g(), weight = sum.h() + lambda;
  if (!rules_.monotone) return g * g / weight;
  const double value = std::clamp(-g / weight, bounds_.low, bounds_.high);
  return -(2 * g * value + weight * value * value);
}

bool GainSearch::consider(const GradientSum& left, bool missing_left, std::int8_t direction) {
  const GradientSum right = total_ - left;
  // An empty side has hessian 0 and splits nothing, whatever min_child_weight says.
  if (left.empty() || right.empty() || left.h() < rules_.min_child_weight ||
      right.h() < rules_.min_child_weight) {
    return false;
  }
  const double gain = score(left, lambda_) + score(right, lambda_) - own_score_;
  if (!(gain > best_.gain)) return false;
  if (direction != 0) {
    const double rise = best_value(rules_, right, bounds_) - best_value(rules_, left, bounds_);
    if (direction * rise < 0) return false;
  }
  best_.gain = gain;
  best_.left = left;
  best_.missing_left = missing_left;
  return true;
}

void GainSearch::look_at(std::uint32_t number, const BinnedFeature& feature,
                         const GradientSum* sums, std::int8_t direction) {
  present_.clear();
  for (std::uint32_t bin = 0; bin < feature.bins; ++bin) {
    if (!sums[bin].empty()) present_.push_back(bin);
  }
  lambda_ = rules_.lambda + (feature.categorical ? rules_.category_lambda : 0.0);
  if (feature.categorical) order_categories(sums);
  const GradientSum& missing = sums[feature.bins];
  const bool missing_seen = !missing.empty();
  GradientSum left;
  std::size_t best_cut = present_.size();
  const double apart =
      feature.categorical && feature.bins > kFewCategories ? rules_.min_category_weight : 0.0;
  double next_cut = apart;
  for (std::size_t i = 0; i < present_.size(); ++i) {
    left = left + sums[present_[i]];
    const bool last = i + 1 == present_.size();
    if (last && !missing_seen) break;
    if (apart > 0 && !last) {
      if (left.h() < next_cut || total_.h() - missing.h() - left.h() < apart) continue;
      next_cut = left.h() + apart;
    }
    bool better = consider(left, false, direction);
    if (missing_seen && !last) better = consider(left + missing, true, direction) || better;
    if (better) best_cut = i;
  }
  if (best_cut < present_.size()) keep(number, feature, best_cut, missing_seen);
}

void GainSearch::order_categories(const GradientSum* sums) {
  std::sort(present_.begin(), present_.end(), [&](std::uint32_t a, std::uint32_t b) {
    const double left = sums[a].g() / (sums[a].h() + lambda_);
    const double right = sums[b].g() / (sums[b].h() + lambda_);
    return left != right ? left < right : a < b;
  });
}

void GainSearch::keep(std::uint32_t number, const BinnedFeature& feature, std::size_t cut,
                      bool missing_seen) {
  best_.feature = static_cast<std::int32_t>(number);
  best_.left_categories.clear();
  // What the node has not seen follows the child of more weight.
  const bool left_is_larger = 2 * best_.left.hessian >= total_.hessian;
  if (!missing_seen) best_.missing_left = left_is_larger;
  best_.unrecognized_left = feature.categorical && left_is_larger;
  if (!feature.categorical) {
    best_.last_left = present_[cut];
    best_.first_right = cut + 1 < present_.size() ? present_[cut + 1] : feature.bins;
    return;
  }
  best_.left_categories.assign((feature.bins + 63) / 64, 0);
  const auto put = [&](std::uint32_t category, bool left) {
    const std::uint64_t bit = std::uint64_t{1} << (category % 64);
    auto& word = best_.left_categories[category / 64];
    word = left ? word | bit : word & ~bit;
  };
  for (std::uint32_t category = 0; category < feature.bins; ++category)
    put(category, left_is_larger);
  for (std::size_t i = 0; i < present_.size(); ++i) put(present_[i], i <= cut);
}

}  // namespace credit_risk
