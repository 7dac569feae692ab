-- ---------------------------------------------------------------------------------------------------------------------
-- Scoring: features as a named record, as a jsonb object, or as float8[] in feature order. All give the same bits.

CREATE FUNCTION credit_risk.plan_scoring(request internal) RETURNS internal
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_plan_scoring';
COMMENT ON FUNCTION credit_risk.plan_scoring(internal) IS
'internal: tells the planner what scoring costs with the model at hand, where it may be read';

CREATE FUNCTION credit_risk.plan_explaining(request internal) RETURNS internal
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_plan_explaining';
COMMENT ON FUNCTION credit_risk.plan_explaining(internal) IS
'internal: tells the planner what explaining costs with the model at hand, and how many rows shap_explain returns';

CREATE FUNCTION credit_risk.probability_of_default(features record, model text DEFAULT NULL) RETURNS float8
LANGUAGE c STABLE PARALLEL SAFE COST 100 SUPPORT credit_risk.plan_scoring AS 'MODULE_PATHNAME', 'cr_probability_of_default';
COMMENT ON FUNCTION credit_risk.probability_of_default(record, text) IS
'Probability of default, a fraction between 0 and 1, of a row whose columns bear the names of the model''s features; other columns are ignored. NULL and NaN in a column: missing, treated as the model learnt it; a category that the model does not know: unrecognized, likewise; features NULL: NULL. model NULL: setting credit_risk.default_model. Errors: 42703 a feature is absent, 42804 text where a number is due, 22023 infinity, no model, or a missing or unrecognized value that the model refuses, 42704 no such model, 55000 not deployed';

CREATE FUNCTION credit_risk.probability_of_default(features jsonb, model text DEFAULT NULL) RETURNS float8
LANGUAGE c STABLE PARALLEL SAFE COST 100 SUPPORT credit_risk.plan_scoring AS 'MODULE_PATHNAME', 'cr_probability_of_default';
COMMENT ON FUNCTION credit_risk.probability_of_default(jsonb, text) IS
'The same from a JSON object with the features by name; JSON null, and "NaN" for a number, is missing; true and false count as 1 and 0';

CREATE FUNCTION credit_risk.probability_of_default(features float8[], model text DEFAULT NULL) RETURNS float8
LANGUAGE c STABLE PARALLEL SAFE COST 100 SUPPORT credit_risk.plan_scoring AS 'MODULE_PATHNAME', 'cr_probability_of_default';
COMMENT ON FUNCTION credit_risk.probability_of_default(float8[], text) IS
'The same from all features in the model''s order; NULL and NaN are missing, a category is its code (0, 1, ... in the order of column features of model_version), -1 an unrecognized one';

CREATE FUNCTION credit_risk.credit_score(features record, model text DEFAULT NULL) RETURNS int
LANGUAGE c STABLE PARALLEL SAFE COST 100 SUPPORT credit_risk.plan_scoring AS 'MODULE_PATHNAME', 'cr_credit_score';
COMMENT ON FUNCTION credit_risk.credit_score(record, text) IS
'Credit score, 300 (worst) to 850 (best), of a row whose columns bear the names of the model''s features: the points of a scorecard, rounded half up; of other models credit_score(probability_of_default(features, model)); see there for NULL and errors';

CREATE FUNCTION credit_risk.credit_score(features jsonb, model text DEFAULT NULL) RETURNS int
LANGUAGE c STABLE PARALLEL SAFE COST 100 SUPPORT credit_risk.plan_scoring AS 'MODULE_PATHNAME', 'cr_credit_score';
COMMENT ON FUNCTION credit_risk.credit_score(jsonb, text) IS 'The same from a JSON object with the features by name';

CREATE FUNCTION credit_risk.credit_score(features float8[], model text DEFAULT NULL) RETURNS int
LANGUAGE c STABLE PARALLEL SAFE COST 100 SUPPORT credit_risk.plan_scoring AS 'MODULE_PATHNAME', 'cr_credit_score';
COMMENT ON FUNCTION credit_risk.credit_score(float8[], text) IS 'The same from all features in the model''s order';

CREATE FUNCTION credit_risk.credit_score(probability_of_default float8) RETURNS int
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_credit_score_of_probability';
COMMENT ON FUNCTION credit_risk.credit_score(float8) IS
'Credit score of a probability of default: 850 - 550 p, rounded half up, 300 to 850. NULL gives NULL. Error: 22023 not within 0 and 1';

CREATE FUNCTION credit_risk.score_version(version bigint, features float8[]) RETURNS float8
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 100 SUPPORT credit_risk.plan_scoring AS 'MODULE_PATHNAME', 'cr_score_version';
COMMENT ON FUNCTION credit_risk.score_version(bigint, float8[]) IS
'Probability of default by one version, deployed or not, from all its features in order. A version never changes, so the function is IMMUTABLE. NULL in either argument: NULL. Errors: 42704 no such version, 22023 wrong number of features, infinity';

CREATE FUNCTION credit_risk.score_version(version bigint, features record) RETURNS float8
LANGUAGE c STABLE PARALLEL SAFE COST 100 SUPPORT credit_risk.plan_scoring AS 'MODULE_PATHNAME', 'cr_score_version';
COMMENT ON FUNCTION credit_risk.score_version(bigint, record) IS
'The same of a row whose columns bear the names of the model''s features';

CREATE FUNCTION credit_risk.score_version(version bigint, features jsonb) RETURNS float8
LANGUAGE c STABLE PARALLEL SAFE COST 100 SUPPORT credit_risk.plan_scoring AS 'MODULE_PATHNAME', 'cr_score_version';
COMMENT ON FUNCTION credit_risk.score_version(bigint, jsonb) IS
'The same from a JSON object with the features by name: replays a decision from its logged inputs';

CREATE FUNCTION credit_risk.feature_values(version bigint, features record) RETURNS float8[]
LANGUAGE c STABLE PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'cr_feature_values';
COMMENT ON FUNCTION credit_risk.feature_values(bigint, record) IS
'The features of a row as score_version(version, float8[]) takes them: in the model''s order, NaN where missing, a category as its code, -1 where unrecognized. NULL in either argument: NULL. Errors as for probability_of_default';

CREATE FUNCTION credit_risk.feature_values(version bigint, features jsonb) RETURNS float8[]
LANGUAGE c STABLE PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'cr_feature_values';
COMMENT ON FUNCTION credit_risk.feature_values(bigint, jsonb) IS
'The same from a JSON object with the features by name';

CREATE FUNCTION credit_risk.assess(
    features record, model text DEFAULT NULL, approve_below float8 DEFAULT 0.30, review_below float8 DEFAULT 0.50
) RETURNS credit_risk.assessment
LANGUAGE c STABLE PARALLEL SAFE COST 5000 SUPPORT credit_risk.plan_explaining AS 'MODULE_PATHNAME', 'cr_assess';
COMMENT ON FUNCTION credit_risk.assess(record, text, float8, float8) IS
'Assesses an applicant: probability of default, credit score, risk level, decision, recommendation, reasons, and which version said so (type assessment). approve_below and review_below are probabilities of default: below the first Low / approve, below the second Medium / review, else High / refuse. Features, NULL and errors as in probability_of_default; features NULL: NULL. Further errors: 22023 limits not rising from 0 to 1, 22004 a limit is NULL';

CREATE FUNCTION credit_risk.assess(
    features jsonb, model text DEFAULT NULL, approve_below float8 DEFAULT 0.30, review_below float8 DEFAULT 0.50
) RETURNS credit_risk.assessment
LANGUAGE c STABLE PARALLEL SAFE COST 5000 SUPPORT credit_risk.plan_explaining AS 'MODULE_PATHNAME', 'cr_assess';
COMMENT ON FUNCTION credit_risk.assess(jsonb, text, float8, float8) IS
'The same from a JSON object with the features by name';

CREATE FUNCTION credit_risk.assess(
    features float8[], model text DEFAULT NULL, approve_below float8 DEFAULT 0.30, review_below float8 DEFAULT 0.50
) RETURNS credit_risk.assessment
LANGUAGE c STABLE PARALLEL SAFE COST 5000 SUPPORT credit_risk.plan_explaining AS 'MODULE_PATHNAME', 'cr_assess';
COMMENT ON FUNCTION credit_risk.assess(float8[], text, float8, float8) IS
'The same from all features in the model''s order';

