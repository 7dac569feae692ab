-- The portfolio views: every figure of a small book by hand, and against the base tables.
SET client_min_messages = warning;
SET datestyle = ISO;
\set SHOW_CONTEXT never
SELECT credit_risk.create_lending_schema('folio');
SET search_path = folio;

-- An empty book: zeros and NULLs, no error.
SELECT * FROM credit_risk.refresh_portfolio('folio');
SELECT total_applications, total_loans, total_outstanding, npa_ratio, default_rate, approval_rate, on_time_share FROM bi_portfolio_summary;
SELECT * FROM bi_risk_alerts ORDER BY alert;
SELECT count(*) AS rows, sum(loans) AS loans, count(share_of_loans) AS shares FROM bi_npa_by_class;
SELECT count(*) FROM bi_loan_distribution;

-- Every materialized view has a unique index and a bi_ view.
SELECT c.relname, count(i.indexrelid) FILTER (WHERE i.indisunique) AS unique_indexes, to_regclass('folio.bi_' || c.relname) IS NOT NULL AS has_bi_view
FROM pg_class c LEFT JOIN pg_index i ON i.indrelid = c.oid WHERE c.relkind = 'm' AND c.relnamespace = 'folio'::regnamespace GROUP BY 1 ORDER BY 1;

ALTER TABLE applications DISABLE TRIGGER USER;
INSERT INTO customers (customer_id, full_name, date_of_birth, gender, email, phone, address, city, state, pincode, pan_number, aadhar_number, created_at)
SELECT c, 'Customer ' || c, '1990-01-01', 'Male', c || '@example.com', '9800000000', '1 MG Road', 'Town', (ARRAY['Delhi', 'Goa', 'Delhi', 'Karnataka', 'Delhi'])[c],
  '110001', 'ABCDE' || lpad(c::text, 4, '0') || 'F', lpad(c::text, 12, '1'), '2021-01-01' FROM generate_series(1, 5) c;
INSERT INTO employment (customer_id, employer_name, job_title, employment_type, monthly_income, years_of_experience, employment_start_date) VALUES
  (1, 'Mill', 'Fitter', 'Salaried', 60000, 4, '2018-01-01'), (2, 'Shop', 'Owner', 'Business', 90000, 9, '2012-01-01'),
  (4, 'Office', 'Architect', 'Self-Employed', 200000, 9, '2012-01-01');
INSERT INTO applications (application_id, customer_id, loan_amount, loan_tenure_months, interest_rate, loan_purpose, application_date, application_status) VALUES
  (1, 1, 120000, 12, 0, 'Education', '2021-02-01', 'Approved'), (2, 2, 600000, 12, 0, 'Home Purchase', '2021-02-01', 'Approved'),
  (3, 3, 120000, 12, 0, 'Wedding Expenses', '2021-02-01', 'Approved'), (4, 4, 3600000, 12, 0, 'Education', '2021-02-01', 'Approved'),
  (5, 5, 500000, 24, 9, 'Education', '2021-02-01', 'Rejected'), (6, 5, 100000, 24, 9, 'Education', '2021-03-01', 'Pending');
INSERT INTO loans (loan_id, application_id, customer_id, loan_amount, disbursed_amount, interest_rate, tenure_months, emi_amount, disbursement_date,
  first_due_date, outstanding_balance)
SELECT application_id, application_id, customer_id, loan_amount, loan_amount, 0, 12, loan_amount / 12, '2021-02-28', '2021-03-31', loan_amount
FROM applications WHERE application_status = 'Approved';
INSERT INTO repayments (loan_id, customer_id, payment_date, emi_due_date, amount_paid, principal_paid, late_fee, payment_status) VALUES
  (1, 1, '2021-03-31', '2021-03-31', 10000, 10000, 0, 'Success'), (1, 1, '2021-05-05', '2021-04-30', 10000, 10000, 100, 'Success'),
  (1, 1, '2021-05-31', '2021-05-31', 10000, 10000, 0, 'Success'), (1, 1, '2021-06-29', '2021-06-30', 10000, 10000, 0, 'Success'),
  (2, 2, '2021-03-31', '2021-03-31', 50000, 50000, 50, 'Failed'), (2, 2, '2021-04-30', '2021-04-30', 50000, 50000, 0, 'Pending'),
  (3, 3, '2021-04-30', NULL, 120000, 120000, 0, 'Success'),
  (4, 4, '2021-03-31', '2021-03-31', 300000, 300000, 0, 'Success'), (4, 4, '2021-04-30', '2021-04-30', 300000, 300000, 0, 'Success'),
  (4, 4, '2021-05-31', '2021-05-31', 300000, 300000, 0, 'Success');
INSERT INTO collateral (loan_id, customer_id, collateral_type, collateral_value, valuation_date) VALUES
  (2, 2, 'Property', 1000000, '2021-02-01'), (4, 4, 'Gold', 1000000, '2021-02-01'), (4, 4, 'Property', 3000000, '2021-02-01'),
  (3, 3, 'Vehicle', 200000, '2021-02-01');
SELECT * FROM credit_risk.run_day_end('2021-07-01', 'folio');
SELECT loan_id, loan_status, asset_class, days_past_due, overdue_amount, outstanding_balance, i.instalments_due, i.instalments_missed
FROM loans JOIN loan_instalments i USING (loan_id) ORDER BY 1;

-- Nothing is seen before the refresh; readers of the old rows are not blocked by it (is_concurrent).
SELECT total_loans FROM bi_portfolio_summary;
SELECT bool_and(is_concurrent) FROM credit_risk.refresh_portfolio('folio');
\x on
-- Gross NPA 600,000 over gross advances 80,000 + 600,000 + 2,700,000, the NPA inside; one loan of four in default.
SELECT * FROM bi_portfolio_summary;
-- On time 6, late 1, missed 4 + 1: 6 / 12. Paid share of dues: (1 + 0 + 1 + 3/4) / 4.
SELECT * FROM bi_repayment_performance;
-- Property and gold of open loans: 3,300,000 owed on 5,000,000.
SELECT * FROM bi_financials;
\x off
SELECT * FROM bi_loan_status ORDER BY 1;
SELECT * FROM bi_npa_by_class ORDER BY 1;
SELECT * FROM bi_application_funnel ORDER BY 1;
SELECT * FROM bi_collateral_coverage ORDER BY 1;
SELECT * FROM bi_purpose_distribution ORDER BY 1;
SELECT state, loans, outstanding_balance, share_of_outstanding, npa_ratio, default_rate, hhi FROM bi_state_distribution ORDER BY 1;
SELECT employment, loans, outstanding_balance, share_of_outstanding, hhi, effective_categories FROM bi_employment_distribution ORDER BY 1;
SELECT amount, loans, loan_amount, share_of_loans FROM bi_amount_distribution ORDER BY loan_amount;
SELECT alert, value, threshold, direction, is_raised FROM bi_risk_alerts ORDER BY 1;

-- Limits are rows.
UPDATE thresholds SET value = 0.20 WHERE name = 'npa_ratio';
UPDATE thresholds SET value = 0.25 WHERE name = 'default_rate';
UPDATE thresholds SET value = 0.50 WHERE name = 'on_time';
SELECT count(*) FROM credit_risk.refresh_portfolio('folio');
SELECT alert, value, threshold, is_raised FROM bi_risk_alerts ORDER BY 1;

-- Against the base tables: no row is a pass.
SELECT 'summary' AS mismatch FROM bi_portfolio_summary s, (SELECT count(*) AS n, sum(disbursed_amount) AS disbursed, sum(outstanding_balance) AS outstanding,
    sum(outstanding_balance) FILTER (WHERE npa_since IS NOT NULL) AS npa, sum(overdue_amount) AS overdue, avg(loan_amount) AS size FROM loans) l,
  (SELECT sum(amount_paid) AS repaid FROM repayments WHERE payment_status = 'Success') r
  WHERE (s.total_loans, s.total_disbursed, s.total_outstanding, s.total_npa_amount, s.total_overdue, s.average_loan_size, s.total_repaid)
    IS DISTINCT FROM (l.n, l.disbursed, l.outstanding, l.npa, l.overdue, l.size, r.repaid)
     OR s.total_loans <> s.active_loans + s.closed_loans + s.defaulted_loans
     OR s.total_applications <> s.approved_applications + s.rejected_applications + s.pending_applications
UNION ALL SELECT 'status' FROM bi_loan_status v WHERE loans <> (SELECT count(*) FROM loans l WHERE l.loan_status = v.loan_status)
UNION ALL SELECT 'class' FROM bi_npa_by_class v WHERE outstanding_balance <> (SELECT coalesce(sum(outstanding_balance), 0) FROM loans l WHERE l.asset_class = v.asset_class)
UNION ALL SELECT 'gross npa' FROM bi_portfolio_summary WHERE total_npa_amount <> (SELECT sum(outstanding_balance) FROM bi_npa_by_class WHERE is_npa)
UNION ALL SELECT 'npa ratio' FROM bi_portfolio_summary WHERE abs(npa_ratio - (SELECT sum(share_of_outstanding) FROM bi_npa_by_class WHERE is_npa)) > 0.000002
UNION ALL SELECT 'distribution of ' || dimension FROM bi_loan_distribution GROUP BY dimension
  HAVING (sum(loans), sum(outstanding_balance), sum(loan_amount), sum(npa_amount)) IS DISTINCT FROM
    (SELECT (count(*)::numeric, sum(outstanding_balance), sum(loan_amount), sum(outstanding_balance) FILTER (WHERE npa_since IS NOT NULL)) FROM loans)
    OR abs(max(hhi) - sum(share_of_outstanding ^ 2)) > 0.00001 OR abs(sum(share_of_outstanding) - 1) > 0.00001
UNION ALL SELECT 'collateral' FROM bi_financials f WHERE (f.total_collateral_value, f.secured_outstanding) IS DISTINCT FROM
    (SELECT (sum(collateral_value), sum(secured_outstanding)) FROM bi_collateral_coverage)
UNION ALL SELECT 'receipts' FROM bi_repayment_performance p WHERE total_repayments <> on_time_payments + late_payments + undated_payments
    OR total_repayments + failed_payments + pending_payments <> (SELECT count(*) FROM repayments)
UNION ALL SELECT 'funnel' FROM bi_application_funnel WHERE stage = 'Received' AND applications <> (SELECT sum(applications) FROM bi_application_funnel
    WHERE stage IN ('Approved', 'Rejected', 'Pending'));

-- Restructured dues count as they are, not as the schedule would have them.
INSERT INTO restructured_instalments (loan_id, customer_id, instalment_number, due_date, amount) VALUES
  (2, 2, 1, '2021-06-30', 200000), (2, 2, 2, '2021-07-01', 100000), (2, 2, 3, '2021-12-31', 300000);
SELECT npa, upgraded FROM credit_risk.run_day_end('2021-07-01', 'folio');
SELECT * FROM loan_instalments WHERE loan_id = 2;
-- Instalments due, over month ends and the end of the tenure.
SELECT d::date, instalments_due('2024-01-31', 3, d::date) FROM unnest(ARRAY['2024-01-30', '2024-01-31', '2024-02-28', '2024-02-29', '2024-03-30', '2024-03-31', '2025-01-01']) d;

-- A role that reads the portfolio reads no person: no base table, no features, no log.
CREATE ROLE regress_bi_reader;
SELECT credit_risk.grant_portfolio_access('folio', 'regress_bi_reader');
SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'folio'::regnamespace AND c.relkind IN ('r', 'm', 'v', 'S')
  AND has_table_privilege('regress_bi_reader', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE') ORDER BY 1;
SET ROLE regress_bi_reader;
SELECT total_loans FROM bi_portfolio_summary;
SELECT count(*) FROM bi_risk_alerts;
SELECT pan_number, aadhar_number FROM customers;
SELECT guarantor_pan FROM guarantors;
SELECT * FROM application_features;
SELECT * FROM decisions;
SELECT * FROM portfolio_summary;
RESET ROLE;
DROP OWNED BY regress_bi_reader;
DROP ROLE regress_bi_reader;

-- A view without rows yet (as after a restore of the schema alone) is filled, though not concurrently.
REFRESH MATERIALIZED VIEW risk_alerts WITH NO DATA;
SELECT * FROM credit_risk.refresh_portfolio('folio') WHERE NOT is_concurrent;
SELECT count(*) FROM bi_risk_alerts;
-- Rupees and dollars do not add up.
BEGIN;
DELETE FROM repayments WHERE loan_id = 1;
UPDATE loans SET currency = 'USD' WHERE loan_id = 1;
SELECT * FROM credit_risk.refresh_portfolio('folio');
ROLLBACK;
SELECT * FROM credit_risk.refresh_portfolio('nowhere');
SELECT credit_risk.grant_portfolio_access('nowhere', 'postgres');
DROP SCHEMA folio CASCADE;
