// A Characteristic gives the partial score of its first Attribute whose predicate is true; as all
// look at one field, it is a function of that field alone: a term.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/model/formats/json_node.hpp"
#include "core/model/formats/pmml/predicates.hpp"
#include "core/model/formats/pmml/regression.hpp"
#include "core/model/natural_log.hpp"

namespace credit_risk {
namespace {

class Characteristic {
 public:
  Characteristic(const XmlNode& node, const PmmlScope& scope, const Model& model)
      : node_(node), scope_(scope), model_(model) {}

  Term read() {
    std::vector<PmmlTest> tests;
    for (XmlNode part = node_.first_child(); part; part = part.next()) {
      if (part.name() != "Attribute") continue;
      if (part.child("ComplexPartialScore")) part.unsupported("Its partial score is computed.");
      attributes_.push_back({pmml_predicate_of(part), part.number("partialScore")});
      collect_pmml_tests(attributes_.back().predicate, scope_, model_, tests);
    }
    if (tests.empty()) node_.unsupported("It looks at no field.");
    check_size(tests);
    term_.feature = tests[0].column.feature;
    const PmmlTest& first = tests[0];
    const Feature& feature = model_.features[static_cast<std::size_t>(term_.feature)];
    if (feature.kind == FeatureKind::kNumeric)
      read_bins(edges_of(tests));
    else
      read_categories(feature, first.column);
    const std::optional<double> missing = score({});
    if (missing) term_.missing = *missing;
    return std::move(term_);
  }

 private:
  struct Attribute {
    XmlNode predicate;
    double score;
  };

  // Every value is tried with every attribute.
  void check_size(const std::vector<PmmlTest>& tests) const {
    constexpr std::size_t kMost = 50000000;
    std::size_t values = 0;
    for (const PmmlTest& test : tests)
      values += 2 + 2 * test.numbers.size() + test.categories.size();
    const std::size_t categories =
        model_.features[static_cast<std::size_t>(tests[0].column.feature)].categories.size();
    if (values > kMost / (values + categories)) node_.unsupported("It has too many attributes.");
  }

  std::optional<double> score(const PmmlValue& value) const {
    for (const Attribute& attribute : attributes_) {
      if (pmml_truth(attribute.predicate, scope_, model_, term_.feature, value) == PmmlTruth::kTrue)
        return attribute.score;
    }
    return {};
  }

  double needed_score(const PmmlValue& value, const std::string& what) const {
    const std::optional<double> result = score(value);
    if (!result) node_.unsupported("No attribute fits " + what + ".");
    return *result;
  }

  // Between two of them all tests answer alike.
  static std::vector<double> edges_of(const std::vector<PmmlTest>& tests) {
    std::vector<double> edges;
    for (const PmmlTest& test : tests) {
      if (test.kind == PmmlTest::Kind::kAtMost) edges.push_back(test.threshold);
      for (const auto& [lower, upper] : test.numbers) {
        edges.push_back(lower);
        edges.push_back(upper);
      }
    }
    std::sort(edges.begin(), edges.end());
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    return edges;
  }

  void read_bins(const std::vector<double>& edges) {
    constexpr double kGreatest = std::numeric_limits<double>::max();
    term_.kind = TermKind::kBins;
    for (std::size_t k = 0; k <= edges.size(); ++k) {
      PmmlValue value;
      value.kind = PmmlValue::Kind::kNumber;
      value.number = k < edges.size() ? edges[k] : kGreatest;
      const double points = needed_score(value, "the number " + shortest_text(value.number));
      if (!term_.values.empty() && term_.values.back() == points) {
        term_.edges.pop_back();
        term_.values.pop_back();
      }
      term_.values.push_back(points);
      if (k < edges.size()) term_.edges.push_back(edges[k]);
    }
  }

  void read_categories(const Feature& feature, const PmmlColumn& column) {
    term_.kind = TermKind::kCategories;
    for (std::size_t code = 0; code < feature.categories.size(); ++code) {
      PmmlValue value;
      value.kind = PmmlValue::Kind::kCategory;
      value.category = static_cast<std::int32_t>(code);
      term_.values.push_back(
          needed_score(value, "\"" + shown_text(feature.categories[code]) + "\""));
    }
    PmmlValue unlisted;
    unlisted.kind = PmmlValue::Kind::kUnlisted;
    if (column.unlisted_is_itself) term_.unrecognized = score(unlisted);
    if (column.unlisted_is_missing) term_.unrecognized = score({});  // and replaced like that
  }

  const XmlNode node_;
  const PmmlScope& scope_;
  const Model& model_;
  std::vector<Attribute> attributes_;
  Term term_;
};

}  // namespace

void read_pmml_scorecard(const XmlNode& node, const PmmlScope& scope, Model& model) {
  const XmlNode characteristics = node.child("Characteristics");
  if (!characteristics) node.broken("there are no Characteristics");
  model.base_value = node.number("initialScore", 0);
  std::map<std::int32_t, Term> terms;
  for (XmlNode part = characteristics.first_child(); part; part = part.next()) {
    if (part.name() != "Characteristic") continue;
    Term term = Characteristic(part, scope, model).read();
    const std::int32_t feature = term.feature;
    if (!terms.emplace(feature, std::move(term)).second)
      part.unsupported("It looks at a field that another characteristic looks at.");
  }
  for (auto& [feature, term] : terms) model.terms.push_back(std::move(term));
}

PointsScale read_pmml_points(const XmlNode& node) {
  constexpr double kNone = -1;
  constexpr double kLn2 = 0.6931471805599453;
  double points = std::numeric_limits<double>::quiet_NaN(), odds = kNone, doubling = kNone;
  for (XmlNode part = node.first_child(); part; part = part.next()) {
    if (part.name() != "Extension") continue;
    const std::string_view name = part.text("name");
    if (name == "base_points") points = part.number("value");
    if (name == "base_odds") odds = part.number("value");
    if (name == "points_to_double_odds") doubling = part.number("value");
  }
  if (std::isnan(points) || !(odds > 0) || !(doubling > 0)) {
    node.unsupported(
        "It does not say what its points mean.",
        "Put a RegressionModel with logit link behind it in a modelChain, or "
        "Extension elements base_points, base_odds and points_to_double_odds into it.");
  }
  if (odds < std::numeric_limits<double>::min()) node.broken("base_odds is too small");
  const double factor = doubling / kLn2;
  return {points - factor * natural_log(odds), factor};
}

}  // namespace credit_risk
