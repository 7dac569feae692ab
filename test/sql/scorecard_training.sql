-- Scorecards by SQL: training, points, plain SQL, figures, and every refusal.
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
CREATE TABLE graded AS
SELECT i AS id, CASE WHEN i % 13 = 0 THEN NULL WHEN i % 17 = 0 THEN -999 ELSE (i * 37) % 400 * 100 + 8000 END::numeric AS income,
       CASE WHEN i % 11 = 0 THEN NULL WHEN i % 19 = 0 THEN 'NaN' ELSE (i * 53) % 97 / 97.0 END::real AS "debt ratio",
       (ARRAY['clerk', 'driver', 'nurse''s aid', 'owner', 'teacher'])[1 + i % 5]::char(12) AS job, i % 4 = 0 AS owns_home,
       date '2024-01-01' + i % 300 AS opened, (i * 31) % 50 AS noise,
       (i * 61) % 100 < CASE WHEN i % 13 = 0 THEN 45 WHEN i % 17 = 0 THEN 10 ELSE 55 - (i * 37) % 400 / 8 END + i % 5 * 4 + (i * 53) % 97 / 4 AS bad
  FROM generate_series(1, 3000) AS i;
CREATE VIEW graded_rows AS SELECT * FROM graded WHERE id % 6 > 0 ORDER BY id;
CREATE FUNCTION card_params(more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql
RETURN '{"exclude": ["id"], "folds": 0, "specials_of": {"income": [-999]}}' || more;

-- the plain case
\x on
SELECT algorithm, rows, features, positives, test_rows, round(accuracy::numeric, 2) AS accuracy, round(auc::numeric, 2) AS auc,
       round(cv_auc::numeric, 2) AS cv_auc
  FROM credit_risk.train('graded', 'graded_rows', 'bad', 'scorecard', card_params('{"folds": 3}'));
SELECT algorithm, training - 'data_sha256' AS training, metrics -> 'trained_on' AS trained_on
  FROM credit_risk.model_versions WHERE model = 'graded';
\x off
SELECT max(version) AS card FROM credit_risk.model_version WHERE model = 'graded' \gset
SELECT f.key AS feature, f.value ->> 'fate' AS fate, round((f.value -> 'information_value')::numeric, 4) AS iv, f.value ->> 'trend' AS trend,
       round((f.value ->> 'coefficient')::numeric, 4) AS coefficient, round((f.value ->> 'standard_error')::numeric, 4) AS standard_error,
       (f.value ->> 'p_value')::float8 <= 0.05 AS certain, jsonb_array_length(f.value -> 'bins') AS bins
  FROM credit_risk.model_version v, jsonb_each(v.metrics -> 'scorecard') AS f WHERE v.version = :card ORDER BY f.key;
SELECT feature, bin, kind, label, points, rows, events, round(event_rate::numeric, 4) AS event_rate, round(woe::numeric, 4) AS woe
  FROM credit_risk.scorecard_points(:card);
-- the bins of the metrics are those of the points
SELECT count(*) AS bins, count(*) FILTER (WHERE b.points IS DISTINCT FROM p.points) AS different
  FROM credit_risk.model_version v, jsonb_each(v.metrics -> 'scorecard') AS f,
       jsonb_to_recordset(f.value -> 'bins') AS b (kind text, lower float8, upper float8, points float8)
  JOIN credit_risk.scorecard_points(:card) AS p ON p.kind = b.kind AND (p.lower, p.upper) IS NOT DISTINCT FROM (b.lower, b.upper)
 WHERE v.version = :card AND p.feature = f.key AND b.kind IN ('range', 'special', 'missing');
SELECT rank, feature, importance > 0 AS counts FROM credit_risk.feature_importance('graded') ORDER BY rank;
-- a row of weight 3 is three rows: the same points, weights of evidence and event rates
CREATE VIEW rounded_rows AS SELECT id, CASE WHEN income > 0 THEN round(income, -3) ELSE income END AS income, "debt ratio", job, owns_home, opened, bad FROM graded;
CREATE VIEW weighed_rows AS SELECT *, 1 + id % 3 AS stands_for FROM rounded_rows ORDER BY id;
CREATE VIEW repeated_rows AS SELECT r.* FROM rounded_rows AS r, generate_series(0, id % 3) ORDER BY id;
SELECT version AS weighed FROM credit_risk.train('weighed', 'weighed_rows', 'bad', 'scorecard', card_params('{"weight": "stands_for", "test_share": 0}')) \gset
SELECT version AS repeated FROM credit_risk.train('repeated', 'repeated_rows', 'bad', 'scorecard', card_params('{"test_share": 0}')) \gset
SELECT count(*) > 15 AS bins, bool_and(w.points = r.points) AS points, bool_and(abs(w.woe - r.woe) < 1e-12) AS woe, bool_and(abs(w.event_rate - r.event_rate) < 1e-12) AS event_rate, sum(w.rows) < sum(r.rows) AS rows
  FROM credit_risk.scorecard_points(:weighed) AS w FULL JOIN credit_risk.scorecard_points(:repeated) AS r USING (feature, bin, label);
SELECT max(abs((w.value ->> 'coefficient')::float8 - (r.value ->> 'coefficient')::float8)) < 1e-9 AS coefficients, max(abs((w.value ->> 'standard_error')::float8 - (r.value ->> 'standard_error')::float8)) < 1e-9 AS standard_errors
  FROM credit_risk.model_version v, jsonb_each(v.metrics -> 'scorecard') AS w, credit_risk.model_version q, jsonb_each(q.metrics -> 'scorecard') AS r
 WHERE v.version = :weighed AND q.version = :repeated AND r.key = w.key;
SELECT state, message, hint FROM pg_temp.error_of($$SELECT credit_risk.train('no', 'SELECT *, 1 AS w FROM graded_rows', 'bad', 'scorecard', card_params('{"weight": "w", "reject_inference": {"method": "parcelling"}}'))$$);
DROP VIEW rounded_rows, weighed_rows, repeated_rows;
SELECT round(sum(importance)::numeric, 9) AS all_in_all FROM credit_risk.feature_importance('graded');

-- plain SQL gives the same integers, on rows that training has not seen: gaps, edges, special values, unseen categories
SELECT credit_risk.approve(:card) IS NOT NULL AND credit_risk.deploy(:card) IS NOT NULL AS deployed;
CREATE TABLE graded_more AS SELECT id, income, "debt ratio", job::text AS job, owns_home, opened, noise FROM graded;
INSERT INTO graded_more
SELECT 10000 + row_number() OVER (), i.x, d.x::real, j.x, o.x, date '2024-06-01', 1
  FROM (SELECT unnest(ARRAY[lower, upper]) AS x FROM credit_risk.scorecard_points(:card) WHERE feature = 'income' AND kind = 'range'
        UNION SELECT unnest(ARRAY[NULL, -999, -999.5, -1e9, 1e9, 'NaN']::float8[])) AS i,
       (SELECT unnest(ARRAY[lower, upper]) AS x FROM credit_risk.scorecard_points(:card) WHERE feature = 'debt ratio' AND kind = 'range'
        UNION SELECT unnest(ARRAY[NULL, 'NaN']::float8[])) AS d,
       (VALUES ('clerk'), ('owner'), ('astronaut'), (''), (NULL)) AS j (x), (VALUES (true), (NULL)) AS o (x);
SELECT credit_risk.export_scorecard_sql(:card, 'graded_more') AS sql \gset
CREATE TABLE graded_by_sql AS :sql;
SELECT count(*) AS rows, count(*) FILTER (WHERE s.credit_score IS DISTINCT FROM credit_risk.credit_score(c, 'graded')) AS different,
       count(*) FILTER (WHERE s.points <> round(s.points)) AS broken, count(DISTINCT s.credit_score) > 30 AS many_scores
  FROM graded_more c JOIN graded_by_sql s USING (id);
DROP TABLE graded_by_sql;
-- without a query it is the one trained on
SELECT credit_risk.export_scorecard_sql(:card) LIKE '%graded_rows%' AS of_training;

-- the mean probability is about the share of defaults
SELECT abs(avg(credit_risk.probability_of_default(c, 'graded')) - avg(bad::int)) < 0.01 AS calibrated FROM graded AS c;
-- explanations add up, in points too
SELECT bool_and(abs(s.impacts + s.base_value - s.output) < 1e-9) AS adds_up
  FROM graded AS c, LATERAL (SELECT x.*, sum(x.impact) OVER () AS impacts FROM credit_risk.shap_explain(c, 'graded', scale => 'points') AS x) AS s
 WHERE c.id < 40;

-- the same rows and parameters give the same bytes, with or without workers
SET credit_risk.training_workers = 2;
SELECT version > 0 AS trained FROM credit_risk.train('graded', 'graded_rows', 'bad', 'scorecard', card_params());
RESET credit_risk.training_workers;
SELECT count(*) AS versions, count(DISTINCT content_sha256) AS models FROM credit_risk.model_version WHERE model = 'graded';

-- scale, bins and selection
SELECT version AS other FROM credit_risk.train('graded_other', 'graded_rows', 'bad', 'scorecard',
    card_params('{"pdo": 50, "base_score": 500, "base_odds": 20, "round_points": false, "max_bins": 3, "trend_of": {"income": "descending"}, "selection": "l1", "l1": 0.02}')) \gset
SELECT f.key AS feature, f.value ->> 'fate' AS fate, f.value ->> 'trend' AS trend FROM credit_risk.model_version v, jsonb_each(v.metrics -> 'scorecard') AS f
 WHERE v.version = :other ORDER BY f.key;
SELECT feature, count(*) FILTER (WHERE kind = 'range') AS ranges, bool_or(points <> round(points)) AS broken FROM credit_risk.scorecard_points(:other) GROUP BY feature ORDER BY feature;
SELECT fold, train_rows, test_rows, round(auc::numeric, 1) AS auc
  FROM credit_risk.cross_validate('graded_rows', 'bad', 'scorecard', card_params('{"folds": 2, "selection": "none"}')) ORDER BY fold;
SET credit_risk.training_workers = 0;
SELECT fold FROM credit_risk.cross_validate('graded_rows', 'bad', 'scorecard', card_params('{"folds": 2, "verbose": true}')) ORDER BY fold;
RESET credit_risk.training_workers;

-- refused applications: rows without a target
CREATE VIEW graded_all AS
SELECT id, income, "debt ratio", job, owns_home, opened, noise, CASE WHEN income < 20000 AND id % 10 > 2 OR job = 'teacher' AND id % 3 > 0 THEN NULL ELSE bad END AS bad
  FROM graded ORDER BY id;
CREATE TABLE inferred (method text, version bigint, skipped bigint);
INSERT INTO inferred SELECT m, t.version, t.skipped_rows
  FROM unnest(ARRAY['none', 'augmentation', 'parcelling']) AS m,
       LATERAL credit_risk.train('graded_' || m, 'graded_all', 'bad', 'scorecard', card_params(jsonb_build_object('reject_inference', jsonb_build_object('method', m)))) AS t;
INSERT INTO inferred SELECT 'worse', t.version, t.skipped_rows
  FROM credit_risk.train('graded_worse', 'graded_all', 'bad', 'scorecard', card_params('{"reject_inference": {"method": "parcelling", "uplift": 2, "bands": 5}}')) AS t;
SELECT i.method, i.skipped, v.metrics -> 'refused_rows' AS refused, round((v.metrics -> 'inferred_events')::numeric, 1) AS inferred_events, v.training -> 'params' -> 'reject_inference' AS params
  FROM inferred AS i JOIN credit_risk.model_version AS v USING (version) ORDER BY i.version;
SELECT i.method, round(avg(credit_risk.score_version(i.version, c)) FILTER (WHERE c.bad IS NULL)::numeric, 3) AS risk_of_refused,
       round(avg(credit_risk.score_version(i.version, c)) FILTER (WHERE c.bad IS NOT NULL)::numeric, 3) AS risk_of_accepted
  FROM inferred AS i, graded_all AS c GROUP BY i.version, i.method ORDER BY i.version;
SELECT count(DISTINCT v.content_sha256) AS models FROM inferred AS i JOIN credit_risk.model_version AS v USING (version);

-- errors
SELECT state, message, detail, hint FROM unnest(ARRAY['{"trees": 10}', '{"pdo": 0}', '{"selection": "forward"}', '{"specials_of": {"job": [1]}}', '{"trend_of": {"wage": "peak"}}', '{"trend_of": {"income": "up"}}',
    '{"max_bins": 0}', '{"min_iv": 9}', '{"reject_inference": {"method": "parcelling"}}', '{"reject_inference": {"method": "guessing"}}', '{"reject_inference": {"uplift": 0}}', '{"reject_inference": {"marker": "x"}}']::jsonb[]) AS more,
    LATERAL pg_temp.error_of(format('SELECT credit_risk.train(''graded'', ''graded_rows'', ''bad'', ''scorecard'', card_params(%L))', more));
SELECT state, message, detail, hint FROM pg_temp.error_of($$SELECT credit_risk.train('graded', 'SELECT bad AS known, bad FROM graded', 'bad', 'scorecard', '{"min_events": 0, "min_others": 0}')$$);
SELECT state, message FROM pg_temp.error_of($$SELECT credit_risk.train('graded', 'SELECT income, false AS bad FROM graded', 'bad', 'scorecard')$$);
-- bins of categories that come to the same points are rows of their own; rare categories are worth what unseen ones are
CREATE TABLE equal_points AS SELECT i AS id, (ARRAY['agent', 'baker', 'x', 'z'])[1 + i % 4] AS t, i % 100 < (ARRAY[20, 21, 10, 45])[1 + i % 4] + i / 4 % 25 AS bad FROM generate_series(1, 4000) AS i;
UPDATE equal_points SET t = 'rare' WHERE id <= 7;
SELECT version AS equal FROM credit_risk.train('graded_equal', 'SELECT * FROM equal_points ORDER BY id', 'bad', 'scorecard', '{"exclude": ["id"], "folds": 0, "pdo": 2, "rare_share": 0.01}') \gset
SELECT bin, kind, label, categories, points, rows, events, round(woe::numeric, 3) AS woe FROM credit_risk.scorecard_points(:equal);
DROP TABLE equal_points;
-- a column that tells of the outcome is left out by name, and no reason for advice on min_iv
SELECT version AS leaked FROM credit_risk.train('graded_leak', 'SELECT *, CASE WHEN bad THEN 30 + id % 60 ELSE id % 30 END AS days_late FROM graded_rows', 'bad', 'scorecard', card_params()) \gset
SELECT f.key AS feature, f.value ->> 'fate' AS fate, round((f.value -> 'barred_information')::numeric, 2) AS barred FROM credit_risk.model_version v, jsonb_each(v.metrics -> 'scorecard') AS f
 WHERE v.version = :leaked AND f.value ? 'barred_information';
SELECT state, message, detail, hint FROM unnest(ARRAY['CASE WHEN bad THEN 30 + id % 60 ELSE id % 30 END', 'CASE WHEN bad THEN ''late'' ELSE ''fine'' END', 'bad OR id % 9 = 0 AND NULL', 'bad AND id % 2 = 0']) AS days_late,
    LATERAL pg_temp.error_of(format('SELECT credit_risk.train(''graded'', $q$SELECT %s AS days_late, bad FROM graded_rows$q$, ''bad'', ''scorecard'')', days_late));
-- more features than so few rows tell apart: the selection begins with the most informative ones
SELECT format('CREATE TABLE wide AS SELECT i AS id, i %% 3 = 0 AS bad, %s FROM generate_series(1, 200) AS i', string_agg(format('hashint4(i * 100 + %s) %% 1000 AS x%s', k, k), ', ')) AS sql FROM generate_series(1, 90) AS k \gset
:sql;
SELECT version AS wide FROM credit_risk.train('graded_wide', 'SELECT * FROM wide ORDER BY id', 'bad', 'scorecard', '{"exclude": ["id"], "folds": 0}') \gset
SELECT count(*) FILTER (WHERE f.value ->> 'fate' = 'few_events') > 0 AS left_out, count(*) FILTER (WHERE f.value ->> 'fate' = 'chosen') BETWEEN 1 AND 5 AS few
  FROM credit_risk.model_version v, jsonb_each(v.metrics -> 'scorecard') AS f WHERE v.version = :wide;
SELECT state, message, hint FROM pg_temp.error_of($$SELECT credit_risk.train('graded', 'SELECT * FROM wide ORDER BY id', 'bad', 'scorecard', '{"exclude": ["id"], "folds": 0, "selection": "none"}')$$);
DROP TABLE wide;
DROP TABLE graded_more, inferred;
DROP TABLE graded CASCADE;
DROP FUNCTION card_params;
