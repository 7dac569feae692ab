#include "core/train/data/feature_choice.hpp"

#include <algorithm>
#include <iterator>

#include "core/error.hpp"

namespace credit_risk {
namespace {

// Whole words, and how words begin.
constexpr const char* kProtected[] = {"sex", "sexes", "male", "males", "female", "females"};
constexpr const char* kProtectedBeginnings[] = {"gender", "religio", "caste",
                                                "race",   "racial",  "ethnic"};

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::size_t position(const std::vector<std::string>& columns, const std::string& name,
                     const char* what) {
  const auto found = std::find(columns.begin(), columns.end(), name);
  if (found == columns.end()) {
    throw Error(ErrorKind::kUndefined,
                std::string(what) + " \"" + name + "\" is not a column of the query",
                "The columns are " + joined(columns) + ".");
  }
  if (std::find(found + 1, columns.end(), name) != columns.end()) {
    throw Error(ErrorKind::kInvalidInput, "column \"" + name + "\" appears twice in the query", "",
                "Give one of them another name by AS.");
  }
  return static_cast<std::size_t>(found - columns.begin());
}

bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool is_letter(char c) { return is_capital(c) || (c >= 'a' && c <= 'z'); }

// In small letters; parted by what is no letter, and before a capital behind a small letter.
std::vector<std::string> words_of(const std::string& name) {
  std::vector<std::string> words(1);
  char before = ' ';
  for (const char c : name) {
    const bool starts = is_capital(c) && !is_capital(before);
    if (!is_letter(c) || starts) words.emplace_back();
    if (is_letter(c)) words.back() += is_capital(c) ? static_cast<char>(c - 'A' + 'a') : c;
    before = c;
  }
  return words;
}

bool is_protected(const std::string& name) {
  const std::vector<std::string> words = words_of(name);
  return std::any_of(words.begin(), words.end(), [](const std::string& word) {
    const auto is = [&](const char* whole) { return word == whole; };
    const auto begins = [&](const char* beginning) { return word.rfind(beginning, 0) == 0; };
    return std::any_of(std::begin(kProtected), std::end(kProtected), is) ||
           std::any_of(std::begin(kProtectedBeginnings), std::end(kProtectedBeginnings), begins);
  });
}

// What a column is besides a feature; null if nothing.
const char* role_of(const ColumnChoice& choice, std::size_t index) {
  if (index == choice.target) return "target";
  if (index == choice.weight) return "weight";
  return index == choice.time ? "time_column" : nullptr;
}

void check_roles(const ColumnChoice& choice) {
  const auto refuse = [](const char* what) {
    throw Error(ErrorKind::kInvalidInput, std::string("the ") + what);
  };
  if (choice.weight == choice.target) refuse("target cannot be the weight");
  if (choice.time == choice.target) refuse("target cannot be the time_column");
  if (choice.time.has_value() && choice.time == choice.weight)
    refuse("weight cannot be the time_column");
}

bool lists(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

ColumnChoice choose_columns(const std::vector<std::string>& columns, const std::string& target,
                            const TrainOptions& options) {
  ColumnChoice choice;
  choice.target = position(columns, target, "target");
  if (!options.weight.empty()) choice.weight = position(columns, options.weight, "weight");
  if (!options.time_column.empty())
    choice.time = position(columns, options.time_column, "time_column");
  check_roles(choice);
  for (const std::string& name : options.exclude) position(columns, name, "excluded column");
  for (const std::string& name : options.features) {
    const std::size_t index = position(columns, name, "feature");
    if (const char* const role = role_of(choice, index)) {
      throw Error(ErrorKind::kInvalidInput, "column \"" + name + "\" cannot be a feature",
                  std::string("It is the ") + role + ".");
    }
    if (lists(options.exclude, name)) {
      throw Error(ErrorKind::kInvalidInput, "column \"" + name + "\" cannot be a feature",
                  "It is in params.exclude.");
    }
    if (std::find(choice.features.begin(), choice.features.end(), index) != choice.features.end()) {
      throw Error(ErrorKind::kInvalidInput,
                  "feature \"" + name + "\" appears twice in params.features");
    }
    choice.features.push_back(index);
  }
  if (options.features.empty()) {
    for (std::size_t index = 0; index < columns.size(); ++index) {
      if (role_of(choice, index) != nullptr) continue;
      if (lists(options.exclude, columns[index])) continue;
      choice.features.push_back(position(columns, columns[index], "feature"));
    }
    for (const std::size_t index : choice.features) {
      if (!options.allow_protected && is_protected(columns[index]))
        choice.protected_features.push_back(index);
    }
  }
  return choice;
}

}  // namespace credit_risk
