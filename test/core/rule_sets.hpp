// The shipped rule sets, as the tests of the core need them; the extension reads its own from
// tables.
#pragma once
#include <cstdio>
#include <initializer_list>

#include "core/lending/irac.hpp"

namespace credit_risk {

inline int set_bands(Band* bands, std::initializer_list<Band> from) {
  int count = 0;
  for (const Band& band : from) bands[count++] = band;
  return count;
}

inline RuleSet rbi_rules() {
  RuleSet rules{};
  std::snprintf(rules.name, sizeof rules.name, "rbi");
  rules.npa_after_days = 90;
  rules.borrower_wise = rules.upgrade_when_clear = rules.ages_by_months = true;
  rules.sma_count = set_bands(rules.sma, {{0, "SMA-0"}, {30, "SMA-1"}, {60, "SMA-2"}});
  rules.npa_count = set_bands(
      rules.npa, {{0, "Sub-Standard"}, {12, "Doubtful-1"}, {24, "Doubtful-2"}, {48, "Doubtful-3"}});
  return rules;
}

inline RuleSet seed_rules() {
  RuleSet rules{};
  std::snprintf(rules.name, sizeof rules.name, "seed");
  rules.npa_after_days = 90;
  rules.npa_count = set_bands(rules.npa, {{90, "Sub-Standard"}, {180, "Doubtful"}, {365, "Loss"}});
  return rules;
}

}  // namespace credit_risk
