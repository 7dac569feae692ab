#include "core/model/formats/pmml/fields.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.hpp"
#include "core/model/category_text.hpp"
#include "core/model/formats/feature_names.hpp"
#include "core/model/formats/json_node.hpp"
#include "core/model/validate.hpp"

namespace credit_risk {
namespace {

bool is_number_type(std::string_view type) {
  return type == "double" || type == "float" || type == "integer";
}

// As the database writes a number, where the field holds numbers.
std::string category_of(const XmlNode& value, std::string_view type) {
  double number = 0;
  const std::string_view text = value.required("value");
  const bool numeric = is_number_type(type) && parse_number(text, &number) && std::isfinite(number);
  return numeric ? category_text(number) : std::string(text);
}

bool is_listed(const XmlNode& value) {
  return value.name() == "Value" && (!value.has("property") || value.text("property") == "valid");
}

bool is_target(const XmlNode& mining_field) {
  const std::string_view usage = mining_field.text("usageType");
  return usage == "target" || usage == "predicted";
}

bool is_active(const XmlNode& mining_field) {
  return mining_field.name() == "MiningField" &&
         (!mining_field.has("usageType") || mining_field.text("usageType") == "active");
}

}  // namespace

const PmmlColumn* PmmlScope::find(std::string_view name) const {
  for (const PmmlScope* scope = this; scope != nullptr; scope = scope->parent_) {
    const auto found = scope->own_.find(name);
    if (found != scope->own_.end()) return &found->second;
  }
  return nullptr;
}

const PmmlColumn& PmmlScope::column(const XmlNode& node, std::string_view attribute) const {
  const std::string_view name = node.required(attribute);
  const PmmlColumn* found = find(name);
  if (found == nullptr) node.broken("field \"" + shown_text(name) + "\" does not exist");
  if (!found->reason.empty()) node.unsupported(found->reason);
  return *found;
}

PmmlFields::PmmlFields(const XmlNode& pmml) : pmml_(pmml) {
  const XmlNode dictionary = pmml.child("DataDictionary");
  if (!dictionary) pmml.broken("there is no DataDictionary");
  for (XmlNode node = dictionary.first_child(); node; node = node.next()) {
    if (node.name() != "DataField") continue;
    if (!fields_.emplace(node.required("name"), node).second)
      node.broken("field \"" + shown_text(node.text("name")) + "\" occurs twice");
  }
}

const XmlNode* PmmlFields::field(std::string_view name) const {
  const auto found = fields_.find(name);
  return found == fields_.end() ? nullptr : &found->second;
}

// ---- Features ----

Feature PmmlFields::feature_of(const XmlNode& field, PmmlCodes& codes) const {
  Feature feature;
  feature.name = std::string(field.text("name"));
  const std::string_view type = field.required("dataType");
  if (field.required("optype") == "continuous") {
    if (!is_number_type(type))
      field.unsupported("A continuous field of type \"" + shown_text(type) + "\".");
    for (XmlNode value = field.first_child(); value; value = value.next()) {
      if (value.name() == "Value" && value.text("value") != "NaN")
        field.unsupported("A number is listed as valid, invalid or missing.");
    }
    return feature;
  }
  feature.kind = FeatureKind::kCategorical;
  for (XmlNode value = field.first_child(); value; value = value.next()) {
    if (value.name() == "Value" && !is_listed(value) && value.text("value") != "NaN")
      field.unsupported("A category is listed as invalid or missing.");
    if (!is_listed(value)) continue;
    if (feature.categories.size() == kMaxCategories)
      throw Error(ErrorKind::kLimit, "feature \"" + feature.name + "\" has too many categories");
    codes.emplace(value.required("value"), static_cast<std::int32_t>(feature.categories.size()));
    feature.categories.push_back(category_of(value, type));
  }
  if (feature.categories.empty())
    field.unsupported("A categorical field without values.",
                      "List its values in the DataDictionary.");
  return feature;
}

PmmlColumn PmmlFields::treated(const XmlNode& mining_field, PmmlColumn column) const {
  const std::string_view outliers = mining_field.text("outliers");
  if (!outliers.empty() && outliers != "asIs")
    mining_field.unsupported("It treats outliers \"" + shown_text(outliers) + "\".");
  if (mining_field.text("missingValueTreatment") == "returnInvalid")
    mining_field.unsupported("It refuses missing values.");
  if (mining_field.has("missingValueReplacement"))
    column.replacement = std::string(mining_field.text("missingValueReplacement"));
  const std::string_view invalid = mining_field.text("invalidValueTreatment");
  if (invalid == "asValue") mining_field.unsupported("It replaces invalid values.");
  column.unlisted_is_itself = invalid == "asIs";
  column.unlisted_is_missing = invalid == "asMissing";
  const XmlNode* data = field(mining_field.required("name"));
  if (data != nullptr && data->child("Interval") && invalid != "asIs")
    data->unsupported("Only some numbers are valid.",
                      "Remove the Interval, or treat invalid values \"asIs\".");
  return column;
}

void PmmlFields::add_features(const XmlNode& model, const ImportOptions& options, Model& result,
                              PmmlScope& scope) {
  const XmlNode schema = model.child("MiningSchema");
  if (!schema) model.broken("there is no MiningSchema");
  std::vector<PmmlColumn> columns;
  std::vector<std::string_view> names;
  for (XmlNode node = schema.first_child(); node; node = node.next()) {
    if (node.name() == "MiningField" && is_target(node)) target_ = node.required("name");
    if (!is_active(node)) continue;
    const std::string_view name = node.required("name");
    const XmlNode* data = field(name);
    if (data == nullptr) node.broken("field \"" + shown_text(name) + "\" does not exist");
    if (result.features.size() == kMaxFeatures)
      throw Error(ErrorKind::kLimit, "model has too many features");
    PmmlColumn column;
    column.feature = static_cast<std::int32_t>(result.features.size());
    column.float32 = data->text("dataType") == "float";
    codes_.push_back(std::make_unique<PmmlCodes>());
    column.codes = codes_.back().get();
    result.features.push_back(feature_of(*data, *codes_.back()));
    scope.set(name, treated(node, column));
  }
  apply_names(options, result);
  add_transformations(pmml_.child("TransformationDictionary"), scope);
  add_transformations(model.child("LocalTransformations"), scope);
}

void PmmlFields::enter(const XmlNode& model, PmmlScope& scope) const {
  const XmlNode schema = model.child("MiningSchema");
  if (!schema) model.broken("there is no MiningSchema");
  for (XmlNode node = schema.first_child(); node; node = node.next()) {
    if (!is_active(node)) continue;
    const PmmlColumn* outer = scope.find(node.required("name"));
    if (outer == nullptr)
      node.broken("field \"" + shown_text(node.text("name")) + "\" does not exist");
    const bool plain = !node.has("missingValueReplacement") && !node.has("outliers") &&
                       !node.has("invalidValueTreatment") && !node.has("missingValueTreatment");
    if (!plain) scope.set(node.text("name"), treated(node, *outer));
  }
  add_transformations(model.child("LocalTransformations"), scope);
}

// A derived field is another name of a field, perhaps as float32, or cannot be used.
void PmmlFields::add_transformations(const XmlNode& parent, PmmlScope& scope) const {
  if (!parent) return;
  for (XmlNode node = parent.first_child(); node; node = node.next()) {
    if (node.name() != "DerivedField") continue;
    const std::string_view name = node.required("name"), type = node.required("dataType");
    PmmlColumn column;
    const XmlNode reference = node.child("FieldRef");
    const PmmlColumn* source = reference ? scope.find(reference.required("field")) : nullptr;
    if (source != nullptr && !reference.has("mapMissingTo") &&
        (node.text("optype") != "continuous" || is_number_type(type))) {
      column = *source;
      column.float32 |= type == "float";
      if (type == "integer" && node.text("optype") == "continuous")
        column.reason = "Field \"" + shown_text(name) + "\" is rounded to a whole number.";
    } else {
      column.reason = "Field \"" + shown_text(name) + "\" is computed from others.";
    }
    scope.set(name, column);
  }
}

// ---- The target ----

std::string_view PmmlFields::target_value(const XmlNode& model, std::size_t place) const {
  const XmlNode* target = field(target_);
  if (target == nullptr) model.unsupported("It does not name its target.");
  std::vector<std::string_view> values;
  for (XmlNode value = target->first_child(); value; value = value.next()) {
    if (is_listed(value)) values.push_back(value.required("value"));
  }
  if (values.size() != 2)
    target->unsupported("The target has " + std::to_string(values.size()) + " values.",
                        "List its two values in the DataDictionary, the event second.");
  return values[place];
}

std::string_view PmmlFields::event(const XmlNode& model) const { return target_value(model, 1); }

std::string_view PmmlFields::no_event(const XmlNode& model) const { return target_value(model, 0); }

}  // namespace credit_risk
