-- One boosted model of all rows by the session and one worker, timed.
SET client_min_messages = warning;
SET credit_risk.training_workers = 1;
\timing on
SELECT version FROM credit_risk.train('boosting_team', 'training_rows', 'outcome', 'gradient_boosting', format(
    '{"trees": %s, "max_depth": %s, "folds": 0, "test_share": 0, "early_stopping": 0, "guard_rails": false, "allow_protected": true, "exclude": ["id"]}',
    :trees, :depth)::jsonb);
