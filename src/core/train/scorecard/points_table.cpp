#include "core/train/scorecard/points_table.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "core/error.hpp"
#include "core/metrics/tables/weight_of_evidence.hpp"
#include "core/model/credit_score.hpp"

namespace credit_risk {
namespace {

constexpr double kUnbounded = std::numeric_limits<double>::infinity();
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

void check_scorecard(const Model& model) {
  const bool slopes = std::any_of(model.terms.begin(), model.terms.end(),
                                  [](const Term& term) { return term.kind == TermKind::kSlope; });
  if (model.points && !slopes) return;
  throw Error(ErrorKind::kInvalidInput, "the model is no scorecard",
              slopes ? "A term of it is a slope, which has no bins."
                     : "Its algorithm is " + model.algorithm + ".",
              "Train one with algorithm => 'scorecard'.");
}

void add_ranges(const Term& term, std::vector<Attribute>& table) {
  double lower = -kUnbounded;
  for (std::size_t i = 0; i < term.values.size(); ++i) {
    // x <= edge says the same as x < its upper neighbour.
    const double upper =
        i < term.edges.size() ? std::nextafter(term.edges[i], kUnbounded) + 0.0 : kUnbounded;
    table.push_back({term.feature, BinKind::kRange, lower, upper, {}, term.values[i]});
    lower = upper;
  }
}

void add_categories(const Term& term, std::vector<Attribute>& table) {
  std::map<double, std::vector<std::uint32_t>> by_points;
  for (std::uint32_t code = 0; code < term.values.size(); ++code)
    by_points[term.values[code]].push_back(code);
  for (auto& [points, codes] : by_points)
    table.push_back({term.feature, BinKind::kCategory, kNone, kNone, std::move(codes), points});
}

// With a backslash as E'...', which means the same whatever standard_conforming_strings is.
std::string literal(const std::string& text) {
  std::string result = text.find('\\') == std::string::npos ? "'" : "E'";
  for (const char c : text) result += std::string(c == '\'' || c == '\\' ? 2 : 1, c);
  return result + "'";
}

std::string points_text(double points) {
  return std::isnan(points) ? "NULL" : number_label(points);
}

// "WHEN <condition> THEN <points>" for the attributes of one feature, the widest range last as
// ELSE.
class CaseOf {
 public:
  CaseOf(const Model& model, const std::string& column) : model_(model), column_(column) {}

  // Missing comes first, so that no comparison sees it.
  void add_missing(const Attribute& attribute) {
    const Feature& feature = model_.features[attribute.feature];
    std::string condition = column_ + " IS NULL";
    if (feature.kind == FeatureKind::kNumeric) condition += " OR " + column_ + " = 'NaN'";
    if (feature.zero_is_missing)
      condition += " OR abs(" + column_ + ") <= " + number_label(kZeroThreshold);
    add(condition, attribute.points);
  }

  void add_other(const Attribute& attribute) {
    switch (attribute.kind) {
      case BinKind::kSpecial:
        return add(column_ + " = " + number_label(attribute.lower), attribute.points);
      case BinKind::kCategory:
        return add(column_ + " IN (" + texts(attribute) + ")", attribute.points);
      case BinKind::kRange:
        if (!std::isinf(attribute.upper))
          return add(column_ + " < " + number_label(attribute.upper), attribute.points);
        [[fallthrough]];
      default:
        otherwise_ = points_text(attribute.points);
    }
  }

  std::string text() const {
    return "CAST(CASE" + whens_ + "\n      ELSE " + otherwise_ + " END AS double precision)";
  }

 private:
  void add(const std::string& condition, double points) {
    whens_ += "\n      WHEN " + condition + " THEN " + points_text(points);
  }

  std::string texts(const Attribute& attribute) const {
    std::string list;
    for (const std::uint32_t code : attribute.codes) {
      list +=
          (list.empty() ? "" : ", ") + literal(model_.features[attribute.feature].categories[code]);
    }
    return list;
  }

  const Model& model_;
  const std::string& column_;
  std::string whens_;
  std::string otherwise_ = "NULL";
};

// Special values before ranges, which hold them, too.
std::string case_of(const Model& model, const std::string& column,
                    const std::vector<Attribute>& attributes) {
  CaseOf result(model, column);
  for (const Attribute& attribute : attributes)
    if (attribute.kind == BinKind::kMissing) result.add_missing(attribute);
  for (const Attribute& attribute : attributes)
    if (attribute.kind == BinKind::kSpecial) result.add_other(attribute);
  for (const Attribute& attribute : attributes) {
    if (attribute.kind != BinKind::kMissing && attribute.kind != BinKind::kSpecial)
      result.add_other(attribute);
  }
  return result.text();
}

}  // namespace

std::vector<Attribute> points_table(const Model& model) {
  check_scorecard(model);
  std::vector<Attribute> table;
  for (const Term& term : model.terms) {
    if (term.kind == TermKind::kBins) add_ranges(term, table);
    if (term.kind == TermKind::kCategories) add_categories(term, table);
    for (std::size_t i = 0; i < term.specials.size(); ++i) {
      table.push_back({term.feature,
                       BinKind::kSpecial,
                       term.specials[i],
                       term.specials[i],
                       {},
                       term.special_values[i]});
    }
    table.push_back(
        {term.feature, BinKind::kMissing, kNone, kNone, {}, term.missing.value_or(kNone)});
    if (term.kind == TermKind::kCategories) {
      table.push_back({term.feature,
                       BinKind::kUnrecognized,
                       kNone,
                       kNone,
                       {},
                       term.unrecognized.value_or(kNone)});
    }
  }
  return table;
}

std::string attribute_label(const Model& model, const Attribute& attribute) {
  std::string text;
  for (const std::uint32_t code : attribute.codes) {
    text += (text.empty() ? "" : ", ") + model.features[attribute.feature].categories[code];
  }
  return bin_label({attribute.kind, attribute.lower, attribute.upper, text, 0, 0, 0});
}

std::string scorecard_sql(const Model& model, const std::vector<std::string>& columns,
                          const std::string& source) {
  const std::vector<Attribute> table = points_table(model);
  std::string sum;
  for (const Term& term : model.terms) {
    std::vector<Attribute> attributes;
    for (const Attribute& attribute : table)
      if (attribute.feature == term.feature) attributes.push_back(attribute);
    sum += (sum.empty() ? "\n    " : "\n  + ") + case_of(model, columns[term.feature], attributes);
  }
  // least and greatest overlook NULL, a row that is refused is none of their bounds.
  return "SELECT s.*, CASE WHEN points IS NOT NULL THEN CAST(least(" +
         std::to_string(kHighestScore) + ", greatest(" + std::to_string(kLowestScore) +
         ", floor(points + 0.5))) AS int) END AS credit_score\n" + "  FROM (SELECT f.*, CAST(" +
         number_label(model.base_value) + " AS double precision) + (" + sum +
         ") AS points\n  FROM " + source + " AS f) AS s";
}

}  // namespace credit_risk
