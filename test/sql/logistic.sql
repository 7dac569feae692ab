-- Logistic regression by SQL: training, the table of coefficients, what it explains, and every refusal.
\set SHOW_CONTEXT never
CREATE TABLE logistic_loans AS
SELECT i AS id, CASE WHEN i % 17 = 0 THEN NULL ELSE 20000 + i * 7919 % 80000 END AS income, (i * 104729::bigint) % 5000 AS debt,
       CASE WHEN i % 11 = 0 THEN NULL ELSE (ARRAY['salaried', 'business', 'self', 'salaried'])[1 + i % 4] END AS employment,
       20000 + i * 7919 % 80000 < 30000 + (i * 1009 % 40000) - CASE WHEN i % 4 = 1 THEN 9000 ELSE 0 END AS bad
  FROM generate_series(1, 1200) AS i;
CREATE VIEW logistic_rows AS SELECT income, debt, employment, bad FROM logistic_loans ORDER BY id;

-- the plain case: a small penalty, no standard errors
\x on
SELECT algorithm, rows, features, positives, test_rows, round(accuracy::numeric, 2) AS accuracy, round(auc::numeric, 2) AS auc,
       round(cv_auc::numeric, 2) AS cv_auc
  FROM credit_risk.train('regression', 'logistic_rows', 'bad', 'logistic_regression', '{"folds": 3}');
SELECT algorithm, features, training -> 'params' AS params, metrics -> 'steps' AS steps
  FROM credit_risk.model_versions WHERE model = 'regression';
\x off
CREATE TEMPORARY TABLE regression AS SELECT max(version) AS version FROM credit_risk.model_version WHERE model = 'regression';
SELECT c.place, c.term, c.feature, c.level, round(c.coefficient::numeric, 7) AS coefficient, c.standard_error, c.p_value,
       round(c.odds_ratio::numeric, 7) AS odds_ratio
  FROM regression, credit_risk.logistic_coefficients(version) AS c ORDER BY c.place;
SELECT rank, feature, round(importance::numeric, 4) AS importance FROM credit_risk.feature_importance('regression') ORDER BY rank;
SELECT fold, train_rows, test_rows, round(auc::numeric, 2) AS auc
  FROM credit_risk.cross_validate('logistic_rows', 'bad', 'logistic_regression', '{"folds": 3}') ORDER BY fold;

-- the mean probability is the share of defaults among the rows trained on: no class is weighted
SELECT version > 0 AS trained FROM credit_risk.train('likelihood', 'logistic_rows', 'bad', 'logistic_regression', '{"l2": 0, "folds": 0, "test_share": 0}');
CREATE TEMPORARY TABLE likelihood AS SELECT max(version) AS version FROM credit_risk.model_version WHERE model = 'likelihood';
SELECT credit_risk.approve(version) = version AS approved, credit_risk.deploy(version) = version AS deployed FROM likelihood;
SELECT abs(avg(credit_risk.probability_of_default(l, 'likelihood')) - avg(bad::int)) < 1e-9 AS calibrated FROM logistic_loans AS l;

-- without penalty there are standard errors
SELECT c.term, round(c.coefficient::numeric, 7) AS coefficient, round(c.standard_error::numeric, 7) AS standard_error,
       round(c.z::numeric, 5) AS z, round(c.p_value::numeric, 7) AS p_value
  FROM likelihood, credit_risk.logistic_coefficients(version) AS c ORDER BY c.place;

-- the table tells the score: by hand for a row without gaps
SELECT bool_and(abs(p.p - 1 / (1 + exp(-t.total))) < 1e-12) AS by_hand
  FROM logistic_loans AS l, likelihood AS v,
       LATERAL (SELECT credit_risk.probability_of_default(l, 'likelihood') AS p) AS p,
       LATERAL (SELECT sum(c.coefficient * CASE WHEN c.term = 'intercept' THEN 1 WHEN c.term = 'income' THEN l.income
                                                WHEN c.term = 'debt' THEN l.debt ELSE (c.level = l.employment)::int END) AS total
                  FROM credit_risk.logistic_coefficients(v.version) AS c WHERE c.term NOT LIKE '% is missing') AS t
 WHERE l.income IS NOT NULL AND l.employment IS NOT NULL;

-- SHAP values add up on the log-odds; a category that was never seen adds the average of its feature
SELECT count(*) AS rows, bool_and(abs(e.total - ln(p / (1 - p))) < 1e-9) AS adds_up
  FROM logistic_loans AS l,
       LATERAL (SELECT sum(v) AS total FROM unnest(credit_risk.shap_values(l, 'likelihood')) AS v) AS e,
       LATERAL (SELECT credit_risk.probability_of_default(l, 'likelihood') AS p) AS s
 WHERE l.id % 40 = 0;
SELECT feature, round(impact::numeric, 9) AS impact
  FROM credit_risk.shap_explain(ROW(60000, 2500, 'farmer', true)::logistic_rows, 'likelihood') ORDER BY feature;

-- the same rows and parameters give the same bytes; other penalties other bytes; L1 leaves features out
SELECT version > 0 AS trained FROM credit_risk.train('regression', 'logistic_rows', 'bad', 'logistic_regression', '{"folds": 0}');
SELECT version > 0 AS trained FROM credit_risk.train('regression', 'logistic_rows', 'bad', 'logistic_regression', '{"folds": 0, "l2": 2, "balanced": true}');
SELECT count(*) AS versions, count(DISTINCT content_sha256) AS models FROM credit_risk.model_version WHERE model = 'regression';
SELECT version > 0 AS trained FROM credit_risk.train('lasso', 'logistic_rows', 'bad', 'logistic_regression', '{"folds": 0, "l1": 40, "l2": 0}');
SELECT c.term, c.coefficient = 0 AS left_out
  FROM (SELECT max(version) AS version FROM credit_risk.model_version WHERE model = 'lasso') AS v, credit_risk.logistic_coefficients(v.version) AS c
 WHERE c.place > 1 ORDER BY c.place;

-- searched like the others
SELECT rank, params FROM credit_risk.search_parameters('logistic_rows', 'bad', 'logistic_regression', '{"l2": [1000000, 1]}', params => '{"folds": 3}') ORDER BY rank;

-- refused
CREATE FUNCTION pg_temp.error_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE detail text; hint text;
BEGIN
    EXECUTE statement;
    RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN SQLSTATE || ' ' || SQLERRM || ' | ' || detail || ' | ' || hint;
END
$$;
CREATE FUNCTION pg_temp.train_error(query text, params jsonb) RETURNS text LANGUAGE sql
RETURN pg_temp.error_of(format('SELECT credit_risk.train(''refused'', %L, ''bad'', ''logistic_regression'', %L)', query, params));
SELECT pg_temp.train_error('SELECT *, 2 * debt AS twice FROM logistic_rows', '{"l2": 0}');
SELECT pg_temp.train_error('SELECT *, income IS NULL AS gap FROM logistic_rows', '{"l2": 0}');
SELECT pg_temp.train_error('SELECT *, bad AS knows FROM logistic_rows', '{"l2": 0}');
SELECT pg_temp.train_error('logistic_rows', '{"l2": 0, "max_iterations": 2}');
SELECT pg_temp.train_error('logistic_rows', '{"l2": -1}');
SELECT pg_temp.train_error('logistic_rows', '{"l1": "much"}');
SELECT pg_temp.train_error('logistic_rows', '{"class_weights": {"1": 0}}');
SELECT pg_temp.train_error('logistic_rows', '{"max_iterations": 0}');
SELECT pg_temp.train_error('logistic_rows', '{"trees": 10}');
SELECT pg_temp.error_of('SELECT * FROM credit_risk.logistic_coefficients(NULL)');
SELECT pg_temp.error_of('SELECT * FROM credit_risk.logistic_coefficients(0)');
SELECT credit_risk.correct_prior(version, 0.4, 0.05) > 0 AS corrected FROM likelihood;
SELECT regexp_replace(pg_temp.error_of(format('SELECT * FROM credit_risk.logistic_coefficients(%s)', max(version))), '[0-9]+ has', 'N has') FROM credit_risk.model_version WHERE model = 'likelihood';
SELECT regexp_replace(pg_temp.error_of('SELECT * FROM credit_risk.feature_importance(''regression'', kind => ''gain'')'), 'version [0-9]+', 'version N');
DROP FUNCTION pg_temp.train_error, pg_temp.error_of;
DROP VIEW logistic_rows;
DROP TABLE logistic_loans;
