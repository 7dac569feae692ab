#include "core/model/formats/pmml/predicates.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "core/model/formats/json_node.hpp"

namespace credit_risk {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr float kFloatInfinity = std::numeric_limits<float>::infinity();
constexpr std::size_t kMaxNesting = 32;  // of compound predicates

// The greatest float64 number that rounds to at most `value`, a finite float32 number.
double last_that_rounds_to(float value) {
  const float above = std::nextafterf(value, kFloatInfinity);
  const double middle =
      std::isinf(above) ? 0x1.ffffffp127 : (static_cast<double>(value) + above) / 2;
  return static_cast<float>(middle) <= value ? middle : std::nextafter(middle, -kInfinity);
}

// "x <= value" or "x < value" as x <= the result.
double at_most_of(double value, bool strict, bool float32) {
  if (!float32) return strict ? std::nextafter(value, -kInfinity) : value;
  const float rounded = static_cast<float>(value);
  return last_that_rounds_to(strict ? std::nextafterf(rounded, -kFloatInfinity) : rounded);
}

double number_of(const XmlNode& node, std::string_view text, bool float32) {
  double value = 0;
  if (!parse_number(text, &value) || !std::isfinite(value))
    node.broken("\"" + shown_text(text) + "\" is no finite number");
  if (float32 && std::fabs(value) > std::numeric_limits<float>::max())
    node.broken("\"" + shown_text(text) + "\" is no float");
  return value;
}

std::int32_t category_of(const PmmlColumn& column, std::string_view text) {
  const auto found = column.codes->find(text);
  return found == column.codes->end() ? -1 : found->second;
}

void set_values(PmmlTest& test, const XmlNode& node, const std::vector<std::string>& values,
                const Feature& feature) {
  if (feature.kind == FeatureKind::kCategorical) {
    test.kind = PmmlTest::Kind::kCategories;
    for (const std::string& value : values) {
      const std::int32_t code = category_of(test.column, value);
      if (code < 0)
        node.broken("\"" + shown_text(value) + "\" is none of the values of field \"" +
                    feature.name + "\"");
      test.categories.push_back(code);
    }
    std::sort(test.categories.begin(), test.categories.end());
    test.categories.erase(std::unique(test.categories.begin(), test.categories.end()),
                          test.categories.end());
    return;
  }
  test.kind = PmmlTest::Kind::kNumbers;
  for (const std::string& text : values) {
    const double value = number_of(node, text, test.column.float32);
    test.numbers.emplace_back(at_most_of(value, true, test.column.float32),
                              at_most_of(value, false, test.column.float32));
  }
  std::sort(test.numbers.begin(), test.numbers.end());
  test.numbers.erase(std::unique(test.numbers.begin(), test.numbers.end()), test.numbers.end());
}

void read_comparison(PmmlTest& test, const XmlNode& node, std::string_view operation,
                     const Feature& feature) {
  const std::string_view text = node.required("value");
  if (operation == "equal" || operation == "notEqual") {
    test.negated = operation == "notEqual";
    set_values(test, node, {std::string(text)}, feature);
    return;
  }
  const bool greater = operation == "greaterThan" || operation == "greaterOrEqual";
  if (!greater && operation != "lessThan" && operation != "lessOrEqual")
    node.broken("operator \"" + shown_text(operation) + "\" does not exist");
  if (feature.kind == FeatureKind::kCategorical)
    node.unsupported("It compares categories by their order.");
  const bool strict = operation == "lessThan" || operation == "greaterOrEqual";
  test.negated = greater;
  test.threshold =
      at_most_of(number_of(node, text, test.column.float32), strict, test.column.float32);
}

}  // namespace

bool is_pmml_predicate(std::string_view name) {
  return name == "SimplePredicate" || name == "True" || name == "SimpleSetPredicate" ||
         name == "CompoundPredicate" || name == "False";
}

XmlNode pmml_predicate_of(const XmlNode& parent) {
  for (XmlNode node = parent.first_child(); node; node = node.next()) {
    if (is_pmml_predicate(node.name())) return node;
  }
  parent.broken("there is no predicate");
}

bool is_pmml_test(const XmlNode& predicate) {
  return predicate.name() == "SimplePredicate" || predicate.name() == "SimpleSetPredicate";
}

// Texts in quotes or without, between spaces; \" is a quote.
std::vector<std::string> pmml_array(const XmlNode& array) {
  std::vector<std::string> result;
  const std::string_view text = array.content();
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  for (std::size_t at = 0; at < text.size();) {
    if (is_space(text[at])) {
      ++at;
      continue;
    }
    std::string value;
    if (text[at] == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\' && at + 1 < text.size() && text[at + 1] == '"') ++at;
        value += text[at];
      }
      if (at == text.size()) array.broken("a text does not end");
      ++at;
    } else {
      while (at < text.size() && !is_space(text[at])) value += text[at++];
    }
    result.push_back(std::move(value));
  }
  return result;
}

PmmlTest pmml_test(const XmlNode& predicate, const PmmlScope& scope, const Model& model) {
  PmmlTest test;
  test.column = scope.column(predicate, "field");
  const Feature& feature = model.features[static_cast<std::size_t>(test.column.feature)];
  if (predicate.name() == "SimpleSetPredicate") {
    const std::string_view operation = predicate.required("booleanOperator");
    if (operation != "isIn" && operation != "isNotIn")
      predicate.broken("operator \"" + shown_text(operation) + "\" does not exist");
    test.negated = operation == "isNotIn";
    const XmlNode array = predicate.child("Array");
    if (!array) predicate.broken("there is no Array");
    set_values(test, predicate, pmml_array(array), feature);
    return test;
  }
  const std::string_view operation = predicate.required("operator");
  if (operation == "isMissing" || operation == "isNotMissing") {
    test.kind = PmmlTest::Kind::kMissing;
    test.negated = operation == "isNotMissing";
    return test;
  }
  read_comparison(test, predicate, operation, feature);
  return test;
}

PmmlTruth PmmlTest::truth(const PmmlValue& value) const {
  bool fits = false;
  const bool unlisted = value.kind == PmmlValue::Kind::kUnlisted;
  const bool missing =
      value.kind == PmmlValue::Kind::kMissing || (unlisted && column.unlisted_is_missing);
  if (kind == Kind::kMissing)
    fits = missing;
  else if (missing)
    return PmmlTruth::kUnknown;
  else if (kind == Kind::kAtMost)
    fits = value.number <= threshold;
  else if (kind == Kind::kNumbers)
    fits = std::any_of(numbers.begin(), numbers.end(), [&](const auto& range) {
      return range.first < value.number && value.number <= range.second;
    });
  else
    fits = !unlisted && std::binary_search(categories.begin(), categories.end(), value.category);
  return fits != negated ? PmmlTruth::kTrue : PmmlTruth::kFalse;
}

PmmlValue PmmlTest::replaced_missing(const Feature& feature) const {
  PmmlValue value;
  if (!column.replacement) return value;
  if (feature.kind == FeatureKind::kCategorical) {
    value.category = category_of(column, *column.replacement);
    value.kind = value.category < 0 ? PmmlValue::Kind::kUnlisted : PmmlValue::Kind::kCategory;
    return value;
  }
  value.kind = PmmlValue::Kind::kNumber;
  if (!parse_number(*column.replacement, &value.number) || !std::isfinite(value.number))
    refuse_unsupported(
        "PMML", "Feature \"" + feature.name + "\": what replaces a missing value is no number.");
  return value;
}

bool PmmlTest::completes(const PmmlTest& other, const Feature& feature) const {
  if (column.feature != other.column.feature || kind != other.kind) return false;
  if (negated != other.negated)
    return threshold == other.threshold && numbers == other.numbers &&
           categories == other.categories;
  if (kind != Kind::kCategories || negated) return false;
  std::vector<std::int32_t> all;
  std::merge(categories.begin(), categories.end(), other.categories.begin(), other.categories.end(),
             std::back_inserter(all));
  return all.size() == feature.categories.size() &&
         std::adjacent_find(all.begin(), all.end()) == all.end();
}

// ---- Compound predicates ----

namespace {

PmmlTruth negation(PmmlTruth truth) {
  if (truth == PmmlTruth::kUnknown) return truth;
  return truth == PmmlTruth::kTrue ? PmmlTruth::kFalse : PmmlTruth::kTrue;
}

PmmlTruth combined(const XmlNode& predicate, std::string_view operation, PmmlTruth a, PmmlTruth b) {
  if (operation == "surrogate") return a == PmmlTruth::kUnknown ? b : a;
  if (operation == "xor") {
    if (a == PmmlTruth::kUnknown || b == PmmlTruth::kUnknown) return PmmlTruth::kUnknown;
    return a == PmmlTruth::kTrue ? negation(b) : b;
  }
  if (operation != "and" && operation != "or")
    predicate.broken("operator \"" + shown_text(operation) + "\" does not exist");
  const PmmlTruth strong = operation == "and" ? PmmlTruth::kFalse : PmmlTruth::kTrue;
  if (a == strong || b == strong) return strong;
  if (a == PmmlTruth::kUnknown || b == PmmlTruth::kUnknown) return PmmlTruth::kUnknown;
  return negation(strong);
}

class OneFieldPredicate {
 public:
  OneFieldPredicate(const PmmlScope& scope, const Model& model, std::int32_t feature,
                    const PmmlValue& value)
      : scope_(scope), model_(model), feature_(feature), value_(value) {}

  PmmlTruth of(const XmlNode& predicate, std::size_t depth) const {
    if (depth > kMaxNesting) predicate.broken("predicates are nested too deeply");
    if (predicate.name() == "True") return PmmlTruth::kTrue;
    if (predicate.name() == "False") return PmmlTruth::kFalse;
    if (is_pmml_test(predicate)) return of_test(predicate);
    const std::string_view operation = predicate.required("booleanOperator");
    bool first = true;
    PmmlTruth result = PmmlTruth::kUnknown;
    for (XmlNode node = predicate.first_child(); node; node = node.next()) {
      if (!is_pmml_predicate(node.name())) continue;
      const PmmlTruth truth = of(node, depth + 1);
      result = first ? truth : combined(predicate, operation, result, truth);
      first = false;
    }
    if (first) predicate.broken("there is no predicate");
    return result;
  }

 private:
  PmmlTruth of_test(const XmlNode& predicate) const {
    const PmmlTest test = pmml_test(predicate, scope_, model_);
    if (test.column.feature != feature_) predicate.unsupported("It looks at more than one field.");
    if (value_.kind != PmmlValue::Kind::kMissing) return test.truth(value_);
    return test.truth(test.replaced_missing(model_.features[static_cast<std::size_t>(feature_)]));
  }

  const PmmlScope& scope_;
  const Model& model_;
  const std::int32_t feature_;
  const PmmlValue& value_;
};

void collect(const XmlNode& predicate, const PmmlScope& scope, const Model& model,
             std::vector<PmmlTest>& tests, std::size_t depth) {
  if (depth > kMaxNesting) predicate.broken("predicates are nested too deeply");
  if (is_pmml_test(predicate)) tests.push_back(pmml_test(predicate, scope, model));
  if (predicate.name() != "CompoundPredicate") return;
  for (XmlNode node = predicate.first_child(); node; node = node.next()) {
    if (is_pmml_predicate(node.name())) collect(node, scope, model, tests, depth + 1);
  }
}

}  // namespace

PmmlTruth pmml_truth(const XmlNode& predicate, const PmmlScope& scope, const Model& model,
                     std::int32_t feature, const PmmlValue& value) {
  return OneFieldPredicate(scope, model, feature, value).of(predicate, 0);
}

void collect_pmml_tests(const XmlNode& predicate, const PmmlScope& scope, const Model& model,
                        std::vector<PmmlTest>& tests) {
  collect(predicate, scope, model, tests, 0);
}

}  // namespace credit_risk
