// TreeEnsemble of ai.onnx.ml 5: splits and leaves are numbered apart, over all trees.
#include <cmath>
#include <utility>

#include "core/model/formats/feature_names.hpp"
#include "core/model/formats/onnx/ensemble.hpp"
#include "core/model/formats/onnx/trees.hpp"

namespace credit_risk {
namespace {

class SharedTrees {
 public:
  SharedTrees(const OnnxNode& node, const OnnxColumns& columns, const ImportOptions& options,
              Model& model)
      : node_(node), options_(options), model_(model), ensemble_(node, columns, model) {}

  void read() {
    read_columns();
    for (std::size_t i = 0; i < column_.size(); ++i) ensemble_.note(split_of(i));
    ensemble_.finish_categories(told_codes(options_, model_));
    const std::vector<std::int64_t>& roots = integers("tree_roots");
    const std::size_t trees = limited_trees(options_, roots.size());
    seen_.assign(column_.size(), false);
    for (std::size_t t = 0; t < trees; ++t) {
      read_tree(roots[t]);
      ensemble_.append(source_, t);
    }
    finish();
  }

 private:
  const std::vector<std::int64_t>& integers(const char* name) const {
    const OnnxAttribute* attribute = node_.find(name);
    if (attribute == nullptr) ensemble_.broken(std::string(name) + " is absent");
    return attribute->integers;
  }

  std::vector<std::int64_t> integers(const char* name, std::size_t count) const {
    const std::vector<std::int64_t>& result = integers(name);
    if (result.size() != count)
      ensemble_.broken(std::string(name) + ": " + std::to_string(count) + " numbers are expected");
    return result;
  }

  std::vector<double> reals(const char* name) const {
    const OnnxAttribute* attribute = node_.find(name);
    if (attribute == nullptr) return {};
    const OnnxTensor& tensor = attribute->tensor;
    if (tensor.type == OnnxType::kDouble) return tensor.doubles;
    return std::vector<double>(tensor.floats.begin(), tensor.floats.end());
  }

  void read_columns() {
    column_ = integers("nodes_featureids");
    const std::size_t count = column_.size();
    when_true_ = integers("nodes_truenodeids", count);
    when_false_ = integers("nodes_falsenodeids", count);
    true_is_leaf_ = integers("nodes_trueleafs", count);
    false_is_leaf_ = integers("nodes_falseleafs", count);
    threshold_ = reals("nodes_splits");
    const OnnxAttribute* modes = node_.find("nodes_modes");
    if (modes != nullptr) mode_ = modes->tensor.integers;
    if (threshold_.size() != count || mode_.size() != count)
      ensemble_.broken("nodes_splits and nodes_modes: " + std::to_string(count) +
                       " values are expected");
    missing_true_.assign(count, 0);
    const OnnxAttribute* missing = node_.find("nodes_missing_value_tracks_true");
    if (missing != nullptr && !missing->integers.empty())
      missing_true_ = integers("nodes_missing_value_tracks_true", count);
    read_members();
    weight_ = reals("leaf_weights");
    for (const std::int64_t target : integers("leaf_targetids", weight_.size())) {
      if (target != 0)
        ensemble_.unsupported("It has more than one target.",
                              "Train a model for one yes-or-no target.");
    }
  }

  // The sets of all BRANCH_MEMBER splits in their order, each with NaN behind it.
  void read_members() {
    const std::vector<double> values = reals("membership_values");
    std::size_t at = 0;
    for (const std::int64_t mode : mode_) {
      members_.push_back(at);
      if (mode != static_cast<std::int64_t>(OnnxMode::kMember)) continue;
      while (at < values.size() && !std::isnan(values[at])) ++at;
      if (at == values.size()) ensemble_.broken("membership_values ends early");
      ++at;
    }
    member_values_ = values;
  }

  std::vector<double> members_of(std::size_t i, OnnxMode mode) const {
    if (mode == OnnxMode::kEq || mode == OnnxMode::kNeq) return {threshold_[i]};
    std::vector<double> result;
    if (mode != OnnxMode::kMember) return result;
    for (std::size_t at = members_[i]; !std::isnan(member_values_[at]); ++at)
      result.push_back(member_values_[at]);
    return result;
  }

  OnnxSplit split_of(std::size_t i) const {
    OnnxSplit split;
    if (mode_[i] < 0 || mode_[i] > static_cast<std::int64_t>(OnnxMode::kMember))
      ensemble_.broken("nodes_modes holds what is no mode");
    split.mode = static_cast<OnnxMode>(mode_[i]);
    split.column = column_[i];
    split.value = threshold_[i];
    split.members = members_of(i, split.mode);
    split.missing_true = missing_true_[i] == 1;
    return split;
  }

  // A place of the file, and whose child it becomes.
  struct Pending {
    std::int64_t from;
    bool leaf;
    std::size_t to;
  };

  void read_tree(std::int64_t root) {
    source_.clear();
    source_.nodes.resize(1);
    std::vector<Pending> pending{{root, false, 0}};
    while (!pending.empty()) {
      const Pending next = pending.back();
      pending.pop_back();
      if (next.leaf) {
        source_.nodes[next.to].value = weight_[place(next.from, weight_.size(), "leaf")];
        continue;
      }
      const std::size_t i = place(next.from, column_.size(), "node");
      if (seen_[i]) ensemble_.broken("two nodes lead to node " + std::to_string(i));
      seen_[i] = true;
      const std::size_t children = source_.nodes.size();
      source_.nodes.resize(children + 2);
      OnnxSplit split = split_of(i);
      split.when_true = static_cast<std::int64_t>(children);
      split.when_false = static_cast<std::int64_t>(children + 1);
      source_.nodes[next.to] = ensemble_.node_of(split, source_);
      pending.push_back({when_false_[i], false_is_leaf_[i] != 0, children + 1});
      pending.push_back({when_true_[i], true_is_leaf_[i] != 0, children});
    }
  }

  std::size_t place(std::int64_t index, std::size_t count, const char* what) const {
    if (index < 0 || static_cast<std::size_t>(index) >= count)
      ensemble_.broken(std::string(what) + " " + std::to_string(index) + " does not exist");
    return static_cast<std::size_t>(index);
  }

  std::int64_t integer(const char* name, std::int64_t otherwise) const {
    const OnnxAttribute* attribute = node_.find(name);
    return attribute == nullptr ? otherwise : attribute->integer;
  }

  void finish() {
    constexpr std::int64_t kAverage = 0, kSum = 1;
    if (integer("n_targets", 1) != 1)
      ensemble_.unsupported("It has more than one target.",
                            "Train a model for one yes-or-no target.");
    const std::int64_t aggregate = integer("aggregate_function", kSum);
    if (aggregate != kAverage && aggregate != kSum)
      ensemble_.unsupported("It takes the least or the greatest of its trees.");
    // ONNX Runtime applies no other to a single target but PROBIT.
    if (integer("post_transform", 0) == 4)
      ensemble_.unsupported("Its post_transform is \"PROBIT\".");
    ensemble_.finish(0, aggregate == kAverage, false);
  }

  const OnnxNode& node_;
  const ImportOptions& options_;
  Model& model_;
  OnnxEnsemble ensemble_;
  std::vector<std::int64_t> column_, when_true_, when_false_, true_is_leaf_, false_is_leaf_, mode_,
      missing_true_;
  std::vector<double> threshold_, weight_, member_values_;
  std::vector<std::size_t> members_;  // the first value of each split's set
  std::vector<bool> seen_;
  SourceTree source_;
};

}  // namespace

void append_onnx_tree_ensemble(const OnnxNode& node, const OnnxColumns& columns,
                               const ImportOptions& options, Model& model) {
  SharedTrees(node, columns, options, model).read();
}

}  // namespace credit_risk
