// CatBoost's JSON: catboost/libs/model/model_export/json_model_helpers.cpp and
// catboost/libs/model/cpu/evaluator_impl.cpp of catboost/catboost.
#include "core/model/formats/catboost.hpp"

#include <limits>
#include <unordered_map>

#include "core/error.hpp"
#include "core/model/formats/feature_names.hpp"
#include "core/model/formats/json_node.hpp"
#include "core/model/formats/tree_appender.hpp"
#include "core/model/validate.hpp"

namespace credit_risk {
namespace {

using nlohmann::json;

constexpr char kLibrary[] = "CatBoost";
constexpr std::size_t kMaxDepth = 30;  // of a symmetric tree
constexpr std::int64_t kMaxInt = std::numeric_limits<std::int32_t>::max();

class CatboostReader {
 public:
  CatboostReader(const json& document, const ImportOptions& options)
      : document_(kLibrary, document), options_(options), appender_(kLibrary, model_) {}

  Model read() {
    model_.algorithm = "catboost";
    model_.link = Link::kLogit;
    model_.float32_inputs = true;
    check_objective();
    read_scale();
    read_features();
    const bool symmetric = document_.has("oblivious_trees");
    const JsonNode trees = document_.at(symmetric ? "oblivious_trees" : "trees");
    const std::size_t count = limited_trees(options_, trees.size());
    for (std::size_t t = 0; t < count; ++t) {
      source_.clear();
      const std::string place =
          std::string(symmetric ? "$.oblivious_trees[" : "$.trees[") + std::to_string(t) + "]";
      if (symmetric)
        read_symmetric(trees.at(t));
      else
        read_nested(trees.at(t), place);
      appender_.append(source_, place);
    }
    appender_.finish();
    return std::move(model_);
  }

 private:
  void check_objective() const {
    if (!document_.at("model_info").has("params")) {
      refuse_unsupported(kLibrary,
                         "It does not say its loss function, as a sum of models does not.",
                         "Import one of the models, or train one in their place.");
    }
    const JsonNode parameters = document_.at("model_info").at("params");
    const json parsed = parameters.is_text() ? parse_json(kLibrary, parameters.text()) : json();
    const JsonNode root =
        parameters.is_text() ? JsonNode(kLibrary, parsed, "$.model_info.params") : parameters;
    const std::string loss = root.at("loss_function").at("type").text();
    if (loss == "Logloss" || loss == "CrossEntropy") return;
    refuse_unsupported(kLibrary, "Its loss function \"" + loss + "\" does not give a probability.",
                       "Use Logloss or CrossEntropy.");
  }

  // [scale, [bias]], or [scale, bias] of older versions.
  void read_scale() {
    if (!document_.has("scale_and_bias")) return;
    const JsonNode both = document_.at("scale_and_bias");
    scale_ = both.at(std::size_t{0}).number();
    const JsonNode bias = both.at(1);
    if (bias.is_array() && bias.size() > 1) {
      refuse_unsupported(kLibrary, "It has more than one output.",
                         "Train a model for one yes-or-no target.");
    }
    if (!bias.is_array())
      model_.base_value = bias.number();
    else if (bias.size() == 1)
      model_.base_value = bias.at(std::size_t{0}).number();
  }

  // ---- Features ----

  void read_features() {
    const JsonNode info = document_.at("features_info");
    for (const char* kind : {"text_features", "embedding_features"}) {
      if (!info.has(kind) || info.at(kind).size() == 0) continue;
      refuse_unsupported(kLibrary, "It reads texts or embeddings.",
                         "Train with numbers and categories only.");
    }
    read_group(info, "float_features", float_features_);
    read_group(info, "categorical_features", categorical_features_);
    for (std::size_t f = 0; f < model_.features.size(); ++f) {
      if (model_.features[f].name.empty()) model_.features[f].name = std::to_string(f);
    }
    apply_names(options_, model_);
    read_missing(info);
    read_categories(info);
  }

  // A split names its feature by the place in its group; a row has the features of both groups.
  void read_group(const JsonNode& info, const char* key, std::vector<std::int32_t>& group) {
    if (!info.has(key)) return;
    const JsonNode features = info.at(key);
    const std::int64_t last = static_cast<std::int64_t>(kMaxFeatures) - 1;
    for (std::size_t i = 0; i < features.size(); ++i) {
      const JsonNode feature = features.at(i);
      const std::size_t index =
          static_cast<std::size_t>(feature.at("feature_index").integer(0, last));
      const std::size_t flat =
          static_cast<std::size_t>(feature.at("flat_feature_index").integer(0, last));
      if (group.size() <= index) group.resize(index + 1, -1);
      group[index] = static_cast<std::int32_t>(flat);
      if (model_.features.size() <= flat) model_.features.resize(flat + 1);
      if (&group == &categorical_features_) model_.features[flat].kind = FeatureKind::kCategorical;
      for (const char* name : {"feature_name", "feature_id"}) {
        if (model_.features[flat].name.empty() && feature.has(name))
          model_.features[flat].name = feature.at(name).text();
      }
    }
  }

  void read_missing(const JsonNode& info) {
    missing_left_.assign(model_.features.size(), true);
    if (!info.has("float_features")) return;
    const JsonNode features = info.at("float_features");
    for (std::size_t i = 0; i < features.size(); ++i) {
      if (!features.at(i).has("nan_value_treatment")) continue;
      const std::string treatment = features.at(i).at("nan_value_treatment").text();
      const std::int64_t flat = features.at(i).at("flat_feature_index").integer(0, kMaxInt);
      missing_left_[flat] = treatment != "AsTrue";  // NaN is above no border
    }
  }

  // A category is known by the hash of its text; save_model(..., pool=...) writes the texts.
  void read_categories(const JsonNode& info) {
    if (categorical_features_.empty()) return;
    std::unordered_map<std::int32_t, std::string> texts;
    if (info.has("cat_features_hash")) {
      const JsonNode hashes = info.at("cat_features_hash");
      for (std::size_t i = 0; i < hashes.size(); ++i)
        texts[hash_of(hashes.at(i).at("hash"))] = hashes.at(i).at("value").category();
    }
    codes_.resize(model_.features.size());
    const JsonNode features = info.at("categorical_features");
    for (std::size_t i = 0; i < features.size(); ++i) read_category_texts(features.at(i), texts);
  }

  void read_category_texts(const JsonNode& feature,
                           const std::unordered_map<std::int32_t, std::string>& texts) {
    const std::size_t flat =
        static_cast<std::size_t>(feature.at("flat_feature_index").integer(0, kMaxInt));
    if (!feature.has("values")) return;
    const JsonNode values = feature.at("values");
    for (std::size_t k = 0; k < values.size(); ++k) {
      const std::int32_t hash = hash_of(values.at(k));
      const auto found = texts.find(hash);
      if (found == texts.end()) {
        refuse_unsupported(kLibrary,
                           "It has the hashes of the categories of feature \"" +
                               model_.features[flat].name + "\", but not their names.",
                           "Save it with save_model(file, format=\"json\", pool=training_pool).");
      }
      if (!codes_[flat].emplace(hash, model_.features[flat].categories.size()).second) continue;
      model_.features[flat].categories.push_back(found->second);
    }
  }

  // Written with and without a sign.
  static std::int32_t hash_of(const JsonNode& node) {
    return static_cast<std::int32_t>(
        static_cast<std::uint32_t>(node.integer(-kMaxInt - 1, 4294967295)));
  }

  // ---- Trees ----

  // Bit d of a leaf's number is the outcome of split d. The last split is the root, as in
  // CatBoost's SHAP values: which one it is does not matter to the prediction.
  void read_symmetric(const JsonNode& tree) {
    const std::size_t depth = tree.has("splits") ? tree.at("splits").size() : 0;
    const JsonNode values = tree.at("leaf_values");
    if (depth > kMaxDepth || values.size() != std::size_t{1} << depth) {
      if (depth <= kMaxDepth && values.size() % (std::size_t{1} << depth) == 0) {
        refuse_unsupported(kLibrary, "Its leaves hold more than one value.",
                           "Train a model for one yes-or-no target.");
      }
      values.fail("one value for each leaf is expected");
    }
    const std::vector<double> leaves = values.numbers(values.size());
    std::vector<double> weights(leaves.size());
    if (tree.has("leaf_weights") && tree.at("leaf_weights").size() != 0)
      weights = tree.at("leaf_weights").numbers(leaves.size());
    for (std::size_t level = 0; level < depth; ++level)
      add_level(tree.at("splits").at(depth - 1 - level), level);
    for (std::size_t leaf = 0; leaf < leaves.size(); ++leaf) add_leaf(leaves[leaf], weights[leaf]);
  }

  // The nodes of one level, in heap order.
  void add_level(const JsonNode& split, std::size_t level) {
    for (std::size_t i = 0; i < std::size_t{1} << level; ++i) {
      const std::int64_t at = static_cast<std::int64_t>(source_.nodes.size());
      SourceNode node = split_of(split);
      node.left = 2 * at + 1;
      node.right = 2 * at + 2;
      source_.nodes.push_back(node);
    }
  }

  void add_leaf(double value, double weight) {
    SourceNode node;
    node.value = scale_ * value;
    node.cover = weight;
    source_.nodes.push_back(node);
  }

  // Trees that are not symmetric are nested objects.
  void read_nested(const JsonNode& root, const std::string& place) {
    struct Pending {
      JsonNode node;
      std::int64_t parent;
      bool left;
    };
    std::vector<Pending> pending{{root, -1, false}};
    while (!pending.empty()) {
      const Pending next = pending.back();
      pending.pop_back();
      const std::int64_t at = static_cast<std::int64_t>(source_.nodes.size());
      if (next.parent >= 0) {
        SourceNode& parent = source_.nodes[next.parent];
        (next.left ? parent.left : parent.right) = at;
      }
      if (!next.node.has("split")) {
        read_nested_leaf(next.node);
        continue;
      }
      source_.nodes.push_back(split_of(next.node.at("split")));
      const std::string name = place + ", split " + std::to_string(at);
      pending.push_back({next.node.at("right").called(name + ", right"), at, false});
      pending.push_back({next.node.at("left").called(name + ", left"), at, true});
    }
  }

  void read_nested_leaf(const JsonNode& leaf) {
    JsonNode value = leaf.at("value");
    if (value.is_array()) {
      if (value.size() > 1) {
        refuse_unsupported(kLibrary, "Its leaves hold more than one value.",
                           "Train a model for one yes-or-no target.");
      }
      value = value.at(std::size_t{0});
    }
    add_leaf(value.number(), leaf.has("weight") ? leaf.at("weight").number() : 0);
  }

  // True goes right.
  SourceNode split_of(const JsonNode& split) {
    const std::string type = split.at("split_type").text();
    if (type == "FloatFeature") return float_split(split);
    if (type == "OneHotFeature") return one_hot_split(split);
    refuse_unsupported(
        kLibrary,
        "It splits on \"" + type +
            "\": statistics of the target by category, which need CatBoost's tables.",
        "Train with one_hot_max_size above the number of categories, or with numbers "
        "only.");
  }

  static std::int32_t feature_of(const JsonNode& index, const std::vector<std::int32_t>& group) {
    const std::int64_t i = index.integer(0, static_cast<std::int64_t>(group.size()) - 1);
    if (group[i] < 0) index.fail("there is no such feature");
    return group[i];
  }

  SourceNode float_split(const JsonNode& split) const {
    SourceNode node;
    node.feature = feature_of(split.at("float_feature_index"), float_features_);
    node.threshold = split.at("border").number();  // a float32, printed in full
    if (missing_left_[node.feature]) node.flags |= TreeEnsemble::kMissingLeft;
    return node;
  }

  SourceNode one_hot_split(const JsonNode& split) {
    SourceNode node;
    node.feature = feature_of(split.at("cat_feature_index"), categorical_features_);
    const auto& codes = codes_[node.feature];
    const auto found = codes.find(hash_of(split.at("value")));
    if (found == codes.end()) split.at("value").fail("the feature has no such category");
    node.flags = TreeEnsemble::kMissingLeft | TreeEnsemble::kUnrecognizedLeft;
    node.set = appender_.add_set(source_, node.feature);
    const std::size_t count = model_.features[node.feature].categories.size();
    for (std::size_t k = 0; k < count; ++k) {
      if (k != found->second)
        source_.sets[static_cast<std::size_t>(node.set) + k / 64] |= std::uint64_t{1} << (k % 64);
    }
    return node;
  }

  JsonNode document_;
  const ImportOptions& options_;
  Model model_;
  TreeAppender appender_;
  SourceTree source_;
  double scale_ = 1;
  std::vector<std::int32_t> float_features_, categorical_features_;  // place in the row, or -1
  std::vector<bool> missing_left_;
  std::vector<std::unordered_map<std::int32_t, std::size_t>> codes_;  // by feature: hash -> code
};

}  // namespace

Model import_catboost(std::string_view content, const ImportOptions& options) {
  if (content.substr(0, 4) == "CBM1") {
    throw Error(ErrorKind::kBadModel, "CatBoost model is not JSON", "It is CatBoost's binary form.",
                "Save it with save_model(file, format=\"json\").");
  }
  const json document = parse_json(kLibrary, content);
  return CatboostReader(document, options).read();
}

}  // namespace credit_risk
