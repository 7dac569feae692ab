-- The desk that D3 sends applications to: the demo's book and its model.
SELECT credit_risk.create_lending_schema('lending');
SELECT count(*) FROM credit_risk.generate_portfolio(1000, 1500, seed => 42, as_of => '2025-06-30');
SELECT version FROM credit_risk.train('retail', 'SELECT * FROM lending.training_set', 'high_risk',
    params => '{"exclude": ["gender_encoded"], "folds": 0}') \gset
SELECT credit_risk.approve(:version), credit_risk.deploy(:version);
SELECT value AS "model that scores applications" FROM lending.settings WHERE name = 'model';
