-- Models of other libraries, and the library's own outputs: test/data/formats.
\set ON_ERROR_STOP off
\getenv srcdir PG_ABS_SRCDIR
\set formats :srcdir '/data/formats/'

CREATE FUNCTION pg_temp.error_of(statement text) RETURNS TABLE (state text, message text, detail text, hint text)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    state := 'none';
    RETURN NEXT;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN NEXT;
END
$$;

-- Rows of a fixture as check_rows.
CREATE FUNCTION pg_temp.as_check_rows(reference jsonb) RETURNS jsonb
LANGUAGE sql AS $$
    SELECT jsonb_agg(jsonb_build_object('features', r.value, 'probability', reference -> 'probability' -> (r.n::int - 1)) ORDER BY r.n)
    FROM jsonb_array_elements(reference -> 'rows') WITH ORDINALITY AS r (value, n)
$$;

CREATE TEMP TABLE fixture (name text, format text, content bytea, reference jsonb);
\set xgboost `base64 -w0 :formats/xgboost3_numbers.json`
\set ubjson `base64 -w0 :formats/xgboost3_numbers.ubj`
\set xgboost_rows `cat :formats/xgboost3_numbers.rows.json`
\set lightgbm `base64 -w0 :formats/lightgbm_categories.txt`
\set dump `base64 -w0 :formats/lightgbm_categories.json`
\set lightgbm_rows `cat :formats/lightgbm_categories.rows.json`
\set catboost `base64 -w0 :formats/catboost_onehot.json`
\set catboost_rows `cat :formats/catboost_onehot.rows.json`
\set onnx `base64 -w0 :formats/onnx_xgboost.onnx`
\set onnx_rows `cat :formats/onnx_xgboost.rows.json`
\set pmml `base64 -w0 :formats/pmml_scorecard_chain.pmml`
\set pmml_rows `cat :formats/pmml_scorecard_chain.rows.json`
\set sklearn `base64 -w0 :formats/sklearn_hist_categories.json`
\set sklearn_rows `cat :formats/sklearn_hist_categories.rows.json`
INSERT INTO fixture VALUES
    ('xgboost', 'xgboost', decode(:'xgboost', 'base64'), :'xgboost_rows'),
    ('xgboost_ubjson', 'xgboost', decode(:'ubjson', 'base64'), :'xgboost_rows'),
    ('lightgbm', 'lightgbm', decode(:'lightgbm', 'base64'), :'lightgbm_rows'),
    ('lightgbm_dump', 'lightgbm', decode(:'dump', 'base64'), :'lightgbm_rows'),
    ('catboost', 'catboost', decode(:'catboost', 'base64'), :'catboost_rows'),
    ('onnx', 'onnx', decode(:'onnx', 'base64'), :'onnx_rows'),
    ('pmml', 'pmml', decode(:'pmml', 'base64'), :'pmml_rows'),
    ('scikit_learn', 'credit_risk.model.v1', decode(:'sklearn', 'base64'), :'sklearn_rows');

-- Every check row is recomputed.
SELECT name, credit_risk.import_model(name, format, content, check_rows => pg_temp.as_check_rows(reference)) > 0 AS imported
FROM fixture ORDER BY name;

SELECT m.model, m.algorithm, jsonb_array_length(m.features) AS features, m.origin, m.training ->> 'format' AS format
FROM credit_risk.model_version m JOIN fixture f ON f.name = m.model ORDER BY m.model;

-- JSON and UBJSON of one model are one model.
SELECT count(DISTINCT content_sha256) FROM credit_risk.model_version WHERE model LIKE 'xgboost%';

-- The version scores as the library did.
SELECT f.name,
       max(abs(credit_risk.score_version(v.version, ARRAY(
           SELECT CASE WHEN e = 'null' THEN 'NaN' ELSE e::float8 END
           FROM jsonb_array_elements(f.reference -> 'rows' -> i) AS e)) - (f.reference -> 'probability' ->> i)::float8)) < 1.2e-7 AS alike
FROM fixture f JOIN credit_risk.model_version v ON v.model = f.name, generate_series(0, 59) AS i
WHERE f.name = 'xgboost' GROUP BY f.name;

-- A check row that differs refuses the import and is named.
SELECT state, message, hint FROM pg_temp.error_of($$
    SELECT credit_risk.import_model('no', format, content, check_rows => jsonb_set(pg_temp.as_check_rows(reference), '{17,probability}', '0.123'))
    FROM fixture WHERE name = 'xgboost'$$);
SELECT state, message FROM pg_temp.error_of($$
    SELECT credit_risk.import_model('no', format, content, n_trees => 3, check_rows => pg_temp.as_check_rows(reference))
    FROM fixture WHERE name = 'lightgbm'$$);
SELECT state, message, detail FROM pg_temp.error_of($$
    SELECT credit_risk.import_model('no', format, content, check_rows => '[{"features": [1, 2], "probability": 0.5}]') FROM fixture WHERE name = 'xgboost'$$);
SELECT state, message, detail FROM pg_temp.error_of($$
    SELECT credit_risk.import_model('no', format, content, check_rows => '[{"features": {"income": 1}, "probability": 0.5}]') FROM fixture WHERE name = 'xgboost'$$);
SELECT state, message, detail FROM pg_temp.error_of($$
    SELECT credit_risk.import_model('no', format, content, check_rows => '[1]') FROM fixture WHERE name = 'xgboost'$$);
SELECT a.rows, e.* FROM (VALUES ('{}'::jsonb), ('[]'), ('[{"features": {"income": true}, "probability": "0.5"}]'), ('[{"features": [1, 2, "x", 4, 5], "probability": 0.5}]')) AS a (rows),
    pg_temp.error_of(format('SELECT credit_risk.import_model(''no'', format, content, check_rows => %L) FROM fixture WHERE name = ''xgboost''', a.rows)) AS e;
-- the NaN that to_jsonb writes is a missing value; a probability that is tiny must be right, too
SELECT credit_risk.import_model('tiny', 'credit_risk.model.v1', '{"format": "credit_risk.model.v1", "algorithm": "stump", "link": "logit", "average": false, "precision": "f64", "base_margin": 0, "features": [{"name": "x"}],
    "trees": [{"feature": [0, -1, -1], "left": [1, -1, -1], "right": [2, -1, -1], "threshold": [10, 0, 0], "default_left": [1, 0, 0], "value": [0, -25, 2]}]}',
    check_rows => '[{"features": {"x": "NaN"}, "probability": 1.3887943864771144e-11}]') AS tiny \gset
SELECT state, message, detail FROM pg_temp.error_of(format($$SELECT credit_risk.import_model('no', 'credit_risk.model.v1', credit_risk.export_model(%s),
    check_rows => '[{"features": [1], "probability": 1.4e-11}]')$$, :tiny));

-- Names and trees can be chosen.
SELECT credit_risk.import_model('named', format, content, features => '["a", "b", {"name": "c"}, {}, "e"]', n_trees => 2) AS version
FROM fixture WHERE name = 'xgboost' \gset
SELECT f ->> 'name' AS name FROM credit_risk.model_version, jsonb_array_elements(features) AS f WHERE version = :version;
SELECT jsonb_array_length(credit_risk.export_model(:version)::jsonb -> 'trees') AS trees;
SELECT state, message, detail, hint FROM pg_temp.error_of($$
    SELECT credit_risk.import_model('no', format, content, n_trees => 9) FROM fixture WHERE name = 'xgboost'$$);
SELECT state, message FROM pg_temp.error_of($$
    SELECT credit_risk.import_model('no', format, content, n_trees => 0) FROM fixture WHERE name = 'xgboost'$$);
SELECT state, message, detail, hint FROM pg_temp.error_of($$
    SELECT credit_risk.import_model('no', format, content, features => '["a"]') FROM fixture WHERE name = 'xgboost'$$);
SELECT state, message, detail FROM pg_temp.error_of($$
    SELECT credit_risk.import_model('no', format, content, features => '[1]') FROM fixture WHERE name = 'xgboost'$$);

-- What cannot be carried over is refused with the reason, what is broken with the place.
SELECT state, message, detail, hint FROM pg_temp.error_of($$
    SELECT credit_risk.import_model('no', format, replace(convert_from(content, 'UTF8'), 'binary:logistic', 'multi:softprob')) FROM fixture WHERE name = 'xgboost'$$);
SELECT state, message, detail, hint FROM pg_temp.error_of($$
    SELECT credit_risk.import_model('no', format, replace(convert_from(content, 'UTF8'), 'left_child=', 'left_child=77777 ')) FROM fixture WHERE name = 'lightgbm'$$);
SELECT state, message, detail, hint FROM pg_temp.error_of($$
    SELECT credit_risk.import_model('no', format, decode(replace(encode(content, 'hex'), encode('LOGISTIC', 'hex'), encode('SOFTPLUS', 'hex')), 'hex')) FROM fixture WHERE name = 'onnx'$$);
SELECT state, message, detail FROM pg_temp.error_of($$SELECT credit_risk.import_model('no', 'onnx', substr(content, 1, 300)) FROM fixture WHERE name = 'onnx'$$);
SELECT state, message, detail FROM pg_temp.error_of($$
    SELECT credit_risk.import_model('no', format, replace(convert_from(content, 'UTF8'), '"lessOrEqual"', '"near"')) FROM fixture WHERE name = 'pmml'$$);
SELECT state, message, detail FROM pg_temp.error_of($$SELECT credit_risk.import_model('no', 'pmml', '<!DOCTYPE PMML [<!ENTITY a "aaaa">]><PMML>&a;</PMML>')$$);
SELECT state, message, detail FROM pg_temp.error_of($$SELECT credit_risk.import_model('no', 'xgboost', 'binf')$$);
SELECT state, message, detail, hint FROM pg_temp.error_of($$SELECT credit_risk.import_model('no', 'catboost', '')$$);
SELECT state, message, detail, hint FROM pg_temp.error_of($$SELECT credit_risk.import_model('no', format, content, features => '[{}, {}, {"categories": ["some", "many"]}, {}, {}]') FROM fixture WHERE name = 'xgboost'$$);
SELECT state, message, detail, hint FROM pg_temp.error_of($$SELECT credit_risk.import_model('no', format, content, features => '[]') FROM fixture WHERE name = 'xgboost'$$);
SELECT state, message, detail, hint FROM pg_temp.error_of($$SELECT credit_risk.import_model('no', 'credit_risk.model.v1', replace(convert_from(content, 'UTF8'), '"left": [1,', '"left": [1000,')) FROM fixture WHERE name = 'scikit_learn'$$);
SELECT count(*) FROM credit_risk.model_version WHERE model = 'no';
