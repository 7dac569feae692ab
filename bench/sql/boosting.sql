-- The rows that boosted trees are grown of, with their outcome.
CREATE UNLOGGED TABLE training_rows (:columns);
COPY training_rows FROM :'rows_file' (FORMAT binary);
VACUUM (ANALYZE, FREEZE) training_rows;
