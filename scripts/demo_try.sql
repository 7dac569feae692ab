INSERT INTO lending.applications (customer_id, loan_amount, loan_tenure_months, interest_rate, loan_purpose)
VALUES (7, 450000, 36, 12.5, 'Home Renovation') RETURNING application_status, credit_score, remarks;

SELECT * FROM credit_risk.shap_explain((SELECT f FROM lending.application_features f WHERE application_id = 7), top => 5);
SELECT * FROM credit_risk.amortization_schedule(450000, 12.5, 36, '2025-07-05') LIMIT 5;
SELECT * FROM credit_risk.model_versions;
