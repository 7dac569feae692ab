--- The portfolio
-- What a BI tool reads: plain views bi_..., ratios as fractions. Amounts are shown here in crore INR.
\pset title 'The book'
SELECT as_of, total_applications AS applications, round(100 * approval_rate, 1) AS "approved %", total_loans AS loans,
       round(total_disbursed / 10000000, 2) AS disbursed, round(total_outstanding / 10000000, 2) AS outstanding,
       round(total_npa_amount / 10000000, 2) AS "gross NPA", round(100 * npa_ratio, 2) AS "NPA %",
       round(100 * default_rate, 2) AS "in default %", round(100 * on_time_share, 1) AS "on time %"
FROM lending.bi_portfolio_summary;

\pset title 'Open loans by asset class'
SELECT asset_class, loans, round(outstanding_balance / 10000000, 2) AS outstanding, round(100 * share_of_outstanding, 2) AS "share %",
       round(overdue_amount / 10000000, 2) AS overdue, average_days_past_due AS "days past due"
FROM lending.bi_npa_by_class
ORDER BY class_order;

\pset title 'What becomes of applications'
SELECT stage, applications, round(loan_amount / 10000000, 2) AS amount, round(100 * share_of_received, 1) AS "share %",
       repeat('█', round(30 * share_of_received)::int) AS " "
FROM lending.bi_application_funnel
ORDER BY stage_order;

\pset title 'Loans by purpose'
SELECT purpose, loans, round(outstanding_balance / 10000000, 2) AS outstanding, round(100 * share_of_outstanding, 1) AS "share %",
       round(100 * npa_ratio, 2) AS "NPA %", round(100 * default_rate, 2) AS "in default %", round(hhi, 3) AS "HHI"
FROM lending.bi_purpose_distribution
ORDER BY outstanding_balance DESC;

\pset title 'Alerts'
SELECT alert, round(100 * value, 2) AS "now %", direction || ' ' || round(100 * threshold) || ' %' AS "raised when",
       CASE WHEN is_raised THEN 'RAISED' ELSE 'quiet' END AS state, rule
FROM lending.bi_risk_alerts
ORDER BY is_raised DESC, alert;
