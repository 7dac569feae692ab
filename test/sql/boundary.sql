-- The boundary between the server and the core: an exception of the core is an ERROR with all its parts, and leaves nothing.
\set VERBOSITY terse
CREATE FUNCTION pg_temp.error_of(statement text, OUT state text, OUT message text, OUT detail text, OUT hint text)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
END
$$;
\set constant '{"format": "credit_risk.model.v1", "algorithm": "constant", "link": "identity", "average": false, "precision": "f64", "base_margin": 0, "features": [{"name": "x", "kind": "numeric"}], "trees": [{"feature": [-1], "left": [-1], "right": [-1], "threshold": [0], "value": [0.5], "cover": [1]}]}'
SELECT credit_risk.import_model('boundary', 'credit_risk.model.v1', :'constant') AS version \gset
SELECT credit_risk.approve(:version) > 0 AS approved, credit_risk.deploy(:version) > 0 AS deployed;

-- each kind of error of the core has its SQLSTATE, DETAIL and HINT
SELECT * FROM pg_temp.error_of($$SELECT credit_risk.canonical_content('credit_risk.model.v1', '{"format": "credit_risk.model.v1", "surprise": 1}')$$);
SELECT * FROM pg_temp.error_of($$SELECT credit_risk.canonical_content('pickle', '')$$);
SELECT * FROM pg_temp.error_of($$SELECT credit_risk.probability_of_default(ARRAY['Infinity'::float8], 'boundary')$$);
SELECT state, message, detail FROM pg_temp.error_of($$SELECT credit_risk.model_json(decode('43524d4f44454c01', 'hex'))$$);
SELECT state, message, detail FROM pg_temp.error_of($$SELECT credit_risk.model_json('')$$);
-- a message longer than the buffer it crosses in is cut, not overrun
SELECT state, length(message) < 512 AS fits, length(detail) < 1024 AS fits FROM pg_temp.error_of(format($$SELECT credit_risk.canonical_content(%L, '')$$, repeat('x', 5000)));
-- truncated and altered content: an error or a model, never anything else
SELECT state, count(*) > 0 AS some FROM credit_risk.model_version v, generate_series(0, length(v.content) - 1) AS size,
       LATERAL pg_temp.error_of(format('SELECT credit_risk.model_summary(%L::bytea)', substr(v.content, 1, size))) e
 WHERE v.version = :version GROUP BY state ORDER BY state;
SELECT state IN ('22000', '54000') OR state IS NULL AS expected, count(*) > 0 AS some
  FROM credit_risk.model_version v, generate_series(0, length(v.content) - 1) AS place, unnest(ARRAY[0, 1, 127, 128, 255]) AS byte,
       LATERAL pg_temp.error_of(format('SELECT credit_risk.model_summary(%L::bytea)', set_byte(v.content, place, byte))) e
 WHERE v.version = :version GROUP BY 1 ORDER BY 1;

-- 20,000 caught errors, of three kinds, leave the backend's memory as it was
CREATE FUNCTION pg_temp.catch_errors(count int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    caught int := 0;
BEGIN
    FOR i IN 1..count LOOP
        BEGIN
            CASE i % 3
            WHEN 0 THEN PERFORM credit_risk.canonical_content('credit_risk.model.v1', '{"format": "credit_risk.model.v1", "surprise": [1, 2, 3]}');
            WHEN 1 THEN PERFORM credit_risk.probability_of_default(ARRAY['Infinity'::float8], 'boundary');
            ELSE PERFORM credit_risk.probability_of_default('{"y": 1}'::jsonb, 'boundary');
            END CASE;
        EXCEPTION WHEN data_exception OR undefined_column THEN
            caught := caught + 1;
        END;
    END LOOP;
    RETURN caught;
END
$$;
CREATE FUNCTION pg_temp.context_bytes() RETURNS bigint LANGUAGE sql AS $$SELECT sum(total_bytes)::bigint FROM pg_backend_memory_contexts$$;
SELECT pg_temp.catch_errors(300) AS warmed_up;
SELECT pg_temp.context_bytes() AS before \gset
SELECT pg_temp.context_bytes() AS before \gset
SELECT pg_temp.catch_errors(20000) AS caught;
SELECT pg_temp.context_bytes() - :before < 65536 AS memory_is_as_before;
-- one expression of a long transaction, with a look-up of the version and a changing record type each time
CREATE TABLE counted (n int);
CREATE FUNCTION pg_temp.score_often(count int) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    total float8 := 0;
    before bigint;
    narrow record;
    wide record;
BEGIN
    SELECT 1 AS x INTO narrow;
    SELECT 2 AS y, 1 AS x INTO wide;
    FOR i IN 1..count LOOP
        IF i <= 100 THEN
            before := pg_temp.context_bytes();
        END IF;
        INSERT INTO counted VALUES (i);
        total := total + credit_risk.probability_of_default(CASE WHEN i % 2 = 0 THEN narrow ELSE wide END, 'boundary');
    END LOOP;
    RAISE NOTICE 'memory is as before: %', pg_temp.context_bytes() - before < 262144;
    RETURN total;
END
$$;
SELECT pg_temp.score_often(5000);
DROP TABLE counted;
-- and the session scores as before
SELECT credit_risk.probability_of_default(ARRAY[1.0], 'boundary');

-- inputs at the edge of what they can be
SELECT credit_risk.probability_of_default(ARRAY[x], 'boundary') FROM unnest(ARRAY[0, '-0'::float8, 'NaN', 1e308, -1e308, 5e-324, NULL]) AS x;
SELECT state, message FROM pg_temp.error_of($$SELECT credit_risk.probability_of_default(array_fill(1::float8, ARRAY[10000000]), 'boundary')$$);
SELECT state, message FROM pg_temp.error_of($$SELECT credit_risk.probability_of_default('[2:2]={1}'::float8[], 'boundary')$$);
SELECT state, message FROM pg_temp.error_of($$SELECT credit_risk.probability_of_default(ARRAY[1.0], '')$$);
SELECT state, left(message, 20) AS message FROM pg_temp.error_of($$SELECT credit_risk.probability_of_default(ARRAY[1.0], repeat('x', 100000))$$);
SELECT state, message FROM pg_temp.error_of($$SELECT credit_risk.probability_of_default(ROW(), 'boundary')$$);
SELECT state, message FROM pg_temp.error_of($$SELECT credit_risk.score_version(9223372036854775807, ARRAY[1.0])$$);
