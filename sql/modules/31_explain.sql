-- ---------------------------------------------------------------------------------------------------------------------
-- Explanation: exact SHAP values of the margin (the probability for a random forest, the log-odds for a model with logit link).

CREATE FUNCTION credit_risk.shap_explain(features record, model text DEFAULT NULL, top int DEFAULT NULL)
RETURNS TABLE (rank int, feature text, value text, impact float8, base_value float8, output float8)
LANGUAGE c STABLE PARALLEL SAFE COST 5000 ROWS 28 AS 'MODULE_PATHNAME', 'cr_shap_explain';
COMMENT ON FUNCTION credit_risk.shap_explain(record, text, int) IS
'What each feature adds to the score of a row, the greatest |impact| first: impact is its exact SHAP value, positive where it raises the risk; the impacts of all features and base_value add up to output within 1e-9. output: the probability of default for a random forest, the log-odds for a logit model. value: the feature as text, NULL where missing. top: only the first so many; NULL all. Features as in probability_of_default; features NULL: no rows. Errors: those, and 22023 the model has no node cover, or no means of its terms, top negative';

CREATE FUNCTION credit_risk.shap_explain(features jsonb, model text DEFAULT NULL, top int DEFAULT NULL)
RETURNS TABLE (rank int, feature text, value text, impact float8, base_value float8, output float8)
LANGUAGE c STABLE PARALLEL SAFE COST 5000 ROWS 28 AS 'MODULE_PATHNAME', 'cr_shap_explain';
COMMENT ON FUNCTION credit_risk.shap_explain(jsonb, text, int) IS
'The same from a JSON object with the features by name';

CREATE FUNCTION credit_risk.shap_explain(features float8[], model text DEFAULT NULL, top int DEFAULT NULL)
RETURNS TABLE (rank int, feature text, value text, impact float8, base_value float8, output float8)
LANGUAGE c STABLE PARALLEL SAFE COST 5000 ROWS 28 AS 'MODULE_PATHNAME', 'cr_shap_explain';
COMMENT ON FUNCTION credit_risk.shap_explain(float8[], text, int) IS
'The same from all features in the model''s order; an unrecognized category (-1) has the value (unrecognized)';

CREATE FUNCTION credit_risk.shap_values(features record, model text DEFAULT NULL) RETURNS float8[]
LANGUAGE c STABLE PARALLEL SAFE COST 5000 AS 'MODULE_PATHNAME', 'cr_shap_values';
COMMENT ON FUNCTION credit_risk.shap_values(record, text) IS
'SHAP values of a row in the model''s feature order, then the base value: all add up to the output of shap_explain within 1e-9. Features as in probability_of_default; features NULL: NULL. Errors: those, and 22023 the model has no node cover, or no means of its terms';

CREATE FUNCTION credit_risk.shap_values(features jsonb, model text DEFAULT NULL) RETURNS float8[]
LANGUAGE c STABLE PARALLEL SAFE COST 5000 AS 'MODULE_PATHNAME', 'cr_shap_values';
COMMENT ON FUNCTION credit_risk.shap_values(jsonb, text) IS
'The same from a JSON object with the features by name';

CREATE FUNCTION credit_risk.shap_values(features float8[], model text DEFAULT NULL) RETURNS float8[]
LANGUAGE c STABLE PARALLEL SAFE COST 5000 AS 'MODULE_PATHNAME', 'cr_shap_values';
COMMENT ON FUNCTION credit_risk.shap_values(float8[], text) IS
'The same from all features in the model''s order';

