#include "core/model/json/term_json.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/model/json/json_fields.hpp"

namespace credit_risk {
namespace {

using namespace json_fields;

constexpr const char* kKinds[] = {"slope", "bins", "categories"};  // by TermKind
constexpr char kRefuse[] = "refuse";

void append_field(std::string& out, const char* key, double value) {
  out += std::string(",\"") + key + "\":";
  append_number(out, value);
}

void append_values(std::string& out, const Term& term) {
  out += ",\n   ";
  append_array(out, "values", 0, term.values.size(), [&](std::size_t i) { return term.values[i]; });
}

void append_specials(std::string& out, const Term& term) {
  if (term.specials.empty()) return;
  out += ",\n   \"specials\":[";
  for (std::size_t i = 0; i < term.specials.size(); ++i) {
    out += i == 0 ? "[" : ",[";
    append_number(out, term.specials[i]);
    out += ',';
    append_number(out, term.special_values[i]);
    out += ']';
  }
  out += ']';
}

void append_or_refuse(std::string& out, const char* key, const std::optional<double>& value) {
  if (value)
    append_field(out, key, *value);
  else
    out += std::string(",\"") + key + "\":\"" + kRefuse + "\"";
}

// The edge for "<" that says the same as this one for "<=".
double edge_above(double edge) {
  return std::nextafter(edge, std::numeric_limits<double>::infinity()) + 0.0;  // no negative zero
}

// Whether the edges are shorter texts with "<", as those are that a person wrote so: 12 rather than
// 11.999999999999998.
bool reads_better_below(const Model& model) {
  std::string at, above;
  for (const Term& term : model.terms) {
    for (const double edge : term.edges) {
      if (!std::isfinite(edge_above(edge))) return false;
      append_number(at, edge);
      append_number(above, edge_above(edge));
    }
  }
  return above.size() < at.size();
}

void append_edges(std::string& out, const Term& term, bool below) {
  out += ",\n   ";
  append_array(out, "edges", 0, term.edges.size(),
               [&](std::size_t i) { return below ? edge_above(term.edges[i]) : term.edges[i]; });
}

void append_term(std::string& out, const Model& model, const Term& term, bool below) {
  out += "  {\"feature\":" + json_quoted(model.features[term.feature].name);
  out += std::string(",\"kind\":\"") + kKinds[static_cast<std::size_t>(term.kind)] + "\"";
  if (term.kind == TermKind::kSlope) {
    append_field(out, "slope", term.slope);
    append_field(out, "center", term.center);
  }
  if (term.kind == TermKind::kBins) append_edges(out, term, below);
  if (term.kind != TermKind::kSlope) append_values(out, term);
  append_specials(out, term);
  append_or_refuse(out, "missing", term.missing);
  if (term.kind == TermKind::kCategories) append_or_refuse(out, "unrecognized", term.unrecognized);
  if (term.mean) append_field(out, "mean", *term.mean);
  out += '}';
}

std::vector<double> numbers_of(const JsonValue& term, const std::string& path, const char* key) {
  const JsonValue& values = array_member(term, path, key);
  std::vector<double> numbers;
  numbers.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    numbers.push_back(as_number(values[i], item(path + "." + key, i)));
  return numbers;
}

std::optional<double> number_or_refuse(const JsonValue& term, const std::string& path,
                                       const char* key) {
  const JsonValue* value = term.find(key);
  if (value == nullptr) return {};
  if (value->is_number()) return value->number();
  if (!value->is_string() || value->string() != kRefuse)
    fail(path + "." + key, std::string("a number or \"") + kRefuse + "\" is expected");
  return {};
}

class TermsFromJson {
 public:
  TermsFromJson(Model& model, bool below) : model_(model), below_(below) {
    for (std::size_t f = 0; f < model.features.size(); ++f)
      features_.emplace(model.features[f].name, static_cast<std::int32_t>(f));
    taken_.resize(model.features.size());
  }

  void read(const JsonValue& value, const std::string& path) {
    path_ = path;
    if (!value.is_object()) fail(path, "an object is expected");
    Term term;
    term.feature = feature_of(value);
    term.kind = static_cast<TermKind>(
        as_choice(member(value, path, "kind"), path + ".kind", {kKinds[0], kKinds[1], kKinds[2]}));
    if (term.kind == TermKind::kSlope) read_slope(value, term);
    if (term.kind == TermKind::kBins) read_bins(value, term);
    if (term.kind == TermKind::kCategories) read_categories(value, term);
    term.missing = number_or_refuse(value, path, "missing");
    if (value.contains("mean")) term.mean = as_number(value["mean"], path + ".mean");
    model_.terms.push_back(std::move(term));
  }

 private:
  std::int32_t feature_of(const JsonValue& value) {
    const std::string path = path_ + ".feature";
    const std::string name = as_text(member(value, path_, "feature"), path);
    const auto found = features_.find(name);
    if (found == features_.end()) fail(path, "there is no feature \"" + name + "\"");
    if (taken_[static_cast<std::size_t>(found->second)])
      fail(path, "feature \"" + name + "\" has a term already");
    taken_[static_cast<std::size_t>(found->second)] = true;
    return found->second;
  }

  void read_slope(const JsonValue& value, Term& term) const {
    expect_object(value, path_,
                  {"feature", "kind", "slope", "center", "specials", "missing", "mean"});
    term.slope = as_number(member(value, path_, "slope"), path_ + ".slope");
    if (value.contains("center")) term.center = as_number(value["center"], path_ + ".center");
    read_specials(value, term);
  }

  void read_bins(const JsonValue& value, Term& term) const {
    expect_object(value, path_,
                  {"feature", "kind", "edges", "values", "specials", "missing", "mean"});
    term.edges = numbers_of(value, path_, "edges");
    term.values = numbers_of(value, path_, "values");
    // x < edge says the same as x <= its lower neighbour.
    if (below_) {
      for (double& edge : term.edges)
        edge = std::nextafter(edge, -std::numeric_limits<double>::infinity());
    }
    read_specials(value, term);
  }

  void read_categories(const JsonValue& value, Term& term) const {
    expect_object(value, path_, {"feature", "kind", "values", "missing", "unrecognized", "mean"});
    term.values = numbers_of(value, path_, "values");
    term.unrecognized = number_or_refuse(value, path_, "unrecognized");
  }

  void read_specials(const JsonValue& value, Term& term) const {
    if (!value.contains("specials")) return;
    const JsonValue& specials = array_member(value, path_, "specials");
    for (std::size_t i = 0; i < specials.size(); ++i) {
      const std::string path = item(path_ + ".specials", i);
      if (!specials[i].is_array() || specials[i].size() != 2)
        fail(path, "a number and its value are expected");
      term.specials.push_back(as_number(specials[i][0], item(path, 0)));
      term.special_values.push_back(as_number(specials[i][1], item(path, 1)));
    }
  }

  Model& model_;
  bool below_;
  std::unordered_map<std::string_view, std::int32_t> features_;
  std::vector<bool> taken_;
  std::string path_;
};

// The base value comes along, as it is in points, too.
void read_points(const JsonValue& points, Model& model) {
  expect_object(points, "$.points", {"base", "offset", "factor"});
  model.base_value = as_number(member(points, "$.points", "base"), "$.points.base");
  model.points = PointsScale{as_number(member(points, "$.points", "offset"), "$.points.offset"),
                             as_number(member(points, "$.points", "factor"), "$.points.factor")};
}

}  // namespace

void append_terms(std::string& out, const Model& model) {
  if (model.points) {
    out += " \"points\":{\"base\":";
    append_number(out, model.base_value);
    append_field(out, "offset", model.points->offset);
    append_field(out, "factor", model.points->factor);
    out += "},\n";
  }
  const bool below = reads_better_below(model);
  out += below ? " \"op\":\"<\",\n" : " \"op\":\"<=\",\n";
  out += " \"terms\":[";
  for (std::size_t t = 0; t < model.terms.size(); ++t) {
    out += t == 0 ? "\n" : ",\n";
    append_term(out, model, model.terms[t], below);
  }
  out += ']';
}

void read_terms(const JsonValue& document, bool below, Model& model) {
  const std::string top = "$";
  const JsonValue& terms = array_member(document, top, "terms");
  if (terms.size() == 0) fail("$.terms", "a term is expected");
  TermsFromJson reader(model, below);
  for (std::size_t t = 0; t < terms.size(); ++t) reader.read(terms[t], item("$.terms", t));
  std::sort(model.terms.begin(), model.terms.end(),
            [](const Term& a, const Term& b) { return a.feature < b.feature; });
  if (document.contains("points")) read_points(document["points"], model);
}

}  // namespace credit_risk
