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

CREATE FUNCTION credit_risk.search_parameters(
    query text, target text, algorithm text, grid jsonb, params jsonb DEFAULT '{}', samples int DEFAULT NULL, seed bigint DEFAULT 42
) RETURNS TABLE (
    rank bigint, params jsonb, auc double precision, auc_sd double precision, ks double precision, brier double precision, accuracy double precision,
    f1 double precision, folds bigint, seconds double precision
) LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 1000000 ROWS 20
BEGIN ATOMIC
    SELECT rank() OVER (ORDER BY s.auc DESC NULLS LAST), s.combination, s.auc, s.auc_sd, s.ks, s.brier, s.accuracy, s.f1, s.folds, s.seconds
      FROM (SELECT g.place, g.combination, avg(v.auc) AS auc, stddev_pop(v.auc) AS auc_sd, avg(v.ks) AS ks, avg(v.brier) AS brier, avg(v.accuracy) AS accuracy,
                   avg(v.f1) AS f1, count(*) AS folds,
                   extract(epoch FROM max(v.ended) - min(v.begun))::float8 AS seconds
              FROM credit_risk.parameter_grid($4, $5, $6, $7) AS g
             CROSS JOIN LATERAL (
                   SELECT b.begun, clock_timestamp() AS ended, c.auc, c.ks, c.brier, c.accuracy, c.f1
                     FROM (SELECT clock_timestamp() AS begun, g.combination AS params OFFSET 0) AS b
                    CROSS JOIN LATERAL credit_risk.cross_validate($1, $2, $3, b.params) AS c) AS v
             GROUP BY g.place, g.combination) AS s
     ORDER BY s.auc DESC NULLS LAST, s.place;
END;
COMMENT ON FUNCTION credit_risk.search_parameters(text, text, text, jsonb, jsonb, int, bigint) IS
'Cross-validates each combination of the choices that grid names, such as {"max_depth": [4, 8], "trees": [100, 300]}, upon params, and returns a row for each, the best first: mean figures over the folds, and the time taken; stores nothing. With samples it tries so many combinations, drawn by the seed (random search). The same rows, folds and seed serve every combination. Pass the params of the best to train. query, target, algorithm and errors as for cross_validate; the context of an error tells the combination. Further errors: 22023 grid or params is not an object, choices are not an array, samples below 1; 54000 more than 10000 combinations';
