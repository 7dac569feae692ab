#include "core/model/validate.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_set>

#include "core/error.hpp"
#include "core/model/ensemble.hpp"

namespace credit_risk {
namespace {

constexpr double kCoverTolerance = 1e-9;
constexpr double kProbabilityTolerance = 1e-9;
constexpr double kMaxFloat32Margin = 1e38;
constexpr double kLeastFactor = 1e-6;  // no margin overflows then

[[noreturn]] void bad(const std::string& where, const std::string& what, std::string detail = {}) {
  const char* const hint = where == "model" ? "" : "Features, trees, nodes and terms count from 0.";
  throw Error(ErrorKind::kBadModel, where + ": " + what, std::move(detail), hint);
}

bool is_positive_zero(double x) noexcept { return x == 0 && !std::signbit(x); }

bool is_float32(double x) noexcept {
  return std::fabs(x) <= kMaxFloat32Margin && static_cast<double>(static_cast<float>(x)) == x;
}

void check_cap(const char* what, std::size_t count, std::size_t cap) {
  if (count <= cap) return;
  throw Error(
      ErrorKind::kLimit, std::string("model has too many ") + what,
      "There are " + std::to_string(count) + "; at most " + std::to_string(cap) + " are possible.");
}

void check_name(const std::string& where, const std::string& name) {
  if (name.empty()) bad(where, "name is empty");
  if (name.size() > kMaxNameBytes) {
    bad(where, "name is too long",
        "It has " + std::to_string(name.size()) + " bytes; at most " +
            std::to_string(kMaxNameBytes) + " are possible.");
  }
  if (!is_valid_text(name)) bad(where, "name is not valid UTF-8");
}

void check_categories(const std::string& where, const Feature& feature) {
  if (feature.kind == FeatureKind::kCategorical && feature.zero_is_missing) {
    bad(where, "only a numeric feature can take zero as missing");
  }
  if (feature.kind == FeatureKind::kNumeric && !feature.categories.empty()) {
    bad(where, "a numeric feature cannot have categories");
  }
  check_cap("categories in one feature", feature.categories.size(), kMaxCategories);
  std::unordered_set<std::string_view> seen;
  seen.reserve(feature.categories.size());
  for (const std::string& category : feature.categories) {
    if (category.size() > kMaxCategoryBytes) bad(where, "a category is longer than 1024 bytes");
    if (!is_valid_text(category)) bad(where, "a category is not valid UTF-8");
    if (!seen.insert(category).second) bad(where, "category \"" + category + "\" occurs twice");
  }
}

void check_features(const Model& model) {
  if (model.features.empty()) bad("model", "there are no features");
  check_cap("features", model.features.size(), kMaxFeatures);
  std::unordered_set<std::string_view> seen;
  for (std::size_t f = 0; f < model.features.size(); ++f) {
    const Feature& feature = model.features[f];
    const std::string where = "feature " + std::to_string(f);
    check_name(where, feature.name);
    if (!seen.insert(feature.name).second) bad(where, "name \"" + feature.name + "\" occurs twice");
    if (feature.kind != FeatureKind::kNumeric && feature.kind != FeatureKind::kCategorical) {
      bad(where, "kind is neither numeric nor categorical");
    }
    check_categories(where, feature);
  }
}

void check_arithmetic(const Model& model) {
  if (!std::isfinite(model.link_scale) || model.link_scale <= 0)
    bad("model", "scale of the link is not positive");
  if (model.link == Link::kIdentity && model.link_scale != 1)
    bad("model", "a model without link cannot have a scale of the link");
  if (!model.float32_sum) return;
  if (model.average) bad("model", "a model that adds float32 numbers cannot average its trees");
  if (!is_float32(model.base_value)) bad("model", "base value is not a float32 number");
}

void check_sizes(const TreeEnsemble& trees) {
  const std::size_t n = trees.node_count();
  if (trees.root.empty()) bad("model", "there are no trees");
  check_cap("trees", trees.tree_count(), kMaxTrees);
  check_cap("nodes", n, kMaxNodes);
  if (trees.left.size() != n || trees.right.size() != n || trees.threshold.size() != n ||
      trees.flags.size() != n || trees.category_begin.size() != n || trees.value.size() != n ||
      trees.cover.size() != n) {
    bad("model", "arrays of the nodes differ in length");
  }
  if (trees.root[0] != 0) bad("tree 0", "root is not the first node");
  for (std::size_t t = 1; t < trees.tree_count(); ++t) {
    if (trees.root[t] <= trees.root[t - 1])
      bad("tree " + std::to_string(t), "root is not behind the tree before");
  }
  if (static_cast<std::size_t>(trees.root.back()) >= n) {
    bad("tree " + std::to_string(trees.tree_count() - 1), "root is behind the last node");
  }
}

// Walks over all nodes once, tree by tree.
class NodeChecker {
 public:
  explicit NodeChecker(const Model& model)
      : model_(model),
        trees_(model.trees),
        has_cover_(has_cover(model)),
        referenced_(trees_.node_count(), 0) {}

  void run() {
    double reach = std::fabs(model_.base_value);
    for (tree_ = 0; tree_ < trees_.tree_count(); ++tree_) reach += check_tree();
    if (!(reach <= kMaxMargin))
      bad("model", "leaf values are too large", "Their sum could exceed 1e300.");
    if (model_.float32_sum && reach > kMaxFloat32Margin)
      bad("model", "leaf values are too large for float32", "Their sum could exceed 1e38.");
    if (category_end_ != trees_.category_words.size()) {
      bad("model", "there are category sets that no node uses");
    }
  }

 private:
  // Returns the greatest absolute leaf value.
  double check_tree() {
    begin_ = static_cast<std::size_t>(trees_.root[tree_]);
    end_ = tree_ + 1 < trees_.tree_count() ? static_cast<std::size_t>(trees_.root[tree_ + 1])
                                           : trees_.node_count();
    referenced_[begin_] = 1;
    double greatest = 0;
    for (node_ = begin_; node_ < end_; ++node_) {
      // Children lie behind their parent, so whoever refers to this node has been seen by now; one
      // reference each and none backwards leave no room for a cycle.
      if (referenced_[node_] == 0) fail("no node leads here");
      check_cover();
      if (trees_.feature[node_] == TreeEnsemble::kLeaf) {
        check_leaf();
        greatest = std::max(greatest, std::fabs(trees_.value[node_]));
      } else {
        check_split();
      }
    }
    return greatest;
  }

  void check_leaf() {
    if (trees_.left[node_] != TreeEnsemble::kLeaf || trees_.right[node_] != TreeEnsemble::kLeaf) {
      fail("a leaf cannot have children");
    }
    if (!is_positive_zero(trees_.threshold[node_]) || trees_.flags[node_] != 0 ||
        trees_.category_begin[node_] != -1) {
      fail("a leaf cannot have a split");
    }
    const double value = trees_.value[node_];
    if (!std::isfinite(value)) fail("leaf value is not finite");
    if (model_.float32_sum && !is_float32(value))
      fail("leaf value is not a float32 number in a model that adds float32 numbers");
    if (model_.average && model_.link == Link::kIdentity) {
      const double probability = model_.base_value + value;
      if (probability < -kProbabilityTolerance || probability > 1 + kProbabilityTolerance) {
        fail("leaf value is not a probability",
             "The model averages its trees without a link, so that base and leaf value add up to "
             "between 0 and 1.");
      }
    }
  }

  void check_split() {
    const std::int32_t feature = trees_.feature[node_];
    if (feature < 0 || static_cast<std::size_t>(feature) >= model_.features.size()) {
      fail("feature index " + std::to_string(feature) + " is out of range",
           "The model has " + std::to_string(model_.features.size()) + " features.");
    }
    refer(trees_.left[node_], "left");
    refer(trees_.right[node_], "right");
    if (!is_positive_zero(trees_.value[node_])) fail("an inner node cannot have a leaf value");
    if (model_.features[feature].kind == FeatureKind::kNumeric) {
      check_numeric_split();
    } else {
      check_categorical_split(model_.features[feature]);
    }
    check_cover_sum();
  }

  void check_numeric_split() {
    if (!std::isfinite(trees_.threshold[node_])) fail("threshold is not finite");
    if ((trees_.flags[node_] & ~TreeEnsemble::kMissingLeft) != 0)
      fail("flags do not fit a numeric split");
    if (trees_.category_begin[node_] != -1) fail("a numeric split cannot have a category set");
  }

  void check_categorical_split(const Feature& feature) {
    constexpr unsigned kFlags = TreeEnsemble::kMissingLeft | TreeEnsemble::kUnrecognizedLeft;
    if ((trees_.flags[node_] & ~kFlags) != 0) fail("flags do not fit a categorical split");
    if (!is_positive_zero(trees_.threshold[node_]))
      fail("a categorical split cannot have a threshold");
    const std::size_t words = category_word_count(feature);
    if (trees_.category_begin[node_] < 0 ||
        static_cast<std::size_t>(trees_.category_begin[node_]) != category_end_) {
      fail("category set is not behind the one before");
    }
    if (words > trees_.category_words.size() - category_end_) fail("category set is incomplete");
    category_end_ += words;
    const std::size_t used = feature.categories.size() % 64;
    if (used != 0 && (trees_.category_words[category_end_ - 1] >> used) != 0) {
      fail("category set names a category that does not exist");
    }
  }

  void refer(std::int32_t child, const char* side) {
    if (child <= static_cast<std::int64_t>(node_) || static_cast<std::size_t>(child) >= end_) {
      fail(std::string(side) + " child is out of range",
           "A child lies behind its parent, in the same tree.");
    }
    if (referenced_[child]++ != 0) fail(std::string(side) + " child has another parent");
  }

  void check_cover() {
    const double cover = trees_.cover[node_];
    if (!std::isfinite(cover) || std::signbit(cover))
      fail("cover is not a finite number of at least 0");
    if (has_cover_ && node_ == begin_ && cover == 0)
      fail("cover of the root is 0 in a model with cover");
  }

  void check_cover_sum() {
    const double parent = trees_.cover[node_];
    const double sum = trees_.cover[trees_.left[node_]] + trees_.cover[trees_.right[node_]];
    if (!(std::fabs(sum - parent) <= kCoverTolerance * parent)) {
      fail("cover of the children does not add up to that of the node",
           "They have " + std::to_string(sum) + ", the node " + std::to_string(parent) + ".");
    }
  }

  [[noreturn]] void fail(const std::string& what, std::string detail = {}) const {
    bad("tree " + std::to_string(tree_) + ", node " + std::to_string(node_ - begin_), what,
        std::move(detail));
  }

  const Model& model_;
  const TreeEnsemble& trees_;
  bool has_cover_;
  std::vector<std::uint8_t> referenced_;
  std::size_t tree_ = 0, begin_ = 0, end_ = 0, node_ = 0, category_end_ = 0;
};

// Walks over all terms once.
class TermChecker {
 public:
  explicit TermChecker(const Model& model) : model_(model) {}

  void run() {
    check_model();
    std::int64_t before = -1;
    for (term_ = 0; term_ < model_.terms.size(); ++term_) {
      check_feature(before);
      check_term();
      before = term().feature;
    }
    if (!(reach_ <= kMaxMargin))
      bad("model", "terms are too large", "Their sum could exceed 1e300.");
    if (model_.points) check_points(*model_.points);
  }

 private:
  void check_model() const {
    if (!is_empty(model_.trees)) bad("model", "there are both trees and terms");
    if (model_.average || model_.float32_inputs || model_.float32_sum)
      bad("model", "the arithmetic of trees does not fit a model of terms");
    check_cap("terms", model_.terms.size(), model_.features.size());
  }

  static bool is_empty(const TreeEnsemble& trees) noexcept {
    return trees.root.empty() && trees.feature.empty() && trees.left.empty() &&
           trees.right.empty() && trees.threshold.empty() && trees.flags.empty() &&
           trees.category_begin.empty() && trees.category_words.empty() && trees.value.empty() &&
           trees.cover.empty();
  }

  void check_feature(std::int64_t before) const {
    const std::int32_t feature = term().feature;
    if (feature < 0 || static_cast<std::size_t>(feature) >= model_.features.size())
      fail("feature index " + std::to_string(feature) + " is out of range");
    if (feature <= before) fail("its feature is not behind that of the term before");
    const bool numeric = model_.features[feature].kind == FeatureKind::kNumeric;
    if (term().kind != TermKind::kSlope && term().kind != TermKind::kBins &&
        term().kind != TermKind::kCategories) {
      fail("kind is neither slope nor bins nor categories");
    }
    if (numeric != (term().kind != TermKind::kCategories))
      fail(numeric ? "a numeric feature has slope or bins"
                   : "a categorical feature has categories");
  }

  void check_term() {
    numbers_ += term().edges.size() + term().specials.size() + term().special_values.size() +
                term().values.size();
    check_cap("numbers in its terms", numbers_, kMaxTermNumbers);
    check_slope();
    check_ascending("edge", term().edges);
    if (term().kind != TermKind::kBins && !term().edges.empty()) fail("only bins have edges");
    check_specials();
    if (term().values.size() != value_count())
      fail("number of values is not " + std::to_string(value_count()));
    if (term().unrecognized && term().kind != TermKind::kCategories)
      fail("only a categorical feature has a value for what is not recognized");
    greatest_ = 0;
    for (const double value : term().values) reach("value", value);
    for (const double value : term().special_values) reach("special value", value);
    if (term().missing) reach("value for missing", *term().missing);
    if (term().unrecognized) reach("value for unrecognized", *term().unrecognized);
    if (term().mean) reach("mean", *term().mean);
    reach_ += greatest_;
  }

  void check_slope() const {
    if (term().kind != TermKind::kSlope &&
        !(is_positive_zero(term().slope) && is_positive_zero(term().center))) {
      fail("only a slope has a slope and a center");
    }
    if (!(std::fabs(term().slope) <= kMaxMargin)) fail("slope is not a number up to 1e300");
    if (!(std::fabs(term().center) <= kMaxMargin)) fail("center is not a number up to 1e300");
  }

  void check_specials() const {
    const Feature& feature = model_.features[term().feature];
    if (term().kind == TermKind::kCategories && !term().specials.empty())
      fail("only a numeric feature has special numbers");
    check_ascending("special number", term().specials);
    if (term().special_values.size() != term().specials.size())
      fail("special numbers and their values differ in number");
    for (const double special : term().specials) {
      if (feature.zero_is_missing && std::fabs(special) <= kZeroThreshold)
        fail("a special number of zero, which the feature takes as missing");
    }
  }

  std::size_t value_count() const noexcept {
    if (term().kind == TermKind::kSlope) return 0;
    if (term().kind == TermKind::kBins) return term().edges.size() + 1;
    return model_.features[term().feature].categories.size();
  }

  void check_ascending(const std::string& what, const std::vector<double>& numbers) const {
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      if (!std::isfinite(numbers[i])) fail(what + " " + std::to_string(i) + " is not finite");
      if (i > 0 && !(numbers[i - 1] < numbers[i]))
        fail(what + " " + std::to_string(i) + " is not above the one before");
    }
  }

  void reach(const char* what, double value) {
    if (!std::isfinite(value)) fail(std::string(what) + " is not finite");
    greatest_ = std::max(greatest_, std::fabs(value));
  }

  void check_points(const PointsScale& points) const {
    if (model_.link != Link::kLogit || model_.link_scale != 1)
      bad("model", "points need a logit link of scale 1");
    if (!(points.factor >= kLeastFactor && points.factor <= kMaxMargin))
      bad("model", "factor of the points is not a number from 1e-6 to 1e300");
    if (!(std::fabs(points.offset) <= kMaxMargin))
      bad("model", "offset of the points is not a number up to 1e300");
  }

  const Term& term() const noexcept { return model_.terms[term_]; }

  [[noreturn]] void fail(const std::string& what) const {
    bad("term " + std::to_string(term_), what,
        term().feature >= 0 && static_cast<std::size_t>(term().feature) < model_.features.size()
            ? "It is that of feature \"" + model_.features[term().feature].name + "\"."
            : "The model has " + std::to_string(model_.features.size()) + " features.");
  }

  const Model& model_;
  std::size_t term_ = 0;
  std::size_t numbers_ = 0;
  double greatest_ = 0;  // of the term
  double reach_ = std::fabs(model_.base_value);
};

bool is_continuation(unsigned char byte) noexcept { return (byte & 0xC0) == 0x80; }

// Bytes of the UTF-8 sequence at the beginning of `text`; 0 where it is not one.
std::size_t sequence_length(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return first == 0 ? 0 : 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(byte(i))) return 0;
  }
  if (first == 0xE0 && byte(1) < 0xA0) return 0;
  if (first == 0xED && byte(1) > 0x9F) return 0;
  if (first == 0xF0 && byte(1) < 0x90) return 0;
  if (first == 0xF4 && byte(1) > 0x8F) return 0;
  return length;
}

bool same_features(const std::vector<Feature>& a, const std::vector<Feature>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Feature& x, const Feature& y) {
    return x.name == y.name && x.kind == y.kind && x.categories == y.categories &&
           x.zero_is_missing == y.zero_is_missing;
  });
}

void check_members(const Model& model) {
  const auto& members = model.members;
  if (members.size() < kLeastMembers || members.size() > kMostMembers)
    bad("model", "an ensemble has from 2 to 100 members");
  if (!model.terms.empty() || model.points ||
      model.trees.node_count() + model.trees.tree_count() > 0)
    bad("model", "an ensemble has neither trees nor terms of its own");
  if (model.link != Link::kIdentity || model.average || model.float32_inputs || model.float32_sum ||
      !is_positive_zero(model.base_value)) {
    bad("model", "an ensemble adds up probabilities as they are");
  }
  for (std::size_t k = 0; k < members.size(); ++k) {
    const std::string where = "member " + std::to_string(k);
    if (!(members[k].weight > 0) || std::isinf(members[k].weight))
      bad(where, "weight is not positive and finite");
    if (!members[k].model.members.empty()) bad(where, "it is an ensemble itself");
    try {
      validate(members[k].model);
    } catch (const Error& error) {
      throw Error(error.kind(), where + ": " + error.what(), error.detail(), error.hint());
    }
  }
  if (!same_features(model.features, united_features(members)))
    bad("model", "the features of an ensemble are those of its members");
}

}  // namespace

bool is_valid_text(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool has_cover(const Model& model) noexcept {
  return std::any_of(model.trees.cover.begin(), model.trees.cover.end(),
                     [](double c) { return c != 0; });
}

bool is_explainable(const Model& model) noexcept {
  if (!model.members.empty()) return false;
  if (model.terms.empty()) return has_cover(model);
  return std::all_of(model.terms.begin(), model.terms.end(),
                     [](const Term& term) { return term.mean.has_value(); });
}

void validate(const Model& model) {
  check_name("algorithm", model.algorithm);
  check_features(model);
  if (!std::isfinite(model.base_value)) bad("model", "base value is not finite");
  if (model.link != Link::kIdentity && model.link != Link::kLogit)
    bad("model", "link is neither identity nor logit");
  check_arithmetic(model);
  if (model.calibration) {
    validate(*model.calibration);
    if (model.points) bad("model", "points tell the probability, without calibration");
  }
  if (!model.members.empty()) return check_members(model);
  if (!model.terms.empty()) return TermChecker(model).run();
  if (model.points) bad("model", "only a model of terms has points");
  check_sizes(model.trees);
  NodeChecker(model).run();
}

}  // namespace credit_risk
