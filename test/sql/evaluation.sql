-- How good a version is on the rows of a query, alone and beside others.
\set SHOW_CONTEXT never
SET extra_float_digits = 0;
CREATE FUNCTION pg_temp.error_of(statement text, OUT state text, OUT message text, OUT detail text, OUT hint text)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
END
$$;
CREATE TABLE applicants AS
SELECT i AS id, 20000 + i * 7919 % 80000 AS income, (i * 104729::bigint) % 5000 AS debt, i % 4 = 0 AS held_out,
       CASE WHEN i % 11 = 0 THEN NULL ELSE (ARRAY['salaried', 'business', 'self'])[1 + i % 3] END AS employment,
       CASE WHEN i % 97 <> 0 THEN 20000 + i * 7919 % 80000 < 45000 + (i * 31 % 20000) - CASE WHEN i % 3 = 1 THEN 9000 ELSE 0 END END AS bad
  FROM generate_series(1, 1200) AS i;
CREATE VIEW held_out AS SELECT income, debt, employment, bad FROM applicants WHERE held_out ORDER BY id;
SELECT version AS forest FROM credit_risk.train('forest', 'SELECT income, debt, employment, bad FROM applicants WHERE NOT held_out ORDER BY id', 'bad',
    params => '{"folds": 0, "test_share": 0, "trees": 20}') \gset
SELECT version AS boosting FROM credit_risk.train('boosting', 'SELECT income, debt, employment, bad FROM applicants WHERE NOT held_out ORDER BY id', 'bad',
    'gradient_boosting', '{"folds": 0, "test_share": 0, "trees": 20, "max_depth": 2}') \gset
SELECT version AS weak FROM credit_risk.train('boosting', 'SELECT debt, bad FROM applicants WHERE NOT held_out ORDER BY id', 'bad',
    'gradient_boosting', '{"folds": 0, "test_share": 0, "trees": 20, "max_depth": 2}') \gset

-- every figure is that of the aggregate over the same rows
\x on
SELECT e.model, e.version = :forest AS version, e.algorithm, e.rows, e.skipped_rows, e.positives,
       e.auc = a.auc AS auc, e.auc_low < e.auc AND e.auc < e.auc_high AS auc_interval, e.gini = a.gini AS gini, e.ks = a.ks AS ks,
       e.average_precision = a.ap AS average_precision, e.brier = a.brier AS brier, e.log_loss = a.log_loss AS log_loss,
       abs(e.mean_probability - a.mean) < 1e-12 AS mean_probability, e.threshold, e.accuracy = a.accuracy AS accuracy, e."precision" = a.precise AS "precision",
       e.recall = a.recall AS recall, e.f1 = a.f1 AS f1, e.true_positives + e.false_negatives = e.positives AS positives_add_up,
       e.true_positives + e.false_positives + e.true_negatives + e.false_negatives = e.rows AS all_add_up,
       abs(e.accuracy - (e.true_positives + e.true_negatives)::float8 / e.rows) < 1e-12 AS counts
  FROM credit_risk.evaluate(:forest, 'held_out', 'bad', 0.4) AS e,
       (SELECT credit_risk.roc_auc(bad, p) AS auc, credit_risk.gini(bad, p) AS gini, credit_risk.ks_statistic(bad, p) AS ks,
               credit_risk.average_precision(bad, p) AS ap, credit_risk.brier_score(bad, p) AS brier, credit_risk.log_loss(bad, p) AS log_loss,
               avg(p) FILTER (WHERE bad IS NOT NULL) AS mean, credit_risk.accuracy(bad, p, 0.4) AS accuracy, credit_risk.precision(bad, p, 0.4) AS precise,
               credit_risk.recall(bad, p, 0.4) AS recall, credit_risk.f1(bad, p, 0.4) AS f1
          FROM (SELECT bad, credit_risk.score_version(:forest, h) AS p FROM held_out AS h) AS s) AS a;
\x off

-- a model's name stands for its deployed version, else for its latest
SELECT version = :weak AS latest FROM credit_risk.evaluate('boosting', 'held_out', 'bad');
SELECT credit_risk.deploy(credit_risk.approve(:boosting)) = :boosting AS deployed;
SELECT version = :boosting AS deployed FROM credit_risk.evaluate('boosting', 'held_out', 'bad');
SET credit_risk.default_model = 'forest';
SELECT model FROM credit_risk.evaluate(NULL::text, 'held_out', 'bad');
RESET credit_risk.default_model;

-- forms of the query and of the target
SELECT e.auc = f.auc AND e.rows = f.rows AS same
  FROM credit_risk.evaluate('forest', 'held_out', 'bad') AS e,
       credit_risk.evaluate('forest', E'-- all of it\nSELECT h.*, CASE WHEN bad THEN ''yes'' WHEN NOT bad THEN ''no'' END AS "Went ""bad""" FROM held_out h; ', 'Went "bad"', positive => 'yes') AS f;
-- a row of weight 3 is three rows, one without weight is left out
SELECT e.rows, e.skipped_rows, e.auc = f.auc AS auc FROM credit_risk.evaluate('forest', 'SELECT h.*, CASE WHEN debt > 20 THEN 2.5 END AS w FROM held_out h', 'bad', weight => 'w') AS e, credit_risk.evaluate('forest', 'SELECT h.* FROM held_out h WHERE debt > 20', 'bad') AS f;
SELECT e.rows < f.rows AS rows, e.auc = f.auc AS auc, e.auc_low IS NULL AS no_interval, (abs(e.gini - f.gini) + abs(e.ks - f.ks) + abs(e.average_precision - f.average_precision) + abs(e.brier - f.brier)
       + abs(e.log_loss - f.log_loss) + abs(e.accuracy - f.accuracy) + abs(e."precision" - f."precision") + abs(e.recall - f.recall) + abs(e.f1 - f.f1) + abs(e.mean_probability - f.mean_probability)) < 1e-12 AS others
  FROM credit_risk.evaluate('forest', 'SELECT h.*, 1 + debt::int % 3 AS stands_for FROM held_out h', 'bad', weight => 'stands_for') AS e,
       credit_risk.evaluate('forest', 'SELECT h.* FROM held_out h, generate_series(0, debt::int % 3)', 'bad') AS f;
SELECT state, message, detail, hint FROM unnest(ARRAY[$$SELECT credit_risk.evaluate('forest', 'held_out', 'bad', weight => 'heavy')$$, $$SELECT credit_risk.evaluate('forest', 'SELECT *, -1 AS w FROM held_out', 'bad', weight => 'w')$$,
    $$SELECT credit_risk.evaluate('forest', 'held_out', 'bad', weight => 'employment')$$]) AS statement, LATERAL pg_temp.error_of(statement);
SELECT e.auc = f.auc AS same FROM credit_risk.evaluate('forest', 'held_out', 'bad') AS e, credit_risk.evaluate('forest', 'SELECT income, debt, employment, bad::int FROM held_out -- as numbers', 'bad') AS f;
-- the caller's search_path decides what a name means
CREATE SCHEMA elsewhere;
CREATE TABLE elsewhere.held_out AS SELECT income, debt, employment, NOT bad AS bad FROM public.held_out LIMIT 50;
SET search_path = elsewhere, public;
SELECT rows FROM credit_risk.evaluate('forest', 'held_out', 'bad');
RESET search_path;
-- one class, no rows
SELECT rows, positives, auc, gini, brier < 0.2 AS brier, accuracy > 0.8 AS accuracy, recall FROM credit_risk.evaluate('forest', 'SELECT * FROM held_out WHERE NOT bad', 'bad');
SELECT rows, skipped_rows, positives, mean_probability, auc, brier, accuracy, true_positives FROM credit_risk.evaluate('forest', 'SELECT * FROM held_out WHERE false', 'bad');

-- side by side: the first row is what the others are compared with
SELECT model, version IN (:forest, :boosting, :weak) AS version, algorithm, rows, positives, auc > 0.9 AS ranks, auc_low < auc_high AS auc_interval,
       auc_difference < 0 AS worse, auc_p_value < 0.05 AS surely, ks_low <= ks AND ks <= ks_high AS ks_interval, brier_low <= brier AND brier <= brier_high AS brier_interval,
       log_loss > 0 AS log_loss, accuracy > 0.5 AS accuracy
  FROM credit_risk.compare_models('held_out', 'bad', '{forest,boosting}', ARRAY[:weak]::bigint[], resamples => 50);
SELECT abs(c.auc_difference - (d.d).difference) < 1e-15 AS difference, c.auc_p_value = (d.d).p_value AS p_value, c.auc_difference_low = (d.d).low AS low, c.ks_low IS NULL AS no_resamples
  FROM credit_risk.compare_models('held_out', 'bad', versions => ARRAY[:forest, :weak], resamples => 0) AS c,
       (SELECT credit_risk.auc_difference(bad, credit_risk.score_version(:weak, h), credit_risk.score_version(:forest, h)) AS d FROM held_out AS h) AS d
 WHERE c.version = :weak;

-- refusals
SELECT state, message, detail, hint FROM unnest(ARRAY[
    $$SELECT credit_risk.evaluate('no such model', 'held_out', 'bad')$$, $$SELECT credit_risk.evaluate(NULL::text, 'held_out', 'bad')$$,
    $$SELECT credit_risk.evaluate(-7, 'held_out', 'bad')$$, $$SELECT credit_risk.evaluate(NULL::bigint, 'held_out', 'bad')$$,
    $$SELECT credit_risk.evaluate('forest', NULL, 'bad')$$, $$SELECT credit_risk.evaluate('forest', 'held_out', NULL)$$,
    $$SELECT credit_risk.evaluate('forest', 'held_out', '')$$,
    $$SELECT credit_risk.evaluate('forest', 'held_out', 'bad', NULL)$$, $$SELECT credit_risk.evaluate('forest', 'held_out', 'bad', 'NaN')$$,
    $$SELECT credit_risk.evaluate('forest', 'no_such_table', 'bad')$$, $$SELECT credit_risk.evaluate('forest', 'DELETE FROM applicants', 'bad')$$,
    $$SELECT credit_risk.evaluate('forest', 'SELECT 1; SELECT 2', 'bad')$$, $$SELECT credit_risk.evaluate('forest', 'held_out', 'worse')$$, $$SELECT credit_risk.evaluate('forest', 'SELECT * FROM held_out WHERE false; -- done', 'bad')$$, $$SELECT credit_risk.evaluate('forest', ' ', 'bad')$$,
    $$SELECT credit_risk.evaluate('forest', 'held_out', 'employment')$$, $$SELECT credit_risk.evaluate('forest', 'held_out', 'debt')$$,
    $$SELECT credit_risk.evaluate('forest', 'SELECT debt, bad FROM held_out', 'bad')$$,
    $$SELECT credit_risk.compare_models('held_out', 'bad')$$, $$SELECT credit_risk.compare_models('held_out', 'bad', versions => '{1,NULL}')$$,
    $$SELECT credit_risk.compare_models('held_out', 'bad', '{forest}', resamples => 1)$$, $$SELECT credit_risk.compare_models('held_out', 'bad', '{forest}', seed => -1)$$,
    $$SELECT credit_risk.scored_rows('SELECT 1')$$]) AS statement, LATERAL pg_temp.error_of(statement);
DROP SCHEMA elsewhere CASCADE;
DROP VIEW held_out;
DROP TABLE applicants;

-- columns may be called as our statements call their rows; one that holds a row is not taken for it
CREATE TABLE named AS SELECT i AS id, i % 7 AS r, i % 11 AS x, i % 5 AS s, i % 3 AS q, (i % 7 > 3) <> (i % 11 > 8) AS bad FROM generate_series(1, 400) AS i;
SELECT version AS named FROM credit_risk.train('aliases', 'SELECT r, x, s, q, bad FROM named ORDER BY id', 'bad', 'gradient_boosting', '{"folds": 0, "trees": 20, "max_depth": 3}') \gset
SELECT e.auc = (SELECT credit_risk.roc_auc(n.bad, credit_risk.score_version(:named, jsonb_build_object('r', n.r, 'x', n.x, 's', n.s, 'q', n.q))) FROM named n) AS same FROM credit_risk.evaluate('aliases', 'named', 'bad') AS e;
SELECT auc_difference FROM credit_risk.compare_models('named', 'bad', '{aliases}', versions => ARRAY[:named], resamples => 0);
SELECT count(*) FROM credit_risk.partial_dependence(:named, 'named', 'x');
SELECT credit_risk.model_report(:named, 'named', 'bad') LIKE '<!DOCTYPE html>%' AS page;
SELECT count(*) FROM credit_risk.feature_importance('aliases', kind => 'shap', query => 'named');
SELECT rows FROM credit_risk.add_background(:named, 'SELECT r, x, s, q FROM named') AS rows;
SELECT credit_risk.calibrate(:named, 'named', 'bad', 'sigmoid') > :named AS calibrated;
SELECT version AS alias FROM credit_risk.train('alias', 'SELECT x, q, bad FROM named ORDER BY id', 'bad', 'decision_tree', '{"folds": 0}') \gset
SELECT e.auc = f.auc AS same FROM credit_risk.evaluate(:alias, 'SELECT x, q, bad FROM named', 'bad') AS e, credit_risk.evaluate(:alias, 'SELECT x, q, bad, jsonb_build_object(''x'', -x, ''q'', -q) AS r FROM named', 'bad') AS f;
DROP TABLE named;
