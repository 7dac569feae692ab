#include "core/model/term_table.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "core/model/validate.hpp"

namespace credit_risk {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool has_infinity(const double* row, std::size_t count) noexcept {
  bool infinite = false;
  for (std::size_t f = 0; f < count; ++f) infinite |= std::fabs(row[f]) == kInfinity;
  return infinite;
}

std::string shortest_text(double x) {
  char buffer[32];
  return std::string(buffer, std::to_chars(buffer, buffer + sizeof buffer, x).ptr);
}

// How many of the ascending numbers are below x: the first place with x <= numbers[place]. Without
// a branch on the data, which a processor could not foresee.
std::size_t place_of(const double* numbers, std::size_t count, double x) noexcept {
  const double* begin = numbers;
  while (count > 0) {
    const std::size_t half = (count + 1) / 2;
    begin += begin[half - 1] < x ? half : 0;
    count -= half;
  }
  return static_cast<std::size_t>(begin - numbers);
}

}  // namespace

TermTable::TermTable(const Model& model) {
  const auto append = [this](const std::vector<double>& more) {
    numbers_.insert(numbers_.end(), more.begin(), more.end());
  };
  for (const Term& term : model.terms) {
    const Feature& feature = model.features[term.feature];
    const bool categories = term.kind == TermKind::kCategories;
    entries_.push_back(
        {term.feature, term.kind, static_cast<std::uint32_t>(term.specials.size()),
         static_cast<std::uint32_t>(categories ? term.values.size() : term.edges.size()),
         numbers_.size(), feature.zero_is_missing ? kZeroThreshold : -1.0, term.slope, term.center,
         term.missing.value_or(kNaN), term.unrecognized.value_or(kNaN)});
    append(term.specials);
    append(term.special_values);
    append(term.edges);
    append(term.values);
  }
  for (const Feature& feature : model.features) names_.push_back(feature.name);
}

double TermTable::value_of_number(const Entry& entry, double x) const noexcept {
  const double* specials = numbers_.data() + entry.numbers;
  if (entry.specials > 0) {
    const std::size_t special = place_of(specials, entry.specials, x);
    if (special < entry.specials && specials[special] == x)
      return specials[entry.specials + special];
  }
  if (entry.kind == TermKind::kSlope) return entry.slope * (x - entry.center);
  const double* edges = specials + 2 * entry.specials;
  return edges[entry.edges + place_of(edges, entry.edges, x)];
}

// NaN where the row is to be refused.
double TermTable::value_of(const Entry& entry, double x) const noexcept {
  if (!(std::fabs(x) > entry.zero)) return entry.missing;  // NaN, too
  if (entry.kind != TermKind::kCategories) return value_of_number(entry, x);
  if (x >= 0 && x < entry.edges && x == std::floor(x))
    return numbers_[entry.numbers + static_cast<std::size_t>(x)];
  return x == kUnrecognized ? entry.unrecognized : kNaN;
}

// `put` is told each term. A term that is refused makes `size` NaN.
template <class Put>
double TermTable::add_up(const double* row, Put put) const {
  double total = 0, size = 0;
  for (const Entry& entry : entries_) {
    const double value = value_of(entry, row[entry.feature]);
    put(entry, value);
    total += value;
    size += std::fabs(value);
  }
  if (!(size <= kMaxMargin) || has_infinity(row, names_.size())) refuse(row);
  return total;
}

double TermTable::sum(const double* row) const {
  return add_up(row, [](const Entry&, double) {});
}

double TermTable::sum(const double* row, double* parts) const {
  std::fill_n(parts, names_.size(), 0.0);
  return add_up(row, [parts](const Entry& entry, double value) { parts[entry.feature] = value; });
}

void TermTable::refuse(const double* row) const {
  for (std::size_t f = 0; f < names_.size(); ++f) {
    if (!std::isinf(row[f])) continue;
    throw Error(ErrorKind::kInvalidInput, "feature \"" + names_[f] + "\" is infinite",
                "A feature is a finite number, or null where it is missing.");
  }
  const Entry* greatest = &entries_.front();
  for (const Entry& entry : entries_) {
    const double x = row[entry.feature];
    if (std::isnan(value_of(entry, x))) check(entry, x);
    if (std::fabs(value_of(entry, x)) > std::fabs(value_of(*greatest, row[greatest->feature])))
      greatest = &entry;
  }
  throw Error(ErrorKind::kInvalidInput,
              "feature \"" + names_[greatest->feature] + "\" is too large for the model",
              "The value is " + shortest_text(row[greatest->feature]) +
                  "; the sum of the terms would exceed 1e300.");
}

void TermTable::check(const Entry& entry, double x) const {
  const std::string name = "feature \"" + names_[entry.feature] + "\"";
  if (!(std::fabs(x) > entry.zero)) {
    throw Error(ErrorKind::kInvalidInput, name + " is missing",
                "The model has no value for a row without this feature.",
                "Pass a value, or use a model that takes missing values of this feature.");
  }
  if (entry.kind != TermKind::kCategories) return;
  if (x == kUnrecognized) {
    throw Error(ErrorKind::kInvalidInput, name + " is a category that the model does not have",
                "The model has no value for other categories of this feature.",
                "Pass one of the model's categories, or use a model that takes others.");
  }
  throw Error(ErrorKind::kInvalidInput, name + " is not the code of a category",
              "The value is " + shortest_text(x) + "; the model has categories 0 to " +
                  std::to_string(static_cast<long>(entry.edges) - 1) + ".",
              "Pass -1 for a category that the model does not have.");
}

std::size_t TermTable::byte_size() const noexcept {
  return entries_.size() * sizeof(Entry) + numbers_.size() * sizeof(double) +
         names_.size() * sizeof(std::string);
}

}  // namespace credit_risk
