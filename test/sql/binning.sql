\set SHOW_CONTEXT never
SET extra_float_digits = 0;
-- rows whose risk falls with income and depends on the job
CREATE TABLE loans AS
SELECT i AS id, CASE WHEN i % 13 = 0 THEN NULL WHEN i % 17 = 0 THEN -999 ELSE (i * 37) % 400 * 100 + 8000 END AS income,
       (ARRAY['clerk', 'driver', 'nurse', 'owner', 'teacher'])[1 + i % 5] AS job, i % 4 = 0 AS owns_home, date '2024-01-01' + i % 300 AS opened,
       CASE WHEN i = 9 THEN 'astronaut' WHEN i % 40 = 0 THEN 'diver' WHEN i % 29 = 0 THEN NULL ELSE (ARRAY['clerk', 'driver', 'nurse'])[1 + i % 3] END AS trade,
       (i * 61) % 100 < CASE WHEN i % 13 = 0 THEN 45 WHEN i % 17 = 0 THEN 10 ELSE 60 - (i * 37) % 400 / 8 END + i % 5 * 4 AS bad
  FROM generate_series(1, 2000) AS i;

SELECT bin, kind, label, lower, upper, rows, events::int, round(share::numeric, 4) AS share, round(event_rate::numeric, 4) AS event_rate, round(woe::numeric, 6) AS woe, round(iv::numeric, 6) AS iv
  FROM credit_risk.bin_feature('SELECT * FROM loans', 'income', 'bad', '{"specials": [-999], "max_bins": 6}');
SELECT bin, kind, label, categories, rows, events::int, round(woe::numeric, 6) AS woe, round(iv::numeric, 6) AS iv
  FROM credit_risk.bin_feature('loans', 'trade', 'bad', '{"rare_share": 0.01, "max_bins": 2, "min_share": 0}');
-- numbers of other types, and a target by its text
SELECT kind, label, rows FROM credit_risk.bin_feature('loans', 'owns_home', 'bad');
SELECT count(*) BETWEEN 1 AND 10 AS few, sum(rows) FROM credit_risk.bin_feature('loans', 'opened', 'bad');
SELECT kind, label, rows, events FROM credit_risk.bin_feature('SELECT job, CASE WHEN bad THEN ''bad'' ELSE ''good'' END AS outcome FROM loans', 'job', 'outcome', '{"positive": "bad"}');
-- the figures are those of the aggregates over the same bins
WITH bins AS (SELECT * FROM credit_risk.bin_feature('SELECT income, bad FROM loans WHERE income > 0', 'income', 'bad', '{"trend": "none"}'))
SELECT sum(b.iv) = (SELECT credit_risk.information_value(l.bad, l.income, (SELECT array_agg(lower ORDER BY lower) FROM bins WHERE lower IS NOT NULL)) FROM loans l WHERE income > 0) AS same_iv
  FROM bins b;

-- trends: the share of events moves as it is told, at the price of information
SELECT trend, count(*) AS bins, round(sum(iv)::numeric, 6) AS iv, array_agg(round(event_rate::numeric, 3) ORDER BY bin) AS event_rates
  FROM unnest('{none,auto,ascending,descending,peak,valley}'::text[]) WITH ORDINALITY AS t (trend, place),
       credit_risk.bin_feature('SELECT income, bad FROM loans WHERE income > 0', 'income', 'bad', jsonb_build_object('trend', trend, 'max_bins', 5)) GROUP BY trend, place ORDER BY place;
-- bounds
SELECT min(rows) >= 300 AS bound_holds FROM credit_risk.bin_feature('SELECT income, bad FROM loans WHERE income > 0', 'income', 'bad', '{"min_share": 0.2}');
SELECT min(events) >= 150 AS bound_holds, count(*) > 1 AS parted FROM credit_risk.bin_feature('SELECT income, bad FROM loans WHERE income > 0', 'income', 'bad', '{"min_events": 150, "min_others": 150}');
SELECT count(*) FROM credit_risk.bin_feature('SELECT income, bad FROM loans WHERE income > 0', 'income', 'bad', '{"min_events": 100000}');
SELECT label, rows, woe, iv FROM credit_risk.bin_feature('SELECT 1 AS x, bad FROM loans', 'x', 'bad');
-- a column that tells of the outcome has one bin for the rules
SELECT label, rows, iv FROM credit_risk.bin_feature('SELECT CASE WHEN bad THEN 30 + id % 60 ELSE id % 30 END AS days_late, bad FROM loans', 'days_late', 'bad');
SELECT label, rows, round(iv::numeric, 4) AS iv FROM credit_risk.bin_feature('SELECT CASE WHEN bad THEN ''late'' ELSE ''fine'' END AS paid, bad FROM loans', 'paid', 'bad', '{"min_events": 0, "min_others": 0}');
-- a column that the law protects is named on purpose here
SELECT count(*) FROM credit_risk.bin_feature('SELECT job AS gender, bad FROM loans', 'gender', 'bad');

-- errors
SELECT * FROM credit_risk.bin_feature(NULL, 'income', 'bad');
SELECT * FROM credit_risk.bin_feature('loans', NULL, 'bad');
SELECT * FROM credit_risk.bin_feature('loans', 'income', NULL);
SELECT * FROM credit_risk.bin_feature('loans', 'wages', 'bad');
SELECT * FROM credit_risk.bin_feature('loans', 'income', 'worse');
SELECT * FROM credit_risk.bin_feature('loans', 'bad', 'bad');
SELECT * FROM credit_risk.bin_feature('loans', 'income', 'job');
SELECT * FROM credit_risk.bin_feature('DELETE FROM loans RETURNING *', 'income', 'bad');
SELECT * FROM credit_risk.bin_feature('SELECT * FROM loans WHERE bad', 'income', 'bad');
SELECT * FROM credit_risk.bin_feature('SELECT NULL::int AS income, bad FROM loans', 'income', 'bad');
SELECT * FROM credit_risk.bin_feature('SELECT ''infinity''::float8 AS income, bad FROM loans', 'income', 'bad');
SELECT * FROM credit_risk.bin_feature('SELECT now() AS at, bad FROM loans', 'at', 'bad');
SELECT * FROM credit_risk.bin_feature('loans', 'income', 'bad', '[]');
SELECT * FROM credit_risk.bin_feature('loans', 'income', 'bad', '{"bins": 3}');
SELECT * FROM credit_risk.bin_feature('loans', 'income', 'bad', '{"max_bins": 51}');
SELECT * FROM credit_risk.bin_feature('loans', 'income', 'bad', '{"max_bins": 2.5}');
SELECT * FROM credit_risk.bin_feature('loans', 'income', 'bad', '{"min_share": 0.6}');
SELECT * FROM credit_risk.bin_feature('loans', 'income', 'bad', '{"min_share": "0.1"}');
SELECT * FROM credit_risk.bin_feature('loans', 'income', 'bad', '{"min_events": -1}');
SELECT * FROM credit_risk.bin_feature('loans', 'income', 'bad', '{"min_others": -1}');
SELECT * FROM credit_risk.bin_feature('loans', 'income', 'bad', '{"trend": "up"}');
SELECT * FROM credit_risk.bin_feature('loans', 'income', 'bad', '{"trend": 1}');
SELECT * FROM credit_risk.bin_feature('loans', 'income', 'bad', '{"prebins": 1}');
SELECT * FROM credit_risk.bin_feature('loans', 'income', 'bad', '{"specials": -999}');
SELECT * FROM credit_risk.bin_feature('loans', 'income', 'bad', '{"specials": ["none"]}');
SELECT * FROM credit_risk.bin_feature('loans', 'income', 'bad', '{"specials": [-999, -999]}');
SELECT * FROM credit_risk.bin_feature('loans', 'income', 'bad', '{"rare_share": 1}');
SELECT * FROM credit_risk.bin_feature('loans', 'income', 'bad', '{"positive": {}}');

-- what each column is worth, and what is odd about it
CREATE VIEW screened AS SELECT id, income, job, trade, owns_home, bad AS refused, 3 AS same, NULL::text AS nothing, CASE WHEN id % 2 = 0 THEN 'c' || id ELSE 'd' || id % 7 END AS code, bad FROM loans WHERE id <= 1500;
SELECT feature, finding, round(missing_share::numeric, 4) AS missing, distinct_values, bins, round(information_value::numeric, 6) AS iv, round(auc::numeric, 6) AS auc FROM credit_risk.screen_features('screened', 'bad');
SELECT s.feature, s.bins, round(s.information_value::numeric, 6) AS iv, s.information_value = (SELECT sum(b.iv) FROM credit_risk.bin_feature('screened', s.feature, 'bad', '{"min_events": 0, "min_others": 0, "max_bins": 4}') AS b) AS same
  FROM credit_risk.screen_features('SELECT income, job, bad FROM screened', 'bad', '{"max_bins": 4}') AS s;
SELECT count(*) FROM credit_risk.screen_features('SELECT owns_home, CASE WHEN bad THEN 1 ELSE 2 END AS outcome FROM loans', 'outcome', '{"positive": 1}');
SELECT count(*) FROM credit_risk.screen_features('SELECT owns_home, bad FROM loans', 'bad', NULL);
SELECT * FROM credit_risk.screen_features(NULL, 'bad');
SELECT * FROM credit_risk.screen_features('loans', NULL);
SELECT * FROM credit_risk.screen_features('loans', 'worse');
SELECT * FROM credit_risk.screen_features('SELECT bad FROM loans', 'bad');
SELECT * FROM credit_risk.screen_features('SELECT NULL::int AS nothing, bad FROM loans', 'bad');
SELECT * FROM credit_risk.screen_features('SELECT income, bad FROM loans WHERE bad', 'bad');
SELECT * FROM credit_risk.screen_features('SELECT ''c'' || id AS code, bad FROM loans', 'bad');
SELECT * FROM credit_risk.screen_features('loans', 'bad', '{"exclude": ["id"]}');
DROP VIEW screened;
DROP TABLE loans;
