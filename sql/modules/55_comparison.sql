-- ---------------------------------------------------------------------------------------------------------------------
-- How sure a figure is, and which of two scores is better: DeLong and the bootstrap, as aggregates over (label, score) and
-- (label, score_1, score_2).

CREATE TYPE credit_risk.interval_estimate AS (
    estimate double precision,
    standard_error double precision,
    low double precision,
    high double precision,
    resamples int
);
COMMENT ON TYPE credit_risk.interval_estimate IS 'a figure and how sure it is';
COMMENT ON COLUMN credit_risk.interval_estimate.estimate IS 'the figure of the rows themselves';
COMMENT ON COLUMN credit_risk.interval_estimate.standard_error IS 'standard deviation of the figure from sample to sample; NULL where the rows are too few';
COMMENT ON COLUMN credit_risk.interval_estimate.low IS 'lower end of the 95 % interval';
COMMENT ON COLUMN credit_risk.interval_estimate.high IS 'upper end of the 95 % interval';
COMMENT ON COLUMN credit_risk.interval_estimate.resamples IS 'resamples in which the figure is defined; NULL where none were drawn';

CREATE TYPE credit_risk.auc_comparison AS (
    auc_1 double precision,
    auc_2 double precision,
    difference double precision,
    standard_error double precision,
    z double precision,
    p_value double precision,
    low double precision,
    high double precision
);
COMMENT ON TYPE credit_risk.auc_comparison IS 'what auc_difference returns';
COMMENT ON COLUMN credit_risk.auc_comparison.auc_1 IS 'area under the ROC curve of score_1';
COMMENT ON COLUMN credit_risk.auc_comparison.auc_2 IS 'area under the ROC curve of score_2';
COMMENT ON COLUMN credit_risk.auc_comparison.difference IS 'auc_1 - auc_2';
COMMENT ON COLUMN credit_risk.auc_comparison.standard_error IS 'of the difference; NULL with fewer than two rows of a class';
COMMENT ON COLUMN credit_risk.auc_comparison.z IS 'difference / standard_error; NULL where that is 0 or NULL';
COMMENT ON COLUMN credit_risk.auc_comparison.p_value IS 'chance of a difference at least as great, either way, between scores that are equally good; NULL as z';
COMMENT ON COLUMN credit_risk.auc_comparison.low IS 'lower end of the 95 % interval of the difference';
COMMENT ON COLUMN credit_risk.auc_comparison.high IS 'upper end of the 95 % interval of the difference';

CREATE FUNCTION credit_risk.compared_rows_add(internal, "any", double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_compared_rows_add';
COMMENT ON FUNCTION credit_risk.compared_rows_add(internal, "any", double precision) IS
'internal: gathers a row for auc_interval';

CREATE FUNCTION credit_risk.compared_rows_add(internal, "any", double precision, double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_compared_rows_add';
COMMENT ON FUNCTION credit_risk.compared_rows_add(internal, "any", double precision, double precision) IS
'internal: gathers a row for auc_difference';

CREATE FUNCTION credit_risk.resampled_rows_add(internal, "any", double precision, text, integer, bigint) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_resampled_rows_add';
COMMENT ON FUNCTION credit_risk.resampled_rows_add(internal, "any", double precision, text, integer, bigint) IS
'internal: gathers a row for bootstrap_interval';

CREATE FUNCTION credit_risk.resampled_rows_add(internal, "any", double precision, double precision, text, integer, bigint) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_resampled_rows_add';
COMMENT ON FUNCTION credit_risk.resampled_rows_add(internal, "any", double precision, double precision, text, integer, bigint) IS
'internal: gathers a row for bootstrap_difference';

CREATE FUNCTION credit_risk.compared_rows_combine(internal, internal) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_compared_rows_combine';
COMMENT ON FUNCTION credit_risk.compared_rows_combine(internal, internal) IS
'internal: joins the rows of two parallel workers';

CREATE FUNCTION credit_risk.compared_rows_serialize(internal) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_compared_rows_serialize';
COMMENT ON FUNCTION credit_risk.compared_rows_serialize(internal) IS
'internal: the rows of a parallel worker as bytes';

CREATE FUNCTION credit_risk.compared_rows_deserialize(bytea, internal) RETURNS internal
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_compared_rows_deserialize';
COMMENT ON FUNCTION credit_risk.compared_rows_deserialize(bytea, internal) IS
'internal: the rows of a parallel worker from bytes';

CREATE FUNCTION credit_risk.auc_interval_of_rows(internal) RETURNS credit_risk.interval_estimate
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_auc_interval_of_rows';
COMMENT ON FUNCTION credit_risk.auc_interval_of_rows(internal) IS
'internal: result of aggregate auc_interval';

CREATE FUNCTION credit_risk.auc_difference_of_rows(internal) RETURNS credit_risk.auc_comparison
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_auc_difference_of_rows';
COMMENT ON FUNCTION credit_risk.auc_difference_of_rows(internal) IS
'internal: result of aggregate auc_difference';

CREATE FUNCTION credit_risk.bootstrap_of_rows(internal) RETURNS credit_risk.interval_estimate
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_bootstrap_of_rows';
COMMENT ON FUNCTION credit_risk.bootstrap_of_rows(internal) IS
'internal: result of aggregates bootstrap_interval and bootstrap_difference';

CREATE AGGREGATE credit_risk.auc_interval(label "any", score double precision) (
    SFUNC = credit_risk.compared_rows_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.auc_interval_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.compared_rows_combine, SERIALFUNC = credit_risk.compared_rows_serialize,
    DESERIALFUNC = credit_risk.compared_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.auc_interval("any", double precision) IS
'Area under the ROC curve with its standard error and 95 % interval, within 0 to 1 (DeLong, DeLong, Clarke-Pearson 1988; mid-ranks of Sun and Xu 2014). label is boolean, or 0 and 1 in a numeric type; true or 1 is the event. NULL without rows of both classes. Rows with a NULL argument are left out. A score that is NaN or infinite is an error; so are more rows than credit_risk.training_memory holds at 160 bytes each';

CREATE AGGREGATE credit_risk.auc_difference(label "any", score_1 double precision, score_2 double precision) (
    SFUNC = credit_risk.compared_rows_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.auc_difference_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.compared_rows_combine, SERIALFUNC = credit_risk.compared_rows_serialize,
    DESERIALFUNC = credit_risk.compared_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.auc_difference("any", double precision, double precision) IS
'DeLong test of whether two scores of the same rows differ in their area under the ROC curve (DeLong, DeLong, Clarke-Pearson 1988; mid-ranks of Sun and Xu 2014). label is boolean, or 0 and 1 in a numeric type; true or 1 is the event. NULL without rows of both classes. Rows with a NULL argument are left out. A score that is NaN or infinite is an error; so are more rows than credit_risk.training_memory holds at 160 bytes each';

CREATE AGGREGATE credit_risk.bootstrap_interval(label "any", score double precision, metric text, resamples integer, seed bigint) (
    SFUNC = credit_risk.resampled_rows_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.bootstrap_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.compared_rows_combine, SERIALFUNC = credit_risk.compared_rows_serialize,
    DESERIALFUNC = credit_risk.compared_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.bootstrap_interval("any", double precision, text, integer, bigint) IS
'A figure with its standard error and 95 % interval by the bootstrap (Efron 1979; 2.5 % and 97.5 % of the resamples). metric is roc_auc, gini, ks_statistic, average_precision, brier_score or log_loss; resamples is 2 to 100000, 1000 are customary; seed is 0 or more. Resample i draws as many rows as there are, with replacement, from stream i of the seed: the same rows in any order, the same seed, the same result. Resamples in which the figure is undefined do not count. label is boolean, or 0 and 1 in a numeric type; true or 1 is the event. NULL where the figure is. Rows with a NULL argument are left out. A score that is NaN or infinite is an error; so are more rows than credit_risk.training_memory holds at 160 bytes each';

CREATE AGGREGATE credit_risk.bootstrap_difference(label "any", score_1 double precision, score_2 double precision, metric text, resamples integer, seed bigint) (
    SFUNC = credit_risk.resampled_rows_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.bootstrap_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.compared_rows_combine, SERIALFUNC = credit_risk.compared_rows_serialize,
    DESERIALFUNC = credit_risk.compared_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.bootstrap_difference("any", double precision, double precision, text, integer, bigint) IS
'As bootstrap_interval, of the figure of score_1 less that of score_2 on the same resamples: scores differ at 95 % where the interval does not hold 0';
