-- Where the probabilities of exported rows are written back to.
CREATE UNLOGGED TABLE scored AS SELECT *, NULL::float8 AS probability FROM applicant LIMIT :rows;
ANALYZE scored;
CREATE UNLOGGED TABLE exported (id float8, probability float8);
