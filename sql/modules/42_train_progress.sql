-- ---------------------------------------------------------------------------------------------------------------------
-- How far the trainings of all sessions are.

CREATE FUNCTION credit_risk.training_sessions(
    OUT pid int, OUT datid oid, OUT usesysid oid, OUT model text, OUT algorithm text, OUT phase text, OUT part text,
    OUT fold int, OUT fit int, OUT fits int, OUT steps_done bigint, OUT steps bigint, OUT rows_read bigint,
    OUT started_at timestamptz, OUT fitting_at timestamptz
) RETURNS SETOF record LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 10 ROWS 2 AS 'MODULE_PATHNAME', 'cr_training_sessions';
COMMENT ON FUNCTION credit_risk.training_sessions() IS
'internal: the trainings that run in this database, for the view train_progress; what another role does is NULL without its privileges or those of pg_read_all_stats';

CREATE VIEW credit_risk.train_progress WITH (security_invoker = true) AS
SELECT s.pid, pg_catalog.pg_get_userbyid(s.usesysid) AS usename, s.model, s.algorithm, s.phase, s.part, s.fold, s.fit, s.fits,
       s.steps_done, s.steps, s.rows_read, s.started_at, t.at - s.started_at AS elapsed,
       (t.at - s.fitting_at) * ((1 - d.share) / nullif(d.share, 0)) AS remaining
  FROM credit_risk.training_sessions() AS s
 CROSS JOIN LATERAL (SELECT pg_catalog.clock_timestamp() AS at) AS t
 CROSS JOIN LATERAL (
       SELECT (s.fit - 1 + CASE s.phase WHEN 'fitting' THEN coalesce(s.steps_done::double precision / s.steps, 0) ELSE 1 END) / s.fits
              AS share) AS d;
COMMENT ON VIEW credit_risk.train_progress IS
'a row for each training that runs in this database, in whatever session; of another role''s only pid and usename, unless the reader has its privileges or those of pg_read_all_stats';
COMMENT ON COLUMN credit_risk.train_progress.pid IS 'process of the session that trains, for pg_cancel_backend and pg_stat_activity';
COMMENT ON COLUMN credit_risk.train_progress.usename IS 'role that trains';
COMMENT ON COLUMN credit_risk.train_progress.model IS 'name of the model, its first 56 bytes; cross_validate for cross_validate and search_parameters';
COMMENT ON COLUMN credit_risk.train_progress.algorithm IS 'as passed to train, its first 24 bytes';
COMMENT ON COLUMN credit_risk.train_progress.phase IS 'reading rows, fitting, measuring or storing; fitting and measuring come for every fit';
COMMENT ON COLUMN credit_risk.train_progress.part IS 'what the fit is for: held-out part, fold, or all rows; NULL before the first';
COMMENT ON COLUMN credit_risk.train_progress.fold IS 'fold that is held out, from 1; NULL when the fit is for none';
COMMENT ON COLUMN credit_risk.train_progress.fit IS 'which fit it is, from 1';
COMMENT ON COLUMN credit_risk.train_progress.fits IS 'fits in all';
COMMENT ON COLUMN credit_risk.train_progress.steps_done IS 'trees grown or steps made in this fit, those of parallel workers included';
COMMENT ON COLUMN credit_risk.train_progress.steps IS 'trees or steps of this fit, at most; early stopping may end it before';
COMMENT ON COLUMN credit_risk.train_progress.rows_read IS 'rows of the query read so far';
COMMENT ON COLUMN credit_risk.train_progress.started_at IS 'when the training began';
COMMENT ON COLUMN credit_risk.train_progress.elapsed IS 'time since then';
COMMENT ON COLUMN credit_risk.train_progress.remaining IS 'estimate, as though all steps of all fits took the same time; NULL before the first step';
