-- ---------------------------------------------------------------------------------------------------------------------
-- The validation report of a model version. The functions named report_..._section say what a section holds, as jsonb;
-- report_html draws it.

CREATE FUNCTION credit_risk.report_html(document jsonb) RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS 'MODULE_PATHNAME', 'cr_report_html';
COMMENT ON FUNCTION credit_risk.report_html(jsonb) IS
'One HTML page, with charts as inline SVG and nothing loaded from elsewhere, of a document of headlines, sections, tables and charts; doc/report.md describes its form. NULL gives NULL. Error: 22023 not a document of that form, with the place';

CREATE FUNCTION credit_risk.report_number(number double precision, decimals int) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN number IS NULL OR number IN ('NaN', 'Infinity', '-Infinity') THEN ''
            ELSE round(number::numeric, decimals)::text END;
COMMENT ON FUNCTION credit_risk.report_number(double precision, int) IS
'internal: a figure of the report with so many decimals; nothing for NULL, NaN and infinity';

CREATE FUNCTION credit_risk.report_interval(low double precision, high double precision, decimals int) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN credit_risk.report_number(low, decimals) = '' OR credit_risk.report_number(high, decimals) = '' THEN 'not defined'
            ELSE credit_risk.report_number(low, decimals) || ' to ' || credit_risk.report_number(high, decimals) END;
COMMENT ON FUNCTION credit_risk.report_interval(double precision, double precision, int) IS 'internal: an interval of the report';

CREATE FUNCTION credit_risk.report_axis(greatest_value double precision, label text) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('label', label, 'low', 0,
    'high', (SELECT min(h) FROM unnest(ARRAY[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]) AS h WHERE h >= least(coalesce(greatest_value, 1), 1)));
COMMENT ON FUNCTION credit_risk.report_axis(double precision, text) IS 'internal: an axis for shares up to the greatest one';

CREATE FUNCTION credit_risk.credit_score_of_version(version bigint, features record) RETURNS int
LANGUAGE c STABLE PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'cr_credit_score_of_version';
COMMENT ON FUNCTION credit_risk.credit_score_of_version(bigint, record) IS
'internal: the credit score of a row by one version, as credit_score gives it once that is deployed; NULL in either argument: NULL';

CREATE FUNCTION credit_risk.report_statement(version bigint, rows_of text, target text, positive text, groups text[], wide boolean) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    members text := (SELECT string_agg(format('r.%I::pg_catalog.text', g), ', ' ORDER BY place) FROM unnest(groups) WITH ORDINALITY AS u (g, place));
BEGIN
    IF rows_of IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN format(
        'SELECT s.label, s.probabilities[1], credit_risk.credit_score_of_version(%L::pg_catalog.int8, r.*), %s, ARRAY[%s]::pg_catalog.text[] FROM (%s' || E'\n' || ') AS r, LATERAL (%s) AS s (label, probabilities)',
        version, CASE WHEN wide THEN 'pg_catalog.to_jsonb(r.*)' ELSE 'NULL::pg_catalog.jsonb' END, members, rows_of,
        CASE WHEN target IS NULL THEN format('SELECT NULL::boolean, ARRAY[credit_risk.score_version(%L::pg_catalog.int8, r.*)]', version)
             ELSE credit_risk.scoring_statement(ARRAY[version], 'SELECT r.*', target, positive) END);
END
$$;
COMMENT ON FUNCTION credit_risk.report_statement(bigint, text, text, text, text[], boolean) IS
'internal: the SELECT statement that reads the rows of another for the report: outcome (NULL without a target), probability, credit score, all columns (NULL unless wide), and those that fairness is looked at by';

CREATE FUNCTION credit_risk.report_rows(statement text)
RETURNS TABLE (label boolean, probability double precision, credit_score int, columns jsonb, members text[])
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 10000 AS 'MODULE_PATHNAME', 'cr_statement_rows';
COMMENT ON FUNCTION credit_risk.report_rows(text) IS
'internal: the rows of a statement of report_statement, run as the caller with the caller''s search_path; it may only read';

CREATE FUNCTION credit_risk.report_model_section(version bigint) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('title', 'Model', 'tables', jsonb_build_array(jsonb_build_object('columns', '["property", "value"]'::jsonb,
            'rows', jsonb_build_array(
                jsonb_build_array('model', v.model), jsonb_build_array('version', 'no. ' || v.version), jsonb_build_array('algorithm', v.algorithm),
                jsonb_build_array('features', v.features || ' named columns'), jsonb_build_array('status', v.status),
                jsonb_build_array('made by', format('%s as %s (%s)', v.author, v.author_role, v.origin)), jsonb_build_array('made at', v.created_at::text),
                jsonb_build_array('approved by', coalesce(v.approved_by || ' at ' || v.approved_at || coalesce(': ' || v.approval_note, ''), 'nobody yet')),
                jsonb_build_array('content', v.content_bytes || ' bytes, SHA-256 ' || v.content_sha256)))))
          FROM credit_risk.model_versions v WHERE v.version = report_model_section.version);
COMMENT ON FUNCTION credit_risk.report_model_section(bigint) IS 'internal: which version the report is of';

CREATE FUNCTION credit_risk.report_data_section(
    evaluation credit_risk.evaluation, statement text, target text, trained_on boolean, features jsonb
) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('title', 'Data', 'paragraphs', jsonb_build_array(
        format('%s rows with an outcome, %s of them events (%s %%); %s rows without an outcome are left out of every figure that needs one. Outcome: column %s.',
               (evaluation).rows, (evaluation).positives, credit_risk.report_number(100.0 * (evaluation).positives / nullif((evaluation).rows, 0), 2), (evaluation).skipped_rows, target),
        CASE WHEN trained_on THEN 'Caution: these are the rows of the query that the version was trained on, held-out ones among them. Ranking and calibration look better here than on rows the model has not seen; the figures of the held-out rows stand in the last section.'
             WHEN NOT trained_on THEN 'The rows come from another query than the one that the version was trained on.'
             ELSE 'Whether the version has learnt from these rows is not recorded with it.' END,
        'Query: ' || statement),
    'tables', jsonb_build_array(jsonb_build_object('title', 'Features by information value', 'columns',
        '["feature", "kind", "missing, %", "information value", "reading"]'::jsonb, 'rows', coalesce(
        (SELECT jsonb_agg(jsonb_build_array(f ->> 'name', f ->> 'kind', credit_risk.report_number((f ->> 'missing')::float8 * 100, 2), credit_risk.report_number((f ->> 'iv')::float8, 4),
                    CASE WHEN (f ->> 'iv')::float8 < 0.02 THEN 'unpredictive' WHEN (f ->> 'iv')::float8 < 0.1 THEN 'weak' WHEN (f ->> 'iv')::float8 < 0.3 THEN 'medium'
                         WHEN (f ->> 'iv')::float8 < 0.5 THEN 'strong' WHEN f ->> 'iv' IS NOT NULL THEN 'very strong: look for a leak of the outcome' ELSE '' END)
                    ORDER BY (f ->> 'iv')::float8 DESC NULLS LAST, f ->> 'name') FROM jsonb_array_elements(features) AS f), '[]'))));
COMMENT ON FUNCTION credit_risk.report_data_section(credit_risk.evaluation, text, text, boolean, jsonb) IS 'internal: the rows that the report is about';

CREATE FUNCTION credit_risk.report_ranking_section(
    evaluation credit_risk.evaluation, roc credit_risk.roc_point[], lift credit_risk.lift_bin[]
) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN (WITH all_points AS (
                 SELECT p.false_positive_rate AS fpr, p.true_positive_rate AS tpr, n, cardinality(roc) AS points,
                        row_number() OVER (ORDER BY p.true_positive_rate - p.false_positive_rate DESC, n) = 1 AS greatest_distance,
                        1 - ((evaluation).positives * p.true_positive_rate + ((evaluation).rows - (evaluation).positives) * p.false_positive_rate) / (evaluation).rows AS below
                   FROM unnest(roc) WITH ORDINALITY AS p (threshold, false_positive_rate, true_positive_rate, n)),
             -- 400 points are as many as a chart can show
             points AS (SELECT p.* FROM all_points p WHERE n = 1 OR n = points OR n % greatest(points / 400, 1) = 0 OR greatest_distance)
        SELECT jsonb_build_object('title', 'Ranking', 'paragraphs', jsonb_build_array(
            'How well the model puts those who default before those who do not. The area under the ROC curve is the chance that a defaulter has the higher probability of the two; 0.5 is chance. KS is the greatest distance between the two curves of the other chart, where the dashed line stands.'),
        'charts', jsonb_build_array(
            jsonb_build_object('kind', 'curves', 'title', 'ROC curve', 'x', '{"label": "false positive rate", "low": 0, "high": 1}'::jsonb, 'y', '{"label": "true positive rate", "low": 0, "high": 1}'::jsonb,
                'series', jsonb_build_array(jsonb_build_object('name', 'model', 'form', 'line', 'points', coalesce(jsonb_agg(jsonb_build_array(fpr, tpr) ORDER BY n), '[]')),
                                            '{"name": "chance", "form": "dashed", "points": [[0, 0], [1, 1]]}'::jsonb)),
            jsonb_build_object('kind', 'curves', 'title', 'Kolmogorov-Smirnov', 'x', '{"label": "share of the rows, lowest probability first", "low": 0, "high": 1}'::jsonb, 'y', '{"label": "share of the class", "low": 0, "high": 1}'::jsonb,
                'series', jsonb_build_array(jsonb_build_object('name', 'no default', 'form', 'line', 'points', coalesce(jsonb_agg(jsonb_build_array(below, 1 - fpr) ORDER BY n DESC), '[]')),
                                            jsonb_build_object('name', 'default', 'form', 'line', 'points', coalesce(jsonb_agg(jsonb_build_array(below, 1 - tpr) ORDER BY n DESC), '[]')),
                                            jsonb_build_object('name', 'KS', 'form', 'dashed', 'points', coalesce(
                                                jsonb_path_query_array(jsonb_agg(jsonb_build_array(jsonb_build_array(below, 1 - tpr), jsonb_build_array(below, 1 - fpr))) FILTER (WHERE greatest_distance), '$[0][*]'), '[]'))))),
        'tables', jsonb_build_array(
            jsonb_build_object('title', 'Figures', 'columns', '["AUC", "95 % interval (DeLong)", "Gini", "KS", "average precision"]'::jsonb, 'rows', jsonb_build_array(jsonb_build_array(
                credit_risk.report_number((evaluation).auc, 4), credit_risk.report_interval((evaluation).auc_low, (evaluation).auc_high, 4),
                credit_risk.report_number((evaluation).gini, 4), credit_risk.report_number((evaluation).ks, 4), credit_risk.report_number((evaluation).average_precision, 4)))),
            jsonb_build_object('title', 'Tenths of the rows, highest probability first', 'columns', '["tenth", "rows", "events", "event rate, %", "lift", "events caught, %", "KS"]'::jsonb, 'rows', coalesce(
                (SELECT jsonb_agg(jsonb_build_array(l.bin::text, l.rows::text, l.events::text, credit_risk.report_number(100 * l.event_rate, 2), credit_risk.report_number(l.lift, 2),
                            credit_risk.report_number(100 * l.gain, 1), credit_risk.report_number(l.ks, 4)) ORDER BY l.bin) FROM unnest(lift) AS l), '[]'))))
        FROM points);
COMMENT ON FUNCTION credit_risk.report_ranking_section(credit_risk.evaluation, credit_risk.roc_point[], credit_risk.lift_bin[]) IS 'internal: ROC, KS, lift';

CREATE FUNCTION credit_risk.report_calibration_section(evaluation credit_risk.evaluation, bins credit_risk.calibration_bin[]) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('title', 'Calibration', 'paragraphs', jsonb_build_array(
        'Whether a predicted probability is what happens: each point is a tenth of the rows, the line through it the 95 % interval of its default rate (Wilson). Points above the diagonal default more often than predicted.',
        format('Mean predicted probability %s %%, default rate %s %%. Brier score %s; a model that gave everybody the default rate would have %s. Log loss %s.',
               credit_risk.report_number(100 * (evaluation).mean_probability, 2), credit_risk.report_number(100.0 * (evaluation).positives / nullif((evaluation).rows, 0), 2),
               credit_risk.report_number((evaluation).brier, 4),
               credit_risk.report_number((evaluation).positives::float8 / nullif((evaluation).rows, 0) * (1 - (evaluation).positives::float8 / nullif((evaluation).rows, 0)), 4),
               credit_risk.report_number((evaluation).log_loss, 4))),
    'charts', jsonb_build_array(jsonb_build_object('kind', 'curves', 'title', 'Calibration',
        'x', credit_risk.report_axis((SELECT greatest(max(b.high), max(b.mean_predicted)) FROM unnest(bins) AS b), 'mean predicted probability'),
        'y', credit_risk.report_axis((SELECT greatest(max(b.high), max(b.mean_predicted)) FROM unnest(bins) AS b), 'default rate'),
        'series', jsonb_build_array(jsonb_build_object('name', 'tenths of the rows', 'form', 'intervals', 'points', coalesce(
                (SELECT jsonb_agg(jsonb_build_array(b.mean_predicted, b.observed, b.low, b.high) ORDER BY b.bin) FROM unnest(bins) AS b), '[]')),
            jsonb_build_object('name', 'perfect', 'form', 'dashed', 'points', (SELECT jsonb_build_array('[0, 0]'::jsonb, jsonb_build_array(a.axis -> 'high', a.axis -> 'high'))
                FROM (SELECT credit_risk.report_axis((SELECT greatest(max(b.high), max(b.mean_predicted)) FROM unnest(bins) AS b), '') AS axis) AS a))))),
    'tables', jsonb_build_array(jsonb_build_object('columns', '["tenth", "rows", "predicted, %", "default rate, %", "95 % interval"]'::jsonb, 'rows', coalesce(
        (SELECT jsonb_agg(jsonb_build_array(b.bin::text, b.rows::text, credit_risk.report_number(100 * b.mean_predicted, 2), credit_risk.report_number(100 * b.observed, 2),
                    credit_risk.report_interval(100 * b.low, 100 * b.high, 2)) ORDER BY b.bin) FROM unnest(bins) AS b), '[]'))));
COMMENT ON FUNCTION credit_risk.report_calibration_section(credit_risk.evaluation, credit_risk.calibration_bin[]) IS 'internal: predicted against observed default rates';

CREATE FUNCTION credit_risk.report_decisions_section(evaluation credit_risk.evaluation, cutoffs jsonb, scores jsonb) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('title', 'Scores and decisions', 'paragraphs', jsonb_build_array(
        'How the credit scores lie, and what follows from approving those alone whose predicted probability is below a limit. Limits are such that a round share of the rows is approved, and the one that the report was asked for.'),
    'charts', jsonb_build_array(jsonb_build_object('kind', 'columns', 'title', 'Credit scores', 'x_label', 'credit score', 'y_label', 'share of the class, %',
        'edges', scores -> 'edges',
        'series', jsonb_build_array(jsonb_build_object('name', 'no default', 'values', scores -> 'good'), jsonb_build_object('name', 'default', 'values', scores -> 'bad')))),
    'tables', jsonb_build_array(jsonb_build_object('columns', '["approve below a probability of", "approved, %", "default rate among the approved, %", "defaulters refused, %", "others refused, %"]'::jsonb, 'rows', coalesce(
        (SELECT jsonb_agg(jsonb_build_array(credit_risk.report_number((c ->> 'limit')::float8, CASE WHEN (c ->> 'limit')::float8 < 0.01 THEN 6 ELSE 4 END), credit_risk.report_number((c ->> 'approved')::float8 * 100, 1), credit_risk.report_number((c ->> 'rate')::float8 * 100, 2),
                    credit_risk.report_number((c ->> 'caught')::float8 * 100, 1), credit_risk.report_number((c ->> 'lost')::float8 * 100, 1)) ORDER BY (c ->> 'limit')::float8)
           FROM jsonb_array_elements(cutoffs) AS c), '[]'))));
COMMENT ON FUNCTION credit_risk.report_decisions_section(credit_risk.evaluation, jsonb, jsonb) IS 'internal: distribution of scores, and what limits do';

CREATE FUNCTION credit_risk.report_importance_section(version bigint) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('title', 'What the model looks at', 'paragraphs', jsonb_build_array(
               CASE WHEN ensemble THEN 'An ensemble has no importance of its own; its members have.'
                    WHEN shares IS NULL THEN 'The version was not trained here, so that there is no importance from its training.'
                    ELSE format('Share of each feature in %s%s.', CASE WHEN of_shap THEN 'the mean |SHAP value| over the rows trained on' ELSE 'what the splits of the model achieved' END,
                                CASE WHEN count(s.key) > 20 THEN format('; the 20 greatest of %s', count(s.key)) END) END),
           'charts', CASE WHEN shares IS NULL THEN '[]'::jsonb ELSE jsonb_build_array(jsonb_build_object('kind', 'bars', 'title', 'Importance', 'label', 'share',
               'bars', jsonb_path_query_array(jsonb_agg(jsonb_build_object('name', s.key, 'value', s.value::float8) ORDER BY s.value::float8 DESC, s.key COLLATE "C"), '$[0 to 19]'))) END)
          FROM (SELECT coalesce(v.metrics -> 'gini_importance', v.metrics -> 'gain_importance', v.metrics -> 'shap_importance') AS shares, v.metrics ? 'shap_importance' AS of_shap, v.algorithm = 'ensemble' AS ensemble FROM credit_risk.model_version v
                 WHERE v.version = report_importance_section.version) AS i
          LEFT JOIN LATERAL jsonb_each_text(i.shares) AS s ON true GROUP BY i.shares, i.of_shap, i.ensemble);
COMMENT ON FUNCTION credit_risk.report_importance_section(bigint) IS 'internal: importance of features';

CREATE FUNCTION credit_risk.report_stability_section(score_psi double precision, features jsonb, baseline text, trained_on boolean) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('title', 'Stability', 'paragraphs', CASE WHEN baseline IS NULL THEN
        jsonb_build_array(CASE WHEN trained_on THEN 'The rows are those of the baseline, so that nothing can have moved. Pass a query of newer rows, or a baseline.'
            ELSE 'There is no baseline: the query of the training is not recorded with the version. Pass a baseline.' END)
        ELSE jsonb_build_array('How far scores and features have moved from the baseline: below 0.10 is customarily called stable, up to 0.25 a moderate shift, above that a shift.',
             format('Population stability index of the predicted probability, over tenths of the baseline: %s.', coalesce(nullif(credit_risk.report_number(score_psi, 4), ''), 'not defined')),
             'Baseline: ' || baseline) END,
    'tables', CASE WHEN baseline IS NULL THEN '[]'::jsonb ELSE jsonb_build_array(jsonb_build_object('columns', '["feature", "characteristic stability index", "reading"]'::jsonb, 'rows', coalesce(
        (SELECT jsonb_agg(jsonb_build_array(f ->> 'name', credit_risk.report_number((f ->> 'csi')::float8, 4),
                    CASE WHEN (f ->> 'csi')::float8 < 0.1 THEN 'stable' WHEN (f ->> 'csi')::float8 < 0.25 THEN 'moderate shift' WHEN f ->> 'csi' IS NOT NULL THEN 'shift' ELSE '' END)
                    ORDER BY (f ->> 'csi')::float8 DESC NULLS LAST, f ->> 'name') FROM jsonb_array_elements(features) AS f), '[]'))) END);
COMMENT ON FUNCTION credit_risk.report_stability_section(double precision, jsonb, text, boolean) IS 'internal: shifts from the baseline';

CREATE FUNCTION credit_risk.report_fairness_section(groups text[], members jsonb, approve_below double precision) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('title', 'Fairness', 'paragraphs', CASE WHEN cardinality(groups) = 0 THEN
        jsonb_build_array('No columns were named to look at fairness by. Pass groups, for instance ''{gender,state}''; the columns need not be features of the model.')
        ELSE jsonb_build_array(format('Approval below a probability of %s. The ratio is the approval rate of the group over that of the group with the highest one among those of 30 rows or more; below 0.80 it breaks the four-fifths rule of thumb. A difference can have reasons that the law accepts: this table says where to look.', approve_below)) END,
    'tables', coalesce((SELECT jsonb_agg(jsonb_build_object('title', g.name, 'columns', '["group", "rows", "approved, %", "ratio", "mean predicted, %", "default rate, %", "AUC"]'::jsonb, 'rows', coalesce(
            (SELECT jsonb_agg(jsonb_build_array(coalesce(m ->> 'member', '(missing)'), m ->> 'rows', credit_risk.report_number((m ->> 'approved')::float8 * 100, 1),
                        credit_risk.report_number((m ->> 'ratio')::float8, 3), credit_risk.report_number((m ->> 'predicted')::float8 * 100, 2), credit_risk.report_number((m ->> 'rate')::float8 * 100, 2),
                        credit_risk.report_number((m ->> 'auc')::float8, 4)) ORDER BY (m ->> 'rows')::bigint DESC, m ->> 'member')
               FROM jsonb_array_elements(members) AS m WHERE (m ->> 'place')::int = g.place), '[]')) ORDER BY g.place)
        FROM unnest(groups) WITH ORDINALITY AS g (name, place)), '[]'));
COMMENT ON FUNCTION credit_risk.report_fairness_section(text[], jsonb, double precision) IS 'internal: approval, calibration and ranking by group';

CREATE FUNCTION credit_risk.report_training_section(version bigint) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN (SELECT CASE WHEN v.origin = 'ensemble' THEN
        jsonb_build_object('title', 'Training', 'paragraphs', '["An ensemble: the weighted mean of the probabilities of these versions, which it holds."]'::jsonb,
            'tables', jsonb_build_array(jsonb_build_object('columns', '["version", "model", "weight", "SHA-256"]'::jsonb, 'rows',
                (SELECT jsonb_agg(jsonb_build_array('no. ' || (m ->> 'version'), m ->> 'model', m ->> 'weight', m ->> 'sha256') ORDER BY place) FROM jsonb_array_elements(v.training -> 'members') WITH ORDINALITY AS e (m, place)))))
    WHEN v.training IS NULL OR v.origin <> 'train' THEN
        jsonb_build_object('title', 'Training', 'paragraphs', jsonb_build_array('The version was imported; how it was trained is not recorded here.'))
    ELSE jsonb_build_object('title', 'Training', 'paragraphs', jsonb_build_array('Query: ' || (v.training ->> 'query'), 'Target: ' || (v.training ->> 'target'), 'Fingerprint of the rows: ' || (v.training ->> 'data_sha256')),
    'tables', jsonb_build_array(
        jsonb_build_object('title', 'On rows held out of the training', 'columns', '["rows", "accuracy", "precision", "recall", "F1", "AUC", "KS", "Brier"]'::jsonb, 'rows', jsonb_build_array(jsonb_build_array(
            v.metrics ->> 'test_rows', credit_risk.report_number((v.metrics ->> 'accuracy')::float8, 4), credit_risk.report_number((v.metrics ->> 'precision')::float8, 4), credit_risk.report_number((v.metrics ->> 'recall')::float8, 4),
            credit_risk.report_number((v.metrics ->> 'f1')::float8, 4), credit_risk.report_number((v.metrics ->> 'auc')::float8, 4), credit_risk.report_number((v.metrics ->> 'ks')::float8, 4), credit_risk.report_number((v.metrics ->> 'brier')::float8, 4)))),
        jsonb_build_object('title', 'Cross-validation', 'columns', '["fold", "rows", "accuracy", "AUC", "KS", "Brier"]'::jsonb, 'rows', coalesce(
            (SELECT jsonb_agg(jsonb_build_array(f ->> 'fold', f ->> 'test_rows', credit_risk.report_number((f ->> 'accuracy')::float8, 4), credit_risk.report_number((f ->> 'auc')::float8, 4),
                        credit_risk.report_number((f ->> 'ks')::float8, 4), credit_risk.report_number((f ->> 'brier')::float8, 4)) ORDER BY (f ->> 'fold')::int)
               FROM jsonb_array_elements(v.metrics -> 'folds') AS f), '[]')),
        jsonb_build_object('title', 'Parameters in force', 'columns', '["parameter", "value"]'::jsonb, 'rows', coalesce(
            (SELECT jsonb_agg(jsonb_build_array(p.key, p.value #>> '{}') ORDER BY p.key) FROM jsonb_each(v.training -> 'params') AS p), '[]')))) END
          FROM credit_risk.model_version v WHERE v.version = report_training_section.version);
COMMENT ON FUNCTION credit_risk.report_training_section(bigint) IS 'internal: how the version was made';

-- What the sections need to know about the rows, in one pass over them. Without a search_path of their own, so that the
-- queries mean what they mean to the caller.
CREATE FUNCTION credit_risk.report_features(version bigint, statement text, baseline text) RETURNS jsonb
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
    WITH features AS MATERIALIZED (
             SELECT f ->> 'name' AS name, f ->> 'kind' = 'numeric' AS is_number, place
               FROM credit_risk.model_version AS v, jsonb_array_elements(v.features) WITH ORDINALITY AS e (f, place) WHERE v.version = $1),
         read AS MATERIALIZED (
             SELECT true AS current, r.label, r.columns FROM credit_risk.report_rows($2) AS r
             UNION ALL SELECT false, NULL, r.columns FROM credit_risk.report_rows($3) AS r),
         cells AS MATERIALIZED (
             SELECT f.place, f.is_number, r.current, r.label, w.word,
                    CASE jsonb_typeof(c.value) WHEN 'number' THEN w.word::float8 WHEN 'boolean' THEN w.word::boolean::int::float8
                         ELSE CASE WHEN f.is_number AND w.word ~ '^\d{4,}-\d\d-\d\d$' THEN (w.word::date - date '1970-01-01')::float8 END END AS number
               FROM read AS r
              CROSS JOIN LATERAL jsonb_each(r.columns) AS c (name, value)
               JOIN features AS f USING (name)
              CROSS JOIN LATERAL (SELECT nullif(c.value #>> '{}', 'NaN') AS word) AS w),
         -- tenths of the baseline, or of the rows themselves
         edges AS MATERIALIZED (
             SELECT e.place, ARRAY(SELECT DISTINCT u FROM unnest(e.tenths) AS u WHERE u IS NOT NULL ORDER BY u) AS edges
               FROM (SELECT c.place, percentile_disc(ARRAY[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]) WITHIN GROUP (ORDER BY c.number) AS tenths
                       FROM cells AS c WHERE c.current = ($3 IS NULL) GROUP BY c.place) AS e),
         -- 10,000 bins are as many as information_value takes
         texts AS (SELECT c.place, count(DISTINCT c.word) <= 10000 AS few FROM cells AS c WHERE NOT c.is_number GROUP BY c.place)
    SELECT jsonb_agg(jsonb_build_object('name', f.name, 'kind', CASE WHEN f.is_number THEN 'numeric' ELSE 'categorical' END, 'missing', g.missing, 'iv', g.iv, 'csi', g.csi))
      FROM (SELECT c.place, avg((c.word IS NULL)::int) FILTER (WHERE c.current) AS missing,
                   coalesce(credit_risk.information_value(c.label, c.number, e.edges) FILTER (WHERE c.current AND c.is_number),
                            credit_risk.information_value(c.label, c.word) FILTER (WHERE c.current AND t.few)) AS iv,
                   coalesce(credit_risk.csi(c.current, c.number, e.edges, 0.0001) FILTER (WHERE $3 IS NOT NULL AND c.is_number),
                            credit_risk.csi(c.current, c.word, NULL, 0.0001) FILTER (WHERE $3 IS NOT NULL AND t.few)) AS csi
              FROM cells AS c JOIN edges AS e USING (place) LEFT JOIN texts AS t USING (place) GROUP BY c.place) AS g JOIN features AS f USING (place);
END;
COMMENT ON FUNCTION credit_risk.report_features(bigint, text, text) IS
'internal: for each feature the share missing, the information value, and the stability index against the baseline, as jsonb; these two null for a feature of more than 10000 texts';

-- Of at most 400 rows, evenly spread. Without a search_path of its own, as report_features.
CREATE FUNCTION credit_risk.report_swarms(version bigint, statement text) RETURNS jsonb
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
    WITH features AS MATERIALIZED (
             SELECT f ->> 'name' AS name, f ->> 'kind' AS kind, place
               FROM credit_risk.model_version AS v, jsonb_array_elements(v.features) WITH ORDINALITY AS e (f, place) WHERE v.version = $1),
         numbered AS MATERIALIZED (
             SELECT r.columns, row_number() OVER () AS number, count(*) OVER () AS rows FROM credit_risk.report_rows($2) AS r),
         cells AS MATERIALIZED (
             SELECT n.number AS row, f.place, f.name, f.kind, c.value, w.word,
                    CASE WHEN f.kind <> 'numeric' THEN NULL WHEN w.word ~ '^\d{4,}-\d\d-\d\d$' THEN (w.word::date - date '1970-01-01')::float8
                         WHEN jsonb_typeof(c.value) = 'boolean' THEN w.word::boolean::int::float8 ELSE w.word::float8 END AS level
               FROM numbered AS n
              CROSS JOIN LATERAL jsonb_each(n.columns) AS c (name, value)
               JOIN features AS f USING (name)
              CROSS JOIN LATERAL (SELECT nullif(c.value #>> '{}', 'NaN') AS word) AS w
              WHERE n.number * 400 / n.rows > (n.number - 1) * 400 / n.rows),
         impacts AS MATERIALIZED (
             SELECT a.row, credit_risk.shap_values_of_version($1, a.columns) AS impacts
               FROM (SELECT c.row, jsonb_object_agg(c.name, CASE WHEN c.level IS NOT NULL THEN to_jsonb(c.level) ELSE c.value END) AS columns FROM cells AS c GROUP BY c.row) AS a),
         dots AS MATERIALIZED (
             SELECT c.name, i.impacts[c.place] AS impact, c.row,
                    CASE WHEN c.kind <> 'numeric' THEN 0.5 WHEN c.level IS NULL THEN -1
                         ELSE coalesce(percent_rank() OVER (PARTITION BY c.place, c.level IS NULL ORDER BY c.level), 0.5) END AS level
               FROM cells AS c JOIN impacts AS i USING (row)),
         swarms AS (
             SELECT d.name, avg(abs(d.impact)) AS size, jsonb_agg(jsonb_build_array(d.impact, d.level) ORDER BY d.row) AS dots FROM dots AS d GROUP BY d.name)
    SELECT jsonb_agg(jsonb_build_object('name', w.name, 'dots', w.dots) ORDER BY w.size DESC, w.name COLLATE "C")
      FROM (SELECT s.name, s.size, s.dots FROM swarms AS s ORDER BY s.size DESC, s.name COLLATE "C" LIMIT 12) AS w;
END;
COMMENT ON FUNCTION credit_risk.report_swarms(bigint, text) IS
'internal: SHAP values of up to 400 rows of the statement, for the 12 features that move the model most; errors as for shap_values_of_version';

CREATE FUNCTION credit_risk.report_explanation_section(version bigint, swarms jsonb) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('title', 'How the model decides', 'paragraphs', jsonb_build_array(
               CASE WHEN m.algorithm = 'ensemble' THEN 'A mean of probabilities is no sum of what features add: an ensemble cannot be explained, its members can.'
                    WHEN swarms IS NULL THEN 'The model does not say how many rows each of its nodes has seen, so that it can be explained against a background only.'
                    ELSE 'Each dot is a row, and lies where its feature moved the ' || CASE m.summary ->> 'link' WHEN 'identity' THEN 'probability' ELSE 'log-odds' END
                         || ' of default, before calibration where there is one: to the right towards default. The colour tells how high the value of the feature'
                         || ' is among the rows, from blue to red; grey is missing.' END),
           'charts', CASE WHEN swarms IS NULL THEN '[]'::jsonb ELSE jsonb_build_array(jsonb_build_object(
               'kind', 'swarms', 'title', 'SHAP values of up to 400 rows', 'label', 'SHAP value', 'swarms', swarms)) END)
          FROM (SELECT credit_risk.model_summary(v.content) AS summary, v.algorithm FROM credit_risk.model_version v WHERE v.version = report_explanation_section.version) AS m);
COMMENT ON FUNCTION credit_risk.report_explanation_section(bigint, jsonb) IS 'internal: SHAP values of rows';

CREATE FUNCTION credit_risk.report_baseline_psi(statement text, baseline text) RETURNS double precision
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
    WITH read AS MATERIALIZED (
             SELECT true AS current, r.probability FROM credit_risk.report_rows($1) AS r
             UNION ALL SELECT false, r.probability FROM credit_risk.report_rows($2) AS r),
         edges AS (SELECT ARRAY(SELECT DISTINCT u FROM unnest(t.tenths) AS u WHERE u IS NOT NULL ORDER BY u) AS edges
                     FROM (SELECT percentile_disc(ARRAY[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]) WITHIN GROUP (ORDER BY r.probability) AS tenths
                             FROM read AS r WHERE NOT r.current) AS t)
    SELECT credit_risk.csi(r.current, r.probability, e.edges, 0.0001) FROM read AS r CROSS JOIN edges AS e;
END;
COMMENT ON FUNCTION credit_risk.report_baseline_psi(text, text) IS
'internal: population stability index of the probability over tenths of the baseline';

CREATE FUNCTION credit_risk.report_document(
    evaluation credit_risk.evaluation, statement text, rows_of text, target text, baseline text, baseline_rows_of text, groups text[], approve_below double precision,
    trained_on boolean, wide_statement text
) RETURNS jsonb LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
    WITH read AS MATERIALIZED (SELECT r.label, r.probability, r.credit_score, r.members FROM credit_risk.report_rows($2) AS r),
         whole AS (
             SELECT credit_risk.roc_curve(r.label, r.probability) AS roc, credit_risk.lift_table(r.label, r.probability) AS lift,
                    credit_risk.calibration_table(r.label, r.probability) AS calibration FROM read AS r),
         -- 23 columns at most
         span AS (
             SELECT h.low / h.step * h.step AS low, h.step, (h.high - h.low / h.step * h.step) / h.step AS last
               FROM (SELECT s.low, s.high, (SELECT min(t) FROM unnest(ARRAY[1, 2, 5, 10, 25]) AS t WHERE t * 22 >= s.high - s.low) AS step
                       FROM (SELECT coalesce(min(r.credit_score), 300) AS low, coalesce(max(r.credit_score), 850) AS high FROM read AS r) AS s) AS h),
         scores AS (
             SELECT jsonb_build_object(
                        'edges', (SELECT jsonb_agg(p.low + p.step * e ORDER BY e) FROM span AS p, generate_series(0, p.last + 1) AS e),
                        'good', jsonb_agg(CASE WHEN c.goods > 0 THEN 100.0 * c.good / c.goods ELSE 0 END ORDER BY c.bin),
                        'bad', jsonb_agg(CASE WHEN c.bads > 0 THEN 100.0 * c.bad / c.bads ELSE 0 END ORDER BY c.bin)) AS scores
               FROM (SELECT b.bin, count(r.label) FILTER (WHERE NOT r.label) AS good, count(r.label) FILTER (WHERE r.label) AS bad,
                            sum(count(r.label) FILTER (WHERE NOT r.label)) OVER () AS goods, sum(count(r.label) FILTER (WHERE r.label)) OVER () AS bads
                       FROM span AS p CROSS JOIN generate_series(0, p.last) AS b (bin)
                       LEFT JOIN read AS r ON b.bin = (r.credit_score - p.low) / p.step
                      GROUP BY b.bin) AS c),
         cutoffs AS (
             SELECT jsonb_agg(jsonb_build_object('limit', c.cutoff, 'approved', c.approved / nullif(c.rows, 0), 'rate', c.approved_bad / nullif(c.approved, 0),
                        'caught', (c.bad - c.approved_bad) / nullif(c.bad, 0), 'lost', (c.rows - c.bad - c.approved + c.approved_bad) / nullif(c.rows - c.bad, 0))) AS cutoffs
               FROM (SELECT l.cutoff, count(r.label)::float8 AS rows, count(r.label) FILTER (WHERE r.label)::float8 AS bad,
                            count(r.label) FILTER (WHERE r.probability < l.cutoff)::float8 AS approved,
                            count(r.label) FILTER (WHERE r.label AND r.probability < l.cutoff)::float8 AS approved_bad
                       FROM (SELECT $8 AS cutoff
                             UNION SELECT unnest(percentile_disc(ARRAY[0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99]) WITHIN GROUP (ORDER BY q.probability)) FROM read AS q) AS l
                       LEFT JOIN read AS r ON true WHERE l.cutoff IS NOT NULL GROUP BY l.cutoff
                     HAVING l.cutoff = $8 OR bool_or(r.probability < l.cutoff)) AS c),
         members AS (
             SELECT jsonb_agg(jsonb_build_object('place', m.place, 'member', m.member, 'rows', m.rows, 'approved', m.approved,
                        'ratio', m.approved / nullif(m.best, 0), 'predicted', m.predicted, 'rate', m.rate, 'auc', m.auc)) AS members
               FROM (SELECT u.place, u.member, count(*) AS rows, avg((r.probability < $8)::int)::float8 AS approved, avg(r.probability) AS predicted,
                            avg(r.label::int)::float8 AS rate, credit_risk.roc_auc(r.label, r.probability) AS auc,
                            max(CASE WHEN count(*) >= 30 THEN avg((r.probability < $8)::int)::float8 END) OVER (PARTITION BY u.place) AS best
                       FROM read AS r CROSS JOIN LATERAL unnest(r.members) WITH ORDINALITY AS u (member, place) GROUP BY u.place, u.member) AS m),
         features AS (SELECT coalesce(credit_risk.report_features(($1).version, $10, $6), '[]') AS features),
         explained AS (SELECT (SELECT credit_risk.report_swarms(v.version, $10) WHERE (credit_risk.model_summary(v.content) ->> 'explainable')::boolean) AS swarms
                         FROM credit_risk.model_version AS v WHERE v.version = ($1).version)
    SELECT jsonb_build_object(
               'title', 'Validation of model ' || ($1).model || ', version ' || ($1).version,
               'subtitle', 'Made by credit_risk at ' || statement_timestamp() || ' by ' || session_user,
               'headlines', jsonb_build_array(
                   jsonb_build_object('name', 'AUC', 'value', credit_risk.report_number(($1).auc, 3), 'note', credit_risk.report_interval(($1).auc_low, ($1).auc_high, 3)),
                   jsonb_build_object('name', 'Gini', 'value', credit_risk.report_number(($1).gini, 3), 'note', '2 AUC - 1'),
                   jsonb_build_object('name', 'KS', 'value', credit_risk.report_number(($1).ks, 3), 'note', 'between the classes'),
                   jsonb_build_object('name', 'Brier score', 'value', credit_risk.report_number(($1).brier, 4), 'note', '0 is perfect'),
                   jsonb_build_object('name', 'Predicted rate', 'value', credit_risk.report_number(100 * ($1).mean_probability, 1) || ' %', 'note', 'observed '
                       || credit_risk.report_number(100.0 * ($1).positives / nullif(($1).rows, 0), 1) || ' %')),
               'sections', jsonb_build_array(
                   credit_risk.report_model_section(($1).version),
                   credit_risk.report_data_section($1, $3, $4, $9, f.features),
                   credit_risk.report_ranking_section($1, w.roc, w.lift),
                   credit_risk.report_calibration_section($1, w.calibration),
                   credit_risk.report_decisions_section($1, c.cutoffs, s.scores),
                   credit_risk.report_importance_section(($1).version),
                   credit_risk.report_explanation_section(($1).version, e.swarms),
                   credit_risk.report_stability_section(CASE WHEN $6 IS NOT NULL THEN credit_risk.report_baseline_psi($2, $6) END, f.features, $5, $9),
                   credit_risk.report_fairness_section($7, m.members, $8),
                   credit_risk.report_training_section(($1).version)),
               'signatures', '["Prepared by, date", "Validated by, date", "Approved by the committee, date"]'::jsonb)
      FROM whole AS w CROSS JOIN scores AS s CROSS JOIN cutoffs AS c CROSS JOIN members AS m CROSS JOIN features AS f CROSS JOIN explained AS e;
END;
COMMENT ON FUNCTION credit_risk.report_document(credit_risk.evaluation, text, text, text, text, text, text[], double precision, boolean, text) IS
'internal: the report of a version as the document that report_html draws';

CREATE FUNCTION credit_risk.report_inputs(
    version bigint, INOUT query text, INOUT target text, INOUT positive text, INOUT baseline text, groups text[], approve_below double precision,
    OUT trained_on boolean
) LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    training jsonb := (SELECT v.training FROM credit_risk.model_version v WHERE v.version = report_inputs.version);
BEGIN
    IF groups IS NULL OR array_position(groups, NULL) IS NOT NULL OR '' = ANY (groups) OR approve_below IS NULL THEN
        RAISE EXCEPTION '% must not be NULL', CASE WHEN approve_below IS NULL THEN 'approve_below' ELSE 'groups, or a member of it,' END
            USING ERRCODE = 'null_value_not_allowed', HINT = 'Pass columns of the query, for instance ''{gender,state}'', and a probability.';
    END IF;
    IF approve_below NOT BETWEEN 0 AND 1 THEN
        RAISE EXCEPTION 'approve_below must be between 0 and 1' USING ERRCODE = 'invalid_parameter_value',
            DETAIL = format('The value is %s.', approve_below), HINT = 'Pass a probability of default, such as 0.30.';
    END IF;
    IF query IS NULL AND training ->> 'query' IS NULL THEN
        RAISE EXCEPTION 'model version % has no training query', version USING ERRCODE = 'null_value_not_allowed',
            HINT = 'Pass a query whose rows hold the features and the outcome, and target.';
    END IF;
    IF query IS NOT NULL AND baseline IS NULL AND training ->> 'query' <> query THEN
        baseline := training ->> 'query';
    END IF;
    IF target IS NULL THEN
        target := training ->> 'target';
        positive := coalesce(positive, training #>> '{params,positive}');
    END IF;
    query := coalesce(query, training ->> 'query');
    trained_on := query = training ->> 'query';
END
$$;
COMMENT ON FUNCTION credit_risk.report_inputs(bigint, text, text, text, text, text[], double precision) IS
'internal: the arguments of model_report with what the version''s training says where they are NULL; trained_on: whether the version was trained on the query, NULL where that is not known. Errors: 22004 nothing says it, 22023 approve_below is no probability';

CREATE FUNCTION credit_risk.model_report(
    version bigint, query text DEFAULT NULL, target text DEFAULT NULL, positive text DEFAULT NULL, baseline text DEFAULT NULL,
    groups text[] DEFAULT '{}', approve_below double precision DEFAULT 0.30
) RETURNS text LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 1000000
BEGIN ATOMIC
    SELECT credit_risk.check_evaluation(ARRAY[$1], 0.5);
    SELECT credit_risk.row_query(i.query, g.name, 'group') FROM credit_risk.report_inputs($1, $2, $3, $4, $5, $6, $7) AS i, unnest($6) AS g (name);
    SELECT credit_risk.report_html(credit_risk.report_document(
               credit_risk.evaluate($1, i.query, i.target, 0.5, i.positive),
               credit_risk.report_statement($1, credit_risk.row_query(i.query), i.target, i.positive, $6, false), i.query, i.target, i.baseline,
               credit_risk.report_statement($1, credit_risk.row_query(i.baseline), NULL, NULL, '{}', true), $6, $7, i.trained_on,
               credit_risk.report_statement($1, credit_risk.row_query(i.query), i.target, i.positive, '{}', true)))
      FROM credit_risk.report_inputs($1, $2, $3, $4, $5, $6, $7) AS i;
END;
COMMENT ON FUNCTION credit_risk.model_report(bigint, text, text, text, text, text[], double precision) IS
'The validation report of a model version as one self-contained HTML page with inline SVG: data, ranking (ROC, KS, lift), calibration, scores and decisions, importance, SHAP values, stability, fairness, training. It measures on the rows of query, as evaluate does (target, positive and errors: see there); without a query on those of the training, which flatters and is said in the report. baseline is the query that stability is measured against, by default that of the training. groups are columns of the query to look at fairness by, features or not; approve_below is the probability below which they count as approved. Further errors: 22004 no query, and none recorded with the version; 42703 a group is no column of the query; 22023 approve_below is not within 0 and 1';
