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
CREATE TABLE carded AS
SELECT i AS id, CASE WHEN i % 13 = 0 THEN NULL WHEN i % 17 = 0 THEN -999 ELSE (i * 37) % 400 * 100 + 8000 END::numeric AS income,
       CASE WHEN i % 11 = 0 THEN NULL WHEN i % 19 = 0 THEN 'NaN' ELSE (i * 53) % 97 / 97.0 END::real AS "debt ratio",
       (ARRAY['clerk', 'driver', 'nurse''s aid', 'owner', 'teacher'])[1 + i % 5]::char(12) AS job, i % 4 = 0 AS owns_home,
       date '2024-01-01' + i % 300 AS opened, (i * 31) % 50 AS noise,
       (i * 61) % 100 < CASE WHEN i % 13 = 0 THEN 45 WHEN i % 17 = 0 THEN 10 ELSE 55 - (i * 37) % 400 / 8 END + i % 5 * 4 + (i * 53) % 97 / 4 AS bad
  FROM generate_series(1, 3000) AS i;

-- an imported scorecard: points and plain SQL
SELECT credit_risk.import_model('carded', 'credit_risk.model.v1', '{"format": "credit_risk.model.v1", "algorithm": "scorecard", "link": "logit",
 "points": {"base": 120, "offset": 487.1228762045055, "factor": 28.85390081777927},
 "features": [{"name": "job", "kind": "categorical", "categories": ["clerk", "driver", "nurse''s aid", "owner"]}, {"name": "income"}, {"name": "debt ratio"}, {"name": "owns_home"},
  {"name": "opened"}],
 "op": "<", "terms": [
  {"feature": "job", "kind": "categories", "values": [358.5, 370, 358.5, 415], "missing": "refuse", "unrecognized": 340},
  {"feature": "income", "kind": "bins", "edges": [12000, 30000.5], "values": [-14, 3, 22.25], "specials": [[-999, 0]], "missing": -20},
  {"feature": "debt ratio", "kind": "bins", "edges": [0.3], "values": [10, -10.125], "missing": 1},
  {"feature": "owns_home", "kind": "bins", "edges": [1], "values": [-5, 5], "missing": "refuse"},
  {"feature": "opened", "kind": "bins", "edges": [19800], "values": [1, 2], "missing": "refuse"}]}') AS imported \gset
SELECT feature, bin, kind, label, lower, upper, categories, points, rows, woe FROM credit_risk.scorecard_points(:imported);
SELECT credit_risk.export_scorecard_sql(:imported, 'carded') AS sql \gset
\echo :sql
CREATE TABLE carded_by_sql AS :sql;
SELECT credit_risk.approve(:imported) IS NOT NULL AND credit_risk.deploy(:imported) IS NOT NULL AS deployed;
SELECT count(*) AS rows, count(*) FILTER (WHERE s.credit_score IS DISTINCT FROM credit_risk.credit_score(c, 'carded')) AS different, count(DISTINCT s.credit_score) AS scores
  FROM carded c JOIN carded_by_sql s USING (id);
-- the points of the attributes that hold add up to the total, which plain SQL has, too
SELECT count(*) FILTER (WHERE abs(s.points - 487.1228762045055 + 28.85390081777927 * ln(credit_risk.probability_of_default(c, 'carded') / (1 - credit_risk.probability_of_default(c, 'carded')))) > 1e-6) AS different
  FROM carded c JOIN carded_by_sql s USING (id);
DROP TABLE carded_by_sql;
-- categories byte by byte, whatever the collation and the settings; dates without end are large numbers
CREATE COLLATION regardless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
SELECT credit_risk.import_model('spelled', 'credit_risk.model.v1', '{"format": "credit_risk.model.v1", "algorithm": "scorecard", "link": "logit", "points": {"base": 0, "offset": 487.1228762045055, "factor": 28.85390081777927},
 "features": [{"name": "grade", "kind": "categorical", "categories": ["AA", "Aa", "b", "c\\n''d"]}, {"name": "opened"}], "op": "<", "terms": [
  {"feature": "grade", "kind": "categories", "values": [400, 420, 440, 460], "missing": 480, "unrecognized": 500},
  {"feature": "opened", "kind": "bins", "edges": [19800], "values": [1, 2], "missing": 3}]}') AS spelled \gset
SELECT credit_risk.approve(:spelled) IS NOT NULL AND credit_risk.deploy(:spelled) IS NOT NULL AS deployed;
CREATE TABLE grades (grade text COLLATE regardless, opened date);
INSERT INTO grades SELECT g, '2024-01-01' FROM unnest(ARRAY['AA', 'Aa', 'aa', 'b', 'B', E'c\\n''d', E'c\n''d', NULL]) AS g;
SET standard_conforming_strings = off;
SET escape_string_warning = off;
SELECT credit_risk.export_scorecard_sql(:spelled, 'grades') AS sql \gset
CREATE TABLE grades_by_sql AS :sql;
RESET standard_conforming_strings;
RESET escape_string_warning;
SELECT grade, points, credit_score = credit_risk.credit_score(ROW(grade, opened)::grades, 'spelled') AS same FROM grades_by_sql ORDER BY points, grade COLLATE "C";
SELECT credit_risk.export_scorecard_sql(:spelled, 'SELECT ''b'' AS grade, d AS opened FROM unnest(''{-infinity,4713-01-01 BC,2024-03-17,2024-03-18,5874897-12-31,infinity,NULL}''::date[]) AS d') AS sql \gset
SELECT opened, points FROM (:sql) AS s;
DROP TABLE grades, grades_by_sql;
DROP COLLATION regardless;
-- a number is one category in all its types, a truth value goes by the spelling that the model has
SELECT credit_risk.import_model('numbered', 'credit_risk.model.v1', '{"format": "credit_risk.model.v1", "algorithm": "scorecard", "link": "logit", "points": {"base": 0, "offset": 487.1228762045055, "factor": 28.85390081777927},
 "features": [{"name": "term", "kind": "categorical", "categories": ["6.0", "7", "7.5"]}, {"name": "owner", "kind": "categorical", "categories": ["False", "True"]}], "op": "<", "terms": [
  {"feature": "term", "kind": "categories", "values": [300, 400, 420], "missing": 440, "unrecognized": 460}, {"feature": "owner", "kind": "categories", "values": [1, 2], "missing": 3, "unrecognized": 4}]}') AS numbered \gset
SELECT credit_risk.approve(:numbered) IS NOT NULL AND credit_risk.deploy(:numbered) IS NOT NULL AS deployed;
CREATE TABLE terms AS SELECT t::numeric(4,2) AS term, o AS owner FROM unnest('{6,7,7.5,8,NULL}'::numeric[]) AS t, unnest('{true,false,NULL}'::bool[]) AS o;
SELECT credit_risk.export_scorecard_sql(:numbered, 'terms') AS sql \gset
SELECT count(*) AS rows, count(*) FILTER (WHERE s.credit_score = credit_risk.credit_score(ROW(s.term, s.owner)::terms, 'numbered')) AS same, array_agg(DISTINCT points ORDER BY points) AS points FROM (:sql) AS s;
ALTER TABLE terms ALTER term TYPE float8, ALTER owner TYPE int USING owner::int;
SELECT credit_risk.export_scorecard_sql(:numbered, 'terms') AS sql \gset
SELECT count(*) AS rows, count(*) FILTER (WHERE s.credit_score = credit_risk.credit_score(ROW(s.term, s.owner)::terms, 'numbered')) AS same, array_agg(DISTINCT points ORDER BY points) AS points FROM (:sql) AS s;
DROP TABLE terms;
-- refused values have no points
SELECT credit_risk.export_scorecard_sql(:imported, 'SELECT NULL::text AS job, 1 AS income, 0.5 AS "debt ratio", true AS owns_home, date ''2024-01-01'' AS opened UNION ALL SELECT ''clerk'', 1, 0.5, NULL, date ''2024-01-01'' -- end') AS sql \gset
:sql;

-- errors
SELECT credit_risk.import_model('sloped', 'credit_risk.model.v1', '{"format": "credit_risk.model.v1", "algorithm": "logistic_regression", "link": "logit", "base_margin": 1, "features": [{"name": "income"}],
 "terms": [{"feature": "income", "kind": "slope", "slope": 1, "missing": 0}]}') AS sloped \gset
SELECT state, message, detail, hint FROM unnest(ARRAY['SELECT * FROM credit_risk.scorecard_points(-7)', 'SELECT * FROM credit_risk.scorecard_points(NULL)', format('SELECT * FROM credit_risk.scorecard_points(%s)', :sloped),
    'SELECT credit_risk.export_scorecard_sql(-7)', 'SELECT credit_risk.export_scorecard_sql(NULL)', format('SELECT credit_risk.export_scorecard_sql(%s, ''carded'')', :sloped),
    format('SELECT credit_risk.export_scorecard_sql(%s, ''SELECT 1 AS income'')', :imported), format('SELECT credit_risk.export_scorecard_sql(%s, ''SELECT *, 1 AS points FROM carded'')', :imported),
    format('SELECT credit_risk.export_scorecard_sql(%s, ''SELECT *, 1 AS credit_score FROM carded'')', :imported),
    format('SELECT credit_risk.export_scorecard_sql(%s, ''SELECT id, income::text, "debt ratio", job, owns_home, opened FROM carded'')', :imported),
    format('SELECT credit_risk.export_scorecard_sql(%s, ''DELETE FROM carded RETURNING *'')', :imported), format('SELECT credit_risk.export_scorecard_sql(%s, ''nowhere'')', :imported)]) AS statement, LATERAL pg_temp.error_of(statement);
SELECT replace((pg_temp.error_of(format('SELECT credit_risk.export_scorecard_sql(%s)', :imported))).message, :imported::text, 'N') AS message;
DROP TABLE carded;
