#include "core/train/data/feature_choice.hpp"

#include <algorithm>
#include <cctype>

#include "core/error.hpp"

namespace credit_risk {
namespace {

constexpr const char* kProtected[] = {"gender", "sex", "religion", "caste", "race", "ethnicity"};

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

// Whether one of the words of the name, parted by what is no letter, is a protected attribute.
bool is_protected(const std::string& name) {
  std::string word;
  for (const char c : name + "_") {
    if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      continue;
    }
    if (std::find(std::begin(kProtected), std::end(kProtected), word) != std::end(kProtected))
      return true;
    word.clear();
  }
  return false;
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
