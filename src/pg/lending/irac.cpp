// Days past due and asset classes: the functions of 80_irac but for classify_borrower.
#include <vector>

#include "core/lending/days_past_due.hpp"
#include "pg/guard.hpp"
#include "pg/lending/money.hpp"
#include "pg/lending/rule_set.hpp"

namespace credit_risk::pg {
namespace {

struct Flows {
  Span<Day> due_dates;
  Span<Paise> due_amounts;
  Span<Day> receipt_dates;
  Span<Paise> receipt_amounts;
  Day as_of;
};

Flows flow_args(FunctionCallInfo fcinfo) {
  const Flows flows{date_array_arg(fcinfo, 0, "due_dates"),
                    money_array_arg(fcinfo, 1, "due_amounts"),
                    date_array_arg(fcinfo, 2, "receipt_dates"),
                    money_array_arg(fcinfo, 3, "receipt_amounts"), PG_GETARG_DATEADT(4)};
  require_same_length(flows.due_dates.size, "due_dates", flows.due_amounts.size, "due_amounts");
  require_same_length(flows.receipt_dates.size, "receipt_dates", flows.receipt_amounts.size,
                      "receipt_amounts");
  return flows;
}

std::vector<CashFlow> cash_flows(Span<Day> dates, Span<Paise> amounts) {
  std::vector<CashFlow> flows(dates.size);
  for (std::size_t i = 0; i < dates.size; ++i) flows[i] = {dates.data[i], amounts.data[i]};
  return flows;
}

Position position_of(const Flows& flows) {
  Position position;
  guard([&] {
    require_day(flows.as_of, "as_of");
    std::vector<CashFlow> dues = cash_flows(flows.due_dates, flows.due_amounts);
    std::vector<CashFlow> receipts = cash_flows(flows.receipt_dates, flows.receipt_amounts);
    position = position_at(dues, receipts, flows.as_of);
  });
  return position;
}

bool no_dues_or_day(FunctionCallInfo fcinfo) {
  return PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(4);
}

Datum band_name(FunctionCallInfo fcinfo, const Band* bands, int band) {
  if (band == kNoClass) PG_RETURN_NULL();
  return CStringGetTextDatum(bands[band].name);
}

Datum npa_name(FunctionCallInfo fcinfo, const RuleSet* rules, int band) {
  if (band == kNoClass) return CStringGetTextDatum("Standard");
  return band_name(fcinfo, rules->npa, band);
}

int days_past_due_arg(FunctionCallInfo fcinfo) {
  const int days = PG_GETARG_INT32(0);
  if (days < 0) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("days past due must not be negative"), errdetail("It is %d.", days)));
  }
  return days;
}

const RuleSet* rules_arg(FunctionCallInfo fcinfo, int arg) {
  return rule_set_named(rule_set_cache(fcinfo), PG_GETARG_TEXT_PP(arg));
}

}  // namespace

CR_FUNCTION(cr_days_past_due) {
  const Day oldest = PG_GETARG_DATEADT(0);
  const Day as_of = PG_GETARG_DATEADT(1);
  guard([&] {
    require_day(oldest, "oldest unpaid due date");
    require_day(as_of, "as_of");
  });
  PG_RETURN_INT32(as_of > oldest ? as_of - oldest : 0);
}

CR_FUNCTION(cr_days_past_due_of_flows) {
  if (no_dues_or_day(fcinfo)) PG_RETURN_NULL();
  const Flows flows = flow_args(fcinfo);
  const Position position = position_of(flows);
  PG_RETURN_INT32(position.overdue ? days_past_due(position, flows.as_of) : 0);
}

CR_FUNCTION(cr_overdue_position) {
  TupleDesc row;
  if (get_call_result_type(fcinfo, nullptr, &row) != TYPEFUNC_COMPOSITE) {
    elog(ERROR, "return type must be a row type");
  }
  if (no_dues_or_day(fcinfo)) PG_RETURN_NULL();
  const Flows flows = flow_args(fcinfo);
  const Position position = position_of(flows);
  const int elapsed = position.overdue ? days_past_due(position, flows.as_of) : 0;
  Datum values[] = {DateADTGetDatum(position.oldest_unpaid), Int32GetDatum(elapsed),
                    Int32GetDatum(position.overdue ? elapsed + 1 : 0),
                    numeric_of_paise(position.overdue_amount),
                    numeric_of_paise(position.advance_credit)};
  bool nulls[5] = {!position.overdue};
  PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(row), values, nulls)));
}

CR_FUNCTION(cr_sma_class) {
  const int days = days_past_due_arg(fcinfo);
  const RuleSet* rules = rules_arg(fcinfo, 1);
  return band_name(fcinfo, rules->sma, sma_band(*rules, days));
}

CR_FUNCTION(cr_sma_class_at) {
  const Day oldest = PG_GETARG_DATEADT(0);
  const Day as_of = PG_GETARG_DATEADT(1);
  const RuleSet* rules = rules_arg(fcinfo, 2);
  guard([&] {
    require_day(oldest, "oldest unpaid due date");
    require_day(as_of, "as_of");
  });
  return band_name(fcinfo, rules->sma, sma_band(*rules, as_of - oldest));
}

CR_FUNCTION(cr_npa_class) {
  const int days = days_past_due_arg(fcinfo);
  const RuleSet* rules = rules_arg(fcinfo, 1);
  int band = kNoClass;
  guard([&] { band = npa_band_by_days(*rules, days); });
  return npa_name(fcinfo, rules, band);
}

CR_FUNCTION(cr_npa_class_at) {
  const Day npa_since = PG_GETARG_DATEADT(0);
  const Day as_of = PG_GETARG_DATEADT(1);
  const RuleSet* rules = rules_arg(fcinfo, 2);
  int band = kNoClass;
  guard([&] {
    require_day(npa_since, "npa_since");
    require_day(as_of, "as_of");
    band = npa_band_by_date(*rules, npa_since, as_of);
  });
  return npa_name(fcinfo, rules, band);
}

}  // namespace credit_risk::pg
