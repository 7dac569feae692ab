#include "core/train/guard_rails.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>

#include "core/train/binning/screening.hpp"
#include "core/train/leaks.hpp"

namespace credit_risk {
namespace {

constexpr std::size_t kRowsOfClass = 10000;
constexpr std::size_t kFewToTell = 50;  // rows of a class, among which bins part them by chance
constexpr std::size_t kPollRows = 65536;
constexpr const char* kRefusals[] = {"reject", "refus", "declin", "denied"};
// Among rows with a refusal, so many of one class are no chance.
constexpr double kOneSided = 0.98;
constexpr std::uint64_t kFewRows = 10;

// Rows of both classes, evenly spread and in their order; the rarer is no smaller part of them than
// a bin may be.
std::vector<std::uint32_t> sample_rows(const TrainingData& data) {
  const std::size_t ones = data.positives();
  const std::array<std::size_t, 2> rows = {data.rows() - ones, ones};
  const std::array<std::size_t, 2> wanted = {std::min(kRowsOfClass, rows[0]),
                                             std::min(kRowsOfClass, rows[1])};
  std::array<std::size_t, 2> seen = {0, 0};
  std::vector<std::uint32_t> result;
  for (std::uint32_t row = 0; row < data.rows(); ++row) {
    const std::size_t label = data.target[row];
    const std::size_t place = seen[label]++;
    // Where the number of rows taken by then steps up.
    if ((place + 1) * wanted[label] / rows[label] > place * wanted[label] / rows[label])
      result.push_back(row);
  }
  return result;
}

TrainingData sample_of(const TrainingData& data, const std::vector<std::uint32_t>& rows) {
  TrainingData sample;
  for (const std::uint32_t row : rows) sample.target.push_back(data.target[row]);
  for (const Column& column : data.columns) {
    Column taken{column.feature, {}};
    for (const std::uint32_t row : rows) taken.values.push_back(column.values[row]);
    sample.columns.push_back(std::move(taken));
  }
  return sample;
}

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

bool is_constant(const Column& column, const StopFlag& stop) {
  for (std::size_t row = 0; row < column.values.size(); ++row) {
    if (row % kPollRows == 0) stop.poll();
    if (!same(column.values[row], column.values[0])) return false;
  }
  return true;
}

// What the sample takes for an identifier: texts may come twice in all rows.
bool is_identifier(const Column& column) {
  const std::size_t texts = column.feature.categories.size();
  if (column.feature.kind == FeatureKind::kNumeric) return true;
  const auto known = std::count_if(column.values.begin(), column.values.end(),
                                   [](double value) { return !std::isnan(value); });
  return 2 * texts >= static_cast<std::size_t>(known);
}

std::string quoted(const std::string& name) { return "\"" + name + "\""; }

// "is" for one, "are" for more.
const char* be(const std::vector<std::string>& names) { return names.size() == 1 ? "is" : "are"; }

std::string listed(const std::vector<std::string>& names) {
  std::string text = names.size() == 1 ? "feature " : "features ";
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 < names.size() ? ", " : " and ";
    text += quoted(names[i]);
  }
  return text;
}

std::string figures_of(const std::string& name, const TellingFigures& telling) {
  char figures[96];
  std::snprintf(figures, sizeof figures, " has an information value of %.2f and an AUC of %.3f",
                telling.information_value, telling.auc);
  return quoted(name) + figures;
}

// What screening found, gathered by kind.
struct Findings {
  std::vector<std::string> leaks, identifiers, constants;
  std::string figures;  // of the leaks
};

Findings findings_of(const TrainingData& data, const StopFlag& stop) {
  const TrainingData sample = sample_of(data, sample_rows(data));
  Findings found;
  const bool enough =
      std::min(sample.positives(), sample.rows() - sample.positives()) >= kFewToTell;
  for (std::size_t c = 0; c < data.columns.size(); ++c) {
    const Column& column = data.columns[c];
    const std::string& name = column.feature.name;
    const std::optional<Finding> oddity = oddity_of(sample.columns[c], stop);
    if (oddity == Finding::kIdentifier && is_identifier(column)) {
      found.identifiers.push_back(name);
    } else if (oddity == Finding::kConstant && is_constant(column, stop)) {
      found.constants.push_back(name);
    } else if (oddity != Finding::kEmpty && enough) {
      const TellingFigures figures = telling_figures(sample, sample.columns[c], stop);
      if (figures.information_value <= kSuspiciousInformation && figures.auc <= kSuspiciousAuc)
        continue;
      found.leaks.push_back(name);
      found.figures += (found.figures.empty() ? "" : ", ") + figures_of(name, figures);
    }
  }
  return found;
}

void add_findings(const Findings& found, std::vector<TrainingWarning>& warnings) {
  const char* const leave_out = "Leave out with params.exclude what tells the model nothing.";
  if (!found.leaks.empty()) {
    warnings.push_back({"leak", found.leaks, listed(found.leaks) + " may tell of the outcome",
                        "Alone, " + found.figures + ".",
                        "Leave out with params.exclude what is known only after the decision."});
  }
  if (!found.identifiers.empty()) {
    warnings.push_back(
        {"identifier", found.identifiers,
         listed(found.identifiers) + (found.identifiers.size() == 1 ? " looks like an identifier"
                                                                    : " look like identifiers"),
         "Hardly any value comes twice.", leave_out});
  }
  if (!found.constants.empty()) {
    warnings.push_back({"constant", found.constants,
                        listed(found.constants) + " " + be(found.constants) + " constant",
                        "All rows have one value.", leave_out});
  }
}

const char* const kRefusalHint =
    "A refused application has no outcome: leave such rows out of the query.";

// A category that tells of a refusal and whose rows are all of one class.
void add_refused_rows(const TrainingData& data, const Column& column, const StopFlag& stop,
                      std::vector<TrainingWarning>& warnings) {
  const auto& categories = column.feature.categories;
  std::vector<std::array<std::uint64_t, 2>> counts;
  for (std::size_t code = 0; code < categories.size(); ++code) {
    if (!tells_of_refusal(categories[code])) continue;
    std::array<std::uint64_t, 2> count = {0, 0};
    for (std::size_t row = 0; row < data.rows(); ++row) {
      if (row % kPollRows == 0) stop.poll();
      if (column.values[row] == static_cast<double>(code)) ++count[data.target[row]];
    }
    const std::uint64_t rows = count[0] + count[1];
    if (rows < kFewRows || static_cast<double>(count[1]) < kOneSided * static_cast<double>(rows))
      continue;
    warnings.push_back({"refusals",
                        {column.feature.name},
                        "the target counts refusals as events",
                        "Of " + std::to_string(rows) + " rows whose " +
                            quoted(column.feature.name) + " is " + quoted(categories[code]) + ", " +
                            std::to_string(count[1]) + " are positive.",
                        kRefusalHint});
  }
}

void add_refusals(const TrainingData& data, const std::string& target,
                  const std::vector<std::string>& labels, const StopFlag& stop,
                  std::vector<TrainingWarning>& warnings) {
  for (const std::string& text : labels) {
    if (!tells_of_refusal(text)) continue;
    warnings.push_back({"refusals",
                        {target},
                        "target " + quoted(target) + " tells of a decision and not of an outcome",
                        "One of its values is " + quoted(text) + ".",
                        kRefusalHint});
  }
  if (tells_of_refusal(target)) {
    warnings.push_back({"refusals",
                        {target},
                        "target " + quoted(target) + " tells of a decision and not of an outcome",
                        "So its name says.",
                        kRefusalHint});
  }
  for (const Column& column : data.columns)
    if (column.feature.kind == FeatureKind::kCategorical)
      add_refused_rows(data, column, stop, warnings);
}

}  // namespace

bool tells_of_refusal(const std::string& text) {
  std::string lower = text;
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return std::any_of(std::begin(kRefusals), std::end(kRefusals),
                     [&](const char* word) { return lower.find(word) != std::string::npos; });
}

std::vector<TrainingWarning> guard_rails(const TrainingData& data, const std::string& target,
                                         const std::vector<std::string>& labels,
                                         const StopFlag& stop) {
  std::vector<TrainingWarning> warnings;
  add_findings(findings_of(data, stop), warnings);
  add_refusals(data, target, labels, stop, warnings);
  return warnings;
}

}  // namespace credit_risk
