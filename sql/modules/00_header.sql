\echo Use "CREATE EXTENSION credit_risk" to load this file. \quit

-- Whoever could put functions into this schema beforehand would have them called by everyone who trusts the extension's
-- name. An empty schema whose owner is trusted is accepted: pg_dump makes it so before CREATE EXTENSION.
DO LANGUAGE plpgsql $$
DECLARE
    schema_oid pg_catalog.oid;
    owner_oid pg_catalog.oid;
    owner_trusted pg_catalog.bool;
    access pg_catalog.aclitem[];
BEGIN
    SELECT n.oid, n.nspowner, n.nspacl, r.rolsuper OR r.rolname = current_user
      INTO STRICT schema_oid, owner_oid, access, owner_trusted
      FROM pg_catalog.pg_namespace n JOIN pg_catalog.pg_roles r ON r.oid = n.nspowner
     WHERE n.nspname = 'credit_risk';
    IF NOT owner_trusted THEN
        RAISE EXCEPTION 'schema "credit_risk" already exists and belongs to role "%"', pg_catalog.pg_get_userbyid(owner_oid)
            USING ERRCODE = 'duplicate_schema',
                  DETAIL = 'Its owner could replace the functions of the extension.',
                  HINT = 'Drop or rename the schema; CREATE EXTENSION makes its own.';
    END IF;
    IF EXISTS (SELECT 1 FROM pg_catalog.aclexplode(access) a
                WHERE a.privilege_type = 'CREATE' AND a.grantee <> owner_oid) THEN
        RAISE EXCEPTION 'schema "credit_risk" already exists and others may create objects in it'
            USING ERRCODE = 'duplicate_schema',
                  HINT = 'Drop or rename the schema; CREATE EXTENSION makes its own.';
    END IF;
    IF EXISTS (SELECT 1 FROM pg_catalog.pg_depend d
                WHERE d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND d.refobjid = schema_oid
                  AND d.classid <> 'pg_catalog.pg_extension'::pg_catalog.regclass) THEN
        RAISE EXCEPTION 'schema "credit_risk" already exists and is not empty'
            USING ERRCODE = 'duplicate_schema',
                  DETAIL = 'Objects that were there before would pass for objects of the extension.',
                  HINT = 'Drop or rename the schema; CREATE EXTENSION makes its own.';
    END IF;
END
$$;

COMMENT ON SCHEMA credit_risk IS 'credit scoring, explanations, decisions, classification: objects of extension credit_risk';

