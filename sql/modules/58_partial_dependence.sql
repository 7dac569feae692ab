-- ---------------------------------------------------------------------------------------------------------------------
-- Partial dependence: what a model says of the same rows when one feature is set to one value after another.

CREATE FUNCTION credit_risk.dependence_statement(version bigint, rows_of text, feature text, points int) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    features jsonb := (SELECT v.features FROM credit_risk.model_version v WHERE v.version = dependence_statement.version);
    chosen jsonb := (SELECT f FROM jsonb_array_elements(features) AS f WHERE f ->> 'name' = feature);
    columns text := (SELECT string_agg(CASE WHEN f ->> 'name' = feature THEN format('g.value AS %I', feature) ELSE format('r.%I', f ->> 'name') END, ', ' ORDER BY place)
                       FROM jsonb_array_elements(features) WITH ORDINALITY AS e (f, place));
    shares text;
    grid text;
BEGIN
    IF rows_of IS NULL OR feature IS NULL OR points IS NULL THEN
        RAISE EXCEPTION '% must not be NULL', CASE WHEN rows_of IS NULL THEN 'query' WHEN feature IS NULL THEN 'feature' ELSE 'points' END
            USING ERRCODE = 'null_value_not_allowed', HINT = 'Pass a query, and one of the features of the model.';
    END IF;
    IF points < 2 OR points > 1000 THEN
        RAISE EXCEPTION 'points must be between 2 and 1000' USING ERRCODE = 'invalid_parameter_value',
            DETAIL = format('The value is %s.', points), HINT = '20 show the shape of most features.';
    END IF;
    IF chosen IS NULL THEN
        RAISE EXCEPTION 'feature "%" is not one of model version %', feature, version USING ERRCODE = 'undefined_column',
            HINT = 'Column features of credit_risk.model_version lists the features.';
    END IF;
    shares := (SELECT string_agg(((i - 1)::float8 / (points - 1))::text, ', ' ORDER BY i) FROM generate_series(1, points) AS i);
    grid := CASE WHEN chosen ->> 'kind' = 'numeric' THEN format(
        'SELECT DISTINCT u.value FROM (SELECT pg_catalog.percentile_disc(ARRAY[%s]::pg_catalog.float8[]) WITHIN GROUP (ORDER BY r.%I) AS tenths
           FROM r WHERE r.%2$I::pg_catalog.text OPERATOR(pg_catalog.<>) ''NaN'') AS t, LATERAL pg_catalog.unnest(t.tenths) AS u (value)', shares, feature)
        ELSE format('SELECT u.value FROM pg_catalog.unnest(%L::pg_catalog.text[]) AS u (value)', ARRAY(SELECT jsonb_array_elements_text(chosen -> 'categories'))) END;
    RETURN format(
        'WITH r AS MATERIALIZED (SELECT * FROM (%s' || E'\n' || ') AS q), g AS (%s UNION ALL SELECT NULL)
         SELECT pg_catalog.to_jsonb(g.value) OPERATOR(pg_catalog.#>>) ''{}'', pg_catalog.avg(s.p), pg_catalog.percentile_cont(0.1) WITHIN GROUP (ORDER BY s.p),
                pg_catalog.percentile_cont(0.9) WITHIN GROUP (ORDER BY s.p), pg_catalog.count(*)
           FROM g CROSS JOIN LATERAL (SELECT credit_risk.score_version(%L::pg_catalog.int8, x.*) AS p FROM (SELECT %s FROM r) AS x) AS s
          GROUP BY g.value ORDER BY g.value NULLS LAST', rows_of, grid, version, columns);
END
$$;
COMMENT ON FUNCTION credit_risk.dependence_statement(bigint, text, text, int) IS
'internal: the SELECT statement that partial_dependence runs. Errors: 22004 NULL, 22023 points not 2 to 1000, 42703 not a feature of the version';

CREATE FUNCTION credit_risk.dependence_rows(statement text)
RETURNS TABLE (value text, mean_probability double precision, low double precision, high double precision, rows bigint)
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 20 AS 'MODULE_PATHNAME', 'cr_statement_rows';
COMMENT ON FUNCTION credit_risk.dependence_rows(text) IS
'internal: the rows of a statement of dependence_statement, run as the caller with the caller''s search_path; it may only read';

CREATE FUNCTION credit_risk.partial_dependence(version bigint, query text, feature text, points int DEFAULT 20)
RETURNS TABLE (value text, mean_probability double precision, low double precision, high double precision, rows bigint)
LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 1000000 ROWS 20
BEGIN ATOMIC
    SELECT credit_risk.check_evaluation(ARRAY[$1], 0.5);
    SELECT d.value, d.mean_probability, d.low, d.high, d.rows
      FROM credit_risk.dependence_rows(credit_risk.dependence_statement($1, credit_risk.row_query($2), $3, $4)) AS d;
END;
COMMENT ON FUNCTION credit_risk.partial_dependence(bigint, text, text, int) IS
'How a version''s probability moves with one feature (Friedman 2001): for each value, the mean probability of all rows of the query with the feature set to it, and the 10 % and 90 % quantiles over the rows. Values are quantiles of a number''s values in the rows (points of them, fewer where they repeat), all categories of a text, and NULL for missing, last. The query holds the features by name; it runs as the caller and may only read. Cost: rows times points scores. Errors: 42704 no such version, 42703 not a feature of it, 22023 points not 2 to 1000 or not one SELECT statement, 22004 NULL';
