-- The synthetic book: size, causes, reconciliation with itself, determinism, refusals.
SET client_min_messages = warning;
\set SHOW_CONTEXT never
SELECT credit_risk.create_lending_schema('book_a');
SELECT * FROM credit_risk.generate_portfolio(as_of => '2026-01-01', schema => 'book_a');

-- The summary is what the tables hold.
SET search_path = book_a;
SELECT (SELECT count(*) FROM customers) AS customers, (SELECT count(*) FROM employment) AS employment,
  (SELECT count(*) FROM loans) AS loans, (SELECT count(*) FROM repayments) AS receipts,
  (SELECT sum(amount) FROM disbursements) AS disbursed, (SELECT count(*) FROM decisions) AS decisions;
SELECT application_status, count(*) FROM applications GROUP BY 1 ORDER BY 1;
SELECT loan_status, asset_class, count(*) FROM loans GROUP BY 1, 2 ORDER BY 1, 2;
SELECT state, count(*) FROM customers GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 5;
SELECT remarks, count(*) FROM applications GROUP BY 1 ORDER BY 2 DESC, 1;
SELECT payment_status, count(*) FROM repayments GROUP BY 1 ORDER BY 1;

-- Every approved application has a loan of its amount, and no other has one.
SELECT count(*) FROM applications a FULL JOIN loans l USING (application_id)
WHERE (a.application_status = 'Approved') IS DISTINCT FROM (l.loan_id IS NOT NULL) OR a.loan_amount <> l.loan_amount
  OR a.customer_id <> l.customer_id OR a.loan_tenure_months <> l.tenure_months OR a.interest_rate <> l.interest_rate;
-- Money goes out after the application and by as_of, and sums up.
SELECT count(*) FROM loans l JOIN applications a USING (application_id) LEFT JOIN LATERAL (
  SELECT sum(d.amount) AS amount, min(d.disbursement_date) AS first, max(d.disbursement_date) AS last, count(*) AS tranches
  FROM disbursements d WHERE d.loan_id = l.loan_id) d ON true
WHERE d.amount IS DISTINCT FROM l.disbursed_amount OR d.first <> l.disbursement_date OR d.first <= a.application_date
  OR d.last > '2026-01-01' OR l.disbursed_amount > l.loan_amount OR (d.last >= l.first_due_date);
SELECT max(tranche_number) AS most_tranches, count(DISTINCT loan_id) < count(*) AS some_in_tranches FROM disbursements;
-- The instalment is that of the terms.
SELECT count(*) FROM loans WHERE emi_amount <> credit_risk.emi(loan_amount, interest_rate, tenure_months);
-- Receipts come after the loan and by as_of, split fully, and never repay more than was lent; what was paid ahead of its due
-- date lowers the balance on that date.
SELECT count(*) FROM repayments r JOIN loans l USING (loan_id)
WHERE r.payment_date NOT BETWEEN l.disbursement_date AND '2026-01-01'
  OR r.principal_paid + r.interest_paid <> CASE r.payment_status WHEN 'Failed' THEN 0 ELSE r.amount_paid END;
SELECT count(*) FROM (
  SELECT loan_id, sum(principal_paid) AS principal, sum(principal_paid) FILTER (WHERE emi_due_date > '2026-01-01') AS ahead
  FROM repayments WHERE payment_status = 'Success' GROUP BY 1) r JOIN loans l USING (loan_id)
WHERE r.principal > l.loan_amount OR (l.loan_status = 'Closed') <> (r.principal = l.loan_amount)
  OR l.loan_amount - r.principal + coalesce(r.ahead, 0) <> l.outstanding_balance;
-- Early, late, partial and missing receipts are all there; so are spells of NPA that ended.
SELECT bool_or(payment_date < emi_due_date) AS early, bool_or(payment_date > emi_due_date + 30) AS late, bool_or(late_fee > 0) AS fees,
  bool_or(payment_status = 'Failed') AS bounced FROM repayments;
SELECT count(*) > 0 AS partial FROM (
  SELECT FROM repayments WHERE payment_status = 'Success' GROUP BY loan_id, emi_due_date HAVING count(*) = 2) r;
SELECT npa_classification, removed_from_npa_date IS NOT NULL AS cured, count(*) FROM npa_tracking GROUP BY 1, 2 ORDER BY 1, 2;
SELECT count(DISTINCT loan_id) AS repaid_early FROM restructured_instalments;
SELECT count(*) FROM restructured_instalments JOIN loans USING (loan_id) WHERE loan_status = 'Defaulted';
-- Security: every home on property, loan to value below 1; guarantors are no customers.
SELECT l.loan_purpose, c.collateral_type, count(*), bool_and(l.loan_amount < c.collateral_value) AS covered
FROM collateral c JOIN loans USING (loan_id) JOIN applications l USING (application_id)
WHERE l.loan_purpose IN ('Home Purchase', 'Vehicle Purchase') GROUP BY 1, 2 ORDER BY 1, 2;
SELECT count(*) > 100 AS enough, count(DISTINCT guarantor_pan) = count(*) AS distinct_pans,
  bool_or(guarantor_pan IN (SELECT pan_number FROM customers)) AS known FROM guarantors;
-- Risk has its causes.
SELECT debt_to_income_ratio > 50 AS burdened, monthly_income < 30000 AS poor, round(avg(high_risk::int), 2) AS high_risk, count(*)
FROM training_set GROUP BY 1, 2 ORDER BY 1, 2;
-- And a model learns them, though not all: the floor is that of the system this one follows, the ceiling what would be trivial.
SELECT avg(accuracy) BETWEEN 0.9416 AND 0.985 AS learnable, avg(auc) BETWEEN 0.9577 AND 0.995 AS discriminating
FROM credit_risk.cross_validate('SELECT * FROM book_a.training_set ORDER BY loan_amount, monthly_income, age, interest_rate', 'high_risk',
  params => '{"allow_protected": true}');
-- A second day-end changes nothing; the next rows get fresh ids; the scoring trigger is on again.
SELECT loans_changed, npa_rows_changed FROM credit_risk.run_day_end('2026-01-01', 'book_a');
SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = 'applications'::regclass AND tgname = 'score_new';
BEGIN;
INSERT INTO customers (full_name, date_of_birth, email, phone, address, city, state, pincode, pan_number, aadhar_number)
VALUES ('A New Customer', '1990-05-05', 'new@example.com', '5', 'Road', 'Delhi', 'Delhi', '110001', 'ABCPE1234F', '111111111111') RETURNING customer_id;
INSERT INTO applications (customer_id, loan_amount, loan_purpose, loan_tenure_months, interest_rate)
VALUES (1, 100000, 'Education', 60, 10) RETURNING application_id, application_status, model_version;
ROLLBACK;
RESET search_path;

-- The same seed gives the same rows in every table, another seed others.
CREATE FUNCTION book_digest(schema text) RETURNS TABLE (relation text, digest text) LANGUAGE plpgsql AS $$
BEGIN
  FOREACH relation IN ARRAY '{customers,employment,applications,loans,disbursements,repayments,collateral,guarantors,npa_tracking,restructured_instalments}'::text[] LOOP
    EXECUTE format('SELECT md5(string_agg(md5(t::text), '''' ORDER BY t::text)) FROM %I.%I t', schema, relation) INTO digest;
    RETURN NEXT;
  END LOOP;
END
$$;
SELECT credit_risk.create_lending_schema('book_b');
SELECT approved, rejected, pending FROM credit_risk.generate_portfolio(1000, 1500, 42, '2026-01-01', 'book_b');
SELECT credit_risk.create_lending_schema('book_c');
SELECT approved + rejected + pending AS applications FROM credit_risk.generate_portfolio(1000, 1500, 43, '2026-01-01', 'book_c');
SELECT a.relation, a.digest = b.digest AS same_seed, a.digest = c.digest AS other_seed
FROM book_digest('book_a') a JOIN book_digest('book_b') b USING (relation) JOIN book_digest('book_c') c USING (relation) ORDER BY 1;
-- The size of a batch has no influence: the book of 1,000 customers in pieces.
SELECT count(*) FROM (
  SELECT * FROM credit_risk.generated_repayments((1000, 1500, 42, '2026-01-01', 0, 1000, 0, 0, 0))
  EXCEPT (SELECT * FROM credit_risk.generated_repayments((1000, 1500, 42, '2026-01-01', 0, 333, 0, 0, 0)) UNION ALL
    SELECT * FROM credit_risk.generated_repayments((1000, 1500, 42, '2026-01-01', 333, 1000, 0, 0,
      (SELECT count(*) FROM credit_risk.generated_loans((1000, 1500, 42, '2026-01-01', 0, 333, 0, 0, 0))))))) missing;

-- More on top only if asked for; keys stay unique.
SELECT * FROM credit_risk.generate_portfolio(as_of => '2026-01-01', schema => 'book_b');
SELECT customers, applications, approved + rejected + pending AS decided_or_not, loans = approved AS lent
FROM credit_risk.generate_portfolio(50, 60, 42, '2026-01-01', 'book_b', true);
SELECT count(*), count(DISTINCT pan_number), count(DISTINCT email), max(customer_id) FROM book_b.customers;
SELECT max(application_id), (SELECT last_value FROM book_b.applications_application_id_seq) AS drawn FROM book_b.applications;

-- Small and odd sizes.
SELECT credit_risk.create_lending_schema('book_d');
SELECT * FROM credit_risk.generate_portfolio(3, 0, 1, '2026-01-01', 'book_d');
SELECT customers, applications, approved + rejected + pending AS applications FROM credit_risk.generate_portfolio(1, 20, 1, '2024-02-29', 'book_d', true);
SELECT count(*) FROM book_d.repayments WHERE payment_date > '2024-02-29';

-- Refusals.
SELECT * FROM credit_risk.generate_portfolio(schema => 'no_such_schema');
SELECT * FROM credit_risk.generate_portfolio(0, 10, schema => 'book_d', force => true);
SELECT * FROM credit_risk.generate_portfolio(10, -1, schema => 'book_d', force => true);
SELECT * FROM credit_risk.generate_portfolio(10, 201, schema => 'book_d', force => true);
SELECT * FROM credit_risk.generate_portfolio(50000001, 10, schema => 'book_d', force => true);
SELECT * FROM credit_risk.generate_portfolio(as_of => '1969-12-31', schema => 'book_d', force => true);
SELECT * FROM credit_risk.generate_portfolio(as_of => 'infinity', schema => 'book_d', force => true);
SELECT * FROM credit_risk.generate_portfolio(seed => NULL, schema => 'book_d', force => true);
SELECT credit_risk.generated_customers((10, 10, 1, '2026-01-01', 0, 10, 0, NULL, 0));
CREATE ROLE generator_clerk;
GRANT USAGE ON SCHEMA credit_risk, book_d TO generator_clerk;
GRANT ALL ON ALL TABLES IN SCHEMA book_d TO generator_clerk;
SET ROLE generator_clerk;
SELECT * FROM credit_risk.generate_portfolio(as_of => '2026-01-01', schema => 'book_d', force => true);
RESET ROLE;

-- A trigger that was off stays off, one that was always on stays so; the lender's own triggers fire.
CREATE FUNCTION book_d.tell() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE WARNING 'application % of customer %', NEW.application_id, NEW.customer_id; RETURN NEW; END $$;
CREATE TRIGGER tell AFTER INSERT ON book_d.applications FOR EACH ROW EXECUTE FUNCTION book_d.tell();
ALTER TABLE book_d.applications DISABLE TRIGGER score_new;
SELECT applications FROM credit_risk.generate_portfolio(2, 2, 1, '2026-01-01', 'book_d', true);
SELECT tgenabled FROM pg_trigger WHERE tgrelid = 'book_d.applications'::regclass AND tgname = 'score_new';
ALTER TABLE book_d.applications ENABLE ALWAYS TRIGGER score_new;
SELECT applications FROM credit_risk.generate_portfolio(2, 2, 1, '2026-01-01', 'book_d', true);
SELECT tgenabled FROM pg_trigger WHERE tgrelid = 'book_d.applications'::regclass AND tgname = 'score_new';

DROP SCHEMA book_a, book_b, book_c, book_d CASCADE;
DROP FUNCTION book_digest;
REVOKE USAGE ON SCHEMA credit_risk FROM generator_clerk;
DROP ROLE generator_clerk;
-- The last day a book can be made for: dues fall after it, within what the tables take.
SELECT credit_risk.create_lending_schema('last_day');
SELECT customers, applications FROM credit_risk.generate_portfolio(40, 60, as_of => '2999-12-31', schema => 'last_day');
SELECT max(first_due_date) > '2999-12-31' AS due_later FROM last_day.loans;
DROP SCHEMA last_day CASCADE;
