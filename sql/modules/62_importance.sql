-- ---------------------------------------------------------------------------------------------------------------------
-- Which features a model looks at: as its training says, or as its explanations of the rows of a query do.

CREATE FUNCTION credit_risk.importance_version(model text, version bigint, kind text, query text) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    chosen bigint := coalesce(importance_version.version, credit_risk.chosen_version(importance_version.model));
BEGIN
    PERFORM credit_risk.check_evaluation(ARRAY[chosen], 0.5);
    IF kind NOT IN ('gini', 'gain', 'shap') THEN
        RAISE EXCEPTION 'kind "%" does not exist', kind USING ERRCODE = 'invalid_parameter_value', HINT = 'Pass ''gini'', ''gain'' or ''shap''.';
    END IF;
    IF (kind IS NOT DISTINCT FROM 'shap') <> (query IS NOT NULL) THEN
        RAISE EXCEPTION '%', CASE WHEN query IS NULL THEN 'kind "shap" needs a query' ELSE 'only kind "shap" takes a query' END
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Pass kind => ''shap'' and a query whose rows are to be explained.';
    END IF;
    RETURN chosen;
END
$$;
COMMENT ON FUNCTION credit_risk.importance_version(text, bigint, text, text) IS
'internal: the version that feature_importance is about. Errors: 42704 no such model or version, 22023 no model is named, no such kind, a query without shap or the other way round';

CREATE FUNCTION credit_risk.trained_importance(version bigint, kind text) RETURNS TABLE (feature text, importance double precision)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 30 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    figures jsonb;
    shares jsonb;
BEGIN
    IF kind = 'shap' THEN
        RETURN;
    END IF;
    SELECT v.metrics INTO figures FROM credit_risk.model_version v WHERE v.version = trained_importance.version;
    shares := CASE WHEN kind IS NULL THEN coalesce(figures -> 'gini_importance', figures -> 'gain_importance', figures -> 'shap_importance') ELSE figures -> (kind || '_importance') END;
    IF shares IS NULL THEN
        RAISE EXCEPTION 'model version % has no % importance', version, coalesce(kind, 'feature') USING ERRCODE = 'object_not_in_prerequisite_state',
            DETAIL = CASE WHEN figures ? 'gini_importance' THEN 'A random forest has gini importance.' WHEN figures ? 'gain_importance' THEN 'Boosted trees have gain importance.'
                          WHEN figures ? 'shap_importance' THEN 'A logistic regression has the mean |SHAP value| of its training rows: leave kind out.'
                          ELSE 'Its training left none.' END,
            HINT = CASE WHEN (SELECT v.algorithm = 'ensemble' FROM credit_risk.model_version v WHERE v.version = trained_importance.version)
                        THEN 'An ensemble cannot be explained; ask its members.'
                        ELSE 'Pass kind => ''shap'' and a query whose rows are to be explained.' END;
    END IF;
    RETURN QUERY SELECT s.key, s.value::float8 FROM jsonb_each_text(shares) AS s;
END
$$;
COMMENT ON FUNCTION credit_risk.trained_importance(bigint, text) IS
'internal: the importance of features that was measured when a version was trained; no rows for kind shap. Error: 55000 there is none of that kind';

CREATE FUNCTION credit_risk.importance_statement(version bigint, rows_of text) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN format('SELECT f.name, pg_catalog.avg(pg_catalog.abs(u.impact))
                 FROM (SELECT credit_risk.shap_values_of_version(%L::pg_catalog.int8, r.*) AS impacts FROM (%s' || E'\n' || ') AS r) AS s,
                      LATERAL pg_catalog.unnest(s.impacts) WITH ORDINALITY AS u (impact, place)
                 JOIN pg_catalog.unnest(%L::pg_catalog.text[]) WITH ORDINALITY AS f (name, place) USING (place) GROUP BY f.name', version, rows_of,
              (SELECT array_agg(f ->> 'name' ORDER BY place) FROM credit_risk.model_version v, jsonb_array_elements(v.features) WITH ORDINALITY AS e (f, place)
                WHERE v.version = importance_statement.version));
COMMENT ON FUNCTION credit_risk.importance_statement(bigint, text) IS
'internal: the SELECT statement that explains the rows of another and takes the mean |impact| of each feature; NULL for NULL';

CREATE FUNCTION credit_risk.importance_rows(statement text) RETURNS TABLE (feature text, impact double precision)
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 30 AS 'MODULE_PATHNAME', 'cr_statement_rows';
COMMENT ON FUNCTION credit_risk.importance_rows(text) IS
'internal: the rows of a statement of importance_statement, run as the caller with the caller''s search_path; it may only read';

CREATE FUNCTION credit_risk.feature_importance(
    model text DEFAULT NULL, version bigint DEFAULT NULL, kind text DEFAULT NULL, query text DEFAULT NULL
) RETURNS TABLE (rank int, feature text, importance double precision)
LANGUAGE sql VOLATILE PARALLEL UNSAFE ROWS 30
BEGIN ATOMIC
    WITH chosen AS MATERIALIZED (SELECT credit_risk.importance_version($1, $2, $3, $4) AS version),
         shares AS (
             SELECT t.feature, t.importance FROM chosen AS c CROSS JOIN LATERAL credit_risk.trained_importance(c.version, $3) AS t
             UNION ALL
             SELECT r.feature, r.impact / nullif(sum(r.impact) OVER (), 0)
               FROM chosen AS c CROSS JOIN LATERAL credit_risk.importance_rows(credit_risk.importance_statement(c.version, credit_risk.row_query($4))) AS r)
    SELECT (row_number() OVER (ORDER BY s.importance DESC NULLS LAST, s.feature COLLATE "C"))::int, s.feature, s.importance FROM shares AS s ORDER BY 1;
END;
COMMENT ON FUNCTION credit_risk.feature_importance(text, bigint, text, text) IS
'Importance of the features of a model, in all 1. kind gini: how much the splits by each feature purify the classes (random_forest); gain: how much they lower the loss (gradient_boosting); NULL: whichever the training left, of models of terms the mean |SHAP value| over its rows; shap: the mean |SHAP value| over the rows of a query (a SELECT, or the name of a table or view), of any model that can be explained. Of the version named, else of the model''s deployed version, else of its latest; without a model that of setting credit_risk.default_model. Errors: 42704 no such model or version, 55000 the training left no importance of that kind, 22023 no such kind, a query without kind shap or the other way round';
