-- ---------------------------------------------------------------------------------------------------------------------
-- Calibration: a version whose probabilities are those that rows had.

CREATE FUNCTION credit_risk.margin_of_version(version bigint, features record) RETURNS float8
LANGUAGE c STABLE PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'cr_margin_of_version';
COMMENT ON FUNCTION credit_risk.margin_of_version(bigint, record) IS
'internal: the margin of a version for a row, which SHAP values explain and a calibration is fitted to; arguments and errors as in score_version';

CREATE FUNCTION credit_risk.calibrated_content(content bytea, margins float8[], labels float8[], method text) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000000 AS 'MODULE_PATHNAME', 'cr_calibrated_content';
COMMENT ON FUNCTION credit_risk.calibrated_content(bytea, float8[], float8[], text) IS
'internal: a model in canonical binary form with a calibration fitted to its margins of rows, and their labels, 1 or 0. Errors: 22023 as in calibrate';

CREATE FUNCTION credit_risk.prior_corrected_content(content bytea, training_rate float8, population_rate float8) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000000 AS 'MODULE_PATHNAME', 'cr_prior_corrected_content';
COMMENT ON FUNCTION credit_risk.prior_corrected_content(bytea, float8, float8) IS
'internal: a model in canonical binary form with its prior corrected. Errors: 22023 as in correct_prior';

CREATE FUNCTION credit_risk.calibrate(
    version bigint, query text, target text, method text DEFAULT 'sigmoid', positive text DEFAULT NULL
) RETURNS bigint LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 1000000
BEGIN ATOMIC
    SELECT credit_risk.check_evaluation(ARRAY[$1], 0.5);
    SELECT credit_risk.register_version(
               m.model, credit_risk.calibrated_content(m.content, r.margins, r.labels, coalesce($4, '')), NULL,
               coalesce(m.training, '{}') OPERATOR(pg_catalog.||) pg_catalog.jsonb_build_object('calibration', pg_catalog.jsonb_build_object(
                   'version', $1, 'query', $2, 'target', $3, 'method', $4, 'positive', $5, 'rows', pg_catalog.cardinality(r.labels))),
               m.origin)
      FROM credit_risk.model_version AS m
     CROSS JOIN LATERAL (
           SELECT coalesce(pg_catalog.array_agg(s.probabilities[1]) FILTER (WHERE s.label IS NOT NULL), '{}') AS margins,
                  coalesce(pg_catalog.array_agg(s.label::int::float8) FILTER (WHERE s.label IS NOT NULL), '{}') AS labels
             FROM credit_risk.scored_rows(
                      credit_risk.scoring_statement(ARRAY[$1], credit_risk.row_query($2, $3, 'target'), $3, $5, 'margin_of_version')) AS s) AS r
     WHERE m.version OPERATOR(pg_catalog.=) $1;
END;
COMMENT ON FUNCTION credit_risk.calibrate(bigint, text, text, text, text) IS
'Stores a copy of a version whose probabilities are calibrated to the rows of a query, in place of the calibration that it has, and returns its number: a candidate, to evaluate, approve and deploy. method: sigmoid (Platt scaling, a logistic curve over the margin: two numbers, safe with some hundred rows) or isotonic (the best map that does not fall: from about a thousand rows). The order of rows by risk stays, but for ties that isotonic makes; SHAP values stay those of the margin. query, target and positive as for evaluate; the rows must be others than those of the training, with events as common among them as in the population. Errors: 42704 no such version, 22023 no such method, a scorecard, rows of one class, scores that do not rise with the target; others as for evaluate';

CREATE FUNCTION credit_risk.correct_prior(version bigint, training_rate float8, population_rate float8) RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 1000000
BEGIN ATOMIC
    SELECT credit_risk.check_evaluation(ARRAY[$1], 0.5);
    SELECT credit_risk.register_version(
               m.model, credit_risk.prior_corrected_content(m.content, coalesce($2, 'NaN'), coalesce($3, 'NaN')), NULL,
               coalesce(m.training, '{}') OPERATOR(pg_catalog.||) pg_catalog.jsonb_build_object('prior', pg_catalog.jsonb_build_object(
                   'version', $1, 'training_rate', $2, 'population_rate', $3)),
               m.origin)
      FROM credit_risk.model_version AS m WHERE m.version OPERATOR(pg_catalog.=) $1;
END;
COMMENT ON FUNCTION credit_risk.correct_prior(bigint, float8, float8) IS
'Stores a copy of a version for a population with another share of events than its training rows had, and returns its number: the odds of each probability are multiplied by those of population_rate over those of training_rate (Elkan 2001), behind a calibration that it has. The rates are shares between 0 and 1; training_rate is the weighted one, 0.5 of a version trained with balanced classes. Errors: 42704 no such version, 22023 a rate not between 0 and 1, equal rates, a scorecard';
