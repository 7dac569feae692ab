// XGBoost's JSON and UBJSON, versions 1.x to 3.x: doc/tutorials/saving_model.rst,
// src/tree/io_utils.h, src/predictor/predict_fn.h and src/common/categorical.h of dmlc/xgboost.
#include "core/model/formats/xgboost.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/error.hpp"
#include "core/model/formats/feature_names.hpp"
#include "core/model/formats/json_node.hpp"
#include "core/model/formats/tree_appender.hpp"
#include "core/model/formats/ubjson.hpp"
#include "core/model/validate.hpp"

namespace credit_risk {
namespace {

using nlohmann::json;

constexpr char kLibrary[] = "XGBoost";
constexpr std::int64_t kManyNodes = kMaxNodes;
constexpr std::int64_t kMostIndex = 2147483647;  // of a node that pruning has left without use
using Release = std::pair<std::int64_t, std::int64_t>;
constexpr Release kNamesOfCategories{3, 1}, kClampedBaseScore{3, 2}, kNamesInBytes{3, 4};

// XGBoost reads every number of a file as float32.
float to_float(double x) {
  constexpr double kGreatest = std::numeric_limits<float>::max();
  if (std::fabs(x) <= kGreatest) return static_cast<float>(x);
  if (std::isnan(x)) return std::numeric_limits<float>::quiet_NaN();
  return x > 0 ? std::numeric_limits<float>::infinity() : -std::numeric_limits<float>::infinity();
}

json parse(std::string_view content) {
  if (content.substr(0, 1) != "{") {
    throw Error(ErrorKind::kBadModel, "XGBoost model is neither JSON nor UBJSON",
                "The old binary format, which XGBoost 3.1 dropped, is not supported.",
                "Load the file with an XGBoost before 3.1 and save it as model.json or model.ubj.");
  }
  const std::size_t second = content.find_first_not_of(" \t\r\n", 1);
  const bool text = second != content.npos && (content[second] == '"' || content[second] == '}');
  return text ? parse_json(kLibrary, content) : parse_ubjson(kLibrary, content);
}

// Columns of one tree, each one entry per node; leaf values stand among the conditions.
struct TreeColumns {
  std::vector<std::int64_t> left, right, feature, default_left, split_type;
  std::vector<double> condition, hessian;
};

class XgboostReader {
 public:
  XgboostReader(const json& document, const ImportOptions& options)
      : learner_(JsonNode(kLibrary, document).at("learner")),
        booster_(learner_.at("gradient_booster")),
        trees_model_(model_of(booster_)),
        version_(JsonNode(kLibrary, document).at("version")),
        options_(options),
        appender_(kLibrary, model_) {}

  Model read() {
    model_.algorithm = "xgboost";
    model_.float32_inputs = true;
    model_.float32_sum = true;
    read_parameters();
    read_features();
    const JsonNode trees = trees_model_.at("trees");
    const std::size_t count = tree_count(trees);
    find_categories(trees, count);
    const std::vector<double> weights = drop_weights(trees.size());
    for (std::size_t t = 0; t < count; ++t)
      read_tree(trees.at(t), weights.empty() ? 1.0f : to_float(weights[t]), t);
    appender_.finish();
    return std::move(model_);
  }

 private:
  static JsonNode model_of(const JsonNode& booster) {
    const std::string name = booster.at("name").text();
    if (name == "dart" && booster.has("gbtree")) return booster.at("gbtree").at("model");
    if (name == "gbtree" || name == "dart") return booster.at("model");
    refuse_unsupported(kLibrary, "Its booster is \"" + name + "\", which has no trees.",
                       "Use the booster gbtree or dart.");
  }

  void read_parameters() {
    const JsonNode parameters = learner_.at("learner_model_param");
    const auto at_most_one = [&](const JsonNode& node, const char* key, const char* what) {
      if (node.has(key) && node.at(key).integer(0, kManyNodes) > 1) {
        refuse_unsupported(kLibrary, std::string("It has more than one ") + what + ".",
                           "Train a model for one yes-or-no target.");
      }
    };
    at_most_one(parameters, "num_class", "class output");
    at_most_one(parameters, "num_target", "target");
    const std::string objective = learner_.at("objective").at("name").text();
    if (objective == "binary:logistic" || objective == "reg:logistic" ||
        objective == "binary:logitraw") {
      model_.link = Link::kLogit;
    } else {
      refuse_unsupported(kLibrary,
                         "Its objective \"" + objective + "\" does not give a probability.",
                         "Use binary:logistic, binary:logitraw or reg:logistic.");
    }
    model_.base_value = base_margin(base_score(parameters.at("base_score")), objective);
  }

  // "5E-1" up to 3.0, "[5E-1]" since 3.1.
  static float base_score(const JsonNode& node) {
    if (!node.is_text()) return to_float(node.number());
    std::string_view text = node.text();
    if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
      text = text.substr(1, text.size() - 2);
      if (text.find(',') != text.npos) {
        refuse_unsupported(kLibrary, "It has more than one base score, so more than one output.",
                           "Train a model for one yes-or-no target.");
      }
    }
    double value = 0;
    if (!parse_number(text, &value)) node.fail("a number is expected");
    return to_float(value);
  }

  // The file holds the base score as the objective's output: a probability, but for logitraw.
  // Since 3.2 it is kept from 0 and 1, which before were no base scores.
  float base_margin(float score, const std::string& objective) const {
    constexpr float kLeast = 1e-6f;
    if (objective == "binary:logitraw") return score;
    const bool clamped = is_since(kClampedBaseScore);
    if (!(clamped ? score >= 0 && score <= 1 : score > 0 && score < 1)) {
      refuse_broken(kLibrary, "$.learner.learner_model_param.base_score",
                    "a probability is expected");
    }
    if (clamped) score = std::clamp(score, kLeast, 1.0f - kLeast);
    return static_cast<float>(-std::log(static_cast<double>(1.0f / score - 1.0f)));
  }

  void read_features() {
    const std::size_t count =
        static_cast<std::size_t>(learner_.at("learner_model_param")
                                     .at("num_feature")
                                     .integer(1, static_cast<std::int64_t>(kMaxFeatures)));
    model_.features.resize(count);
    const bool named = learner_.has("feature_names") && learner_.at("feature_names").size() > 0;
    const bool typed = learner_.has("feature_types") && learner_.at("feature_types").size() > 0;
    if (named && learner_.at("feature_names").size() != count)
      learner_.at("feature_names").fail("one name for each feature is expected");
    if (typed && learner_.at("feature_types").size() != count)
      learner_.at("feature_types").fail("one type for each feature is expected");
    for (std::size_t f = 0; f < count; ++f) {
      Feature& feature = model_.features[f];
      feature.name = named ? learner_.at("feature_names").at(f).text() : "f" + std::to_string(f);
      if (typed && learner_.at("feature_types").at(f).text() == "c")
        feature.kind = FeatureKind::kCategorical;
    }
    apply_names(options_, model_);
  }

  std::size_t tree_count(const JsonNode& trees) const {
    if (options_.tree_limit != 0 || !saved_by_scikit_learn())
      return limited_trees(options_, trees.size());
    const JsonNode attributes = learner_.at("attributes");
    if (!attributes.has("best_iteration")) return trees.size();
    // XGBClassifier predicts up to its best round, Booster with all trees.
    const std::int64_t best = attributes.at("best_iteration").integer(0, kManyNodes);
    const std::int64_t parallel = trees_model_.at("gbtree_model_param")
                                      .at("num_parallel_tree")
                                      .integer(0, static_cast<std::int64_t>(kMaxTrees));
    return std::min(trees.size(),
                    static_cast<std::size_t>((best + 1) * std::max<std::int64_t>(parallel, 1)));
  }

  bool saved_by_scikit_learn() const {
    return learner_.has("attributes") && learner_.at("attributes").has("scikit_learn");
  }

  std::vector<double> drop_weights(std::size_t trees) const {
    if (booster_.has("weight_drop")) return booster_.at("weight_drop").numbers(trees);
    if (trees_model_.has("weight_drop")) return trees_model_.at("weight_drop").numbers(trees);
    return {};
  }

  // ---- Categories ----

  // The sets of a file before 3.1 are all that tells how many categories there were.
  void find_categories(const JsonNode& trees, std::size_t count) {
    std::vector<std::int64_t> greatest(model_.features.size(), -1);
    for (std::size_t t = 0; t < count; ++t) note_categories(trees.at(t), greatest);
    for (std::size_t f = 0; f < model_.features.size(); ++f) {
      if (greatest[f] >= 0) model_.features[f].kind = FeatureKind::kCategorical;
      if (model_.features[f].kind != FeatureKind::kCategorical) continue;
      std::vector<std::string>& categories = model_.features[f].categories;
      categories = told_categories(options_, f);
      if (categories.empty()) categories = encoded_categories(f);
      if (categories.empty()) categories = numbered_categories(f, greatest[f]);
      if (static_cast<std::int64_t>(categories.size()) <= greatest[f]) {
        throw Error(ErrorKind::kInvalidInput,
                    "feature \"" + model_.features[f].name + "\" has too few categories",
                    "The trees use category " + std::to_string(greatest[f]) + ", " +
                        std::to_string(categories.size()) + " categories are named.",
                    "Name all categories, in the order of their codes in training.");
      }
    }
  }

  // Codes, or the places of names that a file before 3.1 does not keep.
  std::vector<std::string> numbered_categories(std::size_t f, std::int64_t greatest) const {
    if (!is_since(kNamesOfCategories) && !options_.checked) {
      refuse_unsupported(
          kLibrary,
          "It does not name the categories of feature \"" + model_.features[f].name +
              "\": only since 3.1 a file does.",
          "Pass features with its categories, in the order of training (\"0\", \"1\", ... where it "
          "was trained on codes), or check_rows.");
    }
    return credit_risk::numbered_categories(static_cast<std::size_t>(greatest + 1));
  }

  void note_categories(const JsonNode& tree, std::vector<std::int64_t>& greatest) const {
    if (!tree.has("categories_nodes") || tree.at("categories_nodes").size() == 0) return;
    const CategorySets sets = category_sets(tree);
    const JsonNode split_indices = tree.at("split_indices");
    for (std::size_t i = 0; i < sets.nodes.size(); ++i) {
      const std::int64_t f =
          split_indices.at(static_cast<std::size_t>(sets.nodes[i])).integer(0, feature_end());
      for (std::int64_t k = 0; k < sets.sizes[i]; ++k)
        greatest[f] = std::max(greatest[f], sets.categories[sets.segments[i] + k]);
      greatest[f] = std::max<std::int64_t>(greatest[f], 0);
    }
  }

  std::int64_t feature_end() const { return static_cast<std::int64_t>(model_.features.size()) - 1; }

  // "cats", since 3.1: the names that the data frame had.
  std::vector<std::string> encoded_categories(std::size_t f) const {
    std::vector<std::string> result;
    if (!trees_model_.has("cats") || !trees_model_.at("cats").has("enc")) return result;
    const JsonNode encodings = trees_model_.at("cats").at("enc");
    if (encodings.size() == 0) return result;
    const JsonNode encoding = encodings.at(f), values = encoding.at("values");
    if (!encoding.has("offsets")) {
      for (std::size_t k = 0; k < values.size(); ++k) result.push_back(values.at(k).category());
      return result;
    }
    const JsonNode offsets = encoding.at("offsets");
    const std::vector<std::int64_t> bytes = values.integers(values.size(), -128, 255);
    const std::vector<std::int64_t> ends =
        offsets.integers(offsets.size(), 0, static_cast<std::int64_t>(bytes.size()));
    refuse_cut_names(f, bytes);
    for (std::size_t k = 1; k < ends.size(); ++k) {
      if (ends[k] < ends[k - 1]) offsets.fail("the offsets do not rise");
      std::string category;
      for (std::int64_t b = ends[k - 1]; b < ends[k]; ++b)
        category.push_back(static_cast<char>(bytes[b]));
      result.push_back(category);
    }
    return result;
  }

  // Before 3.4 the Python package counted characters where it wrote bytes, which cuts and shifts
  // names with letters beyond ASCII.
  void refuse_cut_names(std::size_t f, const std::vector<std::int64_t>& bytes) const {
    if (is_since(kNamesInBytes)) return;
    const bool ascii = std::all_of(bytes.begin(), bytes.end(),
                                   [](std::int64_t byte) { return byte >= 0 && byte < 128; });
    if (ascii) return;
    refuse_unsupported(kLibrary,
                       "It has damaged the names of the categories of feature \"" +
                           model_.features[f].name + "\": its version cuts letters beyond ASCII.",
                       "Pass features with the names of its categories, in the order of training.");
  }

  bool is_since(Release release) const {
    const std::vector<std::int64_t> version = version_.integers(version_.size(), 0, kManyNodes);
    return version.size() >= 2 && Release(version[0], version[1]) >= release;
  }

  struct CategorySets {
    std::vector<std::int64_t> nodes, segments, sizes, categories;
  };

  static CategorySets category_sets(const JsonNode& tree) {
    CategorySets sets;
    const std::int64_t nodes = static_cast<std::int64_t>(tree.at("split_indices").size());
    const std::size_t count = tree.at("categories_nodes").size();
    const std::int64_t total = static_cast<std::int64_t>(tree.at("categories").size());
    sets.nodes = tree.at("categories_nodes").integers(count, 0, nodes - 1);
    sets.segments = tree.at("categories_segments").integers(count, 0, total);
    sets.sizes = tree.at("categories_sizes").integers(count, 0, total);
    sets.categories = tree.at("categories")
                          .integers(static_cast<std::size_t>(total), 0,
                                    static_cast<std::int64_t>(kMaxCategories) - 1);
    std::int64_t members = 0;
    for (std::size_t i = 0; i < count; ++i) {
      members += sets.sizes[i];
      if (members > total || sets.segments[i] > total - sets.sizes[i])
        tree.at("categories_sizes").fail("the sets are larger than \"categories\"");
    }
    return sets;
  }

  // ---- Trees ----

  void read_tree(const JsonNode& tree, float weight, std::size_t t) {
    if (tree.has("tree_param") && tree.at("tree_param").has("size_leaf_vector") &&
        tree.at("tree_param").at("size_leaf_vector").integer(0, kManyNodes) > 1) {
      refuse_unsupported(kLibrary, "Its leaves hold more than one value.",
                         "Train with multi_strategy one_output_per_tree, for one target.");
    }
    const TreeColumns columns = read_columns(tree);
    source_.clear();
    source_.nodes.resize(columns.left.size());
    for (std::size_t i = 0; i < columns.left.size(); ++i) fill_node(columns, i, weight);
    fill_sets(tree, columns);
    appender_.append(source_, "$.learner.gradient_booster.model.trees[" + std::to_string(t) + "]");
  }

  TreeColumns read_columns(const JsonNode& tree) const {
    TreeColumns columns;
    const std::size_t nodes = tree.at("left_children").size();
    const std::int64_t last = static_cast<std::int64_t>(nodes) - 1;
    columns.left = tree.at("left_children").integers(nodes, -1, last);
    columns.right = tree.at("right_children").integers(nodes, -1, last);
    columns.feature = tree.at("split_indices").integers(nodes, 0, kMostIndex);
    columns.default_left = tree.at("default_left").integers(nodes, 0, 1);
    columns.condition = tree.at("split_conditions").numbers(nodes);
    columns.hessian = tree.at("sum_hessian").numbers(nodes);
    if (tree.has("split_type"))
      columns.split_type = tree.at("split_type").integers(nodes, 0, 1);
    else
      columns.split_type.resize(nodes);
    return columns;
  }

  void fill_node(const TreeColumns& columns, std::size_t i, float weight) {
    SourceNode& node = source_.nodes[i];
    const float condition = to_float(columns.condition[i]);
    if (columns.left[i] == -1) {
      node.value = static_cast<double>(condition * weight);
      node.cover = static_cast<double>(to_float(columns.hessian[i]));
      return;
    }
    node.feature = static_cast<std::int32_t>(columns.feature[i]);
    node.left = columns.left[i];
    node.right = columns.right[i];
    if (columns.default_left[i] == 1) node.flags |= TreeEnsemble::kMissingLeft;
    node.threshold = columns.split_type[i] == 1 ? 0 : at_most(condition);
  }

  // Members of a set go right; whatever the set cannot hold goes left.
  void fill_sets(const JsonNode& tree, const TreeColumns& columns) {
    if (std::find(columns.split_type.begin(), columns.split_type.end(), 1) ==
        columns.split_type.end()) {
      return;
    }
    const CategorySets sets = category_sets(tree);
    for (std::size_t i = 0; i < sets.nodes.size(); ++i) {
      SourceNode& node = source_.nodes[sets.nodes[i]];
      if (node.feature == TreeEnsemble::kLeaf) continue;
      if (node.feature > feature_end() || node.set >= 0 || columns.split_type[sets.nodes[i]] != 1)
        tree.at("categories_nodes").at(i).fail("the node has no category split of its own");
      node.flags |= TreeEnsemble::kUnrecognizedLeft;
      node.set = appender_.add_set(source_, node.feature);
      const std::size_t categories = model_.features[node.feature].categories.size();
      for (std::size_t k = 0; k < categories; k += 64)
        source_.sets[node.set + k / 64] =
            ~std::uint64_t{0} >> (categories - k < 64 ? 64 - (categories - k) : 0);
      for (std::int64_t k = 0; k < sets.sizes[i]; ++k) {
        const std::int64_t category = sets.categories[sets.segments[i] + k];
        source_.sets[node.set + category / 64] &= ~(std::uint64_t{1} << (category % 64));
      }
    }
  }

  JsonNode learner_, booster_, trees_model_, version_;
  const ImportOptions& options_;
  Model model_;
  TreeAppender appender_;
  SourceTree source_;
};

}  // namespace

Model import_xgboost(std::string_view content, const ImportOptions& options) {
  const json document = parse(content);
  return XgboostReader(document, options).read();
}

}  // namespace credit_risk
