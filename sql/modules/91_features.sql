-- The 28 features of the system this one follows, in its training order. Plain SQL only: they outlive the extension.
-- Five of them are protected or stand for something protected (gender, age, state): a lender who may not use them names its own query.

CREATE FUNCTION credit_risk.lending_features(name text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
  PERFORM set_config('search_path', format('%I, pg_temp', name), true);
  -- One definition for the trigger (one row) and the views (all rows). No SET clause and a single SELECT, so that it is inlined.
  CREATE OR REPLACE FUNCTION application_features_of(a applications)
  RETURNS TABLE (
    age int, gender_encoded int, age_group_encoded int, monthly_income float8, debt_to_income_ratio float8,
    loan_to_income_ratio float8, estimated_emi float8, years_of_experience float8, experience_encoded int, loan_amount float8,
    loan_tenure_months int, interest_rate float8, loan_amount_category int, tenure_category int,
    "employment_Salaried" int, "employment_Self-Employed" int,
    "purpose_Debt Consolidation" int, "purpose_Education" int, "purpose_Home Purchase" int, "purpose_Home Renovation" int,
    "purpose_Medical Emergency" int, "purpose_Vehicle Purchase" int, "purpose_Wedding Expenses" int,
    "state_Karnataka" int, "state_Maharashtra" int, "state_Other" int, "state_Tamil Nadu" int, "state_Telangana" int
  ) LANGUAGE sql STABLE PARALLEL SAFE
  BEGIN ATOMIC
    SELECT p.age,
      CASE WHEN c.gender = 'Male' THEN 1 ELSE 0 END,
      CASE WHEN p.age <= 25 THEN 0 WHEN p.age <= 35 THEN 1 WHEN p.age <= 45 THEN 2 WHEN p.age <= 55 THEN 3 ELSE 4 END,
      e.monthly_income::float8,
      p.estimated_emi / e.monthly_income::float8 * 100,
      a.loan_amount::float8 / e.monthly_income::float8,
      p.estimated_emi,
      e.years_of_experience::float8,
      CASE WHEN e.years_of_experience <= 2 THEN 0 WHEN e.years_of_experience <= 5 THEN 1 WHEN e.years_of_experience <= 10 THEN 2
           WHEN e.years_of_experience > 10 THEN 3 END,
      a.loan_amount::float8,
      a.loan_tenure_months,
      a.interest_rate::float8,
      CASE WHEN a.loan_amount <= 500000 THEN 0 WHEN a.loan_amount <= 1500000 THEN 1 WHEN a.loan_amount <= 3000000 THEN 2 ELSE 3 END,
      CASE WHEN a.loan_tenure_months <= 24 THEN 0 WHEN a.loan_tenure_months <= 60 THEN 1 WHEN a.loan_tenure_months <= 120 THEN 2 ELSE 3 END,
      (e.employment_type = 'Salaried')::int, (e.employment_type = 'Self-Employed')::int,
      (p.purpose = 'Debt Consolidation')::int, (p.purpose = 'Education')::int, (p.purpose = 'Home Purchase')::int,
      (p.purpose = 'Home Renovation')::int, (p.purpose = 'Medical Emergency')::int, (p.purpose = 'Vehicle Purchase')::int,
      (p.purpose = 'Wedding Expenses')::int,
      (c.state = 'Karnataka')::int, (c.state = 'Maharashtra')::int,
      (c.state NOT IN ('Delhi', 'Karnataka', 'Maharashtra', 'Tamil Nadu', 'Telangana'))::int,
      (c.state = 'Tamil Nadu')::int, (c.state = 'Telangana')::int
    -- An income in another currency is as good as none: it can be compared with no instalment.
    FROM customers c LEFT JOIN employment e ON e.customer_id = c.customer_id AND e.currency = a.currency,
      LATERAL (SELECT
        -- On timestamps: age(date, date) would go through the session's time zone. An infinite date is for the table's constraint to refuse.
        CASE WHEN isfinite(a.application_date)
          THEN extract(year FROM age(a.application_date::timestamp, c.date_of_birth::timestamp))::int END AS age,
        -- A tenure of 0 is for the table's constraint to refuse, in its own words: triggers run before it.
        a.loan_amount::float8 / nullif(a.loan_tenure_months, 0) AS estimated_emi,
        -- A purpose that the lender added is missing to the model, and not the base category (all zero).
        CASE WHEN a.loan_purpose IN ('Business Expansion', 'Debt Consolidation', 'Education', 'Home Purchase', 'Home Renovation',
                                     'Medical Emergency', 'Vehicle Purchase', 'Wedding Expenses') THEN a.loan_purpose END AS purpose) p
    WHERE c.customer_id = a.customer_id;
  END;
  EXECUTE format('COMMENT ON FUNCTION application_features_of(applications) IS %L',
    'The 28 model features of one application, from it, its customer and their employment.');
  PERFORM credit_risk.lending_feature_views(name);
END
$$;
COMMENT ON FUNCTION credit_risk.lending_features(text) IS 'Part of create_lending_schema: application_features_of and the views over it.';

CREATE FUNCTION credit_risk.lending_feature_views(name text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
  PERFORM set_config('search_path', format('%I, pg_temp', name), true);
  CREATE OR REPLACE VIEW application_features AS
    SELECT a.application_id, a.customer_id, a.application_date, a.application_status, a.loan_purpose, a.currency,
      c.gender, c.city, c.state, e.employment_type, e.job_title, f.*,
      CASE a.application_status WHEN 'Rejected' THEN true
        WHEN 'Approved' THEN coalesce(l.loan_status = 'Defaulted', false) END AS high_risk
    FROM applications a
      CROSS JOIN LATERAL application_features_of(a) f
      JOIN customers c ON c.customer_id = a.customer_id
      LEFT JOIN employment e ON e.customer_id = a.customer_id
      LEFT JOIN loans l ON l.application_id = a.application_id;
  COMMENT ON VIEW application_features IS 'Every application with the 28 features by name, the raw columns behind them, and the label.';
  CREATE OR REPLACE VIEW training_set AS
    SELECT f.*,
      CASE a.application_status WHEN 'Rejected' THEN true ELSE coalesce(l.loan_status = 'Defaulted', false) END AS high_risk
    FROM applications a
      CROSS JOIN LATERAL application_features_of(a) f
      LEFT JOIN loans l ON l.application_id = a.application_id
    WHERE a.application_status <> 'Pending'
    ORDER BY a.application_id;  -- a forest draws rows by their place: the same book must give the same model under any plan
  COMMENT ON VIEW training_set IS 'The 28 features and the label high_risk of every decided application, for credit_risk.train().';
  PERFORM credit_risk.lending_comment(name, 'application_features', '{
    "application_id": "The application.", "customer_id": "The applicant.", "application_date": "Date of the application.",
    "application_status": "Pending, Approved or Rejected.", "loan_purpose": "Purpose.", "currency": "ISO 4217 code of the amounts.",
    "gender": "Gender.", "city": "City.", "state": "State or union territory.", "employment_type": "Salaried, Self-Employed or Business.", "job_title": "Position."}'
    || credit_risk.lending_feature_comments());
  PERFORM credit_risk.lending_comment(name, 'training_set', credit_risk.lending_feature_comments());
END
$$;
COMMENT ON FUNCTION credit_risk.lending_feature_views(text) IS 'Part of create_lending_schema: application_features, training_set.';

CREATE FUNCTION credit_risk.lending_feature_comments() RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{
  "age": "Whole years on the application date.", "gender_encoded": "1 Male, 0 otherwise.",
  "age_group_encoded": "Age up to 25: 0, 35: 1, 45: 2, 55: 3, above: 4.", "monthly_income": "Gross income a month.",
  "debt_to_income_ratio": "estimated_emi over monthly_income, in percent.", "loan_to_income_ratio": "Loan amount over income of one month.",
  "estimated_emi": "Loan amount over tenure, without interest.", "years_of_experience": "Years of work.",
  "experience_encoded": "Experience up to 2 years: 0, 5: 1, 10: 2, above: 3.", "loan_amount": "Amount asked for.",
  "loan_tenure_months": "Tenure in months.", "interest_rate": "Rate in percent a year.",
  "loan_amount_category": "Amount up to 5 lakh: 0, 15 lakh: 1, 30 lakh: 2, above: 3.", "tenure_category": "Tenure up to 24 months: 0, 60: 1, 120: 2, above: 3.",
  "employment_Salaried": "1 if Salaried; the base is Business.", "employment_Self-Employed": "1 if Self-Employed; the base is Business.",
  "purpose_Debt Consolidation": "1 for this purpose; the base is Business Expansion.", "purpose_Education": "1 for this purpose.",
  "purpose_Home Purchase": "1 for this purpose.", "purpose_Home Renovation": "1 for this purpose.", "purpose_Medical Emergency": "1 for this purpose.",
  "purpose_Vehicle Purchase": "1 for this purpose.", "purpose_Wedding Expenses": "1 for this purpose.",
  "state_Karnataka": "1 for this state; the base is Delhi.", "state_Maharashtra": "1 for this state.", "state_Other": "1 for a state without a column of its own.",
  "state_Tamil Nadu": "1 for this state.", "state_Telangana": "1 for this state.",
  "high_risk": "True if rejected, or approved and the loan has defaulted; false if approved otherwise; NULL while pending."}'::pg_catalog.jsonb;
COMMENT ON FUNCTION credit_risk.lending_feature_comments() IS 'Part of create_lending_schema: the comments of the feature columns, one text for both views.';
