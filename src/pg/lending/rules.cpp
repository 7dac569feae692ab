// A model of one tree as rules.
#include "core/model/codec.hpp"
#include "core/report/decision_rules.hpp"
#include "pg/guard.hpp"
#include "pg/row_arrays.hpp"

namespace credit_risk::pg {
namespace {

using Rules = std::vector<DecisionRule>;

}  // namespace

// (content) -> rule, conditions, probability, share, events
CR_FUNCTION(cr_rules_of_content) {
  InitMaterializedSRF(fcinfo, 0);
  const auto* const result = reinterpret_cast<const ReturnSetInfo*>(fcinfo->resultinfo);
  const bytea* const content = PG_GETARG_BYTEA_PP(0);
  auto* const rules = make_in_context<Rules>(CurrentMemoryContext);
  guard([&] {
    *rules =
        decision_rules(decode(VARDATA_ANY(content), VARSIZE_ANY_EXHDR(content)), interrupt_flag());
  });
  for (std::size_t i = 0; i < rules->size(); ++i) {
    CHECK_FOR_INTERRUPTS();
    const DecisionRule* const rule = &(*rules)[i];
    RowValues row;
    row.add_int(static_cast<int>(i) + 1);
    row.add_text(rule->conditions.data(), rule->conditions.size());
    row.add_figure(rule->probability);
    row.add_figure(rule->share);
    row.add_figure(rule->events);
    row.put(result);
  }
  PG_RETURN_NULL();
}

}  // namespace credit_risk::pg
