// The canonical model: what every trainer produces and every import lowers to. Plain data, no
// behaviour.
//
// A row is `double[features.size()]`: NaN is missing; a categorical feature holds its category's
// code (0, 1, ...) or kUnrecognized for a text that the model has never seen. Infinity is refused
// before it gets here.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/model/calibration.hpp"

namespace credit_risk {

inline constexpr double kUnrecognized = -1.0;
inline constexpr double kZeroThreshold = 1e-35f;  // LightGBM's, a float32

enum class FeatureKind : std::uint8_t { kNumeric = 0, kCategorical = 1 };

struct Feature {
  std::string name;
  FeatureKind kind = FeatureKind::kNumeric;
  // Code k stands for categories[k]; empty for a numeric feature.
  std::vector<std::string> categories;
  // Numeric: |x| <= kZeroThreshold counts as missing (LightGBM's zero_as_missing).
  bool zero_is_missing = false;
};

// What turns the margin into a probability.
enum class Link : std::uint8_t { kIdentity = 0, kLogit = 1 };

// All trees of a model in flat arrays, one entry per node; node indices are global, children lie
// behind their parent. A split sends a row left when
//   numeric        x <= threshold (x first rounded to float32 when Model::float32_inputs)
//   categorical    bit x of the category set is one
//   missing        kMissingLeft is set
//   unrecognized   kUnrecognizedLeft is set
struct TreeEnsemble {
  static constexpr std::int32_t kLeaf = -1;
  static constexpr std::uint8_t kMissingLeft = 1;
  static constexpr std::uint8_t kUnrecognizedLeft = 2;

  std::vector<std::int32_t> root;     // the first node of each tree
  std::vector<std::int32_t> feature;  // kLeaf for a leaf
  std::vector<std::int32_t> left;     // kLeaf for a leaf
  std::vector<std::int32_t> right;
  std::vector<double> threshold;  // 0 for a leaf and for a categorical split
  std::vector<std::uint8_t> flags;
  // Of a categorical split: its first word in category_words, else -1.
  std::vector<std::int32_t> category_begin;
  // ceil(categories / 64) words for each categorical split.
  std::vector<std::uint64_t> category_words;
  // Of a leaf: what it adds to the margin; of an inner node: 0.
  std::vector<double> value;
  // Training weight that reached the node; children add up to their parent; 0 = not known.
  std::vector<double> cover;

  std::size_t node_count() const noexcept { return feature.size(); }
  std::size_t tree_count() const noexcept { return root.size(); }
};

enum class TermKind : std::uint8_t { kSlope = 0, kBins = 1, kCategories = 2 };

// What one feature adds to the total of an additive model (logistic regression, scorecard).
//   missing        `missing`; a row is refused where that is not set
//   unrecognized   `unrecognized`, likewise; a numeric feature has none
//   a number equal to specials[k]: special_values[k]; of other numbers x
//     kSlope       slope * (x - center)
//     kBins        values[k] of the first k with x <= edges[k], else the last value
//   a category c   values[c]
struct Term {
  std::int32_t feature = 0;
  TermKind kind = TermKind::kSlope;
  double slope = 0.0;
  double center = 0.0;
  std::vector<double> edges;     // ascending
  std::vector<double> specials;  // ascending; codes such as -999 that are no amounts
  std::vector<double> special_values;
  std::vector<double> values;  // of kBins: one more than edges; of kCategories: one for each
  std::optional<double> missing;
  std::optional<double> unrecognized;
  std::optional<double> mean;  // of the term over the training rows
};

// Of a scorecard, whose total is in points, the more the safer:
// score = offset + factor * ln((1 - p) / p).
struct PointsScale {
  double offset;
  double factor;  // positive: points that double the odds / ln 2
};

struct Member;

// A model has trees, terms or members, one of them.
// Trees:  margin = base_value + (sum of the leaf values, in tree order) / (average ? trees : 1)
// Terms:  total = base_value + (sum of the terms, in feature order)
//         margin = points ? (offset - total) / factor : total
// Members: margin = (sum of weight * probability of the member) / (sum of the weights)
// probability = margin for kIdentity, 1 / (1 + exp(-link_scale * margin)) for kLogit; then the
// calibration, if there is one. Explanations are of the margin, which it does not touch.
// With float32_sum the margin is XGBoost's to the bit: base value first, then the leaf values in
// tree order, each sum rounded to float32, and the link in float32. SHAP values stay those of the
// exact sum.
struct Model {
  std::string algorithm;  // "random_forest", ...
  std::vector<Feature> features;
  TreeEnsemble trees;
  std::vector<Term> terms;            // in feature order, at most one for each feature
  std::optional<PointsScale> points;  // with terms and kLogit only
  double base_value = 0.0;            // of a scorecard: points
  Link link = Link::kIdentity;
  bool average = false;
  bool float32_inputs = false;
  bool float32_sum = false;  // base and leaf values are float32 numbers then; not with average
  double link_scale = 1.0;   // positive; 1 for kIdentity
  std::optional<Calibration> calibration;  // not with points
  std::vector<Member> members;             // of an ensemble, whose link is kIdentity
};

struct Member {
  double weight;  // positive
  Model model;    // no ensemble itself; a row has its features by name
};

}  // namespace credit_risk
