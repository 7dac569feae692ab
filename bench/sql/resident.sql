-- Kilobytes of a new backend: before, after a score by the forest, after an explanation. The stump warms everything else up.
\set resident 'SELECT (regexp_match(pg_read_file(\'/proc/self/status\'), \'RssAnon:\\s+(\\d+)\'))[1]'
SELECT credit_risk.credit_score(a, 'stump'), credit_risk.shap_values(a, 'stump') FROM (SELECT * FROM explained LIMIT 1) a \g /dev/null
:resident \g /dev/null
:resident;
SELECT credit_risk.credit_score(a, 'forest') FROM (SELECT * FROM explained LIMIT 1) a \g /dev/null
:resident;
SELECT credit_risk.shap_values(a, 'forest') FROM (SELECT * FROM explained LIMIT 1) a \g /dev/null
:resident;
