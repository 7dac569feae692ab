// ONNX graphs (onnx/onnx.proto and docs/Operators-ml.md of onnx/onnx) with one tree ensemble, and
// around it what converters of models write: skl2onnx, onnxmltools, CatBoost. Each value of the
// graph is followed from the inputs: columns, a label, or the scores that become the probability.
#include "core/model/formats/onnx/onnx.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <unordered_map>
#include <utility>

#include "core/error.hpp"
#include "core/model/formats/feature_names.hpp"
#include "core/model/formats/json_node.hpp"
#include "core/model/formats/onnx/columns.hpp"
#include "core/model/formats/onnx/ensemble.hpp"
#include "core/model/formats/onnx/file.hpp"
#include "core/model/formats/onnx/trees.hpp"
#include "core/model/validate.hpp"

namespace credit_risk {
namespace {

constexpr char kLibrary[] = "ONNX";
constexpr std::size_t kMaxSteps = 4;                   // before the trees
constexpr std::size_t kMaxJoined = 10 * kMaxFeatures;  // columns that all Concats put together

struct OnnxValue {
  enum class Kind : std::uint8_t {
    kUnsupported,  // see reason
    kColumns,
    kConstant,
    kLabel,
    kScore,   // of the second class, or of a regressor
    kScores,  // of both classes
  };
  Kind kind = Kind::kUnsupported;
  std::string reason;
  std::shared_ptr<const OnnxColumns> columns;
  const OnnxTensor* constant = nullptr;
};

class OnnxReader {
 public:
  OnnxReader(OnnxGraph graph, const ImportOptions& options)
      : graph_(std::move(graph)), options_(options) {}

  Model read() {
    model_.algorithm = "onnx";
    for (const OnnxTensor& tensor : graph_.constants) {
      OnnxValue value;
      value.kind = OnnxValue::Kind::kConstant;
      value.constant = &tensor;
      values_[tensor.name] = value;
    }
    for (const OnnxInput& input : graph_.inputs) {
      if (values_.count(input.name) == 0) read_input(input);
    }
    apply_names(options_, model_);
    for (const OnnxNode& node : graph_.nodes) read_node(node);
    check_output();
    return std::move(model_);
  }

 private:
  using Kind = OnnxValue::Kind;

  // ---- Inputs ----

  static std::string shown(std::string_view text) {
    text = text.substr(0, kMaxNameBytes);
    return std::string(is_valid_text(text) ? text : "?");
  }

  void read_input(const OnnxInput& input) {
    OnnxValue value;
    if (input.type == OnnxType::kFloat || input.type == OnnxType::kDouble ||
        input.type == OnnxType::kInt64 || input.type == OnnxType::kInt32) {
      value.kind = Kind::kColumns;
      value.columns = add_features(input);
    } else {
      value.reason = "Input \"" + shown(input.name) + "\" holds no numbers.";
      Feature feature;
      feature.name = shown(input.name);
      add_feature(std::move(feature));
    }
    values_[input.name] = std::move(value);
  }

  void add_feature(Feature feature) {
    if (model_.features.size() == kMaxFeatures)
      throw Error(ErrorKind::kLimit, "model has too many features");
    model_.features.push_back(std::move(feature));
  }

  std::shared_ptr<const OnnxColumns> add_features(const OnnxInput& input) {
    OnnxColumns columns;
    columns.type = input.type;
    columns.rounded = input.type != OnnxType::kDouble;
    const std::size_t width = width_of(input);
    const bool only = graph_.inputs.size() == 1;
    for (std::size_t k = 0; k < width; ++k) {
      columns.columns.push_back({static_cast<std::int32_t>(model_.features.size()), {}});
      Feature feature;
      feature.name = shown(input.name);
      if (width > 1) feature.name = (only ? "f" : feature.name + "_") + std::to_string(k);
      add_feature(std::move(feature));
    }
    return std::make_shared<const OnnxColumns>(std::move(columns));
  }

  // A tensor that does not say its width has as many columns as the caller names.
  std::size_t width_of(const OnnxInput& input) const {
    const std::int64_t width = input.dimensions.size() == 2 ? input.dimensions[1] : 0;
    if (input.dimensions.size() == 1) return 1;
    if (width > 0 && static_cast<std::uint64_t>(width) <= kMaxFeatures)
      return static_cast<std::size_t>(width);
    if (width > 0) throw Error(ErrorKind::kLimit, "model has too many features");
    if (width == 0 && graph_.inputs.size() == 1 && !options_.features.empty())
      return options_.features.size();
    refuse_unsupported(kLibrary,
                       "Input \"" + shown(input.name) + "\" does not say how many columns it has.",
                       "Pass features, one for each column.");
  }

  // ---- Nodes ----

  const OnnxValue& value_of(const OnnxNode& node, std::size_t input) const {
    if (input >= node.inputs.size()) refuse_broken(kLibrary, node.place(), "an input is absent");
    const auto found = values_.find(node.inputs[input]);
    if (found == values_.end())
      refuse_broken(kLibrary, node.place(),
                    "nothing before it gives \"" + shown(node.inputs[input]) + "\"");
    return found->second;
  }

  void give(const OnnxNode& node, std::size_t output, OnnxValue value) {
    if (output < node.outputs.size() && !node.outputs[output].empty())
      values_[node.outputs[output]] = std::move(value);
  }

  // A node that cannot be carried is a reason to refuse only if the probability comes from it.
  void read_node(const OnnxNode& node) {
    if (is_onnx_trees(node)) {
      read_trees(node);
      return;
    }
    OnnxValue result;
    if (!node.inputs.empty()) result = result_of(node, value_of(node, 0));
    if (result.kind == Kind::kUnsupported && result.reason.empty())
      result.reason = "At " + node.place() + ": the operator is not supported here.";
    for (std::size_t i = 0; i < node.outputs.size(); ++i) give(node, i, result);
  }

  OnnxValue result_of(const OnnxNode& node, const OnnxValue& first) {
    const bool ml = node.domain == "ai.onnx.ml";
    const std::string_view operation = node.operation;
    if (first.kind == Kind::kUnsupported || first.kind == Kind::kLabel) return first;
    if (!ml && operation == "Identity") return first;
    if (ml && operation == "ZipMap") return first;
    if (!ml && operation == "Cast") return cast(node, first);
    if (!ml && (operation == "Mul" || operation == "Div")) return unchanged_by_one(node, first);
    if (first.kind == Kind::kScore && !ml && operation == "Sigmoid") return sigmoid(first);
    if (first.kind == Kind::kScore && !ml && (operation == "Reshape" || operation == "Flatten"))
      return first;
    if (first.kind != Kind::kColumns) return {};
    if (!ml && operation == "Concat") return concat(node);
    if (ml && operation == "FeatureVectorizer") return concat(node);
    if (ml && operation == "Imputer") return impute(node, first);
    if (ml && operation == "Scaler") return scale(node, first);
    return {};
  }

  OnnxValue cast(const OnnxNode& node, const OnnxValue& value) const {
    const OnnxAttribute* to = node.find("to");
    const OnnxType type = to == nullptr ? OnnxType::kUndefined : static_cast<OnnxType>(to->integer);
    const bool real = type == OnnxType::kFloat || type == OnnxType::kDouble;
    if (!real) return {};
    if (value.kind != Kind::kColumns) return value;
    OnnxColumns columns = *value.columns;
    columns.type = type;
    columns.rounded |= type == OnnxType::kFloat;
    OnnxValue result;
    result.kind = Kind::kColumns;
    result.columns = std::make_shared<const OnnxColumns>(std::move(columns));
    return result;
  }

  // onnxmltools ends a LightGBM model so.
  OnnxValue unchanged_by_one(const OnnxNode& node, const OnnxValue& value) const {
    const OnnxValue& factor = value_of(node, 1);
    if (factor.kind == Kind::kConstant && factor.constant->floats.size() == 1 &&
        factor.constant->floats[0] == 1)
      return value;
    return {};
  }

  OnnxValue sigmoid(const OnnxValue& value) {
    if (model_.link != Link::kIdentity || has_sigmoid_) return {};
    has_sigmoid_ = true;
    return value;
  }

  OnnxValue concat(const OnnxNode& node) {
    OnnxColumns joined = *value_of(node, 0).columns;
    for (std::size_t i = 1; i < node.inputs.size(); ++i) {
      const OnnxValue& part = value_of(node, i);
      if (part.kind != Kind::kColumns) return part.kind == Kind::kUnsupported ? part : OnnxValue();
      if ((part.columns->type == OnnxType::kDouble) != (joined.type == OnnxType::kDouble) ||
          part.columns->rounded != joined.rounded)
        return {};
      joined.columns.insert(joined.columns.end(), part.columns->columns.begin(),
                            part.columns->columns.end());
      joined_ += part.columns->columns.size();
      if (joined_ > kMaxJoined) refuse_broken(kLibrary, node.place(), "it joins too many columns");
    }
    OnnxValue result;
    result.kind = Kind::kColumns;
    result.columns = std::make_shared<const OnnxColumns>(std::move(joined));
    return result;
  }

  // ---- Steps before the trees ----

  // One number for each column, or one for all.
  static float of_column(const std::vector<float>& numbers, std::size_t k) {
    return numbers[numbers.size() == 1 ? 0 : k];
  }

  static const std::vector<float>* numbers_of(const OnnxNode& node, const char* name,
                                              std::size_t columns) {
    const OnnxAttribute* attribute = node.find(name);
    if (attribute == nullptr) return nullptr;
    const std::size_t count = attribute->floats.size();
    return count == 1 || count == columns ? &attribute->floats : nullptr;
  }

  template <class Step>
  OnnxValue with_step(const OnnxNode& node, const OnnxValue& value, Step step) const {
    OnnxColumns columns = *value.columns;
    columns.rounded = true;
    for (std::size_t k = 0; k < columns.columns.size(); ++k) {
      if (columns.columns[k].steps.size() == kMaxSteps)
        refuse_unsupported(kLibrary, "At " + node.place() + ": too many steps come before.");
      columns.columns[k].steps.push_back(step(k));
    }
    OnnxValue result;
    result.kind = Kind::kColumns;
    result.columns = std::make_shared<const OnnxColumns>(std::move(columns));
    return result;
  }

  OnnxValue impute(const OnnxNode& node, const OnnxValue& value) const {
    const auto* imputed = numbers_of(node, "imputed_value_floats", value.columns->columns.size());
    const OnnxAttribute* replaced = node.find("replaced_value_float");
    if (imputed == nullptr || replaced == nullptr || !std::isnan(replaced->real) ||
        value.columns->type == OnnxType::kDouble)
      return {};
    return with_step(node, value, [&](std::size_t k) {
      return OnnxStep{true, of_column(*imputed, k), 0};
    });
  }

  OnnxValue scale(const OnnxNode& node, const OnnxValue& value) const {
    const std::size_t count = value.columns->columns.size();
    const auto* offset = numbers_of(node, "offset", count);
    const auto* factor = numbers_of(node, "scale", count);
    if (offset == nullptr || factor == nullptr || value.columns->type == OnnxType::kDouble)
      return {};
    for (std::size_t k = 0; k < count; ++k) {
      if (!std::isfinite(of_column(*offset, k)) || !std::isfinite(of_column(*factor, k)) ||
          !(of_column(*factor, k) > 0))
        refuse_unsupported(kLibrary,
                           "At " + node.place() + ": a column is not scaled by a positive number.");
    }
    return with_step(node, value, [&](std::size_t k) {
      return OnnxStep{false, of_column(*offset, k), of_column(*factor, k)};
    });
  }

  // ---- Trees ----

  void read_trees(const OnnxNode& node) {
    if (has_trees_)
      refuse_unsupported(kLibrary, "At " + node.place() + ": it is the second ensemble of trees.",
                         "Convert one model at a time.");
    has_trees_ = true;
    const OnnxValue& input = value_of(node, 0);
    if (input.kind == Kind::kUnsupported) {
      refuse_unsupported(kLibrary, input.reason,
                         "Convert the trees alone, or export a scikit-learn Pipeline with "
                         "python/credit_risk_export.py.");
    }
    if (input.kind != Kind::kColumns)
      refuse_unsupported(kLibrary, "At " + node.place() + ": it does not read columns of numbers.");
    const std::shared_ptr<const OnnxColumns> columns = input.columns;
    append_onnx_trees(node, *columns, options_, model_);
    const bool classifies = node.operation == "TreeEnsembleClassifier";
    OnnxValue label, scores;
    label.kind = Kind::kLabel;
    scores.kind = classifies ? Kind::kScores : Kind::kScore;
    give(node, classifies ? 1 : 0, scores);
    if (classifies) give(node, 0, label);
  }

  void check_output() {
    std::string reason = "It has no trees.";
    if (has_trees_) reason = "None of its outputs is a probability.";
    for (const std::string_view output : graph_.outputs) {
      const auto found = values_.find(output);
      if (found == values_.end())
        refuse_broken(kLibrary, "the outputs", "nothing gives \"" + shown(output) + "\"");
      const OnnxValue& value = found->second;
      if (has_trees_ && (value.kind == Kind::kScore || value.kind == Kind::kScores)) {
        if (has_sigmoid_) model_.link = Link::kLogit;
        check_probability(kLibrary, model_);
        return;
      }
      if (value.kind == Kind::kUnsupported) reason = value.reason;
    }
    refuse_unsupported(kLibrary, reason,
                       "Convert a tree model for two classes; export a logistic regression with "
                       "python/credit_risk_export.py.");
  }

  const OnnxGraph graph_;
  const ImportOptions& options_;
  Model model_;
  std::unordered_map<std::string_view, OnnxValue> values_;
  bool has_trees_ = false, has_sigmoid_ = false;
  std::size_t joined_ = 0;
};

}  // namespace

Model import_onnx(std::string_view content, const ImportOptions& options) {
  return OnnxReader(read_onnx(content), options).read();
}

}  // namespace credit_risk
