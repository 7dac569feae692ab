-- Scoring: the three forms of features, what may stand in them, what is refused, and that every path gives the same bits.
\set VERBOSITY terse
SET extra_float_digits = 1;

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

-- Mean of two trees: (debt <= 40 ? 0.1 : own house ? 0.4 : 0.8) and (income <= 30000 or missing ? 0.6 : 0.1). A missing debt
-- goes right, an unrecognized or missing house right.
\set desk '{"format": "credit_risk.model.v1", "algorithm": "random_forest", "link": "identity", "average": true, "precision": "f64", "base_margin": 0, "features": [{"name": "debt_to_income_ratio", "kind": "numeric"}, {"name": "housing", "kind": "categorical", "categories": ["own", "rent"]}, {"name": "monthly_income", "kind": "numeric"}], "trees": [{"feature": [0, -1, 1, -1, -1], "left": [1, -1, 3, -1, -1], "right": [2, -1, 4, -1, -1], "threshold": [40, 0, 0, 0, 0], "default_left": [0, 0, 0, 0, 0], "categories": [null, null, [0], null, null], "value": [0, 0.1, 0, 0.4, 0.8], "cover": [100, 60, 40, 25, 15]}, {"feature": [2, -1, -1], "left": [1, -1, -1], "right": [2, -1, -1], "threshold": [30000, 0, 0], "default_left": [1, 0, 0], "value": [0, 0.6, 0.1], "cover": [100, 40, 60]}]}'
SELECT pg_temp.deploy_model('desk', :'desk');

CREATE TABLE applicant (id int, housing text, monthly_income numeric(15,2), debt_to_income_ratio float8, note text);
INSERT INTO applicant VALUES (1, 'own', 50000, 30, 'low'), (2, 'rent', 20000, 60, 'high'), (3, 'boat', NULL, NULL, 'missing, unrecognized'),
    (4, 'own', 30000, 40, 'on both thresholds'), (5, 'own', 30000.01, 40.000001, 'above both'), (6, NULL, 'NaN', 'NaN', 'missing');

-- record, jsonb, float8[]
SELECT a.id, credit_risk.probability_of_default(a, 'desk'), credit_risk.probability_of_default(to_jsonb(a), 'desk') AS by_json,
       credit_risk.probability_of_default(ARRAY[a.debt_to_income_ratio, CASE a.housing WHEN 'own' THEN 0 WHEN 'rent' THEN 1 WHEN 'boat' THEN -1 END, a.monthly_income], 'desk') AS by_array,
       credit_risk.credit_score(a, 'desk'), credit_risk.credit_score(to_jsonb(a), 'desk') AS by_json,
       credit_risk.credit_score(credit_risk.probability_of_default(a, 'desk')) AS by_probability
  FROM applicant a WHERE a.monthly_income IS DISTINCT FROM 'NaN' ORDER BY a.id;
SELECT credit_risk.probability_of_default(a, 'desk') FROM applicant a WHERE a.id = 6;
SELECT credit_risk.probability_of_default(q, model => 'desk') FROM (SELECT 'rent' AS housing, 60 AS debt_to_income_ratio, true AS extra, 20000 AS monthly_income) q;
SELECT credit_risk.probability_of_default(ROW(60, 'rent', 20000), 'desk') AS anonymous_row;
SELECT credit_risk.probability_of_default(ARRAY[60, 1, NULL], 'desk') AS null_element;
SELECT credit_risk.credit_score(features => '{"housing": "own", "monthly_income": 50000, "debt_to_income_ratio": null}'::jsonb, model => 'desk');
SELECT credit_risk.probability_of_default(NULL::applicant, 'desk'), credit_risk.credit_score(NULL::jsonb, 'desk'), credit_risk.credit_score(NULL::float8[], 'desk'),
       credit_risk.credit_score(NULL::float8), credit_risk.score_version(NULL, '{1}'::float8[]), (credit_risk.assess(NULL::jsonb, 'desk')).decision;

-- score_version: deployed or not, and folded when the plan is made
SELECT version AS desk_version FROM credit_risk.model_versions WHERE model = 'desk' \gset
SELECT credit_risk.score_version(:desk_version, ARRAY[60, 1, 20000]), credit_risk.score_version(:desk_version, '{"housing": "rent", "monthly_income": 20000, "debt_to_income_ratio": 60}'::jsonb);
SELECT state, message, hint FROM pg_temp.error_of('SELECT credit_risk.score_version(-7, ARRAY[1.0])');

-- the default model
SELECT state, message, detail, hint FROM pg_temp.error_of('SELECT credit_risk.credit_score(a) FROM applicant a');
SET credit_risk.default_model = 'desk';
SELECT id, credit_risk.credit_score(a) FROM applicant a WHERE id < 4 ORDER BY id;
RESET credit_risk.default_model;

-- assess
\x on
SELECT id, credit_risk.assess(a, 'desk') IS NOT NULL AS assessed, (s).probability_of_default, (s).credit_score, (s).risk_level, (s).decision, (s).recommendation,
       round((s).confidence::numeric, 6) AS confidence, (s).model, (s).version = :desk_version AS by_version, (s).missing, (s).unrecognized
  FROM applicant a, LATERAL credit_risk.assess(a, 'desk') s WHERE id IN (1, 2, 3, 6) ORDER BY id;
\x off
SELECT id, (s).risk_level, (s).decision FROM applicant a, LATERAL credit_risk.assess(a, 'desk', 0.1, 0.7) s ORDER BY id;
SELECT a.id FROM applicant a WHERE credit_risk.assess(a, 'desk') IS DISTINCT FROM credit_risk.assess(to_jsonb(a) || jsonb_build_object('monthly_income', nullif(a.monthly_income, 'NaN'), 'debt_to_income_ratio', nullif(a.debt_to_income_ratio, 'NaN')), 'desk');
SELECT state, message, detail, hint FROM pg_temp.error_of($$SELECT credit_risk.assess(a, 'desk', 0.6, 0.5) FROM applicant a$$);
SELECT state, message, detail, hint FROM pg_temp.error_of($$SELECT credit_risk.assess(a, 'desk', 'NaN') FROM applicant a$$);
SELECT state, message, hint FROM pg_temp.error_of($$SELECT credit_risk.assess(a, 'desk', NULL) FROM applicant a$$);
-- a model without node cover scores and decides, but has no reasons
SELECT pg_temp.deploy_model('coverless', '{"format": "credit_risk.model.v1", "algorithm": "stump", "link": "logit", "average": false, "precision": "f32", "base_margin": 0, "features": [{"name": "x", "kind": "numeric"}], "trees": [{"feature": [0, -1, -1], "left": [1, -1, -1], "right": [2, -1, -1], "threshold": [10, 0, 0], "value": [0, -2, 2]}]}');
SELECT round((s).probability_of_default::numeric, 12) AS probability, (s).decision, (s).recommendation, (s).reasons FROM credit_risk.assess('{"x": 3}'::jsonb, 'coverless') s;

-- every type a feature may come in: 0.25 where x is at most 1, else 0.5; and 0.125 more for a category in the model's set, which "low" is not
CREATE TYPE grade AS ENUM ('low', 'high');
CREATE DOMAIN rupees AS numeric CHECK (VALUE >= 0);
SELECT pg_temp.deploy_model('kinds', '{"format": "credit_risk.model.v1", "algorithm": "kinds", "link": "identity", "average": false, "precision": "f64", "base_margin": 0, "features": [{"name": "x", "kind": "numeric"}, {"name": "c", "kind": "categorical", "categories": ["high", "7", "1.5", "true", "2024-02-29", "", "low"]}], "trees": [{"feature": [0, -1, -1], "left": [1, -1, -1], "right": [2, -1, -1], "threshold": [1, 0, 0], "default_left": [0, 0, 0], "value": [0, 0.25, 0.5]}, {"feature": [1, -1, -1], "left": [1, -1, -1], "right": [2, -1, -1], "threshold": [0, 0, 0], "categories": [[0, 1, 2, 3, 4, 5], null, null], "value": [0, 0.125, 0]}]}');
SELECT credit_risk.probability_of_default(q, 'kinds') AS int2 FROM (SELECT 1::int2 AS x, 'high' AS c) q;
SELECT credit_risk.probability_of_default(q, 'kinds') AS int4 FROM (SELECT 2 AS x, 'high'::varchar(9) AS c) q;
SELECT credit_risk.probability_of_default(q, 'kinds') AS int8 FROM (SELECT 1::int8 AS x, 'high'::char(9) AS c) q;
SELECT credit_risk.probability_of_default(q, 'kinds') AS float4 FROM (SELECT 1.5::float4 AS x, 'high'::name AS c) q;
SELECT credit_risk.probability_of_default(q, 'kinds') AS float8 FROM (SELECT 1::float8 AS x, 'high'::grade AS c) q;
SELECT credit_risk.probability_of_default(q, 'kinds') AS float8 FROM (SELECT 1::float8 AS x, 'low'::grade AS c) q;
SELECT credit_risk.probability_of_default(q, 'kinds') AS domain FROM (SELECT 1::rupees AS x, 7::int2 AS c) q;
SELECT credit_risk.probability_of_default(q, 'kinds') AS boolean FROM (SELECT true AS x, 7::int8 AS c) q;
SELECT credit_risk.probability_of_default(q, 'kinds') AS before_1970 FROM (SELECT date '1969-12-31' AS x, 1.5::numeric AS c) q;
SELECT credit_risk.probability_of_default(q, 'kinds') AS after_1970 FROM (SELECT date '1970-01-03' AS x, 1.5::float8 AS c) q;
SELECT credit_risk.probability_of_default(q, 'kinds') AS categories FROM (SELECT 1 AS x, 1.5::float4 AS c) q;
SELECT credit_risk.probability_of_default(q, 'kinds') AS categories FROM (SELECT 1 AS x, true AS c) q;
SELECT credit_risk.probability_of_default(q, 'kinds') AS categories FROM (SELECT 1 AS x, date '2024-02-29' AS c) q;
SELECT credit_risk.probability_of_default(q, 'kinds') AS empty_text FROM (SELECT 1 AS x, '' AS c) q;
SELECT credit_risk.probability_of_default(q, 'kinds') AS null_text FROM (SELECT 1 AS x, NULL::text AS c) q;
SELECT credit_risk.probability_of_default(q, 'kinds') AS long_text FROM (SELECT 1 AS x, repeat('high', 1000000) AS c) q;
SELECT credit_risk.probability_of_default(ROW(1, 'high'), 'kinds') AS untyped, credit_risk.probability_of_default(ROW(NULL, 'high'), 'kinds') AS untyped_null;
SELECT credit_risk.probability_of_default('{"x": true, "c": 7}'::jsonb, 'kinds') AS json, credit_risk.probability_of_default('{"x": 1, "c": true}'::jsonb, 'kinds') AS json;

-- a number is one category in all its types and digits, a truth value goes by the spelling that the model has
SELECT pg_temp.deploy_model('spellings', '{"format": "credit_risk.model.v1", "algorithm": "logistic_regression", "link": "logit", "base_margin": 0, "features": [{"name": "c", "kind": "categorical", "categories": ["7", "0.00001", "100000000000000000000", "False", "True", "-12.5", "0", "0.1", "36.0", "7.0"]}], "terms": [{"feature": "c", "kind": "categories", "values": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], "missing": 0, "unrecognized": -1}]}');
CREATE FUNCTION pg_temp.category_of(value text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    p float8;
BEGIN
    EXECUTE format('SELECT credit_risk.probability_of_default(q, ''spellings'') FROM (SELECT %s AS c) q', value) INTO p;
    RETURN round(ln(p / (1 - p)));
END
$$;
SELECT array_agg(DISTINCT pg_temp.category_of(v)) AS one FROM unnest(ARRAY['7', '7::int2', '7::int8', '7.0', '7.00::numeric(8,2)', '7::float4', '7::float8', '''7''']) AS v;
SELECT v, pg_temp.category_of(v) FROM unnest(ARRAY['0.00001', '1e-5::float8', '0.0000100::numeric', '1e20::float8', '1e20::numeric', 'false', 'true', '-12.5::float4', '-12.50', '-0.0::float8', '0.0', '0.10', '0.1::float4', '''7.0''', 'NULL::text', '8.0', '36', '36.00', '36::float4', '''36''']) AS v;
SELECT v, round(ln(p / (1 - p))) AS category FROM unnest(ARRAY['7', '7.0', '7e0', '0.00001', '1e-5', '1e20', 'true', 'false', '-12.50', '"7"', '"7.0"', 'null', '36', '"36"']) AS v,
       LATERAL (SELECT credit_risk.probability_of_default(('{"c": ' || v || '}')::jsonb, 'spellings')) AS s (p);

-- a name that no column can have
SELECT pg_temp.deploy_model('long', format('{"format": "credit_risk.model.v1", "algorithm": "logistic_regression", "link": "logit", "base_margin": 0, "features": [{"name": "%s"}], "terms": [{"feature": "%s", "kind": "slope", "slope": 1, "missing": 0}]}', repeat('x', 64), repeat('x', 64)));
SELECT state, message, hint FROM pg_temp.error_of(format($$SELECT credit_risk.credit_score(q, 'long') FROM (SELECT 1 AS %s) q$$, repeat('x', 64)));
SELECT credit_risk.credit_score(jsonb_build_object(repeat('x', 64), 1), 'long');

-- what is refused
SELECT state, message, detail, hint FROM pg_temp.error_of($$SELECT credit_risk.credit_score(q, 'desk') FROM (SELECT 'own' AS housing) q$$);
SELECT state, message, detail FROM pg_temp.error_of($$SELECT credit_risk.credit_score(q, 'desk') FROM (SELECT 'own' AS housing, 1 AS monthly_income) q$$);
SELECT state, message, detail FROM pg_temp.error_of($$SELECT credit_risk.credit_score('{}'::jsonb, 'desk')$$);
SELECT state, message, hint FROM pg_temp.error_of($$SELECT credit_risk.credit_score(ROW(1, 'own'), 'desk')$$);
SELECT state, message, hint FROM pg_temp.error_of($$SELECT credit_risk.credit_score(ARRAY[1, 0], 'desk')$$);
SELECT state, message, hint FROM pg_temp.error_of($$SELECT credit_risk.credit_score('{}'::float8[], 'desk')$$);
SELECT state, message, detail, hint FROM pg_temp.error_of($$SELECT credit_risk.credit_score('{{1,0,1}}'::float8[], 'desk')$$);
SELECT state, message, detail FROM pg_temp.error_of($$SELECT credit_risk.credit_score('{1,0.5,1}'::float8[], 'desk')$$);
SELECT state, message FROM pg_temp.error_of($$SELECT credit_risk.credit_score('{1,2,1}'::float8[], 'desk')$$);
SELECT state, message, detail FROM pg_temp.error_of($$SELECT credit_risk.credit_score('{1,0,-Infinity}'::float8[], 'desk')$$);
SELECT state, message FROM pg_temp.error_of($$SELECT credit_risk.credit_score(q, 'desk') FROM (SELECT 'own' AS housing, 1 AS monthly_income, 'Infinity'::numeric AS debt_to_income_ratio) q$$);
SELECT state, message FROM pg_temp.error_of($$SELECT credit_risk.credit_score(q, 'desk') FROM (SELECT 'own' AS housing, 1 AS monthly_income, date 'infinity' AS debt_to_income_ratio) q$$);
SELECT state, message FROM pg_temp.error_of($$SELECT credit_risk.credit_score(q, 'desk') FROM (SELECT 'own' AS housing, 1 AS monthly_income, ('1' || repeat('0', 400))::numeric AS debt_to_income_ratio) q$$);
SELECT state, message, hint FROM pg_temp.error_of($$SELECT credit_risk.credit_score(q, 'desk') FROM (SELECT 'own' AS housing, 1 AS monthly_income, '5'::text AS debt_to_income_ratio) q$$);
SELECT state, message, hint FROM pg_temp.error_of($$SELECT credit_risk.credit_score(q, 'desk') FROM (SELECT 'own' AS housing, 1 AS monthly_income, now() AS debt_to_income_ratio) q$$);
SELECT state, message, hint FROM pg_temp.error_of($$SELECT credit_risk.credit_score(q, 'desk') FROM (SELECT ARRAY['own'] AS housing, 1 AS monthly_income, 1 AS debt_to_income_ratio) q$$);
SELECT state, message FROM pg_temp.error_of($$SELECT credit_risk.credit_score(ROW('5', 'own', 1), 'desk')$$);
SELECT state, message, hint FROM pg_temp.error_of($$SELECT credit_risk.credit_score('{"housing": "own", "monthly_income": "1", "debt_to_income_ratio": 1}'::jsonb, 'desk')$$);
SELECT state, message FROM pg_temp.error_of($$SELECT credit_risk.credit_score('{"housing": ["own"], "monthly_income": 1, "debt_to_income_ratio": 1}'::jsonb, 'desk')$$);
SELECT state, message FROM pg_temp.error_of($$SELECT credit_risk.credit_score('{"housing": "own", "monthly_income": {"a": 1}, "debt_to_income_ratio": 1}'::jsonb, 'desk')$$);
SELECT state, message, hint FROM pg_temp.error_of($$SELECT credit_risk.credit_score('[1]'::jsonb, 'desk')$$);
SELECT state, message FROM pg_temp.error_of($$SELECT credit_risk.credit_score('1'::jsonb, 'desk')$$);
SELECT state, message, detail, hint FROM pg_temp.error_of($$SELECT credit_risk.credit_score(q, 'desk') FROM (SELECT 'own' AS housing, 1 AS monthly_income, 1 AS debt_to_income_ratio, 2 AS monthly_income) q$$);
SELECT state, message, hint FROM pg_temp.error_of($$SELECT credit_risk.credit_score(ARRAY[1.0], 'nobody')$$);
SELECT credit_risk.import_model('candidate', 'credit_risk.model.v1', :'desk') > 0 AS imported;
SELECT state, message, detail, hint FROM pg_temp.error_of($$SELECT credit_risk.credit_score(ARRAY[1.0], 'candidate')$$);
SELECT credit_risk.credit_score(0), credit_risk.credit_score(0.25), credit_risk.credit_score(0.5), credit_risk.credit_score(1);
SELECT state, message, detail, hint FROM pg_temp.error_of('SELECT credit_risk.credit_score(1.01)');
SELECT state, message FROM pg_temp.error_of($$SELECT credit_risk.credit_score('NaN'::float8)$$);

-- the record's type may change between calls of one expression, the table's columns too
CREATE FUNCTION pg_temp.scores_of_changing_rows() RETURNS float8[] LANGUAGE plpgsql AS $$
DECLARE
    scores float8[] := '{}';
    row record;
BEGIN
    FOR i IN 1..4 LOOP
        IF i = 2 THEN
            SELECT 20000 AS monthly_income, 'rent' AS housing, 60::float8 AS debt_to_income_ratio INTO row;
        ELSE
            SELECT * INTO row FROM changing;
        END IF;
        scores := scores || credit_risk.probability_of_default(row, 'desk');
        IF i = 3 THEN
            ALTER TABLE changing DROP COLUMN filler, ADD COLUMN more int DEFAULT 7;
            ALTER TABLE changing ALTER COLUMN monthly_income TYPE text USING monthly_income::text;
            ALTER TABLE changing ALTER COLUMN monthly_income TYPE float8 USING 20000;
        END IF;
    END LOOP;
    RETURN scores;
END
$$;
CREATE TABLE changing (filler text, monthly_income numeric, housing text, debt_to_income_ratio int);
INSERT INTO changing VALUES ('f', 50000, 'own', 30);
SELECT pg_temp.scores_of_changing_rows();
SELECT credit_risk.probability_of_default(c, 'desk') AS after_dropped_column FROM changing c;
-- the model may change from row to row
SELECT m.model, credit_risk.probability_of_default(q, m.model) FROM (VALUES (1, 'desk'), (2, 'kinds'), (3, 'desk')) AS m (n, model),
       (SELECT 1 AS x, 'high' AS c, 60 AS debt_to_income_ratio, 'rent' AS housing, 20000 AS monthly_income) q ORDER BY m.n;

-- a prepared statement with constant features sees what is deployed
PREPARE constant AS SELECT credit_risk.probability_of_default('{"x": 1, "c": "high"}'::jsonb, 'switching');
SELECT pg_temp.deploy_model('switching', credit_risk.export_model((SELECT deployed_version FROM credit_risk.models WHERE model = 'kinds')));
EXECUTE constant;
SELECT pg_temp.deploy_model('switching', replace(credit_risk.export_model((SELECT deployed_version FROM credit_risk.models WHERE model = 'kinds')), '0.125', '0.0625'));
EXECUTE constant;
SELECT credit_risk.rollback('switching') > 0 AS rolled_back;
EXECUTE constant;
DISCARD PLANS;
EXECUTE constant;
DEALLOCATE constant;

-- serial and parallel plans give the same bits
CREATE TABLE many AS
SELECT i AS id, (i * 7919 % 1000) / 10.0::float8 AS debt_to_income_ratio, (ARRAY['own', 'rent', 'boat', NULL])[1 + i % 4] AS housing,
       CASE WHEN i % 11 > 0 THEN (i * 104729 % 60000)::numeric(15,2) END AS monthly_income
  FROM generate_series(1, 20000) AS i;
ANALYZE many;
CREATE TABLE serial AS SELECT id, credit_risk.probability_of_default(m, 'desk') AS p, credit_risk.assess(m, 'desk')::text AS a FROM many m WHERE id <= 2000;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
DO $$
BEGIN
    IF current_setting('server_version_num')::int >= 160000 THEN
        PERFORM set_config('debug_parallel_query', 'on', false);
    ELSE
        PERFORM set_config('force_parallel_mode', 'on', false);
    END IF;
END
$$;
SELECT count(*), count(*) FILTER (WHERE credit_risk.probability_of_default(m, 'desk') IS DISTINCT FROM s.p OR credit_risk.assess(m, 'desk')::text IS DISTINCT FROM s.a) AS differing
  FROM many m JOIN serial s USING (id);
EXPLAIN (COSTS OFF) SELECT credit_risk.probability_of_default(m, 'desk') FROM many m;
RESET ALL;

-- more models than the cache holds, in turn
SELECT pg_temp.deploy_model('large' || k, format('{"format": "credit_risk.model.v1", "algorithm": "forest", "link": "identity", "average": true, "precision": "f64", "base_margin": 0, "features": [{"name": "x", "kind": "numeric"}], "trees": [%s]}',
         (SELECT string_agg(format('{"feature": [0, -1, -1], "left": [1, -1, -1], "right": [2, -1, -1], "threshold": [%s, 0, 0], "value": [0, 0, 1]}', i), ',') FROM generate_series(1, 8000) AS i WHERE i <= 8000 - k)))
  FROM generate_series(0, 2) AS k;
SET credit_risk.model_cache_size = '1MB';
SELECT round, k, round(credit_risk.probability_of_default(ARRAY[4000.5], 'large' || k)::numeric, 9) AS share_of_thresholds_below
  FROM generate_series(1, 2) AS round, generate_series(0, 2) AS k ORDER BY round, k;
RESET credit_risk.model_cache_size;

-- DROP and CREATE EXTENSION in the same backend: version 1 is another model now
BEGIN;
DROP EXTENSION credit_risk;
CREATE EXTENSION credit_risk;
SELECT credit_risk.import_model('desk', 'credit_risk.model.v1', replace(:'desk', '0.8', '0.9')) AS version \gset
SELECT :version AS first_version, credit_risk.score_version(1, ARRAY[60, 1, 20000]);
SELECT credit_risk.approve(1), credit_risk.deploy(1);
SELECT credit_risk.probability_of_default(a, 'desk') FROM applicant a WHERE id = 2;
ROLLBACK;
SELECT credit_risk.probability_of_default(a, 'desk') FROM applicant a WHERE id = 2;

DROP TABLE applicant, changing, many, serial;
DROP TYPE grade;
DROP DOMAIN rupees;

-- nothing of the session but its caches is left
DISCARD ALL;
SELECT credit_risk.probability_of_default('{"x": true, "c": 7}'::jsonb, 'kinds');
