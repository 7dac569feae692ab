-- The validation report: what it holds, that it is one page by itself, and what is refused.
\set SHOW_CONTEXT never
SET extra_float_digits = 0;
SET TimeZone = 'UTC';
CREATE FUNCTION pg_temp.error_of(statement text, OUT state text, OUT message text, OUT detail text, OUT hint text)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
END
$$;
CREATE TABLE reported AS
SELECT i AS id, 20000 + i * 7919 % 80000 AS income, (i * 104729::bigint) % 5000 AS debt, i % 4 = 0 AS held_out, DATE '2024-01-01' + i % 365 AS applied,
       CASE WHEN i % 11 = 0 THEN NULL ELSE (ARRAY['salaried', 'business', 'self'])[1 + i % 3] END AS employment,
       CASE WHEN i % 13 = 0 THEN 'NaN'::float8 ELSE (i % 17)::float8 END AS years, (ARRAY['north', 'east & <b>west</b>'])[1 + (i % 3 > 0)::int] AS region,
       CASE WHEN i % 97 <> 0 THEN 20000 + i * 7919 % 80000 < 45000 + (i * 31 % 20000) - CASE WHEN i % 3 = 1 THEN 9000 ELSE 0 END END AS bad
  FROM generate_series(1, 1200) AS i;
SELECT version FROM credit_risk.train('reported', 'SELECT income, debt, applied, employment, years, bad FROM reported WHERE NOT held_out ORDER BY id', 'bad',
    params => '{"folds": 3, "trees": 20}') \gset
CREATE TABLE pages AS
SELECT 1 AS page, credit_risk.model_report(:version, 'SELECT * FROM reported WHERE held_out ORDER BY id', 'bad', groups => '{region,employment}') AS html
UNION ALL SELECT 2, credit_risk.model_report(:version);

-- the headings of the sections, and the charts
SELECT m[1] AS section FROM pages, regexp_matches(html, '<h2>([^<]*)</h2>', 'g') AS m WHERE page = 1;
SELECT m[1] AS chart FROM pages, regexp_matches(html, '<svg [^>]*>\s*<title>([^<]*)</title>', 'g') AS m WHERE page = 1;
-- the figures are those of evaluate
SELECT html LIKE format('%%<b>%s</b>%%', round(e.auc::numeric, 3)) AS auc, html LIKE format('%%<b>%s</b>%%', round(e.ks::numeric, 3)) AS ks, html LIKE format('%%<b>%s</b>%%', round(e.brier::numeric, 4)) AS brier
  FROM pages, credit_risk.evaluate(:version, 'SELECT * FROM reported WHERE held_out ORDER BY id', 'bad') AS e WHERE page = 1;
-- information value, missing share and stability as the aggregates say
SELECT html LIKE format('%%<td>years</td>%%<td>numeric</td>%%>%s</td>%%>%s</td>%%', a.missing, a.iv) AS years,
       html LIKE format('%%<td>employment</td>%%>%s</td>%%<td>stable</td>%%', a.csi) AS employment
  FROM pages, (
    SELECT round(100 * avg((years = 'NaN')::int) FILTER (WHERE held_out), 2) AS missing,
           round((credit_risk.information_value(bad, years, (SELECT array_agg(DISTINCT u ORDER BY u) FROM unnest((SELECT percentile_disc(ARRAY[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]) WITHIN GROUP (ORDER BY nullif(years, 'NaN')) FROM reported WHERE NOT held_out)) AS u)) FILTER (WHERE held_out))::numeric, 4) AS iv,
           round(credit_risk.csi(held_out, employment, NULL, 0.0001)::numeric, 4) AS csi
      FROM reported) AS a WHERE page = 1;
-- names end up as text, never as markup; nothing is loaded from elsewhere
SELECT html LIKE '%east &amp; &lt;b&gt;west&lt;/b&gt;%' AS escaped, html NOT LIKE '%<b>west%' AS no_markup FROM pages WHERE page = 1;
SELECT page, html ~ '<(script|link|img|iframe|object)' AS loads, replace(html, 'xmlns="http://www.w3.org/2000/svg"', '') ~ 'https?:|url\(|@import' AS refers FROM pages ORDER BY page;
-- without a query: the rows of the training, and it says so
SELECT html LIKE '%Caution: these are the rows%' AS warned, html LIKE '%nothing can have moved%' AS stable, html LIKE '%No columns were named%' AS no_groups FROM pages WHERE page = 2;
-- no rows, one class, a model that was imported
SELECT length(credit_risk.model_report(:version, 'SELECT * FROM reported WHERE false', 'bad', groups => '{region}')) > 5000 AS no_rows,
       length(credit_risk.model_report(:version, 'SELECT * FROM reported WHERE bad', 'bad')) > 5000 AS one_class;
SELECT credit_risk.import_model('copied', 'credit_risk.model.v1', credit_risk.export_model(:version)) AS copied \gset
SELECT html LIKE '%The version was imported%' AS imported, html LIKE '%Whether the version has learnt from these rows is not recorded%' AS unknown,
       html LIKE '%There is no baseline%' AS no_baseline, html LIKE '%Caution: these are the rows%' AS warned
  FROM (SELECT credit_risk.model_report(:copied, 'reported', 'bad') AS html) AS p;
-- the rows of the training beside a baseline of their own are those of the training
SELECT html LIKE '%Caution: these are the rows%' AS warned, html LIKE '%Baseline: SELECT * FROM reported WHERE id &lt; 500%' AS baseline
  FROM (SELECT credit_risk.model_report(:version, baseline => 'SELECT * FROM reported WHERE id < 500') AS html) AS p;
-- an ensemble says what it is
SELECT credit_risk.ensemble('voting', ARRAY[:version, :copied]) AS voting \gset
SELECT html LIKE '%An ensemble: the weighted mean%' AS members, html LIKE '%cannot be explained, its members can%' AS no_swarm, html LIKE '%An ensemble has no importance of its own%' AS no_importance, html LIKE '%imported%' AS imported
  FROM (SELECT credit_risk.model_report(:voting, 'reported', 'bad') AS html) AS p;
-- a scorecard's scores are its points
SELECT version AS card FROM credit_risk.train('card', 'SELECT income, debt, employment, bad FROM reported ORDER BY id', 'bad', 'scorecard', '{"folds": 0, "guard_rails": false, "base_score": 500, "pdo": 60}') \gset
SELECT credit_risk.deploy(credit_risk.approve(:card)) = :card AS deployed;
SELECT bool_and(credit_risk.credit_score_of_version(:card, r) = credit_risk.credit_score(r, 'card')) AS scores, bool_or(credit_risk.credit_score_of_version(:card, r) <> credit_risk.credit_score(credit_risk.score_version(:card, r))) AS points FROM reported AS r;
-- more than 10,000 different numbers and texts
CREATE TABLE various AS SELECT i, i / 7.0 AS amount, 'word ' || i % 3 AS word, hashint4(i) % 4 = 0 AS bad FROM generate_series(1, 10001) AS i;
SELECT version AS various FROM credit_risk.train('various', 'SELECT amount, word, bad FROM various ORDER BY i', 'bad', 'decision_tree', '{"folds": 0, "guard_rails": false, "max_depth": 3}') \gset
SELECT credit_risk.model_report(:various) ~ '<td>amount</td>\s*<td>numeric</td>\s*<td class="number">0.00</td>\s*<td class="number">\d' AS numbers,
       credit_risk.model_report(:various, 'SELECT i, amount, word || i AS word, bad FROM various', 'bad') ~ '<td>word</td>\s*<td>categorical</td>\s*<td class="number">0.00</td>\s*<td class="number"></td>' AS texts;
-- rare events: the greatest distance is drawn, and limits are where the rows are
SELECT round((SELECT max(abs((p ->> 1)::numeric - (q ->> 1)::numeric)) FROM jsonb_array_elements(d.section #> '{charts,1,series,0,points}') WITH ORDINALITY AS a (p, n) JOIN jsonb_array_elements(d.section #> '{charts,1,series,1,points}') WITH ORDINALITY AS b (q, m) ON n = m), 4)
         = round(e.ks::numeric, 4) AS ks_is_drawn, d.section #> '{charts,1,series,2,points,0,0}' = d.section #> '{charts,1,series,2,points,1,0}' AS upright
  FROM credit_risk.evaluate(:various, 'various', 'bad') AS e,
       LATERAL (SELECT credit_risk.report_ranking_section(e, credit_risk.roc_curve(r.bad, p.p), credit_risk.lift_table(r.bad, p.p)) AS section FROM various AS r, LATERAL credit_risk.score_version(:various, r) AS p (p)) AS d;
SELECT v, credit_risk.report_axis(v, 'x') ->> 'high' AS high FROM unnest(ARRAY[0, 0.0004, 0.003, 0.05, 0.051, 0.7, 1.2, NULL]) AS v;

-- the document itself
SELECT credit_risk.report_html('{"title": "T & Co", "sections": [{"title": "S", "paragraphs": ["a < b"], "tables": [{"columns": ["n"], "rows": [["1"], [null]]}]}]}') LIKE '%<h1>T &amp; Co</h1>%<p>a &lt; b</p>%<td class="number">1</td>%' AS drawn,
       credit_risk.report_html(NULL) IS NULL AS null_gives_null;
SELECT state, message FROM unnest(ARRAY['[]', '{"title": 1}', '{"sections": [{"charts": [{"kind": "pie"}]}]}', '{"sections": [{"charts": [{"kind": "curves", "x": {}, "y": {}, "series": [{"form": "line", "points": [[1]]}]}]}]}',
    '{"sections": [{"tables": [{"columns": ["a", "b"], "rows": [["1"]]}]}]}', '{"sections": [{"charts": [{"kind": "columns", "edges": [1]}]}]}',
    '{"sections": [{"charts": [{"kind": "bars", "bars": [{"name": "x", "value": "NaN"}]}]}]}']) AS d, LATERAL pg_temp.error_of(format('SELECT credit_risk.report_html(%L)', d));
SELECT state, replace(message, 'version ' || :copied, 'version N') AS message, hint FROM unnest(ARRAY[
    'SELECT credit_risk.model_report(-7)', 'SELECT credit_risk.model_report(NULL)', format('SELECT credit_risk.model_report(%s)', :copied), format('SELECT credit_risk.model_report(%s, ''no_such_table'', ''bad'')', :version),
    format('SELECT credit_risk.model_report(%s, ''reported'', ''worse'')', :version), format('SELECT credit_risk.model_report(%s, ''DROP TABLE reported'', ''bad'')', :version),
    format('SELECT credit_risk.model_report(%s, groups => ''{nothing}'')', :version), format('SELECT credit_risk.model_report(%s, groups => NULL)', :version), format('SELECT credit_risk.model_report(%s, approve_below => NULL)', :version),
    format('SELECT credit_risk.model_report(%s, approve_below => 7)', :version)]) AS statement, LATERAL pg_temp.error_of(statement);
