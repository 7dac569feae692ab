-- Additive models, a scorecard and a logistic regression: import, export, scores in every form, explanation, refusals.
\set ON_ERROR_STOP off
CREATE FUNCTION pg_temp.error_of(statement text, OUT state text, OUT message text, OUT detail text, OUT hint text)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
END
$$;
CREATE FUNCTION pg_temp.deploy_model(model text, content text, check_rows jsonb DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
WITH made AS (SELECT credit_risk.import_model(model, 'credit_risk.model.v1', content, check_rows => check_rows) AS version),
     approved AS (SELECT credit_risk.approve(version) AS version FROM made)
SELECT credit_risk.deploy(version) FROM approved
$$;

-- The examples of doc/model-format.md.
CREATE TEMP TABLE additive (name text, content text);
INSERT INTO additive VALUES ('scorecard', '{"format": "credit_risk.model.v1",
 "algorithm": "scorecard",
 "link": "logit",
 "points": {"base": 120, "offset": 487.1228762045055, "factor": 28.85390081777927},
 "features": [
  {"name": "checking_account", "kind": "categorical", "categories": ["A11", "A12", "A13", "A14"]},
  {"name": "months_employed", "kind": "numeric"}],
 "op": "<",
 "terms": [
  {"feature": "checking_account", "kind": "categories", "values": [358, 370, 393, 415],
   "missing": "refuse", "unrecognized": 358, "mean": 385.2},
  {"feature": "months_employed", "kind": "bins", "edges": [12, 48], "values": [-14, 3, 22],
   "specials": [[-999, 0]], "missing": -14, "mean": 4.5}]}'),
('logistic', '{"format": "credit_risk.model.v1",
 "algorithm": "logistic_regression",
 "link": "logit",
 "base_margin": -1.25,
 "features": [{"name": "debt_to_income_ratio"}, {"name": "monthly_income"}],
 "terms": [
  {"feature": "debt_to_income_ratio", "kind": "slope", "slope": 0.05, "center": 36, "missing": 0.125, "mean": 0.02},
  {"feature": "monthly_income", "kind": "slope", "slope": -0.00002, "center": 45000, "missing": "refuse", "mean": 0}]}');

-- Check rows are recomputed.
SELECT pg_temp.deploy_model(name, content, CASE name
    WHEN 'scorecard' THEN '[{"features": {"checking_account": "A13", "months_employed": 12}, "probability": 0.26878320826127444}]'::jsonb
    ELSE '[{"features": [46, 70000], "probability": 0.22270013882530884}, {"features": [null, 45000], "probability": 0.24508501313237172}]' END)
  FROM additive ORDER BY name;
SELECT model, algorithm, jsonb_array_length(features) AS features,
       credit_risk.model_summary(content) - 'features' AS summary
  FROM credit_risk.model_version WHERE model IN ('scorecard', 'logistic') ORDER BY model;

-- An export is the same model.
SELECT v.model, sha256(credit_risk.canonical_content('credit_risk.model.v1', convert_to(credit_risk.export_model(v.version), 'UTF8'))) = v.content_sha256 AS same_hash
  FROM credit_risk.model_version v WHERE v.model IN ('scorecard', 'logistic') ORDER BY v.model;
SELECT credit_risk.export_model(max(version)) FROM credit_risk.model_version WHERE model = 'scorecard';

-- Points are the credit score; every form gives the same.
CREATE TABLE borrowers AS
SELECT row_number() OVER () AS id, checking_account, months_employed
  FROM unnest(ARRAY['A11', 'A12', 'A13', 'A14', 'A19']) AS checking_account,
       unnest(ARRAY[NULL, 'NaN', -999, 0, 11.999, 12, 47, 48, 600]::float8[]) AS months_employed;
SELECT checking_account, months_employed, credit_risk.credit_score(b, 'scorecard') AS score,
       round(credit_risk.probability_of_default(b, 'scorecard')::numeric, 6) AS probability
  FROM borrowers b ORDER BY id;
SELECT count(*) AS rows,
       count(*) FILTER (WHERE credit_risk.credit_score(b, 'scorecard') <> credit_risk.credit_score(j, 'scorecard')
                           OR credit_risk.probability_of_default(b, 'scorecard') <> credit_risk.probability_of_default(j, 'scorecard')) AS json_differs,
       count(*) FILTER (WHERE credit_risk.credit_score(b, 'scorecard') <> credit_risk.credit_score(f, 'scorecard')
                           OR credit_risk.probability_of_default(b, 'scorecard') <> credit_risk.probability_of_default(f, 'scorecard')
                           OR credit_risk.probability_of_default(b, 'scorecard') <> credit_risk.score_version(v.version, f)) AS array_differs,
       count(*) FILTER (WHERE (credit_risk.assess(b, 'scorecard')).credit_score <> credit_risk.credit_score(b, 'scorecard')
                           OR (credit_risk.assess(b, 'scorecard')).probability_of_default <> credit_risk.probability_of_default(b, 'scorecard')) AS assess_differs
  FROM borrowers b,
       LATERAL (SELECT jsonb_build_object('checking_account', checking_account, 'months_employed', nullif(months_employed, 'NaN'))) AS o (j),
       LATERAL (SELECT ARRAY[array_position(ARRAY['A11', 'A12', 'A13', 'A14'], checking_account) - 1, months_employed]) AS a (g),
       LATERAL (SELECT CASE WHEN checking_account = 'A19' THEN ARRAY[-1, months_employed] ELSE g END) AS c (f),
       (SELECT max(version) AS version FROM credit_risk.model_version WHERE model = 'scorecard') AS v;

-- 120 + 370 - 14 = 476 points; on average 120 + 385.2 + 4.5 = 509.7.
SELECT probability_of_default > 0.5 AS risky, credit_score, risk_level, decision, recommendation, confidence = probability_of_default AS sure, model, missing, unrecognized
  FROM credit_risk.assess('{"checking_account": "A12", "months_employed": 3}'::jsonb, 'scorecard');
SELECT r ->> 'rank' AS rank, r ->> 'feature' AS feature, r ->> 'value' AS value, round((r ->> 'impact')::numeric * 28.85390081777927, 9) AS points_lost
  FROM jsonb_array_elements((credit_risk.assess('{"checking_account": "A12", "months_employed": 3}'::jsonb, 'scorecard')).reasons) AS r;
SELECT rank, feature, value, round(impact::numeric, 9) AS impact, round(base_value::numeric, 9) AS base_value, round(output::numeric, 9) AS output
  FROM credit_risk.shap_explain('{"checking_account": "A12", "months_employed": 3}'::jsonb, 'scorecard') ORDER BY rank;
SELECT array_agg(round(v::numeric, 12) ORDER BY n) FROM unnest(credit_risk.shap_values(ARRAY[46.0, 70000], 'logistic')) WITH ORDINALITY AS s (v, n);
SELECT count(*) FILTER (WHERE abs(e.total + e.base_value - e.output) > 1e-12) AS not_adding_up,
       count(*) FILTER (WHERE abs(1 / (1 + exp(-e.output)) - credit_risk.probability_of_default(b, 'scorecard')) > 1e-15) AS not_the_probability
  FROM borrowers b, LATERAL (SELECT sum(impact) AS total, min(base_value) AS base_value, min(output) AS output FROM credit_risk.shap_explain(b, 'scorecard')) AS e;

-- Without points the score is that of the probability.
SELECT credit_risk.credit_score(ARRAY[46.0, 70000], 'logistic') AS score, credit_risk.credit_score(credit_risk.probability_of_default(ARRAY[46.0, 70000], 'logistic')) AS of_probability;
-- beyond the ends
SELECT pg_temp.deploy_model('wide', replace((SELECT content FROM additive WHERE name = 'scorecard'), '[358, 370, 393, 415]', '[0, 173.5, 173.4, 1000]'));
SELECT code, credit_risk.credit_score(ARRAY[code, 20], 'wide') AS score FROM generate_series(0, 3) AS code ORDER BY code;

-- A row that a term refuses
SELECT (pg_temp.error_of($$SELECT credit_risk.credit_score('{"checking_account": null, "months_employed": 3}'::jsonb, 'scorecard')$$)).*;
SELECT state, message FROM pg_temp.error_of($$SELECT credit_risk.assess(ARRAY['NaN', 3.0], 'scorecard')$$);
SELECT state, message FROM pg_temp.error_of($$SELECT credit_risk.shap_values(ARRAY[46.0, NULL], 'logistic')$$);
SELECT (pg_temp.error_of($$SELECT credit_risk.probability_of_default(ARRAY[4, 3.0], 'scorecard')$$)).*;
SELECT (pg_temp.error_of($$SELECT credit_risk.probability_of_default(ARRAY[1, 'Infinity'::float8], 'scorecard')$$)).*;
SELECT (pg_temp.error_of($$SELECT credit_risk.probability_of_default(ARRAY[1e305, 1], 'logistic')$$)).*;
SELECT pg_temp.deploy_model('strict', replace((SELECT content FROM additive WHERE name = 'scorecard'), '"unrecognized": 358, "mean": 385.2', '"unrecognized": "refuse"'));
SELECT (pg_temp.error_of($$SELECT credit_risk.credit_score(b, 'strict') FROM borrowers b WHERE checking_account = 'A19'$$)).*;

-- Without means it scores, but cannot explain.
SELECT credit_score, reasons FROM credit_risk.assess(ARRAY[2.0, 12], 'strict');
SELECT (pg_temp.error_of($$SELECT credit_risk.shap_explain(ARRAY[2.0, 12], 'strict')$$)).*;

-- What is no model, and where
SELECT e.* FROM additive a, LATERAL pg_temp.error_of(format('SELECT credit_risk.import_model(''no'', ''credit_risk.model.v1'', %L)', replace(content, '"feature": "months_employed"', '"feature": "months"'))) AS e WHERE name = 'scorecard';
SELECT e.* FROM additive a, LATERAL pg_temp.error_of(format('SELECT credit_risk.import_model(''no'', ''credit_risk.model.v1'', %L)', replace(content, '[12, 48]', '[48, 12]'))) AS e WHERE name = 'scorecard';
SELECT e.* FROM additive a, LATERAL pg_temp.error_of(format('SELECT credit_risk.import_model(''no'', ''credit_risk.model.v1'', %L)', replace(content, '-14, 3, 22', '-14, 3'))) AS e WHERE name = 'scorecard';
SELECT e.* FROM additive a, LATERAL pg_temp.error_of(format('SELECT credit_risk.import_model(''no'', ''credit_risk.model.v1'', %L)', replace(content, '28.85390081777927', '-28.85390081777927'))) AS e WHERE name = 'scorecard';
SELECT e.* FROM additive a, LATERAL pg_temp.error_of(format('SELECT credit_risk.import_model(''no'', ''credit_risk.model.v1'', %L, check_rows => ''[{"features": [46, 70000], "probability": 0.2228}]'')', content)) AS e WHERE name = 'logistic';
SELECT e.state, e.message, e.detail FROM additive a, LATERAL pg_temp.error_of(format('SELECT credit_risk.import_model(''no'', ''credit_risk.model.v1'', %L, check_rows => ''[{"features": [46, null], "probability": 0.2228}]'')', content)) AS e WHERE name = 'logistic';
SELECT count(*) FROM credit_risk.model_version WHERE model = 'no';

DROP TABLE borrowers;
