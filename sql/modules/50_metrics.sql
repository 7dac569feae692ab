-- ---------------------------------------------------------------------------------------------------------------------
-- How good a score is: aggregates over (label, score). Rankings gather the rows and sort them; losses are exact sums. So
-- serial and parallel plans give the same bits.

CREATE FUNCTION credit_risk.scored_rows_add(internal, boolean, double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_scored_rows_add';
COMMENT ON FUNCTION credit_risk.scored_rows_add(internal, boolean, double precision) IS
'internal: gathers a row for roc_auc and its kin';

CREATE FUNCTION credit_risk.scored_rows_add(internal, boolean, double precision, double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_scored_rows_add';
COMMENT ON FUNCTION credit_risk.scored_rows_add(internal, boolean, double precision, double precision) IS
'internal: gathers a row for roc_auc and its kin, with a weight';

CREATE FUNCTION credit_risk.scored_rows_add_number(internal, double precision, double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_scored_rows_add_number';
COMMENT ON FUNCTION credit_risk.scored_rows_add_number(internal, double precision, double precision) IS
'internal: gathers a row for roc_auc and its kin';

CREATE FUNCTION credit_risk.scored_rows_add_number(internal, double precision, double precision, double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_scored_rows_add_number';
COMMENT ON FUNCTION credit_risk.scored_rows_add_number(internal, double precision, double precision, double precision) IS
'internal: gathers a row for roc_auc and its kin, with a weight';

CREATE FUNCTION credit_risk.scored_rows_combine(internal, internal) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_scored_rows_combine';
COMMENT ON FUNCTION credit_risk.scored_rows_combine(internal, internal) IS
'internal: joins the rows of two parallel workers';

CREATE FUNCTION credit_risk.scored_rows_serialize(internal) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_scored_rows_serialize';
COMMENT ON FUNCTION credit_risk.scored_rows_serialize(internal) IS
'internal: the rows of a parallel worker as bytes';

CREATE FUNCTION credit_risk.scored_rows_deserialize(bytea, internal) RETURNS internal
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_scored_rows_deserialize';
COMMENT ON FUNCTION credit_risk.scored_rows_deserialize(bytea, internal) IS
'internal: the rows of a parallel worker from bytes';

CREATE FUNCTION credit_risk.roc_auc_of_rows(internal) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_roc_auc_of_rows';
COMMENT ON FUNCTION credit_risk.roc_auc_of_rows(internal) IS
'internal: result of aggregate roc_auc';

CREATE AGGREGATE credit_risk.roc_auc(label boolean, score double precision) (
    SFUNC = credit_risk.scored_rows_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.roc_auc_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.scored_rows_combine, SERIALFUNC = credit_risk.scored_rows_serialize,
    DESERIALFUNC = credit_risk.scored_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.roc_auc(boolean, double precision) IS
'Area under the ROC curve, 0 to 1: the chance that a random event (label true) scores above a random non-event, equal scores counting one half (Mann-Whitney; scikit-learn roc_auc_score). NULL without rows of both classes. Rows with a NULL label or score are left out. A score that is NaN or infinite is an error; so are more rows than credit_risk.training_memory holds at 64 bytes each';

CREATE AGGREGATE credit_risk.roc_auc(label boolean, score double precision, weight double precision) (
    SFUNC = credit_risk.scored_rows_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.roc_auc_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.scored_rows_combine, SERIALFUNC = credit_risk.scored_rows_serialize,
    DESERIALFUNC = credit_risk.scored_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.roc_auc(boolean, double precision, double precision) IS
'As roc_auc(label, score), each row counting as often as its weight says. Rows with a NULL weight are left out, and so are those with weight 0; a weight that is negative, NaN or not between 1e-100 and 1e100 is an error';

CREATE AGGREGATE credit_risk.roc_auc(label double precision, score double precision) (
    SFUNC = credit_risk.scored_rows_add_number, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.roc_auc_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.scored_rows_combine, SERIALFUNC = credit_risk.scored_rows_serialize,
    DESERIALFUNC = credit_risk.scored_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.roc_auc(double precision, double precision) IS
'As roc_auc(boolean, double precision) for a label of 1 (the event) or 0 in any numeric type; another label is an error';

CREATE AGGREGATE credit_risk.roc_auc(label double precision, score double precision, weight double precision) (
    SFUNC = credit_risk.scored_rows_add_number, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.roc_auc_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.scored_rows_combine, SERIALFUNC = credit_risk.scored_rows_serialize,
    DESERIALFUNC = credit_risk.scored_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.roc_auc(double precision, double precision, double precision) IS
'As roc_auc(boolean, double precision, double precision) for a label of 1 (the event) or 0 in any numeric type; another label is an error';

CREATE FUNCTION credit_risk.gini_of_rows(internal) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_gini_of_rows';
COMMENT ON FUNCTION credit_risk.gini_of_rows(internal) IS
'internal: result of aggregate gini';

CREATE AGGREGATE credit_risk.gini(label boolean, score double precision) (
    SFUNC = credit_risk.scored_rows_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.gini_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.scored_rows_combine, SERIALFUNC = credit_risk.scored_rows_serialize,
    DESERIALFUNC = credit_risk.scored_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.gini(boolean, double precision) IS
'Gini coefficient of a score (accuracy ratio, Somers'' D), -1 to 1: 2 * roc_auc - 1. NULL without rows of both classes. Rows with a NULL label or score are left out. A score that is NaN or infinite is an error; so are more rows than credit_risk.training_memory holds at 64 bytes each';

CREATE AGGREGATE credit_risk.gini(label boolean, score double precision, weight double precision) (
    SFUNC = credit_risk.scored_rows_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.gini_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.scored_rows_combine, SERIALFUNC = credit_risk.scored_rows_serialize,
    DESERIALFUNC = credit_risk.scored_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.gini(boolean, double precision, double precision) IS
'As gini(label, score), each row counting as often as its weight says. Rows with a NULL weight are left out, and so are those with weight 0; a weight that is negative, NaN or not between 1e-100 and 1e100 is an error';

CREATE AGGREGATE credit_risk.gini(label double precision, score double precision) (
    SFUNC = credit_risk.scored_rows_add_number, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.gini_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.scored_rows_combine, SERIALFUNC = credit_risk.scored_rows_serialize,
    DESERIALFUNC = credit_risk.scored_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.gini(double precision, double precision) IS
'As gini(boolean, double precision) for a label of 1 (the event) or 0 in any numeric type; another label is an error';

CREATE AGGREGATE credit_risk.gini(label double precision, score double precision, weight double precision) (
    SFUNC = credit_risk.scored_rows_add_number, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.gini_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.scored_rows_combine, SERIALFUNC = credit_risk.scored_rows_serialize,
    DESERIALFUNC = credit_risk.scored_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.gini(double precision, double precision, double precision) IS
'As gini(boolean, double precision, double precision) for a label of 1 (the event) or 0 in any numeric type; another label is an error';

CREATE FUNCTION credit_risk.ks_statistic_of_rows(internal) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_ks_statistic_of_rows';
COMMENT ON FUNCTION credit_risk.ks_statistic_of_rows(internal) IS
'internal: result of aggregate ks_statistic';

CREATE AGGREGATE credit_risk.ks_statistic(label boolean, score double precision) (
    SFUNC = credit_risk.scored_rows_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.ks_statistic_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.scored_rows_combine, SERIALFUNC = credit_risk.scored_rows_serialize,
    DESERIALFUNC = credit_risk.scored_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.ks_statistic(boolean, double precision) IS
'Kolmogorov-Smirnov statistic, 0 to 1: the largest distance between the true and the false positive rate over all thresholds (scikit-learn roc_curve). NULL without rows of both classes. Rows with a NULL label or score are left out. A score that is NaN or infinite is an error; so are more rows than credit_risk.training_memory holds at 64 bytes each';

CREATE AGGREGATE credit_risk.ks_statistic(label boolean, score double precision, weight double precision) (
    SFUNC = credit_risk.scored_rows_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.ks_statistic_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.scored_rows_combine, SERIALFUNC = credit_risk.scored_rows_serialize,
    DESERIALFUNC = credit_risk.scored_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.ks_statistic(boolean, double precision, double precision) IS
'As ks_statistic(label, score), each row counting as often as its weight says. Rows with a NULL weight are left out, and so are those with weight 0; a weight that is negative, NaN or not between 1e-100 and 1e100 is an error';

CREATE AGGREGATE credit_risk.ks_statistic(label double precision, score double precision) (
    SFUNC = credit_risk.scored_rows_add_number, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.ks_statistic_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.scored_rows_combine, SERIALFUNC = credit_risk.scored_rows_serialize,
    DESERIALFUNC = credit_risk.scored_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.ks_statistic(double precision, double precision) IS
'As ks_statistic(boolean, double precision) for a label of 1 (the event) or 0 in any numeric type; another label is an error';

CREATE AGGREGATE credit_risk.ks_statistic(label double precision, score double precision, weight double precision) (
    SFUNC = credit_risk.scored_rows_add_number, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.ks_statistic_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.scored_rows_combine, SERIALFUNC = credit_risk.scored_rows_serialize,
    DESERIALFUNC = credit_risk.scored_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.ks_statistic(double precision, double precision, double precision) IS
'As ks_statistic(boolean, double precision, double precision) for a label of 1 (the event) or 0 in any numeric type; another label is an error';

CREATE FUNCTION credit_risk.average_precision_of_rows(internal) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_average_precision_of_rows';
COMMENT ON FUNCTION credit_risk.average_precision_of_rows(internal) IS
'internal: result of aggregate average_precision';

CREATE AGGREGATE credit_risk.average_precision(label boolean, score double precision) (
    SFUNC = credit_risk.scored_rows_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.average_precision_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.scored_rows_combine, SERIALFUNC = credit_risk.scored_rows_serialize,
    DESERIALFUNC = credit_risk.scored_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.average_precision(boolean, double precision) IS
'Average precision, 0 to 1: the precision at each threshold, weighted by the recall that it adds; equal scores are one threshold, nothing is interpolated (scikit-learn average_precision_score). NULL without rows of both classes. Rows with a NULL label or score are left out. A score that is NaN or infinite is an error; so are more rows than credit_risk.training_memory holds at 64 bytes each';

CREATE AGGREGATE credit_risk.average_precision(label boolean, score double precision, weight double precision) (
    SFUNC = credit_risk.scored_rows_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.average_precision_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.scored_rows_combine, SERIALFUNC = credit_risk.scored_rows_serialize,
    DESERIALFUNC = credit_risk.scored_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.average_precision(boolean, double precision, double precision) IS
'As average_precision(label, score), each row counting as often as its weight says. Rows with a NULL weight are left out, and so are those with weight 0; a weight that is negative, NaN or not between 1e-100 and 1e100 is an error';

CREATE AGGREGATE credit_risk.average_precision(label double precision, score double precision) (
    SFUNC = credit_risk.scored_rows_add_number, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.average_precision_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.scored_rows_combine, SERIALFUNC = credit_risk.scored_rows_serialize,
    DESERIALFUNC = credit_risk.scored_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.average_precision(double precision, double precision) IS
'As average_precision(boolean, double precision) for a label of 1 (the event) or 0 in any numeric type; another label is an error';

CREATE AGGREGATE credit_risk.average_precision(label double precision, score double precision, weight double precision) (
    SFUNC = credit_risk.scored_rows_add_number, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.average_precision_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.scored_rows_combine, SERIALFUNC = credit_risk.scored_rows_serialize,
    DESERIALFUNC = credit_risk.scored_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.average_precision(double precision, double precision, double precision) IS
'As average_precision(boolean, double precision, double precision) for a label of 1 (the event) or 0 in any numeric type; another label is an error';

CREATE FUNCTION credit_risk.squared_loss_add(internal, boolean, double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_squared_loss_add';
COMMENT ON FUNCTION credit_risk.squared_loss_add(internal, boolean, double precision) IS
'internal: adds a row for brier_score';

CREATE FUNCTION credit_risk.squared_loss_add(internal, boolean, double precision, double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_squared_loss_add';
COMMENT ON FUNCTION credit_risk.squared_loss_add(internal, boolean, double precision, double precision) IS
'internal: adds a row for brier_score, with a weight';

CREATE FUNCTION credit_risk.squared_loss_add_number(internal, double precision, double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_squared_loss_add_number';
COMMENT ON FUNCTION credit_risk.squared_loss_add_number(internal, double precision, double precision) IS
'internal: adds a row for brier_score';

CREATE FUNCTION credit_risk.squared_loss_add_number(internal, double precision, double precision, double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_squared_loss_add_number';
COMMENT ON FUNCTION credit_risk.squared_loss_add_number(internal, double precision, double precision, double precision) IS
'internal: adds a row for brier_score, with a weight';

CREATE FUNCTION credit_risk.logarithmic_loss_add(internal, boolean, double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_logarithmic_loss_add';
COMMENT ON FUNCTION credit_risk.logarithmic_loss_add(internal, boolean, double precision) IS
'internal: adds a row for log_loss';

CREATE FUNCTION credit_risk.logarithmic_loss_add(internal, boolean, double precision, double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_logarithmic_loss_add';
COMMENT ON FUNCTION credit_risk.logarithmic_loss_add(internal, boolean, double precision, double precision) IS
'internal: adds a row for log_loss, with a weight';

CREATE FUNCTION credit_risk.logarithmic_loss_add_number(internal, double precision, double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_logarithmic_loss_add_number';
COMMENT ON FUNCTION credit_risk.logarithmic_loss_add_number(internal, double precision, double precision) IS
'internal: adds a row for log_loss';

CREATE FUNCTION credit_risk.logarithmic_loss_add_number(internal, double precision, double precision, double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_logarithmic_loss_add_number';
COMMENT ON FUNCTION credit_risk.logarithmic_loss_add_number(internal, double precision, double precision, double precision) IS
'internal: adds a row for log_loss, with a weight';

CREATE FUNCTION credit_risk.loss_combine(internal, internal) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_loss_combine';
COMMENT ON FUNCTION credit_risk.loss_combine(internal, internal) IS
'internal: joins the sums of two parallel workers';

CREATE FUNCTION credit_risk.loss_serialize(internal) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_loss_serialize';
COMMENT ON FUNCTION credit_risk.loss_serialize(internal) IS
'internal: the sums of a parallel worker as bytes';

CREATE FUNCTION credit_risk.loss_deserialize(bytea, internal) RETURNS internal
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_loss_deserialize';
COMMENT ON FUNCTION credit_risk.loss_deserialize(bytea, internal) IS
'internal: the sums of a parallel worker from bytes';

CREATE FUNCTION credit_risk.mean_of_losses(internal) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_mean_of_losses';
COMMENT ON FUNCTION credit_risk.mean_of_losses(internal) IS
'internal: result of aggregates brier_score and log_loss';

CREATE AGGREGATE credit_risk.brier_score(label boolean, score double precision) (
    SFUNC = credit_risk.squared_loss_add, STYPE = internal, SSPACE = 1104,
    FINALFUNC = credit_risk.mean_of_losses, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.loss_combine, SERIALFUNC = credit_risk.loss_serialize,
    DESERIALFUNC = credit_risk.loss_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.brier_score(boolean, double precision) IS
'Brier score of a probability, 0 (perfect) to 1: the mean squared distance from the outcome (Brier 1950; scikit-learn brier_score_loss). NULL without rows; one class will do. Rows with a NULL label or score are left out. A score that is not between 0 and 1 is an error';

CREATE AGGREGATE credit_risk.brier_score(label boolean, score double precision, weight double precision) (
    SFUNC = credit_risk.squared_loss_add, STYPE = internal, SSPACE = 1104,
    FINALFUNC = credit_risk.mean_of_losses, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.loss_combine, SERIALFUNC = credit_risk.loss_serialize,
    DESERIALFUNC = credit_risk.loss_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.brier_score(boolean, double precision, double precision) IS
'As brier_score(label, score), each row counting as often as its weight says. Rows with a NULL weight are left out, and so are those with weight 0; a weight that is negative, NaN or not between 1e-100 and 1e100 is an error';

CREATE AGGREGATE credit_risk.brier_score(label double precision, score double precision) (
    SFUNC = credit_risk.squared_loss_add_number, STYPE = internal, SSPACE = 1104,
    FINALFUNC = credit_risk.mean_of_losses, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.loss_combine, SERIALFUNC = credit_risk.loss_serialize,
    DESERIALFUNC = credit_risk.loss_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.brier_score(double precision, double precision) IS
'As brier_score(boolean, double precision) for a label of 1 (the event) or 0 in any numeric type; another label is an error';

CREATE AGGREGATE credit_risk.brier_score(label double precision, score double precision, weight double precision) (
    SFUNC = credit_risk.squared_loss_add_number, STYPE = internal, SSPACE = 1104,
    FINALFUNC = credit_risk.mean_of_losses, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.loss_combine, SERIALFUNC = credit_risk.loss_serialize,
    DESERIALFUNC = credit_risk.loss_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.brier_score(double precision, double precision, double precision) IS
'As brier_score(boolean, double precision, double precision) for a label of 1 (the event) or 0 in any numeric type; another label is an error';

CREATE AGGREGATE credit_risk.log_loss(label boolean, score double precision) (
    SFUNC = credit_risk.logarithmic_loss_add, STYPE = internal, SSPACE = 1104,
    FINALFUNC = credit_risk.mean_of_losses, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.loss_combine, SERIALFUNC = credit_risk.loss_serialize,
    DESERIALFUNC = credit_risk.loss_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.log_loss(boolean, double precision) IS
'Log loss of a probability (cross entropy), 0 (perfect) to 36.04: the mean of -ln(probability of what happened), that probability clipped to [2^-52, 1 - 2^-52] as in scikit-learn log_loss. NULL without rows; one class will do. Rows with a NULL label or score are left out. A score that is not between 0 and 1 is an error';

CREATE AGGREGATE credit_risk.log_loss(label boolean, score double precision, weight double precision) (
    SFUNC = credit_risk.logarithmic_loss_add, STYPE = internal, SSPACE = 1104,
    FINALFUNC = credit_risk.mean_of_losses, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.loss_combine, SERIALFUNC = credit_risk.loss_serialize,
    DESERIALFUNC = credit_risk.loss_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.log_loss(boolean, double precision, double precision) IS
'As log_loss(label, score), each row counting as often as its weight says. Rows with a NULL weight are left out, and so are those with weight 0; a weight that is negative, NaN or not between 1e-100 and 1e100 is an error';

CREATE AGGREGATE credit_risk.log_loss(label double precision, score double precision) (
    SFUNC = credit_risk.logarithmic_loss_add_number, STYPE = internal, SSPACE = 1104,
    FINALFUNC = credit_risk.mean_of_losses, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.loss_combine, SERIALFUNC = credit_risk.loss_serialize,
    DESERIALFUNC = credit_risk.loss_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.log_loss(double precision, double precision) IS
'As log_loss(boolean, double precision) for a label of 1 (the event) or 0 in any numeric type; another label is an error';

CREATE AGGREGATE credit_risk.log_loss(label double precision, score double precision, weight double precision) (
    SFUNC = credit_risk.logarithmic_loss_add_number, STYPE = internal, SSPACE = 1104,
    FINALFUNC = credit_risk.mean_of_losses, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.loss_combine, SERIALFUNC = credit_risk.loss_serialize,
    DESERIALFUNC = credit_risk.loss_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.log_loss(double precision, double precision, double precision) IS
'As log_loss(boolean, double precision, double precision) for a label of 1 (the event) or 0 in any numeric type; another label is an error';
