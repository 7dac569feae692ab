-- Exact SHAP values by SQL: hand-calculated ones, additivity, order, forms, values as text, what is refused.
\set VERBOSITY terse
CREATE FUNCTION pg_temp.error_of(statement text, OUT state text, OUT message text, OUT detail text, OUT hint text)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
END
$$;
CREATE FUNCTION pg_temp.deploy_model(model text, content text) RETURNS void LANGUAGE sql AS $$
WITH made AS (SELECT credit_risk.import_model(model, 'credit_risk.model.v1', content) AS version),
     approved AS (SELECT credit_risk.approve(version) AS version FROM made)
SELECT credit_risk.deploy(version) FROM approved
$$;

-- Mean of two trees, cover in brackets: debt <= 40 ? 0.1 [60] : own house ? 0.4 [25] : 0.8 [15], and income <= 30000 ? 0.6 [40] : 0.1 [60].
-- Mean over the training rows: (0.28 + 0.30) / 2 = 0.29.
SELECT pg_temp.deploy_model('explained', '{"format": "credit_risk.model.v1", "algorithm": "random_forest", "link": "identity", "average": true, "precision": "f64", "base_margin": 0, "features": [{"name": "debt", "kind": "numeric"}, {"name": "housing", "kind": "categorical", "categories": ["own", "rent"]}, {"name": "income", "kind": "numeric"}], "trees": [{"feature": [0, -1, 1, -1, -1], "left": [1, -1, 3, -1, -1], "right": [2, -1, 4, -1, -1], "threshold": [40, 0, 0, 0, 0], "default_left": [0, 0, 0, 0, 0], "categories": [null, null, [0], null, null], "value": [0, 0.1, 0, 0.4, 0.8], "cover": [100, 60, 40, 25, 15]}, {"feature": [2, -1, -1], "left": [1, -1, -1], "right": [2, -1, -1], "threshold": [30000, 0, 0], "default_left": [1, 0, 0], "value": [0, 0.6, 0.1], "cover": [100, 40, 60]}]}');

-- Of a tenant with debt 60 and income 20000 the first tree knows: nothing 0.28, debt 22/40 = 0.55, housing 0.06 + 0.32 = 0.38, both 0.8.
-- debt ((0.55 - 0.28) + (0.8 - 0.38)) / 2 = 0.345, housing ((0.38 - 0.28) + (0.8 - 0.55)) / 2 = 0.175, income 0.6 - 0.3 = 0.3; each halved.
SELECT rank, feature, value, round(impact::numeric, 12) AS impact, round(base_value::numeric, 12) AS base_value, round(output::numeric, 12) AS output
  FROM credit_risk.shap_explain('{"debt": 60, "housing": "rent", "income": 20000}'::jsonb, 'explained') ORDER BY rank;
SELECT array_agg(round(v::numeric, 12) ORDER BY n) FROM unnest(credit_risk.shap_values(ARRAY[60, 1, 20000], 'explained')) WITH ORDINALITY AS s (v, n);
SELECT jsonb_pretty((credit_risk.assess('{"debt": 60, "housing": "rent", "income": 20000}'::jsonb, 'explained')).reasons #- '{0,impact}' #- '{1,impact}' #- '{2,impact}');
-- only what raised the risk is a reason
SELECT (credit_risk.assess('{"debt": 10, "housing": "rent", "income": 20000}'::jsonb, 'explained')).reasons -> 0 ->> 'feature' AS first_reason,
       jsonb_array_length((credit_risk.assess('{"debt": 10, "housing": "rent", "income": 20000}'::jsonb, 'explained')).reasons) AS reasons,
       (credit_risk.assess('{"debt": 10, "housing": "own", "income": 50000}'::jsonb, 'explained')).reasons AS no_reasons;
-- the impact in the reasons has every digit
SELECT (r ->> 'impact')::float8 = e.impact AS same_bits
  FROM jsonb_array_elements((credit_risk.assess('{"debt": 60, "housing": "rent", "income": 20000}'::jsonb, 'explained')).reasons) r
  JOIN credit_risk.shap_explain('{"debt": 60, "housing": "rent", "income": 20000}'::jsonb, 'explained') e ON e.feature = r ->> 'feature' ORDER BY e.rank;

-- values as text: missing, recognized or not, shortest decimals
SELECT feature, value FROM credit_risk.shap_explain('{"debt": null, "housing": "boat", "income": 0.1}'::jsonb, 'explained') ORDER BY feature;
SELECT feature, value FROM credit_risk.shap_explain(ARRAY[1e-7, -1, 1e300], 'explained') ORDER BY feature;
SELECT feature, value FROM (SELECT 3 AS income, 'own'::name AS housing, 'NaN'::numeric AS debt) q, credit_risk.shap_explain(q, 'explained') ORDER BY feature;
SELECT rank, feature FROM credit_risk.shap_explain(ARRAY[60, 1, 20000], 'explained', top => 2) ORDER BY rank;
SELECT count(*) FROM credit_risk.shap_explain(ARRAY[60, 1, 20000], 'explained', 0);
SELECT count(*) FROM credit_risk.shap_explain(ARRAY[60, 1, 20000], 'explained', 99);
SELECT count(*) AS no_features_no_rows FROM credit_risk.shap_explain(NULL::jsonb, 'explained');
SELECT credit_risk.shap_values(NULL::float8[], 'explained');

-- additivity over a grid, all forms, missing and unrecognized values
CREATE TABLE grid AS
SELECT row_number() OVER () AS id, debt, housing, income
  FROM unnest(ARRAY[NULL, 'NaN', 0, 40, 40.00001, 90]::float8[]) AS debt, unnest(ARRAY[NULL, 'own', 'rent', 'boat']) AS housing, unnest(ARRAY[NULL, 0, 30000, 30001]::numeric[]) AS income;
SELECT count(*) AS rows, count(*) FILTER (WHERE abs(e.total + e.base_value - e.output) > 1e-9) AS not_adding_up,
       count(*) FILTER (WHERE e.output <> credit_risk.probability_of_default(g, 'explained')) AS not_the_probability,
       count(*) FILTER (WHERE e.ranks <> ARRAY[1, 2, 3]) AS wrong_ranks
  FROM grid g, LATERAL (SELECT sum(impact) AS total, min(base_value) AS base_value, min(output) AS output, array_agg(rank ORDER BY abs(impact) DESC, rank) AS ranks FROM credit_risk.shap_explain(g, 'explained')) e;
SELECT count(*) FILTER (WHERE credit_risk.shap_values(g, 'explained') <> credit_risk.shap_values(jsonb_build_object('debt', nullif(debt, 'NaN'), 'housing', housing, 'income', income), 'explained')) AS json_differs,
       count(*) FILTER (WHERE credit_risk.shap_values(g, 'explained') <> credit_risk.shap_values(ARRAY[debt, CASE housing WHEN 'own' THEN 0 WHEN 'rent' THEN 1 WHEN 'boat' THEN -1 END, income], 'explained')) AS array_differs
  FROM grid g;

-- with a logit link the impacts add up to the log-odds
SELECT pg_temp.deploy_model('odds', '{"format": "credit_risk.model.v1", "algorithm": "gradient_boosting", "link": "logit", "average": false, "precision": "f32", "base_margin": -1, "features": [{"name": "x", "kind": "numeric"}], "trees": [{"feature": [0, -1, -1], "left": [1, -1, -1], "right": [2, -1, -1], "threshold": [10, 0, 0], "value": [0, -2, 2], "cover": [4, 3, 1]}]}');
SELECT round(impact::numeric, 9) AS impact, base_value, output, round(credit_risk.probability_of_default(ARRAY[11.0], 'odds')::numeric, 12) AS probability, round((1 / (1 + exp(-output)))::numeric, 12) AS of_log_odds
  FROM credit_risk.shap_explain(ARRAY[11.0], 'odds');

-- a numeric reaches the model with the bits of its cast to float8
SELECT pg_temp.deploy_model('echo', '{"format": "credit_risk.model.v1", "algorithm": "echo", "link": "identity", "average": false, "precision": "f64", "base_margin": 0, "features": [{"name": "x", "kind": "numeric"}], "trees": [{"feature": [-1], "left": [-1], "right": [-1], "threshold": [0], "value": [0], "cover": [1]}]}');
CREATE TABLE numerics AS
SELECT (CASE WHEN i % 2 = 0 THEN -1 ELSE 1 END) * (i::numeric * 7919 * 104729 % 10::numeric ^ (1 + i % 17)) * 10::numeric ^ (i % 41 - 22) AS x FROM generate_series(1, 3000) AS i
UNION ALL SELECT unnest(ARRAY[0, 0.00, 1, -1, 0.1, 0.3, 9007199254740992, 9007199254740993, 9007199254740991, 99999999999999999999.5, 1e22, 1e23, 1e-22, 1e-23, 1e308, 1e-307, 1e-320, 123456789012345678901234567890.123456789, 10000, 100000000, 0.0001, 12345678.9012]::numeric[]);
SELECT count(*) AS numbers, count(*) FILTER (WHERE e.value::float8 IS DISTINCT FROM n.x::float8) AS differing FROM numerics n, LATERAL credit_risk.shap_explain(n, 'echo') e;
SELECT count(*) FILTER (WHERE e.value::float8 IS DISTINCT FROM n.x::float8) AS differing_by_json FROM numerics n, LATERAL credit_risk.shap_explain(jsonb_build_object('x', n.x), 'echo') e;
SELECT value FROM (SELECT date '2024-02-29' AS x) q, credit_risk.shap_explain(q, 'echo');
SELECT value = (date '2024-02-29' - date '1970-01-01')::text AS days_since_1970 FROM (SELECT date '2024-02-29' AS x) q, credit_risk.shap_explain(q, 'echo');

-- what is refused
SELECT state, message, hint FROM pg_temp.error_of($$SELECT credit_risk.shap_explain(ARRAY[1, 0, 1], 'explained', -1)$$);
SELECT state, message FROM pg_temp.error_of($$SELECT credit_risk.shap_values('{1,0,Infinity}'::float8[], 'explained')$$);
SELECT state, message, detail FROM pg_temp.error_of($$SELECT credit_risk.shap_explain('{"debt": 1}'::jsonb, 'explained')$$);
SELECT pg_temp.deploy_model('coverless', '{"format": "credit_risk.model.v1", "algorithm": "stump", "link": "logit", "average": false, "precision": "f32", "base_margin": 0, "features": [{"name": "x", "kind": "numeric"}], "trees": [{"feature": [0, -1, -1], "left": [1, -1, -1], "right": [2, -1, -1], "threshold": [10, 0, 0], "value": [0, -2, 2]}]}');
SELECT state, message, detail, hint FROM pg_temp.error_of($$SELECT credit_risk.shap_explain(ARRAY[1.0], 'coverless')$$);
SELECT state, message FROM pg_temp.error_of($$SELECT credit_risk.shap_values(ARRAY[1.0], 'coverless')$$);
SELECT credit_risk.probability_of_default(ARRAY[11.0], 'coverless') > 0.5 AS it_scores_all_the_same;

DROP TABLE grid, numerics;
