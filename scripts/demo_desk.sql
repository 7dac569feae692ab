--- Install the extension
-- One extension, one schema: credit_risk. Everything below is SQL that any client can send.
CREATE EXTENSION credit_risk;

--- Make the lending tables
-- Nine tables of your own: customers, employment, applications, loans, disbursements, repayments, collateral, guarantors and
-- npa_tracking, with the views the model and people read. They outlive the extension, and pg_dump carries them.
SELECT credit_risk.create_lending_schema('lending') \g /dev/null

--- Generate a retail book
-- Customers, applications, and for the approved ones loans with their real schedules. Receipts come early, on time, late, in
-- part, or stop: days past due and NPA are worked out from them, not written down.
SELECT customers, applications, approved, rejected, pending, loans, receipts, defaulted,
       round(disbursed / 10000000, 2) AS "disbursed, crore INR"
FROM credit_risk.generate_portfolio(:customers, :applications, seed => :seed, as_of => '2025-06-30');

--- Train a model on what was decided
-- A random forest of 100 trees over the features of each decided application; a fifth is held out, five folds are cross-validated.
-- Gender stays out: the law forbids to decide by it, and train warns of it.
\pset title 'On the held-out fifth'
SELECT version, features, round(accuracy::numeric, 4) AS accuracy, round("precision"::numeric, 4) AS precision,
       round(recall::numeric, 4) AS recall, round(f1::numeric, 4) AS "F1", round(auc::numeric, 4) AS "AUC",
       format('%s ± %s', round(cv_auc::numeric, 4), round(cv_auc_sd::numeric, 4)) AS "AUC, 5 folds",
       format('%s / %s / %s / %s', true_negatives, false_positives, false_negatives, true_positives) AS "TN / FP / FN / TP"
FROM credit_risk.train('retail', 'SELECT * FROM lending.training_set', 'high_risk', params => '{"exclude": ["gender_encoded"]}');

\pset title 'What it looks at'
SELECT feature, round(importance::numeric, 4) AS importance, repeat('█', round(100 * importance::numeric)::int) AS " "
FROM credit_risk.model_versions, jsonb_each_text(metrics -> 'gini_importance') AS i(feature, importance)
WHERE version = 1
ORDER BY importance::numeric DESC LIMIT 6;

--- Approve and deploy it
-- No model goes live by itself: both are acts of people, logged, in their transaction.
BEGIN;
SELECT credit_risk.approve(1, 'accuracy and AUC are above the floor of the lending policy');
SELECT credit_risk.deploy(1);
COMMIT;
ALTER DATABASE bank SET credit_risk.default_model = 'retail';

--- Take in two applications
-- The trigger scores, decides and logs each in the transaction that inserts it.
INSERT INTO lending.customers (customer_id, full_name, date_of_birth, gender, city, state)
VALUES (9000001, 'Priya Sharma', '1988-04-12', 'Female', 'Bengaluru', 'Karnataka'),
       (9000002, 'Rahul Verma', '1997-11-03', 'Male', 'Pune', 'Maharashtra');
INSERT INTO lending.employment (customer_id, employer_name, job_title, employment_type, monthly_income, years_of_experience)
VALUES (9000001, 'Deccan Software', 'Engineer', 'Salaried', 145000, 11),
       (9000002, 'Own shop', 'Owner', 'Self-Employed', 24000, 2);

INSERT INTO lending.applications (application_id, customer_id, loan_amount, loan_purpose, loan_tenure_months, interest_rate, application_date)
VALUES (9000001, 9000001, 600000, 'Home Renovation', 48, 10.5, '2025-06-30'),
       (9000002, 9000002, 1400000, 'Business Expansion', 36, 15.5, '2025-06-30')
RETURNING application_status AS status, credit_score AS score, round(risk_probability::numeric, 3) AS "P(default)", risk_level AS risk, remarks;

--- Explain the refusal
-- What moved the probability, and by how much: exact SHAP values. Base value and impacts add up to the output.
\pset title 'Rahul Verma, 14 lakh over 36 months'
SELECT rank, feature, trim_scale(round(value::numeric, 2)) AS value, round(impact::numeric, 4) AS impact,
       repeat(CASE WHEN impact > 0 THEN '▲' ELSE '▽' END, greatest(1, round(abs(impact) * 100)::int)) AS "towards default ▲, away ▽"
FROM credit_risk.shap_explain((SELECT f FROM lending.application_features f WHERE application_id = 9000002), top => 6);

--- Explain the approval
-- The same for Priya.
\pset title 'Priya Sharma, 6 lakh over 48 months'
SELECT rank, feature, trim_scale(round(value::numeric, 2)) AS value, round(impact::numeric, 4) AS impact,
       repeat(CASE WHEN impact > 0 THEN '▲' ELSE '▽' END, greatest(1, round(abs(impact) * 100)::int)) AS "towards default ▲, away ▽"
FROM credit_risk.shap_explain((SELECT f FROM lending.application_features f WHERE application_id = 9000001), top => 6);

--- Replay the decisions
-- Each decision keeps inputs, version, thresholds and reasons. Computed again from them, it has the same bits.
SELECT d.decision, d.actor, d.thresholds ->> 'approve_below' AS "approve below", d.thresholds ->> 'review_below' AS "review below",
       r.model_version AS version, round(r.recorded::numeric, 6) AS recorded, r.identical
FROM lending.decisions d, LATERAL lending.replay_decision(d.decision_id) r
WHERE d.customer_id > 9000000
ORDER BY d.decision_id;

--- Score the whole book in one query
-- Any row with the features will do: of a table, a view, a subquery.
SELECT risk_level, count(*) AS applications, min(credit_score) AS lowest, max(credit_score) AS highest
FROM (SELECT (credit_risk.assess(f)).* FROM lending.application_features f) assessed
GROUP BY risk_level
ORDER BY min(credit_score) DESC;

--- Run the day-end
-- Days past due from dues and receipts, asset class borrower by borrower, NPA episodes. Running it again changes nothing.
SELECT * FROM credit_risk.run_day_end('2025-06-30');

SELECT count(*) AS "views refreshed", bool_and(is_concurrent) AS "while readers go on" FROM credit_risk.refresh_portfolio();
