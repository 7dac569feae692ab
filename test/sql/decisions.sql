-- Applications are decided by trigger; every decision is logged, and replays to the same bits.
SET client_min_messages = warning;
SET datestyle = ISO;
\set SHOW_CONTEXT never
SELECT credit_risk.create_lending_schema('counter');
SET search_path = counter;
UPDATE settings SET value = 'counter_model' WHERE name = 'model';
INSERT INTO customers (customer_id, full_name, date_of_birth, gender, city, state, created_at) VALUES
  (1, 'Asha', '1990-01-01', 'Female', 'Delhi', 'Delhi', '2025-01-01'), (2, 'Bala', '1990-01-01', 'Male', 'Delhi', 'Delhi', '2025-01-01');
INSERT INTO employment (customer_id, employer_name, job_title, employment_type, monthly_income, years_of_experience) VALUES
  (1, 'Mill', 'Fitter', 'Salaried', 50000, 4);
PREPARE log AS SELECT application_id AS app, kind, previous_status AS before, application_status AS after, decision, probability_of_default AS pd,
  credit_score AS score, risk_level AS level, model_version IS NOT NULL AS has_version, actor <> '' AS has_actor
  FROM decisions WHERE decision_id > $1 ORDER BY decision_id;
PREPARE book AS SELECT application_id AS app, application_status AS status, credit_score AS score, risk_probability AS pd, risk_level AS level,
  model_version IS NOT NULL AS has_version FROM applications ORDER BY 1;

-- Without a deployed model, and without employment: Pending, and it says why. A status brought along is not kept.
INSERT INTO applications (application_id, customer_id, loan_amount, loan_tenure_months, interest_rate, loan_purpose, application_date, application_status)
VALUES (1, 1, 100000, 20, 10, 'Education', '2025-03-01', 'Approved'), (2, 2, 100000, 20, 10, 'Education', '2025-03-01', 'Rejected')
RETURNING application_id, application_status, credit_score, remarks;
SELECT score_waiting_applications();
EXECUTE log (0);

-- A tree on debt to income: up to 20 % 0.1, up to 40 % one third, above 0.8.
CREATE FUNCTION pg_temp.deploy(middle text) RETURNS void LANGUAGE sql AS $$
  SELECT credit_risk.deploy(credit_risk.approve(credit_risk.import_model('counter_model', 'credit_risk.model.v1', replace(
    '{"format": "credit_risk.model.v1", "algorithm": "random_forest", "link": "identity", "average": true, "precision": "f64", "base_margin": 0,
      "features": [{"name": "debt_to_income_ratio", "kind": "numeric"}], "trees": [{"feature": [0, -1, 0, -1, -1], "left": [1, -1, 3, -1, -1],
      "right": [2, -1, 4, -1, -1], "threshold": [20, 0, 40, 0, 0], "default_left": [0, 0, 0, 0, 0], "value": [0, 0.1, 0, MIDDLE, 0.8],
      "cover": [100, 60, 40, 25, 15]}]}', 'MIDDLE', middle)))) $$;
SELECT pg_temp.deploy('0.3333333333333333');
SELECT score_waiting_applications();
SELECT application_id, application_status, remarks LIKE 'Not scored: the customer has no employment row with an income in INR.' AS says_why FROM applications ORDER BY 1;

-- Many rows, and COPY: approve, review, refuse.
INSERT INTO applications (application_id, customer_id, loan_amount, loan_tenure_months, interest_rate, loan_purpose, application_date) VALUES
  (3, 1, 300000, 20, 10, 'Education', '2025-03-01'), (4, 1, 500000, 20, 10, 'Education', '2025-03-01');
COPY applications (application_id, customer_id, loan_amount, loan_tenure_months, interest_rate, loan_purpose, application_date) FROM STDIN WITH (FORMAT csv);
5,1,100000,20,10,Education,2025-03-01
6,1,500000,20,10,Education,2025-03-01
\.
EXECUTE book;
EXECUTE log (2);
SELECT remarks <> '' AS recommended, assessment->>'decision' AS decision, assessment->'thresholds' AS thresholds,
  assessment->'inputs'->>'debt_to_income_ratio' AS dti, (assessment->>'model_sha256') = (SELECT encode(content_sha256, 'hex')
    FROM credit_risk.model_version WHERE version = model_version) AS hash_of_version
FROM applications a WHERE application_id = 4;
-- The reason of the refusal; what was approved at once has none.
SELECT application_id, r->>'rank' AS rank, r->>'feature' AS feature, r->>'value' AS value, round((r->>'impact')::numeric, 6) AS impact
FROM decisions d LEFT JOIN LATERAL jsonb_array_elements(d.reasons) r ON true WHERE application_id IN (1, 4) AND kind = 'scored' ORDER BY 1;

-- Scored again only when what the features read has changed.
SELECT max(decision_id) AS last FROM decisions \gset
UPDATE applications SET loan_amount = 100000, remarks = 'no change' WHERE application_id = 5;
UPDATE applications SET remarks = 'seen' WHERE application_id = 5;
EXECUTE log (:last);
UPDATE applications SET loan_amount = 500000 WHERE application_id = 5;
UPDATE applications SET loan_tenure_months = 60 WHERE application_id = 5;
UPDATE applications SET interest_rate = 11 WHERE application_id = 5;
UPDATE applications SET loan_purpose = 'Home Purchase', application_status = 'Rejected' WHERE application_id = 5;
UPDATE applications SET assessment = NULL WHERE application_id = 5;
EXECUTE log (:last);

-- People decide by the status alone; scores are not theirs to write.
SELECT max(decision_id) AS last FROM decisions \gset
CREATE ROLE regress_officer;
GRANT USAGE ON SCHEMA counter TO regress_officer;
GRANT SELECT, UPDATE ON applications TO regress_officer;
SET ROLE regress_officer;
UPDATE counter.applications SET application_status = 'Approved', remarks = 'known to the branch' WHERE application_id = 6;
UPDATE counter.applications SET credit_score = 850 WHERE application_id = 6;
UPDATE counter.applications SET assessment = '{}' WHERE application_id = 6;
UPDATE counter.applications SET risk_probability = 0, model_version = 1 WHERE application_id = 6;
RESET ROLE;
SELECT application_id, kind, previous_status, application_status, recommendation, probability_of_default, actor FROM decisions WHERE decision_id > :last;
-- The score stays beside the decision that overrode it.
SELECT application_status, credit_score, risk_probability FROM applications WHERE application_id = 6;

-- A desk may insert, and nothing else: it sees neither customers nor log, and cannot forge a line of it.
CREATE ROLE regress_desk;
GRANT USAGE ON SCHEMA counter TO regress_desk;
GRANT INSERT ON applications TO regress_desk;
CREATE SCHEMA desk_own AUTHORIZATION regress_desk;
SET ROLE regress_desk;
INSERT INTO counter.applications (application_id, customer_id, loan_amount, loan_tenure_months, interest_rate, loan_purpose, application_date)
VALUES (7, 1, 100000, 20, 10, 'Education', '2025-03-01');
SELECT count(*) FROM counter.customers;
INSERT INTO counter.decisions (application_id, customer_id, kind, application_status, actor) VALUES (7, 1, 'manual', 'Approved', 'chairman');
CREATE TABLE desk_own.applications (application_id bigint, customer_id bigint, application_status text, assessment jsonb, remarks text, model_version bigint);
CREATE TRIGGER forge AFTER INSERT ON desk_own.applications FOR EACH ROW EXECUTE FUNCTION counter.log_decision();
-- On a table of its own the extension's triggers act as the desk, beside that table, and on no table of another name.
RESET ROLE;
SELECT credit_risk.grant_access('regress_desk', 'score');
SET ROLE regress_desk;
CREATE TRIGGER spy BEFORE INSERT ON desk_own.applications FOR EACH ROW EXECUTE FUNCTION credit_risk.score_application();
INSERT INTO desk_own.applications (application_id, customer_id) VALUES (1, 1);
ALTER TABLE desk_own.applications ADD loan_amount numeric, ADD currency char(3), ADD loan_tenure_months int, ADD credit_score int,
  ADD risk_probability numeric, ADD risk_level text;
INSERT INTO desk_own.applications (application_id, customer_id) VALUES (1, 1);
ALTER TABLE desk_own.applications ALTER risk_probability TYPE float8;
\set VERBOSITY terse
INSERT INTO desk_own.applications (application_id, customer_id) VALUES (1, 1);
CREATE VIEW desk_own.settings AS SELECT 'model' AS name, 'counter_model' AS value;
CREATE VIEW desk_own.thresholds AS SELECT 'approve_below' AS name, 0.3 AS value;
CREATE FUNCTION desk_own.application_features_of(a desk_own.applications) RETURNS TABLE (age int, monthly_income float8) LANGUAGE sql STABLE
AS 'SELECT 1, count(*)::float8 FROM counter.customers';
CREATE TABLE desk_own.decisions AS SELECT a.application_id, a.customer_id, ''::text AS kind, ''::text AS previous_status, ''::text AS application_status,
  ''::text AS decision, a.risk_probability AS probability_of_default, a.credit_score, a.risk_level, ''::text AS recommendation, ''::text AS model,
  a.model_version, ''::text AS model_sha256, a.assessment AS inputs, a.assessment AS reasons, a.assessment AS thresholds, ''::text AS actor
  FROM desk_own.applications a;
INSERT INTO desk_own.applications (application_id, customer_id) VALUES (1, 1);
\set VERBOSITY default
ALTER TABLE desk_own.applications RENAME TO notes;
INSERT INTO desk_own.notes (application_id, customer_id) VALUES (1, 1);
CREATE TRIGGER late AFTER INSERT ON desk_own.notes FOR EACH ROW EXECUTE FUNCTION credit_risk.score_application();
DROP TRIGGER spy ON desk_own.notes;
INSERT INTO desk_own.notes (application_id, customer_id) VALUES (1, 1);
SELECT credit_risk.score_application();
RESET ROLE;
SELECT application_id, kind, application_status, actor FROM decisions WHERE application_id = 7;
DROP SCHEMA desk_own CASCADE;
DROP OWNED BY regress_desk, regress_officer;
DROP ROLE regress_desk, regress_officer;

-- A row that is never stored leaves no decision.
SELECT max(decision_id) AS last FROM decisions \gset
INSERT INTO applications (application_id, customer_id, loan_amount, loan_tenure_months, interest_rate, loan_purpose)
VALUES (7, 1, 900000, 20, 10, 'Education') ON CONFLICT DO NOTHING;
BEGIN;
SAVEPOINT before;
INSERT INTO applications (application_id, customer_id, loan_amount, loan_tenure_months, interest_rate, loan_purpose) VALUES (20, 1, 900000, 20, 10, 'Education');
ROLLBACK TO before;
COMMIT;
\set VERBOSITY terse
INSERT INTO applications (application_id, customer_id, loan_amount, loan_tenure_months, interest_rate, loan_purpose) VALUES (21, 99, 900000, 20, 10, 'Education');
INSERT INTO applications (application_id, customer_id, loan_amount, loan_tenure_months, interest_rate, loan_purpose) VALUES (22, 1, -1, 20, 10, 'Education');
\set VERBOSITY default
SELECT count(*) FROM decisions WHERE decision_id > :last;
-- An upsert scores the row it changes.
INSERT INTO applications (application_id, customer_id, loan_amount, loan_tenure_months, interest_rate, loan_purpose, application_date)
VALUES (7, 1, 500000, 20, 10, 'Education', '2025-03-01') ON CONFLICT (application_id) DO UPDATE SET loan_amount = excluded.loan_amount;
EXECUTE log (:last);

-- Limits are rows, recorded with each decision.
SELECT max(decision_id) AS last FROM decisions \gset
UPDATE thresholds SET value = 0.35 WHERE name = 'approve_below';
UPDATE applications SET assessment = NULL WHERE application_id = 3;
SELECT application_status, (SELECT thresholds FROM decisions WHERE decision_id > :last) FROM applications WHERE application_id = 3;
-- Limits that cross are refused, at the end of the transaction.
UPDATE thresholds SET value = 0.60 WHERE name = 'approve_below';
BEGIN;
UPDATE thresholds SET value = 0.60 WHERE name = 'approve_below';
UPDATE thresholds SET value = 0.70 WHERE name = 'review_below';
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK;
-- An income in another currency is no income.
BEGIN;
UPDATE employment SET currency = 'USD' WHERE customer_id = (SELECT customer_id FROM applications WHERE application_id = 3);
UPDATE applications SET assessment = NULL WHERE application_id = 3 RETURNING application_status, credit_score, remarks;
ROLLBACK;
DELETE FROM thresholds WHERE name = 'approve_below';
UPDATE applications SET assessment = NULL WHERE application_id = 3 RETURNING application_status, credit_score, remarks;
SELECT credit_risk.create_lending_schema('counter');
SELECT value FROM thresholds WHERE name = 'approve_below';

-- Every scored decision replays, whatever the session that made it printed, and after another version was deployed.
SET extra_float_digits = 0;
UPDATE applications SET assessment = NULL WHERE application_id = 3;
RESET extra_float_digits;
SELECT pg_temp.deploy('0.4');
UPDATE applications SET assessment = NULL WHERE application_id = 3;
SELECT probability_of_default FROM decisions WHERE application_id = 3 ORDER BY decision_id DESC LIMIT 2;
SELECT count(*) > 10 AS many, bool_and(r.identical) AS identical, bool_and(r.recorded = r.recomputed) AS equal, count(DISTINCT r.model_version) AS versions
FROM decisions d, LATERAL replay_decision(d.decision_id) r WHERE d.model_version IS NOT NULL;
SELECT replay_decision(1);
SELECT replay_decision(-1);
SELECT * FROM replay_decision(NULL);

-- The log is append-only, for its owner and for replication too. Whoever overrides that is found by the replay.
UPDATE decisions SET actor = 'nobody';
DELETE FROM decisions;
TRUNCATE decisions;
SET session_replication_role = replica;
DELETE FROM decisions;
RESET session_replication_role;
SELECT max(decision_id) AS last FROM decisions WHERE application_id = 3 \gset
ALTER TABLE decisions DISABLE TRIGGER append_only;
UPDATE decisions SET inputs = jsonb_set(inputs, '{debt_to_income_ratio}', '10') WHERE decision_id = :last;
SELECT recorded, recomputed, identical FROM replay_decision(:last);
SELECT credit_risk.upgrade_lending_schema('counter');
\set VERBOSITY terse
DELETE FROM decisions;
INSERT INTO decisions (application_id, customer_id, kind, application_status, actor) VALUES (1, 1, 'scored', 'Approved', 'x');

-- Nonsense is refused by the constraint that names it, also where the features divide by it.
\set VERBOSITY terse
INSERT INTO applications (application_id, customer_id, loan_amount, loan_tenure_months, interest_rate, loan_purpose) VALUES (900, 1, 100000, 0, 10, 'Education');
INSERT INTO applications (application_id, customer_id, loan_amount, loan_tenure_months, interest_rate, loan_purpose, application_date)
VALUES (901, 1, 100000, 20, 10, 'Education', 'infinity');
\set VERBOSITY default
-- An age below zero: not scored, and it says why.
BEGIN;
INSERT INTO applications (application_id, customer_id, loan_amount, loan_tenure_months, interest_rate, loan_purpose, application_date)
VALUES (902, 1, 100000, 20, 10, 'Education', '1980-01-01') RETURNING application_status, credit_score, remarks;
ROLLBACK;

-- A decision of a version that the registry has lost cannot be replayed, and says so.
BEGIN;
INSERT INTO decisions (decision_id, application_id, customer_id, kind, application_status, probability_of_default, model_version, model_sha256, inputs, thresholds, actor)
VALUES (1000000, 1, 1, 'scored', 'Approved', 0.1, 9000000000, repeat('0', 64), '{}', '{}', 'x');
SELECT * FROM replay_decision(1000000);
ROLLBACK;

-- What the same statement writes counts; so does what was done to the tables since the last row: a new column, a dropped one, a new name.
BEGIN;
WITH customer AS (INSERT INTO customers (customer_id, full_name, date_of_birth, city, state) VALUES (8, 'Devi', '1990-01-01', 'Delhi', 'Delhi')
    RETURNING customer_id),
  work AS (INSERT INTO employment (customer_id, employer_name, job_title, employment_type, monthly_income, years_of_experience)
    SELECT customer_id, 'Mill', 'Fitter', 'Salaried', 50000, 4 FROM customer RETURNING customer_id)
INSERT INTO applications (application_id, customer_id, loan_amount, loan_tenure_months, interest_rate, loan_purpose, application_date)
SELECT 910, customer_id, 100000, 20, 10, 'Education', '2025-03-01' FROM work RETURNING application_status, risk_probability;
ALTER TABLE applications ADD branch text, ADD officer int;
INSERT INTO applications (application_id, customer_id, loan_amount, loan_tenure_months, interest_rate, loan_purpose, application_date, branch, officer)
VALUES (911, 1, 100000, 20, 10, 'Education', '2025-03-01', 'Pune', 7) RETURNING application_status, branch, officer;
ALTER TABLE applications DROP branch;
INSERT INTO applications (application_id, customer_id, loan_amount, loan_tenure_months, interest_rate, loan_purpose, application_date, officer)
VALUES (912, 1, 100000, 20, 10, 'Education', '2025-03-01', 7) RETURNING application_status, officer;
ALTER SCHEMA counter RENAME TO till;
SET LOCAL search_path = till;
SELECT credit_risk.upgrade_lending_schema('till');
INSERT INTO applications (application_id, customer_id, loan_amount, loan_tenure_months, interest_rate, loan_purpose, application_date)
VALUES (913, 1, 100000, 20, 10, 'Education', '2025-03-01') RETURNING application_status;
SELECT application_id, kind, application_status FROM decisions WHERE application_id BETWEEN 910 AND 913 ORDER BY decision_id;
ROLLBACK;
-- Operators and functions of whoever inserts are not called with the owner's rights.
BEGIN;
CREATE SCHEMA trap;
CREATE FUNCTION trap.owner_equals(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'called as %', current_user; END $$;
CREATE OPERATOR trap.= (FUNCTION = trap.owner_equals, LEFTARG = text, RIGHTARG = text);
SET LOCAL search_path = trap, pg_catalog;
INSERT INTO counter.applications (application_id, customer_id, loan_amount, loan_tenure_months, interest_rate, loan_purpose, application_date)
VALUES (914, 1, 100000, 20, 10, 'Education', '2025-03-01') RETURNING application_status;
ROLLBACK;

-- A lender without superuser rights: its applications are scored by its own right to read models.
CREATE ROLE regress_lender;
SELECT credit_risk.grant_access('regress_lender', 'score');
DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO regress_lender', current_database()); END $$;
SET ROLE regress_lender;
SELECT credit_risk.create_lending_schema('counter_two');
SET search_path = counter_two;
UPDATE settings SET value = 'counter_model' WHERE name = 'model';
INSERT INTO customers (customer_id, full_name, date_of_birth, city, state) VALUES (1, 'Asha', '1990-01-01', 'Delhi', 'Delhi');
INSERT INTO employment (customer_id, employer_name, job_title, employment_type, monthly_income, years_of_experience) VALUES (1, 'Mill', 'Fitter', 'Salaried', 50000, 4);
INSERT INTO applications (customer_id, loan_amount, loan_tenure_months, interest_rate, loan_purpose) VALUES (1, 100000, 20, 10, 'Education')
RETURNING application_status, risk_probability;
SELECT kind, actor, r.identical FROM decisions d, replay_decision(d.decision_id) r;
RESET ROLE;
DROP SCHEMA counter_two CASCADE;
DROP OWNED BY regress_lender;
DROP ROLE regress_lender;

-- What depends on the extension, and what does not.
SET search_path = pg_catalog;
SELECT pg_describe_object(classid, objid, 0) AS object FROM pg_depend
WHERE deptype = 'x' AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'credit_risk') AND pg_describe_object(classid, objid, 0) LIKE '%counter.%'
ORDER BY 1;
SELECT proname FROM pg_proc WHERE pronamespace = 'counter'::regnamespace AND prosecdef AND
  (proacl IS NULL OR has_function_privilege('public', oid, 'EXECUTE') OR NOT proconfig @> ARRAY['search_path=pg_catalog, pg_temp']);
DROP SCHEMA counter CASCADE;
