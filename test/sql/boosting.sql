-- Gradient boosting by SQL: training, its figures, what it promises, and every refusal.
\set SHOW_CONTEXT never
CREATE TABLE boosting_loans AS
SELECT i AS id, CASE WHEN i % 17 = 0 THEN NULL ELSE 20000 + i * 7919 % 80000 END AS income, (i * 104729::bigint) % 5000 AS debt,
       CASE WHEN i % 11 = 0 THEN NULL ELSE (ARRAY['salaried', 'business', 'self'])[1 + i % 3] END AS employment,
       20000 + i * 7919 % 80000 < 45000 + (i * 31 % 20000) - CASE WHEN i % 3 = 1 THEN 9000 ELSE 0 END AS bad
  FROM generate_series(1, 1200) AS i;
CREATE FUNCTION boosting_params(more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql
RETURN '{"exclude": ["id"], "trees": 60, "folds": 0}' || more;
CREATE VIEW boosting_rows AS SELECT * FROM boosting_loans ORDER BY id;

-- the plain case
\x on
SELECT algorithm, rows, features, positives, test_rows, round(accuracy::numeric, 2) AS accuracy, round(auc::numeric, 2) AS auc,
       round(cv_auc::numeric, 2) AS cv_auc
  FROM credit_risk.train('boosted', 'boosting_rows', 'bad', 'gradient_boosting', '{"exclude": ["id"], "trees": 60, "folds": 3}');
SELECT algorithm, training - 'data_sha256' AS training, metrics -> 'trained_on' AS trained_on,
       metrics -> 'validation_rows' AS validation_rows, (metrics ->> 'trees')::int BETWEEN 2 AND 60 AS trees
  FROM credit_risk.model_versions WHERE model = 'boosted';
\x off
SELECT rank, feature, importance > 0 AS counts, importance < 1 AS not_alone FROM credit_risk.feature_importance('boosted') ORDER BY rank;
SELECT round(sum(importance)::numeric, 9) AS all_in_all FROM credit_risk.feature_importance('boosted');
SELECT fold, train_rows, test_rows, round(auc::numeric, 1) AS auc, brier < 0.1 AS calibrated
  FROM credit_risk.cross_validate('boosting_rows', 'bad', 'gradient_boosting', boosting_params('{"folds": 3}')) ORDER BY fold;

-- the mean probability is the share of defaults: no class is weighted
CREATE TEMPORARY TABLE boosted AS SELECT max(version) AS version FROM credit_risk.model_version WHERE model = 'boosted';
SELECT credit_risk.approve(version) = version AS approved, credit_risk.deploy(version) = version AS deployed FROM boosted;
SELECT abs(avg(credit_risk.probability_of_default(l, 'boosted')) - avg(bad::int)) < 0.02 AS calibrated FROM boosting_loans AS l;

-- SHAP values add up on the log-odds
SELECT count(*) AS rows, bool_and(abs(e.total - ln(p / (1 - p))) < 1e-7) AS adds_up
  FROM boosting_loans AS l,
       LATERAL (SELECT sum(v) AS total FROM unnest(credit_risk.shap_values(l, 'boosted')) AS v) AS e,
       LATERAL (SELECT credit_risk.probability_of_default(l, 'boosted') AS p) AS s
 WHERE l.id % 40 = 0;
SELECT count(*) AS features, bool_and(abs(s.impacts + s.base_value - s.output) < 1e-9) AS adds_up
  FROM boosting_loans AS l,
       LATERAL (SELECT x.*, sum(x.impact) OVER () AS impacts FROM credit_risk.shap_explain(l, 'boosted') AS x) AS s
 WHERE l.id = 40;

-- the same rows and parameters give the same bytes; another seed of the draws, other bytes
SELECT version > 0 AS trained FROM credit_risk.train('boosted_again', 'boosting_rows', 'bad', 'gradient_boosting', boosting_params('{"row_share": 0.5}'));
SET credit_risk.training_workers = 2;
SELECT version > 0 AS trained FROM credit_risk.train('boosted_again', 'boosting_rows', 'bad', 'gradient_boosting', boosting_params('{"row_share": 0.5}'));
RESET credit_risk.training_workers;
SELECT count(*) AS versions, count(DISTINCT content_sha256) AS models FROM credit_risk.model_version WHERE model = 'boosted_again';
SELECT version > 0 AS trained FROM credit_risk.train('boosted_again', 'boosting_rows', 'bad', 'gradient_boosting', boosting_params('{"row_share": 0.5, "seed": 43}'));
SELECT count(*) AS versions, count(DISTINCT content_sha256) AS models FROM credit_risk.model_version WHERE model = 'boosted_again';

-- more income never raises the probability of default, whatever the rest
SELECT version > 0 AS trained FROM credit_risk.train('boosted_monotone', 'boosting_rows', 'bad', 'gradient_boosting',
    boosting_params('{"monotone": {"income": -1}, "interactions": [["income", "employment"], ["debt"]], "max_leaves": 12, "column_share": 0.7}'));
CREATE TEMPORARY TABLE monotone AS SELECT max(version) AS version FROM credit_risk.model_version WHERE model = 'boosted_monotone';
SELECT training -> 'params' -> 'monotone' AS monotone, training -> 'params' -> 'interactions' AS interactions
  FROM credit_risk.model_version WHERE model = 'boosted_monotone';
SELECT count(*) AS steps, count(*) FILTER (WHERE p > before) AS rises
  FROM (SELECT p, lag(p) OVER (PARTITION BY debt, employment ORDER BY income) AS before
          FROM generate_series(0, 120000, 500) AS income, generate_series(0, 5000, 1000) AS debt,
               (VALUES ('salaried'), ('business'), (NULL)) AS e (employment),
               LATERAL (SELECT credit_risk.score_version((SELECT version FROM monotone),
                                   jsonb_build_object('income', income, 'debt', debt, 'employment', employment)) AS p) AS s) AS t;

-- progress on request
SELECT fold FROM credit_risk.cross_validate('SELECT i AS x, i > 20 AS y FROM generate_series(1, 40) AS i', 'y', 'gradient_boosting',
    '{"verbose": true, "folds": 2, "min_child_weight": 0, "trees": 5}');

-- errors: constraints
SELECT credit_risk.train('m', 'boosting_rows', 'bad', 'gradient_boosting', boosting_params('{"monotone": {"wage": -1}}'));
SELECT credit_risk.train('m', 'boosting_rows', 'bad', 'gradient_boosting', boosting_params('{"monotone": {"id": -1}}'));
SELECT credit_risk.train('m', 'boosting_rows', 'bad', 'gradient_boosting', boosting_params('{"monotone": {"employment": 1}}'));
SELECT credit_risk.train('m', 'boosting_rows', 'bad', 'gradient_boosting', boosting_params('{"monotone": {"income": 2}}'));
SELECT credit_risk.train('m', 'boosting_rows', 'bad', 'gradient_boosting', boosting_params('{"monotone": {"income": "down"}}'));
SELECT credit_risk.train('m', 'boosting_rows', 'bad', 'gradient_boosting', boosting_params('{"monotone": ["income"]}'));
SELECT credit_risk.train('m', 'boosting_rows', 'bad', 'gradient_boosting', boosting_params('{"interactions": [["income", "wage"]]}'));
SELECT credit_risk.train('m', 'boosting_rows', 'bad', 'gradient_boosting', boosting_params('{"interactions": ["income"]}'));
-- errors: parameters, those of the forest among them
SELECT credit_risk.train('m', 'boosting_rows', 'bad', 'gradient_boosting', '{"min_split": 4}');
SELECT credit_risk.train('m', 'boosting_rows', 'bad', 'random_forest', '{"learning_rate": 0.1}');
SELECT credit_risk.train('m', 'boosting_rows', 'bad', 'gradient_boosting', '{"learning_rate": 0}');
SELECT credit_risk.train('m', 'boosting_rows', 'bad', 'gradient_boosting', '{"learning_rate": "fast"}');
SELECT credit_risk.train('m', 'boosting_rows', 'bad', 'gradient_boosting', '{"trees": 10001}');
SELECT credit_risk.train('m', 'boosting_rows', 'bad', 'gradient_boosting', '{"max_leaves": 1}');
SELECT credit_risk.train('m', 'boosting_rows', 'bad', 'gradient_boosting', '{"lambda": -1}');
SELECT credit_risk.train('m', 'boosting_rows', 'bad', 'gradient_boosting', '{"row_share": 1.5}');
SELECT credit_risk.train('m', 'boosting_rows', 'bad', 'gradient_boosting', '{"early_stopping": 2.5}');
SELECT credit_risk.train('m', 'boosting_rows', 'bad', 'gradient_boosting', '{"validation_share": 0}');
SELECT credit_risk.train('m', 'SELECT income, bad FROM boosting_loans WHERE bad', 'bad', 'gradient_boosting');
SELECT count(*) FROM credit_risk.model_version WHERE model = 'm';

DROP VIEW boosting_rows;
DROP TABLE boosting_loans;
DROP FUNCTION boosting_params(jsonb);
