-- Days past due, special mention accounts, NPA classes, the status of a borrower's loans.
SET search_path = public, credit_risk;
SET datestyle = ISO;

-- RBI's illustration: due on 31 March 2021, nothing paid.
SELECT as_of::date, days_past_due('2021-03-31', as_of::date), days_past_due('2021-03-31', as_of::date) + 1 AS dpd_rbi,
       sma_class(date '2021-03-31', as_of::date), npa_class(days_past_due('2021-03-31', as_of::date))
FROM unnest('{2021-03-30,2021-03-31,2021-04-29,2021-04-30,2021-05-29,2021-05-30,2021-06-28,2021-06-29}'::date[]) AS as_of;

-- Leap years: NPA on 30 April 2024, on 1 May 2023.
SELECT npa_class(days_past_due('2024-01-31', '2024-04-29')), npa_class(days_past_due('2024-01-31', '2024-04-30')),
       npa_class(days_past_due('2023-01-31', '2023-04-30')), npa_class(days_past_due('2023-01-31', '2023-05-01'));

-- Ageing by calendar months from the NPA date.
SELECT as_of, npa_class(date '2021-06-29', as_of)
FROM unnest('{2021-06-28,2021-06-29,2022-06-28,2022-06-29,2023-06-28,2023-06-29,2025-06-28,2025-06-29}'::date[]) AS as_of;
SELECT npa_class(date '2021-06-29', '2022-06-29', 'rbi_nbfc_2025');

-- seed_simple.
SELECT days, npa_class(days, 'seed_simple') FROM unnest('{0,89,90,179,180,364,365,5000}'::int[]) AS days;
SELECT sma_class(45, 'seed_simple'), npa_class(date '2025-01-01', '2025-04-01', 'seed_simple');

SELECT sma_class(days) FROM unnest('{0,29,30,59,60,89,90}'::int[]) AS days;
SELECT days_past_due(NULL::date, '2025-01-01'), sma_class(NULL::int), npa_class(NULL::int), npa_class(NULL::date, '2025-01-01'), days_past_due('2025-02-01', '2025-01-01') AS not_yet_due;

-- Dues of 10,000 on the fifth of four months; three receipts; first in, first out.
CREATE TEMP TABLE flows AS
SELECT ARRAY['2025-01-05', '2025-02-05', '2025-03-05', '2025-04-05']::date[] AS due_dates, array_fill(10000::numeric, ARRAY[4]) AS due_amounts,
       ARRAY['2025-03-25', '2025-01-10', '2025-02-20']::date[] AS receipt_dates, ARRAY[7000, 10000, 6000]::numeric[] AS receipt_amounts;
SELECT as_of, p.*, days_past_due(due_dates, due_amounts, receipt_dates, receipt_amounts, as_of)
FROM flows, unnest('{2025-01-04,2025-01-09,2025-01-10,2025-02-05,2025-02-20,2025-03-24,2025-03-25,2025-04-30,2025-05-04,2025-06-02,2025-06-03}'::date[]) AS as_of,
     LATERAL overdue_position(due_dates, due_amounts, receipt_dates, receipt_amounts, as_of) AS p;
SELECT * FROM overdue_position('{2025-01-05}', '{100}', NULL, NULL, '2025-01-06');
SELECT * FROM overdue_position('{2025-01-05}', '{100}', '{2025-01-01}', '{250.50}', '2025-01-06');
SELECT overdue_position('{2025-01-05}', '{100}', NULL, NULL, NULL) IS NULL AS no_day, days_past_due('{}', '{}', '{}', '{}', '2025-01-01') AS no_dues;

-- Part payment does not upgrade; full payment does, at the same day-end. Dues of 10,000 from 31 March to 31 July 2021.
SELECT paid, c.days_past_due, c.overdue_amount, c.outstanding_principal, c.asset_class, c.sma_class, c.npa_since, c.npa_from, c.npa_to
FROM unnest('{30000,40000}'::numeric[]) AS paid,
     LATERAL classify_borrower('{1}', '{50000}', '{0}', '{5}', '{10000}', '{2021-03-31}', '{1}', '{2021-07-01}', ARRAY[paid], '2021-07-01') AS c
ORDER BY paid;

-- One NPA facility makes all NPA; clearing it does not help while the other is 3 days overdue; clearing both does.
SELECT as_of, tl1_paid, c.loan_id, c.oldest_unpaid_due_date, c.days_past_due, c.dpd_rbi, c.asset_class, c.sma_class, c.npa_since, c.npa_to
FROM (VALUES ('2021-06-28'::date, 0), ('2021-06-29', 0), ('2021-07-10', 40000)) AS v (as_of, tl1_paid),
     LATERAL classify_borrower('{1,2}', '{120000,24000}', '{0,0}', '{12,12}', '{10000,2000}', '{2021-03-31,2021-04-07}',
       '{2,2,2,1}', '{2021-04-07,2021-05-07,2021-06-07,2021-07-10}', ARRAY[2000, 2000, 2000, tl1_paid], as_of) AS c
ORDER BY as_of, loan_id;
SELECT c.loan_id, c.asset_class, c.npa_from, c.npa_to
FROM classify_borrower('{1,2}', '{120000,24000}', '{0,0}', '{12,12}', '{10000,2000}', '{2021-03-31,2021-04-07}',
       '{2,2,2,1,2}', '{2021-04-07,2021-05-07,2021-06-07,2021-07-10,2021-07-11}', '{2000,2000,2000,40000,2000}', '2021-07-11') AS c
ORDER BY loan_id;

-- Loan by loan, by today's days past due only.
SELECT c.loan_id, c.days_past_due, c.asset_class, c.npa_since, c.npa_from, c.npa_to
FROM classify_borrower('{1,2}', '{120000,24000}', '{0,0}', '{12,12}', '{10000,2000}', '{2021-03-31,2021-04-07}', '{1}', '{2021-10-15}', '{35000}',
       '2021-10-20', 'seed_simple') AS c
ORDER BY loan_id;

-- Interest before principal; emi NULL is computed; receipts after as_of do not count; credit waits for its due.
SELECT * FROM classify_borrower('{7}', '{100000}', '{12}', '{12}', ARRAY[NULL]::numeric[], '{2025-01-31}',
  '{7,7,7}', '{2025-02-10,2025-01-31,2025-03-01}', '{1500,8884.88,5}', '2025-02-28');
SELECT outstanding_principal, advance_credit, days_past_due, dpd_rbi, overdue_amount, last_receipt_date
FROM classify_borrower('{7}', '{100000}', '{12}', '{12}', '{8884.88}', '{2025-01-31}', '{7}', '{2025-01-15}', '{20000}', '2025-01-31');
-- Closed by its last receipt, and what comes after is credit.
SELECT outstanding_principal, advance_credit, asset_class, closed_on, last_receipt_date
FROM classify_borrower('{7}', '{1200}', '{0}', '{12}', '{100}', '{2025-01-31}', '{7,7,7}', '{2025-01-31,2025-06-30,2025-07-31}', '{700,500,50}', '2026-12-31');
-- No receipts, nothing due yet; no loans at all; NULL loans.
SELECT * FROM classify_borrower('{7}', '{1200}', '{0}', '{12}', '{100}', '{2025-01-31}', NULL, NULL, NULL, '2025-01-30');
SELECT * FROM classify_borrower('{}', '{}', '{}', '{}', '{}', '{}', NULL, NULL, NULL, '2025-01-30');
SELECT * FROM classify_borrower(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2025-01-30');
-- A restructured loan follows its own dues; the other one its schedule.
SELECT loan_id, oldest_unpaid_due_date, overdue_amount, outstanding_principal
FROM classify_borrower('{7,8}', '{1000,1000}', '{12,12}', '{12,10}', '{NULL,NULL}', '{2025-01-31,2025-01-31}', '{7}', '{2025-03-31}', '{300}', '2025-06-30',
  due_loan_ids => '{7,7}', due_dates => '{2025-05-31,2025-03-31}', due_amounts => '{800,310}')
ORDER BY loan_id;
-- A loan given after the borrower became NPA shares the episode from its own first day.
SELECT loan_id, npa_since, npa_from
FROM classify_borrower('{1,2}', '{1200,1200}', '{0,0}', '{12,12}', '{100,100}', '{2021-03-31,2022-01-15}', NULL, NULL, NULL, '2022-01-31', disbursed_on => '{2021-03-01,2021-12-15}')
ORDER BY loan_id;

-- A rule set of one's own, seen by the same transaction, kept apart from the shipped ones.
BEGIN;
INSERT INTO rule_set (rule_set, description, npa_after_days, borrower_wise, upgrade_when_clear, valid_from, source)
VALUES ('strict_60', 'NPA after 60 days.', 60, true, true, '2026-01-01', 'Board policy.');
INSERT INTO rule_set_row (rule_set, kind, class, starts_at, source) VALUES
  ('strict_60', 'sma_by_days', 'Watch', 15, 'Board policy.'), ('strict_60', 'npa_by_months', 'Sub-Standard', 0, 'Board policy.');
SELECT sma_class(14, 'strict_60'), sma_class(15, 'strict_60'), sma_class(60, 'strict_60'), npa_class(60, 'strict_60');
INSERT INTO rule_set_row (rule_set, kind, class, starts_at, source) VALUES ('strict_60', 'npa_by_days', 'Loss', 365, 'Board policy.');
SAVEPOINT two_ageings;
SELECT npa_class(60, 'strict_60');
ROLLBACK TO two_ageings;
DELETE FROM rule_set_row WHERE rule_set = 'strict_60';
SELECT npa_class(60, 'strict_60');
ROLLBACK;
SELECT rule_set, npa_after_days, borrower_wise, upgrade_when_clear, valid_from, valid_to, builtin FROM rule_set ORDER BY 1;
SELECT kind, class, starts_at FROM rule_set_row WHERE rule_set = 'rbi_iracp_2025' ORDER BY 1, 3;

-- A change within one function call is seen by the next statement of it.
BEGIN;
DO $$
DECLARE
  classes text[];
BEGIN
  INSERT INTO credit_risk.rule_set (rule_set, description, npa_after_days, borrower_wise, upgrade_when_clear, valid_from, source)
  VALUES ('moving', 'Moves.', 60, true, true, '2026-01-01', 'Test.');
  INSERT INTO credit_risk.rule_set_row (rule_set, kind, class, starts_at, source) VALUES ('moving', 'npa_by_days', 'Bad', 60, 'Test.');
  FOR days IN 60..62 LOOP
    classes := classes || credit_risk.npa_class(61, 'moving');
    UPDATE credit_risk.rule_set SET npa_after_days = days + 1 WHERE rule_set = 'moving';
    UPDATE credit_risk.rule_set_row SET starts_at = days + 1 WHERE rule_set = 'moving';
  END LOOP;
  RAISE NOTICE '%', classes;
END
$$;
ROLLBACK;

-- Errors.
SELECT npa_class(95, 'rbi_1999');
SELECT npa_class(455);
SELECT npa_class(-1);
SELECT sma_class(-1);
SELECT days_past_due('infinity', '2025-01-01');
SELECT sma_class(date '2025-01-01', date 'infinity');
SELECT npa_class(date '-infinity', date '2025-01-01');
SELECT days_past_due('{2025-01-05,2025-02-05}', '{100}', NULL, NULL, '2025-01-01');
SELECT days_past_due('{2025-01-05}', '{NULL}', NULL, NULL, '2025-01-01');
SELECT days_past_due('{NULL}', '{1}', NULL, NULL, '2025-01-01');
SELECT days_past_due('{2025-01-05}', '{-1}', NULL, NULL, '2025-01-01');
SELECT days_past_due('{2025-01-05}', '{0.005}', NULL, NULL, '2025-01-01');
SELECT days_past_due('{infinity}', '{1}', NULL, NULL, '2025-01-01');
SELECT days_past_due('{{2025-01-05}}', '{1}', NULL, NULL, '2025-01-01');
SELECT days_past_due('{2025-01-05,2025-01-05}', '{92233720368547758.07,1}', NULL, NULL, '2025-02-01');
SELECT count(*) FROM classify_borrower('{7}', '{1200}', '{0}', '{12}', '{100}', '{2025-01-31}', '{8}', '{2025-01-31}', '{1}', '2025-01-30');
SELECT count(*) FROM classify_borrower('{7,7}', '{1,1}', '{0,0}', '{1,1}', '{NULL,NULL}', '{2025-01-31,2025-01-31}', NULL, NULL, NULL, '2025-01-30');
SELECT count(*) FROM classify_borrower('{7}', '{1200,1}', '{0}', '{12}', '{100}', '{2025-01-31}', NULL, NULL, NULL, '2025-01-30');
SELECT count(*) FROM classify_borrower('{7}', '{1200}', '{0}', '{12}', '{100}', '{2025-01-31}', '{7}', NULL, '{1}', '2025-01-30');
SELECT count(*) FROM classify_borrower('{7}', '{1200}', '{0}', '{12}', '{-100}', '{2025-01-31}', NULL, NULL, NULL, '2025-01-30');
SELECT count(*) FROM classify_borrower('{7}', '{1200}', '{12}', '{12}', '{12}', '{2025-01-31}', NULL, NULL, NULL, '2025-01-30');
SELECT count(*) FROM classify_borrower('{7}', '{1200}', '{0}', '{12}', '{100}', '{2025-01-31}', '{7}', '{2025-01-31}', '{-1}', '2025-01-30');
SELECT count(*) FROM classify_borrower('{7}', '{1200}', '{0}', '{12}', '{100}', '{infinity}', NULL, NULL, NULL, '2025-01-30');
SELECT count(*) FROM classify_borrower('{7}', '{1200}', '{0}', '{12}', '{100}', '{2025-01-31}', NULL, NULL, NULL, '2025-01-30', 'none');
INSERT INTO rule_set_row VALUES ('seed_simple', 'npa_by_weeks', 'Bad', 1, 'none', false);

-- SQLSTATEs.
\set VERBOSITY sqlstate
SELECT npa_class(95, 'rbi_1999');
SELECT npa_class(455);
SELECT days_past_due('{2025-01-05,2025-02-05}', '{100}', NULL, NULL, '2025-01-01');
SELECT days_past_due('{2025-01-05}', '{NULL}', NULL, NULL, '2025-01-01');
\set VERBOSITY default

-- A role without any grant on the tables' owner reads the rules; it cannot change them.
CREATE ROLE regress_irac_reader;
GRANT USAGE ON SCHEMA credit_risk TO regress_irac_reader;
SET ROLE regress_irac_reader;
SELECT npa_class(95), sma_class(45);
UPDATE rule_set SET npa_after_days = 1;
RESET ROLE;
REVOKE USAGE ON SCHEMA credit_risk FROM regress_irac_reader;
DROP ROLE regress_irac_reader;

-- Serial and parallel plans give the same.
CREATE TABLE irac_borrowers AS
SELECT c, array_agg(c::bigint) AS receipt_loan_ids, array_agg(date '2021-03-31' + (30 + c % 60) * i) AS dates,
       array_agg(CASE i % 4 WHEN 3 THEN 40000 ELSE 9147.31 END) AS amounts
FROM generate_series(1, 2000) AS c, generate_series(0, 19) AS i GROUP BY c;
CREATE VIEW irac_totals AS
SELECT count(*), sum(overdue_amount) AS overdue, sum(outstanding_principal) AS outstanding, count(npa_since) AS npa, sum(cardinality(npa_from)) AS episodes
FROM irac_borrowers, LATERAL classify_borrower(ARRAY[c::bigint], '{150000}', '{12}', '{18}', '{NULL}', '{2021-03-31}', receipt_loan_ids, dates, amounts, '2022-03-31');
CREATE TEMP TABLE serial_totals AS SELECT * FROM irac_totals;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT * FROM irac_totals;
CREATE TEMP TABLE parallel_totals AS SELECT * FROM irac_totals;
SELECT count(*) AS same FROM serial_totals NATURAL JOIN parallel_totals;
SELECT npa > 100 AS some_npa, episodes > npa AS some_upgraded FROM serial_totals;
DROP VIEW irac_totals;
DROP TABLE irac_borrowers;
