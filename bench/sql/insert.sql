\set customer random(1, 1000)
\set amount random(200, 4500) * 1000
\set months random(1, 15) * 12
\set rate random(85, 145)
INSERT INTO lending.applications (customer_id, loan_amount, loan_purpose, loan_tenure_months, interest_rate, application_date)
VALUES (:customer, :amount, 'Vehicle Purchase', :months, :rate / 10.0, '2025-06-30');
