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
SELECT credit_risk.import_model('ruled', 'credit_risk.model.v1', '{"format": "credit_risk.model.v1", "algorithm": "decision_tree", "link": "identity", "op": "<", "average": true, "base_margin": 0,
 "features": [{"name": "monthly_income"}, {"name": "loan purpose", "kind": "categorical", "categories": ["car", "home", "it''s mine"]}],
 "trees": [{"feature": [0, 1, 0, -1, -1, -1, -1], "left": [1, 3, 5, -1, -1, -1, -1], "right": [2, 4, 6, -1, -1, -1, -1], "threshold": [25000, 0, 90000.5, 0, 0, 0, 0],
  "default_left": [1, 0, 0, 0, 0, 0, 0], "unrecognized_left": [0, 0, 0, 0, 0, 0, 0], "categories": [null, [0, 1], null, null, null, null, null],
  "value": [0, 0, 0, 0.5, 0.2, 0.1, 0], "cover": [100, 40, 60, 10, 30, 50, 10]}]}') AS ruled \gset
SELECT * FROM credit_risk.decision_rules(:ruled);

-- one of log-odds, without covers
SELECT credit_risk.import_model('ruled', 'credit_risk.model.v1', '{"format": "credit_risk.model.v1", "algorithm": "boosting", "link": "logit", "op": "<=", "average": false, "base_margin": 0.5, "features": [{"name": "age"}],
 "trees": [{"feature": [0, -1, -1], "left": [1, -1, -1], "right": [2, -1, -1], "threshold": [30, 0, 0], "value": [0, 0.5, -0.5]}]}') AS sure \gset
SELECT * FROM credit_risk.decision_rules(:sure);

-- errors
SELECT credit_risk.import_model('ruled', 'credit_risk.model.v1', '{"format": "credit_risk.model.v1", "algorithm": "logistic_regression", "link": "logit", "base_margin": 1, "features": [{"name": "income"}],
 "terms": [{"feature": "income", "kind": "slope", "slope": 1, "missing": 0}]}') AS sloped \gset
SELECT state, message, detail, hint FROM unnest(ARRAY['SELECT * FROM credit_risk.decision_rules(-7)', 'SELECT * FROM credit_risk.decision_rules(NULL)',
    format('SELECT * FROM credit_risk.decision_rules(%s)', :sloped)]) AS statement, LATERAL pg_temp.error_of(statement);
