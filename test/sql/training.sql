-- Training by SQL: what a query may hold, what comes back, what is stored, and every refusal.
\set SHOW_CONTEXT never
CREATE TYPE housing AS ENUM ('own', 'rent', 'free');
CREATE TABLE applicants AS
SELECT i AS id, 20000 + i * 7919 % 80000 AS income, ((i * 104729::bigint) % 5000)::numeric(12, 2) AS debt,
       CASE WHEN i % 11 = 0 THEN NULL ELSE (ARRAY['salaried', 'business', 'self'])[1 + i % 3] END AS employment,
       (ARRAY['own', 'rent', 'free'])[1 + i % 7 % 3]::housing AS housing, i % 5 = 0 AS guarantor,
       DATE '2024-01-01' + i % 365 AS applied,
       CASE WHEN i % 13 = 0 THEN 'NaN'::float8 ELSE (i % 17)::float8 END AS years,
       20000 + i * 7919 % 80000 < 45000 + (i * 31 % 20000) - CASE WHEN i % 3 = 1 THEN 9000 ELSE 0 END AS bad
  FROM generate_series(1, 800) AS i;
CREATE FUNCTION exclude_id(more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql RETURN '{"exclude": ["id"]}' || more;

-- the plain case, by the name of a table
\x on
SELECT model, version > 0 AS has_version, algorithm, rows, skipped_rows, features, positives, test_rows,
       accuracy > 0.85 AS accurate, auc > 0.95 AS ranks, round(precision::numeric, 2) > 0.7 AS precise, recall > 0.7 AS recalls,
       f1 > 0.8 AS f1, true_positives + false_positives + true_negatives + false_negatives AS tested,
       cv_accuracy > 0.85 AS cv_accuracy, cv_accuracy_sd < 0.1 AS cv_accuracy_sd, cv_auc > 0.95 AS cv_auc, cv_auc_sd < 0.05 AS cv_auc_sd,
       abs(train_test_gap - (train_accuracy - accuracy)) < 1e-12 AS gap, seconds BETWEEN 0 AND 60 AS seconds
  FROM credit_risk.train('plain', 'applicants', 'bad', params => exclude_id());

-- what is stored: the figures, and how to do it again
SELECT model, algorithm, origin, status, jsonb_array_length(metrics -> 'folds') AS folds, metrics -> 'trained_on' AS trained_on,
       training - 'data_sha256' AS training, length(training ->> 'data_sha256') AS fingerprint
  FROM credit_risk.model_versions WHERE model = 'plain';
SELECT rows, features, brier < 0.15 AS calibrated, ks > 0.7 AS parts, query, target, params -> 'seed' AS seed FROM credit_risk.training_summary WHERE model = 'plain';
\x off

-- the features as the model knows them: categories in the order of their bytes, an enum too, years with its NaN as missing
SELECT f ->> 'name' AS feature, f ->> 'kind' AS kind, f -> 'categories' AS categories
  FROM credit_risk.model_version v, jsonb_array_elements(v.features) WITH ORDINALITY AS e (f, place)
 WHERE v.model = 'plain' ORDER BY place;
SELECT count(*) AS features, round(sum(importance)::numeric, 6) AS all_in_all, bool_and(rank = 1 OR importance < 0.5) AS one_leads,
       min(feature) FILTER (WHERE rank = 1) AS first
  FROM credit_risk.feature_importance('plain');

-- the version scores as the training measured it
CREATE TEMPORARY TABLE plain AS SELECT max(version) AS version FROM credit_risk.model_version WHERE model = 'plain';
SELECT credit_risk.approve(version) = version AS approved, credit_risk.deploy(version) = version AS deployed FROM plain;
SELECT round(credit_risk.roc_auc(bad, credit_risk.probability_of_default(a, 'plain'))::numeric, 2) >= 0.97 AS ranks FROM applicants AS a;

-- a query, ordered; a table name with schema and quotes; a view; VALUES
CREATE VIEW some_applicants AS SELECT income, debt, bad FROM applicants ORDER BY id;
CREATE SCHEMA "Odd Name";
CREATE TABLE "Odd Name"."my table" AS SELECT income, debt, bad FROM applicants ORDER BY id;
SELECT features FROM credit_risk.train('forms', 'SELECT income, debt, bad FROM applicants ORDER BY id', 'bad', params => '{"folds": 0, "trees": 5}');
SELECT features FROM credit_risk.train('forms', 'some_applicants', 'bad', params => '{"folds": 0, "trees": 5}');
SELECT features FROM credit_risk.train('forms', '"Odd Name"."my table"', 'bad', params => '{"folds": 0, "trees": 5}');
SELECT features FROM credit_risk.train('forms', '  -- a comment first
    WITH a AS (SELECT * FROM some_applicants) TABLE a', 'bad', params => '{"folds": 0, "trees": 5}');
SELECT count(*), count(DISTINCT content_sha256) AS models, count(DISTINCT training ->> 'data_sha256') AS fingerprints
  FROM credit_risk.model_version WHERE model = 'forms';
SELECT rows, features FROM credit_risk.train('forms', 'VALUES (1, true), (2, false), (3, true), (4, false)', 'column2',
    params => '{"folds": 2, "test_share": 0, "min_split": 2, "min_leaf": 1}');

-- the same input and seed give the same bytes, whatever the number of workers; another seed, other bytes
SELECT version > 0 AS trained FROM credit_risk.train('same', 'some_applicants', 'bad', params => '{"folds": 0, "trees": 40}');
SET credit_risk.training_workers = 0;
SELECT version > 0 AS trained FROM credit_risk.train('same', 'some_applicants', 'bad', params => '{"folds": 0, "trees": 40}');
SET credit_risk.training_workers = 1;
SELECT version > 0 AS trained FROM credit_risk.train('same', 'some_applicants', 'bad', params => '{"folds": 0, "trees": 40}');
SET credit_risk.training_workers = 2;
SELECT version > 0 AS trained FROM credit_risk.train('same', 'some_applicants', 'bad', params => '{"folds": 0, "trees": 40}');
RESET credit_risk.training_workers;
SELECT count(*) AS versions, count(DISTINCT content_sha256) AS models FROM credit_risk.model_version WHERE model = 'same';
SELECT version > 0 AS trained FROM credit_risk.train('same', 'some_applicants', 'bad', params => '{"folds": 0, "trees": 40, "seed": 43}');
SELECT count(*) AS versions, count(DISTINCT content_sha256) AS models FROM credit_risk.model_version WHERE model = 'same';

-- extra trees: the same whoever grows them, another forest than without, calibrated by rows out of bag like it
SELECT version > 0 AS trained FROM credit_risk.train('extra', 'some_applicants', 'bad', params => '{"folds": 0, "trees": 40, "extra_trees": true}');
SET credit_risk.training_workers = 2;
SELECT version > 0 AS trained FROM credit_risk.train('extra', 'some_applicants', 'bad', params => '{"folds": 0, "trees": 40, "extra_trees": true}');
RESET credit_risk.training_workers;
SELECT count(*) AS versions, count(DISTINCT content_sha256) AS models, min((metrics ->> 'auc')::float8) > 0.8 AS parts, min((metrics ->> 'oob_auc')::float8) > 0.8 AS parts_out_of_bag
  FROM credit_risk.model_version WHERE model = 'extra';
SELECT credit_risk.train('extra', 'some_applicants', 'bad', params => '{"extra_trees": "yes"}');

-- targets: boolean, 0 and 1, text and numbers with a named positive; NULL targets are skipped
CREATE TABLE targets AS
SELECT id, income, bad, bad::int AS bad_int, CASE WHEN bad THEN 1.0 ELSE 0.0 END AS bad_numeric, CASE WHEN bad THEN 'bad' ELSE 'good' END AS outcome,
       CASE WHEN bad THEN 2 ELSE 1 END AS class, CASE WHEN id % 10 = 0 THEN NULL ELSE bad END AS some
  FROM applicants;
SELECT target, t.rows, t.skipped_rows, t.positives, t.features
  FROM (VALUES ('bad', '{}'::jsonb), ('bad', '{"positive": true}'), ('bad_int', '{}'), ('bad_numeric', '{}'),
               ('outcome', '{"positive": "bad"}'), ('class', '{"positive": 2}'), ('some', '{}')) AS v (target, params),
       LATERAL credit_risk.train('targets', format('SELECT income, %I FROM targets ORDER BY id', target), target,
                                 params => v.params || '{"folds": 0, "trees": 5}') AS t
 ORDER BY v.*;
SELECT count(DISTINCT content_sha256) AS models FROM credit_risk.model_version
 WHERE model = 'targets' AND training ->> 'target' <> 'some';

-- parameters: features on purpose and in their order; no held-out part; all rows in the model
SELECT features, test_rows, cv_auc IS NULL AS no_folds, auc IS NULL AS no_test
  FROM credit_risk.train('params', 'applicants', 'bad', params => '{"features": ["debt", "income"], "folds": 0, "test_share": 0, "trees": 5}');
SELECT f ->> 'name' AS feature FROM credit_risk.model_version v, jsonb_array_elements(v.features) WITH ORDINALITY AS e (f, place)
 WHERE v.model = 'params' ORDER BY place;
SELECT test_rows FROM credit_risk.train('params', 'applicants', 'bad', params => exclude_id('{"folds": 0, "trees": 5, "refit_on_all": true}'));
SELECT metrics -> 'trained_on' AS trained_on FROM credit_risk.model_version WHERE model = 'params' ORDER BY version DESC LIMIT 1;

-- cross_validate stores nothing
SELECT fold, train_rows, test_rows, accuracy > 0.8 AS accurate, auc > 0.9 AS ranks, ks > 0.7 AS parts, brier < 0.15 AS calibrated
  FROM credit_risk.cross_validate('applicants', 'bad', params => exclude_id('{"folds": 4}')) ORDER BY fold;
SELECT count(*) FROM credit_risk.model_version WHERE model = 'cross_validate';

-- progress on request
SET credit_risk.training_workers = 0;
SELECT fold FROM credit_risk.cross_validate('SELECT i AS x, i > 20 AS y FROM generate_series(1, 40) AS i', 'y',
    params => '{"verbose": true, "folds": 2}');
RESET credit_risk.training_workers;

-- protected attributes: an error, silence when chosen on purpose, a warning by setting
SELECT features FROM credit_risk.train('fair', 'SELECT income, guarantor AS gender, bad FROM applicants', 'bad', params => '{"folds": 0, "trees": 5}');
SELECT features FROM credit_risk.train('fair', 'SELECT income, guarantor AS gender, bad FROM applicants', 'bad', params => '{"folds": 0, "trees": 5, "allow_protected": true}');
SELECT features FROM credit_risk.train('fair', 'SELECT income, guarantor AS gender, bad FROM applicants', 'bad', params => '{"folds": 0, "trees": 5, "features": ["income", "gender"]}');
SELECT features FROM credit_risk.train('fair', 'SELECT income, guarantor AS gender, bad FROM applicants', 'bad', params => '{"folds": 0, "trees": 5, "exclude": ["gender"]}');
SET credit_risk.protected_attributes = 'warn';
SELECT features FROM credit_risk.train('fair', 'SELECT income, guarantor AS gender, bad FROM applicants', 'bad', params => '{"folds": 0, "trees": 5}');
RESET credit_risk.protected_attributes;

-- guard rails: leaks, identifiers, constants, refusals
CREATE TABLE checked AS
SELECT i AS loan_id, i % 97 AS income, 'INR' AS currency, CASE WHEN i % 5 = 0 THEN -i ELSE 1 END AS recovered,
       CASE WHEN i % 15 = 0 THEN 'Rejected' ELSE 'Approved' END AS decision, i % 5 = 0 AS bad
  FROM generate_series(1, 1000) AS i;
SELECT features FROM credit_risk.train('checked', 'checked', 'bad', params => '{"folds": 0, "trees": 5}');
SELECT w ->> 'kind' AS kind, w -> 'columns' AS columns, w ->> 'message' AS message
  FROM credit_risk.model_version, jsonb_array_elements(metrics -> 'warnings') AS w WHERE model = 'checked' ORDER BY 1;
SELECT features FROM credit_risk.train('checked', 'checked', 'bad', params => '{"folds": 0, "trees": 5, "guard_rails": false}');
SELECT features FROM credit_risk.train('checked', 'SELECT income, CASE WHEN income % 2 = 0 THEN ''REJECTED'' ELSE ''Paid'' END AS status FROM checked',
    'status', params => '{"folds": 0, "trees": 5, "positive": "REJECTED", "guard_rails": true}');
SELECT credit_risk.train('checked', 'SELECT income, (ARRAY[''Default'', ''Paid'', ''Refused''])[income % 3 + 1] AS status FROM checked', 'status',
    params => '{"positive": "Default"}');
SELECT credit_risk.train('checked', 'SELECT income, bad FROM checked WHERE bad', 'bad');
SELECT credit_risk.train('checked', 'SELECT income, bad FROM checked WHERE false', 'bad');
SELECT credit_risk.train('checked', 'SELECT income, NULL::float8 AS nothing, bad FROM checked', 'bad');
SELECT credit_risk.train('checked', 'SELECT income, NULL::boolean AS bad FROM checked', 'bad');

-- repeated folds, and splits by time
SELECT repeat, fold, test_rows FROM credit_risk.cross_validate('SELECT income, loan_id % 7 AS x, bad FROM checked', 'bad',
    params => '{"folds": 2, "repeats": 2, "trees": 5}');
SELECT repeat, fold, train_rows, test_rows FROM credit_risk.cross_validate(
    'SELECT income, date ''2020-01-01'' + loan_id / 10 AS applied_on, bad FROM checked', 'bad',
    params => '{"folds": 4, "trees": 5, "time_column": "applied_on"}');
SELECT features, test_rows FROM credit_risk.train('checked',
    'SELECT income, loan_id % 7 AS x, timestamptz ''2020-01-01 00:00+00'' + loan_id * interval ''1 hour'' AS applied_at, bad FROM checked', 'bad',
    params => '{"folds": 0, "trees": 5, "time_column": "applied_at", "guard_rails": false}');
SELECT credit_risk.train('checked', 'SELECT income, bad, NULLIF(loan_id, 7) AS at FROM checked', 'bad', params => '{"time_column": "at"}');
SELECT credit_risk.train('checked', 'SELECT income, bad, decision AS at FROM checked', 'bad', params => '{"time_column": "at"}');
SELECT credit_risk.train('checked', 'SELECT income, bad FROM checked', 'bad', params => '{"time_column": "at"}');
SELECT credit_risk.train('checked', 'SELECT income, bad FROM checked', 'bad', params => '{"time_column": "bad"}');
SELECT credit_risk.cross_validate('SELECT income, bad, loan_id / 600 AS at FROM checked', 'bad', params => '{"time_column": "at"}');
SELECT credit_risk.cross_validate('SELECT income, bad, bad::int AS at FROM checked', 'bad', params => '{"time_column": "at", "folds": 0, "test_share": 0.1}');
SELECT credit_risk.train('checked', 'SELECT income, bad, bad::int AS at FROM checked', 'bad', params => '{"time_column": "at"}');
SELECT credit_risk.cross_validate('checked', 'bad', params => '{"time_column": "loan_id", "repeats": 2}');
SELECT credit_risk.cross_validate('checked', 'bad', params => '{"repeats": 0}');

-- errors: arguments
SELECT credit_risk.train('', 'applicants', 'bad');
SELECT credit_risk.train(NULL, 'applicants', 'bad');
SELECT credit_risk.train('m', NULL, 'bad');
SELECT credit_risk.train('m', 'applicants', NULL);
SELECT credit_risk.train('m', 'applicants', 'bad', 'deep_thought');
SELECT credit_risk.train('m', 'no_such_table', 'bad');
SELECT credit_risk.train('m', 'SELEKT 1', 'bad');
SELECT credit_risk.train('m', 'SELECT 1; SELECT 2', 'bad');
SELECT credit_risk.train('m', 'WITH x AS (DELETE FROM applicants RETURNING *) SELECT * FROM x', 'bad');
SELECT credit_risk.train('m', 'SELECT FROM applicants', 'bad');
SELECT credit_risk.train('m', 'EXPLAIN SELECT * FROM applicants', 'bad');
SELECT credit_risk.train('m', 'a..b', 'bad');
SELECT credit_risk.train('m', 'applicants', 'default');
SELECT credit_risk.train('m', 'SELECT bad FROM applicants', 'bad');
SELECT credit_risk.train('m', 'SELECT income, income, bad FROM applicants', 'bad');
-- errors: parameters
SELECT credit_risk.train('m', 'applicants', 'bad', params => '[]');
SELECT credit_risk.train('m', 'applicants', 'bad', params => '{"depth": 3}');
SELECT credit_risk.train('m', 'applicants', 'bad', params => '{"trees": 0}');
SELECT credit_risk.train('m', 'applicants', 'bad', params => '{"max_depth": 65}');
SELECT credit_risk.train('m', 'applicants', 'bad', params => '{"max_features": "some"}');
SELECT credit_risk.train('m', 'applicants', 'bad', params => '{"test_share": 1}');
SELECT credit_risk.train('m', 'applicants', 'bad', params => '{"folds": 1}');
SELECT credit_risk.train('m', 'applicants', 'bad', params => '{"exclude": ["nothing"]}');
SELECT credit_risk.train('m', 'applicants', 'bad', params => '{"features": ["income", "bad"]}');
SELECT credit_risk.train('m', 'applicants', 'bad', params => '{"positive": "bad"}');
-- errors: values
SELECT credit_risk.train('m', 'SELECT income, bad FROM applicants WHERE false', 'bad');
SELECT credit_risk.train('m', 'SELECT income, NULL::boolean AS bad FROM applicants', 'bad');
SELECT credit_risk.train('m', 'SELECT income, bad FROM applicants WHERE bad', 'bad');
SELECT credit_risk.train('m', 'SELECT income, NULL::int AS nothing, bad FROM applicants', 'bad');
SELECT credit_risk.train('m', $$SELECT CASE id WHEN 7 THEN 'Infinity' ELSE income::float8 END AS income, bad FROM applicants$$, 'bad');
SELECT credit_risk.train('m', $$SELECT CASE id WHEN 7 THEN 'infinity' ELSE applied END AS applied, bad FROM applicants$$, 'bad');
SELECT credit_risk.train('m', 'SELECT applied::timestamptz AS applied, bad FROM applicants', 'bad');
SELECT credit_risk.train('m', $$SELECT 'x' AS constant, ARRAY[1] AS list, bad FROM applicants$$, 'bad');
SELECT credit_risk.train('m', 'SELECT i::text AS name, i % 2 = 0 AS bad FROM generate_series(1, 1001) AS i', 'bad');
SELECT credit_risk.train('m', 'SELECT income, outcome FROM targets', 'outcome');
SELECT credit_risk.train('m', 'SELECT income, class FROM targets', 'class');
SELECT credit_risk.train('m', 'SELECT income, id FROM targets', 'id', params => '{"positive": 1}');
SELECT credit_risk.train('m', 'SELECT income, outcome FROM targets', 'outcome', params => '{"positive": "awful"}');
SELECT credit_risk.train('m', 'SELECT income, id = 1 AS bad FROM targets', 'bad');
SELECT credit_risk.train('m', 'SELECT income, id <= 4 AS bad FROM targets', 'bad');
-- what is refused before any work: the name, a transaction that may not write
SELECT credit_risk.train(repeat('m', 201), 'applicants', 'bad');
BEGIN READ ONLY;
SELECT credit_risk.train('m', 'applicants', 'bad');
ROLLBACK;
-- functions of the query may not write, those of the statement may
CREATE FUNCTION writes(id int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN INSERT INTO targets DEFAULT VALUES; RETURN id; END $$;
SELECT credit_risk.train('m', 'SELECT writes(id) AS id, income, bad FROM applicants', 'bad');
DO $$ BEGIN
  PERFORM credit_risk.train('m', 'SELECT writes(id) AS id, income, bad FROM applicants', 'bad');
EXCEPTION WHEN read_only_sql_transaction THEN
  PERFORM writes(0);
  RAISE NOTICE 'writes again';
END $$;
SELECT count(*) > 0 AS writes_after_training FROM (SELECT writes(1) FROM credit_risk.train('writer', 'applicants', 'bad', params => exclude_id('{"folds": 0, "trees": 2}'))) AS t;
DROP FUNCTION writes;

-- errors: the query's own come through as they are
SELECT credit_risk.train('m', 'SELECT 1 / (id - 500) AS x, bad FROM applicants ORDER BY id', 'bad');
-- errors: memory
SET credit_risk.training_memory = '16MB';
SELECT credit_risk.train('m', 'SELECT i AS x, i % 2 = 0 AS bad FROM generate_series(1, 500000) AS i', 'bad');
RESET credit_risk.training_memory;
-- errors: feature_importance
SELECT * FROM credit_risk.feature_importance();
SELECT * FROM credit_risk.feature_importance('nobody');
SELECT * FROM credit_risk.feature_importance(version => -1);

-- nothing was stored by a training that failed
SELECT count(*) FROM credit_risk.model_version WHERE model = 'm';

-- a role needs to read the table and to be let train; it stores under its own name
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_trainer;
RESET client_min_messages;
CREATE ROLE regress_trainer;
SET ROLE regress_trainer;
SELECT (credit_risk.train('role', 'applicants', 'bad')).version;
RESET ROLE;
SELECT credit_risk.grant_access('regress_trainer', 'train');
SET ROLE regress_trainer;
SELECT (credit_risk.train('role', 'applicants', 'bad')).version;
RESET ROLE;
GRANT SELECT ON applicants TO regress_trainer;
SET ROLE regress_trainer;
SELECT features FROM credit_risk.train('role', 'public.applicants', 'bad', params => '{"exclude": ["id"], "folds": 0, "trees": 5}');
SELECT model, author_role FROM credit_risk.model_version WHERE model = 'role';
SELECT count(*) FROM credit_risk.training_summary WHERE model = 'role';
RESET ROLE;

DROP OWNED BY regress_trainer;
DROP ROLE regress_trainer;
DROP VIEW some_applicants;
DROP SCHEMA "Odd Name" CASCADE;
DROP TABLE applicants, targets;
DROP TYPE housing;
DROP FUNCTION exclude_id;
