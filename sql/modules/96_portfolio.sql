-- What people read: materialized views over the lending tables, and a plain view bi_... over each. Plain SQL only: they outlive the extension.
-- Ratios are fractions, NULL where there is nothing to divide by. Gross NPA is part of gross advances.

CREATE FUNCTION credit_risk.lending_portfolio(name text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
  PERFORM credit_risk.lending_instalments(name);
  PERFORM credit_risk.lending_portfolio_repayment(name);
  PERFORM credit_risk.lending_portfolio_summary(name);
  PERFORM credit_risk.lending_portfolio_financials(name);
  PERFORM credit_risk.lending_portfolio_status(name);
  PERFORM credit_risk.lending_portfolio_distribution(name);
  PERFORM credit_risk.lending_portfolio_collateral(name);
  PERFORM credit_risk.lending_portfolio_alerts(name);
END
$$;
COMMENT ON FUNCTION credit_risk.lending_portfolio(text) IS 'Part of create_lending_schema: the portfolio views in order of dependence.';

CREATE FUNCTION credit_risk.lending_portfolio_view(schema text, view text, key_columns text, comment text, comments jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
  -- REFRESH ... CONCURRENTLY needs a unique index on plain columns.
  EXECUTE format('CREATE UNIQUE INDEX IF NOT EXISTS %I ON %I.%I (%s)', view || '_key', schema, view, key_columns);
  EXECUTE format('COMMENT ON MATERIALIZED VIEW %I.%I IS %L', schema, view, comment || ' As of the last refresh_portfolio().');
  EXECUTE format('CREATE OR REPLACE VIEW %1$I.%2$I AS SELECT * FROM %1$I.%3$I', schema, 'bi_' || view, view);
  EXECUTE format('COMMENT ON VIEW %I.%I IS %L', schema, 'bi_' || view, comment);
  PERFORM credit_risk.lending_comment(schema, view, comments);
  PERFORM credit_risk.lending_comment(schema, 'bi_' || view, comments);
END
$$;
COMMENT ON FUNCTION credit_risk.lending_portfolio_view(text, text, text, text, jsonb) IS
  'Part of create_lending_schema: gives a materialized view its unique index, its bi_ view, and both their comments.';

CREATE FUNCTION credit_risk.lending_instalments(name text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
  PERFORM set_config('search_path', format('%I, pg_temp', name), true);
  CREATE OR REPLACE FUNCTION instalments_due(first_due_date date, tenure_months int, on_date date) RETURNS int
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (SELECT least(tenure_months, greatest(0, m.months + (first_due_date + make_interval(months => m.months) <= on_date)::int))
          FROM (SELECT (extract(year FROM on_date) * 12 + extract(month FROM on_date)
                        - extract(year FROM first_due_date) * 12 - extract(month FROM first_due_date))::int AS months) m);
  COMMENT ON FUNCTION instalments_due(date, int, date) IS
    'Number of standard instalments that have fallen due by the end of a day; each on the day of first_due_date, or the month''s last.';

  -- days_past_due leads back to the oldest unpaid due date: the dues from there on are those not paid in full.
  CREATE OR REPLACE VIEW loan_instalments AS
    SELECT l.loan_id, l.customer_id,
      coalesce(r.due, instalments_due(l.first_due_date, l.tenure_months, l.classified_on)) AS instalments_due,
      CASE WHEN l.overdue_amount = 0 THEN 0
        ELSE coalesce(r.missed, instalments_due(l.first_due_date, l.tenure_months, l.classified_on)
                                - instalments_due(l.first_due_date, l.tenure_months, l.classified_on - l.days_past_due - 1))
        END AS instalments_missed
    FROM loans l
      LEFT JOIN (SELECT i.loan_id, (count(*) FILTER (WHERE i.due_date <= x.classified_on))::int AS due,
                   (count(*) FILTER (WHERE i.due_date BETWEEN x.classified_on - x.days_past_due AND x.classified_on))::int AS missed
                 FROM restructured_instalments i JOIN loans x ON x.loan_id = i.loan_id GROUP BY i.loan_id) r ON r.loan_id = l.loan_id
    WHERE l.classified_on IS NOT NULL;
  COMMENT ON VIEW loan_instalments IS 'Per loan, the instalments due and missed at its last day-end.';
  PERFORM credit_risk.lending_comment(name, 'loan_instalments', '{
    "loan_id": "The loan.", "customer_id": "The borrower.", "instalments_due": "Instalments that have fallen due.",
    "instalments_missed": "Those of them not paid, or not in full."}');
END
$$;
COMMENT ON FUNCTION credit_risk.lending_instalments(text) IS 'Part of create_lending_schema: instalments_due, loan_instalments.';

CREATE FUNCTION credit_risk.lending_portfolio_repayment(name text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
  PERFORM set_config('search_path', format('%I, pg_temp', name), true);
  CREATE MATERIALIZED VIEW IF NOT EXISTS repayment_performance AS
    SELECT 'All loans'::text AS portfolio, r.*, i.instalments_due, i.instalments_missed,
      round(r.on_time_payments / nullif(r.on_time_payments + r.late_payments + i.instalments_missed, 0)::numeric, 6) AS on_time_share,
      round(r.on_time_payments / nullif(r.on_time_payments + r.late_payments, 0)::numeric, 6) AS on_time_share_of_payments,
      i.average_emi_payment_rate
    FROM (SELECT count(*) FILTER (WHERE success) AS total_repayments,
            count(*) FILTER (WHERE success AND payment_date <= emi_due_date) AS on_time_payments,
            count(*) FILTER (WHERE success AND payment_date > emi_due_date) AS late_payments,
            count(*) FILTER (WHERE success AND emi_due_date IS NULL) AS undated_payments,
            count(*) FILTER (WHERE payment_status = 'Failed') AS failed_payments,
            count(*) FILTER (WHERE payment_status = 'Pending') AS pending_payments,
            round(avg(payment_date - emi_due_date) FILTER (WHERE success AND payment_date > emi_due_date), 2) AS average_days_late,
            coalesce(sum(late_fee) FILTER (WHERE success), 0) AS total_late_fees,
            round(avg(amount_paid) FILTER (WHERE success), 2) AS average_repayment_amount,
            coalesce(sum(amount_paid) FILTER (WHERE success), 0) AS total_repaid
          FROM (SELECT *, payment_status = 'Success' AS success FROM repayments) receipt) r,
      (SELECT coalesce(sum(instalments_due), 0) AS instalments_due, coalesce(sum(instalments_missed), 0) AS instalments_missed,
         round(avg(1 - instalments_missed::numeric / nullif(instalments_due, 0)), 6) AS average_emi_payment_rate
       FROM loan_instalments) i;
  PERFORM credit_risk.lending_portfolio_view(name, 'repayment_performance', 'portfolio', 'How borrowers pay; one row.', '{
    "portfolio": "Always All loans.", "total_repayments": "Successful receipts.", "on_time_payments": "Successful receipts on or before the due date they were for.",
    "late_payments": "Successful receipts after it.", "undated_payments": "Successful receipts for no due date in particular.",
    "failed_payments": "Attempts that failed.", "pending_payments": "Attempts under way.", "average_days_late": "Mean days after the due date of the late receipts.",
    "total_late_fees": "Late fees received.", "average_repayment_amount": "Mean of the successful receipts.", "total_repaid": "Sum of the successful receipts, without late fees.",
    "instalments_due": "Instalments due by the last day-end.", "instalments_missed": "Those of them not paid, or not in full.",
    "on_time_share": "On time over on time, late and missed.", "on_time_share_of_payments": "On time over on time and late: blind to those who do not pay.",
    "average_emi_payment_rate": "Mean over loans of the share of instalments due that were paid in full."}');
END
$$;
COMMENT ON FUNCTION credit_risk.lending_portfolio_repayment(text) IS 'Part of create_lending_schema: repayment_performance.';

CREATE FUNCTION credit_risk.lending_portfolio_summary(name text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
  PERFORM set_config('search_path', format('%I, pg_temp', name), true);
  CREATE MATERIALIZED VIEW IF NOT EXISTS portfolio_summary AS
    SELECT 'All loans'::text AS portfolio, l.as_of, a.*,
      round(a.approved_applications / nullif(a.total_applications, 0)::numeric, 6) AS approval_rate,
      l.total_loans, l.active_loans, l.closed_loans, l.defaulted_loans, l.total_disbursed, l.total_outstanding, p.total_repaid,
      l.total_overdue, l.total_npa_amount, l.average_loan_size,
      round(l.total_npa_amount / nullif(l.total_outstanding, 0), 6) AS npa_ratio,
      round(l.defaulted_loans / nullif(l.total_loans, 0)::numeric, 6) AS default_rate,
      p.average_emi_payment_rate, p.on_time_share
    FROM (SELECT count(*) AS total_applications,
            count(*) FILTER (WHERE application_status = 'Approved') AS approved_applications,
            count(*) FILTER (WHERE application_status = 'Rejected') AS rejected_applications,
            count(*) FILTER (WHERE application_status = 'Pending') AS pending_applications
          FROM applications) a,
      (SELECT max(classified_on) AS as_of, count(*) AS total_loans,
         count(*) FILTER (WHERE loan_status = 'Active') AS active_loans,
         count(*) FILTER (WHERE loan_status = 'Closed') AS closed_loans,
         count(*) FILTER (WHERE loan_status = 'Defaulted') AS defaulted_loans,
         coalesce(sum(disbursed_amount), 0) AS total_disbursed, coalesce(sum(outstanding_balance), 0) AS total_outstanding,
         coalesce(sum(overdue_amount), 0) AS total_overdue,
         coalesce(sum(outstanding_balance) FILTER (WHERE asset_class <> 'Standard'), 0) AS total_npa_amount,
         round(avg(loan_amount), 2) AS average_loan_size
       FROM loans) l,
      repayment_performance p;
  PERFORM credit_risk.lending_portfolio_view(name, 'portfolio_summary', 'portfolio', 'The book in one row.', '{
    "portfolio": "Always All loans.", "as_of": "Day of the last day-end.", "total_applications": "Applications received.",
    "approved_applications": "Of them approved.", "rejected_applications": "Of them rejected.", "pending_applications": "Of them pending.",
    "approval_rate": "Approved over received.", "total_loans": "Loans ever given.", "active_loans": "Loans neither closed nor NPA.", "closed_loans": "Loans paid in full.",
    "defaulted_loans": "Loans that are NPA.", "total_disbursed": "Paid out.", "total_outstanding": "Gross advances: principal not yet repaid, NPA included.",
    "total_repaid": "Sum of the successful receipts.", "total_overdue": "Dues unpaid.", "total_npa_amount": "Gross NPA: principal outstanding of loans that are NPA.",
    "average_loan_size": "Mean amount sanctioned.", "npa_ratio": "Gross NPA over gross advances.", "default_rate": "Defaulted loans over all loans.",
    "average_emi_payment_rate": "Mean over loans of the share of instalments due that were paid in full.", "on_time_share": "Instalments paid on time over on time, late and missed."}');
END
$$;
COMMENT ON FUNCTION credit_risk.lending_portfolio_summary(text) IS 'Part of create_lending_schema: portfolio_summary.';

CREATE FUNCTION credit_risk.lending_portfolio_financials(name text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
  PERFORM set_config('search_path', format('%I, pg_temp', name), true);
  CREATE MATERIALIZED VIEW IF NOT EXISTS financials AS
    SELECT 'All loans'::text AS portfolio, l.*, r.*, c.*, round(c.secured_outstanding / nullif(c.total_collateral_value, 0), 6) AS average_ltv
    FROM (SELECT coalesce(sum(loan_amount), 0) AS total_sanctioned, coalesce(sum(disbursed_amount), 0) AS total_disbursed,
            coalesce(sum(outstanding_balance), 0) AS total_outstanding, coalesce(sum(overdue_amount), 0) AS total_overdue,
            coalesce(sum(outstanding_balance) FILTER (WHERE asset_class <> 'Standard'), 0) AS total_npa_amount,
            round(avg(loan_amount), 2) AS average_loan_size,
            round(sum(interest_rate * outstanding_balance) / nullif(sum(outstanding_balance), 0), 3) AS average_interest_rate
          FROM loans) l,
      (SELECT coalesce(sum(amount_paid), 0) AS total_repaid, coalesce(sum(principal_paid), 0) AS principal_repaid,
         coalesce(sum(interest_paid), 0) AS interest_received, coalesce(sum(late_fee), 0) AS total_late_fees
       FROM repayments WHERE payment_status = 'Success') r,
      (SELECT coalesce(sum(s.collateral_value), 0) AS total_collateral_value, count(*) AS loans_with_collateral,
         coalesce(sum(l.outstanding_balance), 0) AS secured_outstanding
       FROM loans l JOIN (SELECT loan_id, sum(collateral_value) AS collateral_value FROM collateral GROUP BY loan_id) s USING (loan_id)
       WHERE l.loan_status <> 'Closed') c;
  PERFORM credit_risk.lending_portfolio_view(name, 'financials', 'portfolio', 'The amounts of the book in one row.', '{
    "portfolio": "Always All loans.", "total_sanctioned": "Amounts sanctioned.", "total_disbursed": "Paid out.", "total_outstanding": "Principal not yet repaid, NPA included.",
    "total_overdue": "Dues unpaid.", "total_npa_amount": "Principal outstanding of loans that are NPA.", "average_loan_size": "Mean amount sanctioned.",
    "average_interest_rate": "Percent a year, weighted by principal outstanding.", "total_repaid": "Successful receipts, without late fees.",
    "principal_repaid": "Part of them that repaid principal.", "interest_received": "Part of them that paid interest.", "total_late_fees": "Late fees received.",
    "total_collateral_value": "Value of the collateral of loans not closed.", "loans_with_collateral": "Loans not closed that have collateral.",
    "secured_outstanding": "Principal outstanding of those loans.", "average_ltv": "secured_outstanding over total_collateral_value."}');
END
$$;
COMMENT ON FUNCTION credit_risk.lending_portfolio_financials(text) IS 'Part of create_lending_schema: financials.';

CREATE FUNCTION credit_risk.lending_portfolio_status(name text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
  PERFORM set_config('search_path', format('%I, pg_temp', name), true);
  CREATE MATERIALIZED VIEW IF NOT EXISTS loan_status AS
    SELECT s.loan_status, count(l.loan_id) AS loans, round(count(l.loan_id) / nullif(sum(count(l.loan_id)) OVER (), 0), 6) AS share_of_loans,
      coalesce(sum(l.disbursed_amount), 0) AS disbursed_amount, coalesce(sum(l.outstanding_balance), 0) AS outstanding_balance
    FROM unnest(ARRAY['Active', 'Closed', 'Defaulted']) s(loan_status) LEFT JOIN loans l USING (loan_status) GROUP BY 1;
  PERFORM credit_risk.lending_portfolio_view(name, 'loan_status', 'loan_status', 'Loans by status.', '{
    "loan_status": "Active, Closed or Defaulted.", "loans": "Number of loans.", "share_of_loans": "Share of all loans.",
    "disbursed_amount": "Paid out.", "outstanding_balance": "Principal not yet repaid."}');

  CREATE MATERIALIZED VIEW IF NOT EXISTS npa_by_class AS
    SELECT k.class_order, k.asset_class, k.asset_class <> 'Standard' AS is_npa, count(l.loan_id) AS loans,
      round(count(l.loan_id) / nullif(sum(count(l.loan_id)) OVER (), 0), 6) AS share_of_loans,
      coalesce(sum(l.outstanding_balance), 0) AS outstanding_balance,
      round(coalesce(sum(l.outstanding_balance), 0) / nullif(sum(sum(l.outstanding_balance)) OVER (), 0), 6) AS share_of_outstanding,
      coalesce(sum(l.overdue_amount), 0) AS overdue_amount, round(avg(l.days_past_due), 1) AS average_days_past_due
    FROM unnest(ARRAY['Standard', 'Sub-Standard', 'Doubtful', 'Doubtful-1', 'Doubtful-2', 'Doubtful-3', 'Loss']) WITH ORDINALITY
        k(asset_class, class_order)
      LEFT JOIN loans l ON l.asset_class = k.asset_class AND l.loan_status <> 'Closed' GROUP BY 1, 2
    HAVING k.asset_class <> 'Doubtful' OR count(l.loan_id) > 0;
  PERFORM credit_risk.lending_portfolio_view(name, 'npa_by_class', 'asset_class', 'Open loans by asset class.', '{
    "class_order": "Rising with severity.", "asset_class": "Standard, Sub-Standard, Doubtful-1 to -3, Loss; Doubtful only under rules that know one such class.", "is_npa": "False for Standard only.",
    "loans": "Loans not closed.", "share_of_loans": "Share of all loans not closed.", "outstanding_balance": "Principal outstanding; over all classes but Standard: gross NPA.",
    "share_of_outstanding": "Share of gross advances; over all classes but Standard: the NPA ratio.", "overdue_amount": "Dues unpaid.",
    "average_days_past_due": "Mean days past due."}');

  CREATE MATERIALIZED VIEW IF NOT EXISTS application_funnel AS
    SELECT s.stage_order, s.stage, count(a.application_id) AS applications, coalesce(sum(a.loan_amount), 0) AS loan_amount,
      round(count(a.application_id) / nullif(max(count(a.application_id)) OVER (), 0)::numeric, 6) AS share_of_received
    FROM unnest(ARRAY['Received', 'Pending', 'Rejected', 'Approved', 'Disbursed']) WITH ORDINALITY s(stage, stage_order)
      LEFT JOIN (SELECT a.application_id, a.loan_amount, a.application_status, l.loan_id IS NOT NULL AS disbursed
                 FROM applications a LEFT JOIN loans l ON l.application_id = a.application_id) a
        ON CASE s.stage WHEN 'Received' THEN true WHEN 'Disbursed' THEN a.disbursed ELSE a.application_status = s.stage END
    GROUP BY 1, 2;
  PERFORM credit_risk.lending_portfolio_view(name, 'application_funnel', 'stage', 'What becomes of applications.', '{
    "stage_order": "1 to 5.", "stage": "Received; of these Pending, Rejected, Approved; and Disbursed: a loan was made.",
    "applications": "Number of applications.", "loan_amount": "Amount asked for.", "share_of_received": "Share of all applications."}');
END
$$;
COMMENT ON FUNCTION credit_risk.lending_portfolio_status(text) IS 'Part of create_lending_schema: loan_status, npa_by_class, application_funnel.';

CREATE FUNCTION credit_risk.lending_portfolio_distribution(name text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
DECLARE
  comments jsonb := '{
    "dimension": "purpose, state, employment or amount.", "category": "The purpose, the state, the type of employment, the range of loan_amount.",
    "loans": "Number of loans, closed ones included.", "loan_amount": "Amounts sanctioned.", "outstanding_balance": "Principal outstanding.",
    "share_of_loans": "Share of all loans.", "share_of_outstanding": "Share of gross advances.", "npa_amount": "Principal outstanding of loans that are NPA.",
    "npa_ratio": "npa_amount over outstanding_balance.", "default_rate": "Defaulted loans over loans.",
    "hhi": "Herfindahl-Hirschman index of the dimension: sum of squared shares of outstanding, 1 = all in one category.",
    "effective_categories": "1 over hhi: as many equal categories would be as concentrated."}';
  shown text;
BEGIN
  PERFORM set_config('search_path', format('%I, pg_temp', name), true);
  CREATE MATERIALIZED VIEW IF NOT EXISTS loan_distribution AS
    WITH book AS (
      SELECT l.*, a.loan_purpose, c.state, coalesce(e.employment_type, 'Not known') AS employment_type,
        CASE WHEN l.loan_amount <= 500000 THEN 'Up to 5 lakh' WHEN l.loan_amount <= 1500000 THEN '5 to 15 lakh'
             WHEN l.loan_amount <= 3000000 THEN '15 to 30 lakh' ELSE 'Above 30 lakh' END AS amount_range
      FROM loans l JOIN applications a ON a.application_id = l.application_id JOIN customers c ON c.customer_id = l.customer_id
        LEFT JOIN employment e ON e.customer_id = l.customer_id
    ), by_category AS (
      SELECT CASE WHEN grouping(loan_purpose) = 0 THEN 'purpose' WHEN grouping(state) = 0 THEN 'state'
                  WHEN grouping(employment_type) = 0 THEN 'employment' ELSE 'amount' END AS dimension,
        coalesce(loan_purpose, state, employment_type, amount_range) AS category,
        count(*) AS loans, sum(loan_amount) AS loan_amount, sum(outstanding_balance) AS outstanding_balance,
        coalesce(sum(outstanding_balance) FILTER (WHERE asset_class <> 'Standard'), 0) AS npa_amount,
        count(*) FILTER (WHERE loan_status = 'Defaulted') AS defaulted
      FROM book GROUP BY GROUPING SETS ((loan_purpose), (state), (employment_type), (amount_range))
    ), shares AS (
      SELECT *, loans / sum(loans) OVER d AS share_of_loans,
        outstanding_balance / nullif(sum(outstanding_balance) OVER d, 0) AS share_of_outstanding
      FROM by_category WINDOW d AS (PARTITION BY dimension)
    )
    SELECT dimension, category, loans, loan_amount, outstanding_balance, round(share_of_loans, 6) AS share_of_loans,
      round(share_of_outstanding, 6) AS share_of_outstanding, npa_amount, round(npa_amount / nullif(outstanding_balance, 0), 6) AS npa_ratio,
      round(defaulted / loans::numeric, 6) AS default_rate, round(sum(share_of_outstanding ^ 2) OVER d, 6) AS hhi,
      round(1 / nullif(sum(share_of_outstanding ^ 2) OVER d, 0), 6) AS effective_categories
    FROM shares WINDOW d AS (PARTITION BY dimension);
  PERFORM credit_risk.lending_portfolio_view(name, 'loan_distribution', 'dimension, category',
    'Loans by purpose, state, employment and amount, with the concentration of each.', comments);
  FOREACH shown IN ARRAY ARRAY['purpose', 'state', 'employment', 'amount'] LOOP
    EXECUTE format('CREATE OR REPLACE VIEW %1$I AS SELECT category AS %2$I, loans, loan_amount, outstanding_balance, share_of_loans,
        share_of_outstanding, npa_amount, npa_ratio, default_rate, hhi, effective_categories FROM loan_distribution WHERE dimension = %2$L',
      format('bi_%s_distribution', shown), shown);
    EXECUTE format('COMMENT ON VIEW %I IS %L', format('bi_%s_distribution', shown), format('Loans by %s, with its concentration.', shown));
    PERFORM credit_risk.lending_comment(name, format('bi_%s_distribution', shown),
      comments - 'dimension' - 'category' || jsonb_build_object(shown, 'The category.'));
  END LOOP;
END
$$;
COMMENT ON FUNCTION credit_risk.lending_portfolio_distribution(text) IS 'Part of create_lending_schema: loan_distribution and a view per dimension.';

CREATE FUNCTION credit_risk.lending_portfolio_collateral(name text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
  PERFORM set_config('search_path', format('%I, pg_temp', name), true);
  -- A loan with several assets: what is outstanding is shared out by their values, so that no rupee counts twice.
  CREATE MATERIALIZED VIEW IF NOT EXISTS collateral_coverage AS
    SELECT k.collateral_type, count(s.collateral_id) AS assets, count(DISTINCT s.loan_id) AS loans,
      coalesce(sum(s.collateral_value), 0) AS collateral_value, round(coalesce(sum(s.exposure), 0), 2) AS secured_outstanding,
      round(sum(s.exposure) / nullif(sum(s.collateral_value), 0), 6) AS ltv
    FROM unnest(ARRAY['Property', 'Vehicle', 'Gold', 'Securities', 'Other']) k(collateral_type)
      LEFT JOIN (SELECT c.collateral_id, c.collateral_type, c.loan_id, c.collateral_value,
                   l.outstanding_balance * c.collateral_value / sum(c.collateral_value) OVER (PARTITION BY c.loan_id) AS exposure
                 FROM collateral c JOIN loans l ON l.loan_id = c.loan_id WHERE l.loan_status <> 'Closed') s USING (collateral_type)
    GROUP BY 1;
  PERFORM credit_risk.lending_portfolio_view(name, 'collateral_coverage', 'collateral_type', 'Collateral of open loans, and loan to value, by type.', '{
    "collateral_type": "Property, Vehicle, Gold, Securities or Other.", "assets": "Number of assets.", "loans": "Number of loans they secure.",
    "collateral_value": "Assessed value.", "secured_outstanding": "Principal outstanding of those loans, shared out by value among a loan''s assets.",
    "ltv": "Loan to value: secured_outstanding over collateral_value."}');
END
$$;
COMMENT ON FUNCTION credit_risk.lending_portfolio_collateral(text) IS 'Part of create_lending_schema: collateral_coverage.';

CREATE FUNCTION credit_risk.lending_portfolio_alerts(name text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
  PERFORM set_config('search_path', format('%I, pg_temp', name), true);
  CREATE MATERIALIZED VIEW IF NOT EXISTS risk_alerts AS
    SELECT m.alert, m.value, t.value AS threshold, m.direction, s.as_of,
      coalesce(CASE m.direction WHEN 'above' THEN m.value > t.value ELSE m.value < t.value END, false) AS is_raised,
      t.description AS rule
    FROM portfolio_summary s,
      LATERAL (VALUES ('npa_ratio', s.npa_ratio, 'above'), ('default_rate', s.default_rate, 'above'), ('on_time', s.on_time_share, 'below'))
        m(alert, value, direction)
      JOIN thresholds t ON t.name = m.alert;
  PERFORM credit_risk.lending_portfolio_view(name, 'risk_alerts', 'alert', 'Ratios beside their limits, which are rows of thresholds.', '{
    "alert": "npa_ratio, default_rate or on_time.", "value": "The ratio now; NULL on an empty book.", "threshold": "The limit.",
    "direction": "above: raised when value is above the limit; below: when below.", "as_of": "Day of the last day-end.", "is_raised": "Whether the limit is crossed.",
    "rule": "The limit in words."}');
END
$$;
COMMENT ON FUNCTION credit_risk.lending_portfolio_alerts(text) IS 'Part of create_lending_schema: risk_alerts.';

CREATE FUNCTION credit_risk.refresh_portfolio(schema text DEFAULT 'lending') RETURNS TABLE (view text, is_concurrent boolean)
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  currencies text;
BEGIN
  PERFORM credit_risk.lending_require(schema);
  EXECUTE format('SELECT string_agg(currency, '', '' ORDER BY currency) FROM (SELECT DISTINCT currency FROM %I.loans) c', schema) INTO currencies;
  IF length(currencies) > 3 THEN
    RAISE EXCEPTION 'amounts of several currencies cannot be added up' USING ERRCODE = 'feature_not_supported',
      DETAIL = format('The loans of schema "%s" are in %s.', schema, currencies), HINT = 'Keep one lending schema for each currency.';
  END IF;
  -- In order of dependence: the summary reads repayment_performance, the alerts read the summary.
  FOREACH view IN ARRAY ARRAY['repayment_performance', 'portfolio_summary', 'financials', 'loan_status', 'npa_by_class', 'application_funnel',
                              'loan_distribution', 'collateral_coverage', 'risk_alerts'] LOOP
    SELECT c.relispopulated INTO STRICT is_concurrent FROM pg_class c WHERE c.oid = format('%I.%I', schema, view)::regclass;
    EXECUTE format('REFRESH MATERIALIZED VIEW %s %I.%I', CASE WHEN is_concurrent THEN 'CONCURRENTLY' END, schema, view);
    RETURN NEXT;
  END LOOP;
END
$$;
COMMENT ON FUNCTION credit_risk.refresh_portfolio(text) IS
  'Brings all portfolio views of a lending schema up to date; readers go on reading meanwhile, unless a view never held rows (is_concurrent = false).';

CREATE FUNCTION credit_risk.grant_portfolio_access(schema text, role regrole) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  found_view name;
BEGIN
  PERFORM credit_risk.lending_require(schema);
  IF NOT EXISTS (SELECT FROM pg_roles r WHERE r.oid = grant_portfolio_access.role) THEN
    RAISE EXCEPTION 'role "%" does not exist', role USING ERRCODE = 'undefined_object', HINT = 'View pg_roles lists the roles.';
  END IF;
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO %s', schema, role);
  FOR found_view IN SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = schema AND c.relkind = 'v' AND starts_with(c.relname, 'bi_') ORDER BY 1 LOOP
    EXECUTE format('GRANT SELECT ON %I.%I TO %s', schema, found_view, role);
  END LOOP;
END
$$;
COMMENT ON FUNCTION credit_risk.grant_portfolio_access(text, regrole) IS
  'Lets a role read the bi_ views of a lending schema, and nothing else of it: no row of a person, no PAN, no Aadhaar.';
