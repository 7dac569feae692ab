#include "core/model/slots.hpp"

#include <cmath>
#include <cstring>
#include <limits>

#include "core/error.hpp"

namespace credit_risk {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The least float32 that is not below x.
float round_up(double x) noexcept {
  const float nearest = static_cast<float>(x);
  std::int32_t bits;
  std::memcpy(&bits, &nearest, sizeof bits);
  bits += (static_cast<double>(nearest) < x ? 1 : 0) * (bits < 0 ? -1 : 1);
  float result;
  std::memcpy(&result, &bits, sizeof result);
  return result;
}

bool is_numeric(const Model& model, std::size_t f) noexcept {
  return model.features[f].kind == FeatureKind::kNumeric;
}

}  // namespace

Slots::Slots(const Model& model, Rounding rounding)
    : rounding_(rounding), sources_(1, {-1, 0, 0}), numeric_(2 * model.features.size(), 0) {
  const TreeEnsemble& trees = model.trees;
  std::vector<bool> used(2 * model.features.size());
  for (std::size_t node = 0; node < trees.node_count(); ++node) {
    if (trees.feature[node] == TreeEnsemble::kLeaf) continue;
    const std::size_t f = static_cast<std::size_t>(trees.feature[node]);
    used[2 * f + (is_numeric(model, f) && (trees.flags[node] & TreeEnsemble::kMissingLeft) != 0)] =
        true;
  }
  for (std::size_t key = 0; key < used.size(); ++key) {
    if (!used[key]) continue;
    const bool numeric = is_numeric(model, key / 2);
    numeric_[key] = static_cast<std::uint32_t>(sources_.size());
    if (!numeric) categorical_.push_back(numeric_[key]);
    sources_.push_back({static_cast<std::int32_t>(key / 2), key % 2 == 1 ? -kInfinity : kInfinity,
                        model.features[key / 2].zero_is_missing ? kZeroThreshold : -1.0});
  }
  for (const Feature& feature : model.features) {
    names_.push_back(feature.name);
    category_counts_.push_back(static_cast<std::uint32_t>(feature.categories.size()));
  }
}

std::size_t Slots::byte_size() const noexcept {
  return sources_.size() * sizeof(Source) + numeric_.size() * 4 +
         names_.size() * (sizeof(std::string) + 4);
}

std::uint32_t Slots::slot(const Model& model, std::size_t node) const {
  const std::size_t f = static_cast<std::size_t>(model.trees.feature[node]);
  const bool left =
      is_numeric(model, f) && (model.trees.flags[node] & TreeEnsemble::kMissingLeft) != 0;
  return numeric_[2 * f + left];
}

std::uint32_t Slots::append_set(const Model& model, std::size_t node,
                                std::vector<std::uint32_t>& words) {
  const TreeEnsemble& trees = model.trees;
  const std::uint64_t* set = trees.category_words.data() + trees.category_begin[node];
  const std::size_t count = model.features[trees.feature[node]].categories.size();
  const std::size_t begin = words.size();
  words.resize(begin + (count + 2 + 31) / 32);
  for (std::size_t c = 0; c < count; ++c) {
    if ((set[c / 64] >> (c % 64) & 1) != 0) words[begin + c / 32] |= 1u << (c % 32);
  }
  const auto put = [&](std::size_t bit, unsigned flag) {
    if ((trees.flags[node] & flag) != 0) words[begin + bit / 32] |= 1u << (bit % 32);
  };
  put(count, TreeEnsemble::kMissingLeft);
  put(count + 1, TreeEnsemble::kUnrecognizedLeft);
  return static_cast<std::uint32_t>(begin);
}

void Slots::check_numbers(const double* row) const {
  bool infinite = false;
  for (std::size_t f = 0; f < names_.size(); ++f) infinite |= std::fabs(row[f]) == kInfinity;
  if (!infinite) return;
  std::size_t f = 0;
  while (!std::isinf(row[f])) ++f;
  throw Error(ErrorKind::kInvalidInput, "feature \"" + names_[f] + "\" is infinite",
              "A feature is a finite number, or null where it is missing.");
}

CategorySlot Slots::category_of(std::size_t slot, double code) const {
  const std::size_t f = static_cast<std::size_t>(sources_[slot].feature);
  const std::uint32_t count = category_counts_[f];
  std::uint32_t bit;
  if (std::isnan(code)) {
    bit = count;
  } else if (code == kUnrecognized) {
    bit = count + 1;
  } else if (code >= 0 && code < count && code == std::floor(code)) {
    bit = static_cast<std::uint32_t>(code);
  } else {
    throw Error(ErrorKind::kInvalidInput,
                "feature \"" + names_[f] + "\" is not the code of a category",
                "The value is " + std::to_string(code) + "; the model has categories 0 to " +
                    std::to_string(static_cast<long>(count) - 1) + ".",
                "Pass -1 for a category that the model does not have.");
  }
  return {~std::uint64_t{0}, bit / 32, 1u << (bit % 32)};
}

template <class Real>
void Slots::fill(const double* row, Real* values, CategorySlot* categories,
                 std::size_t stride) const {
  check_numbers(row);
  values[0] = 0;
  const auto each = [&](auto round) {
    for (std::size_t s = 1; s < sources_.size(); ++s) {
      const double x = row[sources_[s].feature];
      // False for NaN, too.
      values[s * stride] = round(std::fabs(x) > sources_[s].above ? x : sources_[s].missing);
    }
  };
  if (rounding_ == Rounding::kNone) each([](double x) { return static_cast<Real>(x); });
  if (rounding_ == Rounding::kNearest)
    each([](double x) { return static_cast<Real>(static_cast<float>(x)); });
  if (rounding_ == Rounding::kUp) each([](double x) { return static_cast<Real>(round_up(x)); });
  for (const std::uint32_t s : categorical_) {
    categories[s * stride] = category_of(s, row[sources_[s].feature]);
    values[s * stride] = std::numeric_limits<Real>::quiet_NaN();  // below no threshold
  }
}

template void Slots::fill<float>(const double*, float*, CategorySlot*, std::size_t) const;
template void Slots::fill<double>(const double*, double*, CategorySlot*, std::size_t) const;

}  // namespace credit_risk
