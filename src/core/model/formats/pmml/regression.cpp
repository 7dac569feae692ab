#include "core/model/formats/pmml/regression.hpp"

#include <cmath>
#include <map>
#include <string>

#include "core/error.hpp"
#include "core/model/formats/pmml/predicates.hpp"

namespace credit_risk {
namespace {

// The one table that decides, and whether it tells the event (else what is no event).
struct Table {
  XmlNode node;
  bool event = true;
};

// With logit the first table tells the probability of its class, the last of two gets the rest.
Table deciding_table(const XmlNode& node, const PmmlFields& fields) {
  const XmlNode first = node.child("RegressionTable");
  if (!first) node.broken("there is no RegressionTable");
  std::size_t count = 0;
  for (XmlNode table = node.first_child(); table; table = table.next())
    count += table.name() == "RegressionTable";
  if (node.required("functionName") == "regression") {
    if (count != 1) node.broken("there is more than one RegressionTable");
    return {first, true};
  }
  if (count != 2)
    node.unsupported("It has " + std::to_string(count) + " classes.",
                     "Train a model for one yes-or-no target.");
  const std::string_view category = first.required("targetCategory");
  if (category == fields.event(node)) return {first, true};
  if (category != fields.no_event(node))
    first.broken("its targetCategory is no value of the target");
  return {first, false};
}

bool is_logit(const XmlNode& node) {
  const std::string_view method = node.text("normalizationMethod");
  if (method == "logit") return true;
  if (method.empty() || method == "none") return false;
  node.unsupported("Its normalizationMethod is \"" + shown_text(method) + "\".");
}

class TermReader {
 public:
  TermReader(const PmmlScope& scope, double sign, Model& model)
      : scope_(scope), sign_(sign), model_(model) {}

  void read(const XmlNode& table) {
    model_.base_value = sign_ * table.number("intercept");
    for (XmlNode node = table.first_child(); node; node = node.next()) {
      if (node.name() == "NumericPredictor") add_number(node);
      if (node.name() == "CategoricalPredictor") add_category(node);
      if (node.name() == "PredictorTerm") node.unsupported("It multiplies fields.");
    }
    for (auto& [feature, term] : terms_) model_.terms.push_back(std::move(term));
  }

 private:
  const Feature& feature_of(std::int32_t feature) const {
    return model_.features[static_cast<std::size_t>(feature)];
  }

  void add_number(const XmlNode& node) {
    const PmmlColumn& column = scope_.column(node, "name");
    if (node.number("exponent", 1) != 1) node.unsupported("It raises a number to a power.");
    if (feature_of(column.feature).kind != FeatureKind::kNumeric)
      node.unsupported("It multiplies a category.");
    Term term;
    term.feature = column.feature;
    term.slope = sign_ * node.number("coefficient");
    if (column.replacement) {
      PmmlTest test;
      test.column = column;
      term.missing = term.slope * test.replaced_missing(feature_of(column.feature)).number;
    }
    if (!terms_.emplace(column.feature, term).second)
      node.unsupported("It uses a field a second time.");
  }

  // A category that no predictor names adds nothing, nor does a missing value.
  void add_category(const XmlNode& node) {
    const PmmlColumn& column = scope_.column(node, "name");
    const Feature& feature = feature_of(column.feature);
    if (feature.kind != FeatureKind::kCategorical) node.unsupported("It compares a number.");
    const auto [place, is_new] = terms_.try_emplace(column.feature);
    Term& term = place->second;
    if (is_new) {
      term.feature = column.feature;
      term.kind = TermKind::kCategories;
      term.values.assign(feature.categories.size(), 0);
      term.missing = 0.0;
      if (column.unlisted_is_itself || column.unlisted_is_missing) term.unrecognized = 0.0;
    }
    const std::string_view value = node.required("value");
    const auto found = column.codes->find(value);
    if (found != column.codes->end()) {
      const std::size_t code = static_cast<std::size_t>(found->second);
      term.values[code] += sign_ * node.number("coefficient");
      if (column.replacement && *column.replacement == value) {
        term.missing = term.values[code];
        if (column.unlisted_is_missing) term.unrecognized = term.missing;
      }
      return;
    }
    node.broken("\"" + shown_text(value) + "\" is none of the values of field \"" + feature.name +
                "\"");
  }

  const PmmlScope& scope_;
  const double sign_;
  Model& model_;
  std::map<std::int32_t, Term> terms_;  // by feature
};

}  // namespace

void read_pmml_regression(const XmlNode& node, const PmmlFields& fields, const PmmlScope& scope,
                          Model& model) {
  if (!is_logit(node))
    node.unsupported("Its output is no probability.", "Train a model with the logit link.");
  const Table table = deciding_table(node, fields);
  TermReader(scope, table.event ? 1 : -1, model).read(table.node);
  model.link = Link::kLogit;
}

PmmlLink read_pmml_link(const XmlNode& node, const PmmlFields& fields, std::string_view name) {
  PmmlLink link;
  link.logistic = is_logit(node);
  const Table table = deciding_table(node, fields);
  if (!table.event && !link.logistic) node.unsupported("Its output is no probability.");
  const double sign = table.event ? 1 : -1;
  link.offset = sign * table.node.number("intercept");
  link.slope = 0;
  for (XmlNode part = table.node.first_child(); part; part = part.next()) {
    if (part.name() == "Extension") continue;
    if (part.name() != "NumericPredictor" || part.required("name") != name ||
        part.number("exponent", 1) != 1 || link.slope != 0)
      part.unsupported("A chain may end in a link of what comes before, and nothing else.");
    link.slope = sign * part.number("coefficient");
  }
  if (link.slope == 0) table.node.unsupported("It does not use what comes before.");
  return link;
}

}  // namespace credit_risk
