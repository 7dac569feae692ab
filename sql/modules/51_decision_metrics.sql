-- ---------------------------------------------------------------------------------------------------------------------
-- How good a decision is: aggregates over (label, score [, threshold [, weight]]), from four integer counts, or four exact
-- sums of weights.

CREATE FUNCTION credit_risk.confusion_add(internal, boolean, double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_confusion_add';
COMMENT ON FUNCTION credit_risk.confusion_add(internal, boolean, double precision) IS
'internal: counts a decision';

CREATE FUNCTION credit_risk.confusion_add(internal, boolean, double precision, double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_confusion_add';
COMMENT ON FUNCTION credit_risk.confusion_add(internal, boolean, double precision, double precision) IS
'internal: counts a decision, with a threshold';

CREATE FUNCTION credit_risk.confusion_add_number(internal, double precision, double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_confusion_add_number';
COMMENT ON FUNCTION credit_risk.confusion_add_number(internal, double precision, double precision) IS
'internal: counts a decision';

CREATE FUNCTION credit_risk.confusion_add_number(internal, double precision, double precision, double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_confusion_add_number';
COMMENT ON FUNCTION credit_risk.confusion_add_number(internal, double precision, double precision, double precision) IS
'internal: counts a decision, with a threshold';

CREATE FUNCTION credit_risk.confusion_combine(internal, internal) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_confusion_combine';
COMMENT ON FUNCTION credit_risk.confusion_combine(internal, internal) IS
'internal: joins the counts of two parallel workers';

CREATE FUNCTION credit_risk.confusion_serialize(internal) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_confusion_serialize';
COMMENT ON FUNCTION credit_risk.confusion_serialize(internal) IS
'internal: the counts of a parallel worker as bytes';

CREATE FUNCTION credit_risk.confusion_deserialize(bytea, internal) RETURNS internal
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_confusion_deserialize';
COMMENT ON FUNCTION credit_risk.confusion_deserialize(bytea, internal) IS
'internal: the counts of a parallel worker from bytes';

CREATE FUNCTION credit_risk.weighted_confusion_add(internal, boolean, double precision, double precision, double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_weighted_confusion_add';
COMMENT ON FUNCTION credit_risk.weighted_confusion_add(internal, boolean, double precision, double precision, double precision) IS
'internal: adds what a decision weighs';

CREATE FUNCTION credit_risk.weighted_confusion_add_number(internal, double precision, double precision, double precision, double precision) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_weighted_confusion_add_number';
COMMENT ON FUNCTION credit_risk.weighted_confusion_add_number(internal, double precision, double precision, double precision, double precision) IS
'internal: adds what a decision weighs';

CREATE FUNCTION credit_risk.weighted_confusion_combine(internal, internal) RETURNS internal
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_weighted_confusion_combine';
COMMENT ON FUNCTION credit_risk.weighted_confusion_combine(internal, internal) IS
'internal: joins the sums of two parallel workers';

CREATE FUNCTION credit_risk.weighted_confusion_serialize(internal) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_weighted_confusion_serialize';
COMMENT ON FUNCTION credit_risk.weighted_confusion_serialize(internal) IS
'internal: the sums of a parallel worker as bytes';

CREATE FUNCTION credit_risk.weighted_confusion_deserialize(bytea, internal) RETURNS internal
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_weighted_confusion_deserialize';
COMMENT ON FUNCTION credit_risk.weighted_confusion_deserialize(bytea, internal) IS
'internal: the sums of a parallel worker from bytes';

CREATE FUNCTION credit_risk.accuracy_of_counts(internal) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_accuracy_of_counts';
COMMENT ON FUNCTION credit_risk.accuracy_of_counts(internal) IS
'internal: result of aggregate accuracy';

CREATE FUNCTION credit_risk.accuracy_of_weights(internal) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_accuracy_of_weights';
COMMENT ON FUNCTION credit_risk.accuracy_of_weights(internal) IS
'internal: result of aggregate accuracy with weights';

CREATE AGGREGATE credit_risk.accuracy(label boolean, score double precision) (
    SFUNC = credit_risk.confusion_add, STYPE = internal, SSPACE = 32,
    FINALFUNC = credit_risk.accuracy_of_counts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.confusion_combine, SERIALFUNC = credit_risk.confusion_serialize,
    DESERIALFUNC = credit_risk.confusion_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.accuracy(boolean, double precision) IS
'Accuracy at threshold 0.5, 0 to 1: the share of rows whose label is what was predicted (scikit-learn accuracy_score). A row is predicted as an event when its score lies above 0.5. NULL without rows. Rows with a NULL label or score are left out. A score that is NaN or infinite is an error';

CREATE AGGREGATE credit_risk.accuracy(label boolean, score double precision, threshold double precision) (
    SFUNC = credit_risk.confusion_add, STYPE = internal, SSPACE = 32,
    FINALFUNC = credit_risk.accuracy_of_counts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.confusion_combine, SERIALFUNC = credit_risk.confusion_serialize,
    DESERIALFUNC = credit_risk.confusion_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.accuracy(boolean, double precision, double precision) IS
'As accuracy(label, score), where a row is predicted as an event when its score lies above threshold; the threshold may differ from row to row. Rows with a NULL threshold are left out; one that is NaN or infinite is an error';

CREATE AGGREGATE credit_risk.accuracy(label double precision, score double precision) (
    SFUNC = credit_risk.confusion_add_number, STYPE = internal, SSPACE = 32,
    FINALFUNC = credit_risk.accuracy_of_counts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.confusion_combine, SERIALFUNC = credit_risk.confusion_serialize,
    DESERIALFUNC = credit_risk.confusion_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.accuracy(double precision, double precision) IS
'As accuracy(boolean, double precision) for a label of 1 (the event) or 0 in any numeric type; another label is an error';

CREATE AGGREGATE credit_risk.accuracy(label double precision, score double precision, threshold double precision) (
    SFUNC = credit_risk.confusion_add_number, STYPE = internal, SSPACE = 32,
    FINALFUNC = credit_risk.accuracy_of_counts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.confusion_combine, SERIALFUNC = credit_risk.confusion_serialize,
    DESERIALFUNC = credit_risk.confusion_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.accuracy(double precision, double precision, double precision) IS
'As accuracy(boolean, double precision, double precision) for a label of 1 (the event) or 0 in any numeric type; another label is an error';

CREATE AGGREGATE credit_risk.accuracy(label boolean, score double precision, threshold double precision, weight double precision) (
    SFUNC = credit_risk.weighted_confusion_add, STYPE = internal, SSPACE = 2208,
    FINALFUNC = credit_risk.accuracy_of_weights, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.weighted_confusion_combine, SERIALFUNC = credit_risk.weighted_confusion_serialize,
    DESERIALFUNC = credit_risk.weighted_confusion_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.accuracy(boolean, double precision, double precision, double precision) IS
'As accuracy(label, score, threshold), each row counting as often as its weight says (scikit-learn sample_weight). Rows with a NULL weight are left out, and so are those with weight 0; a weight that is negative, NaN or not between 1e-100 and 1e100 is an error';

CREATE AGGREGATE credit_risk.accuracy(label double precision, score double precision, threshold double precision, weight double precision) (
    SFUNC = credit_risk.weighted_confusion_add_number, STYPE = internal, SSPACE = 2208,
    FINALFUNC = credit_risk.accuracy_of_weights, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.weighted_confusion_combine, SERIALFUNC = credit_risk.weighted_confusion_serialize,
    DESERIALFUNC = credit_risk.weighted_confusion_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.accuracy(double precision, double precision, double precision, double precision) IS
'As accuracy(boolean, double precision, double precision, double precision) for a label of 1 (the event) or 0 in any numeric type; another label is an error';

CREATE FUNCTION credit_risk.precision_of_counts(internal) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_precision_of_counts';
COMMENT ON FUNCTION credit_risk.precision_of_counts(internal) IS
'internal: result of aggregate precision';

CREATE FUNCTION credit_risk.precision_of_weights(internal) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_precision_of_weights';
COMMENT ON FUNCTION credit_risk.precision_of_weights(internal) IS
'internal: result of aggregate precision with weights';

CREATE AGGREGATE credit_risk.precision(label boolean, score double precision) (
    SFUNC = credit_risk.confusion_add, STYPE = internal, SSPACE = 32,
    FINALFUNC = credit_risk.precision_of_counts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.confusion_combine, SERIALFUNC = credit_risk.confusion_serialize,
    DESERIALFUNC = credit_risk.confusion_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.precision(boolean, double precision) IS
'Precision at threshold 0.5, 0 to 1: the share of events among the rows predicted as events (scikit-learn precision_score). PRECISION is a keyword: write credit_risk.precision. A row is predicted as an event when its score lies above 0.5. NULL where no row is predicted as an event. Rows with a NULL label or score are left out. A score that is NaN or infinite is an error';

CREATE AGGREGATE credit_risk.precision(label boolean, score double precision, threshold double precision) (
    SFUNC = credit_risk.confusion_add, STYPE = internal, SSPACE = 32,
    FINALFUNC = credit_risk.precision_of_counts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.confusion_combine, SERIALFUNC = credit_risk.confusion_serialize,
    DESERIALFUNC = credit_risk.confusion_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.precision(boolean, double precision, double precision) IS
'As precision(label, score), where a row is predicted as an event when its score lies above threshold; the threshold may differ from row to row. Rows with a NULL threshold are left out; one that is NaN or infinite is an error';

CREATE AGGREGATE credit_risk.precision(label double precision, score double precision) (
    SFUNC = credit_risk.confusion_add_number, STYPE = internal, SSPACE = 32,
    FINALFUNC = credit_risk.precision_of_counts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.confusion_combine, SERIALFUNC = credit_risk.confusion_serialize,
    DESERIALFUNC = credit_risk.confusion_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.precision(double precision, double precision) IS
'As precision(boolean, double precision) for a label of 1 (the event) or 0 in any numeric type; another label is an error';

CREATE AGGREGATE credit_risk.precision(label double precision, score double precision, threshold double precision) (
    SFUNC = credit_risk.confusion_add_number, STYPE = internal, SSPACE = 32,
    FINALFUNC = credit_risk.precision_of_counts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.confusion_combine, SERIALFUNC = credit_risk.confusion_serialize,
    DESERIALFUNC = credit_risk.confusion_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.precision(double precision, double precision, double precision) IS
'As precision(boolean, double precision, double precision) for a label of 1 (the event) or 0 in any numeric type; another label is an error';

CREATE AGGREGATE credit_risk.precision(label boolean, score double precision, threshold double precision, weight double precision) (
    SFUNC = credit_risk.weighted_confusion_add, STYPE = internal, SSPACE = 2208,
    FINALFUNC = credit_risk.precision_of_weights, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.weighted_confusion_combine, SERIALFUNC = credit_risk.weighted_confusion_serialize,
    DESERIALFUNC = credit_risk.weighted_confusion_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.precision(boolean, double precision, double precision, double precision) IS
'As precision(label, score, threshold), each row counting as often as its weight says (scikit-learn sample_weight). Rows with a NULL weight are left out, and so are those with weight 0; a weight that is negative, NaN or not between 1e-100 and 1e100 is an error';

CREATE AGGREGATE credit_risk.precision(label double precision, score double precision, threshold double precision, weight double precision) (
    SFUNC = credit_risk.weighted_confusion_add_number, STYPE = internal, SSPACE = 2208,
    FINALFUNC = credit_risk.precision_of_weights, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.weighted_confusion_combine, SERIALFUNC = credit_risk.weighted_confusion_serialize,
    DESERIALFUNC = credit_risk.weighted_confusion_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.precision(double precision, double precision, double precision, double precision) IS
'As precision(boolean, double precision, double precision, double precision) for a label of 1 (the event) or 0 in any numeric type; another label is an error';

CREATE FUNCTION credit_risk.recall_of_counts(internal) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_recall_of_counts';
COMMENT ON FUNCTION credit_risk.recall_of_counts(internal) IS
'internal: result of aggregate recall';

CREATE FUNCTION credit_risk.recall_of_weights(internal) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_recall_of_weights';
COMMENT ON FUNCTION credit_risk.recall_of_weights(internal) IS
'internal: result of aggregate recall with weights';

CREATE AGGREGATE credit_risk.recall(label boolean, score double precision) (
    SFUNC = credit_risk.confusion_add, STYPE = internal, SSPACE = 32,
    FINALFUNC = credit_risk.recall_of_counts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.confusion_combine, SERIALFUNC = credit_risk.confusion_serialize,
    DESERIALFUNC = credit_risk.confusion_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.recall(boolean, double precision) IS
'Recall at threshold 0.5 (sensitivity, true positive rate), 0 to 1: the share of the events that are predicted (scikit-learn recall_score). A row is predicted as an event when its score lies above 0.5. NULL where no row is an event. Rows with a NULL label or score are left out. A score that is NaN or infinite is an error';

CREATE AGGREGATE credit_risk.recall(label boolean, score double precision, threshold double precision) (
    SFUNC = credit_risk.confusion_add, STYPE = internal, SSPACE = 32,
    FINALFUNC = credit_risk.recall_of_counts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.confusion_combine, SERIALFUNC = credit_risk.confusion_serialize,
    DESERIALFUNC = credit_risk.confusion_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.recall(boolean, double precision, double precision) IS
'As recall(label, score), where a row is predicted as an event when its score lies above threshold; the threshold may differ from row to row. Rows with a NULL threshold are left out; one that is NaN or infinite is an error';

CREATE AGGREGATE credit_risk.recall(label double precision, score double precision) (
    SFUNC = credit_risk.confusion_add_number, STYPE = internal, SSPACE = 32,
    FINALFUNC = credit_risk.recall_of_counts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.confusion_combine, SERIALFUNC = credit_risk.confusion_serialize,
    DESERIALFUNC = credit_risk.confusion_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.recall(double precision, double precision) IS
'As recall(boolean, double precision) for a label of 1 (the event) or 0 in any numeric type; another label is an error';

CREATE AGGREGATE credit_risk.recall(label double precision, score double precision, threshold double precision) (
    SFUNC = credit_risk.confusion_add_number, STYPE = internal, SSPACE = 32,
    FINALFUNC = credit_risk.recall_of_counts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.confusion_combine, SERIALFUNC = credit_risk.confusion_serialize,
    DESERIALFUNC = credit_risk.confusion_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.recall(double precision, double precision, double precision) IS
'As recall(boolean, double precision, double precision) for a label of 1 (the event) or 0 in any numeric type; another label is an error';

CREATE AGGREGATE credit_risk.recall(label boolean, score double precision, threshold double precision, weight double precision) (
    SFUNC = credit_risk.weighted_confusion_add, STYPE = internal, SSPACE = 2208,
    FINALFUNC = credit_risk.recall_of_weights, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.weighted_confusion_combine, SERIALFUNC = credit_risk.weighted_confusion_serialize,
    DESERIALFUNC = credit_risk.weighted_confusion_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.recall(boolean, double precision, double precision, double precision) IS
'As recall(label, score, threshold), each row counting as often as its weight says (scikit-learn sample_weight). Rows with a NULL weight are left out, and so are those with weight 0; a weight that is negative, NaN or not between 1e-100 and 1e100 is an error';

CREATE AGGREGATE credit_risk.recall(label double precision, score double precision, threshold double precision, weight double precision) (
    SFUNC = credit_risk.weighted_confusion_add_number, STYPE = internal, SSPACE = 2208,
    FINALFUNC = credit_risk.recall_of_weights, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.weighted_confusion_combine, SERIALFUNC = credit_risk.weighted_confusion_serialize,
    DESERIALFUNC = credit_risk.weighted_confusion_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.recall(double precision, double precision, double precision, double precision) IS
'As recall(boolean, double precision, double precision, double precision) for a label of 1 (the event) or 0 in any numeric type; another label is an error';

CREATE FUNCTION credit_risk.f1_of_counts(internal) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_f1_of_counts';
COMMENT ON FUNCTION credit_risk.f1_of_counts(internal) IS
'internal: result of aggregate f1';

CREATE FUNCTION credit_risk.f1_of_weights(internal) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'cr_f1_of_weights';
COMMENT ON FUNCTION credit_risk.f1_of_weights(internal) IS
'internal: result of aggregate f1 with weights';

CREATE AGGREGATE credit_risk.f1(label boolean, score double precision) (
    SFUNC = credit_risk.confusion_add, STYPE = internal, SSPACE = 32,
    FINALFUNC = credit_risk.f1_of_counts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.confusion_combine, SERIALFUNC = credit_risk.confusion_serialize,
    DESERIALFUNC = credit_risk.confusion_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.f1(boolean, double precision) IS
'F1 score at threshold 0.5, 0 to 1: the harmonic mean of precision and recall (scikit-learn f1_score). A row is predicted as an event when its score lies above 0.5. NULL where no row is an event or predicted as one. Rows with a NULL label or score are left out. A score that is NaN or infinite is an error';

CREATE AGGREGATE credit_risk.f1(label boolean, score double precision, threshold double precision) (
    SFUNC = credit_risk.confusion_add, STYPE = internal, SSPACE = 32,
    FINALFUNC = credit_risk.f1_of_counts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.confusion_combine, SERIALFUNC = credit_risk.confusion_serialize,
    DESERIALFUNC = credit_risk.confusion_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.f1(boolean, double precision, double precision) IS
'As f1(label, score), where a row is predicted as an event when its score lies above threshold; the threshold may differ from row to row. Rows with a NULL threshold are left out; one that is NaN or infinite is an error';

CREATE AGGREGATE credit_risk.f1(label double precision, score double precision) (
    SFUNC = credit_risk.confusion_add_number, STYPE = internal, SSPACE = 32,
    FINALFUNC = credit_risk.f1_of_counts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.confusion_combine, SERIALFUNC = credit_risk.confusion_serialize,
    DESERIALFUNC = credit_risk.confusion_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.f1(double precision, double precision) IS
'As f1(boolean, double precision) for a label of 1 (the event) or 0 in any numeric type; another label is an error';

CREATE AGGREGATE credit_risk.f1(label double precision, score double precision, threshold double precision) (
    SFUNC = credit_risk.confusion_add_number, STYPE = internal, SSPACE = 32,
    FINALFUNC = credit_risk.f1_of_counts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.confusion_combine, SERIALFUNC = credit_risk.confusion_serialize,
    DESERIALFUNC = credit_risk.confusion_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.f1(double precision, double precision, double precision) IS
'As f1(boolean, double precision, double precision) for a label of 1 (the event) or 0 in any numeric type; another label is an error';

CREATE AGGREGATE credit_risk.f1(label boolean, score double precision, threshold double precision, weight double precision) (
    SFUNC = credit_risk.weighted_confusion_add, STYPE = internal, SSPACE = 2208,
    FINALFUNC = credit_risk.f1_of_weights, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.weighted_confusion_combine, SERIALFUNC = credit_risk.weighted_confusion_serialize,
    DESERIALFUNC = credit_risk.weighted_confusion_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.f1(boolean, double precision, double precision, double precision) IS
'As f1(label, score, threshold), each row counting as often as its weight says (scikit-learn sample_weight). Rows with a NULL weight are left out, and so are those with weight 0; a weight that is negative, NaN or not between 1e-100 and 1e100 is an error';

CREATE AGGREGATE credit_risk.f1(label double precision, score double precision, threshold double precision, weight double precision) (
    SFUNC = credit_risk.weighted_confusion_add_number, STYPE = internal, SSPACE = 2208,
    FINALFUNC = credit_risk.f1_of_weights, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = credit_risk.weighted_confusion_combine, SERIALFUNC = credit_risk.weighted_confusion_serialize,
    DESERIALFUNC = credit_risk.weighted_confusion_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE credit_risk.f1(double precision, double precision, double precision, double precision) IS
'As f1(boolean, double precision, double precision, double precision) for a label of 1 (the event) or 0 in any numeric type; another label is an error';
