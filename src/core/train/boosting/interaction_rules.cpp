#include "core/train/boosting/interaction_rules.hpp"

#include <algorithm>

namespace credit_risk {

bool InteractionRules::allows(std::uint32_t feature, const std::vector<std::uint32_t>& used) const {
  const auto alone = [&](std::uint32_t f) { return f == feature; };
  if (!any() || std::all_of(used.begin(), used.end(), alone)) return true;
  return std::any_of(groups_.begin(), groups_.end(), [&](const auto& group) {
    const auto holds = [&](std::uint32_t f) {
      return std::find(group.begin(), group.end(), f) != group.end();
    };
    return holds(feature) && std::all_of(used.begin(), used.end(), holds);
  });
}

}  // namespace credit_risk
