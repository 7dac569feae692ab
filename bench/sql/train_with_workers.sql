-- A forest that so many workers grew: the hash of its content.
SELECT format('SELECT *, (debt_to_income_ratio > 40)::int AS target FROM (SELECT * FROM applicant LIMIT %s) a', :rows) AS query \gset
SET credit_risk.training_workers = :workers;
SELECT version FROM credit_risk.train('workers_' || :workers, :'query', 'target', params =>
    '{"trees": 20, "max_depth": 12, "folds": 0, "features": ["monthly_income", "loan_amount", "age", "interest_rate"]}') \gset
SELECT encode(content_sha256, 'hex') FROM credit_risk.model_version WHERE version = :version;
