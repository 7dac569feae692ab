#include "core/model/formats/onnx/trees.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "core/error.hpp"
#include "core/model/formats/feature_names.hpp"
#include "core/model/formats/onnx/ensemble.hpp"
#include "core/model/validate.hpp"

namespace credit_risk {
namespace {

// A row of the arrays nodes_...: one node of one tree.
class FlatTrees {
 public:
  FlatTrees(const OnnxNode& node, const OnnxColumns& columns, const ImportOptions& options,
            Model& model)
      : node_(node),
        options_(options),
        model_(model),
        ensemble_(node, columns, model),
        classifies_(node.operation == "TreeEnsembleClassifier") {}

  void read() {
    read_columns();
    index_rows();
    find_trees();
    read_weights();
    for (std::size_t row = 0; row < rows(); ++row) {
      if (modes_[row] != OnnxMode::kLeaf) ensemble_.note(split_of(row));
    }
    ensemble_.finish_categories(told_codes(options_, model_));
    const std::size_t trees = limited_trees(options_, begins_.size() - 1);
    for (std::size_t t = 0; t < trees; ++t) append_tree(t);
    finish();
  }

 private:
  struct Key {
    std::int64_t tree, node;
    std::size_t row;
    bool operator<(const Key& other) const {
      return std::tie(tree, node) < std::tie(other.tree, other.node);
    }
  };

  std::size_t rows() const { return tree_.size(); }

  // ---- Attributes ----

  std::vector<std::int64_t> integers(const char* name, std::size_t count, bool optional = false) {
    const OnnxAttribute* attribute = node_.find(name);
    if (attribute == nullptr && optional) return std::vector<std::int64_t>(count);
    if (attribute == nullptr || attribute->integers.size() != count) {
      if (optional && (attribute == nullptr || attribute->integers.empty()))
        return std::vector<std::int64_t>(count);
      ensemble_.broken(std::string(name) + ": " + std::to_string(count) + " numbers are expected");
    }
    return attribute->integers;
  }

  // From `name`, or of float64 from `name`_as_tensor; empty if both are absent.
  std::vector<double> reals(const std::string& name) const {
    std::vector<double> result;
    if (const OnnxAttribute* a = node_.find(name); a != nullptr)
      result.assign(a->floats.begin(), a->floats.end());
    const OnnxAttribute* a = node_.find(name + "_as_tensor");
    if (!result.empty() || a == nullptr) return result;
    result.assign(a->tensor.floats.begin(), a->tensor.floats.end());
    if (a->tensor.type == OnnxType::kDouble) result = a->tensor.doubles;
    return result;
  }

  std::vector<double> reals(const std::string& name, std::size_t count) const {
    std::vector<double> result = reals(name);
    if (result.size() != count)
      ensemble_.broken(name + ": " + std::to_string(count) + " numbers are expected");
    return result;
  }

  std::string text(const char* name, const char* otherwise) const {
    const OnnxAttribute* attribute = node_.find(name);
    return attribute == nullptr || attribute->text.empty() ? otherwise
                                                           : std::string(attribute->text);
  }

  void read_columns() {
    const OnnxAttribute* ids = node_.find("nodes_treeids");
    if (ids == nullptr || ids->integers.empty()) ensemble_.broken("nodes_treeids is absent");
    tree_ = ids->integers;
    id_ = integers("nodes_nodeids", rows());
    column_ = integers("nodes_featureids", rows());
    when_true_ = integers("nodes_truenodeids", rows());
    when_false_ = integers("nodes_falsenodeids", rows());
    missing_true_ = integers("nodes_missing_value_tracks_true", rows(), true);
    threshold_ = reals("nodes_values", rows());
    hit_rate_ = reals("nodes_hitrates");
    if (hit_rate_.size() != rows()) hit_rate_.assign(rows(), 0);
    const OnnxAttribute* modes = node_.find("nodes_modes");
    if (modes == nullptr || modes->texts.size() != rows())
      ensemble_.broken("nodes_modes: " + std::to_string(rows()) + " texts are expected");
    modes_.reserve(rows());
    for (const std::string_view mode : modes->texts) modes_.push_back(mode_of(mode));
  }

  OnnxMode mode_of(std::string_view mode) const {
    constexpr const char* kNames[] = {"BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE",
                                      "BRANCH_GT",  "BRANCH_EQ", "BRANCH_NEQ"};
    for (std::size_t i = 0; i < 6; ++i) {
      if (mode == kNames[i]) return static_cast<OnnxMode>(i);
    }
    if (mode == "LEAF") return OnnxMode::kLeaf;
    ensemble_.broken("nodes_modes holds what is no mode");
  }

  // ---- Trees ----

  void index_rows() {
    keys_.reserve(rows());
    for (std::size_t row = 0; row < rows(); ++row) keys_.push_back({tree_[row], id_[row], row});
    std::sort(keys_.begin(), keys_.end());
    const auto twice =
        std::adjacent_find(keys_.begin(), keys_.end(),
                           [](const Key& a, const Key& b) { return !(a < b) && !(b < a); });
    if (twice != keys_.end()) ensemble_.broken(place(twice->tree, twice->node) + " occurs twice");
  }

  static bool is_equality(OnnxMode mode) { return mode == OnnxMode::kEq || mode == OnnxMode::kNeq; }

  static std::string place(std::int64_t tree, std::int64_t node) {
    return "node " + std::to_string(node) + " of tree " + std::to_string(tree);
  }

  std::size_t row_of(std::int64_t tree, std::int64_t node) const {
    const Key key{tree, node, 0};
    const auto found = std::lower_bound(keys_.begin(), keys_.end(), key);
    if (found == keys_.end() || key < *found)
      ensemble_.broken(place(tree, node) + " does not exist");
    return found->row;
  }

  // The nodes of a tree stand together, its root first.
  void find_trees() {
    begins_.push_back(0);
    for (std::size_t row = 1; row < rows(); ++row) {
      if (tree_[row] != tree_[row - 1]) begins_.push_back(row);
    }
    begins_.push_back(rows());
    std::vector<std::int64_t> ids;
    for (std::size_t t = 0; t + 1 < begins_.size(); ++t) ids.push_back(tree_[begins_[t]]);
    std::sort(ids.begin(), ids.end());
    if (std::adjacent_find(ids.begin(), ids.end()) != ids.end())
      ensemble_.broken("the nodes of a tree do not stand together");
  }

  OnnxSplit split_of(std::size_t row) const {
    OnnxSplit split;
    split.mode = modes_[row];
    split.column = column_[row];
    split.value = threshold_[row];
    if (is_equality(split.mode)) split.members = {split.value};
    split.missing_true = missing_true_[row] == 1;
    return split;
  }

  void append_tree(std::size_t t) {
    source_.clear();
    const std::size_t begin = begins_[t], end = begins_[t + 1];
    std::vector<double> covers;
    for (std::size_t row = begin; row < end; ++row) {
      covers.push_back(hit_rate_[row]);
      source_.nodes.push_back(modes_[row] == OnnxMode::kLeaf ? leaf_of(row) : node_of(row, begin));
    }
    use_hit_rates(covers, source_);
    ensemble_.append(source_, t);
  }

  SourceNode leaf_of(std::size_t row) const {
    if (weight_count_[row] != 1)
      ensemble_.broken(place(tree_[row], id_[row]) + ": one weight is expected");
    SourceNode node;
    node.value = weight_[row];
    return node;
  }

  SourceNode node_of(std::size_t row, std::size_t begin) {
    OnnxSplit split = split_of(row);
    split.when_true = child(row, when_true_[row], begin);
    split.when_false = child(row, when_false_[row], begin);
    if (split.mode == OnnxMode::kEq) join_equalities(split, begin);
    return ensemble_.node_of(split, source_);
  }

  // onnxmltools writes a set of LightGBM as one test after the other, all leading to the same node.
  void join_equalities(OnnxSplit& split, std::size_t begin) const {
    for (;;) {
      const std::size_t row = begin + static_cast<std::size_t>(split.when_false);
      if (modes_[row] != OnnxMode::kEq || column_[row] != split.column ||
          child(row, when_true_[row], begin) != split.when_true)
        return;
      if (split.members.size() > rows()) ensemble_.broken("a tree has a cycle");
      split.members.push_back(threshold_[row]);
      split.missing_true |= missing_true_[row] == 1;
      split.when_false = child(row, when_false_[row], begin);
    }
  }

  std::int64_t child(std::size_t row, std::int64_t id, std::size_t begin) const {
    return static_cast<std::int64_t>(row_of(tree_[row], id) - begin);
  }

  // ---- Weights ----

  void read_weights() {
    const std::string prefix = classifies_ ? "class_" : "target_";
    const OnnxAttribute* ids = node_.find(prefix + "ids");
    if (ids == nullptr) ensemble_.broken(prefix + "ids is absent");
    const std::size_t count = ids->integers.size();
    const std::vector<std::int64_t> trees = integers((prefix + "treeids").c_str(), count);
    const std::vector<std::int64_t> nodes = integers((prefix + "nodeids").c_str(), count);
    const std::vector<double> weights = reals(prefix + "weights", count);
    const std::int64_t output = scored_output(ids->integers);
    weight_.assign(rows(), 0);
    weight_count_.assign(rows(), 0);
    for (std::size_t i = 0; i < count; ++i) {
      if (ids->integers[i] != output) continue;
      const std::size_t row = row_of(trees[i], nodes[i]);
      weight_[row] = weights[i];
      if (weight_count_[row] < 2) ++weight_count_[row];
    }
  }

  // The output that leads to the probability: the second class, or the first if it alone has
  // weights, which ONNX Runtime then takes as those of the second.
  std::int64_t scored_output(const std::vector<std::int64_t>& ids) {
    if (!classifies_) {
      const OnnxAttribute* targets = node_.find("n_targets");
      if (targets != nullptr && targets->integer > 1)
        ensemble_.unsupported("It has more than one target.",
                              "Train a model for one yes-or-no target.");
      if (std::any_of(ids.begin(), ids.end(), [](std::int64_t id) { return id != 0; }))
        ensemble_.broken("target_ids: a target does not exist");
      return 0;
    }
    const std::size_t labels =
        std::max(label_count("classlabels_int64s"), label_count("classlabels_strings"));
    if (labels != 2)
      ensemble_.unsupported("It has " + std::to_string(labels) + " classes.",
                            "Train a model for one yes-or-no target.");
    for (const std::int64_t id : ids) {
      if (id < 0 || id > 1) ensemble_.broken("class_ids: a class does not exist");
      second_class_ |= id == 1;
    }
    return second_class_ ? 1 : 0;
  }

  std::size_t label_count(const char* name) const {
    const OnnxAttribute* labels = node_.find(name);
    return labels == nullptr ? 0 : std::max(labels->integers.size(), labels->texts.size());
  }

  void finish() {
    const std::vector<double> bases = reals("base_values");
    if (bases.size() > 1 || (bases.size() == 1 && second_class_))
      ensemble_.unsupported("It has a base value for each class.",
                            "Convert the model with one base value.");
    const std::string aggregate = text("aggregate_function", "SUM");
    if (classifies_ ? aggregate != "SUM" : aggregate != "SUM" && aggregate != "AVERAGE")
      ensemble_.unsupported("It aggregates its trees by \"" + aggregate + "\".");
    const std::string transform = text("post_transform", "NONE");
    if (transform != "NONE" && transform != "LOGISTIC")
      ensemble_.unsupported("Its post_transform is \"" + transform + "\".");
    // ONNX Runtime leaves the link of a regressor of one target out.
    ensemble_.finish(bases.empty() ? 0 : bases[0], aggregate == "AVERAGE",
                     classifies_ && transform == "LOGISTIC");
  }

  const OnnxNode& node_;
  const ImportOptions& options_;
  Model& model_;
  OnnxEnsemble ensemble_;
  const bool classifies_;
  bool second_class_ = false;
  std::vector<std::int64_t> tree_, id_, column_, when_true_, when_false_, missing_true_;
  std::vector<double> threshold_, hit_rate_, weight_;
  std::vector<std::uint8_t> weight_count_;
  std::vector<OnnxMode> modes_;
  std::vector<Key> keys_;
  std::vector<std::size_t> begins_;  // the first row of each tree, and the end
  SourceTree source_;
};

}  // namespace

std::vector<std::vector<std::string>> told_codes(const ImportOptions& options, const Model& model) {
  std::vector<std::vector<std::string>> told(model.features.size());
  for (std::size_t f = 0; f < told.size(); ++f) told[f] = told_categories(options, f);
  return told;
}

void use_hit_rates(const std::vector<double>& covers, SourceTree& tree) {
  constexpr double kTolerance = 1e-6;
  bool known = true;
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
    const SourceNode& node = tree.nodes[i];
    known &= covers[i] > 0 && std::isfinite(covers[i]);
    if (node.feature == TreeEnsemble::kLeaf) continue;
    const double sum =
        covers[static_cast<std::size_t>(node.left)] + covers[static_cast<std::size_t>(node.right)];
    known &= std::fabs(sum - covers[i]) <= kTolerance * covers[i];
  }
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
    if (known && tree.nodes[i].feature == TreeEnsemble::kLeaf) tree.nodes[i].cover = covers[i];
  }
}

bool is_onnx_trees(const OnnxNode& node) {
  return node.domain == "ai.onnx.ml" &&
         (node.operation == "TreeEnsembleClassifier" || node.operation == "TreeEnsembleRegressor" ||
          node.operation == "TreeEnsemble");
}

void append_onnx_trees(const OnnxNode& node, const OnnxColumns& columns,
                       const ImportOptions& options, Model& model) {
  if (node.operation == "TreeEnsemble")
    append_onnx_tree_ensemble(node, columns, options, model);
  else
    FlatTrees(node, columns, options, model).read();
}

}  // namespace credit_risk
