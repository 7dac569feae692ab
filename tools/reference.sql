-- Writes doc/reference.md from the COMMENTs: psql -XAtq -f tools/reference.sql in a database with the extension.
SELECT E'# Reference\n\nMade from the comments in the catalog by `tools/reference.sql`; the same text is in psql''s `\\df+` and `\\d+`.\nEverything lives in schema `credit_risk`. Functions marked internal are called by others of the extension.\n';

SELECT E'## Functions\n\n| function | what it does |\n|---|---|';
SELECT format('| `%s(%s)`%s%s | %s |', p.proname,
              replace(pg_get_function_arguments(p.oid), '|', '\|'),
              CASE WHEN pg_get_function_result(p.oid) IS NULL OR pg_get_function_result(p.oid) = 'void' THEN ''
                   ELSE ' → `' || replace(pg_get_function_result(p.oid), '|', '\|') || '`' END,
              CASE p.prokind WHEN 'a' THEN ' (aggregate)' ELSE '' END,
              replace(replace(obj_description(p.oid, 'pg_proc'), '|', '\|'), E'\n', ' '))
FROM pg_depend d
JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND e.extname = 'credit_risk'
JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
WHERE d.deptype = 'e' AND p.prorettype <> 'trigger'::regtype
  AND obj_description(p.oid, 'pg_proc') !~* '^(internal|part of)'
ORDER BY p.proname COLLATE "C", pg_get_function_arguments(p.oid) COLLATE "C";

SELECT E'\n## Types, tables and views\n';
SELECT format(E'### %s `%s`\n\n%s\n\n| column | type | meaning |\n|---|---|---|\n%s\n',
              CASE r.relkind WHEN 'r' THEN 'Table' WHEN 'v' THEN 'View' WHEN 'm' THEN 'Materialized view' ELSE 'Type' END,
              r.relname, coalesce(obj_description(r.oid, 'pg_class'), obj_description(r.reltype, 'pg_type')),
              string_agg(format('| `%s` | %s | %s |', a.attname, format_type(a.atttypid, a.atttypmod),
                                replace(coalesce(col_description(r.oid, a.attnum), ''), '|', '\|')),
                         E'\n' ORDER BY a.attnum))
FROM pg_class r
JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE r.relnamespace = 'credit_risk'::regnamespace AND r.relkind IN ('r', 'v', 'm', 'c')
GROUP BY r.oid, r.relkind, r.relname, r.reltype
ORDER BY r.relkind <> 'v', r.relkind, r.relname COLLATE "C";

SELECT E'## Settings\n\n| setting | default | meaning |\n|---|---|---|';
LOAD 'credit_risk';
SELECT format('| `%s` | %s | %s |', name, coalesce(nullif(boot_val, ''), 'empty') || coalesce(' ' || unit, ''),
              short_desc || coalesce(' ' || extra_desc, ''))
FROM pg_settings
WHERE name LIKE 'credit\_risk.%'
ORDER BY name COLLATE "C";
