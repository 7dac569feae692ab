-- One row per complaint about the installed extension's catalog entries; no row is a pass.
WITH member AS (
    SELECT d.classid, d.objid
    FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_extension e ON d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.refobjid = e.oid
    WHERE d.deptype = 'e' AND e.extname = 'credit_risk'
), uncommented AS (
    SELECT pg_catalog.pg_describe_object(m.classid, m.objid, 0) AS object
    FROM member m
    LEFT JOIN pg_catalog.pg_description c ON c.classoid = m.classid AND c.objoid = m.objid AND c.objsubid = 0
    LEFT JOIN pg_catalog.pg_type t ON m.classid = 'pg_catalog.pg_type'::regclass AND t.oid = m.objid
    LEFT JOIN pg_catalog.pg_class r ON m.classid = 'pg_catalog.pg_class'::regclass AND r.oid = m.objid
    WHERE c.description IS NULL
      -- array and row types follow their table or type; so do indexes, sequences of identity columns, rules of views
      AND m.classid NOT IN ('pg_catalog.pg_rewrite'::regclass, 'pg_catalog.pg_constraint'::regclass,
                            'pg_catalog.pg_attrdef'::regclass, 'pg_catalog.pg_default_acl'::regclass)
      AND NOT (t.oid IS NOT NULL AND (t.typcategory = 'A' OR t.typrelid <> 0 AND EXISTS (
          SELECT FROM pg_catalog.pg_class row_of WHERE row_of.oid = t.typrelid AND (row_of.relkind <> 'c' OR
              pg_catalog.obj_description(row_of.oid, 'pg_class') IS NOT NULL))))
      AND NOT (r.oid IS NOT NULL AND (r.relkind IN ('S', 'i') OR r.relkind = 'c' AND
          pg_catalog.obj_description(r.reltype, 'pg_type') IS NOT NULL))
), uncommented_column AS (
    SELECT pg_catalog.pg_describe_object(m.classid, m.objid, a.attnum) AS object
    FROM member m
    JOIN pg_catalog.pg_class r ON m.classid = 'pg_catalog.pg_class'::regclass AND r.oid = m.objid AND r.relkind IN ('r', 'v', 'm', 'c')
    JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE pg_catalog.col_description(r.oid, a.attnum) IS NULL
), function AS (
    SELECT p.*, l.lanname
    FROM member m
    JOIN pg_catalog.pg_proc p ON m.classid = 'pg_catalog.pg_proc'::regclass AND p.oid = m.objid
    JOIN pg_catalog.pg_language l ON l.oid = p.prolang
)
SELECT 'without a comment: ' || object FROM uncommented
UNION ALL
SELECT 'without a comment: ' || object FROM uncommented_column
UNION ALL
SELECT 'not in schema credit_risk: ' || oid::regprocedure FROM function WHERE pronamespace <> 'credit_risk'::regnamespace
UNION ALL
SELECT 'leakproof: ' || oid::regprocedure FROM function WHERE proleakproof
UNION ALL
SELECT 'search_path is open: ' || oid::regprocedure FROM function
WHERE (lanname = 'plpgsql' OR prosecdef) AND NOT coalesce(proconfig @> ARRAY['search_path=pg_catalog, pg_temp'], false)
UNION ALL
SELECT 'an argument has no name: ' || oid::regprocedure FROM function
WHERE prokind = 'f' AND prorettype <> 'trigger'::regtype AND pronargs > 0
  AND (proargnames IS NULL OR '' = ANY (proargnames[1:pronargs]))
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_aggregate g WHERE function.oid IN (g.aggtransfn, g.aggfinalfn, g.aggcombinefn, g.aggserialfn, g.aggdeserialfn))
ORDER BY 1;
