-- ---------------------------------------------------------------------------------------------------------------------
-- Ensembles: several versions that vote.

CREATE FUNCTION credit_risk.ensemble_content(contents bytea[], weights float8[]) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000000 AS 'MODULE_PATHNAME', 'cr_ensemble_content';
COMMENT ON FUNCTION credit_risk.ensemble_content(bytea[], float8[]) IS
'internal: the ensemble of models in canonical binary form, in that form. Errors: 22023 as in ensemble';

CREATE FUNCTION credit_risk.check_ensemble(versions bigint[], weights float8[]) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF versions IS NULL OR array_ndims(versions) > 1 OR array_ndims(weights) > 1 THEN
        RAISE EXCEPTION 'versions and weights must be lists' USING ERRCODE = 'invalid_parameter_value',
            HINT = 'Pass versions => ''{1,2}'', and weights => ''{2,1}'' or none.';
    ELSIF cardinality(versions) = 0 THEN
        RAISE EXCEPTION 'an ensemble has from 2 to 100 members' USING ERRCODE = 'invalid_parameter_value', DETAIL = 'There are 0.',
            HINT = 'Pass versions => ''{1,2}''.';
    ELSIF weights IS NOT NULL AND cardinality(weights) <> cardinality(versions) THEN
        RAISE EXCEPTION 'weights must be as many as versions' USING ERRCODE = 'invalid_parameter_value',
            DETAIL = format('There are %s of %s.', cardinality(weights), cardinality(versions)), HINT = 'Leave weights out for equal ones.';
    ELSIF cardinality(versions) <> (SELECT count(DISTINCT v) FROM unnest(versions) AS v) AND array_position(versions, NULL) IS NULL THEN
        RAISE EXCEPTION 'a version is named twice' USING ERRCODE = 'invalid_parameter_value', HINT = 'Give it more weight instead.';
    END IF;
    PERFORM credit_risk.check_evaluation(versions, 0.5);
END
$$;
COMMENT ON FUNCTION credit_risk.check_ensemble(bigint[], float8[]) IS 'internal: refuses what ensemble cannot use. Errors: 22023, 42704 no such version';

CREATE FUNCTION credit_risk.ensemble(model text, versions bigint[], weights float8[] DEFAULT NULL) RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 1000000
BEGIN ATOMIC
    SELECT credit_risk.check_ensemble($2, $3);
    SELECT credit_risk.register_version($1, credit_risk.ensemble_content(m.contents, m.weights), NULL,
               pg_catalog.jsonb_build_object('algorithm', 'ensemble', 'members', m.members), 'ensemble')
      FROM (SELECT pg_catalog.array_agg(v.content ORDER BY u.place) AS contents,
                   pg_catalog.array_agg(coalesce(u.weight, CASE WHEN $3 IS NULL THEN 1::float8 ELSE 'NaN'::float8 END) ORDER BY u.place) AS weights,
                   pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('version', v.version, 'model', v.model,
                       'weight', CASE WHEN $3 IS NULL THEN 1::float8 ELSE u.weight END,
                       'sha256', pg_catalog.encode(v.content_sha256, 'hex')) ORDER BY u.place) AS members
              FROM ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3)) WITH ORDINALITY AS u (version, weight, place)
              JOIN credit_risk.model_version AS v ON v.version OPERATOR(pg_catalog.=) u.version) AS m;
END;
COMMENT ON FUNCTION credit_risk.ensemble(text, bigint[], float8[]) IS
'Stores an ensemble of versions as a new version of a model, and returns its number: a candidate, to evaluate, approve and deploy. Its probability is the weighted mean (soft voting) of those of the versions, each with its calibration; weights are positive, equal where left out. It needs all features that one of them needs, by name, and lives on its own: the versions are in it. It cannot be explained, as a mean of probabilities is no sum of what features add; explain its members. Errors: 42704 no such version, 22023 fewer than two or more than 100 versions, one named twice or an ensemble itself, a weight that is not positive, a feature that is a number for one and text for another';
