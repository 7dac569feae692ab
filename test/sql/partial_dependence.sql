-- The mean probability when one feature is set: as the rows scored one by one say.
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
CREATE TABLE depended AS
SELECT i AS id, 20000 + i * 7919 % 80000 AS income, CASE WHEN i % 13 = 0 THEN 'NaN'::float8 ELSE (i % 17)::float8 END AS "Years ""in""",
       CASE WHEN i % 11 = 0 THEN NULL ELSE (ARRAY['salaried', 'business', 'self'])[1 + i % 3] END AS employment, DATE '2024-01-01' + i % 5 AS applied,
       20000 + i * 7919 % 80000 < 45000 + (i * 31 % 20000) - CASE WHEN i % 3 = 1 THEN 9000 ELSE 0 END AS bad
  FROM generate_series(1, 400) AS i;
SELECT version FROM credit_risk.train('depended', 'SELECT * FROM depended ORDER BY id', 'bad', params => '{"folds": 0, "trees": 20, "exclude": ["id"]}') \gset
-- a number, a text, a date: each value against rows scored with it
SELECT d.value, d.rows, d.low <= d.mean_probability AND d.mean_probability <= d.high AS between,
       abs(d.mean_probability - (SELECT avg(credit_risk.score_version(:version, a)) FROM (SELECT d.value::int AS income, "Years ""in""", employment, applied FROM depended) AS a)) < 1e-12 AS mean
  FROM credit_risk.partial_dependence(:version, 'depended', 'income', 4) AS d;
SELECT d.value, abs(d.mean_probability - e.mean) < 1e-12 AS mean, abs(d.low - e.low) < 1e-12 AS low, abs(d.high - e.high) < 1e-12 AS high
  FROM credit_risk.partial_dependence(:version, 'SELECT * FROM depended;', 'employment') AS d,
       LATERAL (SELECT avg(s.p) AS mean, percentile_cont(0.1) WITHIN GROUP (ORDER BY s.p) AS low, percentile_cont(0.9) WITHIN GROUP (ORDER BY s.p) AS high
                  FROM (SELECT credit_risk.score_version(:version, a) AS p FROM (SELECT income, "Years ""in""", d.value AS employment, applied FROM depended) AS a) AS s) AS e;
SELECT value, rows FROM credit_risk.partial_dependence(:version, 'SELECT * FROM depended WHERE id <= 50', 'applied', 3);
-- NaN is missing, not a value; a name with quotes
SELECT value, rows FROM credit_risk.partial_dependence(:version, 'depended', 'Years "in"', 5);
SELECT count(*), count(value) AS values FROM credit_risk.partial_dependence(:version, 'SELECT * FROM depended WHERE false', 'income');
-- refusals
SELECT state, replace(message, 'version ' || :version, 'version N') AS message, detail, hint FROM unnest(ARRAY[
    'SELECT credit_risk.partial_dependence(-7, ''depended'', ''income'')', format('SELECT credit_risk.partial_dependence(%s, ''depended'', ''bad'')', :version), format('SELECT credit_risk.partial_dependence(%s, NULL, ''income'')', :version),
    format('SELECT credit_risk.partial_dependence(%s, ''depended'', NULL)', :version), format('SELECT credit_risk.partial_dependence(%s, ''depended'', ''income'', 1)', :version), format('SELECT credit_risk.partial_dependence(%s, ''depended'', ''income'', NULL)', :version),
    format('SELECT credit_risk.partial_dependence(%s, ''DROP TABLE depended'', ''income'')', :version), format('SELECT credit_risk.partial_dependence(%s, ''SELECT income FROM depended'', ''income'')', :version)]) AS statement, LATERAL pg_temp.error_of(statement);
