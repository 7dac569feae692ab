-- Instalments, schedules and ratios. Money and rates are numeric and exact: no binary floating point in between.

CREATE FUNCTION credit_risk.emi(principal numeric, annual_rate numeric, months int, rounding text DEFAULT 'half_up') RETURNS numeric
AS 'MODULE_PATHNAME', 'cr_emi' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION credit_risk.emi(numeric, numeric, int, text) IS
'Equated monthly instalment P r (1+r)^n / ((1+r)^n - 1), r = annual_rate / 1200; P / n at rate 0. annual_rate in percent a year (taken to ten decimals), months 1 to 1200. rounding: half_up (to the paisa, default), half_even, ceil (up to the paisa), rupee (nearest), ceil_rupee (up), none (16 decimals).';

CREATE TYPE credit_risk.instalment AS (
  instalment_number int,
  due_date date,
  instalment numeric,
  interest numeric,
  principal numeric,
  balance numeric
);
COMMENT ON TYPE credit_risk.instalment IS 'A row of amortization_schedule: instalment = interest + principal; balance is the principal outstanding once it is paid.';
COMMENT ON COLUMN credit_risk.instalment.instalment_number IS '1 for the first.';
COMMENT ON COLUMN credit_risk.instalment.due_date IS 'Due date.';
COMMENT ON COLUMN credit_risk.instalment.instalment IS 'Amount due, interest + principal.';
COMMENT ON COLUMN credit_risk.instalment.interest IS 'Interest of the period.';
COMMENT ON COLUMN credit_risk.instalment.principal IS 'Principal that the instalment repays.';
COMMENT ON COLUMN credit_risk.instalment.balance IS 'Principal outstanding once it is paid.';

CREATE FUNCTION credit_risk.amortization_schedule(
  principal numeric, annual_rate numeric, months int, first_due_date date, emi numeric DEFAULT NULL, rounding text DEFAULT 'half_up',
  interest_rounding text DEFAULT 'half_up', day_count text DEFAULT '30/360', disbursed_on date DEFAULT NULL)
RETURNS SETOF credit_risk.instalment
AS 'MODULE_PATHNAME', 'cr_amortization_schedule' LANGUAGE c IMMUTABLE PARALLEL SAFE COST 200 ROWS 60;
COMMENT ON FUNCTION credit_risk.amortization_schedule(numeric, numeric, int, date, numeric, text, text, text, date) IS
'Repayment schedule. Instalment k falls due k - 1 calendar months after first_due_date (last day of shorter months); the last one pays out exactly. emi NULL: computed, with rounding as in emi(). interest_rounding: half_up or half_even, to the paisa, or any other rounding of emi() but none. day_count: 30/360 (a month is a twelfth of a year) or actual/365 (days of the period over 365; a computed emi then weighs the periods by their days; the first period starts on disbursed_on, default one month before first_due_date). Refuses an emi that does not exceed the interest. NULL terms give no rows.';

CREATE FUNCTION credit_risk.debt_to_income(monthly_obligations numeric, gross_monthly_income numeric, on_zero text DEFAULT 'error') RETURNS numeric
AS 'MODULE_PATHNAME', 'cr_debt_to_income' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION credit_risk.debt_to_income(numeric, numeric, text) IS
'Debt to income in percent: 100 x all monthly debt obligations (with the proposed instalment) / gross monthly income. on_zero says what an income of 0 gives: error (default), null, or seed (100).';

CREATE FUNCTION credit_risk.foir(existing_obligations numeric, proposed_emi numeric, net_monthly_income numeric, on_zero text DEFAULT 'error') RETURNS numeric
AS 'MODULE_PATHNAME', 'cr_foir' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION credit_risk.foir(numeric, numeric, numeric, text) IS
'Fixed obligations to income ratio in percent: 100 x (existing monthly obligations + proposed emi) / net monthly income. on_zero: error (default) or null.';

CREATE FUNCTION credit_risk.loan_to_income(loan_amount numeric, monthly_income numeric, basis text DEFAULT 'month', on_zero text DEFAULT 'error') RETURNS numeric
AS 'MODULE_PATHNAME', 'cr_loan_to_income' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION credit_risk.loan_to_income(numeric, numeric, text, text) IS
'Loan to income, a multiple (not percent): loan amount / monthly income (basis month, default) or / twelve monthly incomes (basis year). on_zero: error (default) or null.';

CREATE FUNCTION credit_risk.loan_to_value(exposure numeric, collateral_value numeric, on_zero text DEFAULT 'error') RETURNS numeric
AS 'MODULE_PATHNAME', 'cr_loan_to_value' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION credit_risk.loan_to_value(numeric, numeric, text) IS
'Loan to value in percent: 100 x all exposure that the collateral secures / eligible collateral value. on_zero says what a collateral of 0 gives: error (default), null, or seed (100).';

CREATE FUNCTION credit_risk.dscr(cash_available numeric, debt_service numeric, on_zero text DEFAULT 'error') RETURNS numeric
AS 'MODULE_PATHNAME', 'cr_dscr' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION credit_risk.dscr(numeric, numeric, text) IS
'Debt service coverage ratio, a multiple (not percent): cash available for debt service / (principal + interest due) of the same period. Below 1 the cash does not suffice; a cash loss gives a negative ratio. on_zero: error (default) or null.';
