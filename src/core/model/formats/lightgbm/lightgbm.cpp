// LightGBM's text (save_model) and JSON (dump_model): include/LightGBM/tree.h, src/io/tree.cpp and
// src/boosting/gbdt_model_text.cpp of microsoft/LightGBM.
#include "core/model/formats/lightgbm/lightgbm.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <iterator>

#include "core/error.hpp"
#include "core/model/formats/feature_names.hpp"
#include "core/model/formats/json_node.hpp"
#include "core/model/formats/lightgbm/file.hpp"
#include "core/model/formats/lightgbm/pandas_lists.hpp"
#include "core/model/formats/tree_appender.hpp"
#include "core/model/validate.hpp"

namespace credit_risk {
namespace {

constexpr char kLibrary[] = "LightGBM";

class LightgbmLowering {
 public:
  LightgbmLowering(const LightgbmFile& file, const ImportOptions& options)
      : file_(file), options_(options), appender_(kLibrary, model_) {}

  Model run() {
    model_.algorithm = "lightgbm";
    model_.link = Link::kLogit;
    model_.average = file_.average_output;
    read_objective();
    tree_count_ = limited_trees(options_, file_.trees.size());
    name_features();
    find_categories();
    note_missing_types();
    for (std::size_t t = 0; t < tree_count_; ++t) append_tree(file_.trees[t]);
    appender_.finish();
    return std::move(model_);
  }

 private:
  // "binary sigmoid:1", "cross_entropy"
  void read_objective() {
    const std::string& objective = file_.objective;
    const std::string name = objective.substr(0, objective.find(' '));
    if (name == "cross_entropy" || name == "xentropy") return;
    if (name != "binary") {
      refuse_unsupported(kLibrary,
                         name.empty()
                             ? "It does not say its objective."
                             : "Its objective \"" + name + "\" does not give a probability.",
                         "Use the objective binary or cross_entropy.");
    }
    const std::size_t sigmoid = objective.find("sigmoid:");
    if (sigmoid == objective.npos) return;
    const std::string_view rest = std::string_view(objective).substr(sigmoid + 8);
    if (!parse_number(rest.substr(0, rest.find(' ')), &model_.link_scale))
      refuse_broken(kLibrary, "objective", "sigmoid is not a number");
  }

  void name_features() {
    model_.features.resize(file_.features.size());
    for (std::size_t f = 0; f < model_.features.size(); ++f)
      model_.features[f].name = file_.features[f].name;
    apply_names(options_, model_);
  }

  template <class Visit>
  void for_each_split(Visit visit) const {
    for (std::size_t t = 0; t < tree_count_; ++t) {
      for (const LightgbmSplit& split : file_.trees[t].splits) {
        if (split.feature >= model_.features.size()) {
          refuse_broken(kLibrary, file_.trees[t].place,
                        "feature " + std::to_string(split.feature) + " does not exist");
        }
        visit(split);
      }
    }
  }

  // "Zero" is a trait of a feature's bins, so of all its splits. A set tells code 0 by itself.
  void note_missing_types() {
    std::vector<bool> zero(model_.features.size()), other(model_.features.size());
    for_each_split([&](const LightgbmSplit& split) {
      if (model_.features[split.feature].kind == FeatureKind::kCategorical) return;
      (split.missing == LightgbmMissing::kZero ? zero : other)[split.feature] = true;
    });
    for (std::size_t f = 0; f < model_.features.size(); ++f) {
      if (zero[f] && other[f]) {
        refuse_unsupported(kLibrary,
                           "Feature \"" + model_.features[f].name +
                               "\" takes zero as missing in some splits only.",
                           "Train all trees with the same zero_as_missing.");
      }
      model_.features[f].zero_is_missing = zero[f];
    }
  }

  // ---- Categories ----

  void find_categories() {
    std::vector<bool> known(model_.features.size());  // by more than a declaration
    for (std::size_t f = 0; f < model_.features.size(); ++f) {
      known[f] = file_.features[f].seen == LightgbmSeen::kCategories ||
                 !told_categories(options_, f).empty();
    }
    codes_.resize(model_.features.size());
    for_each_split([&](const LightgbmSplit& split) {
      if (!split.categorical) return;
      known[split.feature] = true;
      if (!split.categories.empty()) note_codes(split.feature, split.categories);
    });
    std::vector<bool> categorical = known;
    for (std::size_t f = 0; f < model_.features.size(); ++f)
      categorical[f] = known[f] || file_.features[f].declared;
    const std::vector<std::size_t> lists = pandas_lists(file_, categorical, options_);
    for (std::size_t f = 0; f < model_.features.size(); ++f) {
      if (known[f] || lists[f] != kNoList) name_categories(f, lists[f]);
    }
  }

  void note_codes(std::size_t f, const std::vector<std::int64_t>& more) {
    std::vector<std::int64_t>& codes = codes_[f];
    std::vector<std::int64_t> all;
    std::set_union(codes.begin(), codes.end(), more.begin(), more.end(), std::back_inserter(all));
    codes = std::move(all);
    if (codes.size() > kMaxCategories) {
      throw Error(ErrorKind::kLimit, "model has too many categories in one feature",
                  "At most " + std::to_string(kMaxCategories) + " are possible.");
    }
  }

  // Categories are codes of a pandas column, or any whole numbers.
  void name_categories(std::size_t f, std::size_t list) {
    Feature& feature = model_.features[f];
    feature.kind = FeatureKind::kCategorical;
    feature.categories = told_categories(options_, f);
    if (feature.categories.empty() && list != kNoList)
      feature.categories = file_.pandas_categories[list];
    std::vector<std::int64_t>& codes = codes_[f];
    if (feature.categories.empty()) {
      std::vector<std::int64_t> seen = file_.features[f].codes;
      std::sort(seen.begin(), seen.end());
      seen.erase(seen.begin(), std::lower_bound(seen.begin(), seen.end(), 0));
      seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
      note_codes(f, seen);
      for (const std::int64_t code : codes) feature.categories.push_back(std::to_string(code));
      return;
    }
    if (!codes.empty() && codes.back() >= static_cast<std::int64_t>(feature.categories.size())) {
      throw Error(ErrorKind::kInvalidInput,
                  "feature \"" + feature.name + "\" has too few categories",
                  "The trees use category " + std::to_string(codes.back()) + ", " +
                      std::to_string(feature.categories.size()) + " categories are named.",
                  "Name all categories, in the order of their codes in training.");
    }
    codes.clear();  // position and code are the same
  }

  std::size_t position_of(std::size_t f, std::int64_t code) const {
    const std::vector<std::int64_t>& codes = codes_[f];
    if (codes.empty()) return static_cast<std::size_t>(code);
    return static_cast<std::size_t>(std::lower_bound(codes.begin(), codes.end(), code) -
                                    codes.begin());
  }

  // ---- Trees ----

  void append_tree(const LightgbmTree& tree) {
    source_.clear();
    source_.nodes.resize(tree.splits.size() + tree.leaves.size());
    for (std::size_t i = 0; i < tree.splits.size(); ++i) fill_split(tree, i);
    for (std::size_t i = 0; i < tree.leaves.size(); ++i) {
      source_.nodes[tree.splits.size() + i].value = tree.leaves[i].value;
      source_.nodes[tree.splits.size() + i].cover = tree.leaves[i].count;
    }
    appender_.append(source_, tree.place);
  }

  // Children below zero are leaves: ~child.
  static std::int64_t child(const LightgbmTree& tree, std::int64_t child) {
    return child >= 0 ? child : static_cast<std::int64_t>(tree.splits.size()) + ~child;
  }

  void fill_split(const LightgbmTree& tree, std::size_t i) {
    const LightgbmSplit& split = tree.splits[i];
    SourceNode& node = source_.nodes[i];
    node.feature = static_cast<std::int32_t>(split.feature);
    node.left = child(tree, split.left);
    node.right = child(tree, split.right);
    if (split.categorical) {  // missing, negative and other categories go right
      node.set = appender_.add_set(source_, node.feature);
      for (const std::int64_t code : split.categories) {
        const std::size_t k = position_of(split.feature, code);
        source_.sets[static_cast<std::size_t>(node.set) + k / 64] |= std::uint64_t{1} << (k % 64);
      }
      return;
    }
    if (model_.features[split.feature].kind == FeatureKind::kCategorical)
      return fill_ordered(split, node);
    node.threshold = snapped(split.threshold);
    if (missing_left(split)) node.flags |= TreeEnsemble::kMissingLeft;
  }

  // Without missing values in training, NaN is scored as 0.
  static bool missing_left(const LightgbmSplit& split) {
    return split.missing == LightgbmMissing::kNone ? 0 <= split.threshold : split.default_left;
  }

  // Ordered categories of pandas are numbers to LightGBM, their codes; what is none is missing.
  void fill_ordered(const LightgbmSplit& split, SourceNode& node) {
    const std::size_t f = split.feature;
    if (missing_left(split))
      node.flags |= TreeEnsemble::kMissingLeft | TreeEnsemble::kUnrecognizedLeft;
    node.set = appender_.add_set(source_, node.feature);
    for (std::size_t k = 0; k < model_.features[f].categories.size(); ++k) {
      const double code = static_cast<double>(codes_[f].empty() ? k : codes_[f][k]);
      const bool missing = code == 0 && split.missing == LightgbmMissing::kZero;
      if (missing ? missing_left(split) : code <= snapped(split.threshold))
        source_.sets[static_cast<std::size_t>(node.set) + k / 64] |= std::uint64_t{1} << (k % 64);
    }
  }

  // LightGBM scores |x| <= 1e-35 as 0, so a threshold so near to zero is moved beyond it.
  static double snapped(double threshold) {
    if (!(std::fabs(threshold) <= kZeroThreshold)) return threshold;
    return threshold >= 0
               ? kZeroThreshold
               : std::nextafter(-kZeroThreshold, -std::numeric_limits<double>::infinity());
  }

  const LightgbmFile& file_;
  const ImportOptions& options_;
  Model model_;
  TreeAppender appender_;
  SourceTree source_;
  std::size_t tree_count_ = 0;
  std::vector<std::vector<std::int64_t>> codes_;  // rising; empty where codes are positions
};

}  // namespace

Model import_lightgbm(std::string_view content, const ImportOptions& options) {
  const std::size_t first = content.find_first_not_of(" \t\r\n");
  const bool json = first != content.npos && content[first] == '{';
  const LightgbmFile file = json ? read_lightgbm_json(content) : read_lightgbm_text(content);
  return LightgbmLowering(file, options).run();
}

}  // namespace credit_risk
