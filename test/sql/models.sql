-- The registry: versions, approval, deployment, roll-back, log, privileges.
\set VERBOSITY terse

-- SQLSTATE, message, detail and hint of a statement that must fail, without the numbers of versions.
CREATE FUNCTION pg_temp.error_of(statement text, OUT state text, OUT message text, OUT detail text, OUT hint text)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    message := regexp_replace(message, 'version \d+', 'version N');
    detail := regexp_replace(detail, 'ersion \d+', 'ersion N');
    hint := regexp_replace(hint, 'approve\(\d+\)', 'approve(N)');
END
$$;

-- One split on x: at most 10 gives `low`, else `high`.
CREATE FUNCTION pg_temp.model_of(low float8, high float8) RETURNS text LANGUAGE sql AS $$
SELECT format('{"format": "credit_risk.model.v1", "algorithm": "stump", "link": "identity", "average": false, "precision": "f64",
  "base_margin": 0, "features": [{"name": "x", "kind": "numeric"}], "trees": [{"feature": [0, -1, -1], "left": [1, -1, -1],
  "right": [2, -1, -1], "threshold": [10, 0, 0], "value": [0, %s, %s], "cover": [10, 6, 4]}]}', low, high)
$$;

-- import, approve, deploy
SELECT credit_risk.import_model('stump', 'credit_risk.model.v1', pg_temp.model_of(0.1, 0.6)) AS v1 \gset
SELECT credit_risk.import_model('stump', 'credit_risk.model.v1', convert_to(pg_temp.model_of(0.2, 0.7), 'UTF8')) AS v2 \gset
SELECT credit_risk.import_model('stump', 'credit_risk.model.v1', pg_temp.model_of(0.3, 0.8)) AS v3 \gset
SELECT :v1 < :v2 AND :v2 < :v3 AS versions_rise;
SELECT version = :v1 AS first, model, algorithm, status, features, metrics, training ->> 'format' AS format, origin,
       author = session_user AS mine, author_role = current_user AS in_my_role, content_bytes > 0 AS has_content
  FROM credit_risk.model_versions WHERE model = 'stump' ORDER BY version;
SELECT features FROM credit_risk.model_version WHERE version = :v1;
SELECT state, message, detail, hint FROM pg_temp.error_of('SELECT credit_risk.deploy(' || :v1 || ')');
SELECT credit_risk.approve(:v1, 'seen') = :v1 AS approved, credit_risk.approve(:v2) = :v2 AS approved, credit_risk.approve(:v3) = :v3 AS approved;
SELECT credit_risk.approve(:v1) = :v1 AS approved_again;
SELECT state, message, detail, hint FROM pg_temp.error_of($$SELECT credit_risk.probability_of_default('{1}'::float8[], 'stump')$$);
SELECT credit_risk.deploy(:v1) = :v1 AS deployed;
SELECT credit_risk.deploy(:v1) = :v1 AS deployed_again;
SELECT credit_risk.probability_of_default('{1}'::float8[], 'stump');
SELECT credit_risk.deploy('stump', :v2) = :v2 AS deployed;
SELECT credit_risk.probability_of_default('{1}'::float8[], 'stump');
SELECT credit_risk.deploy(:v3) = :v3 AS deployed;
SELECT model, deployed_version = :v3 AS third_scores, versions, latest_version = :v3 AS third_is_latest, deployed_by = session_user AS by_me
  FROM credit_risk.models WHERE model = 'stump';

-- roll-back goes back one further each time, past retired versions
SELECT credit_risk.rollback('stump') = :v2 AS second;
SELECT credit_risk.probability_of_default('{1}'::float8[], 'stump');
SELECT credit_risk.rollback('stump') = :v1 AS first;
SELECT state, message, detail, hint FROM pg_temp.error_of($$SELECT credit_risk.rollback('stump')$$);
SELECT credit_risk.deploy(:v2) = :v2 AS second, credit_risk.deploy(:v3) = :v3 AS third;
SELECT state, message, detail, hint FROM pg_temp.error_of('SELECT credit_risk.retire(' || :v3 || ')');
SELECT credit_risk.retire(:v2, 'drifts') = :v2 AS retired;
SELECT credit_risk.rollback('stump') = :v1 AS first;
SELECT state, message, detail, hint FROM pg_temp.error_of('SELECT credit_risk.deploy(' || :v2 || ')');
SELECT state, message, detail, hint FROM pg_temp.error_of('SELECT credit_risk.approve(' || :v2 || ')');
SELECT credit_risk.score_version(:v2, '{1}'::float8[]) AS retired_versions_replay;

-- the pointer moves with the transaction
BEGIN;
SELECT credit_risk.deploy(:v3) = :v3 AS third;
SELECT credit_risk.probability_of_default('{1}'::float8[], 'stump');
ROLLBACK;
SELECT credit_risk.probability_of_default('{1}'::float8[], 'stump');
BEGIN;
SAVEPOINT a;
SELECT credit_risk.deploy(:v3) = :v3 AS third;
SELECT credit_risk.probability_of_default('{1}'::float8[], 'stump');
ROLLBACK TO a;
SELECT credit_risk.probability_of_default('{1}'::float8[], 'stump');
COMMIT;

-- one call in a loop, over a deployment that is undone: the same expression must not remember it
CREATE FUNCTION pg_temp.scores_around_undone_deploy(version bigint) RETURNS float8[] LANGUAGE plpgsql AS $$
DECLARE
    scores float8[] := '{}';
    score float8;
BEGIN
    FOR i IN 1..4 LOOP
        BEGIN
            IF i IN (1, 3) THEN
                PERFORM credit_risk.deploy(scores_around_undone_deploy.version);
            END IF;
            score := credit_risk.probability_of_default(ARRAY[1.0::float8], 'stump');
            IF i IN (1, 3) THEN
                RAISE division_by_zero;
            END IF;
        EXCEPTION WHEN division_by_zero THEN
            NULL;
        END;
        scores := scores || score;
    END LOOP;
    RETURN scores;
END
$$;
SELECT pg_temp.scores_around_undone_deploy(:v3);
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT pg_temp.scores_around_undone_deploy(:v3);
COMMIT;

-- the log
SELECT kind, CASE version WHEN :v1 THEN 1 WHEN :v2 THEN 2 WHEN :v3 THEN 3 END AS version,
       CASE previous WHEN :v1 THEN 1 WHEN :v2 THEN 2 WHEN :v3 THEN 3 END AS previous, note,
       actor = session_user AND actor_role = current_user AS by_me, at BETWEEN now() - interval '1 hour' AND clock_timestamp() AS just_now
  FROM credit_risk.model_event WHERE model = 'stump' ORDER BY event;

-- what is stored never changes
SELECT state, message, detail, hint FROM pg_temp.error_of($$UPDATE credit_risk.model_version SET model = 'other'$$);
SELECT state, message, detail FROM pg_temp.error_of($$DELETE FROM credit_risk.model_version$$);
SELECT state, message, detail FROM pg_temp.error_of($$TRUNCATE credit_risk.model_version, credit_risk.deployment, credit_risk.model_event, credit_risk.model_background$$);
SELECT state, message, detail FROM pg_temp.error_of($$UPDATE credit_risk.model_event SET actor = 'other'$$);
SELECT state, message, detail FROM pg_temp.error_of($$DELETE FROM credit_risk.model_event$$);
SELECT state, message, detail FROM pg_temp.error_of($$TRUNCATE credit_risk.model_event$$);
SELECT state, message FROM pg_temp.error_of($$INSERT INTO credit_risk.model_version
    SELECT 1e15::bigint, model, algorithm, content || '\x00'::bytea, content_sha256, features, metrics, training, origin, author, author_role, created_at
      FROM credit_risk.model_version LIMIT 1$$);

SET session_replication_role = replica;
SELECT state, message FROM pg_temp.error_of($$DELETE FROM credit_risk.model_event$$);
RESET session_replication_role;

-- nor does the deployed version, but by deploy and rollback: the log would not tell; a candidate would score
SELECT state, message, detail, hint FROM pg_temp.error_of($$DELETE FROM credit_risk.deployment$$);
SELECT state, message, detail FROM pg_temp.error_of($$TRUNCATE credit_risk.deployment$$);
SELECT version AS deployed FROM credit_risk.deployment WHERE model = 'stump' \gset
SELECT state, regexp_replace(message, '\d+', 'N') AS message, regexp_replace(detail, '\d+', 'N') AS detail, hint FROM pg_temp.error_of(format(
    'SET CONSTRAINTS ALL IMMEDIATE; UPDATE credit_risk.deployment SET version = %s WHERE model = ''stump''',
    (SELECT min(version) FROM credit_risk.model_versions WHERE model = 'stump' AND version <> :deployed)));
SELECT state FROM pg_temp.error_of(format('SET CONSTRAINTS ALL IMMEDIATE; SELECT credit_risk.deploy(credit_risk.approve(%s)), credit_risk.rollback(''stump'')',
    (SELECT min(version) FROM credit_risk.model_versions WHERE model = 'stump' AND status NOT IN ('retired', 'deployed'))));
SELECT version = :deployed AS as_before FROM credit_risk.deployment WHERE model = 'stump';

-- export gives back what was imported
SELECT credit_risk.import_model('again', 'credit_risk.model.v1', credit_risk.export_model(:v1)) AS again \gset
SELECT count(DISTINCT content_sha256) FROM credit_risk.model_versions WHERE version IN (:v1, :again);

-- wrong calls
SELECT state, message, detail, hint FROM pg_temp.error_of($$SELECT credit_risk.import_model('m', 'pickle', 'x')$$);
SELECT state, message, detail, hint FROM pg_temp.error_of($$SELECT credit_risk.import_model('m', 'credit_risk.model.v1', '{"format": "credit_risk.model.v1"}')$$);
SELECT state, message FROM pg_temp.error_of($$SELECT credit_risk.import_model('m', 'credit_risk.model.v1', 'nonsense')$$);
SELECT state, message, hint FROM pg_temp.error_of($$SELECT credit_risk.import_model('m', NULL, 'x')$$);
SELECT state, message, hint FROM pg_temp.error_of($$SELECT credit_risk.import_model('m', 'credit_risk.model.v1', NULL::text)$$);
SELECT state, message, hint FROM pg_temp.error_of('SELECT credit_risk.import_model('''', ''credit_risk.model.v1'', ' || quote_literal(pg_temp.model_of(0, 1)) || ')');
SELECT state, message, hint FROM pg_temp.error_of('SELECT credit_risk.import_model(NULL, ''credit_risk.model.v1'', ' || quote_literal(pg_temp.model_of(0, 1)) || ')');
SELECT state, message FROM pg_temp.error_of($$SELECT credit_risk.register_version('m', 'not a model')$$);
SELECT state, message FROM pg_temp.error_of($$SELECT credit_risk.register_version('m', NULL)$$);
SELECT state, message, hint FROM pg_temp.error_of('SELECT credit_risk.export_model(-1)');
SELECT state, message, hint FROM pg_temp.error_of('SELECT credit_risk.approve(NULL)');
SELECT state, message, detail, hint FROM pg_temp.error_of('SELECT credit_risk.deploy(''again'', ' || :v1 || ')');
SELECT state, message, detail, hint FROM pg_temp.error_of($$SELECT credit_risk.rollback('again')$$);
SELECT state, message, detail, hint FROM pg_temp.error_of($$SELECT credit_risk.rollback('nobody')$$);
SELECT count(*) AS no_version_was_left_behind FROM credit_risk.model_versions WHERE model = 'm';

-- privileges
CREATE ROLE regress_scorer;
CREATE ROLE regress_trainer;
CREATE ROLE regress_governor;
CREATE ROLE regress_stranger;
GRANT USAGE ON SCHEMA credit_risk TO regress_stranger;
SELECT credit_risk.grant_access('regress_scorer', 'score'), credit_risk.grant_access('regress_trainer', 'train'), credit_risk.grant_access('regress_governor', 'govern');
SELECT state, message, hint FROM pg_temp.error_of($$SELECT credit_risk.grant_access('regress_scorer', 'everything')$$);
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA pg_temp TO PUBLIC;
SELECT set_config('regress.v1', :'v1', false) AS v1 \gset ignored_
CREATE FUNCTION pg_temp.try_everything() RETURNS TABLE (call text, state text, message text) LANGUAGE sql AS $$
SELECT c.call, e.state, e.message
  FROM (VALUES (1, 'score', $q$SELECT credit_risk.probability_of_default('{1}'::float8[], 'stump')$q$),
               (2, 'score_version', $q$SELECT credit_risk.score_version(current_setting('regress.v1')::bigint, '{1}'::float8[])$q$),
               (3, 'models', 'SELECT FROM credit_risk.model_versions'),
               (4, 'import', format('SELECT credit_risk.import_model(''own'', ''credit_risk.model.v1'', %L)', pg_temp.model_of(0.4, 0.5))),
               (5, 'approve', $q$SELECT credit_risk.approve(current_setting('regress.v1')::bigint)$q$),
               (6, 'deploy', $q$SELECT credit_risk.deploy(current_setting('regress.v1')::bigint)$q$),
               (7, 'point', 'UPDATE credit_risk.deployment SET version = version'),
               (8, 'forge', $q$INSERT INTO credit_risk.model_event (at, kind, model, version, actor, actor_role) VALUES (now(), 'approve', 'stump', 1, 'x', 'x')$q$),
               (9, 'grant', $q$SELECT credit_risk.grant_access('regress_stranger', 'govern')$q$)) AS c (number, call, statement),
       LATERAL pg_temp.error_of(c.statement) e
 ORDER BY c.number
$$;
SET ROLE regress_stranger;
SELECT * FROM pg_temp.try_everything();
SET ROLE regress_scorer;
SELECT * FROM pg_temp.try_everything();
SET ROLE regress_trainer;
SELECT * FROM pg_temp.try_everything();
SET ROLE regress_governor;
SELECT * FROM pg_temp.try_everything();
RESET ROLE;
SELECT author = session_user AS login, author_role FROM credit_risk.model_versions WHERE model = 'own';
-- cached by this backend, yet refused to who may not read it: within one statement's loop too
SELECT credit_risk.probability_of_default('{1}'::float8[], 'stump');
SET ROLE regress_stranger;
SELECT state, message FROM pg_temp.error_of($$SELECT credit_risk.probability_of_default('{1}'::float8[], 'stump')$$);
RESET ROLE;

-- approval by somebody else
SELECT version AS own FROM credit_risk.model_versions WHERE model = 'own' \gset
SET credit_risk.require_independent_approval = on;
GRANT EXECUTE ON FUNCTION credit_risk.approve(bigint, text) TO regress_trainer;
SELECT state, message, hint FROM pg_temp.error_of('SELECT credit_risk.approve(' || :own || ')');
SET SESSION AUTHORIZATION regress_trainer;
SELECT state, message, hint FROM pg_temp.error_of('SELECT credit_risk.approve(' || :own || ')');
SELECT state, message FROM pg_temp.error_of('SET credit_risk.require_independent_approval = off');
SET SESSION AUTHORIZATION regress_governor;
SELECT credit_risk.approve(:own, 'independent') = :own AS approved;
RESET SESSION AUTHORIZATION;
RESET credit_risk.require_independent_approval;
SELECT approved_by, approval_note FROM credit_risk.model_versions WHERE version = :own;

DROP OWNED BY regress_scorer, regress_trainer, regress_governor, regress_stranger;
DROP ROLE regress_scorer, regress_trainer, regress_governor, regress_stranger;
