\set SHOW_CONTEXT never
SET extra_float_digits = 0;
CREATE TABLE scored (label boolean, score float8);
INSERT INTO scored SELECT l = 1, s FROM unnest('{0,0,0,0,0,0,1,0,1,1}'::int[], '{.05,.1,.1,.15,.2,.3,.3,.4,.6,.8}'::float8[]) AS r (l, s);

-- ROC curve: as scikit-learn 1.9.1 says
SELECT p.threshold, round(p.false_positive_rate::numeric, 6) AS false_positive_rate, round(p.true_positive_rate::numeric, 6) AS true_positive_rate
  FROM (SELECT credit_risk.roc_curve(label, score) AS curve FROM scored) AS s, unnest(curve) AS p;
-- the area under its points is roc_auc
SELECT round(sum((fpr - before_fpr) * (tpr + before_tpr) / 2)::numeric, 12) = (SELECT round(credit_risk.roc_auc(label, score)::numeric, 12) FROM scored) AS same
  FROM (SELECT p.false_positive_rate AS fpr, p.true_positive_rate AS tpr, lag(p.false_positive_rate) OVER w AS before_fpr, lag(p.true_positive_rate) OVER w AS before_tpr
          FROM (SELECT credit_risk.roc_curve(label, score) AS curve FROM scored) AS s, unnest(curve) WITH ORDINALITY AS p (threshold, false_positive_rate, true_positive_rate, n)
        WINDOW w AS (ORDER BY n)) AS steps;
SELECT cardinality(credit_risk.roc_curve(label::int, score, 2)) AS points, credit_risk.roc_curve(label, score, 2) = credit_risk.roc_curve(label, score) AS same_with_weights FROM scored;

-- calibration
SELECT p.bin, p.lower, p.upper, p.rows, p.events, round(p.mean_predicted::numeric, 6) AS mean_predicted, round(p.observed::numeric, 6) AS observed,
       round(p.low::numeric, 6) AS low, round(p.high::numeric, 6) AS high
  FROM (SELECT credit_risk.calibration_table(label, score, 4, 'quantile') AS t FROM scored) AS s, unnest(t) AS p;
SELECT p.bin, p.lower, p.upper, p.rows, p.events, round(p.mean_predicted::numeric, 6) AS mean_predicted, round(p.observed::numeric, 6) AS observed
  FROM (SELECT credit_risk.calibration_table(label::int, score, 5, 'width') AS t FROM scored) AS s, unnest(t) AS p;
SELECT p.bin, p.rows, p.events, round(p.mean_predicted::numeric, 6) AS mean_predicted, round(p.observed::numeric, 6) AS observed, round(p.low::numeric, 6) AS low
  FROM (SELECT credit_risk.calibration_table(label, score, 2, 'width', 1 + (score * 20)::int % 3) AS t FROM scored) AS s, unnest(t) AS p;
SELECT cardinality(credit_risk.calibration_table(label, score)) AS ten_bins FROM scored;
-- into hosmer_lemeshow
SELECT round(h.statistic::numeric, 6) AS statistic, h.degrees_of_freedom
  FROM (SELECT array_agg(p.events) AS observed, array_agg(p.mean_predicted * p.rows) AS expected, array_agg(p.rows::float8) AS sizes
          FROM (SELECT credit_risk.calibration_table(label, score, 3, 'quantile') AS t FROM scored) AS s, unnest(t) AS p) AS g,
       credit_risk.hosmer_lemeshow(observed, expected, sizes) AS h;
SELECT round((h).statistic::numeric, 6) AS statistic, (h).degrees_of_freedom, round((h).p_value::numeric, 6) AS p_value
  FROM (SELECT credit_risk.hosmer_lemeshow_test(label, score, 3, in_sample) AS h FROM scored, unnest('{t,f}'::bool[]) AS in_sample GROUP BY in_sample ORDER BY in_sample DESC) AS s;
SELECT credit_risk.hosmer_lemeshow_test(label::int, score) = credit_risk.hosmer_lemeshow_test(label, score, 10, true) AS ten_in_sample,
       credit_risk.hosmer_lemeshow_test(label, score, 2, true) AS too_few, credit_risk.hosmer_lemeshow_test(label, 0.0, 3, false) AS nothing_expected FROM scored;
SELECT credit_risk.hosmer_lemeshow_test(label, score, 3, label) FROM scored;
SELECT credit_risk.hosmer_lemeshow_test(label, score * 9) FROM scored;

-- lift and gain
SELECT p.bin, p.highest, p.lowest, p.rows, p.events, round(p.event_rate::numeric, 6) AS event_rate, round(p.lift::numeric, 6) AS lift, round(p.cumulative_share::numeric, 6) AS share,
       round(p.gain::numeric, 6) AS gain, round(p.cumulative_lift::numeric, 6) AS cumulative_lift, round(p.ks::numeric, 6) AS ks
  FROM (SELECT credit_risk.lift_table(label, score, 4) AS t FROM scored) AS s, unnest(t) AS p;
SELECT credit_risk.lift_table(label, score, 4, 3) IS NOT NULL AS weighted, cardinality(credit_risk.lift_table(label, score)) AS ten_bins,
       credit_risk.lift_table(label, score, 5) = credit_risk.lift_table(label::int::numeric, score, 5, 1) AS same FROM scored;
SELECT p.bin, p.lift, p.gain, p.ks FROM (SELECT credit_risk.lift_table(false, score, 2) AS t FROM scored) AS s, unnest(t) AS p;

-- weights of evidence: the German credit data's checking account, by hand
CREATE TABLE german AS
SELECT status, true AS bad FROM (VALUES ('A11', 135), ('A12', 105), ('A13', 14), ('A14', 46)) AS b (status, n), generate_series(1, n)
UNION ALL
SELECT status, false FROM (VALUES ('A11', 139), ('A12', 164), ('A13', 49), ('A14', 348)) AS g (status, n), generate_series(1, n);
SELECT p.bin, p.kind, p.label, p.categories, p.rows, p.events, p.share, round(p.event_rate::numeric, 6) AS event_rate, round(p.woe::numeric, 6) AS woe, round(p.iv::numeric, 6) AS iv
  FROM (SELECT credit_risk.woe_table(bad, status) AS t FROM german) AS s, unnest(t) AS p;
SELECT round(credit_risk.information_value(bad, status)::numeric, 6) AS iv, round(credit_risk.information_value(bad::int, status, NULL, 2.5)::numeric, 6) AS with_weights FROM german;
-- ranges, with a bin for what is missing and one without rows
SELECT p.bin, p.kind, p.label, p.lower, p.upper, p.rows, p.events, round(p.event_rate::numeric, 6) AS event_rate, round(p.woe::numeric, 6) AS woe, round(p.iv::numeric, 6) AS iv
  FROM (SELECT credit_risk.woe_table(label, nullif(score, 0.1), '{0.2,0.5,0.9}') AS t FROM scored) AS s, unnest(t) AS p;
-- numbers, booleans, dates and NaN
SELECT p.bin, p.kind, p.label, p.lower, p.rows FROM (SELECT credit_risk.woe_table(label, CASE WHEN score > 0.5 THEN 'NaN' ELSE score * 1000000 END) AS t FROM scored) AS s, unnest(t) AS p;
SELECT p.bin, p.kind, p.label, p.rows FROM (SELECT credit_risk.woe_table(label, score > 0.3) AS t FROM scored) AS s, unnest(t) AS p;
SELECT p.bin, p.kind, p.label, p.rows FROM (SELECT credit_risk.woe_table(label, date '2024-01-01' + (score > 0.3)::int) AS t FROM scored) AS s, unnest(t) AS p;
SELECT p.bin, p.kind, p.label, p.rows
  FROM (SELECT credit_risk.woe_table(label, date '2024-01-01' + (score > 0.3)::int, ARRAY[date '2024-01-02' - date '1970-01-01']::float8[]) AS t FROM scored) AS s, unnest(t) AS p;

-- characteristic stability: by hand, 10,20,30,25,15 % against 8,17,28,29,18 % and 5,10,25,30,30 %
CREATE TABLE moved AS
SELECT false AS current, bin FROM unnest('{10,20,30,25,15}'::int[]) WITH ORDINALITY AS b (n, bin), generate_series(1, n)
UNION ALL
SELECT true, bin FROM unnest('{5,10,25,30,30}'::int[]) WITH ORDINALITY AS b (n, bin), generate_series(1, n);
SELECT round(credit_risk.csi(current, bin)::numeric, 6) AS index, round(credit_risk.csi(current::int, bin, '{2,3,4,5}')::numeric, 6) AS in_ranges,
       round(credit_risk.csi(current, chr(64 + bin::int))::numeric, 6) AS of_texts FROM moved;
SELECT credit_risk.csi(current, bin) FROM moved WHERE current OR bin > 1;
SELECT round(credit_risk.csi(current, bin, NULL, 1e-4)::numeric, 6) AS with_epsilon FROM moved WHERE current OR bin > 1;

-- DeLong
SELECT round(a.estimate::numeric, 6) AS estimate, round(a.standard_error::numeric, 6) AS standard_error, round(a.low::numeric, 6) AS low, a.high, a.resamples
  FROM (SELECT (credit_risk.auc_interval(label, score)).* FROM scored) AS a;
SELECT round(d.auc_1::numeric, 6) AS auc_1, round(d.auc_2::numeric, 6) AS auc_2, round(d.difference::numeric, 6) AS difference, round(d.standard_error::numeric, 6) AS standard_error,
       round(d.z::numeric, 6) AS z, round(d.p_value::numeric, 6) AS p_value, round(d.low::numeric, 6) AS low, round(d.high::numeric, 6) AS high
  FROM (SELECT (credit_risk.auc_difference(label::int, score, score - score * score)).* FROM scored) AS d;
SELECT (credit_risk.auc_difference(label, score, score * 2)).* FROM scored;

-- the bootstrap
SELECT round(b.estimate::numeric, 6) AS estimate, round(b.standard_error::numeric, 6) AS standard_error, round(b.low::numeric, 6) AS low, round(b.high::numeric, 6) AS high, b.resamples
  FROM (SELECT (credit_risk.bootstrap_interval(label, score, 'brier_score', 1000, 42)).* FROM scored) AS b;
SELECT round(b.estimate::numeric, 6) AS estimate, round(b.standard_error::numeric, 6) AS standard_error, round(b.low::numeric, 6) AS low, round(b.high::numeric, 6) AS high, b.resamples
  FROM (SELECT (credit_risk.bootstrap_difference(label, score, 1 - score, 'gini', 1000, 42)).* FROM scored) AS b;
SELECT credit_risk.bootstrap_interval(label, score, 'roc_auc', 100, 1) = credit_risk.bootstrap_interval(label, score, 'roc_auc', 100, 1 ORDER BY score DESC) AS same_in_any_order,
       credit_risk.bootstrap_interval(label, score, 'roc_auc', 100, 1) = credit_risk.bootstrap_interval(label, score, 'roc_auc', 100, 2) AS same_for_any_seed
  FROM scored;

-- undefined, and left out
SELECT credit_risk.roc_curve(label, score) AS curve, credit_risk.calibration_table(label, score) AS calibration, credit_risk.lift_table(label, score) AS lift,
       credit_risk.woe_table(label, score) AS woe, credit_risk.information_value(label, score) AS iv, credit_risk.csi(label, score) AS csi, credit_risk.auc_interval(label, score) AS auc,
       credit_risk.auc_difference(label, score, score) AS difference, credit_risk.bootstrap_interval(label, score, 'gini', 10, 1) AS bootstrap
  FROM scored WHERE false;
SELECT credit_risk.roc_curve(label, score) AS curve, cardinality(credit_risk.calibration_table(label, score)) AS calibration, cardinality(credit_risk.lift_table(label, score)) AS lift,
       credit_risk.woe_table(label, score) AS woe, credit_risk.information_value(label, score) AS iv, credit_risk.csi(label, score) AS csi, credit_risk.auc_interval(label, score) AS auc,
       credit_risk.auc_difference(label, score, score) AS difference, credit_risk.bootstrap_interval(label, score, 'gini', 10, 1) AS bootstrap
  FROM scored WHERE label;
SELECT credit_risk.roc_curve(m.label, m.score, m.weight) = (SELECT credit_risk.roc_curve(label, score) FROM scored) AS curve,
       credit_risk.information_value(m.label, m.score, '{0.25}', m.weight) = (SELECT credit_risk.information_value(label, score, '{0.25}') FROM scored) AS iv
  FROM (SELECT label, score, 1.0 AS weight FROM scored UNION ALL VALUES (NULL, 0.5, 1), (false, 0.9, NULL), (true, 0.1, 0)) AS m;

-- per group and over windows
SELECT score > 0.25 AS high, cardinality(credit_risk.roc_curve(label, score)) AS points, round(credit_risk.information_value(label, score, '{0.35}')::numeric, 6) AS iv
  FROM scored GROUP BY 1 ORDER BY 1;
SELECT score, cardinality(credit_risk.lift_table(label, score, 3) OVER w) AS bins, round(credit_risk.information_value(label, score, '{0.15,0.35}') OVER w::numeric, 6) AS iv,
       round((credit_risk.auc_interval(label, score) OVER w).estimate::numeric, 6) AS auc
  FROM scored WINDOW w AS (ORDER BY score, label) ORDER BY score, label;

-- the same bits in a parallel plan, and in any order
CREATE TABLE many AS
SELECT i * 7919 % 1009 > i * 31 % 1013 AS label, (i * 7919 % 1009) / 1009.0::float8 AS score, (i * 7 % 1000 + 1) / 7.0::float8 AS weight, 'c' || i % 12 AS class
  FROM generate_series(1, 40000) AS i;
ANALYZE many;
\set tables 'credit_risk.roc_curve(label, score, weight)::text, credit_risk.calibration_table(label, score, 12, \'quantile\', weight)::text, credit_risk.lift_table(label, score, 12, weight)::text'
\set counts 'credit_risk.woe_table(label, score, \'{0.1,0.4,0.5}\', weight)::text, credit_risk.woe_table(label, class)::text, credit_risk.information_value(label, class, NULL, weight)::text, credit_risk.csi(label, class, NULL, 0.001)::text'
\set compared 'credit_risk.auc_interval(label, score)::text, credit_risk.auc_difference(label, score, weight)::text, credit_risk.bootstrap_interval(label, score, \'ks_statistic\', 5, 3)::text, credit_risk.bootstrap_difference(label, score, 1 - score, \'log_loss\', 5, 3)::text'
CREATE TEMPORARY TABLE serial AS SELECT ARRAY[:tables, :counts, :compared] AS figures FROM many;
SELECT cardinality(figures), array_position(figures, NULL) AS undefined FROM serial;
SELECT s.figures = o.figures AS same FROM serial AS s, (SELECT ARRAY[:tables, :counts, :compared] AS figures FROM (SELECT * FROM many ORDER BY weight, score DESC) AS ordered) AS o;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
EXPLAIN (COSTS OFF) SELECT ARRAY[:tables, :counts, :compared] AS figures FROM many;
SELECT s.figures = p.figures AS same FROM serial AS s, (SELECT ARRAY[:tables, :counts, :compared] AS figures FROM many) AS p;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;

-- errors
SELECT credit_risk.roc_curve('yes'::text, 0.5);
SELECT credit_risk.roc_curve(2, 0.5);
SELECT credit_risk.roc_curve(date '2024-01-01', 0.5);
SELECT credit_risk.roc_curve(true, 'NaN');
SELECT credit_risk.roc_curve(true, 0.5, -1);
SELECT credit_risk.calibration_table(true, 1.5);
SELECT credit_risk.calibration_table(true, 0.5, 0, 'width');
SELECT credit_risk.calibration_table(true, 0.5, 10, 'depth');
SELECT credit_risk.calibration_table(label, score, 10 + (score > 0.5)::int, 'width') FROM scored;
SELECT credit_risk.lift_table(true, 0.5, 1001);
SELECT credit_risk.woe_table(true, ARRAY[1]);
SELECT credit_risk.woe_table(true, 'a'::text, '{1}');
SELECT credit_risk.woe_table(true, 1, '{2,1}');
SELECT credit_risk.woe_table(true, 1, '{NULL}');
SELECT credit_risk.woe_table(label, score, ARRAY[score]) FROM scored;
SELECT credit_risk.woe_table(label, score, CASE WHEN label THEN ARRAY[0.5] END) FROM scored;
SELECT credit_risk.woe_table(true, 'Infinity'::float8);
SELECT credit_risk.information_value(true, i) FROM generate_series(1, 20000) AS i;
SELECT credit_risk.information_value(true, 1, NULL, 'NaN');
SELECT credit_risk.csi(0.5, 1);
SELECT credit_risk.csi(current, bin, NULL, 2) FROM moved;
SELECT credit_risk.auc_interval(true, 'Infinity');
SELECT credit_risk.bootstrap_interval(true, 0.5, 'accuracy', 10, 1);
SELECT credit_risk.bootstrap_interval(true, 0.5, 'gini', 1, 1);
SELECT credit_risk.bootstrap_interval(true, 0.5, 'gini', 10, -1);
SELECT credit_risk.bootstrap_interval(true, 1.5, 'brier_score', 10, 1);
SELECT credit_risk.bootstrap_interval(label, score, 'gini', 10, (score * 10)::int) FROM scored;

-- bounded memory, and canceled in time
SET credit_risk.training_memory = '16MB';
\set VERBOSITY sqlstate
SELECT credit_risk.roc_curve(i % 2 = 0, i) FROM generate_series(1, 300000) AS i;
SELECT credit_risk.auc_difference(i % 2 = 0, i, -i) FROM generate_series(1, 300000) AS i;
RESET credit_risk.training_memory;
SET statement_timeout = '300ms';
SELECT credit_risk.bootstrap_interval(label, score, 'roc_auc', 100000, 1) FROM many;
RESET statement_timeout;
\set VERBOSITY default

DROP TABLE scored, german, moved, many, serial;
