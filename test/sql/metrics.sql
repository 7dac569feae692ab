\set SHOW_CONTEXT never
SET extra_float_digits = 0;
CREATE TABLE scored (label boolean, score float8);
INSERT INTO scored SELECT l = 1, s FROM unnest('{0,0,0,0,0,0,1,0,1,1}'::int[], '{.05,.1,.1,.15,.2,.3,.3,.4,.6,.8}'::float8[]) AS r (l, s);

-- by hand
SELECT round(credit_risk.roc_auc(label, score)::numeric, 6) AS auc, round(credit_risk.gini(label, score)::numeric, 6) AS gini,
       round(credit_risk.ks_statistic(label, score)::numeric, 6) AS ks, round(credit_risk.brier_score(label, score)::numeric, 6) AS brier
  FROM scored;
-- as scikit-learn 1.9.1 says: log_loss, average_precision_score; accuracy_score and its kin of score > 0.5, of score > 0.25
SELECT round(credit_risk.log_loss(label, score)::numeric, 12) AS log_loss, round(credit_risk.average_precision(label, score)::numeric, 12) AS average_precision
  FROM scored;
SELECT round(credit_risk.accuracy(label, score)::numeric, 6) AS accuracy, round(credit_risk.precision(label, score)::numeric, 6) AS precision,
       round(credit_risk.recall(label, score)::numeric, 6) AS recall, round(credit_risk.f1(label, score)::numeric, 6) AS f1
  FROM scored;
SELECT round(credit_risk.accuracy(label, score, 0.25)::numeric, 6) AS accuracy, round(credit_risk.precision(label, score, 0.25)::numeric, 6) AS precision,
       round(credit_risk.recall(label, score, 0.25)::numeric, 6) AS recall, round(credit_risk.f1(label, score, 0.25)::numeric, 6) AS f1
  FROM scored;
-- a score at the threshold is no event
SELECT credit_risk.recall(label, score, 0.3) AS at, credit_risk.recall(label, score, 0.29) AS below FROM scored WHERE score = 0.3;

-- weights count rows; labels are 0 or 1 in any numeric type
CREATE TABLE weighted AS SELECT label, score, 1 + (score * 20)::int % 3 AS weight FROM scored;
SELECT w.auc = r.auc AS auc, w.gini = r.gini AS gini, w.ks = r.ks AS ks, w.brier = r.brier AS brier, w.log_loss = r.log_loss AS log_loss, w.ap = r.ap AS ap
  FROM (SELECT credit_risk.roc_auc(label, score, weight) AS auc, credit_risk.gini(label, score, weight) AS gini,
               credit_risk.ks_statistic(label, score, weight) AS ks, round(credit_risk.brier_score(label, score, weight)::numeric, 14) AS brier,
               round(credit_risk.log_loss(label, score, weight)::numeric, 14) AS log_loss, credit_risk.average_precision(label, score, weight) AS ap
          FROM weighted) AS w,
       (SELECT credit_risk.roc_auc(label::int, score) AS auc, credit_risk.gini(label::int::smallint, score) AS gini,
               credit_risk.ks_statistic(label::int::bigint, score) AS ks, round(credit_risk.brier_score(label::int::numeric, score)::numeric, 14) AS brier,
               round(credit_risk.log_loss(label::int::float8, score)::numeric, 14) AS log_loss, credit_risk.average_precision(label::int, score) AS ap
          FROM weighted, generate_series(1, weight)) AS r;
SELECT credit_risk.roc_auc(label::int, score, weight) = credit_risk.roc_auc(label, score, weight) AS auc,
       credit_risk.gini(label::int, score, weight) = credit_risk.gini(label, score, weight) AS gini,
       credit_risk.ks_statistic(label::int, score, weight) = credit_risk.ks_statistic(label, score, weight) AS ks,
       credit_risk.average_precision(label::int, score, weight) = credit_risk.average_precision(label, score, weight) AS ap,
       credit_risk.brier_score(label::int, score, weight) = credit_risk.brier_score(label, score, weight) AS brier,
       credit_risk.log_loss(label::int, score, weight) = credit_risk.log_loss(label, score, weight) AS log_loss
  FROM weighted;
SELECT credit_risk.accuracy(label::int, score) = credit_risk.accuracy(label, score) AS accuracy,
       credit_risk.precision(label::int, score) = credit_risk.precision(label, score) AS precision,
       credit_risk.recall(label::int, score, 0.2) = credit_risk.recall(label, score, 0.2) AS recall,
       credit_risk.f1(label::int, score, 0.2) = credit_risk.f1(label, score, 0.2) AS f1,
       credit_risk.accuracy(label::int, score, 0.2) AS accuracy_at, credit_risk.precision(label::int, score, 0.2) AS precision_at,
       credit_risk.recall(label::int, score) AS recall_at_half, credit_risk.f1(label::int, score) AS f1_at_half
  FROM scored;
-- decisions with weights: those of rows that come as often
SELECT w.accuracy = r.accuracy AS accuracy, w."precision" = r."precision" AS "precision", w.recall = r.recall AS recall, w.f1 = r.f1 AS f1, round(w.f1::numeric, 6) AS weighted
  FROM (SELECT credit_risk.accuracy(label, score, 0.2, weight) AS accuracy, credit_risk.precision(label::int, score, 0.2, weight) AS "precision",
               credit_risk.recall(label, score, 0.2, weight) AS recall, credit_risk.f1(label::int, score, 0.2, weight) AS f1 FROM weighted) AS w,
       (SELECT credit_risk.accuracy(label, score, 0.2) AS accuracy, credit_risk.precision(label, score, 0.2) AS "precision",
               credit_risk.recall(label, score, 0.2) AS recall, credit_risk.f1(label, score, 0.2) AS f1 FROM weighted, generate_series(1, weight)) AS r;
SELECT credit_risk.accuracy(label::int, score, 0.2, weight) = credit_risk.accuracy(label, score, 0.2, weight) AS accuracy,
       credit_risk.precision(label::int, score, 0.2, weight) = credit_risk.precision(label, score, 0.2, weight) AS "precision",
       credit_risk.recall(label::int, score, 0.2, weight) = credit_risk.recall(label, score, 0.2, weight) AS recall,
       credit_risk.f1(label::int, score, 0.2, weight) = credit_risk.f1(label, score, 0.2, weight) AS f1
  FROM weighted;
SELECT credit_risk.accuracy(label, score, 0.2, weight) AS left_out FROM (VALUES (true, 0.1, NULL::float8), (true, 0.1, 0), (false, 0.1, 3)) AS r (label, score, weight);
SELECT credit_risk.accuracy(label, score, 0.2, 0) AS undefined FROM scored;
SELECT credit_risk.f1(label, score, 0.2, -1) FROM scored;

-- rows without a label, a score or a weight are left out, and so is weight 0
SELECT round(credit_risk.roc_auc(label, score, weight)::numeric, 6) AS auc, round(credit_risk.brier_score(label, score, weight)::numeric, 6) AS brier,
       credit_risk.accuracy(label, score, weight / 2) AS accuracy
  FROM (SELECT label, score, 1.0 AS weight FROM scored UNION ALL VALUES (NULL, 0.5, 1), (true, NULL, 1), (false, 0.9, NULL)) AS more;
SELECT round(credit_risk.roc_auc(label, score, weight)::numeric, 6) AS auc, round(credit_risk.brier_score(label, score, weight)::numeric, 6) AS brier
  FROM (SELECT label, score, 1.0 AS weight FROM scored UNION ALL VALUES (false, 0.9, 0)) AS more;

-- undefined: no rows, one class, no denominator
SELECT credit_risk.roc_auc(label, score) AS auc, credit_risk.gini(label, score) AS gini, credit_risk.ks_statistic(label, score) AS ks,
       credit_risk.average_precision(label, score) AS ap, credit_risk.brier_score(label, score) AS brier, credit_risk.log_loss(label, score) AS log_loss,
       credit_risk.accuracy(label, score) AS accuracy, credit_risk.f1(label, score) AS f1
  FROM scored WHERE false;
SELECT credit_risk.roc_auc(label, score) AS auc, credit_risk.gini(label, score) AS gini, credit_risk.ks_statistic(label, score) AS ks,
       credit_risk.average_precision(label, score) AS ap, round(credit_risk.brier_score(label, score)::numeric, 6) AS brier,
       round(credit_risk.log_loss(label, score)::numeric, 6) AS log_loss
  FROM scored WHERE label;
SELECT credit_risk.accuracy(label, score, 0.9) AS accuracy, credit_risk.precision(label, score, 0.9) AS precision,
       credit_risk.recall(label, score, 0.9) AS recall, credit_risk.f1(label, score, 0.9) AS f1
  FROM scored WHERE NOT label;
SELECT credit_risk.roc_auc(label, score, 0) AS auc, credit_risk.brier_score(label, score, 0) AS brier FROM scored;

-- certain and wrong: clipped
SELECT round(credit_risk.log_loss(true, 0)::numeric, 6) AS wrong, round(credit_risk.log_loss(true, 1)::numeric, 6) AS right, credit_risk.brier_score(true, 0) AS brier;

-- per group, with FILTER and DISTINCT, over windows, several at once
SELECT score > 0.25 AS high, round(credit_risk.roc_auc(label, score)::numeric, 6) AS auc, round(credit_risk.log_loss(label, score)::numeric, 6) AS log_loss
  FROM scored GROUP BY 1 ORDER BY 1;
SELECT round(credit_risk.roc_auc(label, score) FILTER (WHERE score < 0.7)::numeric, 6) AS auc,
       round(credit_risk.brier_score(label, score) FILTER (WHERE score < 0.7)::numeric, 6) AS brier
  FROM scored;
SELECT credit_risk.roc_auc(DISTINCT s.label, s.score) = (SELECT credit_risk.roc_auc(label, score) FROM (SELECT DISTINCT label, score FROM scored) AS d) AS auc,
       round(credit_risk.accuracy(DISTINCT label, score)::numeric, 6) AS accuracy
  FROM scored AS s;
SELECT label, score, round(credit_risk.roc_auc(label, score) OVER w::numeric, 6) AS auc, round(credit_risk.brier_score(label, score) OVER w::numeric, 6) AS brier,
       round(credit_risk.accuracy(label, score) OVER w::numeric, 6) AS accuracy, round(credit_risk.hhi(score) OVER w::numeric, 6) AS hhi
  FROM scored WINDOW w AS (ORDER BY score, label) ORDER BY score, label;
SELECT label, score, round(credit_risk.average_precision(label, score) OVER w::numeric, 6) AS ap
  FROM scored WINDOW w AS (ORDER BY score, label ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING) ORDER BY score, label;

-- the same bits in a parallel plan, and in any order
CREATE TABLE many AS
SELECT i * 7919 % 1009 > i * 31 % 1013 AS label, (i * 7919 % 1009) / 1009.0::float8 AS score, (i * 7 % 1000 + 1) / 7.0::float8 AS weight
  FROM generate_series(1, 40000) AS i;
ANALYZE many;
\set ranks 'credit_risk.roc_auc(label, score), credit_risk.roc_auc(label, score, weight), credit_risk.gini(label, score), credit_risk.ks_statistic(label, score), credit_risk.ks_statistic(label, score, weight), credit_risk.average_precision(label, score, weight)'
\set sums 'credit_risk.brier_score(label, score), credit_risk.brier_score(label, score, weight), credit_risk.log_loss(label, score), credit_risk.log_loss(label, score, weight), credit_risk.accuracy(label, score), credit_risk.f1(label, score, 0.4), credit_risk.accuracy(label, score, 0.4, weight), credit_risk.precision(label, score, 0.4, weight), credit_risk.recall(label, score, 0.4, weight), credit_risk.f1(label, score, 0.4, weight), credit_risk.hhi(weight)'
CREATE TEMPORARY TABLE serial AS SELECT ARRAY[:ranks, :sums] AS figures FROM many;
SELECT cardinality(figures), array_position(figures, NULL) AS undefined FROM serial;
SELECT s.figures = o.figures AS same FROM serial AS s, (SELECT ARRAY[:ranks, :sums] AS figures FROM (SELECT * FROM many ORDER BY weight, score DESC) AS ordered) AS o;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
EXPLAIN (COSTS OFF) SELECT s.figures = p.figures AS same FROM serial AS s, (SELECT ARRAY[:ranks, :sums] AS figures FROM many) AS p;
SELECT s.figures = p.figures AS same FROM serial AS s, (SELECT ARRAY[:ranks, :sums] AS figures FROM many) AS p;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;

-- what no row may hold
\set VERBOSITY sqlstate
SELECT credit_risk.roc_auc(true, 'NaN');
\set VERBOSITY default
SELECT credit_risk.ks_statistic(true, 'Infinity');
SELECT credit_risk.average_precision(true, '-Infinity');
SELECT credit_risk.accuracy(true, 'NaN');
SELECT credit_risk.brier_score(true, 1.5);
SELECT credit_risk.log_loss(false, -0.25);
SELECT credit_risk.log_loss(false, 'NaN');
SELECT credit_risk.gini(2, 0.5);
SELECT credit_risk.recall(0.5, 0.5, 0.5);
SELECT credit_risk.brier_score('NaN'::float8, 0.5);
SELECT credit_risk.roc_auc(true, 0.5, -1);
SELECT credit_risk.log_loss(true, 0.5, 'NaN');
SELECT credit_risk.brier_score(true, 0.5, 'Infinity');
SELECT credit_risk.gini(true, 0.5, 1e-200);
SELECT credit_risk.precision(true, 0.5, 'NaN');

-- bounded memory
SET credit_risk.training_memory = '16MB';
\set VERBOSITY sqlstate
SELECT credit_risk.roc_auc(i % 2 = 0, i) FROM generate_series(1, 300000) AS i;
\set VERBOSITY default
SELECT credit_risk.accuracy(i % 2 = 0, i) AS accuracy, round(credit_risk.brier_score(i % 2 = 0, 0.5)::numeric, 6) AS brier FROM generate_series(1, 300000) AS i;
RESET credit_risk.training_memory;

-- population stability: by hand
SELECT round(credit_risk.psi('{.10,.20,.30,.25,.15}', '{.08,.17,.28,.29,.18}')::numeric, 6) AS stable,
       round(credit_risk.psi('{.10,.20,.30,.25,.15}', '{.05,.10,.25,.30,.30}')::numeric, 6) AS moderate,
       round(credit_risk.psi('{.10,.20,.30,.25,.15}', '{0,.2,.3,.3,.2}', epsilon => 1e-4)::numeric, 6) AS empty_bin,
       credit_risk.psi('{1}', NULL) AS without;
SELECT credit_risk.psi('{.10,.20,.30,.25,.15}', '{0,.2,.3,.3,.2}');
SELECT credit_risk.psi('{.5,.5}', '{.5,.3}');
SELECT credit_risk.psi('{.5,.5}', '{50,50}');
SELECT credit_risk.psi('{.5,.5}', '{.5,NULL}');
SELECT credit_risk.psi('{.5,.5}', '{.5,.3,.2}');
SELECT credit_risk.psi('{}', '{}');
SELECT credit_risk.psi('{.5,.5}', '{.5,.5}', 'NaN');

-- Hosmer-Lemeshow: by hand
SELECT round(statistic::numeric, 6) AS statistic, degrees_of_freedom, round(p_value::numeric, 6) AS p_value
  FROM credit_risk.hosmer_lemeshow('{1,7,9,24,43}', '{2,5,10,20,40}', '{100,100,100,100,100}');
SELECT round(statistic::numeric, 6) AS statistic, degrees_of_freedom, round(p_value::numeric, 6) AS p_value
  FROM credit_risk.hosmer_lemeshow('{1,7,9,24,43}', '{2,5,10,20,40}', '{100,100,100,100,100}', in_sample => false);
SELECT credit_risk.hosmer_lemeshow('{1,2}', '{1,2}', '{9,9}');
SELECT credit_risk.hosmer_lemeshow('{1,2,3}', '{1,2,0}', '{9,9,9}');
SELECT credit_risk.hosmer_lemeshow('{1,2,NULL}', '{1,2,3}', '{9,9,9}');
SELECT credit_risk.hosmer_lemeshow('{1,2,3}', '{1,2,3}', '{9,9}');

-- concentration: by hand
SELECT round(hhi::numeric, 6) AS hhi, round(((hhi - 1.0 / n) / (1 - 1.0 / n))::numeric, 6) AS normalised, round((1 / hhi)::numeric, 4) AS effective
  FROM (SELECT credit_risk.hhi(share), count(*) AS n FROM unnest('{.4,.3,.2,.1}'::numeric[]) AS share) AS h;
SELECT credit_risk.hhi(amount) AS one, credit_risk.hhi(NULL) AS none, credit_risk.hhi(0) AS nothing FROM (VALUES (250000), (NULL), (0)) AS loans (amount);
SELECT credit_risk.hhi(-1);
SELECT credit_risk.hhi('NaN');

DROP TABLE scored, weighted, many, serial;
