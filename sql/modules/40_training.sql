-- ---------------------------------------------------------------------------------------------------------------------
-- Training: from a query to a model version with its figures.

CREATE FUNCTION credit_risk.fit_model(
    model text, query text, target text, algorithm text, params jsonb, folds_only boolean,
    OUT content bytea, OUT metrics jsonb, OUT effective_params jsonb, OUT data_sha256 text, OUT seconds double precision
) LANGUAGE c VOLATILE PARALLEL UNSAFE COST 1000000 AS 'MODULE_PATHNAME', 'cr_fit_model';
COMMENT ON FUNCTION credit_risk.fit_model(text, text, text, text, jsonb, boolean) IS
'internal: trains as train says but stores nothing; returns the model in canonical binary form (NULL with folds_only), its figures, all parameters in force, the fingerprint of the rows, and the time taken';

CREATE TYPE credit_risk.training_result AS (
    model text,
    version bigint,
    algorithm text,
    rows bigint,
    skipped_rows bigint,
    features int,
    positives bigint,
    test_rows bigint,
    accuracy double precision,
    "precision" double precision,
    recall double precision,
    f1 double precision,
    auc double precision,
    true_positives bigint,
    false_positives bigint,
    true_negatives bigint,
    false_negatives bigint,
    cv_accuracy double precision,
    cv_accuracy_sd double precision,
    cv_auc double precision,
    cv_auc_sd double precision,
    train_accuracy double precision,
    train_test_gap double precision,
    seconds double precision
);
COMMENT ON TYPE credit_risk.training_result IS
'what train returns: the version made and how good it is on rows that it has not seen (a row counts as predicted positive above a probability of 0.5)';
COMMENT ON COLUMN credit_risk.training_result.model IS 'name of the model';
COMMENT ON COLUMN credit_risk.training_result.version IS 'the version stored, to approve and deploy';
COMMENT ON COLUMN credit_risk.training_result.algorithm IS 'random_forest, gradient_boosting, logistic_regression, scorecard or decision_tree';
COMMENT ON COLUMN credit_risk.training_result.rows IS 'rows of the query with a target';
COMMENT ON COLUMN credit_risk.training_result.skipped_rows IS 'rows of the query left out because their target is NULL';
COMMENT ON COLUMN credit_risk.training_result.features IS 'number of features';
COMMENT ON COLUMN credit_risk.training_result.positives IS 'rows whose target is 1';
COMMENT ON COLUMN credit_risk.training_result.test_rows IS 'rows held out of training, on which the next figures are measured';
COMMENT ON COLUMN credit_risk.training_result.accuracy IS 'share of the held-out rows predicted right';
COMMENT ON COLUMN credit_risk.training_result."precision" IS 'share of the rows predicted positive that are; NULL when none is predicted';
COMMENT ON COLUMN credit_risk.training_result.recall IS 'share of the positive rows predicted positive';
COMMENT ON COLUMN credit_risk.training_result.f1 IS 'harmonic mean of precision and recall';
COMMENT ON COLUMN credit_risk.training_result.auc IS 'area under the ROC curve';
COMMENT ON COLUMN credit_risk.training_result.true_positives IS 'held-out positive rows predicted positive';
COMMENT ON COLUMN credit_risk.training_result.false_positives IS 'held-out negative rows predicted positive';
COMMENT ON COLUMN credit_risk.training_result.true_negatives IS 'held-out negative rows predicted negative';
COMMENT ON COLUMN credit_risk.training_result.false_negatives IS 'held-out positive rows predicted negative';
COMMENT ON COLUMN credit_risk.training_result.cv_accuracy IS 'mean accuracy over the folds of the cross-validation';
COMMENT ON COLUMN credit_risk.training_result.cv_accuracy_sd IS 'its standard deviation over the folds (divided by their number)';
COMMENT ON COLUMN credit_risk.training_result.cv_auc IS 'mean area under the ROC curve over the folds';
COMMENT ON COLUMN credit_risk.training_result.cv_auc_sd IS 'its standard deviation over the folds (divided by their number)';
COMMENT ON COLUMN credit_risk.training_result.train_accuracy IS 'share of the rows trained on that are predicted right';
COMMENT ON COLUMN credit_risk.training_result.train_test_gap IS 'train_accuracy - accuracy: how much of the learning was by heart';
COMMENT ON COLUMN credit_risk.training_result.seconds IS 'time from reading the first row to the finished model';

-- Without a search_path of its own, so that the query means what it means to the caller; the body is bound when it is
-- defined.
CREATE FUNCTION credit_risk.train(
    model text, query text, target text, algorithm text DEFAULT 'random_forest', params jsonb DEFAULT '{}'
) RETURNS credit_risk.training_result LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 1000000
BEGIN ATOMIC
    SELECT ROW($1, credit_risk.register_version($1, f.content, f.metrics,
                   pg_catalog.jsonb_build_object('algorithm', $4, 'query', $2, 'target', $3, 'params', f.effective_params,
                       'rows', f.metrics OPERATOR(pg_catalog.->) 'rows', 'data_sha256', f.data_sha256), 'train'),
               $4, m.rows, m.skipped_rows, m.features, m.positives, m.test_rows, m.accuracy, m."precision", m.recall, m.f1,
               m.auc, m.true_positives, m.false_positives, m.true_negatives, m.false_negatives, m.cv_accuracy_mean,
               m.cv_accuracy_sd, m.cv_auc_mean, m.cv_auc_sd, m.train_accuracy, m.train_test_gap, f.seconds
           )::credit_risk.training_result
      FROM credit_risk.fit_model($1, $2, $3, $4, $5, false) AS f
     CROSS JOIN LATERAL pg_catalog.jsonb_to_record(f.metrics) AS m (
           rows bigint, skipped_rows bigint, features int, positives bigint, test_rows bigint, accuracy double precision,
           "precision" double precision, recall double precision, f1 double precision, auc double precision,
           true_positives bigint, false_positives bigint, true_negatives bigint, false_negatives bigint,
           cv_accuracy_mean double precision, cv_accuracy_sd double precision, cv_auc_mean double precision,
           cv_auc_sd double precision, train_accuracy double precision, train_test_gap double precision);
END;
COMMENT ON FUNCTION credit_risk.train(text, text, text, text, jsonb) IS
'Trains a model (algorithm random_forest, gradient_boosting, logistic_regression, scorecard or decision_tree) on the rows of a query (a SELECT, or the name of a table or view), stores it as a new version and returns its figures. Features are all columns but the target, or those that params.features names. The target is boolean, 0 and 1, or anything of two values with params.positive. The model is trained on 80 % of the rows (params.test_share) and measured on the rest, and on 5 folds of all rows (params.folds). Give the query an ORDER BY: the same rows in the same order give the same bytes. Parameters and errors: doc/training.md';

CREATE FUNCTION credit_risk.cross_validate(
    query text, target text, algorithm text DEFAULT 'random_forest', params jsonb DEFAULT '{}'
) RETURNS TABLE (
    repeat int, fold int, train_rows bigint, test_rows bigint, accuracy double precision, "precision" double precision,
    recall double precision, f1 double precision, auc double precision, ks double precision, brier double precision
) LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 1000000 ROWS 5
BEGIN ATOMIC
    SELECT r.repeat, r.fold, r.train_rows, r.test_rows, r.accuracy, r."precision", r.recall, r.f1, r.auc, r.ks, r.brier
      FROM credit_risk.fit_model('cross_validate', $1, $2, $3, $4, true) AS f
     CROSS JOIN LATERAL pg_catalog.jsonb_to_recordset(f.metrics OPERATOR(pg_catalog.->) 'folds') AS r (
           repeat int, fold int, train_rows bigint, test_rows bigint, accuracy double precision, "precision" double precision,
           recall double precision, f1 double precision, auc double precision, ks double precision, brier double precision)
     ORDER BY r.repeat, r.fold;
END;
COMMENT ON FUNCTION credit_risk.cross_validate(text, text, text, jsonb) IS
'Trains on all folds but one and measures on that one, for each of 5 stratified folds (params.folds), again with other folds as often as params.repeats says, and returns a row for each; stores nothing. With params.time_column each fold is measured by a model of the rows that came before it. Arguments as for train. Further error: 22023 params.folds is 0';

CREATE VIEW credit_risk.training_summary WITH (security_invoker = true) AS
SELECT v.model, v.version, v.algorithm, m.rows, m.skipped_rows, m.features, m.positives, m.test_rows, m.accuracy,
       m."precision", m.recall, m.f1, m.auc, m.ks, m.brier, m.true_positives, m.false_positives, m.true_negatives,
       m.false_negatives, m.cv_accuracy_mean AS cv_accuracy, m.cv_accuracy_sd, m.cv_auc_mean AS cv_auc, m.cv_auc_sd,
       m.train_accuracy, m.train_test_gap, v.training ->> 'query' AS query, v.training ->> 'target' AS target,
       v.training -> 'params' AS params, v.training ->> 'data_sha256' AS data_sha256, v.author, v.created_at
  FROM credit_risk.model_version v
 CROSS JOIN LATERAL pg_catalog.jsonb_to_record(v.metrics) AS m (
       rows bigint, skipped_rows bigint, features int, positives bigint, test_rows bigint, accuracy double precision,
       "precision" double precision, recall double precision, f1 double precision, auc double precision,
       ks double precision, brier double precision, true_positives bigint, false_positives bigint,
       true_negatives bigint, false_negatives bigint, cv_accuracy_mean double precision,
       cv_accuracy_sd double precision, cv_auc_mean double precision, cv_auc_sd double precision,
       train_accuracy double precision, train_test_gap double precision)
 WHERE v.origin = 'train';
COMMENT ON VIEW credit_risk.training_summary IS 'figures of every trained model version, as train returned them, and how it was made';
-- What has the same name as in training_result means the same.
DO $$
DECLARE
    shared record;
BEGIN
    FOR shared IN
        SELECT a.attname, pg_catalog.col_description(b.attrelid, b.attnum) AS comment
          FROM pg_catalog.pg_attribute a
          JOIN pg_catalog.pg_attribute b ON b.attname = a.attname
         WHERE a.attrelid = 'credit_risk.training_summary'::pg_catalog.regclass
           AND b.attrelid = 'credit_risk.training_result'::pg_catalog.regclass AND b.attnum > 0
    LOOP
        EXECUTE pg_catalog.format('COMMENT ON COLUMN credit_risk.training_summary.%I IS %L', shared.attname, shared.comment);
    END LOOP;
END
$$;
COMMENT ON COLUMN credit_risk.training_summary.query IS 'the query whose rows were trained on';
COMMENT ON COLUMN credit_risk.training_summary.target IS 'the column of it that was learnt';
COMMENT ON COLUMN credit_risk.training_summary.author IS 'login role that trained it';
COMMENT ON COLUMN credit_risk.training_summary.created_at IS 'when it was trained';
COMMENT ON COLUMN credit_risk.training_summary.ks IS 'Kolmogorov-Smirnov distance between the classes on the held-out rows';
COMMENT ON COLUMN credit_risk.training_summary.brier IS 'mean squared distance of probability and outcome on the held-out rows';
COMMENT ON COLUMN credit_risk.training_summary.params IS 'all parameters in force, the seed among them';
COMMENT ON COLUMN credit_risk.training_summary.data_sha256 IS 'fingerprint of the rows trained on, in their order';
