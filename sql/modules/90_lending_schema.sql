-- The lender's own tables. The functions below make them as plain tables of the caller, never as members of the extension:
-- DROP EXTENSION and pg_dump must not lose a loan. Each part runs its DDL under a search_path that starts with the new schema.
-- The checks name NaN because a numeric NaN is greater than every number.

CREATE FUNCTION credit_risk.create_lending_schema(name text DEFAULT 'lending') RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
  PERFORM credit_risk.lending_check(name);
  EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I', name);
  EXECUTE format('COMMENT ON SCHEMA %I IS %L', name, 'Lending tables and portfolio views, made by credit_risk.create_lending_schema().');
  PERFORM credit_risk.lending_build(name);
END
$$;
COMMENT ON FUNCTION credit_risk.create_lending_schema(text) IS
  'Makes the lending tables, features, decision log and portfolio views as the caller''s own objects; a second call adds what is missing and loses nothing.';

CREATE FUNCTION credit_risk.upgrade_lending_schema(name text DEFAULT 'lending') RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
  PERFORM credit_risk.lending_require(name);
  PERFORM credit_risk.lending_check(name);
  PERFORM credit_risk.lending_build(name);
END
$$;
COMMENT ON FUNCTION credit_risk.upgrade_lending_schema(text) IS
  'Brings an existing lending schema up to this version of the extension: functions, triggers and views anew, rows untouched.';

CREATE FUNCTION credit_risk.is_lending_schema(name text) RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN (SELECT pg_catalog.count(*) OPERATOR(pg_catalog.=) 2
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
        WHERE n.nspname OPERATOR(pg_catalog.=) name AND c.relkind OPERATOR(pg_catalog.=) 'r'
          AND c.relname OPERATOR(pg_catalog.=) ANY (ARRAY['customers', 'restructured_instalments']::pg_catalog.name[]));
COMMENT ON FUNCTION credit_risk.is_lending_schema(text) IS 'Whether the schema was made by create_lending_schema.';

CREATE FUNCTION credit_risk.lending_require(name text) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF credit_risk.is_lending_schema(name) IS NOT TRUE THEN
    RAISE EXCEPTION 'lending schema "%" does not exist', coalesce(name, 'NULL') USING ERRCODE = 'invalid_schema_name',
      HINT = format('Make it by SELECT credit_risk.create_lending_schema(%L).', coalesce(name, 'lending'));
  END IF;
END
$$;
COMMENT ON FUNCTION credit_risk.lending_require(text) IS 'Part of the lending functions: raises an error unless the schema was made by create_lending_schema.';

CREATE FUNCTION credit_risk.lending_check(name text) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  found_schema record;
  foreign_objects text;
BEGIN
  -- credit_risk goes with DROP EXTENSION; public is on everybody's search path, where "loans" would capture other programs' names.
  IF name IS NULL OR name IN ('', 'credit_risk', 'public', 'information_schema') OR starts_with(name, 'pg_') THEN
    RAISE EXCEPTION 'schema "%" cannot hold the lending tables', coalesce(name, 'NULL') USING ERRCODE = 'reserved_name',
      DETAIL = 'The name is empty, or belongs to PostgreSQL, to the extension, or to every program of the database.',
      HINT = 'Choose a schema of its own, as "lending".';
  END IF;
  SELECT n.oid, pg_get_userbyid(n.nspowner) AS owner INTO found_schema FROM pg_namespace n WHERE n.nspname = name;
  IF found_schema.oid IS NULL THEN
    RETURN;
  END IF;
  -- A superuser too: its DDL would fire what another role has put there.
  SELECT string_agg(c.owner, ', ') INTO foreign_objects
  FROM (SELECT found_schema.owner UNION SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = found_schema.oid AND relkind IN ('r', 'p')) c
  WHERE c.owner <> current_user;
  IF foreign_objects IS NOT NULL THEN
    RAISE EXCEPTION 'schema "%" or a table in it belongs to another role', name USING ERRCODE = 'insufficient_privilege',
      DETAIL = format('The role is %s.', foreign_objects), HINT = 'SET ROLE to the owner first, or choose another name.';
  END IF;
  SELECT string_agg(c.relname, ', ' ORDER BY c.relname) INTO foreign_objects
  FROM (SELECT relname FROM pg_class WHERE relnamespace = found_schema.oid AND relkind <> 'i'
        UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = found_schema.oid ORDER BY 1 LIMIT 5) c;
  IF foreign_objects IS NOT NULL AND NOT credit_risk.is_lending_schema(name) THEN
    RAISE EXCEPTION 'schema "%" holds objects of something else', name USING ERRCODE = 'duplicate_schema',
      DETAIL = format('It is not a lending schema, and holds: %s.', foreign_objects),
      HINT = 'Choose another name, or empty the schema first.';
  END IF;
END
$$;
COMMENT ON FUNCTION credit_risk.lending_check(text) IS 'Part of create_lending_schema: refuses a name that cannot be a lending schema of the caller.';

CREATE FUNCTION credit_risk.lending_build(name text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM credit_risk.lending_people(name);
  PERFORM credit_risk.lending_applications(name);
  PERFORM credit_risk.lending_loans(name);
  PERFORM credit_risk.lending_payments(name);
  PERFORM credit_risk.lending_security(name);
  PERFORM credit_risk.lending_arrears(name);
  PERFORM credit_risk.lending_rules(name);
  PERFORM credit_risk.lending_features(name);
  PERFORM credit_risk.lending_decisions(name);
  PERFORM credit_risk.lending_portfolio(name);
END
$$;
COMMENT ON FUNCTION credit_risk.lending_build(text) IS 'Part of create_lending_schema: all parts in order, each idempotent.';

CREATE FUNCTION credit_risk.lending_comment(schema text, relation text, comments jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  entry record;
BEGIN
  FOR entry IN SELECT * FROM jsonb_each_text(comments) LOOP
    EXECUTE format('COMMENT ON COLUMN %I.%I.%I IS %L', schema, relation, entry.key, entry.value);
  END LOOP;
END
$$;
COMMENT ON FUNCTION credit_risk.lending_comment(text, text, jsonb) IS
  'Part of create_lending_schema: comments the columns of a relation, given as {"column": "comment"}.';

CREATE FUNCTION credit_risk.lending_people(name text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
  PERFORM set_config('search_path', format('%I, pg_temp', name), true);
  -- What identifies or reaches a person may be NULL: not everybody has it or must give it, and an erasure takes it away again.
  CREATE TABLE IF NOT EXISTS customers (
    customer_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    full_name text NOT NULL CONSTRAINT full_name_is_not_empty CHECK (btrim(full_name) <> ''),
    date_of_birth date NOT NULL,
    gender text CONSTRAINT gender_is_listed CHECK (gender IN ('Male', 'Female', 'Other')),
    email text UNIQUE CONSTRAINT email_has_an_at_sign CHECK (email LIKE '_%@_%'),
    phone text,
    address text,
    city text NOT NULL,
    state text NOT NULL,
    pincode text CONSTRAINT pincode_has_six_digits CHECK (pincode ~ '^[0-9]{6}$'),
    pan_number text UNIQUE CONSTRAINT pan_number_is_like_abcde1234f CHECK (pan_number ~ '^[A-Z]{5}[0-9]{4}[A-Z]$'),
    aadhar_number text UNIQUE CONSTRAINT aadhar_number_has_twelve_digits CHECK (aadhar_number ~ '^[0-9]{12}$'),
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT date_of_birth_is_between_1900_and_registration
      CHECK (date_of_birth >= DATE '1900-01-01' AND date_of_birth <= created_at AT TIME ZONE 'UTC')
  );
  COMMENT ON TABLE customers IS 'One row per borrower or applicant. Holds personal data (PAN, Aadhaar): grant by column, or not at all.';
  PERFORM credit_risk.lending_comment(name, 'customers', '{
    "customer_id": "Key.", "full_name": "Name as on the PAN card.", "date_of_birth": "Date of birth.",
    "gender": "Male, Female or Other; NULL if not given.", "email": "Electronic mail address, unique.", "phone": "Telephone number.",
    "address": "Street address.", "city": "City.", "state": "State or union territory.", "pincode": "Postal code, six digits.",
    "pan_number": "Permanent account number, personal data.", "aadhar_number": "Aadhaar number, personal data.",
    "created_at": "Time of registration."}');

  CREATE TABLE IF NOT EXISTS employment (
    employment_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL UNIQUE REFERENCES customers,
    employer_name text NOT NULL,
    job_title text NOT NULL,
    employment_type text CONSTRAINT employment_type_is_listed CHECK (employment_type IN ('Salaried', 'Self-Employed', 'Business')),
    monthly_income numeric(15,2) NOT NULL CONSTRAINT monthly_income_is_positive CHECK (monthly_income > 0 AND monthly_income <> 'NaN'),
    currency char(3) NOT NULL DEFAULT 'INR' CONSTRAINT currency_has_three_capitals CHECK (currency ~ '^[A-Z]{3}$'),
    years_of_experience numeric(4,1) NOT NULL
      CONSTRAINT years_of_experience_are_between_0_and_80 CHECK (years_of_experience BETWEEN 0 AND 80),
    employer_phone text,
    employment_start_date date
  );
  COMMENT ON TABLE employment IS 'The present employment of a customer, at most one row each; without it no application of theirs is scored.';
  PERFORM credit_risk.lending_comment(name, 'employment', '{
    "employment_id": "Key.", "customer_id": "The customer, unique.", "employer_name": "Name of the employer or firm.", "job_title": "Position.",
    "employment_type": "Salaried, Self-Employed or Business.", "monthly_income": "Gross income a month.", "currency": "ISO 4217 code of the income.",
    "years_of_experience": "Years of work in all.", "employer_phone": "Telephone number of the employer.",
    "employment_start_date": "First day at this employer."}');
END
$$;
COMMENT ON FUNCTION credit_risk.lending_people(text) IS 'Part of create_lending_schema: customers, employment.';

CREATE FUNCTION credit_risk.lending_applications(name text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
  PERFORM set_config('search_path', format('%I, pg_temp', name), true);
  CREATE TABLE IF NOT EXISTS applications (
    application_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers,
    loan_amount numeric(15,2) NOT NULL CONSTRAINT loan_amount_is_positive CHECK (loan_amount > 0 AND loan_amount <> 'NaN'),
    currency char(3) NOT NULL DEFAULT 'INR' CONSTRAINT currency_has_three_capitals CHECK (currency ~ '^[A-Z]{3}$'),
    loan_purpose text NOT NULL CONSTRAINT loan_purpose_is_listed CHECK (loan_purpose IN
      ('Business Expansion', 'Debt Consolidation', 'Education', 'Home Purchase', 'Home Renovation', 'Medical Emergency',
       'Vehicle Purchase', 'Wedding Expenses')),
    loan_tenure_months int NOT NULL CONSTRAINT loan_tenure_months_is_between_1_and_600 CHECK (loan_tenure_months BETWEEN 1 AND 600),
    interest_rate numeric(6,3) NOT NULL CONSTRAINT interest_rate_is_between_0_and_100 CHECK (interest_rate BETWEEN 0 AND 100),
    application_date date NOT NULL DEFAULT CURRENT_DATE
      CONSTRAINT application_date_is_between_1900_and_9000 CHECK (application_date BETWEEN DATE '1900-01-01' AND DATE '9000-12-31'),
    application_status text NOT NULL DEFAULT 'Pending'
      CONSTRAINT application_status_is_listed CHECK (application_status IN ('Pending', 'Approved', 'Rejected')),
    credit_score int CONSTRAINT credit_score_is_between_300_and_850 CHECK (credit_score BETWEEN 300 AND 850),
    risk_probability float8 CONSTRAINT risk_probability_is_between_0_and_1 CHECK (risk_probability BETWEEN 0 AND 1),
    risk_level text CONSTRAINT risk_level_is_listed CHECK (risk_level IN ('Low', 'Medium', 'High')),
    remarks text,
    model_version bigint,
    assessment jsonb,
    UNIQUE (application_id, customer_id)
  );
  CREATE INDEX IF NOT EXISTS applications_customer_id ON applications (customer_id);
  CREATE INDEX IF NOT EXISTS applications_status_date ON applications (application_status, application_date);
  CREATE INDEX IF NOT EXISTS applications_date ON applications (application_date);
  COMMENT ON TABLE applications IS 'Requests for a loan. Inserting a row scores and decides it; changing amount, tenure, rate or purpose does so again.';
  PERFORM credit_risk.lending_comment(name, 'applications', '{
    "application_id": "Key.", "customer_id": "The applicant.", "loan_amount": "Amount asked for.", "currency": "ISO 4217 code of the amount.",
    "loan_purpose": "Purpose, one of the eight the features know.", "loan_tenure_months": "Tenure in months, 1 to 600.",
    "interest_rate": "Rate in percent a year.", "application_date": "Date of the application; the age of the applicant is taken on it.",
    "application_status": "Pending, Approved or Rejected.", "credit_score": "300 to 850, written by the scoring trigger.",
    "risk_probability": "Probability of default, written by the scoring trigger.", "risk_level": "Low, Medium or High, written by the scoring trigger.",
    "remarks": "The recommendation, or why the application was not scored.", "model_version": "The model version that scored it; NULL: not scored.",
    "assessment": "The whole of the last scoring, as copied to decisions; setting it to NULL asks for a new one."}');
END
$$;
COMMENT ON FUNCTION credit_risk.lending_applications(text) IS 'Part of create_lending_schema: applications.';

CREATE FUNCTION credit_risk.lending_loans(name text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
  PERFORM set_config('search_path', format('%I, pg_temp', name), true);
  -- The pair (id, customer_id) in every foreign key: no row can name one customer and hang on the loan of another.
  -- Where amounts are netted against the loan, its currency too: no dollar can pay a rupee.
  CREATE TABLE IF NOT EXISTS loans (
    loan_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    application_id bigint NOT NULL UNIQUE,
    customer_id bigint NOT NULL REFERENCES customers,
    loan_amount numeric(15,2) NOT NULL CONSTRAINT loan_amount_is_positive CHECK (loan_amount > 0 AND loan_amount <> 'NaN'),
    disbursed_amount numeric(15,2) NOT NULL
      CONSTRAINT disbursed_amount_is_between_0_and_loan_amount CHECK (disbursed_amount BETWEEN 0 AND loan_amount),
    currency char(3) NOT NULL DEFAULT 'INR' CONSTRAINT currency_has_three_capitals CHECK (currency ~ '^[A-Z]{3}$'),
    interest_rate numeric(6,3) NOT NULL CONSTRAINT interest_rate_is_between_0_and_100 CHECK (interest_rate BETWEEN 0 AND 100),
    tenure_months int NOT NULL CONSTRAINT tenure_months_is_between_1_and_600 CHECK (tenure_months BETWEEN 1 AND 600),
    emi_amount numeric(15,2) NOT NULL CONSTRAINT emi_amount_is_positive CHECK (emi_amount > 0 AND emi_amount <> 'NaN'),
    disbursement_date date NOT NULL CONSTRAINT disbursement_date_is_between_1900_and_9000 CHECK (disbursement_date BETWEEN DATE '1900-01-01' AND DATE '9000-12-31'),
    first_due_date date NOT NULL CONSTRAINT first_due_date_is_between_1900_and_9000 CHECK (first_due_date BETWEEN DATE '1900-01-01' AND DATE '9000-12-31'),
    loan_status text NOT NULL DEFAULT 'Active' CONSTRAINT loan_status_is_listed CHECK (loan_status IN ('Active', 'Closed', 'Defaulted')),
    outstanding_balance numeric(15,2) NOT NULL CONSTRAINT outstanding_balance_is_not_negative CHECK (outstanding_balance >= 0 AND outstanding_balance <> 'NaN'),
    days_past_due int NOT NULL DEFAULT 0 CONSTRAINT days_past_due_is_not_negative CHECK (days_past_due >= 0),
    overdue_amount numeric(15,2) NOT NULL DEFAULT 0 CONSTRAINT overdue_amount_is_not_negative CHECK (overdue_amount >= 0 AND overdue_amount <> 'NaN'),
    asset_class text NOT NULL DEFAULT 'Standard' CONSTRAINT asset_class_is_listed
      CHECK (asset_class IN ('Standard', 'Sub-Standard', 'Doubtful', 'Doubtful-1', 'Doubtful-2', 'Doubtful-3', 'Loss')),
    sma_class text CONSTRAINT sma_class_is_listed CHECK (sma_class IN ('SMA-0', 'SMA-1', 'SMA-2')),
    npa_since date,
    loss_identified_on date,
    classified_on date,
    UNIQUE (loan_id, customer_id),
    UNIQUE (loan_id, customer_id, currency),
    FOREIGN KEY (application_id, customer_id) REFERENCES applications (application_id, customer_id),
    CONSTRAINT first_due_date_is_not_before_disbursement CHECK (first_due_date >= disbursement_date),
    CONSTRAINT npa_since_is_set_unless_standard CHECK ((npa_since IS NULL) = (asset_class = 'Standard'))
  );
  CREATE INDEX IF NOT EXISTS loans_customer_id ON loans (customer_id);
  CREATE INDEX IF NOT EXISTS loans_status ON loans (loan_status);
  CREATE INDEX IF NOT EXISTS loans_disbursement_date ON loans (disbursement_date);
  CREATE INDEX IF NOT EXISTS loans_npa_since ON loans (npa_since) WHERE npa_since IS NOT NULL;
  COMMENT ON TABLE loans IS 'Loans given. The columns from loan_status on are written by run_day_end from dues and receipts.';
  PERFORM credit_risk.lending_comment(name, 'loans', '{
    "loan_id": "Key.", "application_id": "The application it answers, unique.", "customer_id": "The borrower.",
    "loan_amount": "Amount sanctioned; the schedule pays it back.", "disbursed_amount": "Amount paid out so far.",
    "currency": "ISO 4217 code of all amounts of the row.", "interest_rate": "Rate in percent a year.", "tenure_months": "Number of monthly instalments.",
    "emi_amount": "Equated monthly instalment; the last one pays the schedule out exactly.", "disbursement_date": "Date of the first payment to the borrower.",
    "first_due_date": "Due date of instalment 1; instalment k falls due k - 1 calendar months later.", "loan_status": "Active, Closed (paid in full) or Defaulted (NPA).",
    "outstanding_balance": "Principal not yet repaid.", "days_past_due": "Whole days since the oldest unpaid due date; 0 if none.",
    "overdue_amount": "Dues unpaid on the day of classification.", "asset_class": "Standard, Sub-Standard, Doubtful-1 to -3, Loss; Doubtful under rules that know one such class.",
    "sma_class": "Special mention account: SMA-0, SMA-1, SMA-2; NULL if not overdue, or NPA.", "npa_since": "Day from which the loan has been an NPA.",
    "loss_identified_on": "Day on which bank, auditor or regulator identified the loan as a loss; set by people. While the loan is an NPA, the day-end classes it Loss from that day on.",
    "classified_on": "The day as of which the loan was classified; of a closed loan, the day it closed."}');
END
$$;
COMMENT ON FUNCTION credit_risk.lending_loans(text) IS 'Part of create_lending_schema: loans.';

CREATE FUNCTION credit_risk.lending_payments(name text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
  PERFORM set_config('search_path', format('%I, pg_temp', name), true);
  CREATE TABLE IF NOT EXISTS disbursements (
    disbursement_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    loan_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    tranche_number int NOT NULL CONSTRAINT tranche_number_is_positive CHECK (tranche_number > 0),
    disbursement_date date NOT NULL,
    amount numeric(15,2) NOT NULL CONSTRAINT amount_is_positive CHECK (amount > 0 AND amount <> 'NaN'),
    currency char(3) NOT NULL DEFAULT 'INR' CONSTRAINT currency_has_three_capitals CHECK (currency ~ '^[A-Z]{3}$'),
    disbursement_method text NOT NULL DEFAULT 'Bank Transfer' CONSTRAINT disbursement_method_is_listed
      CHECK (disbursement_method IN ('Bank Transfer', 'Cheque', 'Cash', 'UPI', 'Demand Draft')),
    UNIQUE (loan_id, tranche_number),
    FOREIGN KEY (loan_id, customer_id, currency) REFERENCES loans (loan_id, customer_id, currency)
  );
  CREATE INDEX IF NOT EXISTS disbursements_customer_id ON disbursements (customer_id);
  CREATE INDEX IF NOT EXISTS disbursements_date ON disbursements (disbursement_date);
  COMMENT ON TABLE disbursements IS 'Payments to the borrower, one row per tranche.';
  PERFORM credit_risk.lending_comment(name, 'disbursements', '{
    "disbursement_id": "Key.", "loan_id": "The loan.", "customer_id": "The borrower.", "tranche_number": "1 for the first payment of a loan.",
    "disbursement_date": "Date of the payment.", "amount": "Amount paid out.", "currency": "ISO 4217 code of the amount.",
    "disbursement_method": "Bank Transfer, Cheque, Cash, UPI or Demand Draft."}');

  CREATE TABLE IF NOT EXISTS repayments (
    repayment_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    loan_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    payment_date date NOT NULL CONSTRAINT payment_date_is_between_1900_and_9000 CHECK (payment_date BETWEEN DATE '1900-01-01' AND DATE '9000-12-31'),
    emi_due_date date CONSTRAINT emi_due_date_is_between_1900_and_9000 CHECK (emi_due_date BETWEEN DATE '1900-01-01' AND DATE '9000-12-31'),
    amount_paid numeric(15,2) NOT NULL CONSTRAINT amount_paid_is_positive CHECK (amount_paid > 0 AND amount_paid <> 'NaN'),
    principal_paid numeric(15,2) NOT NULL DEFAULT 0 CONSTRAINT principal_paid_is_not_negative CHECK (principal_paid >= 0 AND principal_paid <> 'NaN'),
    interest_paid numeric(15,2) NOT NULL DEFAULT 0 CONSTRAINT interest_paid_is_not_negative CHECK (interest_paid >= 0 AND interest_paid <> 'NaN'),
    late_fee numeric(15,2) NOT NULL DEFAULT 0 CONSTRAINT late_fee_is_not_negative CHECK (late_fee >= 0 AND late_fee <> 'NaN'),
    currency char(3) NOT NULL DEFAULT 'INR' CONSTRAINT currency_has_three_capitals CHECK (currency ~ '^[A-Z]{3}$'),
    payment_method text CONSTRAINT payment_method_is_listed
      CHECK (payment_method IN ('Bank Transfer', 'Cheque', 'Cash', 'UPI', 'Card')),
    payment_status text NOT NULL DEFAULT 'Success'
      CONSTRAINT payment_status_is_listed CHECK (payment_status IN ('Success', 'Failed', 'Pending')),
    FOREIGN KEY (loan_id, customer_id, currency) REFERENCES loans (loan_id, customer_id, currency),
    CONSTRAINT principal_and_interest_are_within_amount_paid CHECK (principal_paid + interest_paid <= amount_paid)
  );
  CREATE INDEX IF NOT EXISTS repayments_loan_date ON repayments (loan_id, payment_date);
  CREATE INDEX IF NOT EXISTS repayments_customer_id ON repayments (customer_id);
  CREATE INDEX IF NOT EXISTS repayments_date ON repayments (payment_date);
  COMMENT ON TABLE repayments IS 'Receipts and attempts. Only those with payment_status Success count; the oldest due is paid first.';
  PERFORM credit_risk.lending_comment(name, 'repayments', '{
    "repayment_id": "Key.", "loan_id": "The loan.", "customer_id": "The borrower.", "payment_date": "Value date of the receipt.",
    "emi_due_date": "Due date of the instalment it was meant for; NULL if for none in particular.", "amount_paid": "Amount received, or attempted; without the late fee.",
    "principal_paid": "Part that repaid principal.", "interest_paid": "Part that paid interest.", "late_fee": "Late fee received besides amount_paid.",
    "currency": "ISO 4217 code of the amounts.", "payment_method": "Bank Transfer, Cheque, Cash, UPI or Card.", "payment_status": "Success, Failed (bounced) or Pending."}');
END
$$;
COMMENT ON FUNCTION credit_risk.lending_payments(text) IS 'Part of create_lending_schema: disbursements, repayments.';

CREATE FUNCTION credit_risk.lending_security(name text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
  PERFORM set_config('search_path', format('%I, pg_temp', name), true);
  CREATE TABLE IF NOT EXISTS collateral (
    collateral_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    loan_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    collateral_type text NOT NULL CONSTRAINT collateral_type_is_listed
      CHECK (collateral_type IN ('Property', 'Vehicle', 'Gold', 'Securities', 'Other')),
    collateral_value numeric(15,2) NOT NULL CONSTRAINT collateral_value_is_positive CHECK (collateral_value > 0 AND collateral_value <> 'NaN'),
    currency char(3) NOT NULL DEFAULT 'INR' CONSTRAINT currency_has_three_capitals CHECK (currency ~ '^[A-Z]{3}$'),
    valuation_date date NOT NULL,
    description text,
    FOREIGN KEY (loan_id, customer_id) REFERENCES loans (loan_id, customer_id)
  );
  CREATE INDEX IF NOT EXISTS collateral_loan_id ON collateral (loan_id);
  CREATE INDEX IF NOT EXISTS collateral_customer_id ON collateral (customer_id);
  COMMENT ON TABLE collateral IS 'Assets charged for a loan, one row each.';
  PERFORM credit_risk.lending_comment(name, 'collateral', '{
    "collateral_id": "Key.", "loan_id": "The loan.", "customer_id": "The borrower.", "collateral_type": "Property, Vehicle, Gold, Securities or Other.",
    "collateral_value": "Last assessed value.", "currency": "ISO 4217 code of the value.", "valuation_date": "Date of the assessment.",
    "description": "What it is."}');

  CREATE TABLE IF NOT EXISTS guarantors (
    guarantor_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    loan_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    guarantor_name text NOT NULL,
    guarantor_relationship text NOT NULL,
    guarantor_phone text NOT NULL,
    guarantor_email text,
    guarantor_address text NOT NULL,
    guarantor_pan text NOT NULL CONSTRAINT guarantor_pan_is_like_abcde1234f CHECK (guarantor_pan ~ '^[A-Z]{5}[0-9]{4}[A-Z]$'),
    guarantor_income numeric(15,2) NOT NULL CONSTRAINT guarantor_income_is_not_negative CHECK (guarantor_income >= 0 AND guarantor_income <> 'NaN'),
    currency char(3) NOT NULL DEFAULT 'INR' CONSTRAINT currency_has_three_capitals CHECK (currency ~ '^[A-Z]{3}$'),
    FOREIGN KEY (loan_id, customer_id) REFERENCES loans (loan_id, customer_id)
  );
  CREATE INDEX IF NOT EXISTS guarantors_loan_id ON guarantors (loan_id);
  CREATE INDEX IF NOT EXISTS guarantors_customer_id ON guarantors (customer_id);
  COMMENT ON TABLE guarantors IS 'Persons who answer for a loan. Holds personal data.';
  PERFORM credit_risk.lending_comment(name, 'guarantors', '{
    "guarantor_id": "Key.", "loan_id": "The loan.", "customer_id": "The borrower, not the guarantor.", "guarantor_name": "Name.",
    "guarantor_relationship": "Relationship to the borrower.", "guarantor_phone": "Telephone number.", "guarantor_email": "Electronic mail address.",
    "guarantor_address": "Address.", "guarantor_pan": "Permanent account number, personal data.", "guarantor_income": "Income a month.",
    "currency": "ISO 4217 code of the income."}');
END
$$;
COMMENT ON FUNCTION credit_risk.lending_security(text) IS 'Part of create_lending_schema: collateral, guarantors.';

CREATE FUNCTION credit_risk.lending_arrears(name text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
  PERFORM set_config('search_path', format('%I, pg_temp', name), true);
  CREATE TABLE IF NOT EXISTS npa_tracking (
    npa_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    loan_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    -- 0 is right for a loan that is current itself, and an NPA through another loan of its borrower.
    overdue_days int NOT NULL CONSTRAINT overdue_days_is_not_negative CHECK (overdue_days >= 0),
    overdue_amount numeric(15,2) NOT NULL CONSTRAINT overdue_amount_is_not_negative CHECK (overdue_amount >= 0 AND overdue_amount <> 'NaN'),
    currency char(3) NOT NULL DEFAULT 'INR' CONSTRAINT currency_has_three_capitals CHECK (currency ~ '^[A-Z]{3}$'),
    npa_classification text NOT NULL CONSTRAINT npa_classification_is_listed
      CHECK (npa_classification IN ('Sub-Standard', 'Doubtful', 'Loss')),
    last_payment_date date,
    recovery_action text,
    added_to_npa_date date NOT NULL,
    removed_from_npa_date date,
    withdrawn boolean NOT NULL DEFAULT false,
    UNIQUE (loan_id, added_to_npa_date),
    FOREIGN KEY (loan_id, customer_id) REFERENCES loans (loan_id, customer_id),
    CONSTRAINT removed_from_npa_date_is_not_before_added CHECK (removed_from_npa_date >= added_to_npa_date)
  );
  CREATE INDEX IF NOT EXISTS npa_tracking_customer_id ON npa_tracking (customer_id);
  CREATE INDEX IF NOT EXISTS npa_tracking_added ON npa_tracking (added_to_npa_date);
  COMMENT ON TABLE npa_tracking IS 'One row per loan and spell as a non-performing asset, written by run_day_end; recovery_action is written by people.';
  PERFORM credit_risk.lending_comment(name, 'npa_tracking', '{
    "npa_id": "Key.", "loan_id": "The loan.", "customer_id": "The borrower.", "overdue_days": "Days past due of the loan; of a spell that ended, 0.",
    "overdue_amount": "Amount overdue; of a spell that ended, 0.", "currency": "ISO 4217 code of the amount.",
    "npa_classification": "Sub-Standard, Doubtful or Loss; of a spell that ended, the last one.", "last_payment_date": "Last successful receipt on the loan.",
    "recovery_action": "What people did or mean to do; never changed by run_day_end.", "added_to_npa_date": "First day of the spell.",
    "removed_from_npa_date": "Day of the upgrade to Standard; NULL while it lasts.",
    "withdrawn": "True: receipts entered later show that this spell never was; kept for its recovery_action."}');

  CREATE TABLE IF NOT EXISTS restructured_instalments (
    loan_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    instalment_number int NOT NULL CONSTRAINT instalment_number_is_positive CHECK (instalment_number > 0),
    due_date date NOT NULL CONSTRAINT due_date_is_between_1900_and_9000 CHECK (due_date BETWEEN DATE '1900-01-01' AND DATE '9000-12-31'),
    amount numeric(15,2) NOT NULL CONSTRAINT amount_is_positive CHECK (amount > 0 AND amount <> 'NaN'),
    currency char(3) NOT NULL DEFAULT 'INR' CONSTRAINT currency_has_three_capitals CHECK (currency ~ '^[A-Z]{3}$'),
    PRIMARY KEY (loan_id, instalment_number),
    FOREIGN KEY (loan_id, customer_id, currency) REFERENCES loans (loan_id, customer_id, currency)
  );
  CREATE INDEX IF NOT EXISTS restructured_instalments_customer_id ON restructured_instalments (customer_id);
  COMMENT ON TABLE restructured_instalments IS 'The dues of a loan whose dues are not those of its standard schedule; a loan without rows here follows its schedule.';
  PERFORM credit_risk.lending_comment(name, 'restructured_instalments', '{
    "loan_id": "The loan.", "customer_id": "The borrower.", "instalment_number": "1 for the first due.", "due_date": "Due date.",
    "amount": "Amount due.", "currency": "ISO 4217 code of the amount."}');
END
$$;
COMMENT ON FUNCTION credit_risk.lending_arrears(text) IS 'Part of create_lending_schema: npa_tracking, restructured_instalments.';

CREATE FUNCTION credit_risk.lending_rules(name text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
  PERFORM set_config('search_path', format('%I, pg_temp', name), true);
  CREATE TABLE IF NOT EXISTS thresholds (
    name text PRIMARY KEY,
    value numeric NOT NULL CONSTRAINT value_is_between_0_and_1 CHECK (value BETWEEN 0 AND 1),
    description text NOT NULL
  );
  COMMENT ON TABLE thresholds IS 'Limits of decisions and alerts, fractions; change a row to change the limit.';
  PERFORM credit_risk.lending_comment(name, 'thresholds', '{"name": "Key.", "value": "The limit, a fraction.", "description": "What it limits."}');
  INSERT INTO thresholds VALUES
    ('approve_below', 0.30, 'Applications with a probability of default below it are approved.'),
    ('review_below', 0.50, 'Applications below it, and not approved, stay Pending for review; the others are rejected.'),
    ('npa_ratio', 0.05, 'Alert when gross NPA over gross advances is above it.'),
    ('default_rate', 0.10, 'Alert when defaulted loans over all loans is above it.'),
    ('on_time', 0.80, 'Alert when the share of instalments paid on time is below it.')
  ON CONFLICT DO NOTHING;
  PERFORM credit_risk.lending_threshold_check(name);

  CREATE TABLE IF NOT EXISTS settings (
    name text PRIMARY KEY,
    value text NOT NULL,
    description text NOT NULL
  );
  COMMENT ON TABLE settings IS 'Choices of the lender that are not numbers.';
  PERFORM credit_risk.lending_comment(name, 'settings', '{"name": "Key.", "value": "The choice.", "description": "What it chooses."}');
  INSERT INTO settings VALUES
    ('lending_schema', '1', 'Version of this schema; upgrade_lending_schema() reads and writes it.'),
    ('model', 'retail', 'The model whose deployed version scores applications.'),
    ('rule_set', 'rbi_iracp_2025', 'The rules by which run_day_end classifies loans.')
  ON CONFLICT DO NOTHING;
END
$$;
COMMENT ON FUNCTION credit_risk.lending_rules(text) IS 'Part of create_lending_schema: thresholds, settings.';

CREATE FUNCTION credit_risk.lending_threshold_check(name text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
  PERFORM set_config('search_path', format('%I, pg_temp', name), true);
  EXECUTE format($sql$
    CREATE OR REPLACE FUNCTION check_thresholds() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
    AS $body$
    DECLARE
      approve numeric := (SELECT value FROM %1$I.thresholds WHERE name = 'approve_below');
      review numeric := (SELECT value FROM %1$I.thresholds WHERE name = 'review_below');
    BEGIN
      IF approve > review THEN
        RAISE EXCEPTION 'threshold "approve_below" is above "review_below"' USING ERRCODE = 'check_violation',
          DETAIL = format('They are %%s and %%s.', approve, review),
          HINT = 'To move both, change them in one transaction: they are compared at its end.';
      END IF;
      RETURN NULL;
    END
    $body$ $sql$, name);
  COMMENT ON FUNCTION check_thresholds() IS 'Refuses limits of decisions that cross: with them no application could be scored.';
  DROP TRIGGER IF EXISTS limits_do_not_cross ON thresholds;
  CREATE CONSTRAINT TRIGGER limits_do_not_cross AFTER INSERT OR UPDATE ON thresholds DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION check_thresholds();
END
$$;
COMMENT ON FUNCTION credit_risk.lending_threshold_check(text) IS 'Part of create_lending_schema: the check that the limits of decisions do not cross.';
