-- The lending tables: what is made, what they refuse, and the features over them.
SET client_min_messages = warning;
\set SHOW_CONTEXT never
SELECT credit_risk.create_lending_schema('bank');
SELECT relkind, relname FROM pg_class WHERE relnamespace = 'bank'::regnamespace AND relkind IN ('r', 'v', 'm') ORDER BY relkind, relname COLLATE "C";

-- Nothing in it is a member of the extension, and everything says what it is.
SELECT count(*) FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
  AND objid IN (SELECT oid FROM pg_class WHERE relnamespace = 'bank'::regnamespace UNION ALL SELECT oid FROM pg_proc WHERE pronamespace = 'bank'::regnamespace);
SELECT c.relname, a.attname FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relnamespace = 'bank'::regnamespace AND c.relkind IN ('r', 'v', 'm')
  AND (obj_description(c.oid, 'pg_class') IS NULL OR col_description(c.oid, a.attnum) IS NULL);
SELECT proname FROM pg_proc p WHERE pronamespace = 'bank'::regnamespace AND obj_description(oid, 'pg_proc') IS NULL;
SELECT relname FROM pg_class c WHERE relnamespace = 'bank'::regnamespace AND relkind = 'r'
  AND relname IN ('customers', 'employment', 'applications', 'loans', 'disbursements', 'repayments', 'collateral', 'guarantors', 'npa_tracking')
  AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'customer_id' AND attnotnull);
-- Each foreign key has an index that begins with one of its columns.
SELECT conrelid::regclass, conname FROM pg_constraint k WHERE contype = 'f' AND connamespace = 'bank'::regnamespace
  AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indkey[0] = ANY (k.conkey));

ALTER TABLE bank.applications DISABLE TRIGGER USER;
INSERT INTO bank.customers (customer_id, full_name, date_of_birth, gender, email, phone, address, city, state, pincode, pan_number, aadhar_number, created_at) VALUES
  (1, 'Asha', '1995-03-01', 'Male', 'asha@example.com', '9800000001', '1 MG Road', 'Bengaluru', 'Karnataka', '560001', 'ABCDE1234F', '100000000001', '2025-01-01'),
  (2, 'Bala', '1969-03-02', 'Female', 'bala@example.com', '9800000002', '2 MG Road', 'Panaji', 'Goa', '403001', 'ABCDE1235F', '100000000002', '2025-01-01'),
  (3, 'Chitra', '1999-12-31', 'Other', 'chitra@example.com', '9800000003', '3 MG Road', 'Delhi', 'Delhi', '110001', 'ABCDE1236F', '100000000003', '2025-01-01');
INSERT INTO bank.employment (customer_id, employer_name, job_title, employment_type, monthly_income, years_of_experience, employment_start_date) VALUES
  (1, 'Mill', 'Fitter', 'Salaried', 60000, 4, '2021-01-01'),
  (2, 'Shop', 'Owner', 'Self-Employed', 25000, 10.5, '2014-01-01');
INSERT INTO bank.applications (application_id, customer_id, loan_amount, loan_tenure_months, interest_rate, loan_purpose, application_date) VALUES
  (1, 1, 1000000, 60, 9.5, 'Home Purchase', '2025-03-01'),
  (2, 2, 3000000, 120, 12, 'Business Expansion', '2025-03-01'),
  (3, 3, 500000, 24, 9.5, 'Education', '2025-03-01');

-- V30 and V31 of the domain rules; a customer without employment has missing features, and no zeros.
SELECT array_agg(x.value::numeric ORDER BY x.ordinality) = ARRAY[30, 1, 1, 60000, 27.77777777777778, 16.666666666666668, 16666.666666666668, 4, 1,
  1000000, 60, 9.5, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0] AS v30
FROM bank.applications a, bank.application_features_of(a) f, LATERAL json_each_text(row_to_json(f)) WITH ORDINALITY x WHERE application_id = 1;
SELECT age, age_group_encoded, gender_encoded, estimated_emi, debt_to_income_ratio, loan_to_income_ratio, loan_amount_category, tenure_category,
  experience_encoded, "employment_Self-Employed", "state_Other"
FROM bank.application_features WHERE application_id = 2;
SELECT age, monthly_income, debt_to_income_ratio, experience_encoded, "employment_Salaried", "purpose_Education", "state_Other"
FROM bank.application_features WHERE application_id = 3;
SELECT attnum, attname FROM pg_attribute WHERE attrelid = 'bank.training_set'::regclass ORDER BY attnum;
-- The function disappears in the plan, so that scoring a table is one join.
CREATE FUNCTION pg_temp.plan_lines(query text, pattern text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  line text;
  found_lines bigint := 0;
BEGIN
  FOR line IN EXECUTE 'EXPLAIN ' || query LOOP
    found_lines := found_lines + (line ~ pattern)::int;
  END LOOP;
  RETURN found_lines;
END
$$;
SELECT pg_temp.plan_lines('SELECT * FROM bank.training_set', 'Function|SubPlan|InitPlan') AS calls,
  pg_temp.plan_lines('SELECT * FROM bank.training_set', 'Scan.* on employment') AS scans;

-- The label: none while pending, true if rejected or defaulted.
SELECT application_id, high_risk FROM bank.application_features ORDER BY 1;
SELECT count(*) FROM bank.training_set;
UPDATE bank.applications SET application_status = CASE application_id WHEN 3 THEN 'Rejected' ELSE 'Approved' END;
INSERT INTO bank.loans (loan_id, application_id, customer_id, loan_amount, disbursed_amount, interest_rate, tenure_months, emi_amount, disbursement_date,
  first_due_date, outstanding_balance, loan_status) VALUES
  (1, 1, 1, 1000000, 1000000, 9.5, 60, 21001.86, '2025-03-05', '2025-04-05', 1000000, 'Active'),
  (2, 2, 2, 3000000, 3000000, 12, 120, 43041.28, '2025-03-05', '2025-04-05', 3000000, 'Defaulted');
SELECT application_id, high_risk FROM bank.application_features ORDER BY 1;
SELECT loan_amount, high_risk FROM bank.training_set ORDER BY 1;
-- A purpose that the lender added is missing to the model, not the base category.
BEGIN;
ALTER TABLE bank.applications DROP CONSTRAINT loan_purpose_is_listed;
UPDATE bank.applications SET loan_purpose = 'Travel' WHERE application_id = 1;
SELECT "purpose_Education", "purpose_Home Purchase", "purpose_Wedding Expenses" FROM bank.application_features WHERE application_id = 1;
ROLLBACK;

-- What the tables refuse, by the name of the constraint.
CREATE FUNCTION pg_temp.refused(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  violated text;
BEGIN
  EXECUTE statement;
  RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS violated = CONSTRAINT_NAME;
  RETURN SQLSTATE || ' ' || coalesce(nullif(violated, ''), SQLERRM);
END
$$;
SELECT s, pg_temp.refused('UPDATE bank.' || s) FROM (VALUES
  ($$customers SET date_of_birth = '1899-12-31'$$), ($$customers SET date_of_birth = '2025-02-01'$$), ($$customers SET gender = 'M'$$),
  ($$customers SET email = 'nobody'$$), ($$customers SET email = 'one@example.com'$$), ($$customers SET full_name = ' '$$),
  ($$customers SET pincode = '5600'$$), ($$customers SET pan_number = 'abcde1234f' WHERE customer_id = 1$$),
  ($$customers SET aadhar_number = '12345' WHERE customer_id = 1$$),
  ($$employment SET monthly_income = 0$$), ($$employment SET years_of_experience = -1$$), ($$employment SET employment_type = 'Retired'$$),
  ($$employment SET customer_id = 1$$), ($$employment SET currency = 'rs'$$), ($$employment SET monthly_income = 'NaN'$$), ($$employment SET years_of_experience = 'NaN'$$),
  ($$applications SET loan_amount = 0$$), ($$applications SET loan_amount = -5$$), ($$applications SET loan_amount = 'NaN'$$), ($$applications SET interest_rate = 'NaN'$$), ($$applications SET loan_tenure_months = 0$$),
  ($$applications SET loan_tenure_months = 601$$), ($$applications SET interest_rate = -0.001$$), ($$applications SET interest_rate = 100.001$$),
  ($$applications SET loan_purpose = 'home purchase'$$), ($$applications SET application_status = 'approved'$$),
  ($$applications SET credit_score = 299$$), ($$applications SET risk_probability = 1.5$$), ($$applications SET risk_probability = 'NaN'$$),
  ($$loans SET disbursed_amount = loan_amount + 1$$), ($$loans SET first_due_date = '2025-03-04'$$), ($$loans SET asset_class = 'Substandard'$$),
  ($$loans SET asset_class = 'Sub-Standard'$$), ($$loans SET npa_since = '2025-08-01'$$), ($$loans SET days_past_due = -1$$),
  ($$loans SET customer_id = 2 WHERE loan_id = 1$$), ($$loans SET outstanding_balance = -1$$), ($$loans SET outstanding_balance = 'NaN'$$), ($$loans SET emi_amount = 'NaN'$$), ($$loans SET sma_class = 'SMA-3'$$),
  ($$thresholds SET value = 5 WHERE name = 'npa_ratio'$$)) t(s);
SELECT s, pg_temp.refused('INSERT INTO bank.' || s) FROM (VALUES
  ($$repayments (loan_id, customer_id, payment_date, amount_paid) VALUES (1, 2, '2025-04-05', 100)$$),
  ($$repayments (loan_id, customer_id, payment_date, amount_paid) VALUES (1, 1, '2025-04-05', 0)$$),
  ($$repayments (loan_id, customer_id, payment_date, amount_paid, principal_paid) VALUES (1, 1, '2025-04-05', 100, 101)$$),
  ($$repayments (loan_id, customer_id, payment_date, amount_paid, payment_status) VALUES (1, 1, '2025-04-05', 100, 'Bounced')$$),
  ($$repayments (loan_id, customer_id, payment_date, amount_paid, currency) VALUES (1, 1, '2025-04-05', 100, 'USD')$$),
  ($$disbursements (loan_id, customer_id, tranche_number, disbursement_date, amount) VALUES (1, 1, 0, '2025-03-05', 1)$$),
  ($$disbursements (loan_id, customer_id, tranche_number, disbursement_date, amount, currency) VALUES (1, 1, 1, '2025-03-05', 1, 'USD')$$),
  ($$collateral (loan_id, customer_id, collateral_type, collateral_value, valuation_date) VALUES (1, 2, 'Gold', 1, '2025-03-05')$$),
  ($$collateral (loan_id, customer_id, collateral_type, collateral_value, valuation_date) VALUES (1, 1, 'Cow', 1, '2025-03-05')$$),
  ($$guarantors (loan_id, customer_id, guarantor_name, guarantor_relationship, guarantor_phone, guarantor_address, guarantor_pan, guarantor_income)
     VALUES (1, 1, 'G', 'Friend', '1', 'x', 'PAN', 1)$$),
  ($$npa_tracking (loan_id, customer_id, overdue_days, overdue_amount, npa_classification, added_to_npa_date) VALUES (1, 1, 95, 1, 'Standard', '2025-08-01')$$),
  ($$npa_tracking (loan_id, customer_id, overdue_days, overdue_amount, npa_classification, added_to_npa_date, removed_from_npa_date)
     VALUES (1, 1, 95, 1, 'Loss', '2025-08-01', '2025-07-31')$$),
  ($$loans (loan_id, application_id, customer_id, loan_amount, disbursed_amount, interest_rate, tenure_months, emi_amount, disbursement_date, first_due_date, outstanding_balance)
     VALUES (9, 3, 1, 1, 1, 1, 1, 1, '2025-03-05', '2025-04-05', 1)$$)) t(s);
SELECT pg_temp.refused('DELETE FROM bank.customers WHERE customer_id = 1');

-- A second call and an upgrade lose nothing: neither rows nor what people changed.
UPDATE bank.thresholds SET value = 0.25 WHERE name = 'approve_below';
UPDATE bank.settings SET value = 'mine' WHERE name = 'model';
SELECT credit_risk.create_lending_schema('bank');
SELECT credit_risk.upgrade_lending_schema('bank');
SELECT (SELECT count(*) FROM bank.customers) AS customers, (SELECT count(*) FROM bank.loans) AS loans,
  (SELECT value FROM bank.thresholds WHERE name = 'approve_below') AS approve_below, (SELECT value FROM bank.settings WHERE name = 'model') AS model;

-- Names: any that PostgreSQL can quote, and none that belongs to somebody else.
SELECT credit_risk.create_lending_schema('My "own" bank''s');
SELECT count(*) FROM "My ""own"" bank's".training_set;
DROP SCHEMA "My ""own"" bank's" CASCADE;
SELECT credit_risk.create_lending_schema(NULL);
SELECT credit_risk.create_lending_schema('public');
SELECT credit_risk.create_lending_schema('credit_risk');
SELECT credit_risk.create_lending_schema('pg_bank');
SELECT credit_risk.create_lending_schema('');
SELECT credit_risk.upgrade_lending_schema('nowhere');
CREATE SCHEMA theirs CREATE TABLE parcels (id int);
SELECT credit_risk.create_lending_schema('theirs');
DROP SCHEMA theirs CASCADE;
CREATE SCHEMA reserved;
SELECT credit_risk.create_lending_schema('reserved');
SELECT credit_risk.is_lending_schema('reserved'), credit_risk.is_lending_schema('public');
-- After a renaming the functions look for the old name, until they are made anew.
ALTER SCHEMA reserved RENAME TO renamed;
SELECT credit_risk.upgrade_lending_schema('renamed');
INSERT INTO renamed.customers (customer_id, full_name, date_of_birth, city, state) VALUES (1, 'Asha', '1990-01-01', 'Delhi', 'Delhi');
INSERT INTO renamed.applications (customer_id, loan_amount, loan_tenure_months, interest_rate, loan_purpose) VALUES (1, 100000, 20, 10, 'Education')
RETURNING application_status, remarks;
SELECT count(*) FROM renamed.decisions;
DROP SCHEMA renamed CASCADE;

-- A lender need not be superuser: the schema and all in it belong to the caller.
CREATE ROLE regress_lender;
SELECT credit_risk.grant_access('regress_lender', 'score');
DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO regress_lender', current_database()); END $$;
SET ROLE regress_lender;
\set VERBOSITY terse
SELECT credit_risk.create_lending_schema('bank');
\set VERBOSITY default
SELECT credit_risk.create_lending_schema('desk');
SELECT DISTINCT relowner::regrole FROM pg_class WHERE relnamespace = 'desk'::regnamespace;
SELECT count(*) FROM credit_risk.refresh_portfolio('desk');
RESET ROLE;
-- Not even a superuser, whose DDL would fire the traps of whoever owns the schema or a table in it.
SELECT credit_risk.upgrade_lending_schema('desk');
ALTER SCHEMA desk OWNER TO CURRENT_USER;
SELECT credit_risk.create_lending_schema('desk');
DROP SCHEMA desk CASCADE;
DROP OWNED BY regress_lender;
DROP ROLE regress_lender;
DROP SCHEMA bank CASCADE;
