-- The README's example, word for word, in a database of its own.
CREATE DATABASE credit_risk_readme;
\c credit_risk_readme
CREATE EXTENSION credit_risk;
SELECT credit_risk.create_lending_schema('lending');  -- nine tables of your own
SELECT loans, receipts FROM credit_risk.generate_portfolio(as_of => '2025-06-30');  -- or COPY your book in

-- A random forest; a fifth is held out, five folds are cross-validated. The law forbids to decide by gender.
SELECT version, accuracy > 0.9416 AS accurate, auc > 0.9577 AS discriminating
FROM credit_risk.train('retail', 'SELECT * FROM lending.training_set', 'high_risk',
                       params => '{"exclude": ["gender_encoded"]}');
SELECT credit_risk.approve(1), credit_risk.deploy(1);

-- The trigger scores, decides, and logs inputs, version, thresholds and reasons.
INSERT INTO lending.applications
  (application_id, customer_id, loan_amount, loan_purpose, loan_tenure_months, interest_rate, application_date)
VALUES (5001, 7, 900000, 'Wedding Expenses', 36, 14.5, '2025-06-30')
RETURNING application_status, risk_level, remarks;

-- Why? Exact SHAP values: the base value and all impacts add up to the output.
SELECT rank, feature, impact > 0 AS raises_risk FROM credit_risk.shap_explain(
  (SELECT f FROM lending.application_features f WHERE application_id = 5001), 'retail', top => 3);

-- Years later: the same bits from the record of the decision.
SELECT identical FROM lending.decisions d, lending.replay_decision(d.decision_id) WHERE d.application_id = 5001;

SELECT loans, npa FROM credit_risk.run_day_end('2025-06-30');
SELECT count(*) AS views FROM credit_risk.refresh_portfolio();
SELECT asset_class, loans FROM lending.bi_npa_by_class ORDER BY class_order;
\c postgres
DROP DATABASE credit_risk_readme;
