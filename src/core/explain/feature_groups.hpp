// Features that a reader takes for one thing, such as the columns of a one-hot code: their impacts
// are summed. Additivity stays; but the sum is not the Shapley value of a game in which the group
// is one player, which would share interactions with the others differently.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/model.hpp"

namespace credit_risk {

class FeatureGroups {
 public:
  // What is told in one line: a group, or a feature that is in none.
  struct Line {
    std::string name;
    std::vector<std::int32_t> members;  // positions of features, rising
    bool is_group;
  };

  // `json`: {"name of the group": ["feature", ...], ...}; {} leaves every feature alone. Lines
  // stand in the order of their first features. Throws kInvalidInput where that is not its form, a
  // feature is in two groups, or a group is named like a feature outside it; kUndefined where a
  // member is no feature.
  FeatureGroups(const std::vector<Feature>& features, std::string_view json);

  const std::vector<Line>& lines() const noexcept { return lines_; }

  // Writes lines().size() sums of the impacts of all features.
  void sum(const double* impacts, double* sums) const;

 private:
  std::vector<Line> lines_;
};

}  // namespace credit_risk
