-- The day-end: arrears, classes, statuses and npa_tracking out of dues and receipts.
SET client_min_messages = warning;
SET datestyle = ISO;
\set SHOW_CONTEXT never
SELECT credit_risk.create_lending_schema('day_end_a');
SELECT credit_risk.create_lending_schema('day_end_b');

-- Loans of 120,000 in 12 instalments of 10,000 without interest, from 31 March 2021 on: every figure below can be done in one's head.
CREATE FUNCTION pg_temp.make_book(schema text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('search_path', format('%I, pg_temp', schema), true);
  INSERT INTO customers (customer_id, full_name, date_of_birth, gender, email, phone, address, city, state, pincode, pan_number, aadhar_number, created_at)
  SELECT c, 'Customer ' || c, '1990-01-01', 'Male', c || '@example.com', '9800000000', '1 MG Road', 'Delhi', 'Delhi', '110001',
    'ABCDE' || lpad(c::text, 4, '0') || 'F', lpad(c::text, 12, '1'), '2021-01-01' FROM generate_series(1, 7) c;
  ALTER TABLE applications DISABLE TRIGGER USER;
  INSERT INTO applications (application_id, customer_id, loan_amount, loan_tenure_months, interest_rate, loan_purpose, application_date, application_status)
  SELECT l, c, 120000, 12, 0, 'Education', '2021-02-01', 'Approved'
  FROM (VALUES (1, 1), (2, 2), (3, 3), (4, 3), (5, 4), (6, 5), (7, 6), (8, 7)) v(l, c);
  INSERT INTO loans (loan_id, application_id, customer_id, loan_amount, disbursed_amount, interest_rate, tenure_months, emi_amount, disbursement_date,
    first_due_date, outstanding_balance)
  SELECT application_id, application_id, customer_id, 120000, 120000, 0, 12, 10000,
    CASE application_id WHEN 7 THEN date '2021-07-15' ELSE '2021-02-28' END, CASE application_id WHEN 7 THEN date '2021-08-31' ELSE '2021-03-31' END, 120000
  FROM applications;
  INSERT INTO restructured_instalments (loan_id, customer_id, instalment_number, due_date, amount) VALUES
    (8, 7, 1, '2021-06-30', 50000), (8, 7, 2, '2021-12-31', 70000);
  INSERT INTO repayments (loan_id, customer_id, payment_date, amount_paid, payment_status) VALUES
    -- 1: 30,000 on 1 July leave the June due open; 2: 40,000 clear everything.
    (1, 1, '2021-07-01', 30000, 'Success'), (2, 2, '2021-07-01', 40000, 'Success'),
    -- 3 and 4 have one borrower: 3 is cleared on 1 July, while the June due of 4 is open.
    (3, 3, '2021-07-01', 40000, 'Success'), (4, 3, '2021-03-31', 10000, 'Success'), (4, 3, '2021-04-30', 10000, 'Success'), (4, 3, '2021-05-31', 10000, 'Success'),
    (5, 4, '2021-05-01', 120000, 'Success'),
    -- 6: nothing of it counts before 2 July.
    (6, 5, '2021-04-01', 40000, 'Failed'), (6, 5, '2021-04-02', 40000, 'Pending'), (6, 5, '2021-07-02', 40000, 'Success');
END
$$;
SELECT pg_temp.make_book('day_end_a');
SELECT pg_temp.make_book('day_end_b');
SET search_path = day_end_a;
CREATE VIEW pg_temp.book AS SELECT loan_id, days_past_due AS dpd, overdue_amount AS overdue, outstanding_balance AS outstanding, loan_status AS status,
  asset_class, sma_class AS sma, npa_since, classified_on FROM day_end_a.loans;
CREATE VIEW pg_temp.npas AS SELECT loan_id, overdue_days AS days, overdue_amount AS overdue, npa_classification AS class, last_payment_date AS last_payment,
  recovery_action, added_to_npa_date AS added, removed_from_npa_date AS removed, withdrawn FROM day_end_a.npa_tracking;

-- 28 June: 89 days, not yet. 29 June: 90 days, NPA, and loan 4 with loan 3.
SELECT * FROM credit_risk.run_day_end('2021-06-28', 'day_end_a');
SELECT * FROM pg_temp.book ORDER BY 1;
SELECT loan_id, days_past_due, npa_from, npa_to FROM credit_risk.classify_loans('2021-06-29', 'day_end_a') WHERE npa_since IS NOT NULL ORDER BY 1;
SELECT * FROM credit_risk.run_day_end('2021-06-29', 'day_end_a');
SELECT * FROM pg_temp.book ORDER BY 1;
SELECT * FROM pg_temp.npas ORDER BY 1, added;

-- A second run writes nothing at all.
CREATE VIEW pg_temp.stored AS SELECT 'loans' AS relation, loan_id AS id, xmin::text AS writer, ctid AS place FROM loans
  UNION ALL SELECT 'npa_tracking', npa_id, xmin::text, ctid FROM npa_tracking;
CREATE TEMP TABLE stored_before AS SELECT * FROM pg_temp.stored;
SELECT * FROM credit_risk.run_day_end('2021-06-29', 'day_end_a');
SELECT count(*) AS rows, count(*) FILTER (WHERE b.id IS NULL) AS written
FROM pg_temp.stored n LEFT JOIN stored_before b USING (relation, id, writer, place);

-- 1 July: only loan 2 is upgraded (V3); 3 and 4 stay (V4), their arrears in 4 alone.
UPDATE npa_tracking SET recovery_action = 'called on 30 June' WHERE loan_id IN (1, 2);
SELECT * FROM credit_risk.run_day_end('2021-07-01', 'day_end_a');
SELECT * FROM pg_temp.book ORDER BY 1;
SELECT * FROM pg_temp.npas ORDER BY 1, added;

-- A day before receipts does not know them; going back and forth ends where it began.
CREATE TEMP TABLE july AS SELECT * FROM pg_temp.book;
SELECT loans, npa FROM credit_risk.run_day_end('2021-03-30', 'day_end_a');
SELECT count(*) AS overdue FROM loans WHERE overdue_amount > 0 OR npa_since IS NOT NULL;
SELECT loans, npa FROM credit_risk.run_day_end('2021-07-01', 'day_end_a');
SELECT count(*) AS differ FROM (SELECT * FROM july EXCEPT SELECT * FROM pg_temp.book) d;

-- Back-dated receipts: the spell of loan 1 never was, but the note about it stays; that of loan 6 goes without a trace.
INSERT INTO day_end_a.repayments (loan_id, customer_id, payment_date, amount_paid) VALUES (1, 1, '2021-05-03', 20000), (6, 5, '2021-06-15', 25000);
INSERT INTO day_end_b.repayments (loan_id, customer_id, payment_date, amount_paid) VALUES (1, 1, '2021-05-03', 20000), (6, 5, '2021-06-15', 25000);
SELECT * FROM credit_risk.run_day_end('2021-07-01', 'day_end_a');
SELECT * FROM pg_temp.book WHERE loan_id IN (1, 6) ORDER BY 1;
SELECT * FROM pg_temp.npas WHERE loan_id IN (1, 6) ORDER BY 1, added;
-- The rerun equals a first run over the same receipts.
SELECT loans, npa FROM credit_risk.run_day_end('2021-07-01', 'day_end_b');
SELECT count(*) AS differ FROM ((TABLE day_end_a.loans EXCEPT TABLE day_end_b.loans) UNION ALL (TABLE day_end_b.loans EXCEPT TABLE day_end_a.loans)) d;
CREATE VIEW pg_temp.spells_a AS SELECT loan_id, customer_id, overdue_days, overdue_amount, npa_classification, last_payment_date, added_to_npa_date, removed_from_npa_date
  FROM day_end_a.npa_tracking WHERE NOT withdrawn;
CREATE VIEW pg_temp.spells_b AS SELECT loan_id, customer_id, overdue_days, overdue_amount, npa_classification, last_payment_date, added_to_npa_date, removed_from_npa_date
  FROM day_end_b.npa_tracking;
SELECT count(*) AS differ FROM ((TABLE pg_temp.spells_a EXCEPT TABLE pg_temp.spells_b) UNION ALL (TABLE pg_temp.spells_b EXCEPT TABLE pg_temp.spells_a)) d;
-- Taking the receipt back revives the withdrawn row, note and all.
BEGIN;
DELETE FROM repayments WHERE payment_date = '2021-05-03';
SELECT npa_rows_changed FROM credit_risk.run_day_end('2021-07-01', 'day_end_a');
SELECT * FROM pg_temp.npas WHERE loan_id = 1;
ROLLBACK;

-- A year on: ageing by the rules that settings names, and the loan disbursed since.
SELECT * FROM credit_risk.run_day_end('2022-06-30', 'day_end_a');
SELECT * FROM pg_temp.book ORDER BY 1;
SELECT * FROM pg_temp.npas ORDER BY 1, added;
-- A loss that people identified: from that day on, and only while the loan is an NPA.
BEGIN;
UPDATE loans SET loss_identified_on = '2021-08-15' WHERE loan_id IN (3, 2);
SELECT loans, npa FROM credit_risk.run_day_end('2021-08-14', 'day_end_a');
SELECT loan_id, dpd, asset_class FROM pg_temp.book WHERE loan_id IN (2, 3) ORDER BY 1;
SELECT loans, npa FROM credit_risk.run_day_end('2021-08-15', 'day_end_a');
SELECT loan_id, dpd, asset_class FROM pg_temp.book WHERE loan_id IN (2, 3) ORDER BY 1;
SELECT loan_id, npa_classification FROM npa_tracking WHERE loan_id = 3 AND removed_from_npa_date IS NULL;
ROLLBACK;
UPDATE settings SET value = 'seed_simple' WHERE name = 'rule_set';
SELECT loans, npa FROM credit_risk.run_day_end('2021-10-01', 'day_end_a');
SELECT loan_id, dpd, asset_class, sma FROM pg_temp.book ORDER BY 1;
UPDATE settings SET value = 'no_such_rules' WHERE name = 'rule_set';
SELECT * FROM credit_risk.run_day_end('2021-10-01', 'day_end_a');
-- Without the setting no loan would be looked at, and nothing said.
BEGIN;
DELETE FROM settings WHERE name = 'rule_set';
SELECT * FROM credit_risk.run_day_end('2021-10-01', 'day_end_a');
ROLLBACK;

SELECT * FROM credit_risk.run_day_end(NULL, 'day_end_a');
SELECT * FROM credit_risk.run_day_end('2021-10-01', 'nowhere');
SELECT * FROM credit_risk.classify_loans('2021-10-01', 'nowhere');
SELECT * FROM credit_risk.classify_loans(NULL, 'day_end_a');
-- An empty book.
DROP SCHEMA day_end_b CASCADE;
SELECT credit_risk.create_lending_schema('day_end_b');
SELECT * FROM credit_risk.run_day_end('2021-10-01', 'day_end_b');
DROP SCHEMA day_end_a, day_end_b CASCADE;
