-- Instalments, schedules and ratios.
SET search_path = credit_risk, public;
SET datestyle = ISO;

-- The vectors: paise, whole rupees, unrounded.
SELECT principal, rate, months,
       emi(principal, rate, months) AS paise,
       emi(principal, rate, months, 'ceil_rupee') AS ceil_rupee,
       round(emi(principal, rate, months, 'none'), 10) AS unrounded
FROM (VALUES (1, 1000000, 9.5, 60), (2, 1000000, 9.5, 12), (3, 100000, 12, 12), (4, 5000000, 8.5, 240), (5, 500000, 10.5, 84),
             (6, 120000, 0, 12), (7, 100000, 0, 7), (8, 1000000, 0.01, 60)) AS v (number, principal, rate, months)
ORDER BY number;

-- numpy-financial, pmt: 304.1459143262052370338701494, 250, 626.90814, 19311.258.
SELECT emi(15000, 8, 60, 'none'), emi(15000, 0, 60, 'none'), round(emi(2000, 360, 12, 'none'), 5), round(emi(20000, 960, 3, 'none'), 3);

-- Its ppmt: 710.2541257864217612489830917 of the first instalment repays principal.
SELECT round(emi(55000, 10, 60, 'none') - 55000 * 10 / 1200.0, 12) AS first_principal;

-- 12.5 paise is a tie; 1.50 and 1.49 rupees.
SELECT emi(1, 0, 8) AS half_up, emi(1, 0, 8, 'half_even') AS half_even, emi(1, 0, 8, 'ceil') AS ceil,
       emi(60, 0, 40, 'rupee') AS tie, emi(59.60, 0, 40, 'rupee') AS below;

-- Boundaries: one month, the longest tenure, eleven decimals of the rate, the largest amount.
SELECT emi(100000, 12, 1), emi(0, 12, 12), emi(100000, 12, 1200), emi(100000, 12.00000000004, 12, 'none') = emi(100000, 12, 12, 'none') AS ten_decimals,
       emi(92233720368547758.07, 0, 1);
SELECT emi(NULL, 12, 12), emi(100000, NULL, 12), emi(100000, 12, NULL), emi(100000, 12, 12, NULL);

-- The whole schedule; due on the last day of shorter months.
SELECT * FROM amortization_schedule(100000, 12, 12, '2025-01-31');
SELECT count(*), sum(instalment - interest) AS principal, sum(interest) AS interest, min(balance),
       (array_agg(instalment ORDER BY instalment_number DESC))[1] AS last
FROM amortization_schedule(1000000, 9.5, 12, '2025-01-31');
SELECT sum(interest) AS interest, (array_agg(instalment ORDER BY instalment_number DESC))[1] AS last
FROM amortization_schedule(100000, 12, 12, '2025-01-31', emi => 8885);
SELECT instalment, count(*) FROM amortization_schedule(100000, 0, 7, '2025-01-31') GROUP BY 1 ORDER BY 1;

-- Apache Fineract, LoanRepayment.feature: RS02 (monthly), RS03 (by days).
SELECT day_count, sum(interest) AS interest, min(instalment) AS last, max(instalment) AS emi
FROM (VALUES ('30/360'), ('actual/365')) AS d (day_count),
     LATERAL amortization_schedule(5000, 12, 18, '2022-12-01', rounding => 'rupee', interest_rounding => 'half_even', day_count => day_count)
GROUP BY day_count ORDER BY day_count;

-- The first period starts at the disbursement.
SELECT interest FROM amortization_schedule(5000, 12, 18, '2022-12-01', day_count => 'actual/365', disbursed_on => '2022-11-21') LIMIT 1;
-- A larger instalment ends early; nothing lent, nothing due; NULL terms, no rows.
SELECT instalment_number, instalment, balance FROM amortization_schedule(100000, 0, 12, '2025-01-31', emi => 30000);
SELECT * FROM amortization_schedule(0, 12, 12, '2025-01-31');
SELECT * FROM amortization_schedule(NULL, 12, 12, '2025-01-31');
SELECT sum(instalment_number) FROM (VALUES (1), (2)) AS two (n), LATERAL amortization_schedule(1000 * n, 12, 3, '2025-01-31');

-- Ratios. Percent: foir, debt_to_income, loan_to_value; multiples: loan_to_income, dscr.
SELECT round(foir(15000, 21001.86, 100000), 5) AS foir, round(debt_to_income(36001.86, 100000), 5) AS dti,
       round(loan_to_value(1000000, 1250000), 2) AS ltv, round(loan_to_income(1000000, 100000), 4) AS lti_month,
       round(loan_to_income(1000000, 100000, 'year'), 4) AS lti_year, round(dscr(600000, 12 * (15000 + 21001.86)), 4) AS dscr,
       round(dscr(-100, 200), 2) AS cash_loss;
SELECT debt_to_income(0, 100000) = 0 AS no_debt, debt_to_income(NULL, 1) IS NULL AS unknown_debt, loan_to_value(1, NULL) IS NULL AS unknown_value;
SELECT debt_to_income(1, 0, 'null'), foir(1, 1, 0, 'null'), loan_to_income(1, 0, on_zero => 'null'), loan_to_value(1, 0, 'null'), dscr(1, 0, 'null');
SELECT debt_to_income(1, 0, 'seed'), loan_to_value(1, 0, 'seed');

-- Errors.
SELECT emi(-1, 12, 12);
SELECT emi(100000, -0.01, 12);
SELECT emi(100000, 10000.01, 12);
SELECT emi(100000, 12, 0);
SELECT emi(100000, 12, 1201);
SELECT emi(100000, 12, 12, 'floor');
SELECT emi(100000.005, 12, 12);
SELECT emi('NaN', 12, 12);
SELECT emi('Infinity', 12, 12);
SELECT emi(100000, 'NaN', 12);
SELECT emi(100000, 'Infinity', 12);
SELECT emi(92233720368547758.08, 0, 1);
SELECT emi(92233720368547758.07, 12, 1);
SELECT * FROM amortization_schedule(100000, 12, 12, '2025-01-31', emi => 1000);
SELECT * FROM amortization_schedule(100000, 12, 12, '2025-01-31', emi => -1);
SELECT * FROM amortization_schedule(100000, 12, 12, 'infinity');
SELECT * FROM amortization_schedule(100000, 12, 12, '2025-01-31', day_count => 'actual/360');
SELECT * FROM amortization_schedule(100000, 12, 12, '2025-01-31', interest_rounding => 'none');
SELECT * FROM amortization_schedule(100000, 12, 12, '2025-01-31', disbursed_on => '2025-02-01');
SELECT debt_to_income(1, 0);
SELECT foir(1, 1, 0);
SELECT foir(1, 1, 0, 'seed');
SELECT loan_to_income(1, 0);
SELECT loan_to_income(1, 1, 'week');
SELECT loan_to_value(1, 0);
SELECT dscr(1, 0);
SELECT debt_to_income(1, 1, 'zero');
SELECT debt_to_income(-1, 1);
SELECT debt_to_income(1, -1);
SELECT loan_to_value('NaN', 1);

-- SQLSTATEs.
\set VERBOSITY sqlstate
SELECT emi(-1, 12, 12);
SELECT emi(92233720368547758.08, 0, 1);
SELECT emi(92233720368547758.07, 12, 1);
SELECT debt_to_income(1, 0);
\set VERBOSITY default

-- Fit for index expressions and parallel plans.
SELECT proname, provolatile, proparallel, count(*)
FROM pg_proc WHERE pronamespace = 'credit_risk'::regnamespace
  AND proname IN ('emi', 'amortization_schedule', 'debt_to_income', 'foir', 'loan_to_income', 'loan_to_value', 'dscr')
GROUP BY 1, 2, 3 ORDER BY 1;
