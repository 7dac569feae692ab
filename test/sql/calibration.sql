-- Versions whose probabilities are calibrated to rows, or corrected for another share of events.
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
CREATE TABLE loans_seen AS
SELECT i AS id, i % 3 AS part, 20000 + i * 7919 % 80000 AS income, (i * 104729::bigint) % 5000 AS debt,
       CASE WHEN i % 97 <> 0 THEN 20000 + i * 7919 % 80000 < 22000 + (i * 31 % 20000) END AS bad
  FROM generate_series(1, 2400) AS i;
CREATE VIEW to_calibrate AS SELECT income, debt, bad FROM loans_seen WHERE part = 1 ORDER BY id;
CREATE VIEW to_measure AS SELECT income, debt, bad FROM loans_seen WHERE part = 2 ORDER BY id;
-- balanced classes: probabilities far above the shares of bad loans
SELECT version AS raw FROM credit_risk.train('loan', 'SELECT income, debt, bad FROM loans_seen WHERE part = 0 ORDER BY id', 'bad',
    params => '{"folds": 0, "test_share": 0, "trees": 30, "max_depth": 4, "calibrate": "none"}') \gset
SELECT credit_risk.calibrate(:raw, 'to_calibrate', 'bad') AS platt, credit_risk.calibrate(:raw, 'to_calibrate', 'bad', 'isotonic') AS isotonic,
       credit_risk.correct_prior(:raw, 0.5, 0.15) AS prior \gset
SELECT c.version - :raw AS after, c.auc = first_value(c.auc) OVER w AS same_ranking, c.brier < first_value(c.brier) OVER w AS better_brier,
       c.log_loss < first_value(c.log_loss) OVER w AS better_loss
  FROM credit_risk.compare_models('to_measure', 'bad', versions => ARRAY[:raw, :platt, :prior, :isotonic]::bigint[], resamples => 0) AS c
WINDOW w AS (ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING);
SELECT abs(mean_probability - positives::float8 / rows) < 0.03 AS calibrated FROM credit_risk.evaluate(:platt, 'to_measure', 'bad');
-- 15 : 85 of the odds
SELECT bool_and(abs(corrected - raw * 0.15 / 0.85 / (1 - raw + raw * 0.15 / 0.85)) < 1e-12) AS corrected
  FROM (SELECT credit_risk.score_version(:raw, m) AS raw, credit_risk.score_version(:prior, m) AS corrected FROM to_measure AS m) AS s;
-- SHAP values stay those of the margin
SELECT bool_and(credit_risk.margin_of_version(:raw, m) = credit_risk.margin_of_version(:platt, m)) AS same_margin FROM to_measure AS m;
SELECT x.version - :raw AS after, x.status, x.origin, x.training - 'calibration' - 'prior' = r.training AS same_training,
       x.training -> 'calibration' ->> 'method' AS method, x.training -> 'calibration' ->> 'rows' AS rows, x.training -> 'prior' ->> 'population_rate' AS rate,
       credit_risk.export_model(x.version)::jsonb -> 'calibration' ->> 'kind' AS kind
  FROM credit_risk.model_versions AS x, credit_risk.model_versions AS r
 WHERE r.version = :raw AND x.model = 'loan' AND x.version > :raw ORDER BY x.version;
-- a correction behind a calibration; the export imports to the same content
SELECT credit_risk.correct_prior(:isotonic, 0.15, 0.05) AS both \gset
SELECT bool_and(abs(p - i * 0.05 / 0.95 * 0.85 / 0.15 / (1 - i + i * 0.05 / 0.95 * 0.85 / 0.15)) < 1e-12) AS behind
  FROM (SELECT credit_risk.score_version(:both, m) AS p, credit_risk.score_version(:isotonic, m) AS i FROM to_measure AS m) AS s;
SELECT credit_risk.import_model('again', 'credit_risk.model.v1', credit_risk.export_model(:both)) AS again \gset
SELECT count(DISTINCT content_sha256) AS contents FROM credit_risk.model_versions WHERE version IN (:both, :again);
-- the target by a text; rows without a target are left out
SELECT credit_risk.calibrate(:raw, 'SELECT income, debt, CASE WHEN bad THEN ''yes'' WHEN NOT bad THEN ''no'' END AS outcome FROM to_calibrate',
    'outcome', positive => 'yes') AS by_text \gset
SELECT count(DISTINCT content_sha256) AS contents FROM credit_risk.model_versions WHERE version IN (:platt, :by_text);

-- errors
SELECT e.* FROM unnest(ARRAY[
    'SELECT credit_risk.calibrate(-7, ''to_calibrate'', ''bad'')', 'SELECT credit_risk.calibrate(NULL, ''to_calibrate'', ''bad'')',
    format('SELECT credit_risk.calibrate(%s, NULL, ''bad'')', :raw), format('SELECT credit_risk.calibrate(%s, ''to_calibrate'', NULL)', :raw),
    format('SELECT credit_risk.calibrate(%s, ''to_calibrate'', ''debt'')', :raw),
    format('SELECT credit_risk.calibrate(%s, ''to_calibrate'', ''bad'', ''beta'')', :raw),
    format('SELECT credit_risk.calibrate(%s, ''to_calibrate'', ''bad'', NULL)', :raw),
    format('SELECT credit_risk.calibrate(%s, ''SELECT * FROM to_calibrate WHERE bad'', ''bad'')', :raw),
    format('SELECT credit_risk.calibrate(%s, ''SELECT * FROM to_calibrate WHERE false'', ''bad'', ''isotonic'')', :raw),
    format('SELECT credit_risk.calibrate(%s, ''SELECT income, debt, NOT bad AS bad FROM to_calibrate'', ''bad'')', :raw),
    'SELECT credit_risk.correct_prior(-7, 0.5, 0.1)', format('SELECT credit_risk.correct_prior(%s, 0, 0.1)', :raw),
    format('SELECT credit_risk.correct_prior(%s, 0.5, NULL)', :raw), format('SELECT credit_risk.correct_prior(%s, 0.2, 0.2)', :raw)]
    ) WITH ORDINALITY AS t (statement, place), LATERAL pg_temp.error_of(t.statement) AS e ORDER BY t.place;
DROP VIEW to_calibrate, to_measure;
DROP TABLE loans_seen;
