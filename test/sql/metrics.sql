\set SHOW_CONTEXT never
CREATE TABLE scored (label boolean, score float8);
INSERT INTO scored SELECT l = 1, s FROM unnest('{0,0,0,0,0,0,1,0,1,1}'::int[], '{.05,.1,.1,.15,.2,.3,.3,.4,.6,.8}'::float8[]) AS r (l, s);
SELECT round(credit_risk.roc_auc(label, score)::numeric, 6) AS auc, round(credit_risk.gini(label, score)::numeric, 6) AS gini,
       round(credit_risk.ks_statistic(label, score)::numeric, 6) AS ks, round(credit_risk.brier_score(label, score)::numeric, 6) AS brier
  FROM scored;

-- rows without a label or a score are left out
SELECT round(credit_risk.roc_auc(label, score)::numeric, 6) AS auc, round(credit_risk.brier_score(label, score)::numeric, 6) AS brier
  FROM (TABLE scored UNION ALL VALUES (NULL, 0.5), (true, NULL), (false, 'NaN')) AS more;

-- undefined: no rows, one class
SELECT credit_risk.roc_auc(label, score) AS auc, credit_risk.gini(label, score) AS gini, credit_risk.ks_statistic(label, score) AS ks,
       credit_risk.brier_score(label, score) AS brier
  FROM scored WHERE false;
SELECT credit_risk.roc_auc(label, score) AS auc, credit_risk.gini(label, score) AS gini, credit_risk.ks_statistic(label, score) AS ks,
       round(credit_risk.brier_score(label, score)::numeric, 6) AS brier
  FROM scored WHERE label;

-- per group, with FILTER, over a window
SELECT score > 0.25 AS high, round(credit_risk.roc_auc(label, score)::numeric, 6) AS auc FROM scored GROUP BY 1 ORDER BY 1;
SELECT round(credit_risk.roc_auc(label, score) FILTER (WHERE score < 0.7)::numeric, 6) AS auc FROM scored;
SELECT label, score, round(credit_risk.roc_auc(label, score) OVER (ORDER BY score, label)::numeric, 6) AS auc FROM scored ORDER BY score, label;

-- the same bits in a parallel plan
CREATE TABLE many AS SELECT i * 7919 % 1009 > i * 31 % 1013 AS label, (i * 7919 % 1009) / 1009.0::float8 AS score FROM generate_series(1, 40000) AS i;
ANALYZE many;
CREATE TEMPORARY TABLE serial AS
SELECT credit_risk.roc_auc(label, score) AS auc, credit_risk.ks_statistic(label, score) AS ks, credit_risk.brier_score(label, score) AS brier FROM many;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
EXPLAIN (COSTS OFF) SELECT credit_risk.roc_auc(label, score) FROM many;
SELECT s.auc = p.auc AS auc, s.ks = p.ks AS ks, s.brier = p.brier AS brier
  FROM serial s,
       (SELECT credit_risk.roc_auc(label, score) AS auc, credit_risk.ks_statistic(label, score) AS ks, credit_risk.brier_score(label, score) AS brier FROM many) p;
RESET ALL;

-- bounded memory
SET credit_risk.training_memory = '16MB';
SELECT credit_risk.roc_auc(i % 2 = 0, i) FROM generate_series(1, 300000) AS i;
RESET credit_risk.training_memory;

DROP TABLE scored, many;
