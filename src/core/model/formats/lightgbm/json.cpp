// dump_model: trees of nested objects.
#include <cmath>

#include "core/model/formats/json_node.hpp"
#include "core/model/formats/lightgbm/file.hpp"
#include "core/model/validate.hpp"

namespace credit_risk {
namespace {

constexpr char kLibrary[] = "LightGBM";
constexpr std::int64_t kMaxCode = 2147483647;

// "0||2||5"
std::vector<std::int64_t> categories_of(const JsonNode& threshold) {
  std::vector<std::int64_t> categories;
  if (!threshold.is_text()) {
    categories.push_back(threshold.integer(0, kMaxCode));
    return categories;
  }
  std::string_view text = threshold.text();
  while (!text.empty()) {
    const std::size_t end = text.find("||");
    double code = 0;
    if (!parse_number(text.substr(0, end), &code) || code != std::floor(code) ||
        !(code >= 0 && code <= static_cast<double>(kMaxCode))) {
      threshold.fail("categories joined by || are expected");
    }
    categories.push_back(static_cast<std::int64_t>(code));
    if (categories.size() > 1 && categories.back() <= categories[categories.size() - 2])
      threshold.fail("the categories do not rise");
    text = end == text.npos ? std::string_view() : text.substr(end + 2);
  }
  return categories;
}

LightgbmMissing missing_of(const JsonNode& node) {
  const std::string& name = node.text();
  if (name == "None") return LightgbmMissing::kNone;
  if (name == "Zero") return LightgbmMissing::kZero;
  if (name == "NaN") return LightgbmMissing::kNaN;
  node.fail("None, Zero or NaN is expected");
}

class TreeFromDump {
 public:
  LightgbmTree read(const JsonNode& root, std::string place) {
    tree_.place = std::move(place);
    pending_.push_back({root, 0, false});
    bool first = true;
    while (!pending_.empty()) {
      const Pending next = pending_.back();
      pending_.pop_back();
      const std::int64_t at =
          next.node.has("split_feature") ? add_split(next.node) : add_leaf(next.node);
      if (!first)
        (next.left ? tree_.splits[next.parent].left : tree_.splits[next.parent].right) = at;
      first = false;
    }
    return std::move(tree_);
  }

 private:
  struct Pending {
    JsonNode node;
    std::size_t parent;
    bool left;
  };

  std::int64_t add_leaf(const JsonNode& node) {
    if (node.has("leaf_const") || node.has("leaf_coeff")) {
      refuse_unsupported(kLibrary, "Its leaves hold linear models.",
                         "Train with linear_tree=false.");
    }
    LightgbmLeaf leaf;
    leaf.value = node.at("leaf_value").number();
    if (node.has("leaf_count")) leaf.count = node.at("leaf_count").number();
    tree_.leaves.push_back(leaf);
    return ~static_cast<std::int64_t>(tree_.leaves.size() - 1);
  }

  std::int64_t add_split(const JsonNode& node) {
    LightgbmSplit split;
    split.feature = static_cast<std::size_t>(
        node.at("split_feature").integer(0, static_cast<std::int64_t>(kMaxFeatures) - 1));
    const std::string decision = node.at("decision_type").text();
    split.categorical = decision == "==";
    if (!split.categorical && decision != "<=")
      node.at("decision_type").fail("<= or == is expected");
    if (split.categorical)
      split.categories = categories_of(node.at("threshold"));
    else
      split.threshold = node.at("threshold").number();
    split.default_left = node.at("default_left").flag();
    split.missing = missing_of(node.at("missing_type"));
    const std::size_t at = tree_.splits.size();
    tree_.splits.push_back(std::move(split));
    const std::string place = tree_.place + ", split " + std::to_string(at);
    pending_.push_back({node.at("right_child").called(place + ", right_child"), at, false});
    pending_.push_back({node.at("left_child").called(place + ", left_child"), at, true});
    return static_cast<std::int64_t>(at);
  }

  LightgbmTree tree_;
  std::vector<Pending> pending_;
};

void read_feature_infos(const JsonNode& document, LightgbmFile& file) {
  if (!document.has("feature_infos")) return;
  const JsonNode infos = document.at("feature_infos");
  for (LightgbmFeature& feature : file.features) {
    if (!infos.has(feature.name.c_str())) continue;
    const JsonNode info = infos.at(feature.name.c_str()), values = info.at("values");
    feature.seen = values.size() != 0 ? LightgbmSeen::kCategories : LightgbmSeen::kNumbers;
    feature.codes = values.integers(values.size(), -kMaxCode, kMaxCode);
    if (info.has("min_value")) feature.least = info.at("min_value").number();
    if (info.has("max_value")) feature.greatest = info.at("max_value").number();
  }
}

void read_pandas(const JsonNode& document, LightgbmFile& file) {
  if (!document.has("pandas_categorical")) return;
  const JsonNode columns = document.at("pandas_categorical");
  if (!columns.is_array()) return;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    file.pandas_categories.emplace_back();
    for (std::size_t k = 0; k < columns.at(c).size(); ++k)
      file.pandas_categories.back().push_back(columns.at(c).at(k).category());
  }
}

}  // namespace

LightgbmFile read_lightgbm_json(std::string_view content) {
  const nlohmann::json parsed = parse_json(kLibrary, content);
  const JsonNode document(kLibrary, parsed);
  LightgbmFile file;
  if (document.at("num_class").integer(0, 1 << 20) > 1 ||
      document.at("num_tree_per_iteration").integer(0, 1 << 20) > 1) {
    refuse_unsupported(kLibrary, "It has more than one class output.",
                       "Train a model for one yes-or-no target.");
  }
  if (document.has("objective")) file.objective = document.at("objective").text();
  file.average_output = document.has("average_output") && document.at("average_output").flag();
  const JsonNode names = document.at("feature_names");
  for (std::size_t f = 0; f < names.size(); ++f)
    file.features.emplace_back().name = names.at(f).text();
  read_feature_infos(document, file);
  read_pandas(document, file);
  const JsonNode trees = document.at("tree_info");
  for (std::size_t t = 0; t < trees.size(); ++t) {
    file.trees.push_back(TreeFromDump().read(trees.at(t).at("tree_structure"),
                                             "$.tree_info[" + std::to_string(t) + "]"));
  }
  return file;
}

}  // namespace credit_risk
