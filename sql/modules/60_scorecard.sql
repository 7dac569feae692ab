-- ---------------------------------------------------------------------------------------------------------------------
-- Bins of a feature, and what they say about the event.

-- Without a search_path of its own, so that the query means what it means to the caller.
CREATE FUNCTION credit_risk.bin_feature(query text, feature text, target text, options jsonb DEFAULT '{}')
RETURNS SETOF credit_risk.woe_bin
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 100000 ROWS 10 AS 'MODULE_PATHNAME', 'cr_bin_feature';
COMMENT ON FUNCTION credit_risk.bin_feature(text, text, text, jsonb) IS
'The bins of one column of a query (a SELECT, or the name of a table or view) that say most about the target: of all partitions that the options allow, that of the greatest information value. One row for each bin that has rows: ranges ascending or categories by their share of events, then special values, missing, and unrecognized (categories rarer than rare_share). Options: max_bins (10), min_share (0.05) of all rows, min_events (1) and min_others (1) in a bin; trend of the share of events: auto (up or down), ascending, descending, peak, valley, none; specials, an array of numbers that are no amounts; prebins (250), rare_share (0), positive. Columns, target and errors as for train: doc/scorecard.md';

CREATE FUNCTION credit_risk.screened_features(query text, target text, options jsonb)
RETURNS TABLE (
    feature text, finding text, missing_share double precision, distinct_values bigint, bins int,
    information_value double precision, auc double precision
) LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000000 ROWS 30 AS 'MODULE_PATHNAME', 'cr_screened_features';
COMMENT ON FUNCTION credit_risk.screened_features(text, text, jsonb) IS
'internal: what screen_features returns, in the order of the columns';

-- Without a search_path of its own, so that the query means what it means to the caller. Bins of one class are allowed: they
-- are what a leak looks like.
CREATE FUNCTION credit_risk.screen_features(query text, target text, options jsonb DEFAULT '{}')
RETURNS TABLE (
    feature text, finding text, missing_share double precision, distinct_values bigint, bins int,
    information_value double precision, auc double precision
) LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 1000000 ROWS 30
BEGIN ATOMIC
    SELECT s.feature, s.finding, s.missing_share, s.distinct_values, s.bins, s.information_value, s.auc
      FROM credit_risk.screened_features($1, $2, '{"min_events": 0, "min_others": 0}'::pg_catalog.jsonb OPERATOR(pg_catalog.||) coalesce($3, '{}')) AS s
     ORDER BY s.information_value DESC, s.feature;
END;
COMMENT ON FUNCTION credit_risk.screen_features(text, text, jsonb) IS
'What each column of a query (a SELECT, or the name of a table or view) is worth alone, the best first, and what is odd about it. finding: suspicious (information value above 0.5 or AUC above 0.98: it may tell of the outcome), strong (information value from 0.3), medium (from 0.1), weak (from 0.02), unpredictive; identifier (texts that hardly ever come twice, or whole numbers that number the rows), constant, empty. bins, information_value and auc are those of bin_feature with the same options, but for min_events and min_others, which are 0 here; a row''s score is then the share of events in its bin. Columns, target and errors as for train, but for columns without any value: doc/scorecard.md';

-- ---------------------------------------------------------------------------------------------------------------------
-- The points of a scorecard.

CREATE FUNCTION credit_risk.scorecard_attributes(content bytea)
RETURNS TABLE (
    feature text, bin int, kind text, label text, lower double precision, upper double precision, categories text[],
    points double precision
) LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 50 AS 'MODULE_PATHNAME', 'cr_scorecard_attributes';
COMMENT ON FUNCTION credit_risk.scorecard_attributes(bytea) IS
'internal: what each bin of each feature is worth in the scorecard of this content. Error: 22023 no scorecard';

CREATE FUNCTION credit_risk.scorecard_sql(content bytea, statement text) RETURNS text
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 1000 AS 'MODULE_PATHNAME', 'cr_scorecard_sql';
COMMENT ON FUNCTION credit_risk.scorecard_sql(bytea, text) IS
'internal: the scorecard of this content as a SELECT over the rows of a statement. Errors: 22023 no scorecard, 42701 a column is named points or credit_score, 42703 a feature is not a column, 42804 a column has another type';

CREATE FUNCTION credit_risk.scorecard_points(version bigint)
RETURNS TABLE (
    feature text, bin int, kind text, label text, lower double precision, upper double precision, categories text[],
    points double precision, rows bigint, events bigint, event_rate double precision, woe double precision
) LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp ROWS 50 AS $$
#variable_conflict use_column
BEGIN
    PERFORM FROM credit_risk.model_version v WHERE v.version = scorecard_points.version;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'model version % does not exist', coalesce(scorecard_points.version::text, 'NULL')
            USING ERRCODE = 'undefined_object', HINT = 'View credit_risk.model_versions lists the versions.';
    END IF;
    RETURN QUERY
        SELECT a.feature, CASE WHEN a.bin > 0 THEN row_number() OVER (PARTITION BY a.feature ORDER BY a.place, t.place)::int END, a.kind,
               CASE WHEN c.shared THEN array_to_string(t.categories, ', ') ELSE a.label END, a.lower, a.upper,
               CASE WHEN c.shared THEN t.categories ELSE a.categories END, a.points, c.rows, c.events,
               CASE WHEN c.rows > 0 THEN coalesce(t.event_rate, c.events / c.rows::float8) END, t.woe
          FROM credit_risk.model_version v
         CROSS JOIN LATERAL credit_risk.scorecard_attributes(v.content) WITH ORDINALITY AS a (
               feature, bin, kind, label, lower, upper, categories, points, place)
          LEFT JOIN LATERAL ROWS FROM (
               jsonb_to_recordset(v.metrics #> ARRAY['scorecard', a.feature, 'bins']) AS (
                   kind text, lower float8, upper float8, categories text[], rows bigint, events bigint, event_rate float8, woe float8)
               ) WITH ORDINALITY AS t (kind, lower, upper, categories, rows, events, event_rate, woe, place)
            ON t.categories && a.categories
               OR (a.categories IS NULL AND t.kind = a.kind AND (t.lower, t.upper) IS NOT DISTINCT FROM (a.lower, a.upper))
         -- the rows of the bin unrecognized are those of its rare categories, which stand in a row of their own
         CROSS JOIN LATERAL (
               SELECT t.categories && a.categories AS shared, CASE WHEN u.unseen THEN 0 ELSE t.rows END AS rows,
                      CASE WHEN u.unseen THEN 0 ELSE t.events END AS events
                 FROM (SELECT a.categories IS NULL AND t.categories <> '{}' AS unseen) AS u) AS c
         WHERE v.version = scorecard_points.version
         ORDER BY a.place, t.place;
END
$$;
COMMENT ON FUNCTION credit_risk.scorecard_points(bigint) IS
'The points of a scorecard: a row for each bin (attribute) of each feature. Exactly one attribute of each feature holds for an applicant, and their points (with those of the row base, where there is one) add up to the score before it is cut to 300 to 850. rows, events, event_rate and woe are those of training (with weights of rows the last two are by weight), NULL for an imported scorecard, of which categories that are worth the same stand in one row. points is NULL where the scorecard refuses such a value. Errors: 42704 no such version, 22023 no scorecard';

CREATE FUNCTION credit_risk.scorecard_source(version bigint, INOUT query text, OUT content bytea)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    SELECT v.content, coalesce(scorecard_source.query, v.training ->> 'query') INTO content, query
      FROM credit_risk.model_version v WHERE v.version = scorecard_source.version;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'model version % does not exist', coalesce(scorecard_source.version::text, 'NULL')
            USING ERRCODE = 'undefined_object', HINT = 'View credit_risk.model_versions lists the versions.';
    END IF;
    IF query IS NULL THEN
        RAISE EXCEPTION 'model version % has no training query', scorecard_source.version
            USING ERRCODE = 'null_value_not_allowed', HINT = 'Pass a query whose rows hold the features.';
    END IF;
END
$$;
COMMENT ON FUNCTION credit_risk.scorecard_source(bigint, text) IS
'internal: the content of a version, and the query or else the one that the version was trained on. Errors: 42704 no such version, 22004 no query';

-- Without a search_path of its own, so that the query means what it means to the caller.
CREATE FUNCTION credit_risk.export_scorecard_sql(version bigint, query text DEFAULT NULL) RETURNS text
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT credit_risk.scorecard_sql(s.content, credit_risk.row_query(s.query)) FROM credit_risk.scorecard_source($1, $2) AS s;
END;
COMMENT ON FUNCTION credit_risk.export_scorecard_sql(bigint, text) IS
'A scorecard as one plain SELECT with CASE, which gives the same points and credit_score as the version does, without the extension. It returns the columns of the query (a SELECT, or the name of a table or view; NULL: the one trained on), points and credit_score. Where the scorecard refuses a value, both are NULL; infinity, which scoring refuses, counts as a large number. Errors: 42704 no such version, 22004 an imported version without a query, 22023 no scorecard, 42701 a column is named points or credit_score, 42703 a feature is not a column, 42804 a column has another type';
