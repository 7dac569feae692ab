#include "core/report/path_conditions.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/metrics/tables/weight_of_evidence.hpp"

namespace credit_risk {
namespace {

constexpr double kGreatest = std::numeric_limits<double>::max();

bool is_plain_name(const std::string& name) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  return !name.empty() && fits(name[0]) && std::all_of(name.begin(), name.end(), [&](char c) {
    return fits(c) || (c >= '0' && c <= '9');
  });
}

std::string quoted(const std::string& text, char quote) {
  std::string result(1, quote);
  for (const char c : text) result += std::string(c == quote ? 2 : 1, c);
  return result + quote;
}

// The shortest decimal form of the float32 number.
std::string float32_label(double value) {
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, static_cast<float>(value));
  double shortest = value;
  std::from_chars(text, end.ptr, shortest);
  return number_label(shortest);
}

}  // namespace

PathCondition::PathCondition(const Feature& feature, bool float32)
    : feature_(feature),
      float32_(float32),
      name_(is_plain_name(feature.name) ? feature.name : quoted(feature.name, '"')),
      codes_(feature.categories.size(), true),
      unrecognized_(feature.kind == FeatureKind::kCategorical) {}

void PathCondition::follow(const TreeEnsemble& trees, std::size_t node, bool to_left) {
  const std::uint8_t flags = trees.flags[node];
  missing_ = missing_ && ((flags & TreeEnsemble::kMissingLeft) != 0) == to_left;
  if (feature_.kind == FeatureKind::kNumeric) {
    const double threshold = trees.threshold[node];
    if (to_left) {
      upper_ = std::min(upper_, threshold);
    } else {
      lower_ = std::max(lower_, threshold);
    }
    return;
  }
  unrecognized_ = unrecognized_ && ((flags & TreeEnsemble::kUnrecognizedLeft) != 0) == to_left;
  const auto first = static_cast<std::size_t>(trees.category_begin[node]);
  for (std::size_t code = 0; code < codes_.size(); ++code) {
    const bool left = ((trees.category_words[first + code / 64] >> (code % 64)) & 1) != 0;
    codes_[code] = codes_[code] && left == to_left;
  }
}

bool PathCondition::allows_all() const {
  if (feature_.kind == FeatureKind::kNumeric) return lower_ < -kGreatest && upper_ >= kGreatest;
  return unrecognized_ && std::all_of(codes_.begin(), codes_.end(), [](bool in) { return in; });
}

bool PathCondition::allows_none() const {
  if (feature_.kind == FeatureKind::kNumeric) return lower_ >= upper_ || lower_ >= kGreatest;
  return !unrecognized_ && std::none_of(codes_.begin(), codes_.end(), [](bool in) { return in; });
}

std::string PathCondition::text() const {
  const bool zero = feature_.zero_is_missing;
  if (allows_none()) return name_ + " IS NULL" + (zero ? " (or 0)" : "");
  if (missing_) return values_text() + (zero ? " (or missing or 0)" : " (or missing)");
  const std::string text = allows_all() ? name_ + " IS NOT NULL" : values_text();
  return text + (zero && lower_ < 0 && upper_ >= 0 ? " AND " + name_ + " <> 0" : "");
}

std::string PathCondition::values_text() const {
  return feature_.kind == FeatureKind::kNumeric ? range_text() : categories_text();
}

// x <= bound says the same as x < the next number, which may be the rounder one: 24999.999999999996
// is "below 25000".
std::string PathCondition::bound_text(const char* to, const char* beyond, double bound) const {
  const double next = float32_ ? std::nextafterf(static_cast<float>(bound), INFINITY)
                               : std::nextafter(bound, INFINITY);
  const auto number = [&](double value) {
    return float32_ ? float32_label(value) : number_label(value);
  };
  const std::string here = number(bound), there = number(next);
  return there.size() < here.size() ? name_ + beyond + there : name_ + to + here;
}

std::string PathCondition::range_text() const {
  std::string text;
  if (lower_ >= -kGreatest) text = bound_text(" > ", " >= ", lower_);
  if (upper_ < kGreatest) {
    if (!text.empty()) text += " AND ";
    text += bound_text(" <= ", " < ", upper_);
  }
  return text;
}

// With unrecognized categories it says which ones do not come, else which ones do.
std::string PathCondition::categories_text() const {
  std::string list;
  std::size_t count = 0;
  for (std::size_t code = 0; code < codes_.size(); ++code) {
    if (codes_[code] == unrecognized_) continue;
    if (count++ > 0) list += ", ";
    list += quoted(feature_.categories[code], '\'');
  }
  if (count == 1) return name_ + (unrecognized_ ? " <> " : " = ") + list;
  return name_ + (unrecognized_ ? " NOT IN (" : " IN (") + list + ")";
}

}  // namespace credit_risk
