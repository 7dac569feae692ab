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

-- an imported tree
SELECT credit_risk.import_model('ruled', 'credit_risk.model.v1', '{"format": "credit_risk.model.v1", "algorithm": "decision_tree", "link": "identity", "op": "<", "precision": "f64", "average": true, "base_margin": 0,
 "features": [{"name": "monthly_income"}, {"name": "loan purpose", "kind": "categorical", "categories": ["car", "home", "it''s mine"]}],
 "trees": [{"feature": [0, 1, 0, -1, -1, -1, -1], "left": [1, 3, 5, -1, -1, -1, -1], "right": [2, 4, 6, -1, -1, -1, -1], "threshold": [25000, 0, 90000.5, 0, 0, 0, 0],
  "default_left": [1, 0, 0, 0, 0, 0, 0], "unrecognized_left": [0, 0, 0, 0, 0, 0, 0], "categories": [null, [0, 1], null, null, null, null, null],
  "value": [0, 0, 0, 0.5, 0.2, 0.1, 0], "cover": [100, 40, 60, 10, 30, 50, 10]}]}') AS ruled \gset
SELECT * FROM credit_risk.decision_rules(:ruled);

-- one of log-odds, without covers
SELECT credit_risk.import_model('ruled', 'credit_risk.model.v1', '{"format": "credit_risk.model.v1", "algorithm": "boosting", "link": "logit", "op": "<=", "precision": "f64", "average": false, "base_margin": 0.5, "features": [{"name": "age"}],
 "trees": [{"feature": [0, -1, -1], "left": [1, -1, -1], "right": [2, -1, -1], "threshold": [30, 0, 0], "value": [0, 0.5, -0.5]}]}') AS sure \gset
SELECT * FROM credit_risk.decision_rules(:sure);

-- errors
SELECT credit_risk.import_model('ruled', 'credit_risk.model.v1', '{"format": "credit_risk.model.v1", "algorithm": "logistic_regression", "link": "logit", "base_margin": 1, "features": [{"name": "income"}],
 "terms": [{"feature": "income", "kind": "slope", "slope": 1, "missing": 0}]}') AS sloped \gset
SELECT state, message, detail, hint FROM unnest(ARRAY['SELECT * FROM credit_risk.decision_rules(-7)', 'SELECT * FROM credit_risk.decision_rules(NULL)',
    format('SELECT * FROM credit_risk.decision_rules(%s)', :sloped)]) AS statement, LATERAL pg_temp.error_of(statement);

-- a trained one: its rules hold for the rows that its leaves count
CREATE TABLE ruled AS
SELECT i AS id, ((i * 37) % 400 * 100 + 8000)::numeric AS income, (ARRAY['car', 'home', 'trip'])[1 + i % 3] AS purpose,
       (i * 61) % 100 < CASE WHEN i % 3 = 2 THEN 70 WHEN (i * 37) % 400 < 120 THEN 50 ELSE 10 END AS bad, 1 + i % 4 AS times
  FROM generate_series(1, 1200) AS i;
CREATE VIEW ruled_rows AS SELECT * FROM ruled ORDER BY id;
SELECT version AS grown FROM credit_risk.train('ruled', 'ruled_rows', 'bad', 'decision_tree',
    '{"exclude": ["id", "times"], "max_depth": 3, "min_leaf": 0.05, "prune": 0.001, "test_share": 0, "folds": 0}') \gset
SELECT algorithm, metrics -> 'leaves' AS leaves, metrics -> 'depth' AS depth, training -> 'params' AS params FROM credit_risk.model_versions WHERE version = :grown;
SELECT rule, conditions, round(probability::numeric, 6) AS probability, round(share::numeric, 6) AS share, events FROM credit_risk.decision_rules(:grown);
CREATE FUNCTION pg_temp.rows_of(conditions text, OUT rows bigint, OUT events bigint) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'SELECT count(*), count(*) FILTER (WHERE bad) FROM ruled WHERE ' || replace(conditions, ' (or missing)', '') INTO rows, events;
END
$$;
SELECT r.rule, c.rows = round(r.share * 1200) AND c.events = r.events AND abs(r.probability - c.events / c.rows::float8) < 1e-9 AS same
  FROM credit_risk.decision_rules(:grown) AS r, LATERAL pg_temp.rows_of(r.conditions) AS c;
SELECT fold, round(auc::numeric, 6) AS auc FROM credit_risk.cross_validate('ruled_rows', 'bad', 'decision_tree', '{"exclude": ["id"], "folds": 2}') ORDER BY fold;
SELECT feature, round(importance::numeric, 6) AS importance FROM credit_risk.feature_importance(version => :grown);

-- weights: of rows, of classes; what a tree counts is weight
SELECT version AS weighed FROM credit_risk.train('ruled', 'ruled_rows', 'bad', 'decision_tree', '{"exclude": ["id"], "weight": "times", "max_depth": 1, "test_share": 0, "folds": 0}') \gset
SELECT rule, conditions, round(probability::numeric, 6) AS probability, round(share::numeric, 6) AS share, events FROM credit_risk.decision_rules(:weighed);
SELECT sum(times) FILTER (WHERE bad) AS events FROM ruled;
SELECT algorithm, round(auc::numeric, 6) AS auc, test_rows
  FROM unnest(ARRAY['random_forest', 'gradient_boosting', 'decision_tree']) AS algorithm,
       LATERAL (SELECT auc, test_rows FROM credit_risk.train('weighed', 'ruled_rows', 'bad', algorithm, '{"exclude": ["id"], "weight": "times", "class_weights": {"1": 3}, "max_depth": 3, "folds": 0}')) AS t;
SELECT algorithm, params -> 'weight' AS weight, params -> 'class_weights' AS class_weights, params -> 'balanced' AS balanced, round(brier::numeric, 6) AS brier
  FROM credit_risk.training_summary WHERE model = 'weighed' ORDER BY version;

-- errors
SELECT state, message, detail, hint FROM unnest(ARRAY['{"weight": "nothing"}', '{"weight": "bad"}', '{"weight": "purpose"}', '{"weight": "income", "features": ["income"]}',
    '{"class_weights": 3}', '{"class_weights": {"2": 1}}', '{"class_weights": {"1": 0}}', '{"weight": 3}']) AS params,
    LATERAL pg_temp.error_of(format('SELECT * FROM credit_risk.train(''weighed'', ''ruled'', ''bad'', ''random_forest'', %L)', params));
SELECT state, message, detail, hint FROM unnest(ARRAY['0', 'NULL', '''NaN''::real', '-1']) AS weight,
    LATERAL pg_temp.error_of(format('SELECT * FROM credit_risk.train(''weighed'', %L, ''bad'', ''random_forest'', ''{"weight": "w"}'')', 'SELECT income, bad, CASE WHEN id = 7 THEN ' || weight || ' ELSE 1 END::real AS w FROM ruled'));
SELECT state, message, detail, hint FROM unnest(ARRAY['{"max_depth": 0}', '{"min_leaf": 0.7}', '{"prune": -1}', '{"trees": 3}']) AS params,
    LATERAL pg_temp.error_of(format('SELECT * FROM credit_risk.train(''weighed'', ''ruled'', ''bad'', ''decision_tree'', %L)', params));
SELECT state, message, detail, hint FROM pg_temp.error_of(format('SELECT * FROM credit_risk.decision_rules(%s)', (SELECT min(version) FROM credit_risk.model_versions WHERE model = 'weighed')));
DROP TABLE ruled CASCADE;
