// PMML (dmg.org/pmml, versions 3 to 4.4): one TreeModel, RegressionModel or Scorecard, an ensemble
// of TreeModels, or a chain of one of these and its link, as the JPMML converters write boosted
// models.
#include "core/model/formats/pmml/pmml.hpp"

#include <cmath>
#include <string>
#include <utility>

#include "core/error.hpp"
#include "core/model/formats/feature_names.hpp"
#include "core/model/formats/json_node.hpp"
#include "core/model/formats/pmml/fields.hpp"
#include "core/model/formats/pmml/predicates.hpp"
#include "core/model/formats/pmml/regression.hpp"
#include "core/model/formats/pmml/trees.hpp"
#include "core/model/formats/tree_appender.hpp"
#include "core/model/formats/xml.hpp"

namespace credit_risk {
namespace {

constexpr char kLibrary[] = "PMML";

bool is_model(std::string_view name) {
  return name == "TreeModel" || name == "MiningModel" || name == "RegressionModel" ||
         name == "Scorecard";
}

bool is_other_model(std::string_view name) {
  for (const char* other :
       {"AnomalyDetectionModel", "AssociationModel", "BayesianNetworkModel", "BaselineModel",
        "ClusteringModel", "GaussianProcessModel", "GeneralRegressionModel", "NaiveBayesModel",
        "NearestNeighborModel", "NeuralNetwork", "RuleSetModel", "SequenceModel",
        "SupportVectorMachineModel", "TextModel", "TimeSeriesModel"}) {
    if (name == other) return true;
  }
  return false;
}

XmlNode model_of(const XmlNode& parent) {
  for (XmlNode node = parent.first_child(); node; node = node.next()) {
    if (is_model(node.name())) return node;
    if (is_other_model(node.name())) node.unsupported("Such a model is not supported here.");
  }
  parent.broken("there is no model");
}

bool computes_floats(const XmlNode& node) {
  const std::string_view context = node.text("x-mathContext");
  if (context.empty() || context == "double") return false;
  if (context != "float") node.unsupported("Its x-mathContext is \"" + shown_text(context) + "\".");
  return true;
}

// What a model's Target makes of its prediction: factor * value + constant.
struct Rescale {
  double factor = 1, constant = 0;
};

Rescale rescale_of(const XmlNode& model) {
  Rescale rescale;
  const XmlNode targets = model.child("Targets");
  const XmlNode target = targets ? targets.child("Target") : XmlNode();
  if (!target) return rescale;
  for (const char* other : {"min", "max", "castInteger"}) {
    if (target.has(other)) target.unsupported(std::string("It has the attribute ") + other + ".");
  }
  rescale.factor = target.number("rescaleFactor", 1);
  rescale.constant = target.number("rescaleConstant", 0);
  return rescale;
}

class PmmlReader {
 public:
  PmmlReader(const XmlNode& pmml, const ImportOptions& options)
      : pmml_(pmml), options_(options), fields_(pmml), appender_(kLibrary, model_) {}

  Model read() {
    model_.algorithm = "pmml";
    const XmlNode node = model_of(pmml_);
    PmmlScope scope;
    fields_.add_features(node, options_, model_, scope);
    if (node.name() == "RegressionModel") {
      refuse_rescaling(node);
      read_pmml_regression(node, fields_, scope, model_);
    } else if (node.name() == "Scorecard") {
      refuse_rescaling(node);
      read_pmml_scorecard(node, scope, model_);
      model_.points = read_pmml_points(node);
      model_.link = Link::kLogit;
    } else if (node.name() == "MiningModel" && method_of(node) == "modelChain") {
      read_chain(node, scope);
    } else {
      read_ensemble(node, scope, {});
      appender_.finish();
      check_probability(kLibrary, model_);
    }
    return std::move(model_);
  }

 private:
  static void refuse_rescaling(const XmlNode& node) {
    const Rescale rescale = rescale_of(node);
    if (rescale.factor != 1 || rescale.constant != 0) node.unsupported("Its target is rescaled.");
  }

  // ---- Segments ----

  static XmlNode segmentation_of(const XmlNode& mining_model) {
    const XmlNode segmentation = mining_model.child("Segmentation");
    if (!segmentation) mining_model.broken("there is no Segmentation");
    return segmentation;
  }

  static std::string_view method_of(const XmlNode& mining_model) {
    return segmentation_of(mining_model).required("multipleModelMethod");
  }

  static std::vector<XmlNode> segments_of(const XmlNode& mining_model) {
    std::vector<XmlNode> segments;
    const XmlNode segmentation = segmentation_of(mining_model);
    for (XmlNode node = segmentation.first_child(); node; node = node.next()) {
      if (node.name() != "Segment") continue;
      if (pmml_predicate_of(node).name() != "True") node.unsupported("It is for some rows only.");
      segments.push_back(node);
    }
    if (segments.empty()) segmentation.broken("there is no Segment");
    return segments;
  }

  // ---- A model and its link ----

  // The name by which the link knows the result of `node`.
  static std::string_view output_of(const XmlNode& node) {
    const XmlNode output = node.child("Output");
    const XmlNode field = output ? output.child("OutputField") : XmlNode();
    if (!field) node.unsupported("It gives no value to the next link of the chain.");
    const bool plain = !field.has("feature") || field.text("feature") == "predictedValue";
    for (XmlNode part = field.first_child(); part; part = part.next()) {
      if (part.name() != "Extension") part.unsupported("The value is computed further.");
    }
    if (!plain)
      field.unsupported("The next link of the chain uses another result than the prediction.");
    return field.required("name");
  }

  void read_chain(const XmlNode& chain, const PmmlScope& outer) {
    const std::vector<XmlNode> segments = segments_of(chain);
    if (segments.size() != 2) chain.unsupported("The chain has other than two links.");
    refuse_rescaling(chain);
    const XmlNode first = model_of(segments[0]), last = model_of(segments[1]);
    if (last.name() != "RegressionModel")
      last.unsupported("The last link of the chain is no RegressionModel.");
    refuse_rescaling(last);
    const PmmlLink link = read_pmml_link(last, fields_, output_of(first));
    PmmlScope scope(&outer);
    fields_.enter(first, scope);
    if (first.name() == "Scorecard") {
      refuse_rescaling(first);
      read_pmml_scorecard(first, scope, model_);
      set_points(last, link);
      return;
    }
    if (first.name() == "RegressionModel") first.unsupported("A chain of two regressions.");
    read_ensemble(first, outer, link);
    appender_.finish();
    if (link.logistic) model_.link = Link::kLogit;
    check_probability(kLibrary, model_);
  }

  void set_points(const XmlNode& last, const PmmlLink& link) {
    if (!link.logistic) last.unsupported("Its output is no probability.");
    model_.link = Link::kLogit;
    if (link.slope > 0) last.unsupported("The more points, the greater the probability.");
    model_.points = PointsScale{-link.offset / link.slope, -1 / link.slope};
  }

  // ---- Trees ----

  // The margin becomes link.offset + link.slope * the prediction of `node`.
  void read_ensemble(const XmlNode& node, const PmmlScope& outer, const PmmlLink& link) {
    const Rescale rescale = rescale_of(node);
    PmmlLeaves leaves;
    leaves.factor = rescale.factor * link.slope;
    leaves.float32 = computes_floats(node);
    const bool regression = node.required("functionName") == "regression";
    if (!regression) {
      leaves.event = fields_.event(node);
      if (link.logistic) node.unsupported("A link follows the classes.");
    }
    const double base = link.offset + link.slope * rescale.constant;
    if (node.name() == "TreeModel") {
      add_tree(node, outer, leaves);
      model_.base_value = base;
      return;
    }
    PmmlScope scope(&outer);
    fields_.enter(node, scope);
    add_trees(node, scope, leaves, regression);
    add_base(base);
  }

  void add_trees(const XmlNode& node, const PmmlScope& scope, const PmmlLeaves& leaves,
                 bool regression) {
    const std::string_view method = method_of(node);
    const bool weighted = method == "weightedAverage";
    if (method != "average" && !weighted && !(method == "sum" && regression))
      node.unsupported("Its segments are put together by \"" + shown_text(method) + "\".");
    const std::vector<XmlNode> segments = segments_of(node);
    const std::size_t count = limited_trees(options_, segments.size());
    double weights = 0;
    for (std::size_t i = 0; i < count; ++i) weights += segments[i].number("weight", 1);
    if (weighted && !(weights > 0)) node.broken("the weights are not positive");
    for (std::size_t i = 0; i < count; ++i) {
      PmmlLeaves own = leaves;
      if (weighted) own.factor *= segments[i].number("weight", 1) / weights;
      const XmlNode tree = model_of(segments[i]);
      if (tree.name() != "TreeModel")
        tree.unsupported("It is part of an ensemble, and no TreeModel.");
      if ((tree.required("functionName") == "regression") != regression)
        tree.unsupported("It has another functionName than its ensemble.");
      const Rescale rescale = rescale_of(tree);
      if (rescale.constant != 0) tree.unsupported("A constant is added to it.");
      own.factor *= rescale.factor;
      own.float32 |= computes_floats(tree);
      floats_ &= own.float32 && own.factor == 1;
      add_tree(tree, scope, own);
    }
    model_.average = method == "average";
  }

  void add_tree(const XmlNode& node, const PmmlScope& outer, const PmmlLeaves& leaves) {
    PmmlScope scope(&outer);
    fields_.enter(node, scope);
    read_pmml_tree(node, scope, leaves, appender_, model_, source_);
    appender_.append(source_, "tree " + std::to_string(model_.trees.tree_count()));
  }

  // JPMML adds the constant last, which matters in float32: a tree of one leaf behind the others.
  void add_base(double base) {
    model_.float32_sum = floats_ && !model_.average && static_cast<float>(base) == base;
    if (!model_.float32_sum) model_.base_value = base;
    if (!model_.float32_sum || base == 0) return;
    source_.clear();
    source_.nodes.resize(1);
    source_.nodes[0].value = base;
    appender_.append(source_, "the constant");
  }

  const XmlNode pmml_;
  const ImportOptions& options_;
  PmmlFields fields_;
  Model model_;
  TreeAppender appender_;
  SourceTree source_;
  bool floats_ = true;  // all trees give float32 numbers
};

}  // namespace

Model import_pmml(std::string_view content, const ImportOptions& options) {
  const XmlDocument document(kLibrary, content);
  const XmlNode root = document.root();
  if (root.name() != "PMML") root.broken("the file is not PMML");
  return PmmlReader(root, options).read();
}

}  // namespace credit_risk
