-- ---------------------------------------------------------------------------------------------------------------------
-- How good a model version is on the rows of a query, alone and beside others.

CREATE TYPE credit_risk.evaluation AS (
    model text,
    version bigint,
    algorithm text,
    rows bigint,
    skipped_rows bigint,
    positives bigint,
    mean_probability double precision,
    auc double precision,
    auc_low double precision,
    auc_high double precision,
    gini double precision,
    ks double precision,
    average_precision double precision,
    brier double precision,
    log_loss double precision,
    threshold double precision,
    accuracy double precision,
    "precision" double precision,
    recall double precision,
    f1 double precision,
    true_positives bigint,
    false_positives bigint,
    true_negatives bigint,
    false_negatives bigint
);
COMMENT ON TYPE credit_risk.evaluation IS 'what evaluate returns: how good a version is on the rows of a query';
COMMENT ON COLUMN credit_risk.evaluation.model IS 'name of the model';
COMMENT ON COLUMN credit_risk.evaluation.version IS 'the version measured';
COMMENT ON COLUMN credit_risk.evaluation.algorithm IS 'what the model is, such as random_forest';
COMMENT ON COLUMN credit_risk.evaluation.rows IS 'rows of the query with a target, and a weight where there are weights';
COMMENT ON COLUMN credit_risk.evaluation.skipped_rows IS 'rows of the query left out because their target or weight is NULL';
COMMENT ON COLUMN credit_risk.evaluation.positives IS 'rows whose target is 1';
COMMENT ON COLUMN credit_risk.evaluation.mean_probability IS 'mean predicted probability; close to positives / rows where the model is calibrated';
COMMENT ON COLUMN credit_risk.evaluation.auc IS 'area under the ROC curve; NULL where all rows are of one class';
COMMENT ON COLUMN credit_risk.evaluation.auc_low IS 'lower end of its 95 % interval (DeLong); NULL with weights';
COMMENT ON COLUMN credit_risk.evaluation.auc_high IS 'upper end of its 95 % interval (DeLong); NULL with weights';
COMMENT ON COLUMN credit_risk.evaluation.gini IS '2 auc - 1';
COMMENT ON COLUMN credit_risk.evaluation.ks IS 'Kolmogorov-Smirnov distance between the classes';
COMMENT ON COLUMN credit_risk.evaluation.average_precision IS 'area under the precision-recall curve';
COMMENT ON COLUMN credit_risk.evaluation.brier IS 'mean squared distance of probability and outcome; 0 is perfect';
COMMENT ON COLUMN credit_risk.evaluation.log_loss IS 'mean negative log-likelihood; 0 is perfect';
COMMENT ON COLUMN credit_risk.evaluation.threshold IS 'a row counts as predicted positive above this probability';
COMMENT ON COLUMN credit_risk.evaluation.accuracy IS 'share of the rows predicted right';
COMMENT ON COLUMN credit_risk.evaluation."precision" IS 'share of the rows predicted positive that are; NULL when none is predicted';
COMMENT ON COLUMN credit_risk.evaluation.recall IS 'share of the positive rows predicted positive';
COMMENT ON COLUMN credit_risk.evaluation.f1 IS 'harmonic mean of precision and recall';
COMMENT ON COLUMN credit_risk.evaluation.true_positives IS 'positive rows predicted positive';
COMMENT ON COLUMN credit_risk.evaluation.false_positives IS 'negative rows predicted positive';
COMMENT ON COLUMN credit_risk.evaluation.true_negatives IS 'negative rows predicted negative';
COMMENT ON COLUMN credit_risk.evaluation.false_negatives IS 'positive rows predicted negative';

CREATE FUNCTION credit_risk.row_query(query text) RETURNS text
LANGUAGE c STABLE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'cr_row_query';
COMMENT ON FUNCTION credit_risk.row_query(text) IS
'internal: the SELECT statement that a query argument stands for (itself, or all of a table or view), without a closing semicolon. Errors: 22023 not one SELECT statement that only reads, 42P01 no such relation';

CREATE FUNCTION credit_risk.row_query(query text, column_name text, role text) RETURNS text
LANGUAGE c STABLE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'cr_row_query_with_column';
COMMENT ON FUNCTION credit_risk.row_query(text, text, text) IS
'internal: the same of a query that must have a column, which plays a role such as target. Further error: 42703 it has none';

CREATE FUNCTION credit_risk.is_event(target "any") RETURNS boolean
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_is_event';
COMMENT ON FUNCTION credit_risk.is_event("any") IS
'internal: whether a target, boolean or 0 and 1 in a numeric type, is the event; NULL for NULL. Errors: 42804 another type, 22023 another number';

CREATE FUNCTION credit_risk.chosen_version(model text) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    wanted text := coalesce(chosen_version.model, nullif(current_setting('credit_risk.default_model', true), ''));
    chosen bigint;
BEGIN
    IF wanted IS NULL THEN
        RAISE EXCEPTION 'no model is named' USING ERRCODE = 'invalid_parameter_value',
            HINT = 'Pass a model or a version, or set credit_risk.default_model.';
    END IF;
    SELECT coalesce((SELECT d.version FROM credit_risk.deployment d WHERE d.model = wanted), max(v.version))
      INTO chosen FROM credit_risk.model_version v WHERE v.model = wanted;
    IF chosen IS NULL THEN
        RAISE EXCEPTION 'model "%" does not exist', wanted USING ERRCODE = 'undefined_object',
            HINT = 'View credit_risk.models lists the models.';
    END IF;
    RETURN chosen;
END
$$;
COMMENT ON FUNCTION credit_risk.chosen_version(text) IS
'internal: the deployed version of a model, else its latest; NULL: of setting credit_risk.default_model. Errors: 22023 no model is named, 42704 no such model';

CREATE FUNCTION credit_risk.check_evaluation(versions bigint[], threshold double precision)
RETURNS void LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    missing bigint;
BEGIN
    IF threshold IS NULL THEN
        RAISE EXCEPTION 'threshold must not be NULL' USING ERRCODE = 'null_value_not_allowed',
            HINT = 'Pass a probability, such as 0.5.';
    END IF;
    SELECT v INTO missing FROM unnest(versions) v
     WHERE NOT EXISTS (SELECT FROM credit_risk.model_version m WHERE m.version = v) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'model version % does not exist', coalesce(missing::text, 'NULL') USING ERRCODE = 'undefined_object',
            HINT = 'View credit_risk.model_versions lists the versions.';
    END IF;
END
$$;
COMMENT ON FUNCTION credit_risk.check_evaluation(bigint[], double precision) IS
'internal: refuses what evaluate and compare_models cannot use. Errors: 22004 threshold is NULL, 42704 no such version';

CREATE FUNCTION credit_risk.compared_versions(models text[], versions bigint[]) RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    compared bigint[] := ARRAY(SELECT credit_risk.chosen_version(u.model) FROM unnest(models) WITH ORDINALITY AS u (model, place) ORDER BY place)
        || ARRAY(SELECT unnest(versions));
BEGIN
    IF cardinality(compared) = 0 THEN
        RAISE EXCEPTION 'no model is named' USING ERRCODE = 'invalid_parameter_value',
            HINT = 'Pass models, or versions => ''{1,2}''.';
    END IF;
    RETURN compared;
END
$$;
COMMENT ON FUNCTION credit_risk.compared_versions(text[], bigint[]) IS
'internal: the versions that compare_models compares. Errors: 22023 there are none, 42704 no such model';

CREATE FUNCTION credit_risk.scoring_statement(
    versions bigint[], rows_of text, target text, positive text, scorer text DEFAULT 'score_version', weight text DEFAULT NULL
) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    label text := CASE WHEN positive IS NULL THEN 'credit_risk.is_event(r.%1$I)' ELSE 'r.%1$I::pg_catalog.text OPERATOR(pg_catalog.=) %2$L' END;
    scores text := (SELECT string_agg(format('credit_risk.%I(%L::pg_catalog.int8, r.*)', scorer, v), ', ' ORDER BY place)
                      FROM unnest(versions) WITH ORDINALITY AS u (v, place));
BEGIN
    IF rows_of IS NULL OR coalesce(target, '') = '' THEN
        RAISE EXCEPTION '% is not given', CASE WHEN target IS NULL THEN 'target' ELSE 'query' END
            USING ERRCODE = CASE WHEN target = '' THEN 'undefined_column' ELSE 'null_value_not_allowed' END,
                  HINT = 'Pass a query, and the name of its column that holds the outcome.';
    END IF;
    IF weight IS NOT NULL THEN
        scores := format('%s, r.%I', scores, weight);
    END IF;
    RETURN format('SELECT ' || label || ', ARRAY[%3$s]::pg_catalog.float8[] FROM (%4$s' || E'\n' || ') AS r',
                  target, positive, scores, rows_of);
END
$$;
COMMENT ON FUNCTION credit_risk.scoring_statement(bigint[], text, text, text, text, text) IS
'internal: the SELECT statement that scores the rows of another: whether the target is the event (or equals positive), and the probability that each version gives (or what function scorer says), then the weight, if a column of it is named. Errors: 22004 NULL, 42703 target is empty';

CREATE FUNCTION credit_risk.weighed_query(query text, target text, weight text) RETURNS text LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT credit_risk.row_query($1, $3, 'weight') WHERE $3 IS NOT NULL;
    SELECT credit_risk.row_query($1, $2, 'target');
END;
COMMENT ON FUNCTION credit_risk.weighed_query(text, text, text) IS
'internal: row_query of a query that must have a column for the target and, if it is named, for the weight';

CREATE FUNCTION credit_risk.scored_rows(statement text)
RETURNS TABLE (label boolean, probabilities double precision[])
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 10000 AS 'MODULE_PATHNAME', 'cr_statement_rows';
COMMENT ON FUNCTION credit_risk.scored_rows(text) IS
'internal: the rows of a statement of scoring_statement, run as the caller with the caller''s search_path; it may only read';

CREATE FUNCTION credit_risk.evaluations(
    versions bigint[], query text, target text, threshold double precision, positive text, resamples int, seed bigint,
    weight text DEFAULT NULL
) RETURNS TABLE (
    place bigint, evaluation credit_risk.evaluation, to_first credit_risk.auc_comparison, ks credit_risk.interval_estimate,
    brier credit_risk.interval_estimate
) LANGUAGE sql VOLATILE PARALLEL UNSAFE ROWS 2
BEGIN ATOMIC
    WITH scored AS MATERIALIZED (SELECT s.label, s.probabilities
                      FROM credit_risk.scored_rows(credit_risk.scoring_statement($1, credit_risk.weighed_query($2, $3, $8), $3, $5, weight => $8)) AS s)
    SELECT v.place,
           ROW(m.model, m.version, m.algorithm, f.rows, f.skipped_rows, f.positives, f.mean_probability, f.auc,
               (f.area).low, (f.area).high, f.gini, f.ks, f.average_precision, f.brier, f.log_loss, $4, f.accuracy, f."precision",
               f.recall, f.f1, f.true_positives, f.predicted - f.true_positives,
               f.rows - f.positives - f.predicted + f.true_positives, f.positives - f.true_positives)::credit_risk.evaluation,
           f.to_first, f.ks_interval, f.brier_interval
      FROM unnest($1) WITH ORDINALITY AS v (version, place)
      JOIN credit_risk.model_version AS m ON m.version = v.version
     CROSS JOIN LATERAL (
           SELECT count(r.label) AS rows, count(*) - count(r.label) AS skipped_rows, count(*) FILTER (WHERE r.label) AS positives,
                  (credit_risk.calibration_table(r.label, r.p, 1, 'width', r.w))[1].mean_predicted AS mean_probability,
                  credit_risk.roc_auc(r.label, r.p, r.w) AS auc, credit_risk.auc_interval(r.label, r.p) FILTER (WHERE $8 IS NULL) AS area,
                  credit_risk.gini(r.label, r.p, r.w) AS gini,
                  credit_risk.ks_statistic(r.label, r.p, r.w) AS ks, credit_risk.average_precision(r.label, r.p, r.w) AS average_precision,
                  credit_risk.brier_score(r.label, r.p, r.w) AS brier, credit_risk.log_loss(r.label, r.p, r.w) AS log_loss,
                  credit_risk.accuracy(r.label, r.p, $4, r.w) AS accuracy, credit_risk."precision"(r.label, r.p, $4, r.w) AS "precision",
                  credit_risk.recall(r.label, r.p, $4, r.w) AS recall, credit_risk.f1(r.label, r.p, $4, r.w) AS f1,
                  count(r.label) FILTER (WHERE r.p > $4) AS predicted, count(*) FILTER (WHERE r.label AND r.p > $4) AS true_positives,
                  credit_risk.auc_difference(r.label, r.p, r.first) FILTER (WHERE v.place > 1) AS to_first,
                  credit_risk.bootstrap_interval(r.label, r.p, 'ks_statistic', $6, $7) FILTER (WHERE $6 <> 0) AS ks_interval,
                  credit_risk.bootstrap_interval(r.label, r.p, 'brier_score', $6, $7) FILTER (WHERE $6 <> 0) AS brier_interval
             FROM (SELECT CASE WHEN w.weight IS NOT NULL THEN s.label END AS label, s.probabilities[v.place::int] AS p, s.probabilities[1] AS first,
                          w.weight AS w
                     FROM scored AS s
                    CROSS JOIN LATERAL (SELECT CASE WHEN $8 IS NULL THEN 1 ELSE s.probabilities[cardinality($1) + 1] END AS weight) AS w) AS r) AS f
     ORDER BY v.place;
END;
COMMENT ON FUNCTION credit_risk.evaluations(bigint[], text, text, double precision, text, int, bigint, text) IS
'internal: what evaluate and compare_models return, for each of the versions in their order';

CREATE FUNCTION credit_risk.evaluate(
    version bigint, query text, target text, threshold double precision DEFAULT 0.5, positive text DEFAULT NULL, weight text DEFAULT NULL
) RETURNS credit_risk.evaluation LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 1000000
BEGIN ATOMIC
    SELECT credit_risk.check_evaluation(ARRAY[$1], $4);
    SELECT e.evaluation FROM credit_risk.evaluations(ARRAY[$1], $2, $3, $4, $5, 0, 0, $6) AS e;
END;
COMMENT ON FUNCTION credit_risk.evaluate(bigint, text, text, double precision, text, text) IS
'How good a model version, deployed or not, is on the rows of a query (a SELECT, or the name of a table or view), which holds the features of the model by name and the target: ranking with a DeLong interval, calibration, and decisions at a threshold (an event is predicted above it). target is the column with the outcome: boolean, or 0 and 1, or anything of which positive is the event. weight names a column that says how many rows each stands for (0 or more): all figures but the counts of rows are by weight then, and auc has no interval. Rows whose target or weight is NULL are left out and counted. The query runs as the caller and may only read; measure on rows that the model was not trained on. Figures that one class or no rows leave undefined are NULL. Errors: 42704 no such version, 42703 no such column, 42804 target of another type, 22023 target of other values, not one SELECT statement, or a threshold that is not finite, 22004 query, target or threshold is NULL';

CREATE FUNCTION credit_risk.evaluate(
    model text, query text, target text, threshold double precision DEFAULT 0.5, positive text DEFAULT NULL, weight text DEFAULT NULL
) RETURNS credit_risk.evaluation LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 1000000
RETURN credit_risk.evaluate(credit_risk.chosen_version($1), $2, $3, $4, $5, $6);
COMMENT ON FUNCTION credit_risk.evaluate(text, text, text, double precision, text, text) IS
'The same of a model''s deployed version, else of its latest; model NULL: setting credit_risk.default_model. Further errors: 42704 no such model, 22023 no model is named';

CREATE FUNCTION credit_risk.compare_models(
    query text, target text, models text[] DEFAULT '{}', versions bigint[] DEFAULT '{}', threshold double precision DEFAULT 0.5,
    positive text DEFAULT NULL, resamples int DEFAULT 1000, seed bigint DEFAULT 42
) RETURNS TABLE (
    model text, version bigint, algorithm text, rows bigint, positives bigint, auc double precision, auc_low double precision,
    auc_high double precision, auc_difference double precision, auc_difference_low double precision,
    auc_difference_high double precision, auc_p_value double precision, ks double precision, ks_low double precision,
    ks_high double precision, brier double precision, brier_low double precision, brier_high double precision,
    log_loss double precision, accuracy double precision, "precision" double precision, recall double precision, f1 double precision
) LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 1000000 ROWS 3
BEGIN ATOMIC
    SELECT credit_risk.check_evaluation(credit_risk.compared_versions($3, $4), $5);
    SELECT (e.evaluation).model, (e.evaluation).version, (e.evaluation).algorithm, (e.evaluation).rows, (e.evaluation).positives,
           (e.evaluation).auc, (e.evaluation).auc_low, (e.evaluation).auc_high, (e.to_first).difference, (e.to_first).low,
           (e.to_first).high, (e.to_first).p_value, (e.evaluation).ks, (e.ks).low, (e.ks).high, (e.evaluation).brier, (e.brier).low,
           (e.brier).high, (e.evaluation).log_loss, (e.evaluation).accuracy, (e.evaluation)."precision", (e.evaluation).recall,
           (e.evaluation).f1
      FROM credit_risk.evaluations(credit_risk.compared_versions($3, $4), $1, $2, $5, $6, $7, $8) AS e
     ORDER BY e.place;
END;
COMMENT ON FUNCTION credit_risk.compare_models(text, text, text[], bigint[], double precision, text, int, bigint) IS
'How good several models are on the same rows, one row each: first the models (their deployed versions, else their latest), then the versions, in the order given. Figures as evaluate returns them; auc_difference is the auc of the row less that of the first row, with its 95 % interval and the p-value of DeLong''s test; ks and brier have 95 % intervals of the bootstrap of so many resamples from the seed (resamples 0: none). query, target, threshold, positive and errors as for evaluate. Further errors: 22023 no model is named; resamples other than 0 or 2 to 100000; a negative seed';
