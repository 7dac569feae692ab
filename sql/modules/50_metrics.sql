-- ---------------------------------------------------------------------------------------------------------------------
-- How good a score is: aggregates over (label, score). Rows with a NULL label or a NULL or NaN score are left out.

CREATE FUNCTION credit_risk.scored_rows_add(internal, boolean, double precision) RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_scored_rows_add';
COMMENT ON FUNCTION credit_risk.scored_rows_add(internal, boolean, double precision) IS 'internal: gathers a row for roc_auc and its kin';

CREATE FUNCTION credit_risk.scored_rows_combine(internal, internal) RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_scored_rows_combine';
COMMENT ON FUNCTION credit_risk.scored_rows_combine(internal, internal) IS 'internal: joins the rows of two parallel workers';

CREATE FUNCTION credit_risk.scored_rows_serialize(internal) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_scored_rows_serialize';
COMMENT ON FUNCTION credit_risk.scored_rows_serialize(internal) IS 'internal: rows of a parallel worker as bytes';

CREATE FUNCTION credit_risk.scored_rows_deserialize(bytea, internal) RETURNS internal
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_scored_rows_deserialize';
COMMENT ON FUNCTION credit_risk.scored_rows_deserialize(bytea, internal) IS 'internal: rows of a parallel worker from bytes';

CREATE FUNCTION credit_risk.roc_auc_of_rows(internal) RETURNS double precision
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_roc_auc';
COMMENT ON FUNCTION credit_risk.roc_auc_of_rows(internal) IS 'internal: result of aggregate roc_auc';
CREATE AGGREGATE credit_risk.roc_auc(label boolean, score double precision) (
    SFUNC = credit_risk.scored_rows_add, STYPE = internal, FINALFUNC = credit_risk.roc_auc_of_rows,
    COMBINEFUNC = credit_risk.scored_rows_combine, SERIALFUNC = credit_risk.scored_rows_serialize,
    DESERIALFUNC = credit_risk.scored_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.roc_auc(boolean, double precision) IS
'Area under the ROC curve: the chance that a random positive row scores above a random negative one, ties counting one half. NULL when a class is absent';

CREATE FUNCTION credit_risk.gini_of_rows(internal) RETURNS double precision
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_gini';
COMMENT ON FUNCTION credit_risk.gini_of_rows(internal) IS 'internal: result of aggregate gini';
CREATE AGGREGATE credit_risk.gini(label boolean, score double precision) (
    SFUNC = credit_risk.scored_rows_add, STYPE = internal, FINALFUNC = credit_risk.gini_of_rows,
    COMBINEFUNC = credit_risk.scored_rows_combine, SERIALFUNC = credit_risk.scored_rows_serialize,
    DESERIALFUNC = credit_risk.scored_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.gini(boolean, double precision) IS
'Gini coefficient of a score: 2 * roc_auc - 1. NULL when a class is absent';

CREATE FUNCTION credit_risk.ks_statistic_of_rows(internal) RETURNS double precision
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_ks_statistic';
COMMENT ON FUNCTION credit_risk.ks_statistic_of_rows(internal) IS 'internal: result of aggregate ks_statistic';
CREATE AGGREGATE credit_risk.ks_statistic(label boolean, score double precision) (
    SFUNC = credit_risk.scored_rows_add, STYPE = internal, FINALFUNC = credit_risk.ks_statistic_of_rows,
    COMBINEFUNC = credit_risk.scored_rows_combine, SERIALFUNC = credit_risk.scored_rows_serialize,
    DESERIALFUNC = credit_risk.scored_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.ks_statistic(boolean, double precision) IS
'Kolmogorov-Smirnov: the largest distance between the true and the false positive rate over all thresholds. NULL when a class is absent';

CREATE FUNCTION credit_risk.brier_score_of_rows(internal) RETURNS double precision
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_brier_score';
COMMENT ON FUNCTION credit_risk.brier_score_of_rows(internal) IS 'internal: result of aggregate brier_score';
CREATE AGGREGATE credit_risk.brier_score(label boolean, score double precision) (
    SFUNC = credit_risk.scored_rows_add, STYPE = internal, FINALFUNC = credit_risk.brier_score_of_rows,
    COMBINEFUNC = credit_risk.scored_rows_combine, SERIALFUNC = credit_risk.scored_rows_serialize,
    DESERIALFUNC = credit_risk.scored_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.brier_score(boolean, double precision) IS
'Brier score of a probability: the mean squared distance from the outcome, 0 is perfect. NULL without rows';
