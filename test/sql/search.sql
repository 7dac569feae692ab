-- Every combination of a grid is cross-validated, on the same folds, as cross_validate does.
\set SHOW_CONTEXT never
CREATE FUNCTION pg_temp.error_of(statement text, OUT state text, OUT message text, OUT detail text, OUT hint text)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
END
$$;
CREATE TABLE searched AS
SELECT i AS id, 20000 + i * 7919 % 80000 AS income, (i * 104729::bigint) % 5000 AS debt,
       20000 + i * 7919 % 80000 < 45000 + (i * 31 % 20000) AS bad
  FROM generate_series(1, 600) AS i;
CREATE VIEW searched_rows AS SELECT income, debt, bad FROM searched ORDER BY id;
SELECT place, combination FROM credit_risk.parameter_grid('{"trees": [5, 20], "max_depth": [1, 3]}', '{"folds": 3}', NULL, 42);
SELECT rank, s.params, abs(s.auc - c.auc) < 1e-12 AS auc, abs(s.auc_sd - c.auc_sd) < 1e-12 AS auc_sd, abs(s.ks - c.ks) < 1e-12 AS ks, abs(s.brier - c.brier) < 1e-12 AS brier,
       s.folds, s.seconds BETWEEN 0 AND 60 AS seconds
  FROM credit_risk.search_parameters('searched_rows', 'bad', 'random_forest', '{"trees": [5, 20], "max_depth": [1, 3]}', '{"folds": 3}') AS s,
       LATERAL (SELECT avg(auc) AS auc, stddev_pop(auc) AS auc_sd, avg(ks) AS ks, avg(brier) AS brier FROM credit_risk.cross_validate('searched_rows', 'bad', 'random_forest', s.params)) AS c;
SELECT bool_and(auc >= next_auc) AS best_first FROM (SELECT auc, lead(auc) OVER () AS next_auc FROM credit_risk.search_parameters('searched_rows', 'bad', 'gradient_boosting', '{"trees": [2, 10], "learning_rate": [0.1, 0.3]}', '{"folds": 2}')) AS s;
-- random search: so many, the same for the same seed, none twice
SELECT count(*), count(DISTINCT combination) AS distinct_ones, array_agg(combination ORDER BY place) = (SELECT array_agg(combination ORDER BY place) FROM credit_risk.parameter_grid('{"a": [1, 2, 3, 4, 5], "b": [1, 2, 3, 4, 5]}', '{}', 7, 1)) AS same_for_seed,
       array_agg(combination ORDER BY place) = (SELECT array_agg(combination ORDER BY place) FROM credit_risk.parameter_grid('{"a": [1, 2, 3, 4, 5], "b": [1, 2, 3, 4, 5]}', '{}', 7, 2)) AS same_for_another
  FROM credit_risk.parameter_grid('{"a": [1, 2, 3, 4, 5], "b": [1, 2, 3, 4, 5]}', '{}', 7, 1);
SELECT count(*) AS all_of_them FROM credit_risk.parameter_grid('{"a": [1, 2], "b": [1, 2]}', '{}', 99, 1);
SELECT place, combination AS the_params FROM credit_risk.parameter_grid('{}', '{"trees": 3}', NULL, 1);
-- one that cannot be fitted does not end the search; it does if none can
SELECT rank, params, auc > 0.5 AS auc, folds, seconds > 0 AS seconds, error FROM credit_risk.search_parameters('searched_rows', 'bad', 'scorecard', '{"min_iv": [10, 0.02], "max_bins": [5, -1]}', '{"folds": 2}');
SELECT state, message, detail, hint FROM pg_temp.error_of($$SELECT credit_risk.search_parameters('searched_rows', 'bad', 'scorecard', '{"min_iv": [10, 20]}', '{"folds": 2}')$$);
-- names of the query are looked up as the caller's
CREATE SCHEMA elsewhere;
CREATE TABLE elsewhere.found_by_path AS SELECT * FROM searched_rows;
SET search_path = elsewhere;
SELECT auc > 0.5 AS auc, error FROM credit_risk.search_parameters('found_by_path', 'bad', 'decision_tree', '{}', '{"folds": 2}');
RESET search_path;
DROP SCHEMA elsewhere CASCADE;
-- refusals
SELECT state, message, detail, hint FROM unnest(ARRAY[
    $$SELECT credit_risk.search_parameters('searched_rows', 'bad', 'random_forest', NULL)$$, $$SELECT credit_risk.search_parameters('searched_rows', 'bad', 'random_forest', '[1]')$$,
    $$SELECT credit_risk.search_parameters('searched_rows', 'bad', 'random_forest', '{"trees": 5}')$$, $$SELECT credit_risk.search_parameters('searched_rows', 'bad', 'random_forest', '{"trees": []}')$$,
    $$SELECT credit_risk.search_parameters('searched_rows', 'bad', 'random_forest', '{"trees": [5]}', '7')$$, $$SELECT credit_risk.search_parameters('searched_rows', 'bad', 'random_forest', '{"trees": [5]}', samples => 0)$$,
    $$SELECT credit_risk.search_parameters('searched_rows', 'bad', 'random_forest', '{"trees": [5]}', seed => NULL)$$,
    $$SELECT credit_risk.search_parameters('searched_rows', 'worse', 'random_forest', '{"trees": [5]}')$$,
    format('SELECT credit_risk.search_parameters(''searched_rows'', ''bad'', ''random_forest'', %L)', (SELECT jsonb_object_agg('p' || i, '[1,2,3,4,5,6,7,8,9,10]'::jsonb) FROM generate_series(1, 5) AS i))]) AS statement, LATERAL pg_temp.error_of(statement);
