-- ---------------------------------------------------------------------------------------------------------------------
-- Explanation: exact SHAP values of the margin (the probability for a random forest, the log-odds for a model with logit link).

CREATE FUNCTION credit_risk.shap_explain(
    features record, model text DEFAULT NULL, top int DEFAULT NULL, scale text DEFAULT NULL,
    method text DEFAULT 'path_dependent', groups jsonb DEFAULT NULL
) RETURNS TABLE (rank int, feature text, value text, impact float8, base_value float8, output float8)
LANGUAGE c STABLE PARALLEL SAFE COST 5000 ROWS 28 SUPPORT credit_risk.plan_explaining AS 'MODULE_PATHNAME', 'cr_shap_explain';
COMMENT ON FUNCTION credit_risk.shap_explain(record, text, int, text, text, jsonb) IS
'What each feature adds to the score of a row, the greatest |impact| first: impact is its exact SHAP value; the impacts of all features and base_value add up to output within 1e-9. output: the probability of default for a random forest, the log-odds for a logit model. value: the feature as text, NULL where missing. top: only the first so many; NULL all. scale: margin, probability, or points (of a scorecard its total, of a forest 850 - 550 p, unrounded), where that is exact; NULL: the margin. method: path_dependent, or interventional against the background of the version (add_background). groups: {"group": ["feature", ...]} are told in one line, whose impact is the sum. Features as in probability_of_default; features NULL: no rows. Errors: those, and 22023 the model has no node cover or no means of its terms, the scale is not exact for it, top negative, groups overlap; 42704 a member of a group is no feature; 55000 no background';

CREATE FUNCTION credit_risk.shap_explain(
    features jsonb, model text DEFAULT NULL, top int DEFAULT NULL, scale text DEFAULT NULL,
    method text DEFAULT 'path_dependent', groups jsonb DEFAULT NULL
) RETURNS TABLE (rank int, feature text, value text, impact float8, base_value float8, output float8)
LANGUAGE c STABLE PARALLEL SAFE COST 5000 ROWS 28 SUPPORT credit_risk.plan_explaining AS 'MODULE_PATHNAME', 'cr_shap_explain';
COMMENT ON FUNCTION credit_risk.shap_explain(jsonb, text, int, text, text, jsonb) IS
'The same from a JSON object with the features by name';

CREATE FUNCTION credit_risk.shap_explain(
    features float8[], model text DEFAULT NULL, top int DEFAULT NULL, scale text DEFAULT NULL,
    method text DEFAULT 'path_dependent', groups jsonb DEFAULT NULL
) RETURNS TABLE (rank int, feature text, value text, impact float8, base_value float8, output float8)
LANGUAGE c STABLE PARALLEL SAFE COST 5000 ROWS 28 SUPPORT credit_risk.plan_explaining AS 'MODULE_PATHNAME', 'cr_shap_explain';
COMMENT ON FUNCTION credit_risk.shap_explain(float8[], text, int, text, text, jsonb) IS
'The same from all features in the model''s order; an unrecognized category (-1) has the value (unrecognized)';

CREATE FUNCTION credit_risk.shap_values(
    features record, model text DEFAULT NULL, scale text DEFAULT NULL, method text DEFAULT 'path_dependent'
) RETURNS float8[]
LANGUAGE c STABLE PARALLEL SAFE COST 5000 SUPPORT credit_risk.plan_explaining AS 'MODULE_PATHNAME', 'cr_shap_values';
COMMENT ON FUNCTION credit_risk.shap_values(record, text, text, text) IS
'SHAP values of a row in the model''s feature order, then the base value: all add up to the output of shap_explain within 1e-9. scale, method, errors: as there. Features as in probability_of_default; features NULL: NULL';

CREATE FUNCTION credit_risk.shap_values(
    features jsonb, model text DEFAULT NULL, scale text DEFAULT NULL, method text DEFAULT 'path_dependent'
) RETURNS float8[]
LANGUAGE c STABLE PARALLEL SAFE COST 5000 SUPPORT credit_risk.plan_explaining AS 'MODULE_PATHNAME', 'cr_shap_values';
COMMENT ON FUNCTION credit_risk.shap_values(jsonb, text, text, text) IS
'The same from a JSON object with the features by name';

CREATE FUNCTION credit_risk.shap_values(
    features float8[], model text DEFAULT NULL, scale text DEFAULT NULL, method text DEFAULT 'path_dependent'
) RETURNS float8[]
LANGUAGE c STABLE PARALLEL SAFE COST 5000 SUPPORT credit_risk.plan_explaining AS 'MODULE_PATHNAME', 'cr_shap_values';
COMMENT ON FUNCTION credit_risk.shap_values(float8[], text, text, text) IS
'The same from all features in the model''s order';

CREATE FUNCTION credit_risk.shap_values_batch(
    features record, model text DEFAULT NULL, scale text DEFAULT NULL, method text DEFAULT 'path_dependent'
) RETURNS float8[]
LANGUAGE c STABLE WINDOW PARALLEL SAFE COST 3000 SUPPORT credit_risk.plan_explaining AS 'MODULE_PATHNAME', 'cr_shap_values_batch';
COMMENT ON FUNCTION credit_risk.shap_values_batch(record, text, text, text) IS
'The values of shap_values, bit for bit, for many rows at less cost: a window function, to be called OVER (), which explains 256 rows of the partition together. Frames do not matter. An error in one of the next 255 rows comes up early. Arguments and errors: as there';

CREATE FUNCTION credit_risk.shap_values_batch(
    features jsonb, model text DEFAULT NULL, scale text DEFAULT NULL, method text DEFAULT 'path_dependent'
) RETURNS float8[]
LANGUAGE c STABLE WINDOW PARALLEL SAFE COST 3000 SUPPORT credit_risk.plan_explaining AS 'MODULE_PATHNAME', 'cr_shap_values_batch';
COMMENT ON FUNCTION credit_risk.shap_values_batch(jsonb, text, text, text) IS
'The same from a JSON object with the features by name';

CREATE FUNCTION credit_risk.shap_values_batch(
    features float8[], model text DEFAULT NULL, scale text DEFAULT NULL, method text DEFAULT 'path_dependent'
) RETURNS float8[]
LANGUAGE c STABLE WINDOW PARALLEL SAFE COST 3000 SUPPORT credit_risk.plan_explaining AS 'MODULE_PATHNAME', 'cr_shap_values_batch';
COMMENT ON FUNCTION credit_risk.shap_values_batch(float8[], text, text, text) IS
'The same from all features in the model''s order';

CREATE FUNCTION credit_risk.shap_waterfall(
    features record, model text DEFAULT NULL, top int DEFAULT 10, format text DEFAULT 'text', scale text DEFAULT NULL,
    method text DEFAULT 'path_dependent', groups jsonb DEFAULT NULL
) RETURNS text
LANGUAGE c STABLE PARALLEL SAFE COST 6000 SUPPORT credit_risk.plan_explaining AS 'MODULE_PATHNAME', 'cr_shap_waterfall';
COMMENT ON FUNCTION credit_risk.shap_waterfall(record, text, int, text, text, text, jsonb) IS
'The explanation of shap_explain as a picture: from the base value, bar by bar, to the output; after the first top features one bar for all others. format: text (lines of up to 100 columns) or svg (a self-contained document 800 wide). Other arguments, NULL and errors: as there; features NULL: NULL. Further errors: 22023 no such format, 0A000 the database''s encoding is not UTF8';

CREATE FUNCTION credit_risk.shap_waterfall(
    features jsonb, model text DEFAULT NULL, top int DEFAULT 10, format text DEFAULT 'text', scale text DEFAULT NULL,
    method text DEFAULT 'path_dependent', groups jsonb DEFAULT NULL
) RETURNS text
LANGUAGE c STABLE PARALLEL SAFE COST 6000 SUPPORT credit_risk.plan_explaining AS 'MODULE_PATHNAME', 'cr_shap_waterfall';
COMMENT ON FUNCTION credit_risk.shap_waterfall(jsonb, text, int, text, text, text, jsonb) IS
'The same from a JSON object with the features by name';

CREATE FUNCTION credit_risk.shap_waterfall(
    features float8[], model text DEFAULT NULL, top int DEFAULT 10, format text DEFAULT 'text', scale text DEFAULT NULL,
    method text DEFAULT 'path_dependent', groups jsonb DEFAULT NULL
) RETURNS text
LANGUAGE c STABLE PARALLEL SAFE COST 6000 SUPPORT credit_risk.plan_explaining AS 'MODULE_PATHNAME', 'cr_shap_waterfall';
COMMENT ON FUNCTION credit_risk.shap_waterfall(float8[], text, int, text, text, text, jsonb) IS
'The same from all features in the model''s order';

CREATE FUNCTION credit_risk.shap_values_of_version(
    version bigint, features record, scale text DEFAULT NULL, method text DEFAULT 'path_dependent'
) RETURNS float8[]
LANGUAGE c STABLE PARALLEL SAFE COST 5000 SUPPORT credit_risk.plan_explaining AS 'MODULE_PATHNAME', 'cr_shap_values_of_version';
COMMENT ON FUNCTION credit_risk.shap_values_of_version(bigint, record, text, text) IS
'shap_values by one version, deployed or not. NULL in version or features: NULL. Further error: 42704 no such version';

CREATE FUNCTION credit_risk.shap_values_of_version(
    version bigint, features float8[], scale text DEFAULT NULL, method text DEFAULT 'path_dependent'
) RETURNS float8[]
LANGUAGE c STABLE PARALLEL SAFE COST 5000 SUPPORT credit_risk.plan_explaining AS 'MODULE_PATHNAME', 'cr_shap_values_of_version';
COMMENT ON FUNCTION credit_risk.shap_values_of_version(bigint, float8[], text, text) IS
'The same from all features in the model''s order';

CREATE FUNCTION credit_risk.shap_values_of_version(
    version bigint, features jsonb, scale text DEFAULT NULL, method text DEFAULT 'path_dependent'
) RETURNS float8[]
LANGUAGE c STABLE PARALLEL SAFE COST 5000 SUPPORT credit_risk.plan_explaining AS 'MODULE_PATHNAME', 'cr_shap_values_of_version';
COMMENT ON FUNCTION credit_risk.shap_values_of_version(bigint, jsonb, text, text) IS
'The same from a JSON object with the features by name';

CREATE FUNCTION credit_risk.shap_interactions(features record, model text DEFAULT NULL, top int DEFAULT NULL)
RETURNS TABLE (rank int, feature text, other text, interaction float8, base_value float8, output float8)
LANGUAGE c STABLE PARALLEL SAFE COST 100000 ROWS 400 AS 'MODULE_PATHNAME', 'cr_shap_interactions';
COMMENT ON FUNCTION credit_risk.shap_interactions(record, text, int) IS
'What features add to the margin of a row by themselves (other NULL) and what two of them add together, the greatest |interaction| first: exact SHAP interaction values (Lundberg et al. 2020), both halves of a pair in one line. All lines and base_value add up to output; those of a feature, pairs by half, to its SHAP value. top: only the first so many; NULL all. Features, NULL and errors as in shap_explain. Further error: 54000 more than 1000 features';

CREATE FUNCTION credit_risk.shap_interactions(features jsonb, model text DEFAULT NULL, top int DEFAULT NULL)
RETURNS TABLE (rank int, feature text, other text, interaction float8, base_value float8, output float8)
LANGUAGE c STABLE PARALLEL SAFE COST 100000 ROWS 400 AS 'MODULE_PATHNAME', 'cr_shap_interactions';
COMMENT ON FUNCTION credit_risk.shap_interactions(jsonb, text, int) IS
'The same from a JSON object with the features by name';

CREATE FUNCTION credit_risk.shap_interactions(features float8[], model text DEFAULT NULL, top int DEFAULT NULL)
RETURNS TABLE (rank int, feature text, other text, interaction float8, base_value float8, output float8)
LANGUAGE c STABLE PARALLEL SAFE COST 100000 ROWS 400 AS 'MODULE_PATHNAME', 'cr_shap_interactions';
COMMENT ON FUNCTION credit_risk.shap_interactions(float8[], text, int) IS
'The same from all features in the model''s order';
