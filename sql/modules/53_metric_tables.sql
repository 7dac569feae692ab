-- ---------------------------------------------------------------------------------------------------------------------
-- How good a score is, as tables: aggregates over (label, score) that return an array of rows, for unnest. They keep the rows
-- and sort them, so that serial and parallel plans give the same bits.

CREATE TYPE credit_risk.roc_point AS (
    threshold double precision,
    false_positive_rate double precision,
    true_positive_rate double precision
);
COMMENT ON TYPE credit_risk.roc_point IS 'a point of a ROC curve';
COMMENT ON COLUMN credit_risk.roc_point.threshold IS 'a row counts as a predicted event where its score is this or higher; Infinity at the first point';
COMMENT ON COLUMN credit_risk.roc_point.false_positive_rate IS 'share of the non-events predicted as events, 0 to 1';
COMMENT ON COLUMN credit_risk.roc_point.true_positive_rate IS 'share of the events predicted as such, 0 to 1';

CREATE TYPE credit_risk.calibration_bin AS (
    bin int,
    lower double precision,
    upper double precision,
    rows bigint,
    events double precision,
    mean_predicted double precision,
    observed double precision,
    low double precision,
    high double precision
);
COMMENT ON TYPE credit_risk.calibration_bin IS 'a line of calibration_table';
COMMENT ON COLUMN credit_risk.calibration_bin.bin IS 'number of the bin, from 1, by rising score; bins without rows are left out';
COMMENT ON COLUMN credit_risk.calibration_bin.lower IS 'scores of the bin lie above this (at it too in bin 1)';
COMMENT ON COLUMN credit_risk.calibration_bin.upper IS 'and not above this';
COMMENT ON COLUMN credit_risk.calibration_bin.rows IS 'rows in the bin';
COMMENT ON COLUMN credit_risk.calibration_bin.events IS 'events among them; with weights the sum of their weights';
COMMENT ON COLUMN credit_risk.calibration_bin.mean_predicted IS 'mean score, weighted';
COMMENT ON COLUMN credit_risk.calibration_bin.observed IS 'share of events, weighted';
COMMENT ON COLUMN credit_risk.calibration_bin.low IS 'lower end of the 95 % interval of observed (Wilson 1927; with weights for (sum of weights)^2 / sum of squares rows, Kish 1965)';
COMMENT ON COLUMN credit_risk.calibration_bin.high IS 'upper end of that interval';

CREATE TYPE credit_risk.calibration_test AS (
    statistic double precision,
    degrees_of_freedom int,
    p_value double precision
);
COMMENT ON TYPE credit_risk.calibration_test IS 'the result of hosmer_lemeshow_test';
COMMENT ON COLUMN credit_risk.calibration_test.statistic IS 'sum of (observed - expected)^2 / (expected * (1 - expected / size)) over the bins, 0 or more';
COMMENT ON COLUMN credit_risk.calibration_test.degrees_of_freedom IS 'bins, less 2 on the rows that the model was fitted to';
COMMENT ON COLUMN credit_risk.calibration_test.p_value IS 'chance of such a statistic or a greater one from probabilities that are right, 0 to 1';

CREATE TYPE credit_risk.lift_bin AS (
    bin int,
    highest double precision,
    lowest double precision,
    rows bigint,
    events double precision,
    event_rate double precision,
    lift double precision,
    cumulative_share double precision,
    gain double precision,
    cumulative_lift double precision,
    ks double precision
);
COMMENT ON TYPE credit_risk.lift_bin IS 'a line of lift_table';
COMMENT ON COLUMN credit_risk.lift_bin.bin IS 'number of the bin, from 1, highest scores first; bins left without rows are left out';
COMMENT ON COLUMN credit_risk.lift_bin.highest IS 'highest score of the bin';
COMMENT ON COLUMN credit_risk.lift_bin.lowest IS 'lowest score of the bin';
COMMENT ON COLUMN credit_risk.lift_bin.rows IS 'rows in the bin';
COMMENT ON COLUMN credit_risk.lift_bin.events IS 'events among them; with weights the sum of their weights';
COMMENT ON COLUMN credit_risk.lift_bin.event_rate IS 'share of events in the bin';
COMMENT ON COLUMN credit_risk.lift_bin.lift IS 'event_rate divided by that of all rows; NULL without events';
COMMENT ON COLUMN credit_risk.lift_bin.cumulative_share IS 'rows of this bin and those above, as a share of all';
COMMENT ON COLUMN credit_risk.lift_bin.gain IS 'events of this bin and those above, as a share of all events; NULL without events';
COMMENT ON COLUMN credit_risk.lift_bin.cumulative_lift IS 'gain divided by cumulative_share';
COMMENT ON COLUMN credit_risk.lift_bin.ks IS 'gain less the same share of the non-events; its greatest value over the bins approaches ks_statistic. NULL with one class only';

CREATE FUNCTION credit_risk.table_rows_add(internal, "any", double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_table_rows_add';
COMMENT ON FUNCTION credit_risk.table_rows_add(internal, "any", double precision) IS
'internal: gathers a row for roc_curve';

CREATE FUNCTION credit_risk.table_rows_add(internal, "any", double precision, double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_table_rows_add';
COMMENT ON FUNCTION credit_risk.table_rows_add(internal, "any", double precision, double precision) IS
'internal: gathers a row for roc_curve, with a weight';

CREATE FUNCTION credit_risk.lift_rows_add(internal, "any", double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_lift_rows_add';
COMMENT ON FUNCTION credit_risk.lift_rows_add(internal, "any", double precision) IS
'internal: gathers a row for lift_table';

CREATE FUNCTION credit_risk.lift_rows_add(internal, "any", double precision, integer) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_lift_rows_add';
COMMENT ON FUNCTION credit_risk.lift_rows_add(internal, "any", double precision, integer) IS
'internal: gathers a row for lift_table, with the number of bins';

CREATE FUNCTION credit_risk.lift_rows_add(internal, "any", double precision, integer, double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_lift_rows_add';
COMMENT ON FUNCTION credit_risk.lift_rows_add(internal, "any", double precision, integer, double precision) IS
'internal: gathers a row for lift_table, with the number of bins and a weight';

CREATE FUNCTION credit_risk.calibration_rows_add(internal, "any", double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_calibration_rows_add';
COMMENT ON FUNCTION credit_risk.calibration_rows_add(internal, "any", double precision) IS
'internal: gathers a row for calibration_table';

CREATE FUNCTION credit_risk.calibration_rows_add(internal, "any", double precision, integer, text) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_calibration_rows_add';
COMMENT ON FUNCTION credit_risk.calibration_rows_add(internal, "any", double precision, integer, text) IS
'internal: gathers a row for calibration_table, with bins and spacing';

CREATE FUNCTION credit_risk.calibration_rows_add(internal, "any", double precision, integer, text, double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_calibration_rows_add';
COMMENT ON FUNCTION credit_risk.calibration_rows_add(internal, "any", double precision, integer, text, double precision) IS
'internal: gathers a row for calibration_table, with bins, spacing and a weight';

CREATE FUNCTION credit_risk.calibration_test_rows_add(internal, "any", double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_calibration_test_rows_add';
COMMENT ON FUNCTION credit_risk.calibration_test_rows_add(internal, "any", double precision) IS
'internal: gathers a row for hosmer_lemeshow_test';

CREATE FUNCTION credit_risk.calibration_test_rows_add(internal, "any", double precision, integer, boolean) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_calibration_test_rows_add';
COMMENT ON FUNCTION credit_risk.calibration_test_rows_add(internal, "any", double precision, integer, boolean) IS
'internal: gathers a row for hosmer_lemeshow_test, with bins and in_sample';

CREATE FUNCTION credit_risk.table_rows_combine(internal, internal) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_table_rows_combine';
COMMENT ON FUNCTION credit_risk.table_rows_combine(internal, internal) IS
'internal: joins the rows of two parallel workers';

CREATE FUNCTION credit_risk.table_rows_serialize(internal) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_table_rows_serialize';
COMMENT ON FUNCTION credit_risk.table_rows_serialize(internal) IS
'internal: the rows of a parallel worker as bytes';

CREATE FUNCTION credit_risk.table_rows_deserialize(bytea, internal) RETURNS internal
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_table_rows_deserialize';
COMMENT ON FUNCTION credit_risk.table_rows_deserialize(bytea, internal) IS
'internal: the rows of a parallel worker from bytes';

CREATE FUNCTION credit_risk.roc_curve_of_rows(internal) RETURNS credit_risk.roc_point[]
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_roc_curve_of_rows';
COMMENT ON FUNCTION credit_risk.roc_curve_of_rows(internal) IS
'internal: result of aggregate roc_curve';

CREATE FUNCTION credit_risk.calibration_table_of_rows(internal) RETURNS credit_risk.calibration_bin[]
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_calibration_table_of_rows';
COMMENT ON FUNCTION credit_risk.calibration_table_of_rows(internal) IS
'internal: result of aggregate calibration_table';

CREATE FUNCTION credit_risk.hosmer_lemeshow_of_rows(internal) RETURNS credit_risk.calibration_test
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_hosmer_lemeshow_of_rows';
COMMENT ON FUNCTION credit_risk.hosmer_lemeshow_of_rows(internal) IS
'internal: result of aggregate hosmer_lemeshow_test';

CREATE FUNCTION credit_risk.lift_table_of_rows(internal) RETURNS credit_risk.lift_bin[]
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_lift_table_of_rows';
COMMENT ON FUNCTION credit_risk.lift_table_of_rows(internal) IS
'internal: result of aggregate lift_table';

CREATE AGGREGATE credit_risk.roc_curve(label "any", score double precision) (
    SFUNC = credit_risk.table_rows_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.roc_curve_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.table_rows_combine, SERIALFUNC = credit_risk.table_rows_serialize,
    DESERIALFUNC = credit_risk.table_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.roc_curve("any", double precision) IS
'ROC curve as an array of roc_point, from (0, 0) at threshold Infinity to (1, 1) at the lowest score; points inside a straight part are left out (scikit-learn roc_curve). label is boolean, or 0 and 1 in a numeric type; true or 1 is the event. NULL without rows of both classes. Rows with a NULL argument are left out. A score that is NaN or infinite is an error; so are more rows than credit_risk.training_memory holds at 64 bytes each; so are more than 10,000,000 points';

CREATE AGGREGATE credit_risk.roc_curve(label "any", score double precision, weight double precision) (
    SFUNC = credit_risk.table_rows_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.roc_curve_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.table_rows_combine, SERIALFUNC = credit_risk.table_rows_serialize,
    DESERIALFUNC = credit_risk.table_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.roc_curve("any", double precision, double precision) IS
'As roc_curve(label, score), each row counting as often as its weight says. Weight 0 leaves a row out; one that is negative, NaN or not between 1e-100 and 1e100 is an error';

CREATE AGGREGATE credit_risk.calibration_table(label "any", score double precision) (
    SFUNC = credit_risk.calibration_rows_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.calibration_table_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.table_rows_combine, SERIALFUNC = credit_risk.table_rows_serialize,
    DESERIALFUNC = credit_risk.table_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.calibration_table("any", double precision) IS
'Whether probabilities agree with what happened: ten bins with about as many rows each, as an array of calibration_bin (scikit-learn calibration_curve, strategy quantile). label is boolean, or 0 and 1 in a numeric type; true or 1 is the event; score is a probability. NULL without rows. Rows with a NULL argument are left out. A score outside 0 to 1 is an error; so are more rows than credit_risk.training_memory holds at 64 bytes each';

CREATE AGGREGATE credit_risk.calibration_table(label "any", score double precision, bins integer, spacing text) (
    SFUNC = credit_risk.calibration_rows_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.calibration_table_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.table_rows_combine, SERIALFUNC = credit_risk.table_rows_serialize,
    DESERIALFUNC = credit_risk.table_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.calibration_table("any", double precision, integer, text) IS
'As calibration_table(label, score) with 1 to 1000 bins, spaced by quantile (about as many rows in each) or width (equal parts of 0 to 1; scikit-learn strategy uniform). Both must be the same in every row';

CREATE AGGREGATE credit_risk.calibration_table(label "any", score double precision, bins integer, spacing text, weight double precision) (
    SFUNC = credit_risk.calibration_rows_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.calibration_table_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.table_rows_combine, SERIALFUNC = credit_risk.table_rows_serialize,
    DESERIALFUNC = credit_risk.table_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.calibration_table("any", double precision, integer, text, double precision) IS
'As calibration_table(label, score, bins, spacing), each row counting as often as its weight says. Weight 0 leaves a row out; one that is negative, NaN or not between 1e-100 and 1e100 is an error. Edges lie where they lie without weights';

CREATE AGGREGATE credit_risk.hosmer_lemeshow_test(label "any", score double precision) (
    SFUNC = credit_risk.calibration_test_rows_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.hosmer_lemeshow_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.table_rows_combine, SERIALFUNC = credit_risk.table_rows_serialize,
    DESERIALFUNC = credit_risk.table_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.hosmer_lemeshow_test("any", double precision) IS
'Hosmer-Lemeshow test of calibration over the ten bins of calibration_table, as a calibration_test: hosmer_lemeshow of the events, the sum of the probabilities and the rows of each bin, on rows that the model was fitted to. label is boolean, or 0 and 1 in a numeric type; true or 1 is the event; score is a probability. NULL where the test is undefined: fewer than 3 bins, or a bin whose probabilities are all 0 or all 1. Rows with a NULL argument are left out. A score outside 0 to 1 is an error; so are more rows than credit_risk.training_memory holds at 64 bytes each';

CREATE AGGREGATE credit_risk.hosmer_lemeshow_test(label "any", score double precision, bins integer, in_sample boolean) (
    SFUNC = credit_risk.calibration_test_rows_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.hosmer_lemeshow_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.table_rows_combine, SERIALFUNC = credit_risk.table_rows_serialize,
    DESERIALFUNC = credit_risk.table_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.hosmer_lemeshow_test("any", double precision, integer, boolean) IS
'As hosmer_lemeshow_test(label, score) with 1 to 1000 bins; in_sample is false for rows that the model was not fitted to, where the degrees of freedom are the number of bins. Both must be the same in every row';

CREATE AGGREGATE credit_risk.lift_table(label "any", score double precision) (
    SFUNC = credit_risk.lift_rows_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.lift_table_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.table_rows_combine, SERIALFUNC = credit_risk.table_rows_serialize,
    DESERIALFUNC = credit_risk.table_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.lift_table("any", double precision) IS
'How many of the events the highest scores catch: ten equal parts of the rows by falling score, as an array of lift_bin. Equal scores stay together, in the bin where the first of them falls. label is boolean, or 0 and 1 in a numeric type; true or 1 is the event. NULL without rows. Rows with a NULL argument are left out. A score that is NaN or infinite is an error; so are more rows than credit_risk.training_memory holds at 64 bytes each';

CREATE AGGREGATE credit_risk.lift_table(label "any", score double precision, bins integer) (
    SFUNC = credit_risk.lift_rows_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.lift_table_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.table_rows_combine, SERIALFUNC = credit_risk.table_rows_serialize,
    DESERIALFUNC = credit_risk.table_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.lift_table("any", double precision, integer) IS
'As lift_table(label, score) with 1 to 1000 bins, the same number in every row';

CREATE AGGREGATE credit_risk.lift_table(label "any", score double precision, bins integer, weight double precision) (
    SFUNC = credit_risk.lift_rows_add, STYPE = internal, SSPACE = 4096,
    FINALFUNC = credit_risk.lift_table_of_rows, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.table_rows_combine, SERIALFUNC = credit_risk.table_rows_serialize,
    DESERIALFUNC = credit_risk.table_rows_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.lift_table("any", double precision, integer, double precision) IS
'As lift_table(label, score, bins), each row counting as often as its weight says. Weight 0 leaves a row out; one that is negative, NaN or not between 1e-100 and 1e100 is an error. Bins are equal parts of the weight';
