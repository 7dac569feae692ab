-- The generator of a synthetic book: what src/core/lending/generator makes, table by table and batch by batch.

CREATE TYPE credit_risk.generator_batch AS (
  customers bigint,
  applications bigint,
  seed bigint,
  as_of date,
  first_customer bigint,
  end_customer bigint,
  customer_offset bigint,
  application_offset bigint,
  loan_offset bigint
);
COMMENT ON TYPE credit_risk.generator_batch IS
  'Part of generate_portfolio: the plan of the whole book, the range of customers to make now, and the last ids in use.';
COMMENT ON COLUMN credit_risk.generator_batch.customers IS 'Customers of the whole book.';
COMMENT ON COLUMN credit_risk.generator_batch.applications IS 'Applications of the whole book.';
COMMENT ON COLUMN credit_risk.generator_batch.seed IS 'Seed of the whole book.';
COMMENT ON COLUMN credit_risk.generator_batch.as_of IS 'The day on which the book is looked at.';
COMMENT ON COLUMN credit_risk.generator_batch.first_customer IS 'First customer of the batch, counted from 0.';
COMMENT ON COLUMN credit_risk.generator_batch.end_customer IS 'The customer after the last of the batch.';
COMMENT ON COLUMN credit_risk.generator_batch.customer_offset IS 'The last customer_id in use before the book.';
COMMENT ON COLUMN credit_risk.generator_batch.application_offset IS 'The last application_id in use before the book.';
COMMENT ON COLUMN credit_risk.generator_batch.loan_offset IS 'The last loan_id in use before the batch.';

CREATE FUNCTION credit_risk.generator_check(customers bigint, applications bigint, as_of date) RETURNS void
AS 'MODULE_PATHNAME', 'cr_generator_check' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION credit_risk.generator_check(bigint, bigint, date) IS
  'Part of generate_portfolio: refuses sizes and dates for which no book can be made.';

CREATE FUNCTION credit_risk.generated_customers(batch credit_risk.generator_batch)
RETURNS TABLE (customer_id bigint, full_name text, date_of_birth date, gender text, email text, phone text, address text, city text,
  state text, pincode text, pan_number text, aadhar_number text, created_at timestamptz)
AS 'MODULE_PATHNAME', 'cr_generated_customers' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 20000;
COMMENT ON FUNCTION credit_risk.generated_customers(credit_risk.generator_batch) IS 'Part of generate_portfolio: rows of customers.';

CREATE FUNCTION credit_risk.generated_employment(batch credit_risk.generator_batch)
RETURNS TABLE (customer_id bigint, employer_name text, job_title text, employment_type text, monthly_income numeric,
  years_of_experience numeric, employer_phone text, employment_start_date date)
AS 'MODULE_PATHNAME', 'cr_generated_employment' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 20000;
COMMENT ON FUNCTION credit_risk.generated_employment(credit_risk.generator_batch) IS 'Part of generate_portfolio: rows of employment.';

CREATE FUNCTION credit_risk.generated_applications(batch credit_risk.generator_batch)
RETURNS TABLE (application_id bigint, customer_id bigint, loan_amount numeric, loan_purpose text, loan_tenure_months int,
  interest_rate numeric, application_date date, application_status text, remarks text)
AS 'MODULE_PATHNAME', 'cr_generated_applications' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 20000;
COMMENT ON FUNCTION credit_risk.generated_applications(credit_risk.generator_batch) IS 'Part of generate_portfolio: rows of applications.';

CREATE FUNCTION credit_risk.generated_loans(batch credit_risk.generator_batch)
RETURNS TABLE (loan_id bigint, application_id bigint, customer_id bigint, loan_amount numeric, disbursed_amount numeric,
  interest_rate numeric, tenure_months int, emi_amount numeric, disbursement_date date, first_due_date date, outstanding_balance numeric)
AS 'MODULE_PATHNAME', 'cr_generated_loans' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 10000;
COMMENT ON FUNCTION credit_risk.generated_loans(credit_risk.generator_batch) IS
  'Part of generate_portfolio: rows of loans as they are on the day of payment; run_day_end does the rest.';

CREATE FUNCTION credit_risk.generated_disbursements(batch credit_risk.generator_batch)
RETURNS TABLE (loan_id bigint, customer_id bigint, tranche_number int, disbursement_date date, amount numeric, disbursement_method text)
AS 'MODULE_PATHNAME', 'cr_generated_disbursements' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 10000;
COMMENT ON FUNCTION credit_risk.generated_disbursements(credit_risk.generator_batch) IS 'Part of generate_portfolio: rows of disbursements.';

CREATE FUNCTION credit_risk.generated_repayments(batch credit_risk.generator_batch)
RETURNS TABLE (loan_id bigint, customer_id bigint, payment_date date, emi_due_date date, amount_paid numeric, principal_paid numeric,
  interest_paid numeric, late_fee numeric, payment_method text, payment_status text)
AS 'MODULE_PATHNAME', 'cr_generated_repayments' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 150000;
COMMENT ON FUNCTION credit_risk.generated_repayments(credit_risk.generator_batch) IS 'Part of generate_portfolio: rows of repayments.';

CREATE FUNCTION credit_risk.generated_restructured_instalments(batch credit_risk.generator_batch)
RETURNS TABLE (loan_id bigint, customer_id bigint, instalment_number int, due_date date, amount numeric)
AS 'MODULE_PATHNAME', 'cr_generated_restructured_instalments' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 20000;
COMMENT ON FUNCTION credit_risk.generated_restructured_instalments(credit_risk.generator_batch) IS
  'Part of generate_portfolio: the dues of loans that were repaid early, the last of them the rest of the principal.';

CREATE FUNCTION credit_risk.generated_collateral(batch credit_risk.generator_batch)
RETURNS TABLE (loan_id bigint, customer_id bigint, collateral_type text, collateral_value numeric, valuation_date date, description text)
AS 'MODULE_PATHNAME', 'cr_generated_collateral' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 10000;
COMMENT ON FUNCTION credit_risk.generated_collateral(credit_risk.generator_batch) IS 'Part of generate_portfolio: rows of collateral.';

CREATE FUNCTION credit_risk.generated_guarantors(batch credit_risk.generator_batch)
RETURNS TABLE (loan_id bigint, customer_id bigint, guarantor_name text, guarantor_relationship text, guarantor_phone text,
  guarantor_email text, guarantor_address text, guarantor_pan text, guarantor_income numeric)
AS 'MODULE_PATHNAME', 'cr_generated_guarantors' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 5000;
COMMENT ON FUNCTION credit_risk.generated_guarantors(credit_risk.generator_batch) IS 'Part of generate_portfolio: rows of guarantors.';

CREATE FUNCTION credit_risk.generator_check_target(schema text, force boolean) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  foreign_table text;
  is_used boolean;
BEGIN
  PERFORM credit_risk.lending_require(schema);
  SELECT c.relname INTO foreign_table FROM pg_class c
  WHERE c.relnamespace = to_regnamespace(quote_ident(schema)) AND c.relkind = 'r' AND NOT pg_has_role(c.relowner, 'USAGE')
  ORDER BY c.relname LIMIT 1;
  IF foreign_table IS NOT NULL THEN
    RAISE EXCEPTION 'must be owner of the lending tables of schema "%"', schema USING ERRCODE = 'insufficient_privilege',
      DETAIL = format('Table "%s" belongs to another role, and the scoring trigger is off while rows are generated.', foreign_table),
      HINT = 'Call the function as the role that made the lending schema.';
  END IF;
  EXECUTE format('LOCK TABLE %1$I.customers, %1$I.applications, %1$I.loans IN SHARE ROW EXCLUSIVE MODE', schema);
  EXECUTE format('SELECT EXISTS (SELECT FROM %I.customers)', schema) INTO is_used;
  IF is_used AND force IS NOT TRUE THEN
    RAISE EXCEPTION 'lending schema "%" already holds customers', schema USING ERRCODE = 'object_not_in_prerequisite_state',
      DETAIL = 'Generated rows beside real ones could not be told apart.',
      HINT = 'Generate into a schema of its own, or pass force => true to add to what is there.';
  END IF;
END
$$;
COMMENT ON FUNCTION credit_risk.generator_check_target(text, boolean) IS
  'Part of generate_portfolio: refuses a schema that is not the caller''s, not a lending schema, or in use; locks it against others.';

CREATE FUNCTION credit_risk.generator_fill(schema text, relation text, batch credit_risk.generator_batch) RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  columns text;
  filled bigint;
BEGIN
  SELECT string_agg(quote_ident(a.name), ', ' ORDER BY a.position) INTO STRICT columns
  FROM pg_proc p CROSS JOIN LATERAL unnest(p.proargnames, p.proargmodes) WITH ORDINALITY a(name, mode, position)
  WHERE p.pronamespace = 'credit_risk'::regnamespace AND p.proname = 'generated_' || relation AND a.mode = 't';
  EXECUTE format('INSERT INTO %I.%I (%s) SELECT * FROM credit_risk.%I($1)', schema, relation, columns, 'generated_' || relation)
  USING batch;
  GET DIAGNOSTICS filled = ROW_COUNT;
  RETURN filled;
END
$$;
COMMENT ON FUNCTION credit_risk.generator_fill(text, text, credit_risk.generator_batch) IS
  'Part of generate_portfolio: writes the rows of one table for one batch of customers, and returns how many.';

CREATE FUNCTION credit_risk.generator_fill_batch(schema text, batch credit_risk.generator_batch, OUT loans bigint, OUT receipts bigint)
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM credit_risk.generator_fill(schema, 'customers', batch);
  PERFORM credit_risk.generator_fill(schema, 'employment', batch);
  PERFORM credit_risk.generator_fill(schema, 'applications', batch);
  loans := credit_risk.generator_fill(schema, 'loans', batch);
  PERFORM credit_risk.generator_fill(schema, 'disbursements', batch);
  receipts := credit_risk.generator_fill(schema, 'repayments', batch);
  PERFORM credit_risk.generator_fill(schema, 'restructured_instalments', batch);
  PERFORM credit_risk.generator_fill(schema, 'collateral', batch);
  PERFORM credit_risk.generator_fill(schema, 'guarantors', batch);
END
$$;
COMMENT ON FUNCTION credit_risk.generator_fill_batch(text, credit_risk.generator_batch) IS
  'Part of generate_portfolio: writes all tables for one batch of customers; parents before children.';

CREATE FUNCTION credit_risk.generator_last_id(schema text, relation text, key text) RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  last_id bigint;
BEGIN
  EXECUTE format('SELECT greatest(max(%I), 0) FROM %I.%I', key, schema, relation) INTO last_id;
  RETURN last_id;
END
$$;
COMMENT ON FUNCTION credit_risk.generator_last_id(text, text, text) IS 'Part of generate_portfolio: the largest id of a table, 0 if it is empty.';

CREATE FUNCTION credit_risk.generator_set_sequences(schema text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  target record;
  last_id bigint;
  last_drawn bigint;
BEGIN
  FOR target IN
    SELECT t.relation, t.key, pg_get_serial_sequence(format('%I.%I', schema, t.relation), t.key)::regclass AS sequence
    FROM (VALUES ('customers', 'customer_id'), ('applications', 'application_id'), ('loans', 'loan_id')) t(relation, key)
  LOOP
    last_id := credit_risk.generator_last_id(schema, target.relation, target.key);
    EXECUTE format('SELECT last_value FROM %s WHERE is_called', target.sequence) INTO last_drawn;
    -- Never back: an id once given to a row that was deleted since is not given again.
    IF last_id > coalesce(last_drawn, 0) THEN
      PERFORM setval(target.sequence, last_id);
    END IF;
  END LOOP;
END
$$;
COMMENT ON FUNCTION credit_risk.generator_set_sequences(text) IS 'Part of generate_portfolio: moves the identity sequences past the ids it gave.';

-- Only the trigger that scores new rows: what a lender hung on the table besides fires for generated rows too.
CREATE FUNCTION credit_risk.generator_fill_all(schema text, plan credit_risk.generator_batch, OUT loans bigint, OUT receipts bigint)
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  batch credit_risk.generator_batch := plan;
  -- Equal batches of at most about 20,000 applications or customers; whole blocks of 32 customers.
  batch_size bigint := ceil(plan.customers / ceil(greatest(plan.customers, plan.applications) / 20000.0) / 32) * 32;
  scoring "char" := (SELECT t.tgenabled FROM pg_trigger t
    WHERE t.tgrelid = to_regclass(format('%I.applications', schema)) AND t.tgname = 'score_new' AND t.tgenabled <> 'D');
  began timestamptz := clock_timestamp();
  filled record;
BEGIN
  loans := 0;
  receipts := 0;
  IF scoring IS NOT NULL THEN
    EXECUTE format('ALTER TABLE %I.applications DISABLE TRIGGER score_new', schema);
  END IF;
  WHILE batch.first_customer < plan.customers LOOP
    batch.end_customer := least(batch.first_customer + batch_size, plan.customers);
    filled := credit_risk.generator_fill_batch(schema, batch);
    loans := loans + filled.loans;
    receipts := receipts + filled.receipts;
    IF batch_size < plan.customers THEN
      RAISE NOTICE 'generated % of % customers (% %%), % s', batch.end_customer, plan.customers,
        batch.end_customer * 100 / plan.customers, round(extract(epoch FROM clock_timestamp() - began), 1);
    END IF;
    batch.loan_offset := plan.loan_offset + loans;
    batch.first_customer := batch.end_customer;
  END LOOP;
  IF scoring IS NOT NULL THEN
    EXECUTE format('ALTER TABLE %I.applications ENABLE %s TRIGGER score_new', schema,
      CASE scoring WHEN 'A' THEN 'ALWAYS' WHEN 'R' THEN 'REPLICA' ELSE '' END);
  END IF;
END
$$;
COMMENT ON FUNCTION credit_risk.generator_fill_all(text, credit_risk.generator_batch) IS
  'Part of generate_portfolio: writes the whole book in batches, with the scoring trigger off.';

CREATE FUNCTION credit_risk.generator_analyze(schema text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  EXECUTE format('ANALYZE %1$I.customers, %1$I.employment, %1$I.applications, %1$I.loans, %1$I.disbursements, %1$I.repayments, '
    '%1$I.restructured_instalments, %1$I.collateral, %1$I.guarantors, %1$I.npa_tracking', schema);
END
$$;
COMMENT ON FUNCTION credit_risk.generator_analyze(text) IS 'Part of generate_portfolio: statistics of the tables it filled.';

CREATE FUNCTION credit_risk.generate_portfolio(
  INOUT customers int DEFAULT 1000, INOUT applications int DEFAULT 1500, seed int DEFAULT 42, as_of date DEFAULT CURRENT_DATE,
  schema text DEFAULT 'lending', force boolean DEFAULT false,
  OUT approved bigint, OUT rejected bigint, OUT pending bigint, OUT loans bigint, OUT receipts bigint, OUT disbursed numeric,
  OUT defaulted bigint)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
  plan credit_risk.generator_batch;
BEGIN
  IF num_nulls(customers, applications, seed, as_of) > 0 THEN
    RAISE EXCEPTION 'customers, applications, seed and as_of must not be null' USING ERRCODE = 'null_value_not_allowed',
      HINT = 'Leave an argument out to have its default.';
  END IF;
  PERFORM credit_risk.generator_check(customers, applications, as_of);
  PERFORM credit_risk.generator_check_target(schema, force);
  plan := (customers, applications, seed, as_of, 0, 0, credit_risk.generator_last_id(schema, 'customers', 'customer_id'),
    credit_risk.generator_last_id(schema, 'applications', 'application_id'), credit_risk.generator_last_id(schema, 'loans', 'loan_id'));
  SELECT f.loans, f.receipts INTO loans, receipts FROM credit_risk.generator_fill_all(schema, plan) f;
  PERFORM credit_risk.generator_set_sequences(schema);
  PERFORM credit_risk.generator_analyze(schema);
  PERFORM credit_risk.run_day_end(as_of, schema);
  PERFORM credit_risk.generator_analyze(schema);
  EXECUTE format($sql$
    SELECT count(*) FILTER (WHERE application_status = 'Approved'), count(*) FILTER (WHERE application_status = 'Rejected'),
      count(*) FILTER (WHERE application_status = 'Pending')
    FROM %I.applications WHERE application_id > $1 $sql$, schema)
  INTO approved, rejected, pending USING plan.application_offset;
  EXECUTE format($sql$
    SELECT coalesce(sum(disbursed_amount), 0), count(*) FILTER (WHERE loan_status = 'Defaulted')
    FROM %I.loans WHERE loan_id > $1 $sql$, schema)
  INTO disbursed, defaulted USING plan.loan_offset;
END
$$;
COMMENT ON FUNCTION credit_risk.generate_portfolio(int, int, int, date, text, boolean) IS
  'Fills a lending schema with a synthetic Indian retail book whose risk has causes: customers, applications, loans, receipts, collateral and guarantors up to as_of, then runs the day-end. The same arguments give the same rows on every machine. Refuses a schema that holds customers unless force is true. Returns what it made; disbursed in rupees.';
