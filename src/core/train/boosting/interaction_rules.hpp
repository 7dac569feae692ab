// Which features may follow others on a path from root to leaf.
#pragma once
#include <cstdint>
#include <utility>
#include <vector>

namespace credit_risk {

class InteractionRules {
 public:
  // Without groups every feature may follow every other.
  explicit InteractionRules(std::vector<std::vector<std::uint32_t>> groups)
      : groups_(std::move(groups)) {}

  bool any() const noexcept { return !groups_.empty(); }

  // Whether `feature` may be split below splits by all of `used`.
  bool allows(std::uint32_t feature, const std::vector<std::uint32_t>& used) const;

 private:
  std::vector<std::vector<std::uint32_t>> groups_;
};

}  // namespace credit_risk
