-- ---------------------------------------------------------------------------------------------------------------------
-- A decision tree as rules.

CREATE FUNCTION credit_risk.rules_of_content(content bytea)
RETURNS TABLE (rule int, conditions text, probability double precision, share double precision, events double precision)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 20 AS 'MODULE_PATHNAME', 'cr_rules_of_content';
COMMENT ON FUNCTION credit_risk.rules_of_content(bytea) IS
'internal: the rules of the decision tree of this content. Error: 22023 not one tree';

CREATE FUNCTION credit_risk.decision_rules(version bigint)
RETURNS TABLE (rule int, conditions text, probability double precision, share double precision, events double precision)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 20 SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM FROM credit_risk.model_version v WHERE v.version = decision_rules.version;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'model version % does not exist', coalesce(decision_rules.version::text, 'NULL')
            USING ERRCODE = 'undefined_object', HINT = 'View credit_risk.model_versions lists the versions.';
    END IF;
    RETURN QUERY
        SELECT r.rule, r.conditions, r.probability, r.share, r.events
          FROM credit_risk.model_version v CROSS JOIN LATERAL credit_risk.rules_of_content(v.content) AS r
         WHERE v.version = decision_rules.version
         ORDER BY r.rule;
END
$$;
COMMENT ON FUNCTION credit_risk.decision_rules(bigint) IS
'A model of one tree as rules, from the leftmost leaf to the rightmost: exactly one rule holds for a row. conditions: what the path asks, joined by AND; one range or one list of categories for each feature, "(or missing)" where NULL and NaN come along; categories that training has not seen come along where a list of others is excluded (NOT IN, <>). probability: what the model says there, calibrated where it is. share: of the training weight (of the rows, where each weighs 1). events: training weight of the event, NULL where the leaves hold log-odds. share and events are NULL where the tree knows no covers. Errors: 42704 no such version, 22023 the model is not one tree';
