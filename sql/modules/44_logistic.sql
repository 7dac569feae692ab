-- ---------------------------------------------------------------------------------------------------------------------
-- Logistic regressions: the table of their coefficients.

CREATE FUNCTION credit_risk.logistic_coefficients(version bigint) RETURNS TABLE (
    place int, term text, feature text, level text, coefficient double precision, standard_error double precision,
    z double precision, p_value double precision, odds_ratio double precision
) LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 30 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    figures jsonb;
BEGIN
    SELECT v.metrics INTO figures FROM credit_risk.model_version v WHERE v.version = logistic_coefficients.version;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'model version % does not exist', coalesce(version::text, 'NULL') USING ERRCODE = 'undefined_object';
    END IF;
    IF figures -> 'coefficients' IS NULL THEN
        RAISE EXCEPTION 'model version % has no table of coefficients', version USING ERRCODE = 'object_not_in_prerequisite_state',
            HINT = 'Name a version that train made with algorithm ''logistic_regression''; a calibrated copy has that of the version it was made from.';
    END IF;
    RETURN QUERY
    SELECT l.place::int, c.term, c.feature, c.level, c.coefficient, c.standard_error, c.z, c.p_value, c.odds_ratio
      FROM jsonb_array_elements(figures -> 'coefficients') WITH ORDINALITY AS l (line, place)
     CROSS JOIN LATERAL jsonb_to_record(l.line) AS c (term text, feature text, level text, coefficient float8, standard_error float8,
           z float8, p_value float8, odds_ratio float8)
     ORDER BY l.place;
END
$$;
COMMENT ON FUNCTION credit_risk.logistic_coefficients(bigint) IS
'The table of a logistic regression that train made, the intercept first, then in feature order: what a term adds to the log-odds of default for one unit more of a number, in a category beside the most frequent one, or where a value is missing (beside the mean of a number, or the most frequent category), and odds_ratio, e to the power of that. standard_error, z and p_value (two-sided) are those of maximum likelihood, NULL where the training had a penalty (params.l1, l2) or weights. level is the category of a term that has one. Errors: 42704 no such version, 55000 a version without such a table';
