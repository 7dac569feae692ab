// Instalments, schedules and ratios: the functions of 70_finance.
#include <vector>

#include "core/lending/schedule.hpp"
#include "pg/guard.hpp"
#include "pg/lending/money.hpp"

namespace credit_risk::pg {
namespace {

// A text argument as a C string in the call's memory.
const char* text_arg(FunctionCallInfo fcinfo, int arg) {
  return text_to_cstring(PG_GETARG_TEXT_PP(arg));
}

LoanTerms loan_terms_arg(FunctionCallInfo fcinfo) {
  return {paise_of(PG_GETARG_NUMERIC(0), "principal"), rate_of(PG_GETARG_NUMERIC(1)),
          PG_GETARG_INT32(2)};
}

struct ScheduleNames {
  const char* emi_rounding;
  const char* interest_rounding;
  const char* day_count;
};

ScheduleTerms schedule_terms_arg(FunctionCallInfo fcinfo, ScheduleNames* names) {
  ScheduleTerms terms{};
  terms.loan = loan_terms_arg(fcinfo);
  terms.first_due_date = PG_GETARG_DATEADT(3);
  terms.emi = PG_ARGISNULL(4) ? kComputeEmi : paise_of(PG_GETARG_NUMERIC(4), "emi");
  if (!PG_ARGISNULL(4) && terms.emi < 0) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("emi must not be negative")));
  }
  *names = {text_arg(fcinfo, 5), text_arg(fcinfo, 6), text_arg(fcinfo, 7)};
  terms.has_disbursed_on = !PG_ARGISNULL(8);
  terms.disbursed_on = PG_ARGISNULL(8) ? 0 : PG_GETARG_DATEADT(8);
  return terms;
}

void put_instalment(ReturnSetInfo* result, const Instalment& row) {
  Datum values[] = {Int32GetDatum(row.number),       DateADTGetDatum(row.due_date),
                    numeric_of_paise(row.amount()),  numeric_of_paise(row.interest),
                    numeric_of_paise(row.principal), numeric_of_paise(row.balance)};
  bool nulls[6] = {};
  tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

enum class OnZero { kError, kNull, kSeed };

// `seed_value` 0: the seed system has no guard for this ratio.
OnZero on_zero_arg(FunctionCallInfo fcinfo, int arg, int seed_value) {
  const char* name = text_arg(fcinfo, arg);
  if (std::strcmp(name, "error") == 0) return OnZero::kError;
  if (std::strcmp(name, "null") == 0) return OnZero::kNull;
  if (std::strcmp(name, "seed") == 0 && seed_value != 0) return OnZero::kSeed;
  ereport(ERROR,
          (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("on_zero \"%s\" does not exist", name),
           seed_value != 0 ? errhint("The choices are error, null and seed.")
                           : errhint("The choices are error and null.")));
  pg_unreachable();
}

Datum constant(std::int64_t value) { return NumericGetDatum(int64_to_numeric(value)); }

int sign_of(Datum value) {
  return DatumGetInt32(DirectFunctionCall2(numeric_cmp, value, constant(0)));
}

// Numerics keep all their digits here: a ratio is no amount of money. `name` names the argument.
Datum ratio_input(Datum value, const char* name, bool may_be_negative = false) {
  const Numeric number = DatumGetNumeric(value);
  if (numeric_is_nan(number) || numeric_is_inf(number)) {
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s must be a finite number", name)));
  }
  if (!may_be_negative && sign_of(value) < 0) {
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s must not be negative", name),
             errdetail("It is %s.", DatumGetCString(DirectFunctionCall1(numeric_out, value)))));
  }
  return value;
}

struct Ratio {
  Datum numerator, denominator;
  int factor;
  const char* denominator_name;
  int seed_value;  // what the seed system gave at denominator 0; 0: nothing
};

// factor * numerator / denominator in numeric arithmetic.
Datum divide(FunctionCallInfo fcinfo, const Ratio& ratio, OnZero on_zero) {
  if (sign_of(ratio.denominator) != 0) {
    const Datum scaled = DirectFunctionCall2(numeric_mul, ratio.numerator, constant(ratio.factor));
    return DirectFunctionCall2(numeric_div, scaled, ratio.denominator);
  }
  if (on_zero == OnZero::kNull) PG_RETURN_NULL();
  if (on_zero == OnZero::kSeed) return constant(ratio.seed_value);
  ereport(ERROR,
          (errcode(ERRCODE_DIVISION_BY_ZERO), errmsg("%s must not be 0", ratio.denominator_name),
           errdetail("The ratio does not exist then."),
           errhint("Pass on_zero => 'null' to get NULL instead.")));
  pg_unreachable();
}

}  // namespace

CR_FUNCTION(cr_emi) {
  const LoanTerms terms = loan_terms_arg(fcinfo);
  const char* rounding = text_arg(fcinfo, 3);
  const bool exact = std::strcmp(rounding, "none") == 0;
  Paise rounded = 0;
  Int128 unrounded = 0;
  guard([&] {
    if (exact) {
      unrounded = emi_in_1e16(terms);
    } else {
      rounded = emi(terms, rounding_named(rounding));
    }
  });
  return exact ? numeric_of_1e16(unrounded) : numeric_of_paise(rounded);
}

CR_FUNCTION(cr_amortization_schedule) {
  InitMaterializedSRF(fcinfo, 0);
  for (int arg = 0; arg < 8; ++arg) {
    if (arg != 4 && PG_ARGISNULL(arg)) return Datum{0};
  }
  ScheduleNames names;
  ScheduleTerms terms = schedule_terms_arg(fcinfo, &names);
  auto* rows = make_in_context<std::vector<Instalment>>(CurrentMemoryContext);
  guard([&] {
    terms.emi_rounding = rounding_named(names.emi_rounding);
    terms.interest_rounding = rounding_named(names.interest_rounding);
    terms.day_count = day_count_named(names.day_count);
    build_schedule(terms, *rows);
  });
  auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  for (std::size_t i = 0; i < rows->size(); ++i) put_instalment(result, (*rows)[i]);
  return Datum{0};
}

CR_FUNCTION(cr_debt_to_income) {
  const Ratio ratio{ratio_input(PG_GETARG_DATUM(0), "monthly_obligations"),
                    ratio_input(PG_GETARG_DATUM(1), "gross_monthly_income"), 100,
                    "gross_monthly_income", 100};
  return divide(fcinfo, ratio, on_zero_arg(fcinfo, 2, ratio.seed_value));
}

CR_FUNCTION(cr_foir) {
  const Datum existing = ratio_input(PG_GETARG_DATUM(0), "existing_obligations");
  const Datum proposed = ratio_input(PG_GETARG_DATUM(1), "proposed_emi");
  const Ratio ratio{DirectFunctionCall2(numeric_add, existing, proposed),
                    ratio_input(PG_GETARG_DATUM(2), "net_monthly_income"), 100,
                    "net_monthly_income", 0};
  return divide(fcinfo, ratio, on_zero_arg(fcinfo, 3, ratio.seed_value));
}

CR_FUNCTION(cr_loan_to_income) {
  const char* basis = text_arg(fcinfo, 2);
  const bool yearly = std::strcmp(basis, "year") == 0;
  if (!yearly && std::strcmp(basis, "month") != 0) {
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("basis \"%s\" does not exist", basis),
             errhint("The bases are month and year.")));
  }
  const Datum income = ratio_input(PG_GETARG_DATUM(1), "monthly_income");
  const Ratio ratio{ratio_input(PG_GETARG_DATUM(0), "loan_amount"),
                    DirectFunctionCall2(numeric_mul, income, constant(yearly ? 12 : 1)), 1,
                    "monthly_income", 0};
  return divide(fcinfo, ratio, on_zero_arg(fcinfo, 3, ratio.seed_value));
}

CR_FUNCTION(cr_loan_to_value) {
  const Ratio ratio{ratio_input(PG_GETARG_DATUM(0), "exposure"),
                    ratio_input(PG_GETARG_DATUM(1), "collateral_value"), 100, "collateral_value",
                    100};
  return divide(fcinfo, ratio, on_zero_arg(fcinfo, 2, ratio.seed_value));
}

CR_FUNCTION(cr_dscr) {
  const Ratio ratio{ratio_input(PG_GETARG_DATUM(0), "cash_available", true),
                    ratio_input(PG_GETARG_DATUM(1), "debt_service"), 1, "debt_service", 0};
  return divide(fcinfo, ratio, on_zero_arg(fcinfo, 2, ratio.seed_value));
}

}  // namespace credit_risk::pg
