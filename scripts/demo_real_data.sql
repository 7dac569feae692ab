--- Real data: a thousand German loans
-- A plain table with its text columns as they are; one statement trains and cross-validates. Sex stays out, as above.
-- (Statlog German credit, UCI, CC BY 4.0.)
CREATE TABLE german (
    status_of_existing_checking_account text, duration_in_month int, credit_history text, purpose text, credit_amount int,
    savings_account_and_bonds text, present_employment_since text, installment_rate int, personal_status_and_sex text,
    other_debtors_or_guarantors text, present_residence_since int, property text, age_in_years int,
    other_installment_plans text, housing text, number_of_existing_credits int, job text, number_of_people_liable int,
    telephone text, foreign_worker text, creditability text
);
COPY german FROM :'real_data' WITH (FORMAT csv, HEADER);
ALTER TABLE german ALTER creditability TYPE boolean USING creditability = 'bad';
ALTER TABLE german RENAME creditability TO bad;

SELECT version, features, round(accuracy::numeric, 4) AS accuracy, round(auc::numeric, 4) AS "AUC",
       format('%s ± %s', round(cv_auc::numeric, 4), round(cv_auc_sd::numeric, 4)) AS "AUC, 5 folds"
FROM credit_risk.train('german', 'SELECT * FROM german', 'bad', params => '{"exclude": ["personal_status_and_sex"]}');
