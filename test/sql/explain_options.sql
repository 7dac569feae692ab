-- Explanations in other scales, against a background, by groups, of whole tables, in pairs, as pictures.
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
CREATE TABLE told AS
SELECT i AS id, 20000 + i * 7919 % 80000 AS income, CASE WHEN i % 13 = 0 THEN 'NaN'::float8 ELSE (i % 17)::float8 END AS years, (i % 3 = 0)::int AS purpose_home, (i % 3 = 1)::int AS purpose_car,
       CASE WHEN i % 11 = 0 THEN NULL ELSE (ARRAY['salaried', 'business', 'self'])[1 + i % 3] END AS employment,
       20000 + i * 7919 % 80000 < 45000 + (i * 31 % 20000) - CASE WHEN i % 3 = 1 THEN 9000 ELSE 0 END AS bad
  FROM generate_series(1, 600) AS i;
SELECT version AS forest FROM credit_risk.train('told_forest', 'SELECT * FROM told ORDER BY id', 'bad', params => '{"folds": 0, "trees": 20, "calibrate": "none", "exclude": ["id"]}') \gset
SELECT version AS boosting FROM credit_risk.train('told_boosting', 'SELECT * FROM told ORDER BY id', 'bad', 'gradient_boosting', '{"folds": 0, "trees": 20, "max_depth": 3, "exclude": ["id"]}') \gset
SELECT credit_risk.deploy(credit_risk.approve(:forest)) = :forest AS forest, credit_risk.deploy(credit_risk.approve(:boosting)) = :boosting AS boosting;

-- scale: points are a straight line through the probability; each scale adds up to its own output
SELECT bool_and(abs(m.impact - p.impact) < 1e-15) AS margin_is_probability, bool_and(abs(q.impact + 550 * p.impact) < 1e-9) AS points, bool_and(abs(q.base_value - (850 - 550 * p.base_value)) < 1e-9) AS base,
       bool_and(abs(q.output - (850 - 550 * p.output)) < 1e-9) AS output, abs(sum(q.impact) + min(q.base_value) - min(q.output)) < 1e-9 AS adds_up,
       round(min(q.output))::int = (SELECT credit_risk.credit_score(t, 'told_forest') FROM told AS t WHERE id = 7) AS is_the_score
  FROM told AS t, credit_risk.shap_explain(t, 'told_forest') AS m JOIN credit_risk.shap_explain(t, 'told_forest', scale => 'probability') AS p USING (feature)
  JOIN credit_risk.shap_explain(t, 'told_forest', scale => 'points') AS q USING (feature) WHERE id = 7;

-- groups: the sum of the members in one line, the value of those that are set
SELECT g.rank, g.feature, g.value, abs(g.impact - s.impact) < 1e-15 AS sum
  FROM (SELECT * FROM told WHERE id = 7) AS t, credit_risk.shap_explain(t, 'told_boosting', groups => '{"purpose": ["purpose_home", "purpose_car"]}') AS g
  JOIN LATERAL (SELECT CASE WHEN feature LIKE 'purpose%' THEN 'purpose' ELSE feature END AS feature, sum(impact) AS impact FROM credit_risk.shap_explain(t, 'told_boosting') GROUP BY 1) AS s USING (feature)
 ORDER BY g.rank;

-- a background: the mean of its rows is the base value, whatever the query's order it is drawn by the seed
SELECT credit_risk.add_background(:boosting, 'SELECT * FROM told ORDER BY id', 40) AS rows;
SELECT credit_risk.add_background(:forest, 'told', 1000) AS all_rows;
SELECT rows, cardinality("values") AS values, query, seed FROM credit_risk.model_background WHERE version IN (:forest, :boosting) ORDER BY rows;
SELECT abs(min(e.base_value) - (SELECT avg(credit_risk.score_version(:forest, t)) FROM told AS t)) < 1e-12 AS base, abs(sum(e.impact) + min(e.base_value) - min(e.output)) < 1e-12 AS adds_up,
       abs(min(e.output) - (SELECT credit_risk.score_version(:forest, t) FROM told AS t WHERE id = 8)) < 1e-15 AS output
  FROM told AS t, credit_risk.shap_explain(t, 'told_forest', method => 'interventional') AS e WHERE id = 8;
-- a feature's interventional value with one background row that differs in it alone: the difference of the margins
SELECT version AS single FROM (SELECT credit_risk.import_model('told_single', 'credit_risk.model.v1', credit_risk.export_model(:forest)) AS version) AS v \gset
SELECT credit_risk.add_background(:single, 'SELECT 25000 AS income, years, purpose_home, purpose_car, employment FROM told WHERE id = 7') AS rows;
SELECT v.impact = 0 AS is_zero, count(*), bool_or(v.place = 1 AND abs(v.impact - (credit_risk.score_version(:single, t) - credit_risk.score_version(:single, u))) < 1e-12) AS difference
  FROM told AS t, LATERAL (SELECT 25000 AS income, t.years, t.purpose_home, t.purpose_car, t.employment) AS u,
       unnest((credit_risk.shap_values_of_version(:single, t, method => 'interventional'))[:5]) WITH ORDINALITY AS v (impact, place)
 WHERE t.id = 7 GROUP BY 1 ORDER BY 1;

-- a whole table at once: the same bits, in any order, with NULL rows, across partitions and models
SELECT count(*) AS rows, bool_and(one = many) AS same FROM (
    SELECT credit_risk.shap_values(t, 'told_forest') AS one, credit_risk.shap_values_batch(t, 'told_forest') OVER () AS many FROM told AS t) AS s;
SELECT count(*) AS rows, bool_and(one IS NOT DISTINCT FROM many) AS same, count(*) FILTER (WHERE many IS NULL) AS nulls FROM (
    SELECT credit_risk.shap_values(f, 'told_boosting') AS one, credit_risk.shap_values_batch(f, 'told_boosting') OVER (PARTITION BY id % 7 ORDER BY id DESC) AS many
      FROM (SELECT id, CASE WHEN id % 50 <> 0 THEN credit_risk.feature_values(:boosting, t) END AS f FROM told AS t) AS t) AS s;
SELECT count(*) AS rows, bool_and(one = many) AS same FROM (
    SELECT credit_risk.shap_values(to_jsonb(t), m) AS one, credit_risk.shap_values_batch(to_jsonb(t), m) OVER () AS many
      FROM (SELECT id, income, purpose_home, purpose_car, employment, NULL AS years FROM told WHERE id <= 20) AS t, (VALUES ('told_forest'), ('told_boosting')) AS v (m)) AS s;
SELECT count(*) AS rows, bool_and(one = many) AS same FROM (
    SELECT credit_risk.shap_values(t, 'told_boosting', NULL, 'interventional') AS one, credit_risk.shap_values_batch(t, 'told_boosting', NULL, 'interventional') OVER () AS many FROM told AS t WHERE id <= 50) AS s;

-- to_jsonb writes NaN as a text: missing, as in the column
SELECT bool_and(credit_risk.shap_values(to_jsonb(t), 'told_forest') = credit_risk.shap_values(t, 'told_forest')) AS same FROM told AS t WHERE id % 13 = 0;

-- pairs: all lines add up, those of a feature to its SHAP value
SELECT count(*) AS lines, count(*) FILTER (WHERE other IS NULL) AS alone, abs(sum(interaction) + min(base_value) - min(output)) < 1e-12 AS adds_up, bool_and(rank = place) AS in_order
  FROM told AS t, LATERAL (SELECT *, row_number() OVER (ORDER BY abs(interaction) DESC) AS place FROM credit_risk.shap_interactions(t, 'told_boosting')) AS i WHERE id = 9;
SELECT bool_and(abs(s.impact - i.impact) < 1e-12) AS halves_add_up
  FROM told AS t, LATERAL (SELECT f AS feature, sum(part) AS impact
                             FROM credit_risk.shap_interactions(t, 'told_boosting') AS x,
                                  LATERAL (VALUES (x.feature, CASE WHEN x.other IS NULL THEN x.interaction ELSE x.interaction / 2 END), (x.other, x.interaction / 2)) AS h (f, part) WHERE f IS NOT NULL GROUP BY 1) AS i
  JOIN credit_risk.shap_explain(t, 'told_boosting') AS s USING (feature) WHERE id = 9;

-- importance by explanations: the mean |SHAP value|, in all 1
SELECT i.rank, i.feature, abs(i.importance - a.share) < 1e-12 AS share
  FROM credit_risk.feature_importance('told_boosting', kind => 'shap', query => 'SELECT * FROM told WHERE id <= 100') AS i
  JOIN (SELECT feature, avg(abs(impact)) / sum(avg(abs(impact))) OVER () AS share FROM told AS t, credit_risk.shap_explain(t, 'told_boosting') WHERE id <= 100 GROUP BY feature) AS a USING (feature) ORDER BY rank;
SELECT round(sum(importance)::numeric, 9) AS gini FROM credit_risk.feature_importance('told_forest', kind => 'gini');
SELECT round(sum(importance)::numeric, 9) AS gain FROM credit_risk.feature_importance('told_boosting', kind => 'gain');

-- a picture for psql and one for pages
SELECT credit_risk.shap_waterfall(t, 'told_boosting', 3) FROM (SELECT 30000 AS income, 5 AS years, 1 AS purpose_home, 0 AS purpose_car, 'self' AS employment) AS t;
SELECT s LIKE '<svg %</svg>%' AS svg, s LIKE '%<title>What made the credit score%' AS title, length(s) > 2000 AS drawn
  FROM told AS t, credit_risk.shap_waterfall(t, 'told_forest', format => 'svg', scale => 'points', groups => '{"purpose": ["purpose_home", "purpose_car"]}') AS s WHERE id = 7;

-- the planner knows what a model costs: more for a larger one, and how many lines there are
CREATE FUNCTION pg_temp.cost_of(query text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan;
    RETURN plan -> 0 -> 'Plan' ->> 'Total Cost';
END
$$;
SELECT version AS large FROM credit_risk.train('told_large', 'SELECT * FROM told ORDER BY id', 'bad', params => '{"folds": 0, "trees": 500, "min_leaf": 1, "calibrate": "none", "exclude": ["id"]}') \gset
SELECT credit_risk.deploy(credit_risk.approve(:large)) = :large AS large;
SELECT pg_temp.cost_of('SELECT credit_risk.credit_score(t, ''told_large'') FROM told AS t') > 2 * pg_temp.cost_of('SELECT credit_risk.credit_score(t, ''told_forest'') FROM told AS t') AS scoring,
       pg_temp.cost_of('SELECT credit_risk.shap_values(t, ''told_large'') FROM told AS t') > 5 * pg_temp.cost_of('SELECT credit_risk.shap_values(t, ''told_forest'') FROM told AS t') AS explaining,
       pg_temp.cost_of('SELECT credit_risk.credit_score(t, ''no such model'') FROM told AS t') > 0 AS unknown_model;

-- refusals
SELECT state, regexp_replace(message, 'version \d+', 'version N') AS message, detail, regexp_replace(hint, '\(\d+', '(N') AS hint FROM unnest(ARRAY[
    $$SELECT credit_risk.shap_explain(t, 'told_boosting', scale => 'probability') FROM told AS t LIMIT 1$$, $$SELECT credit_risk.shap_explain(t, 'told_boosting', scale => 'points') FROM told AS t LIMIT 1$$,
    $$SELECT credit_risk.shap_explain(t, 'told_boosting', scale => 'percent') FROM told AS t LIMIT 1$$, $$SELECT credit_risk.shap_values(t, 'told_boosting', NULL, 'guess') FROM told AS t LIMIT 1$$,
    $$SELECT credit_risk.shap_values(t, 'told_large', NULL, 'interventional') FROM told AS t LIMIT 1$$, $$SELECT credit_risk.shap_explain(t, 'told_boosting', groups => '{"x": ["nothing"]}') FROM told AS t LIMIT 1$$,
    $$SELECT credit_risk.shap_explain(t, 'told_boosting', groups => '{"x": ["income"], "y": ["income"]}') FROM told AS t LIMIT 1$$, $$SELECT credit_risk.shap_explain(t, 'told_boosting', groups => '[1]') FROM told AS t LIMIT 1$$,
    $$SELECT credit_risk.shap_waterfall(t, 'told_boosting', format => 'png') FROM told AS t LIMIT 1$$, $$SELECT credit_risk.shap_waterfall(t, 'told_boosting', -1) FROM told AS t LIMIT 1$$,
    $$SELECT credit_risk.shap_interactions(t, 'told_boosting', -1) FROM told AS t LIMIT 1$$, $$SELECT credit_risk.shap_values_batch(t, 'told_boosting', 'points') OVER () FROM told AS t$$,
    $$SELECT credit_risk.shap_values_of_version(-7, t) FROM told AS t LIMIT 1$$,
    format('SELECT credit_risk.add_background(%s, ''told'')', :boosting), format('SELECT credit_risk.add_background(%s, ''SELECT * FROM told WHERE false'')', :large), format('SELECT credit_risk.add_background(%s, ''told'', 0)', :large),
    format('SELECT credit_risk.add_background(%s, NULL)', :large), format('SELECT credit_risk.add_background(%s, ''SELECT income FROM told'')', :large), format('SELECT credit_risk.add_background(%s, ''DELETE FROM told'')', :large),
    'SELECT credit_risk.add_background(-7, ''told'')', 'UPDATE credit_risk.model_background SET rows = 1', 'DELETE FROM credit_risk.model_background', 'TRUNCATE credit_risk.model_background',
    $$SELECT credit_risk.feature_importance('told_forest', kind => 'gain')$$, $$SELECT credit_risk.feature_importance('told_forest', kind => 'luck')$$, $$SELECT credit_risk.feature_importance('told_forest', kind => 'shap')$$,
    $$SELECT credit_risk.feature_importance('told_forest', kind => 'gini', query => 'told')$$]) AS statement, LATERAL pg_temp.error_of(statement);
DROP TABLE told;
