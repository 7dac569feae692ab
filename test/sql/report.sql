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
SELECT credit_risk.model_report(:copied, 'reported', 'bad') LIKE '%The version was imported%' AS imported;

-- the document itself
SELECT credit_risk.report_html('{"title": "T & Co", "sections": [{"title": "S", "paragraphs": ["a < b"], "tables": [{"columns": ["n"], "rows": [["1"], [null]]}]}]}') LIKE '%<h1>T &amp; Co</h1>%<p>a &lt; b</p>%<td class="number">1</td>%' AS drawn,
       credit_risk.report_html(NULL) IS NULL AS null_gives_null;
SELECT state, message FROM unnest(ARRAY['[]', '{"title": 1}', '{"sections": [{"charts": [{"kind": "pie"}]}]}', '{"sections": [{"charts": [{"kind": "curves", "x": {}, "y": {}, "series": [{"form": "line", "points": [[1]]}]}]}]}',
    '{"sections": [{"tables": [{"columns": ["a", "b"], "rows": [["1"]]}]}]}', '{"sections": [{"charts": [{"kind": "columns", "edges": [1]}]}]}',
    '{"sections": [{"charts": [{"kind": "bars", "bars": [{"name": "x", "value": "NaN"}]}]}]}']) AS d, LATERAL pg_temp.error_of(format('SELECT credit_risk.report_html(%L)', d));
SELECT state, replace(message, 'version ' || :copied, 'version N') AS message, hint FROM unnest(ARRAY[
    'SELECT credit_risk.model_report(-7)', 'SELECT credit_risk.model_report(NULL)', format('SELECT credit_risk.model_report(%s)', :copied), format('SELECT credit_risk.model_report(%s, ''no_such_table'', ''bad'')', :version),
    format('SELECT credit_risk.model_report(%s, ''reported'', ''worse'')', :version), format('SELECT credit_risk.model_report(%s, ''DROP TABLE reported'', ''bad'')', :version),
    format('SELECT credit_risk.model_report(%s, groups => ''{nothing}'')', :version), format('SELECT credit_risk.model_report(%s, groups => NULL)', :version), format('SELECT credit_risk.model_report(%s, approve_below => NULL)', :version)]) AS statement, LATERAL pg_temp.error_of(statement);
