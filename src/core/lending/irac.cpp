#include "core/lending/irac.hpp"

#include <string>

#include "core/error.hpp"

namespace credit_risk {
namespace {

void require_ascending(const RuleSet& rules, const Band* bands, int count, const char* kind) {
  bool ascending = count >= 0 && count <= kMaxBands;
  for (int i = 0; ascending && i < count; ++i) {
    ascending = bands[i].from >= 0 && (i == 0 || bands[i - 1].from < bands[i].from);
  }
  if (ascending) return;
  throw Error(ErrorKind::kBadModel,
              "rule set \"" + std::string(rules.name) + "\" has bands that do not ascend",
              "Its " + std::string(kind) + " bands must start at growing numbers, at most " +
                  std::to_string(kMaxBands) + " of them.");
}

int band_at(const Band* bands, int count, int position) noexcept {
  int found = kNoClass;
  while (found + 1 < count && bands[found + 1].from <= position) ++found;
  return found;
}

}  // namespace

void require_rules(const RuleSet& rules) {
  require_ascending(rules, rules.sma, rules.sma_count, "SMA");
  require_ascending(rules, rules.npa, rules.npa_count, "NPA");
  const int first = rules.npa_count > 0 ? rules.npa[0].from : -1;
  const int wanted = rules.ages_by_months ? 0 : rules.npa_after_days;
  if (rules.npa_after_days >= 1 && rules.npa_after_days <= 10'000 && first == wanted) return;
  throw Error(ErrorKind::kBadModel,
              "rule set \"" + std::string(rules.name) + "\" does not say where NPA begins",
              "Its first NPA band must start at npa_after_days, or at 0 months where it ages by "
              "months.");
}

int sma_band(const RuleSet& rules, int days_past_due) noexcept {
  if (days_past_due < 0 || days_past_due >= rules.npa_after_days) return kNoClass;
  return band_at(rules.sma, rules.sma_count, days_past_due);
}

int npa_band_by_days(const RuleSet& rules, int days_past_due) {
  if (days_past_due < rules.npa_after_days) return kNoClass;
  if (!rules.ages_by_months) return band_at(rules.npa, rules.npa_count, days_past_due);
  // 12 calendar months are 365 days at least; other lengths are never shorter than 28 days a month.
  const int months = rules.npa_count > 1 ? rules.npa[1].from : 0;
  const int shortest = months / 12 * 365 + months % 12 * 28;
  if (rules.npa_count == 1 || days_past_due < rules.npa_after_days + shortest) return 0;
  throw Error(ErrorKind::kInvalidInput,
              "days past due alone do not tell the class under rule set \"" +
                  std::string(rules.name) + "\"",
              "An NPA ages by calendar months from the date it became one; " +
                  std::to_string(days_past_due) + " days may fall into a later class.",
              "Use npa_class(npa_since, as_of, rule_set), or classify_borrower.");
}

int npa_band_by_date(const RuleSet& rules, Day npa_since, Day as_of) {
  if (as_of < npa_since) return kNoClass;
  if (!rules.ages_by_months) {
    // The first band begins on the NPA date, npa_after_days after the oldest unpaid due date.
    return band_at(rules.npa, rules.npa_count, as_of - npa_since + rules.npa_after_days);
  }
  const CivilDate since = civil_of(npa_since);
  int found = 0;
  while (found + 1 < rules.npa_count && add_months(since, rules.npa[found + 1].from) <= as_of) {
    ++found;
  }
  return found;
}

}  // namespace credit_risk
