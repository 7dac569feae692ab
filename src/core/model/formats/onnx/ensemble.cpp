#include "core/model/formats/onnx/ensemble.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/error.hpp"
#include "core/model/category_text.hpp"
#include "core/model/formats/json_node.hpp"
#include "core/model/validate.hpp"

namespace credit_risk {
namespace {

constexpr char kLibrary[] = "ONNX";
constexpr double kGreatestCode = 1 << 24;  // whole numbers up to here are float32 numbers

bool tests_equality(OnnxMode mode) {
  return mode == OnnxMode::kEq || mode == OnnxMode::kNeq || mode == OnnxMode::kMember;
}

}  // namespace

OnnxEnsemble::OnnxEnsemble(const OnnxNode& node, const OnnxColumns& columns, Model& model)
    : node_(node),
      columns_(columns),
      model_(model),
      appender_(kLibrary, model),
      equals_(model.features.size()) {
  model_.float32_inputs = columns.rounded;
  if (!adds_doubles()) return;
  for (const OnnxColumn& column : columns.columns) {
    if (!column.steps.empty())
      unsupported("It imputes or scales float64 numbers.",
                  "Convert the model with float32 inputs.");
  }
}

void OnnxEnsemble::broken(const std::string& what) const {
  refuse_broken(kLibrary, node_.place(), what);
}

void OnnxEnsemble::unsupported(const std::string& reason, const std::string& hint) const {
  refuse_unsupported(kLibrary, "At " + node_.place() + ": " + reason, hint);
}

const OnnxColumn& OnnxEnsemble::column_of(const OnnxSplit& split) const {
  if (split.column < 0 || static_cast<std::size_t>(split.column) >= columns_.columns.size())
    broken("column " + std::to_string(split.column) + " does not exist");
  return columns_.columns[static_cast<std::size_t>(split.column)];
}

// ---- Tests for equality ----

void OnnxEnsemble::note(const OnnxSplit& split) {
  if (!tests_equality(split.mode)) return;
  const OnnxColumn& column = column_of(split);
  if (!column.steps.empty()) unsupported("It tests a scaled or imputed column for equality.");
  for (const double value : split.members) {
    if (!(std::fabs(value) <= kGreatestCode) || value != std::floor(value))
      unsupported("It tests for equality with " + shortest_text(value) + ", which is no code.");
    equals_[column.feature].push_back(value);
  }
  model_.features[column.feature].kind = FeatureKind::kCategorical;
}

void OnnxEnsemble::finish_categories(const std::vector<std::vector<std::string>>& told) {
  for (std::size_t f = 0; f < equals_.size(); ++f) {
    std::vector<double>& values = equals_[f];
    if (values.empty()) continue;
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    Feature& feature = model_.features[f];
    for (const double value : values) {
      if (told[f].empty()) {
        feature.categories.push_back(category_text(value));
        continue;
      }
      if (value < 0 || value >= static_cast<double>(told[f].size()) || value != std::floor(value)) {
        throw Error(ErrorKind::kInvalidInput,
                    "feature \"" + feature.name + "\" has too few categories",
                    "The trees use code " + shortest_text(value) + ", " +
                        std::to_string(told[f].size()) + " categories are named.",
                    "Name all categories, in the order of their codes in training.");
      }
      feature.categories.push_back(told[f][static_cast<std::size_t>(value)]);
    }
  }
}

// Equal goes left, whatever the mode. NaN is equal to nothing.
SourceNode OnnxEnsemble::equality_split(const OnnxSplit& split, SourceTree& tree) const {
  SourceNode node;
  node.feature = column_of(split).feature;
  const bool equal = split.mode != OnnxMode::kNeq;
  node.left = equal ? split.when_true : split.when_false;
  node.right = equal ? split.when_false : split.when_true;
  if (equal && split.missing_true) node.flags |= TreeEnsemble::kMissingLeft;
  const std::vector<double>& values = equals_[node.feature];
  node.set = appender_.add_set(tree, node.feature);
  for (const double value : split.members) {
    const std::size_t code = static_cast<std::size_t>(
        std::lower_bound(values.begin(), values.end(), value) - values.begin());
    tree.sets[static_cast<std::size_t>(node.set) + code / 64] |= std::uint64_t{1} << (code % 64);
  }
  return node;
}

// ---- Trees ----

// A comparison with NaN is false, unless missing_value_tracks_true says otherwise.
SourceNode OnnxEnsemble::number_split(const OnnxSplit& split) const {
  const bool less = split.mode == OnnxMode::kLeq || split.mode == OnnxMode::kLt;
  const bool strict = split.mode == OnnxMode::kLt || split.mode == OnnxMode::kGte;  // x < value
  const OnnxColumn& column = column_of(split);
  if (std::isnan(split.value)) broken("a threshold is not a number");
  SourceNode node;
  node.feature = column.feature;
  node.left = less ? split.when_true : split.when_false;
  node.right = less ? split.when_false : split.when_true;
  bool missing_left = less == split.missing_true;
  if (adds_doubles()) {
    node.threshold = strict ? std::nextafter(split.value, -std::numeric_limits<double>::infinity())
                            : split.value;
  } else {
    const float value = static_cast<float>(split.value);
    const OnnxThreshold own = before_steps(column.steps, strict ? at_most(value) : value);
    node.threshold = own.threshold;
    if (own.missing_known) missing_left = own.missing_left;
  }
  if (missing_left) node.flags |= TreeEnsemble::kMissingLeft;
  return node;
}

SourceNode OnnxEnsemble::node_of(const OnnxSplit& split, SourceTree& tree) const {
  return tests_equality(split.mode) ? equality_split(split, tree) : number_split(split);
}

void OnnxEnsemble::append(const SourceTree& tree, std::size_t number) {
  appender_.append(tree, node_.place() + ", tree " + std::to_string(number));
}

// A tree of one leaf behind the others: float32 sums depend on the order.
void OnnxEnsemble::add_base(double base, bool average) {
  model_.average = average;
  model_.float32_sum = !adds_doubles() && !average;
  if (!model_.float32_sum) model_.base_value = base;
  if (!model_.float32_sum || base == 0) return;
  SourceTree tree;
  tree.nodes.resize(1);
  tree.nodes[0].value = base;
  append(tree, model_.trees.tree_count());
}

void OnnxEnsemble::finish(double base, bool average, bool logistic) {
  if (model_.trees.tree_count() == 0) broken("there are no trees");
  if (!std::isfinite(base)) broken("the base value is not a number");
  add_base(base, average);
  appender_.finish();
  model_.link = logistic ? Link::kLogit : Link::kIdentity;
}

}  // namespace credit_risk
