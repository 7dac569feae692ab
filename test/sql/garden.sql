-- Every function of the schema with every boundary value in every argument: an error of a user's class or a plain answer, never an internal error.
SET client_min_messages = error;
SELECT credit_risk.create_lending_schema('garden');
SELECT customers, applications FROM credit_risk.generate_portfolio(60, 90, as_of => '2026-03-31', schema => 'garden');
SELECT model, algorithm FROM credit_risk.train('garden', 'SELECT * FROM garden.training_set', 'high_risk', params => '{"trees": 3, "folds": 2, "allow_protected": true}');
SELECT max(version) AS version FROM credit_risk.model_versions WHERE model = 'garden' \gset
SELECT credit_risk.deploy(credit_risk.approve(:version)) = :version AS is_deployed;
SELECT set_config('garden.version', :'version', false) = :'version' AS is_set;

-- Expressions to pass, by type; the first of a type stands in the other arguments. NULL is added for every type.
CREATE TEMP TABLE boundary (type text, number int, expression text);
INSERT INTO boundary SELECT type, number, expression FROM (VALUES
  ('integer', ARRAY['12', '0', '-1', '2147483647', '-2147483648']),
  ('bigint', ARRAY[current_setting('garden.version'), '0', '-1', '9223372036854775807', '-9223372036854775808']),
  ('numeric', ARRAY['100000', '0', '-1', '1e-30', '1e40', '1e130000', 'NaN', 'Infinity', '-Infinity', '99999999999999.99']),
  ('double precision', ARRAY['0.5', '0', '-0', '-1', '1e308', '1e-320', 'NaN', 'Infinity', '-Infinity']),
  ('boolean', ARRAY['true', 'false']),
  ('date', ARRAY['2024-01-31', 'infinity', '-infinity', '4713-01-01 BC', '5874897-12-31', '1999-12-31']),
  ('text', ARRAY['garden', '', 'no such thing', repeat('x', 100000), 'pg_catalog', E'a"''b;--%s$1\n', 'random_forest', 'high_risk']),
  ('jsonb', ARRAY['{}', '[]', 'null', '"x"', '1', '{"trees": -1}', '{"folds": 0, "nope": 1}', '{"trees": 1e30}', '{"a": {"b": [1]}}']),
  ('bytea', ARRAY['', '\x00', '\x4352']),
  ('double precision[]', ARRAY['{1}', '{}', '{NaN,Infinity}', '{{1,2},{3,4}}', '[-3:-2]={1,2}', '{NULL}']),
  ('bigint[]', ARRAY['{1}', '{}', '{NULL}', '{1,1}', '{{1}}']),
  ('integer[]', ARRAY['{12}', '{}', '{NULL}', '{-5}', '{2147483647}', '{1,2}']),
  ('numeric[]', ARRAY['{10000}', '{}', '{NULL}', '{NaN}', '{Infinity}', '{-1}', '{1e30}', '{1,2,3}']),
  ('date[]', ARRAY['{2024-01-31}', '{}', '{NULL}', '{infinity}', '{-infinity}', '{5874897-12-31}', '{2024-01-31,2023-01-31}']),
  ('text[]', ARRAY['{a}', '{}', '{NULL}', '{{a}}']), ('boolean[]', ARRAY['{t}', '{}', '{NULL}']),
  ('regrole', ARRAY[current_user::text, '0'])) v(type, literals),
  LATERAL (SELECT number, format('%L::%s', literal, type) AS expression FROM unnest(literals) WITH ORDINALITY l(literal, number)) e;
INSERT INTO boundary VALUES
  ('record', 1, '(SELECT f FROM garden.application_features f ORDER BY application_id LIMIT 1)'), ('record', 2, 'ROW()'), ('record', 3, 'ROW(1, 2)'),
  ('record', 4, '(SELECT f FROM (SELECT NULL::text AS age, ''x''::text AS loan_amount) f)'),
  ('jsonb', 20, '(SELECT to_jsonb(f) FROM garden.application_features f ORDER BY application_id LIMIT 1)'),
  ('jsonb', 21, '(SELECT to_jsonb(f) || ''{"age": 1e400}'' FROM garden.application_features f ORDER BY application_id LIMIT 1)'),
  ('jsonb', 22, '(SELECT to_jsonb(f) || ''{"age": {"a": []}}'' FROM garden.application_features f ORDER BY application_id LIMIT 1)'),
  ('double precision[]', 20, 'array_fill(1::float8, ARRAY[28])'), ('double precision[]', 21, 'array_fill(''Infinity''::float8, ARRAY[28])'),
  ('bytea', 20, '(SELECT content FROM credit_risk.model_version WHERE model = ''garden'')'),
  ('bytea', 21, '(SELECT substr(content, 1, length(content) / 2) FROM credit_risk.model_version WHERE model = ''garden'')');
INSERT INTO boundary SELECT DISTINCT type, 100, 'NULL::' || type FROM boundary;
-- What arguments of these names hold in the calls that vary another one.
CREATE TEMP TABLE usual (name text, expression text);
INSERT INTO usual SELECT name, quote_literal(value) FROM (VALUES
  ('rounding', 'half_up'), ('interest_rounding', 'half_up'), ('day_count', '30/360'), ('on_zero', 'error'), ('basis', 'month'), ('rule_set', 'rbi_iracp_2025'),
  ('query', 'SELECT * FROM garden.training_set'), ('target', 'high_risk'), ('algorithm', 'random_forest'), ('params', '{"trees": 2, "folds": 2}'),
  ('access', 'score'), ('origin', 'import'), ('format', 'credit_risk.model.v1'), ('annual_rate', '9.5'), ('approve_below', '0.3')) v(name, value);

CREATE TEMP TABLE outcome (function regproc, state text, answer text);
CREATE FUNCTION pg_temp.try(function regproc, arguments text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  reached text := '00000';
  found_answer text;
BEGIN
  BEGIN
    EXECUTE format('SELECT string_agg(f::text, '','') FROM (SELECT %s(%s) AS f LIMIT 5) s', function, array_to_string(arguments, ', ')) INTO found_answer;
    RAISE EXCEPTION 'undo' USING ERRCODE = 'ZZ000';
  EXCEPTION WHEN OTHERS THEN
    reached := SQLSTATE;
  END;
  INSERT INTO outcome VALUES (function, reached, found_answer);
END
$$;
CREATE FUNCTION pg_temp.try_all(function regprocedure) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  p pg_proc;
  arguments text[];
  choice record;
BEGIN
  SELECT * INTO p FROM pg_proc WHERE oid = function;
  SELECT array_agg(coalesce((SELECT u.expression FROM usual u WHERE u.name = p.proargnames[a.place]),
                            (SELECT b.expression FROM boundary b WHERE b.type = a.type ORDER BY b.number LIMIT 1), 'NULL::' || a.type) ORDER BY a.place)
  INTO arguments FROM (SELECT place, format_type(o, NULL) AS type FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY t(o, place)) a;
  PERFORM pg_temp.try(function::oid::regproc, arguments);
  FOR choice IN SELECT t.place, b.expression FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY t(o, place)
                  JOIN boundary b ON b.type = format_type(t.o, NULL) ORDER BY t.place, b.number LOOP
    PERFORM pg_temp.try(function::oid::regproc, arguments[:choice.place - 1] || choice.expression || arguments[choice.place + 1:]);
  END LOOP;
END
$$;
SELECT count(pg_temp.try_all(oid)) > 80 AS are_many FROM pg_proc
WHERE pronamespace = 'credit_risk'::regnamespace AND prokind = 'f' AND pronargs > 0 AND NOT proargtypes::oid[] @> ARRAY['internal'::regtype::oid];

SELECT count(*) > 2000 AS are_many, count(*) FILTER (WHERE state = 'ZZ000') > 400 AS many_answer, count(DISTINCT state) > 10 AS errors_vary FROM outcome;
SELECT function, state, count(*) FROM outcome WHERE state LIKE 'XX%' OR state LIKE '58%' GROUP BY 1, 2 ORDER BY 1, 2;
-- Nor does an argument end up as SQL. The parts of create_lending_schema and of the generator take names that were checked.
SELECT function, state, count(*) FROM outcome
WHERE state IN ('42601', '42883') AND function::text !~ '^credit_risk\.(lending|generator|generated)_' GROUP BY 1, 2 ORDER BY 1, 2;
-- A number that is none would be a wrong answer, and not an error.
SELECT function, count(*) FROM outcome WHERE answer ~* '\m(nan|infinity)\M' GROUP BY 1 ORDER BY 1;
DROP SCHEMA garden CASCADE;
