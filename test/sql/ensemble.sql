-- Ensembles by soft voting: made of versions that were trained and imported, scored, exported, and what is refused.
\set SHOW_CONTEXT never
SET extra_float_digits = 0;
SET client_min_messages = error;
CREATE FUNCTION pg_temp.error_of(statement text, OUT state text, OUT message text, OUT detail text, OUT hint text)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
END
$$;
CREATE TABLE voted AS
SELECT i AS id, CASE WHEN i % 17 > 0 THEN 20000 + i * 7919 % 80000 END AS income, (i * 104729::bigint) % 5000 AS debt,
       CASE WHEN i % 11 > 0 THEN (ARRAY['salaried', 'business', 'self'])[1 + i % 3] END AS employment,
       20000 + i * 7919 % 80000 < 45000 + (i * 1009 % 40000) - CASE WHEN i % 3 = 1 THEN 9000 ELSE 0 END AS bad
  FROM generate_series(1, 900) AS i;
SELECT version AS forest FROM credit_risk.train('voter', 'SELECT income, employment, bad FROM voted WHERE id <= 600 ORDER BY id', 'bad', params => '{"folds": 0, "trees": 20}') \gset
SELECT version AS boosted FROM credit_risk.train('voter', 'SELECT debt, income, bad FROM voted WHERE id <= 600 ORDER BY id', 'bad', 'gradient_boosting', '{"folds": 0, "trees": 20}') \gset
SELECT version AS regression FROM credit_risk.train('voter', 'SELECT employment, debt, bad FROM voted WHERE id <= 600 AND employment <> ''self'' ORDER BY id', 'bad', 'logistic_regression', '{"folds": 0}') \gset
SELECT credit_risk.ensemble('voting', ARRAY[:forest, :boosted, :regression], '{2,1,0.5}') AS voting, credit_risk.ensemble('voting', ARRAY[:forest, :boosted]) AS equal \gset
-- what it is, and what it was made from
SELECT algorithm, status, origin, features, metrics FROM credit_risk.model_versions WHERE version = :voting;
SELECT f ->> 'name' AS feature, f -> 'categories' AS categories FROM credit_risk.model_version, jsonb_array_elements(features) AS f WHERE version = :voting;
SELECT m -> 'weight' AS weight, m ->> 'model' AS model, (m -> 'version')::bigint IN (:forest, :boosted, :regression) AS version,
       m ->> 'sha256' = (SELECT encode(content_sha256, 'hex') FROM credit_risk.model_version WHERE version = (m -> 'version')::bigint) AS sha256
  FROM credit_risk.model_version, jsonb_array_elements(training -> 'members') AS m WHERE version = :voting;
-- the weighted mean of the members' probabilities; employment 'self' is not known to the regression
SELECT count(*) AS rows, bool_and(abs(p.voting - (2 * p.forest + p.boosted + 0.5 * p.regression) / 3.5) < 1e-15) AS weighted,
       bool_and(p.equal = (p.forest + p.boosted) / 2) AS equal
  FROM voted AS v, LATERAL (SELECT credit_risk.score_version(:voting, v) AS voting, credit_risk.score_version(:equal, v) AS equal, credit_risk.score_version(:forest, v) AS forest,
                                   credit_risk.score_version(:boosted, v) AS boosted, credit_risk.score_version(:regression, v) AS regression) AS p;
-- measured, deployed and asked like any other
SELECT auc > 0.5 AS ranks, rows FROM credit_risk.evaluate(:voting, 'SELECT * FROM voted WHERE id > 600', 'bad');
SELECT credit_risk.deploy(credit_risk.approve(:voting)) = :voting AS deployed;
SELECT a.decision IS NOT NULL AS decided, a.reasons IS NULL AS no_reasons, a.credit_score BETWEEN 300 AND 850 AS scored FROM voted AS v, credit_risk.assess(v, 'voting') AS a WHERE id = 7;
SELECT credit_risk.calibrate(:voting, 'SELECT * FROM voted WHERE id > 600', 'bad') AS calibrated \gset
SELECT e.auc = v.auc AS same_ranking FROM credit_risk.evaluate(:calibrated, 'SELECT * FROM voted WHERE id > 600', 'bad') AS e, credit_risk.evaluate(:voting, 'SELECT * FROM voted WHERE id > 600', 'bad') AS v;
-- it lives on its own: exported and imported it is the same
SELECT credit_risk.import_model('voting_again', 'credit_risk.model.v1', credit_risk.export_model(:voting)) AS again \gset
SELECT a.content_sha256 = v.content_sha256 AS same FROM credit_risk.model_version AS a, credit_risk.model_version AS v WHERE a.version = :again AND v.version = :voting;
SELECT length(credit_risk.model_report(:voting, 'SELECT * FROM voted WHERE id > 600', 'bad')) > 5000 AS reported;
-- refused
SELECT credit_risk.import_model('texts', 'credit_risk.model.v1', '{"format": "credit_risk.model.v1", "algorithm": "logistic_regression", "link": "logit", "base_margin": 1, "features": [{"name": "income", "kind": "categorical", "categories": ["a"]}],
 "terms": [{"feature": "income", "kind": "categories", "values": [1], "missing": 0, "unrecognized": 0}]}') AS texts \gset
SELECT state, message, detail, hint FROM unnest(ARRAY[
    'SELECT credit_risk.ensemble(''v'', NULL)', 'SELECT credit_risk.ensemble(''v'', ''{}'')', format('SELECT credit_risk.ensemble(''v'', ARRAY[%s])', :forest), format('SELECT credit_risk.ensemble(''v'', ARRAY[%s, -7])', :forest),
    format('SELECT credit_risk.ensemble(''v'', ARRAY[%s, NULL])', :forest), format('SELECT credit_risk.ensemble(''v'', ARRAY[%s, %s])', :forest, :forest),
    format('SELECT credit_risk.ensemble(''v'', ARRAY[%s, %s], ''{1}'')', :forest, :boosted), format('SELECT credit_risk.ensemble(''v'', ARRAY[%s, %s], ''{1,0}'')', :forest, :boosted),
    format('SELECT credit_risk.ensemble(''v'', ARRAY[%s, %s], ''{1,NULL}'')', :forest, :boosted), format('SELECT credit_risk.ensemble(''v'', ARRAY[%s, %s])', :forest, :voting),
    format('SELECT credit_risk.ensemble(''v'', ARRAY[%s, %s])', :forest, :texts), format('SELECT credit_risk.ensemble('''', ARRAY[%s, %s])', :forest, :boosted),
    format('SELECT credit_risk.shap_values_of_version(%s, v) FROM voted AS v LIMIT 1', :voting), format('SELECT credit_risk.add_background(%s, ''voted'')', :voting),
    format('SELECT * FROM credit_risk.decision_rules(%s)', :voting), format('SELECT * FROM credit_risk.scorecard_points(%s)', :voting)]) WITH ORDINALITY AS s (statement, place),
    LATERAL pg_temp.error_of(statement) ORDER BY place;
SELECT state, hint FROM pg_temp.error_of(format('SELECT credit_risk.feature_importance(version => %s)', :voting));
DROP TABLE voted;
