-- The applicants that D1, D2 and D4 score: the features of the synthetic workload, as float8 columns. Filled by a binary COPY.
CREATE EXTENSION credit_risk;
CREATE UNLOGGED TABLE applicant (:columns);
COPY applicant FROM :'rows_file' (FORMAT binary);
VACUUM (ANALYZE, FREEZE) applicant;
CREATE UNLOGGED TABLE explained AS SELECT * FROM applicant LIMIT :explained;
VACUUM (ANALYZE, FREEZE) explained;

SELECT credit_risk.import_model('forest', 'credit_risk.model.v1', pg_read_file(:'model_file'), check_rows => pg_read_file(:'check_file')::jsonb) AS version \gset
SELECT credit_risk.approve(:version), credit_risk.deploy(:version);
ALTER DATABASE bench SET credit_risk.default_model = 'forest';

SELECT version FROM credit_risk.train('stump', 'SELECT *, (debt_to_income_ratio > 40)::int AS target FROM explained', 'target',
    params => '{"trees": 1, "folds": 0, "exclude": ["id", "gender_encoded"]}') \gset
SELECT credit_risk.approve(:version), credit_risk.deploy(:version);
