-- ---------------------------------------------------------------------------------------------------------------------
-- The search for parameters: cross-validation of each combination of a grid.

CREATE FUNCTION credit_risk.parameter_grid(grid jsonb, params jsonb, samples int, seed bigint)
RETURNS TABLE (place bigint, combination jsonb)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE ROWS 20 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    most CONSTANT int := 10000;
    combinations numeric := 1;
    name text;
    choices jsonb;
    found jsonb[] := ARRAY[params];
BEGIN
    IF grid IS NULL OR jsonb_typeof(grid) <> 'object' OR params IS NULL OR jsonb_typeof(params) <> 'object' THEN
        RAISE EXCEPTION '% must be a JSON object', CASE WHEN grid IS NULL OR jsonb_typeof(grid) <> 'object' THEN 'grid' ELSE 'params' END
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Pass choices for each parameter: ''{"max_depth": [4, 8], "trees": [100, 300]}''.';
    END IF;
    IF samples < 1 OR seed IS NULL THEN
        RAISE EXCEPTION '%', CASE WHEN seed IS NULL THEN 'seed must not be NULL' ELSE 'samples must be 1 or greater' END
            USING ERRCODE = 'invalid_parameter_value', HINT = CASE WHEN seed IS NULL THEN 'Pass a whole number.' ELSE 'Leave samples out to try every combination.' END;
    END IF;
    FOR name, choices IN SELECT key, value FROM jsonb_each(grid) ORDER BY key COLLATE "C" LOOP
        IF jsonb_typeof(choices) <> 'array' OR choices = '[]' THEN
            RAISE EXCEPTION 'choices for "%" must be an array of one or more', name USING ERRCODE = 'invalid_parameter_value',
                DETAIL = format('They are %s.', choices), HINT = 'Write a single choice as [4], or put it into params.';
        END IF;
        combinations := combinations * jsonb_array_length(choices);
        IF combinations > most THEN
            RAISE EXCEPTION 'the grid has more than % combinations', most USING ERRCODE = 'program_limit_exceeded',
                HINT = 'Give fewer choices.';
        END IF;
        found := ARRAY(SELECT f.part || jsonb_build_object(name, c.choice)
                         FROM unnest(found) WITH ORDINALITY AS f (part, place), jsonb_array_elements(choices) WITH ORDINALITY AS c (choice, place)
                        ORDER BY f.place, c.place);
    END LOOP;
    RETURN QUERY
        SELECT s.place, s.part FROM (
               SELECT f.place, f.part FROM unnest(found) WITH ORDINALITY AS f (part, place)
                ORDER BY CASE WHEN samples < cardinality(found) THEN sha256(convert_to(seed || ' ' || f.place, 'UTF8')) END, f.place
                LIMIT samples) AS s
         ORDER BY s.place;
END
$$;
COMMENT ON FUNCTION credit_risk.parameter_grid(jsonb, jsonb, int, bigint) IS
'internal: the combinations of a grid, each upon params, in order; with samples so many of them, drawn by the seed. Errors: 22023 not objects of arrays, 54000 more than 10000 combinations';

CREATE FUNCTION credit_risk.try_parameters(query text, target text, algorithm text, params jsonb, path text)
RETURNS TABLE (
    auc double precision, auc_sd double precision, ks double precision, brier double precision, accuracy double precision, f1 double precision,
    folds bigint, seconds double precision, error text
) LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000000 ROWS 1 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    begun CONSTANT timestamptz := clock_timestamp();
BEGIN
    BEGIN
        PERFORM set_config('search_path', path, true); -- the query means what it means to the caller
        SELECT pg_catalog.avg(c.auc), pg_catalog.stddev_pop(c.auc), pg_catalog.avg(c.ks), pg_catalog.avg(c.brier), pg_catalog.avg(c.accuracy),
               pg_catalog.avg(c.f1), pg_catalog.count(*)
          INTO auc, auc_sd, ks, brier, accuracy, f1, folds
          FROM credit_risk.cross_validate(try_parameters.query, try_parameters.target, try_parameters.algorithm, try_parameters.params) AS c;
        PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    EXCEPTION WHEN invalid_parameter_value OR program_limit_exceeded THEN
        error := SQLERRM;
    END;
    seconds := extract(epoch FROM clock_timestamp() - begun);
    RETURN NEXT;
END
$$;
COMMENT ON FUNCTION credit_risk.try_parameters(text, text, text, jsonb, text) IS
'internal: mean figures of cross_validate over the folds, or the error by which these parameters or their memory are refused; path is the search_path of the query';

CREATE FUNCTION credit_risk.search_parameters(
    query text, target text, algorithm text, grid jsonb, params jsonb DEFAULT '{}', samples int DEFAULT NULL, seed bigint DEFAULT 42
) RETURNS TABLE (
    rank bigint, params jsonb, auc double precision, auc_sd double precision, ks double precision, brier double precision, accuracy double precision,
    f1 double precision, folds bigint, seconds double precision, error text
) LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 1000000 ROWS 20
BEGIN ATOMIC
    WITH trial AS MATERIALIZED (
        SELECT g.place, g.combination, t.auc, t.auc_sd, t.ks, t.brier, t.accuracy, t.f1, t.folds, t.seconds, t.error
          FROM credit_risk.parameter_grid($4, $5, $6, $7) AS g
         CROSS JOIN LATERAL credit_risk.try_parameters($1, $2, $3, g.combination, pg_catalog.current_setting('search_path')) AS t)
    SELECT rank() OVER (ORDER BY s.auc DESC NULLS LAST), s.combination, s.auc, s.auc_sd, s.ks, s.brier, s.accuracy, s.f1, s.folds, s.seconds, s.error
      FROM trial AS s
     -- Where all fail, it is by the first one's error.
     WHERE EXISTS (SELECT FROM trial AS t WHERE t.error IS NULL)
        OR (SELECT count(*) FROM credit_risk.cross_validate($1, $2, $3, (SELECT t.combination FROM trial AS t ORDER BY t.place LIMIT 1))) >= 0
     ORDER BY s.auc DESC NULLS LAST, s.place;
END;
COMMENT ON FUNCTION credit_risk.search_parameters(text, text, text, jsonb, jsonb, int, bigint) IS
'Cross-validates each combination of the choices that grid names, such as {"max_depth": [4, 8], "trees": [100, 300]}, upon params, and returns a row for each, the best first: mean figures over the folds, and the time taken; stores nothing. With samples it tries so many combinations, drawn by the seed (random search). The same rows, folds and seed serve every combination. Pass the params of the best to train. A combination that cannot be fitted has the reason in column error and no figures; where none can be, the first one''s error ends the search. query, target, algorithm and errors as for cross_validate. Further errors: 22023 grid or params is not an object, choices are not an array, samples below 1; 54000 more than 10000 combinations';
