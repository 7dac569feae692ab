// The rules that every stored, imported or trained model keeps. Whoever holds a validated model
// need not check again.
#pragma once
#include <cstddef>
#include <string_view>

#include "core/model/model.hpp"

namespace credit_risk {

// Caps. A feature name may be longer than an SQL identifier: jsonb input and imported models have
// such names.
inline constexpr std::size_t kMaxTrees = 100000;
inline constexpr std::size_t kMaxNodes = 50000000;
inline constexpr std::size_t kMaxFeatures = 10000;
inline constexpr std::size_t kMaxCategories = 65535;    // of one feature
inline constexpr std::size_t kMaxNameBytes = 255;       // feature, algorithm; 1 at least
inline constexpr std::size_t kMaxCategoryBytes = 1024;  // a category may be the empty text
// Edges, specials and values of all terms.
inline constexpr std::size_t kMaxTermNumbers = 10000000;
// Of the greatest |leaf value| of each tree, or |value| of each term, and |base|, added up.
inline constexpr double kMaxMargin = 1e300;

// Throws kBadModel, or kLimit for a cap; the message says which feature, which tree and node, or
// which term.
//  - names and categories: UTF-8 without NUL, unique, within the caps; a numeric feature has no
//    categories
//  - trees: contiguous ranges of nodes in the order of `root`, their first node the root; children
//    behind their parent; every node but a root the child of exactly one node
//  - thresholds, leaf values, base: finite; what a node does not use is zero (category_begin: -1),
//    so that equal models are equal in every byte
//  - category sets: in node order without gaps, ceil(categories / 64) words, no bit beyond the last
//    category
//  - link_scale: positive, and 1 without link; with float32_sum: float32 numbers that cannot
//    overflow, no average
//  - cover: zero in all nodes, or finite, not negative, positive at roots, children adding up to
//    their parent within 1e-9 relative
//  - an averaged model without link: base + leaf value in [0, 1], as it is a probability
//  - terms instead of trees: in feature order, of a kind that fits the feature; edges and specials
//    ascending; all numbers finite; what a kind does not use is empty, zero or not set; no special
//    value that the feature takes as missing; no float32 arithmetic, no average
//  - points: with terms and logit link of scale 1 only; factor at least 1e-6
//  - calibration: as calibration.hpp says; not with points
//  - members instead of trees or terms: 2 to 100 valid models that are no ensembles, of positive
//    weights; the features are united_features() of theirs; identity link, no base value
void validate(const Model& model);

// True when the nodes carry the training weight that reached them. Of a validated model.
bool has_cover(const Model& model) noexcept;

// True when the model holds what exact SHAP values need: cover, or the mean of every term. Not
// of an ensemble. Of a validated model.
bool is_explainable(const Model& model) noexcept;

// ceil(categories / 64)
inline std::size_t category_word_count(const Feature& feature) noexcept {
  return (feature.categories.size() + 63) / 64;
}

// UTF-8 as PostgreSQL accepts it: no overlong form, surrogate, code point above U+10FFFF, or NUL.
bool is_valid_text(std::string_view text) noexcept;

}  // namespace credit_risk
