--- Install the extension
-- One extension, one schema: credit_risk. Everything below is plain SQL that any client can send.
CREATE EXTENSION credit_risk;

--- Make the lending tables
-- Nine tables of your own: customers, employment, applications, loans, disbursements, repayments, collateral, guarantors,
-- npa_tracking. They outlive the extension, and pg_dump carries them.
SELECT credit_risk.create_lending_schema('lending');

--- Generate a retail book
-- Customers, their applications, and for approved ones loans with instalments by their real schedule. Receipts come early, on
-- time, late, partly, or stop; days past due and NPA follow from them.
SELECT credit_risk.generate_portfolio(:customers, :applications, seed => :seed, as_of => date '2025-06-30');

\pset title 'Rows'
SELECT (SELECT count(*) FROM lending.customers) AS customers,
       (SELECT count(*) FROM lending.applications) AS applications,
       (SELECT count(*) FROM lending.loans) AS loans,
       (SELECT count(*) FROM lending.repayments) AS receipts,
       (SELECT round(sum(disbursed_amount) / 1e7, 2) FROM lending.loans) AS "disbursed, crore INR";

--- Train a model on what was decided
-- A random forest of 100 trees on 28 features, with a held-out fifth and five folds of cross-validation, in the database.
SELECT version, train_rows, test_rows, round(accuracy::numeric, 4) AS accuracy, round(auc::numeric, 4) AS auc
FROM credit_risk.train('retail', 'SELECT * FROM lending.training_set', 'high_risk');

--- Approve and deploy it
-- No model goes live by itself: both are acts of people, logged, in a transaction.
BEGIN;
SELECT credit_risk.approve(1, note => 'accuracy and AUC meet the policy');
SELECT credit_risk.deploy(1);
COMMIT;
ALTER DATABASE bank SET credit_risk.default_model = 'retail';

--- Take in applications: the trigger scores and decides
SELECT 1;
